"""A world document as plain values: what JSON can carry and a database can hold."""

import math
from collections.abc import Callable
from datetime import date
from typing import cast

from domain.world_faults import Fault, at, quoted

MAX_DEPTH = 12
MAX_TEXT = 1_000
MAX_WHOLE_NUMBER = 2**31 - 1

Report = Callable[[Fault], None]


def plain_document(value: object, report: Report, place: str = "", depth: int = 0) -> object:
    """`value` as JSON would hold it; what JSON or Postgres cannot hold is reported and replaced."""
    if depth > MAX_DEPTH:
        report(Fault(place, "is nested too deeply for a world file"))
        return None
    if isinstance(value, list | tuple):
        items = cast("list[object]", value)
        return [
            plain_document(item, report, at(place, index), depth + 1)
            for index, item in enumerate(items)
        ]
    if isinstance(value, dict):
        return _plain_mapping(cast("dict[object, object]", value), report, place, depth)
    return _plain_scalar(value, report, place)


def _plain_mapping(
    mapping: dict[object, object], report: Report, place: str, depth: int
) -> dict[str, object]:
    plain: dict[str, object] = {}
    for key, value in mapping.items():
        if not isinstance(key, str):
            report(Fault(place, f"the key {quoted(key)} is not a text: put it in quotes"))
            continue
        text = _plain_text(key, report, place)
        plain[text] = plain_document(value, report, at(place, text), depth + 1)
    return plain


def _plain_scalar(value: object, report: Report, place: str) -> object:
    match value:
        case None | bool():
            return value
        case str():
            return _plain_text(value, report, place)
        case int():
            return _plain_int(value, report, place)
        case float():
            return value if math.isfinite(value) else str(value)
        case date():
            # A datetime is a date too; its time is then a fault of the day's shape.
            return value.isoformat()
        case _:
            kind = type(value).__name__
            report(Fault(place, f"is a {kind}, which a world file cannot hold"))
            return None


def _plain_text(text: str, report: Report, place: str) -> str:
    if len(text) > MAX_TEXT:
        report(Fault(place, f"is too long a text: at most {MAX_TEXT} characters"))
        return text[:1]
    if text.isascii() and text.isprintable():
        return text
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text):
        report(Fault(place, "holds a character that no database can hold: NUL or half a surrogate"))
        return "".join(char for char in text if char != "\0" and not "\ud800" <= char <= "\udfff")
    return text


def _plain_int(number: int, report: Report, place: str) -> int:
    if abs(number) > MAX_WHOLE_NUMBER:
        report(Fault(place, f"is too large a number: at most {MAX_WHOLE_NUMBER}"))
        return 1
    return number
