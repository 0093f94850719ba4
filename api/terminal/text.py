"""The small things that every text for people is made of, and the terminal it is printed on."""

from collections.abc import Iterable
from datetime import datetime

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from api.terminal.prose import Prose
from domain.text.escaping import lines, one_line

WIDE = 100
"""Columns to fill at most, whatever the terminal has."""


class SafeConsole(Console):
    """A terminal, or a file, that no text can steer, whichever way it gets here."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """What is printed, piece by piece."""
        for segment in super().render(renderable, options):
            if segment.control:  # rich's own, such as moving the cursor
                yield segment
            else:
                yield Segment(lines(segment.text), segment.style)


def console(*, to_stderr: bool = False) -> SafeConsole:
    """For people: plain where it is not a terminal, and nothing in a text is markup."""
    return SafeConsole(stderr=to_stderr, markup=False, emoji=False, highlight=False)


def clean(text: object) -> str:
    """`text` on one line, without characters that could steer a terminal."""
    return one_line(text)


def words(text: object, style: str = "") -> Text:
    """A text as it is, whatever stands in it, on one line."""
    return Text(clean(text), style=style)


def moment(at: datetime) -> str:
    """An instant, to the minute, as operators of any language read it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def title(text: str, note: str = "") -> RenderableType:
    """The first line of an answer."""
    line = words(text, "bold")
    if note:
        line.append("  ")
        line.append_text(words(note, "dim"))
    return line


def rule() -> Rule:
    """A thin line."""
    return Rule(style="dim", characters="─")


def indented(what: RenderableType, by: int = 2) -> Padding:
    """`what`, a little to the right."""
    return Padding(what, (0, 0, 0, by))


def bullet(mark: str, what: RenderableType, style: str = "") -> Table:
    """A mark, and a text that stays to the right of it over all its lines."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(words(mark, style), Prose(what) if isinstance(what, Text) else what)
    return grid


def facts(pairs: Iterable[tuple[str, RenderableType | str]]) -> Table:
    """Names and values in two columns."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in pairs:
        grid.add_row(clean(name), words(value) if isinstance(value, str) else value)
    return grid


def say(console: Console, *parts: RenderableType) -> None:
    """Print parts one below the other, no wider than is easy to read."""
    width = min(console.width, WIDE)
    if console.is_terminal:
        console.print(Group(*parts), width=width)
        return
    with console.capture() as captured:
        console.print(Group(*parts), width=width)
    # Tables fill their width with spaces, which only a terminal has a use for.
    stripped = (line.rstrip() for line in captured.get().splitlines())
    console.file.write("".join(f"{line}\n" for line in stripped))
