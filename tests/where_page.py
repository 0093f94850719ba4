"""Writes `docs/where.md`, and the drawing in `docs/architecture.md`, from the code:

    .venv/bin/python -m tests.where_page

`test_where_page.py` says when they have to be written again.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "where.md"
DRAWN_ON = ROOT / "docs" / "architecture.md"

ROOTS = ("starter.py", "worker.py")
ROOMS = ("domain", "store", "activities", "workflows", "api", "deploy")


class Question(NamedTuple):
    """What a stranger asks, and where the answer stands: at most three steps from the top."""

    asks: str
    path: str
    names: str = ""
    """What to look for in that file."""


QUESTIONS = (
    Question("Why is an upgrade refused?", "domain/eligibility/subscription_rules.py", "RULES"),
    Question("Why is a plan not offered?", "domain/eligibility/target_rules.py", "TARGET_RULES"),
    Question("What does an upgrade cost?", "domain/pricing/price.py", "price_upgrade"),
    Question(
        "Where is it decided that prepaid credit is forfeited?",
        "domain/pricing/credit.py",
        "split_credit",
    ),
    Question(
        "Who has to accept a forfeiture?",
        "domain/quoting/orders.py",
        "require_forfeiture_accepted",
    ),
    Question("When is a quote stale?", "domain/quoting/digest.py"),
    Question("When is a credit check needed?", "domain/quoting/quote.py", "credit_check_reasons"),
    Question(
        "How long may a credit check take?", "domain/values/business_days.py", "decision_deadline"
    ),
    Question("Which days are holidays?", "activities/holiday_calendar.py"),
    Question("Who may cancel, and until when?", "domain/upgrade/decider.py", "_cancel"),
    Question("Which states does an upgrade have?", "domain/upgrade/states.py", "UpgradeState"),
    Question("How are old events read?", "domain/upgrade/stored_events.py"),
    Question("In which order do the steps come?", "workflows/story.py", "UpgradeStory"),
    Question("Which table says how long a step may take?", "workflows/steps/table.py", "STEPS"),
    Question("What happens if the move fails?", "workflows/steps/runner.py", "_undo_or_park"),
    Question("Which failures are tried again?", "activities/failures.py"),
    Question("What does a step do?", "activities/upgrade_steps.py", "PostgresUpgradeSteps"),
    Question("How do users change hands?", "store/queries/moves"),
    Question(
        "Who may change a subscription during a move?", "domain/subscriptions/administration.py"
    ),
    Question("When is the invoice issued?", "domain/pricing/billing_days.py", "invoice_day"),
    Question(
        "Where is the invoice number taken?", "store/invoice_numbers.py", "commit_numbered_step"
    ),
    Question("What is booked, and when?", "domain/ledger/bookings.py"),
    Question("What is a customer told?", "domain/views/notices.py", "NOTICE_VALUES"),
    Question("In which words?", "domain/locale/en"),
    Question("When is a webhook sent again?", "domain/integrations/webhooks.py"),
    Question("Who may call what?", "api/arguments.py", "allowed"),
    Question("What can callers ask for?", "api/service/upgrades.py", "UpgradeService"),
    Question("What does a world file change?", "domain/world/importing.py"),
    Question("What needs an operator?", "store/watch.py"),
    Question("What is always true, and who checks it?", "store/verify.py", "verify"),
    Question("What does the database look like?", "store/schema.sql"),
    Question("What can be set from outside?", "deploy/settings.py"),
)

OTHERS: Mapping[str, str] = {
    "domain/locale": "every sentence for customers, in English and Traditional Chinese",
    "api/locale": "the command line's own words, in both languages",
    "api/documents/invoice.typ": "what an invoice looks like",
    "store/schema.sql": "every table, function and trigger as all migrations make them",
    "store/queries/verify": "one query for each promise, see [promises.md](promises.md)",
    "deploy/sample-world.yaml": "the world of the tour and the demo",
    "deploy/postgres-roles.sql": "who may do what in Postgres",
    "requirements": "packages, pinned by hash",
    "tests": "tests, in the same rooms as the code; see [testing.md](testing.md)",
    "tests/worlds": "a world for each reason to refuse, and how it heals",
    "tests/histories": "a recorded run for each way an upgrade can go",
    "tests/dumps": "databases of earlier schemas",
    "docs/decisions": "why it is so",
}

HEAD = """\
# Where does X live?

Every room, package and module in one line each: the first of its own docstring. Written by
`tests/where_page.py`; a test keeps it true. How the rooms hang together is in
[architecture.md](architecture.md), what each rule says in [rules.md](rules.md).

## Questions

"""


def page() -> str:
    """The whole page."""
    parts = [
        HEAD + _table(("question", "where"), map(_answer, QUESTIONS)),
        "## Composition roots\n\n" + _modules(ROOT / name for name in ROOTS),
        *(part for room in ROOMS for part in _room(ROOT / room)),
        "## Other files\n\n"
        + _table(("path", "holds"), ((_link(p), s) for p, s in OTHERS.items())),
    ]
    return "\n".join(parts)


def _answer(question: Question) -> tuple[str, str]:
    steps = [question.path[: found.end()] for found in re.finditer(r"[^/]+", question.path)]
    way = " › ".join(_link(step, Path(step).name) for step in steps)
    return question.asks, f"{way}: `{question.names}`" if question.names else way


def _room(folder: Path, level: int = 2) -> Iterator[str]:
    name = folder.relative_to(ROOT).as_posix()
    modules = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
    text = f"{'#' * level} {name}\n\n{said_by(folder / '__init__.py')}\n"
    yield f"{text}\n{_modules(modules)}" if modules else text
    for package in packages(folder):
        yield from _room(package, 3)
    if name == "store":
        yield from _sql(folder / "queries")
        yield from _sql(folder / "migrations")


def packages(folder: Path) -> list[Path]:
    """The packages of a room."""
    return sorted(path.parent for path in folder.glob("*/__init__.py"))


def _modules(paths: Iterable[Path]) -> str:
    return _table(
        ("module", "holds"), ((_link(_name(path), path.name), said_by(path)) for path in paths)
    )


def _sql(folder: Path) -> Iterator[str]:
    """The SQL files of a folder and of those in it, but for what another page lists."""
    files = sorted(path for path in folder.glob("*.sql"))
    if files:
        rows = ((_link(_name(path), path.name), said_in_sql(path)) for path in files)
        yield f"### {_name(folder)}\n\n" + _table(("file", "does"), rows)
    for each in sorted(path for path in folder.iterdir() if path.is_dir()):
        if _name(each) not in OTHERS:
            yield from _sql(each)


def said_by(path: Path) -> str:
    """The first line of a module's docstring, of a package's its first paragraph."""
    doc = ast.get_docstring(ast.parse(path.read_text())) or ""
    first = doc.split("\n\n")[0] if path.name == "__init__.py" else doc.partition("\n")[0]
    return _cell(first)


def said_in_sql(path: Path) -> str:
    """The first sentence of the comment that an SQL file begins with."""
    comment = re.match(r"(?:-- \S.*\n)+", path.read_text())
    words = _cell(comment[0].replace("\n--", "\n").removeprefix("--")) if comment else ""
    sentence = re.match(r".+?\.(?= |$)", words)
    return sentence[0] if sentence else words.rstrip(":")


def drawing() -> str:
    """The rooms, and who imports whom; within `domain`, arrows that others imply are left out."""
    lines = ["```mermaid", "flowchart TD"]
    outer = imports_between((*ROOMS, *(Path(name).stem for name in ROOTS)), depth=1)
    lines += [f'    {Path(name).stem}["{name}"]' for name in ROOTS]
    lines += [
        f"    {room} --> {each}"
        for room, others in outer.items()
        for each in sorted(others)
        if each != "domain" or room == "store"
    ]
    inner = imports_between([_name(path) for path in packages(ROOT / "domain")], depth=2)
    lines += ["    subgraph domain", "        direction TD"]
    lines += [f"        {_node(name)}[{name.split('/')[1]}]" for name in sorted(inner)]
    lines += [
        f"        {_node(name)} --> {_node(each)}"
        for name, others in without_implied(inner).items()
        for each in sorted(others)
    ]
    return "\n".join([*lines, "    end", "```"]) + "\n"


def imports_between(names: Iterable[str], depth: int) -> dict[str, set[str]]:
    """Which of these rooms or packages import which others when the program runs."""
    known = set(names)
    found: dict[str, set[str]] = {}
    for name in sorted(known):
        folder = ROOT / name
        paths = folder.rglob("*.py") if folder.is_dir() else [folder.with_suffix(".py")]
        imported = (module for path in paths for module in _imported(path))
        found[name] = {"/".join(each.split(".")[:depth]) for each in imported} & known - {name}
    return found


@cache
def _imported(path: Path) -> frozenset[str]:
    """What a module imports when it runs: not what it names for types alone."""
    tree = ast.parse(path.read_text())
    for_types = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and ast.unparse(branch.test) == "TYPE_CHECKING"
        for node in ast.walk(branch)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and id(node) not in for_types:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def without_implied(imports: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The same without what is reached over others anyway. Raises `ValueError` for a circle."""
    reached: dict[str, set[str]] = {}

    def reach(name: str, above: tuple[str, ...] = ()) -> set[str]:
        if name in above:
            raise ValueError(f"a circle: {' > '.join([*above, name])}")
        if name not in reached:
            below = (reach(each, (*above, name)) for each in imports[name])
            reached[name] = imports[name].union(*below)
        return reached[name]

    for name in imports:
        reach(name)
    return {
        name: {each for each in others if not any(each in reached[other] for other in others)}
        for name, others in imports.items()
    }


def page_with_drawing(before: str) -> str:
    """The architecture page with its drawing made again."""
    head, begin, rest = before.partition("<!-- rooms -->\n")
    _, end, tail = rest.partition("<!-- end of rooms -->")
    assert begin, "the page has a place for the drawing"
    assert end, "the drawing ends"
    return head + begin + drawing() + end + tail


def _node(name: str) -> str:
    return name.replace("/", "_")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _link(path: str, text: str = "") -> str:
    return f"[`{text or path}`](../{path})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = [head, ("---", "---"), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page())
    DRAWN_ON.write_text(page_with_drawing(DRAWN_ON.read_text()))
