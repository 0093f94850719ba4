"""What callers write: one rule for each kind of text, and one reader of messages, at every entrance.

Command line, service and Temporal all come here, so what one of them refuses no other takes. Ids are
`domain.values.base.Id`, words for people `domain.text.free_text`.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar, cast

from pydantic import AfterValidator, BeforeValidator, ValidationError
from pydantic_core import ErrorDetails, from_json

from domain.text.faults import did_you_mean, fault_of, keys_of, not_json, quoted
from domain.text.free_text import fault_in
from domain.values.base import LAST_DAY, Value
from domain.values.rejections import BadMessage

MAX_KEY = 200
"""Characters in an idempotency key."""

MAX_MESSAGE = 1_000_000
"""Characters in a message: half of what Temporal carries."""

LONGEST_SHOWN = 60
"""Characters of a field's name, where it is one that nobody knows."""

MESSAGE = "message"
"""The field of a fault that is not in one of the message's own fields."""

_AMOUNT = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,4})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHORT_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")


# ---- kinds of text ----------------------------------------------------------------------------


def amount_from(text: str) -> Decimal:
    """An amount of money in a currency's major unit. Raises `ValueError` with the fault and its fix."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(
            f"{quoted(text)} is not an amount: write up to 15 digits, and up to 4 after a point, "
            "such as 188.00"
        )
    return Decimal(text)


def day_from(text: str) -> date:
    """A day of the calendar, no later than `LAST_DAY`. Raises `ValueError` like `amount_from`."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{quoted(text)} is not a day of the calendar: write it as {_padded(text)}"
        ) from None
    return _near_enough(day)


def _padded(text: str) -> str:
    """The day that was meant, as it is to be written; any day, where none can be seen."""
    short = _SHORT_DAY.fullmatch(text)
    year, month, day = short.groups() if short else ("2026", "6", "18")
    padded = f"{year}-{int(month):02}-{int(day):02}"
    try:
        date.fromisoformat(padded)
    except ValueError:
        return "2026-06-18"
    return padded


def _near_enough(day: date) -> date:
    if day > LAST_DAY:
        raise ValueError(f"{day} is too far away: choose a day up to {LAST_DAY}")
    return day


def key_from(text: str) -> str:
    """An idempotency key: a short text on one line. Raises `ValueError` like `amount_from`."""
    return _sound(text, longest=MAX_KEY)


def _sound(text: str, **bounds: Any) -> str:
    if fault := fault_in(text, **bounds):
        raise ValueError(fault)
    return text


def _amount_of(value: object) -> Decimal:
    if isinstance(value, Decimal):
        # Written out only where that is short: 1E+999999 is a megabyte.
        return amount_from(f"{value:f}" if -5 < value.adjusted() < 16 else str(value))
    return amount_from(_text_of(value, "188.00"))


def _day_of(value: object) -> date:
    if type(value) is date:
        return _near_enough(value)
    return day_from(_text_of(value, "2026-06-18"))


def _text_of(value: object, example: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f'{_what_it_is(value)}: write it as text, in quotes, such as "{example}"')
    return value


WrittenAmount = Annotated[Decimal, BeforeValidator(_amount_of)]
"""An amount, always as text: a JSON number may have lost what it said."""

WrittenDay = Annotated[date, BeforeValidator(_day_of)]

Key = Annotated[str, AfterValidator(key_from)]

Words = Annotated[str, AfterValidator(_sound)]
"""A reference or a reason, in anybody's words."""

OptionalWords = Annotated[str, AfterValidator(lambda text: _sound(text, required=False))]


# ---- messages ---------------------------------------------------------------------------------


class Message(Value):
    """What is sent to a run: one JSON object."""

    example: ClassVar[str]
    """How one is written."""


M = TypeVar("M", bound=Message)


def read_message(kind: type[M], text: str) -> M:
    """The message that `text` holds as JSON.

    Raises `BadMessage`, which names the field, the fault and its fix, and shows a right message.
    """
    try:
        return read_fields(kind, _object_in(text))
    except BadMessage as fault:
        raise BadMessage(fault.field, fault.fault, example=kind.example) from None


def read_fields(kind: type[M], fields: Mapping[str, object]) -> M:
    """The message that has these fields. Raises `BadMessage` like `read_message`."""
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        # What is written wrong explains what is then missing.
        faults = sorted(error.errors(), key=lambda each: each["type"] == "missing")
        raise _bad_input(faults[0], kind) from None


def _object_in(text: str) -> Mapping[str, object]:
    if len(text) > MAX_MESSAGE:
        raise BadMessage(MESSAGE, f"has {len(text)} characters: send at most {MAX_MESSAGE}")
    try:
        # Before the standard library's reader: this one bounds the depth, and refuses half characters.
        document = from_json(text or "null", allow_inf_nan=False)
        json.loads(text or "null", object_pairs_hook=_each_once)
    except ValueError as error:
        raise BadMessage(MESSAGE, f"{not_json(str(error))}: send one JSON object") from None
    if document is None:
        raise BadMessage(MESSAGE, "is missing: send one JSON object")
    if not isinstance(document, dict):
        raise BadMessage(MESSAGE, f"{_what_it_is(document)}: send one JSON object")
    return cast("dict[str, object]", document)


def _bad_input(error: ErrorDetails, kind: type[Message]) -> BadMessage:
    value, context = error["input"], error.get("ctx", {})
    place, fault = astuple(fault_of(error, kind, ""))
    match error["type"]:
        case "extra_forbidden":
            known = keys_of(kind)
            hint = did_you_mean(str(error["loc"][-1]), known) or f"; there are {', '.join(known)}"
            fault = f"is not a field of this message{hint}"
        case "string_too_long":
            fault = f"has {len(value)} characters: write at most {context['max_length']}"
        case "string_type":
            fault = f"{_what_it_is(value)}: write text, in quotes"
        case "too_long":
            fault = f"has {len(value)} entries: write at most {context['max_length']}"
        case "too_short":
            fault = "is empty: name at least one"
        case "tuple_type":
            fault = f"{_what_it_is(value)}: write a list"
        case "value_error":
            fault = str(context["error"])
        case _:
            pass
    return BadMessage(quoted(place) if len(place) > LONGEST_SHOWN else place, fault)


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise BadMessage(MESSAGE, f"has {quoted(twice)} twice: write each field once")
    return found


def _what_it_is(value: object) -> str:
    """The kind of a JSON value, as a fault begins."""
    match value:
        case None:
            return "is null"
        case bool():
            return f"is {quoted(value)}"
        case int() | float() | Decimal():
            return "is a number"
        case str():
            return "is text"
        case list() | tuple():
            return "is a list"
        case _:
            return "is an object"
