"""Business days, and the deadline of a credit check (B39)."""

from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values.business_days import decision_deadline, next_business_day


class Weekdays:
    """Monday to Friday, without the given holidays."""

    name = "test"
    version = "1"

    def __init__(self, *holidays: str, off: AbstractSet[int] = frozenset({5, 6})) -> None:
        self.holidays = frozenset(date.fromisoformat(day) for day in holidays)
        self.off = off

    def is_business_day(self, day: date) -> bool:
        return day.weekday() not in self.off and day not in self.holidays


def local_deadline(asked: str, zone: str, calendar: Weekdays, business_days: int = 2) -> str:
    asked_at = datetime.fromisoformat(asked).replace(tzinfo=ZoneInfo(zone))
    deadline = decision_deadline(asked_at, zone, calendar, business_days)
    assert deadline.utcoffset() == timedelta(0)
    return deadline.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-06-22T09:00", "Wed 2026-06-24 09:00"),
        ("2026-06-25T09:00", "Mon 2026-06-29 09:00"),
        ("2026-06-26T23:59", "Tue 2026-06-30 23:59"),
        ("2026-06-27T12:00", "Wed 2026-07-01 00:00"),  # Saturday: counting starts on Monday
        ("2026-06-28T23:59", "Wed 2026-07-01 00:00"),
        ("2026-06-29T00:00", "Wed 2026-07-01 00:00"),
    ],
)
def test_two_business_days(asked: str, due: str) -> None:
    assert local_deadline(asked, "America/Los_Angeles", Weekdays()) == due


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-07-02T15:00", "Tue 2026-07-07 15:00"),
        ("2026-07-03T15:00", "Wed 2026-07-08 00:00"),  # asked on the holiday
    ],
)
def test_holidays_do_not_count(asked: str, due: str) -> None:
    assert local_deadline(asked, "America/Los_Angeles", Weekdays("2026-07-03")) == due


def test_the_day_is_the_tenants_own() -> None:
    # Sunday evening in Los Angeles is Monday morning in Taipei.
    asked_at = datetime(2026, 6, 29, 1, 0, tzinfo=UTC)
    taipei = decision_deadline(asked_at, "Asia/Taipei", Weekdays(), 2)
    assert taipei == datetime(2026, 7, 1, 1, 0, tzinfo=UTC)
    los_angeles = decision_deadline(asked_at, "America/Los_Angeles", Weekdays(), 2)
    assert los_angeles == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)


def test_the_local_time_stays_when_clocks_change() -> None:
    asked_at = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)  # Friday 09:00 in New York, UTC-5
    deadline = decision_deadline(asked_at, "America/New_York", Weekdays(), 2)
    assert deadline == datetime(2026, 3, 10, 13, 0, tzinfo=UTC)  # Tuesday 09:00, UTC-4


def test_a_skipped_local_time_is_read_with_the_offset_before_the_change() -> None:
    # In Israel clocks go from 02:00 to 03:00 on Friday 27 March 2026; there, let Friday be worked.
    calendar = Weekdays(off={5})
    assert local_deadline("2026-03-25T02:30", "Asia/Jerusalem", calendar) == "Fri 2026-03-27 03:30"


def test_a_local_time_that_comes_twice_means_the_first() -> None:
    # Sunday 1 November 2026 has 01:30 twice in New York; let Sunday be worked.
    calendar = Weekdays(off={5})
    asked_at = datetime(2026, 10, 29, 5, 30, tzinfo=UTC)  # Thursday 01:30, UTC-4
    deadline = decision_deadline(asked_at, "America/New_York", calendar, 2)
    assert deadline == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_deadlines_are_whole_seconds() -> None:
    asked_at = datetime(2026, 6, 22, 9, 0, 0, 999_999, tzinfo=UTC)
    assert decision_deadline(asked_at, "UTC", Weekdays(), 1) == datetime(2026, 6, 23, 9, tzinfo=UTC)


def test_a_calendar_without_business_days_ends_the_search() -> None:
    never = Weekdays(off=frozenset(range(7)))
    with pytest.raises(ValueError, match="no business day"):
        next_business_day(date(2026, 6, 22), never)


def test_a_check_takes_a_day_at_least() -> None:
    with pytest.raises(ValueError, match="at least one"):
        decision_deadline(datetime(2026, 6, 22, tzinfo=UTC), "UTC", Weekdays(), 0)


MOMENTS = st.integers(0, 15 * 366 * 86_400).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds, microseconds=7)
)
ZONES = st.sampled_from(["UTC", "America/New_York", "Asia/Taipei", "Africa/Cairo", "Asia/Riyadh"])
SOME_HOLIDAYS = st.sets(st.integers(-3, 40), max_size=15)


@given(MOMENTS, ZONES, SOME_HOLIDAYS, st.sets(st.integers(0, 6), max_size=4), st.integers(1, 6))
def test_deadlines_agree_with_a_list_of_all_business_days(
    asked_at: datetime, zone: str, holidays: set[int], off: set[int], business_days: int
) -> None:
    asked_local = asked_at.replace(microsecond=0).astimezone(ZoneInfo(zone))
    today = asked_local.date()
    calendar = Weekdays(*((today + timedelta(days=n)).isoformat() for n in holidays), off=off)
    window = [today + timedelta(days=n) for n in range(120)]
    worked = [day for day in window if calendar.is_business_day(day)]
    if worked[0] == today:
        due = datetime.combine(worked[business_days], asked_local.time())
    else:
        due = datetime.combine(worked[business_days], time(0))
    expected = due.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    deadline = decision_deadline(asked_at, zone, calendar, business_days)
    assert deadline == expected
    assert deadline > asked_at.replace(microsecond=0)
