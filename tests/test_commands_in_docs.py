"""Every command that a page names is one: the real parser takes its verb, options and words."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from api.cli.app import GROUPS, build_app

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:\$ )?(?:\./dev run |python )?starter\.py ([^…]+)")
FOR_SHORT = re.compile(rf"(?:{'|'.join(GROUPS)}) \S.*")
"""`admin ...` and the like, once a page has named it in full."""
NUMBERS = ("N", "NO.", "AMOUNT")
"""What a reader puts in, where any other word in capitals would not be understood."""


def commands_of(page: str) -> Iterator[str]:
    """What comes after `starter.py`: in fenced lines, and in code within a line."""
    lines = (line.strip() for fenced in FENCED.findall(page) for line in fenced.splitlines())
    spans = (" ".join(span.split()) for span in re.findall(r"`([^`]+)`", FENCED.sub("", page)))
    for code in (*lines, *spans):
        if found := COMMAND.fullmatch(code):
            yield found[1]
        elif FOR_SHORT.fullmatch(code):
            yield code


def fault_of(command: str) -> str | None:
    """What the parser says against a command; of `a|b`, each is meant."""
    if choice := re.search(r"\S+\|\S+", command):
        each = (command.replace(choice[0], word) for word in choice[0].split("|"))
        return next((fault for one in each if (fault := fault_of(one))), None)
    words = ["1" if word in NUMBERS else word for word in shlex.split(command)]
    parsed = typer.main.get_command(build_app())
    try:
        context = parsed.make_context("starter.py", list(words))
        while isinstance(parsed, TyperGroup):
            name, verb, words = parsed.resolve_command(context, words)
            if verb is None or not words:
                return None  # it is only named
            parsed, context = verb, verb.make_context(name, list(words), parent=context)
    except typer.TyperException as error:
        return error.format_message()
    except typer.Exit:  # --help
        return None
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_exist(page: Path) -> None:
    faults = {command: fault_of(command) for command in commands_of(page.read_text())}
    assert not {command: fault for command, fault in faults.items() if fault}


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("fly UPGRADE", "No such command 'fly'"),
        ("admin fly", "No such command 'fly'"),
        ("cancel UPGRADE", "Missing option '--reason'"),
        ("cancel UPGRADE --reason", "requires an argument"),
        ("cancel UPGRADE --because TEXT", "No such option: --because"),
        ("retry UPGRADE twice", "unexpected extra argument"),
        ("decide UPGRADE approved|maybe --reference R", "'maybe' is not one of"),
    ],
)
def test_a_command_that_does_not_exist_is_found(command: str, fault: str) -> None:
    page = f"Once mended: `./dev run starter.py {command}`."
    assert list(commands_of(page)) == [command]
    assert fault in (fault_of(command) or "")


def test_pages_name_commands() -> None:
    found = {command for page in PAGES for command in commands_of(page.read_text())}
    assert len(found) > 30, sorted(found)
