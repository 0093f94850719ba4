"""Business days, and the deadline of a credit check (B39).

Which days are business days is a fact of the tenant's country that changes with every release of
holiday data. So the calendar comes in from outside with its name and version, and the deadline is
computed once and stored as a UTC instant.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.values.base import start_of_utc_second
from domain.values.cycles import local_time_to_utc

_LONGEST_BREAK_DAYS = 366


class BusinessCalendar(Protocol):
    """The business days of one country or of one of its subdivisions."""

    @property
    def name(self) -> str:
        """Whose calendar it is, such as "US-WA"."""
        ...

    @property
    def version(self) -> str:
        """Where the knowledge comes from: the library and its version."""
        ...

    def is_business_day(self, day: date) -> bool:
        """Whether `day` is neither a weekend day nor a public holiday."""
        ...


CalendarOf = Callable[[str, str | None], BusinessCalendar]
"""Country and subdivision to the business days there."""


def next_business_day(day: date, calendar: BusinessCalendar) -> date:
    """The first business day after `day`.

    Raises `ValueError` for a calendar that has none within a year.
    """
    for days in range(1, _LONGEST_BREAK_DAYS + 1):
        candidate = day + timedelta(days=days)
        if calendar.is_business_day(candidate):
            return candidate
    raise ValueError(f"calendar {calendar.name} has no business day in the year after {day}")


def decision_deadline(
    asked_at: datetime, time_zone: str, calendar: BusinessCalendar, business_days: int
) -> datetime:
    """When a decision asked for at `asked_at` is due, as a UTC instant in whole seconds.

    It is due at the same local time on the `business_days`-th business day after. Asked outside a
    business day, the counting starts at the next business day's 00:00, and the deadline is 00:00 of
    a business day too. Local times that are skipped or come twice are read as in
    `local_time_to_utc`.
    """
    if business_days < 1:
        raise ValueError("a decision takes at least one business day")
    asked_local = start_of_utc_second(asked_at).astimezone(ZoneInfo(time_zone))
    day, local_time = asked_local.date(), asked_local.time()
    if not calendar.is_business_day(day):
        day, local_time = next_business_day(day, calendar), time.min
    for _ in range(business_days):
        day = next_business_day(day, calendar)
    return local_time_to_utc(day, local_time, time_zone)
