"""`docs/rules.md` has every rule that anything cites, and says truly where each is kept and tested."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from store.promises import PROMISES

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "rules.md"

CITED_IN = {".py", ".sql", ".md", ".po", ".typ", ".yaml", ".toml", ""}
RECORDED = ("tests/histories", "tests/dumps")
"""What was written by a program once, and cites nothing."""

FROZEN = "store/migrations/"
"""Applied ones never change, so not all of them cite what they keep."""

CITATION = re.compile(r"\bB(\d{1,2})(?:-B(\d{1,2}))?\b")
PROMISE = re.compile(r"\bpromises? (\d+)(?: and (\d+))?")
LINK = re.compile(r"\]\(\.\./([^)#]+)\)")


class Rule(NamedTuple):
    """A rule as the page has it."""

    text: str
    kept: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def is_built(self) -> bool:
        return "**Not yet.**" not in self.text


def rules() -> dict[int, Rule]:
    """Every rule of the page, by its number."""
    sections = re.split(r"^#{2,3} ", PAGE.read_text(), flags=re.MULTILINE)
    found = [(re.match(r"B(\d+): ", section), section) for section in sections]
    numbers = [int(match[1]) for match, _ in found if match]
    assert numbers == [*range(1, len(numbers) + 1)], "in their order, and each once"
    return {
        int(match[1]): Rule(section, _paths("Kept in", section), _paths("Tested in", section))
        for match, section in found
        if match
    }


def _paths(begin: str, section: str) -> tuple[str, ...]:
    line = re.search(rf"^{begin} (.+)$", section, re.MULTILINE)
    return tuple(LINK.findall(line[1])) if line else ()


def cited(text: str) -> set[int]:
    """The rules that a text cites, alone or in a row such as B6-B20."""
    return {
        number
        for first, last in CITATION.findall(text)
        for number in range(int(first), int(last or first) + 1)
    }


def texts() -> Iterator[tuple[str, str]]:
    """Every file of the project that may cite a rule."""
    folders = [path for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"]
    files = [path for path in ROOT.iterdir() if path.is_file()]
    for path in [*files, *(path for folder in folders for path in folder.rglob("*"))]:
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in CITED_IN and path.is_file() and not name.startswith(RECORDED):
            yield name, path.read_text(errors="replace")


def test_every_rule_that_is_cited_stands_on_the_page() -> None:
    known = rules().keys()
    cited_in = {name: cited(text) for name, text in texts()}
    assert sum(map(len, cited_in.values())) > 500, "it reads what cites"
    unknown = {name: sorted(numbers - known) for name, numbers in cited_in.items()}
    assert not [f"{name}: {numbers}" for name, numbers in unknown.items() if numbers]


def faults_of(number: int, rule: Rule) -> Iterator[str]:
    """What the page says of a rule and is not so."""
    if not rule.is_built:
        if "Today" not in rule.text:
            yield "does not say what happens today"
        return
    if not (rule.kept and rule.tests):
        yield "does not say where it is kept and tested"
    for name in (*rule.kept, *rule.tests):
        path = ROOT / name
        if not path.is_file():
            yield f"{name} is not there"
        elif number not in cited(path.read_text()) and not name.startswith(FROZEN):
            yield f"{name} does not cite it"
    for name in rule.tests:
        if not re.fullmatch(r"tests/(?:.+/)?test_\w+\.py", name):
            yield f"{name} is no test"


def test_each_rule_is_kept_and_tested_where_the_page_says() -> None:
    on_page = rules()
    assert len(on_page) == 72
    faults = [f"B{n}: {fault}" for n, rule in on_page.items() for fault in faults_of(n, rule)]
    assert not faults, "\n".join(faults)


def test_what_is_not_built_is_what_the_page_says() -> None:
    not_yet = {number for number, rule in rules().items() if not rule.is_built}
    assert not_yet == set()


@pytest.mark.parametrize(
    ("rule", "faults"),
    [
        (Rule("", (), ()), ["does not say where it is kept and tested"]),
        (Rule("**Not yet.**", (), ()), ["does not say what happens today"]),
        (Rule("", ("domain/nowhere.py",), ()), [
            "does not say where it is kept and tested", "domain/nowhere.py is not there",
        ]),
        (Rule("", ("LICENSE",), ("tests/clock.py",)), [
            "LICENSE does not cite it", "tests/clock.py does not cite it", "tests/clock.py is no test",
        ]),
    ],
)  # fmt: skip
def test_a_wrong_word_of_the_page_is_noticed(rule: Rule, faults: list[str]) -> None:
    assert [*faults_of(28, rule)] == faults


def test_citations_are_read_alone_and_in_a_row() -> None:
    assert cited("B9, (B34-B36); B06 and B2B, B345, AB7") == {6, 9, 34, 35, 36}


def promises() -> dict[int, str]:
    """The numbered promises of the page: what each is checked as."""
    rows = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    return {int(number): checked for number, checked in rows}


def test_every_promise_that_is_cited_by_number_stands_on_the_page_with_its_name() -> None:
    on_page = promises()
    names = {number: set(re.findall(r"`(\w+)`", checked)) for number, checked in on_page.items()}
    assert not set().union(*names.values()) - PROMISES.keys(), "promises have the names of `verify`"
    wrong: list[str] = []
    for name, text in texts():
        for number in (int(each) for found in PROMISE.findall(text) for each in found if each):
            promise = Path(name).stem
            if number not in on_page:
                wrong.append(f"{name}: promise {number} is not on the page")
            elif promise in PROMISES and promise not in names[number]:
                wrong.append(f"{promise} is not named beside promise {number}")
    assert not wrong
