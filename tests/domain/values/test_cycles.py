"""Billing cycles, their unused days, and days where a tenant is (B29)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.values.base import Billing
from domain.values.cycles import (
    Cycle,
    CycleNotBegun,
    cycle_containing,
    day_of_month,
    local_day,
    start_of_local_day,
)

DAYS = st.dates(date(2000, 1, 1), date(2045, 12, 31))
BILLINGS: st.SearchStrategy[Billing] = st.sampled_from(["monthly", "annual"])


@pytest.mark.parametrize(
    ("anchor", "billing", "day", "first", "last", "days"),
    [
        ("2026-06-18", "monthly", "2026-06-25", "2026-06-18", "2026-07-17", 30),
        ("2026-06-18", "monthly", "2026-06-18", "2026-06-18", "2026-07-17", 30),
        ("2026-06-18", "monthly", "2026-07-17", "2026-06-18", "2026-07-17", 30),
        ("2026-06-18", "monthly", "2026-07-18", "2026-07-18", "2026-08-17", 31),
        ("2026-01-31", "monthly", "2026-01-31", "2026-01-31", "2026-02-27", 28),
        ("2026-01-31", "monthly", "2026-02-28", "2026-02-28", "2026-03-30", 31),
        ("2026-01-31", "monthly", "2026-03-31", "2026-03-31", "2026-04-29", 30),
        ("2026-01-31", "monthly", "2026-04-30", "2026-04-30", "2026-05-30", 31),
        ("2028-01-31", "monthly", "2028-02-10", "2028-01-31", "2028-02-28", 29),
        ("2028-01-31", "monthly", "2028-02-29", "2028-02-29", "2028-03-30", 31),
        ("2026-02-21", "monthly", "2026-03-20", "2026-02-21", "2026-03-20", 28),
        ("2026-12-31", "monthly", "2027-01-30", "2026-12-31", "2027-01-30", 31),
        ("2026-01-01", "annual", "2026-07-02", "2026-01-01", "2026-12-31", 365),
        ("2027-03-01", "annual", "2028-02-29", "2027-03-01", "2028-02-29", 366),
        ("2028-02-29", "annual", "2028-02-29", "2028-02-29", "2029-02-27", 365),
        ("2028-02-29", "annual", "2029-02-28", "2029-02-28", "2030-02-27", 365),
        ("2028-02-29", "annual", "2032-02-28", "2031-02-28", "2032-02-28", 366),
        ("2028-02-29", "annual", "2032-02-29", "2032-02-29", "2033-02-27", 365),
    ],
)
def test_cycles(anchor: str, billing: Billing, day: str, first: str, last: str, days: int) -> None:
    cycle = cycle_containing(date.fromisoformat(anchor), billing, date.fromisoformat(day))
    assert (cycle.first.isoformat(), cycle.last.isoformat(), cycle.days) == (first, last, days)


def test_before_the_anchor_there_is_no_cycle() -> None:
    with pytest.raises(CycleNotBegun, match="2026-06-18"):
        cycle_containing(date(2026, 6, 18), "monthly", date(2026, 6, 17))


@given(DAYS, BILLINGS, st.integers(0, 5000))
@example(date(2028, 2, 29), "annual", 1461)
@example(date(2026, 1, 31), "monthly", 28)
def test_cycles_cover_every_day_once(anchor: date, billing: Billing, days_later: int) -> None:
    day = anchor + timedelta(days=days_later)
    cycle = cycle_containing(anchor, billing, day)
    assert cycle.first <= day <= cycle.last
    assert cycle_containing(anchor, billing, cycle.first) == cycle
    assert cycle_containing(anchor, billing, cycle.last) == cycle
    after = cycle_containing(anchor, billing, cycle.last + timedelta(days=1))
    assert after.first == cycle.last + timedelta(days=1)
    assert cycle.first == day_of_month(cycle.first.year, cycle.first.month, anchor.day)
    assert cycle.days in (range(28, 32) if billing == "monthly" else range(365, 367))


@pytest.mark.parametrize(
    ("day", "unused"),
    [
        ("2026-06-17", 30),
        ("2026-06-18", 30),
        ("2026-06-25", 23),
        ("2026-07-17", 1),
        ("2026-07-18", 0),
    ],
)
def test_unused_days_count_both_ends(day: str, unused: int) -> None:
    cycle = Cycle(first=date(2026, 6, 18), last=date(2026, 7, 17))
    assert cycle.unused_days(date.fromisoformat(day)) == unused


@pytest.mark.parametrize(
    ("zone", "day", "starts_at"),
    [
        ("America/Los_Angeles", "2026-06-25", "2026-06-25T07:00"),
        ("Asia/Taipei", "2026-06-25", "2026-06-24T16:00"),
        ("Asia/Kathmandu", "2026-06-25", "2026-06-24T18:15"),
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00"),  # 00:00 is skipped: begins at 01:00
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00"),  # skipped too
        ("America/Havana", "2026-11-01", "2026-11-01T04:00"),  # 00:00 comes twice: the first
        ("America/New_York", "2026-11-01", "2026-11-01T04:00"),  # a day of 25 hours
    ],
)
def test_start_of_a_local_day(zone: str, day: str, starts_at: str) -> None:
    start = start_of_local_day(date.fromisoformat(day), zone)
    assert start == datetime.fromisoformat(starts_at).replace(tzinfo=UTC)
    assert start.tzinfo is UTC


ZONES = [
    "Africa/Cairo", "America/Asuncion", "America/Havana", "America/Los_Angeles", "America/Nuuk",
    "America/Sao_Paulo", "America/St_Johns", "Asia/Beirut", "Asia/Gaza", "Asia/Kolkata",
    "Asia/Tehran", "Australia/Lord_Howe", "Europe/Berlin", "Pacific/Chatham",
]  # fmt: skip


@given(DAYS, st.sampled_from(ZONES))
def test_a_local_day_starts_when_the_one_before_it_ends(day: date, zone: str) -> None:
    start = start_of_local_day(day, zone)
    assert local_day(start, zone) == day
    assert local_day(start - timedelta(seconds=1), zone) == day - timedelta(days=1)
