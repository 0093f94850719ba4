"""Reads one JSON document into plain values, as RFC 8259 has it, with lines for what is wrong.

Python's own parser keeps the last of two equal keys, takes `NaN` for a number, and counts digits for
longer the more there are; this reader refuses or bounds that. No message quotes the text, but for
keys that the caller knows: it may come from any file.
"""

import json
import math
import re
from collections.abc import Collection, Iterator
from typing import Any, NoReturn, cast

from domain.text.faults import Fault, WorldFaults, quoted

MOST_DIGITS = 100
"""Of a number; a longer one stays a text, which no number's field takes."""

MOST_FAULTS = 100

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],]')
_SAID = {
    "Expecting property name": 'write a key in "double quotes" here',
    "Expecting value": 'write a value here: a text in "double quotes", a number, true, false or null',
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing after a key",
    "Extra data": "the document has ended before: leave out what follows",
    "Illegal trailing comma": "leave out the comma before the closing bracket",
    "Invalid \\": 'write a backslash as "\\\\"',
    "Invalid control character": "write line breaks in a text as \\n, tabs as \\t",
    "Unterminated string": "the text that begins here has no end",
}


def read_json(text: str, known_keys: Collection[str]) -> object:
    """The document in `text`. Raises `WorldFaults`, for repeated keys with the first hundred."""
    repeats = False

    def mapping_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeats
        mapping = dict(pairs)
        repeats |= len(mapping) != len(pairs)
        return mapping

    try:
        document: object = json.loads(
            text,
            object_pairs_hook=mapping_of,
            parse_int=_int_or_text,
            parse_float=_float_or_text,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        said = next((said for begins, said in _SAID.items() if error.msg.startswith(begins)), "")
        message = f"this is not JSON: {said or 'check quotes, commas and brackets'}"
        raise WorldFaults([Fault(f"line {error.lineno}, column {error.colno}", message)]) from None
    except RecursionError:
        raise WorldFaults([Fault("", "is nested too deeply")]) from None
    if repeats:
        raise WorldFaults(_repeated_keys(text, known_keys))
    return document


def repeated_key(key: str, known_keys: Collection[str]) -> str:
    """What is said of a key that a mapping has twice."""
    which = f"the key {quoted(key)}" if key in known_keys else "this key"
    return f"{which} stands twice in one mapping: keep one of them"


def _int_or_text(digits: str) -> int | str:
    return int(digits) if len(digits) <= MOST_DIGITS else digits


def _float_or_text(digits: str) -> float | str:
    if len(digits) > MOST_DIGITS:
        return digits
    number = float(digits)
    if math.isinf(number):
        raise WorldFaults([Fault("", "holds a number that is not finite")])
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise WorldFaults([Fault("", f"this is not JSON: {name} is no number there")])


def _repeated_keys(text: str, known_keys: Collection[str]) -> list[Fault]:
    """Where keys of one mapping repeat, in a text that is known to be JSON."""
    faults: list[Fault] = []
    line, line_begins = 1, 0
    for at, key in _repeats(text):
        line += text.count("\n", line_begins, at)
        line_begins = text.rfind("\n", line_begins, at) + 1 or line_begins
        place = f"line {line}, column {at - line_begins + 1}"
        faults.append(Fault(place, repeated_key(key, known_keys)))
        if len(faults) == MOST_FAULTS:
            break
    return faults


def _repeats(text: str) -> Iterator[tuple[int, str]]:
    open_: list[set[str] | None] = []
    """Keys of each mapping that has begun and not ended; None for a list."""
    before = ""
    for token in _TOKEN.finditer(text):
        sign = token[0]
        match sign[0]:
            case "{":
                open_.append(set())
            case "[":
                open_.append(None)
            case "}" | "]":
                open_.pop()
            case '"':
                keys = open_[-1] if open_ else None
                if keys is not None and before in {"{", ","}:
                    key = cast("str", json.loads(sign))
                    if key in keys:
                        yield token.start(), key
                    keys.add(key)
            case _:
                pass
        before = sign[0]
