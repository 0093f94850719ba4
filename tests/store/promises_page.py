"""Writes `docs/promises.md` from the promises that `verify` checks:

    .venv/bin/python -m tests.store.promises_page

`test_promises.py` says when it has to be written again.
"""

from pathlib import Path

from store.promises import PROMISES

PAGE = Path(__file__).parents[2] / "docs" / "promises.md"

HEAD = """\
# Promises

What `starter.py verify` checks, by the name it reports; what it means if one is broken, and what to do
first. Written from `store/promises.py` by `tests/store/promises_page.py`; a test keeps it true.

Never change a row by hand to make `verify` quiet: the evidence is what a fix starts from.

| promise | broken means | do |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = sorted(PROMISES.items())
    return HEAD + "".join(
        f"| `{name}` | {each.means} | {each.what_to_do} |\n" for name, each in rows
    )


if __name__ == "__main__":
    PAGE.write_text(page())
