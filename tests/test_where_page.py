"""`docs/where.md` and the drawing of the rooms say what the code says, and questions are answered."""

import ast
import re
from pathlib import Path

import pytest

from tests import where_page
from tests.where_page import (
    DRAWN_ON,
    OTHERS,
    PAGE,
    QUESTIONS,
    ROOMS,
    ROOT,
    Question,
    page,
    page_with_drawing,
    said_by,
    said_in_sql,
    without_implied,
)

WRITE = "write it again: python -m tests.where_page"


def test_the_page_says_what_the_code_does() -> None:
    assert PAGE.read_text() == page(), WRITE


def test_the_drawing_shows_who_imports_whom() -> None:
    drawn = DRAWN_ON.read_text()
    assert drawn == page_with_drawing(drawn), WRITE


def test_every_module_says_what_it_holds() -> None:
    modules = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert len(modules) > 150
    silent = [str(path) for path in modules if not said_by(path)]
    silent += [str(path) for path in (ROOT / "store").rglob("*.sql") if not said_in_sql(path)]
    assert not silent


def fault_of(question: Question) -> str | None:
    """What is wrong with an answer: too far away, or not there."""
    path = ROOT / question.path
    if len(Path(question.path).parts) > 3:
        return "more than three steps"
    if not path.exists():
        return "there is no such path"
    if question.names and question.names not in _defined_in(path):
        return f"{question.names} is not defined there"
    return None


def _defined_in(path: Path) -> set[str]:
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            named.add(node.name)
        elif isinstance(node, ast.Assign):
            named |= {ast.unparse(target) for target in node.targets}
        elif isinstance(node, ast.AnnAssign):
            named.add(ast.unparse(node.target))
    return named


def test_every_question_is_answered_in_three_steps() -> None:
    faults = {question.asks: fault_of(question) for question in QUESTIONS}
    assert not {asks: fault for asks, fault in faults.items() if fault}
    assert len(faults) == len(QUESTIONS), "no question is asked twice"
    assert not [path for path in OTHERS if not (ROOT / path).exists()]


@pytest.mark.parametrize(
    ("path", "names", "fault"),
    [
        ("store/queries/verify/ledger_balances.sql", "", "more than three steps"),
        ("domain/nowhere.py", "", "there is no such path"),
        ("store/verify.py", "verify_nothing", "verify_nothing is not defined there"),
    ],
)
def test_a_wrong_answer_is_noticed(path: str, names: str, fault: str) -> None:
    assert fault_of(Question("Where?", path, names)) == fault


def test_an_arrow_that_others_imply_is_left_out() -> None:
    imports = {"a": {"b", "c"}, "b": {"c"}, "c": set[str]()}
    assert without_implied(imports) == {"a": {"b"}, "b": {"c"}, "c": set()}


def test_a_circle_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="a circle: a > b > a"):
        without_implied({"a": {"b"}, "b": {"a"}})


def test_an_import_for_types_alone_is_no_arrow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, code in {
        "one": "if TYPE_CHECKING:\n    from two import X\nimport three.part\n",
        "two": "def f():\n    from one import Y\n",
        "three": "",
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "module.py").write_text(code)
    monkeypatch.setattr(where_page, "ROOT", tmp_path)
    found = where_page.imports_between(("one", "two", "three"), depth=1)
    assert found == {"one": {"three"}, "two": {"one"}, "three": set()}


WALKED = re.compile(r"^\| \d+ \| `(?:\w+\.)?(\w+)` \| \[`([^`]+)`\]", re.MULTILINE)


def test_each_call_of_an_order_is_where_the_walk_says() -> None:
    calls = WALKED.findall(DRAWN_ON.read_text())
    assert len(calls) > 10
    for name, path in calls:
        assert name in _defined_in(ROOT / path), f"{name} is not defined in {path}"
