"""Running text in lines of a terminal, in languages with and without spaces between words.

Rich breaks lines at spaces alone, so a sentence in Chinese would leave half a line empty, or begin
the next one with its full stop.
"""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

_NEVER_FIRST = frozenset("。，、；：！？）」』】…%")
_NEVER_LAST = frozenset("（「『【")


class Prose:
    """A text that is broken where its language breaks lines."""

    def __init__(self, text: Text) -> None:
        """`text` keeps its styles."""
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Line by line."""
        for paragraph in self._text.split("\n", allow_blank=True):
            for line in paragraph.divide(line_ends(paragraph.plain, options.max_width)):
                line.rstrip()
                yield line

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """From the widest word to all in one line."""
        return Measurement.get(console, options, self._text)


def line_ends(text: str, width: int) -> list[int]:
    """Where in `text` each line but the last one ends, lines being at most `width` columns wide."""
    ends: list[int] = []
    filled = 0
    for piece, end in _pieces(text):
        # Spaces at the end of a line hang over.
        wide = cell_len(piece)
        start = end - len(piece)
        if filled and filled + cell_len(piece.rstrip()) > width:
            ends.append(start)
            filled = 0
        while cell_len(text[start:end].rstrip()) > width:
            start += _columns(text[start:end], width)
            ends.append(start)
            wide = cell_len(text[start:end])
        filled += wide
    return ends


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """What must stay together, with where it ends: a word and its spaces, or one character."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or _may_break(text[end - 1], text[end]):
            yield text[start:end], end
            start = end


def _may_break(before: str, after: str) -> bool:
    if after == " ":
        return False
    if before == " ":
        return True
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return cell_len(before) == 2 or cell_len(after) == 2


def _columns(text: str, width: int) -> int:
    """How many characters of an endless word fit, at least one."""
    count = 1
    while count < len(text) and cell_len(text[: count + 1]) <= width:
        count += 1
    return count
