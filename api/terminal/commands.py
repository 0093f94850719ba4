"""Commands to copy from a terminal."""

from collections.abc import Iterable

from rich.console import Console

from api.terminal.text import say, words
from api.terminal.ways_on import as_called


def command(console: Console, line: str) -> None:
    """A command as the reader has to type it: on a line of its own, never broken."""
    console.print(words(f"  {as_called(line)}"), soft_wrap=True)


def next_steps(console: Console, heading: str, lines: Iterable[str]) -> None:
    """Commands below what they are for."""
    say(console, "", words(heading, "bold"))
    for line in lines:
        command(console, line)
