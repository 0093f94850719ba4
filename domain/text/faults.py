"""What is wrong with a world file: every fault with its place, in words a person can act on."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

Location = tuple[int | str, ...]

_PLAIN_WORDS = {
    "bool_type": "must be true or false, without quotes",
    "bool_parsing": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "int_parsing": "must be a whole number, without quotes",
    "int_from_float": "must be a whole number, without quotes",
    "date_type": "must be a day in quotes or plain, such as 2026-06-18",
    "date_parsing": "is not a day of the calendar: write it as 2026-06-18",
    "date_from_datetime_parsing": "is not a day of the calendar: write it as 2026-06-18",
    "date_from_datetime_inexact": "must be a day without a time, such as 2026-06-18",
    "decimal_type": 'must be an amount in quotes, such as "6.00"',
    "decimal_parsing": 'is not an amount: write digits and a point in quotes, such as "6.00"',
    "decimal_max_digits": "has more digits than belong here",
    "decimal_max_places": "has more digits after the point than belong here",
    "finite_number": 'is not an amount: write digits and a point in quotes, such as "6.00"',
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping of keys to values",
    "model_type": "must be a mapping of keys to values",
    "model_attributes_type": "must be a mapping of keys to values",
    "bytes_type": "must be a text",
    "datetime_type": "must be a moment, such as 2026-06-18T10:00:00Z",
    "datetime_parsing": "is not a moment: write it as 2026-06-18T10:00:00Z",
    "datetime_from_date_parsing": "is not a moment: write it as 2026-06-18T10:00:00Z",
    "timezone_aware": "has no time zone: write it as 2026-06-18T10:00:00Z",
    "int_parsing_size": "is out of all bounds: write a smaller number",
    "too_long": "has too many entries",
    "too_short": "has too few entries",
    "string_unicode": "has half characters: write whole ones, in UTF-8",
    "string_too_short": "is empty: write at least one character",
    "string_too_long": "is too long a text",
}
MOST_FAULTS = 1_000
"""That are told of one file; very many have one cause."""

MOST_CANDIDATES = 700
"""For what a word might mean; there are some 600 time zones."""

LONGEST_NUMBER = 256
"""Bits of a number that is shown."""

_PATTERNS = {
    r"^[A-Z]{2}$": "is not a country code: write two capital letters, such as US",
    r"^[A-Z]{3}$": "is not a currency code: write three capital letters, such as USD",
}
_ID_RULE = "is not an id: write letters, digits and . _ @ + -, beginning with a letter or digit"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it is, such as `tenants[2].subscriptions[0].plan`, and how to mend it."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


Report = Callable[[Fault], None]
"""Takes one fault, and goes on: all of them are told at once."""


class WorldFaults(Exception):
    """The world file cannot be used; holds all its faults, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


def at(place: str, *path: int | str) -> str:
    """The place of what lies `path` below `place`: `at("plans[0]", "prices", 1)`."""
    for step in path:
        if isinstance(step, int):
            place += f"[{step}]"
        elif step.replace("_", "").replace("-", "").isalnum() and step.isascii():
            place += f".{step}" if place else step
        else:
            place += f"[{quoted(step)}]"
    return place


def quoted(value: object) -> str:
    """`value` as a person would find it in the file, cut short where it is long."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > LONGEST_NUMBER:
        return "such a long number"  # Python refuses to write out one of 4,300 digits and more
    text = str(value)
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    printable = "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in shown
    )
    return f'"{printable}"' if isinstance(value, str) else printable


@lru_cache(maxsize=4096)
def did_you_mean(word: str, candidates: tuple[str, ...]) -> str:
    """`; did you mean "…"?` where a candidate resembles `word`, else nothing.

    Among very many nothing is looked for: each would be compared with each wrong word.
    """
    if len(candidates) > MOST_CANDIDATES:
        return ""
    close = get_close_matches(word[:120], candidates, n=1) or [
        candidate for candidate in candidates if candidate.lower() == word.lower()
    ]
    return f"; did you mean {quoted(close[0])}?" if close else ""


def fault_of(error: ErrorDetails, model: type[BaseModel], place: str) -> Fault:
    """A validation error of `model` as a fault, in plain words."""
    location: Location = error["loc"]
    if location and location[-1] == "[key]":
        return Fault(at(place, *location[:-1]), f"the key {_message(error)}")
    if error["type"] == "missing":
        return Fault(at(place, *location), "is missing")
    if error["type"] == "extra_forbidden":
        keys = keys_of(_model_at(model, location[:-1]))
        key = str(location[-1])
        hint = did_you_mean(key, keys) or f"; the keys are {', '.join(keys)}"
        return Fault(at(place, *location), f"{quoted(key)} is not a key here{hint}")
    return Fault(at(place, *location), _message(error))


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys `model` has in a file."""
    return tuple(_fields_of(model))


def _fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Its fields by the keys they have in a file."""
    return {
        field.validation_alias if isinstance(field.validation_alias, str) else name: field
        for name, field in model.model_fields.items()
    }


def _message(error: ErrorDetails) -> str:
    value, context = error["input"], error.get("ctx", {})
    kind = error["type"]
    if kind == "string_type":
        return _not_a_text(value)
    if kind == "string_pattern_mismatch":
        return f"{quoted(value)} {_PATTERNS.get(str(context.get('pattern')), _ID_RULE)}"
    if kind == "value_error" and isinstance(value, float | bool):
        return _not_an_amount(value)
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    if kind == "literal_error":
        return f"{quoted(value)} is none of {context['expected']}"
    if kind in _PLAIN_WORDS:
        shown = (
            "" if isinstance(value, Mapping | Sequence) and not isinstance(value, str) else value
        )
        subject = "" if shown == "" else f"{quoted(shown)} "
        return subject + _PLAIN_WORDS[kind]
    if kind == "json_invalid":
        return not_json(str(context.get("error", "")))
    return _out_of_bounds(kind, value, context) or f"{quoted(value)} is not a value for this"


def not_json(said: str) -> str:
    """That a text is not JSON, and where, by what a reader of JSON said of it."""
    found = _PLACE_IN_JSON.search(said)
    return f"is not JSON{'' if found is None else f' at line {found[1]}, column {found[2]}'}"


_PLACE_IN_JSON = re.compile(r"line (\d+),? column (\d+)")


def _not_a_text(value: object) -> str:
    if isinstance(value, bool):
        return (
            f"is read as {quoted(value)}, not as a text: put it in quotes "
            '(YAML reads a bare NO, no, off or yes as true or false, so write "NO" for Norway)'
        )
    if isinstance(value, int | float):
        return f"{quoted(value)} is a number, not a text: put it in quotes"
    if value is None:
        return "is empty: write a text"
    return "must be a text"


def _not_an_amount(value: float) -> str:
    if isinstance(value, bool):
        return f'{quoted(value)} is not an amount: write digits in quotes, such as "6.00"'
    return f"{value} is a float: put it in quotes, as in {quoted(f'{value:.2f}')}"


def _out_of_bounds(kind: str, value: object, context: Mapping[str, Any]) -> str | None:
    match kind:
        case "greater_than_equal":
            return f"{quoted(value)} is too small: at least {context['ge']}"
        case "less_than_equal":
            return f"{quoted(value)} is too large: at most {context['le']}"
        case "greater_than":
            return f"{quoted(value)} is too small: more than {context['gt']}"
        case "less_than":
            # Of all numbers only tax rates end below one.
            return f'{quoted(value)} is not a fraction below 1: write "0.20" for 20 %'
        case _:
            return None


def _model_at(model: type[BaseModel], location: Location) -> type[BaseModel]:
    """The model whose keys stand at `location` within `model`."""
    for step in location:
        field = _fields_of(model).get(str(step))
        inner = None if field is None else _model_in(field.annotation)
        model = inner or model
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
