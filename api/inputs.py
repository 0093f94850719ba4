"""What callers may write: every check names the field, the fault and the mend, as `BadInput`.

Edges hand in texts as they came, from a command line or a request; what passes here can neither
surprise the store nor a log.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from api.errors import BadInput
from domain.text.faults import did_you_mean, quoted
from domain.text.free_text import fault_in
from domain.text.messages import amount_from, day_from, key_from
from domain.values.currencies import minor_digits
from domain.values.money import has_too_many_digits, with_currency_digits
from domain.world.importing import SECTIONS, Section
from domain.world.model import MAX_LICENSES

T = TypeVar("T")

MAX_ID = 120
LONGEST_DURATION = timedelta(days=3660)

ID_RULE = "write letters, digits and . _ @ + -, beginning with a letter or digit"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]*")
_DURATION = re.compile(r"(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?")


def id_of(field: str, text: str) -> str:
    """An id of a subscription, plan, quote, upgrade, tenant or user."""
    _require_text(field, text, MAX_ID)
    if not is_id(text):
        raise BadInput(field, f"{quoted(text)} is not an id: {ID_RULE}")
    return text


def is_id(text: str) -> bool:
    """Whether anything could have this id."""
    return len(text) <= MAX_ID and _ID.fullmatch(text) is not None


def sections_of(field: str, text: str) -> frozenset[Section]:
    """Sections of a world file that are to be replaced, such as `policy,incidents`."""
    chosen: set[Section] = set()
    for name in filter(None, (part.strip() for part in text.split(","))):
        if name == "tenants":
            raise BadInput(
                field, "tenants are never replaced: a file adds and changes them, and removes none"
            )
        if name not in SECTIONS:
            hint = did_you_mean(name, SECTIONS) or f"; those are {', '.join(SECTIONS)}"
            raise BadInput(field, f"{quoted(name)} is not a section that can be replaced{hint}")
        chosen.add(name)
    return frozenset(chosen)


def payment_of(amount: Decimal, currency: str) -> Decimal:
    """An amount that is paid, with the digits of its currency."""
    if amount <= 0:
        raise BadInput("amount", "nothing would be paid: write an amount above 0")
    if has_too_many_digits(amount, currency):
        digits = minor_digits(currency) or "none"
        raise BadInput(
            "amount", f"{amount:f} has too many digits: {currency} has {digits} after the point"
        )
    return with_currency_digits(amount, currency)


def key_of(field: str, text: str) -> str:
    """An idempotency key: any short text on one line."""
    return _written(field, key_from, text)


def words_of(field: str, text: str) -> str:
    """A reason that has to be given, in anybody's words (`domain.text.free_text`)."""
    if fault := fault_in(text, required=True):
        raise BadInput(field, fault)
    return text


def amount_of(field: str, text: str) -> Decimal:
    """An amount of money in a currency's major unit."""
    return _written(field, amount_from, text)


def licenses_of(field: str, text: str) -> int:
    """A number of licenses."""
    if not re.fullmatch(r"[0-9]{1,12}", text) or not 1 <= int(text) <= MAX_LICENSES:
        raise BadInput(
            field,
            f"{quoted(text)} is not a number of licenses: write a whole number from 1 to "
            f"{MAX_LICENSES}",
        )
    return int(text)


def require_licenses(field: str, number: int) -> None:
    """Raise `BadInput` for a number of licenses that nobody can buy or keep."""
    require_number(field, number, 1, MAX_LICENSES)


def require_number(field: str, number: int, least: int, most: int) -> None:
    """Raise `BadInput` for a number out of its bounds."""
    if not least <= number <= most:
        raise _out_of_range(field, number, least, most)


def number_of(field: str, text: str, least: int, most: int) -> int:
    """A whole number within bounds."""
    if not re.fullmatch(r"[0-9]{1,19}", text) or not least <= int(text) <= most:
        raise _out_of_range(field, text, least, most)
    return int(text)


def _out_of_range(field: str, written: str | int, least: int, most: int) -> BadInput:
    return BadInput(
        field, f"{quoted(written)} is out of range: write a whole number from {least} to {most}"
    )


def day_of(field: str, text: str) -> date:
    """A day of the calendar."""
    return _written(field, day_from, text)


def duration_of(field: str, text: str) -> timedelta:
    """A time to live through, such as `90s`, `45m`, `6h`, `30d` or `2d1s`."""
    found = _DURATION.fullmatch(text)
    if not text or not found:
        raise BadInput(
            field,
            f"{quoted(text)} is not a duration: write days, hours, minutes and seconds in this "
            "order, such as 2d, 6h, 45m, 90s or 2d1s",
        )
    try:
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except (OverflowError, ValueError):
        duration = LONGEST_DURATION * 2
    if not timedelta(0) < duration <= LONGEST_DURATION:
        raise BadInput(
            field, f"{quoted(text)} is out of range: write 1s to {LONGEST_DURATION.days}d"
        )
    return duration


def _written(field: str, read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError as fault:
        raise BadInput(field, str(fault)) from None


def _require_text(field: str, text: str, longest: int) -> None:
    if not text.strip():
        raise BadInput(field, "is empty: say what it is")
    if len(text) > longest:
        raise BadInput(field, f"has {len(text)} characters: write at most {longest}")
