"""The table of planted faults in `docs/testing.md`:

    .venv/bin/python -m tests.mutations.page

`test_mutants.py` says when it has to be written again.
"""

from tests.mutations.planted import MUTANTS, ROOT

PAGE = ROOT / "docs" / "testing.md"
HEAD = "| planted fault | the promise it breaks | noticed by |\n|---|---|---|\n"


def table() -> str:
    """The whole table."""
    rows = [
        f"| `{each.name}` | {each.breaks} | {', '.join(f'`{short(test)}`' for test in each.caught_by)} |\n"
        for each in MUTANTS
    ]
    return HEAD + "".join(rows)


def short(test: str) -> str:
    """A test without the folders it is in."""
    return test.removeprefix("tests/")


if __name__ == "__main__":
    before, _, rest = PAGE.read_text().partition(HEAD)
    after = rest[rest.index("\n\n") + 1 :] if "\n\n" in rest else ""
    PAGE.write_text(before + table() + after)
