"""Billing cycles, and days in a tenant's time zone (B29).

A cycle runs from its anchor day to the day before the next one. The anchor keeps its own day of
the month and falls on the last day of a month too short for it, so one short month does not move
the later cycles:

    anchor 31 Jan:   31 Jan - 27 Feb (28 days),  28 Feb - 30 Mar (31),  31 Mar - 29 Apr (30), ...
    anchor 29 Feb, annual:   29 Feb 2028 - 27 Feb 2029,  28 Feb 2029 - 27 Feb 2030, ...
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from domain.values.base import Billing, Value


class CycleNotBegun(ValueError):
    """The day lies before the first cycle's anchor."""


class Cycle(Value):
    """One billing cycle; both its days belong to it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def unused_days(self, day: date) -> int:
        """Days from `day` through the last, both included: all of them before, 0 after it."""
        return max(0, min(self.days, (self.last - day).days + 1))


def cycle_containing(anchor: date, billing: Billing, day: date) -> Cycle:
    """The cycle that `day` falls in, without walking through the ones before it.

    Raises `CycleNotBegun` for a day before `anchor`.
    """
    if day < anchor:
        raise CycleNotBegun(f"{day} is before the first cycle, which begins on {anchor}")
    months = months_per_cycle(billing)
    months_apart = (day.year - anchor.year) * 12 + day.month - anchor.month
    number = months_apart // months
    if _months_after(anchor, number * months) > day:
        number -= 1
    first = _months_after(anchor, number * months)
    next_first = _months_after(anchor, (number + 1) * months)
    return Cycle(first=first, last=next_first - timedelta(days=1))


def months_per_cycle(billing: Billing) -> int:
    """How many months one billing period has."""
    match billing:
        case "monthly":
            return 1
        case "annual":
            return 12
        case _:
            assert_never(billing)


def day_of_month(year: int, month: int, wanted_day: int) -> date:
    """That day of that month, or the month's last day where it is shorter."""
    return date(year, month, min(wanted_day, monthrange(year, month)[1]))


def _months_after(anchor: date, months: int) -> date:
    years, month_index = divmod(anchor.month - 1 + months, 12)
    return day_of_month(anchor.year + years, month_index + 1, anchor.day)


def local_day(at: datetime, time_zone: str) -> date:
    """The calendar day it is at that moment in the IANA zone `time_zone`."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def start_of_local_day(day: date, time_zone: str) -> datetime:
    """The moment (UTC) at which `day` begins in the IANA zone `time_zone`.

    See `local_time_to_utc` for days whose midnight is skipped or comes twice.
    """
    return local_time_to_utc(day, time.min, time_zone)


def local_time_to_utc(day: date, at: time, time_zone: str) -> datetime:
    """The moment (UTC) when clocks in `time_zone` show `at` on `day`.

    As RFC 5545 has it: a time that comes twice, when clocks are set back, means the first one; a
    time that is skipped, when they are set forward, is read with the offset before the change. A
    day whose midnight is skipped therefore begins at the moment of the change.
    """
    local = datetime.combine(day, at.replace(fold=0), tzinfo=ZoneInfo(time_zone))
    return local.astimezone(UTC)
