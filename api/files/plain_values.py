"""A world document as plain values: what JSON can carry and a database can hold."""

import math
from datetime import date
from typing import TypeAlias, cast

from domain.text.escaping import one_line
from domain.text.faults import Fault, Report, at, quoted
from domain.text.free_text import fault_in

MAX_DEPTH = 12
MAX_TEXT = 1_000
MAX_WHOLE_NUMBER = 2**31 - 1

_Path: TypeAlias = "tuple[_Path, int | str] | None"
"""Steps from the root, the last one first: places are only put into words for faults."""


def plain_document(document: object, report: Report) -> object:
    """`document` as JSON would hold it.

    What neither JSON nor Postgres can hold is reported, and replaced by something they can.
    """
    return _plain(document, report, None, 0)


def _plain(value: object, report: Report, path: _Path, depth: int) -> object:
    if depth > MAX_DEPTH:
        report(Fault(_place(path), "is nested too deeply"))
        return None
    if isinstance(value, list | tuple):
        items = cast("list[object]", value)
        return [_plain(item, report, (path, index), depth + 1) for index, item in enumerate(items)]
    if isinstance(value, dict):
        return _plain_mapping(cast("dict[object, object]", value), report, path, depth)
    return _plain_scalar(value, report, path)


def _plain_mapping(
    mapping: dict[object, object], report: Report, path: _Path, depth: int
) -> dict[str, object]:
    plain: dict[str, object] = {}
    for key, value in mapping.items():
        if isinstance(key, str):
            text = _plain_text(key, report, (path, key))
            plain[text] = _plain(value, report, (path, text), depth + 1)
        else:
            message = f"the key {quoted(key)} is not a text: put it in quotes"
            report(Fault(_place((path, str(key))), message))
    return plain


def _plain_scalar(value: object, report: Report, path: _Path) -> object:
    match value:
        case None | bool():
            return value
        case str():
            return _plain_text(value, report, path)
        case int():
            return _plain_int(value, report, path)
        case float():
            return value if math.isfinite(value) else str(value)
        case date():
            # A datetime is a date too; its time is then a fault of the day's shape.
            return value.isoformat()
        case _:
            kind = type(value).__name__
            report(Fault(_place(path), f"is a {kind}, which cannot stand here"))
            return None


def _plain_text(text: str, report: Report, path: _Path) -> str:
    if len(text) <= MAX_TEXT and text.isascii() and text.isprintable():
        return text
    if fault := fault_in(text, longest=MAX_TEXT, required=False):
        report(Fault(_place(path), fault))
        return one_line(text[:MAX_TEXT])
    return text


def _plain_int(number: int, report: Report, path: _Path) -> int:
    if abs(number) > MAX_WHOLE_NUMBER:
        report(Fault(_place(path), f"is too large a number: at most {MAX_WHOLE_NUMBER}"))
        return 1
    return number


def _place(path: _Path) -> str:
    steps: list[int | str] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return at("", *reversed(steps))
