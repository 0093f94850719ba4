"""What people write in their own words for other people: reasons, references, notes, names.

Such a text is one line of characters that can be seen. This is the one rule for it, at every
entrance: command line, HTTP, Temporal, the credit service, world files. What comes in against it is
refused with the fix. `domain.text.escaping` is for the way out, where older data may hold anything.
"""

import re

MAX_TEXT = 2000
"""Characters in a reason, a reference or a note."""

LINE_BREAKS = "\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
"""Whatever some reader starts a new line at; a class of characters, for regular expressions."""

UNSEEN = (
    r"\x00-\x1f\x7f-\x9f"  # controls of terminals, C0 and C1
    r"\u2028\u2029"  # line and paragraph separators
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # change the direction of what is around them
    r"\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # no width
    r"\ud800-\udfff"  # halves of characters, which UTF-8 cannot hold
    r"\ufdd0-\ufdef\ufffe\uffff"  # never characters, and forbidden in XML
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 0x11))
)
"""Characters that a reader cannot see, or that change how the text around them is shown; a class of
characters, for regular expressions.

Not among them are the joiners U+200C and U+200D: words of Persian and Hindi, and many emoji, need
them.
"""

_BROKEN = re.compile(f"[{LINE_BREAKS}]")
_UNSEEN = re.compile(f"[{UNSEEN}]")
_JOINERS = re.compile("[\u200c\u200d]")


def fault_in(text: str, *, longest: int = MAX_TEXT, required: bool = True) -> str | None:
    """What is wrong with such a text, with its fix, to be written after its field; None: nothing.

    `longest` is in characters; a text that is not `required` may be empty.
    """
    if required and not _JOINERS.sub("", text).strip():
        return "is empty: say what it is"
    if len(text) > longest:
        return f"has {len(text)} characters: write at most {longest}"
    if found := _BROKEN.search(text):
        return f"has a line break ({_code(found[0])}): write it on one line"
    if found := _UNSEEN.search(text):
        return f"has {_named(found[0])}, which cannot be seen: leave it out"
    return None


def _named(char: str) -> str:
    if char == "\t":
        return "a tab"
    half = ", half of a pair" if "\ud800" <= char <= "\udfff" else ""
    return f"the character {_code(char)}{half}"


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"
