"""What time it is for the tests: the only place of theirs that looks at the machine's calendar.

Worlds for real runs are built around this moment, so that a test means the same on every day.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def today(time_zone: str = "UTC") -> date:
    """The day it is in a time zone."""
    return now().astimezone(ZoneInfo(time_zone)).date()


def in_days(days: int, time_zone: str = "UTC") -> date:
    """The day that many days from today; before it where `days` is negative."""
    return today(time_zone) + timedelta(days=days)


def quiet_billing_day() -> int:
    """A billing day on which no story acts, so that every invoice waits for it.

    Stories order today, and schedule for five or twenty days from now.
    """
    return in_days(13).day
