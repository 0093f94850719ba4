"""Text on its way out, made safe for its reader: one function for each kind of reader.

What comes in is checked (`domain.text.free_text`), but older data may hold anything, and so may the
words of other services and libraries. So whatever is shown to somebody passes one of these:

    one_line    terminals, cells of tables, single lines of anything
    markdown    Temporal's pages
    json_text   JSON, also where a terminal shows it
    csv_cell    spreadsheets
    printable   PDF and XML

Logs have their own in `deploy.logs`, which knows nothing of the domain.
"""

import json
import re
from typing import Any

from domain.text.free_text import LINE_BREAKS, UNSEEN

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""Stands for what cannot be seen."""

NO_GLYPH = "□"
"""Stands for what cannot be shown, for want of a font that has it."""

_GAPS = re.compile(f"(?:\r\n|[\t{LINE_BREAKS}])+")
_UNSEEN = re.compile(f"[{UNSEEN}]")
_UNSEEN_IN_LINES = re.compile(rf"(?!\n)[{UNSEEN}]")
_BACKTICKS = re.compile("`+")
_BEFORE_A_FORMULA = re.compile(r"(?:^|(?<=;))(?=\s*[=+\-@＝＋－＠﹦﹢﹣﹫−])")
_UNPRINTABLE = re.compile(rf"[{UNSEEN}\ue000-\uf8ff\U000f0000-\U0010ffff]")


def one_line(text: object) -> str:
    """`text` on one line, with U+FFFD for each character that could steer its reader."""
    return _UNSEEN.sub(REPLACEMENT, _GAPS.sub(" ", str(text)))


def lines(text: str) -> str:
    """The same of a text of ours that is made of several lines."""
    return _UNSEEN_IN_LINES.sub(REPLACEMENT, text)


def markdown(text: object) -> str:
    """`text` as a code span: nothing in it is markup, HTML or a link."""
    plain = one_line(text).strip() or " "
    fence = "`" * (1 + max(map(len, _BACKTICKS.findall(plain)), default=0))
    # One space on each side is taken away again where there are two.
    gap = " " if plain[0] in "` " or plain[-1] in "` " else ""
    return f"{fence}{gap}{plain}{gap}{fence}"


def json_text(document: Any, **options: Any) -> str:
    """`document` as JSON that is safe to look at: what cannot be seen is written as an escape.

    Whoever reads the JSON gets every text as it is. `options` are those of `json.dumps`.
    """
    text = json.dumps(document, ensure_ascii=False, **options)
    # Nothing outside of a string is other than ASCII.
    return _UNSEEN_IN_LINES.sub(lambda found: json.dumps(found[0])[1:-1], text)


def csv_cell(text: str) -> str:
    """`text` as one cell: an apostrophe goes before whatever a spreadsheet takes for a formula.

    Also after a semicolon, at which a spreadsheet of many a country begins another cell.
    """
    return _BEFORE_A_FORMULA.sub("'", one_line(text))


def printable(text: str) -> str:
    """`text` on one line, without what neither a page nor XML can hold."""
    return _UNPRINTABLE.sub("", _GAPS.sub(" ", text)).strip(" ")
