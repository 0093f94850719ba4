"""Business days by country: whose they are, and what is done where the library knows nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from activities import holiday_calendar as module
from activities.holiday_calendar import holiday_calendar


@pytest.mark.parametrize(
    ("country", "subdivision", "name"),
    [
        ("US", None, "US"),
        ("US", "", "US"),
        ("us", "wa", "US-WA"),
        ("US", "US-WA", "US-WA"),
        ("US", "Washington", "US-WA"),
        ("DE", "bayern", "DE-BY"),
        ("US", "ZZ", "US (subdivision ZZ unknown)"),
        ("XX", "YY", "XX (unknown: Monday to Friday, no holidays)"),
    ],
)
def test_the_name_says_whose_days_they_are(
    country: str, subdivision: str | None, name: str
) -> None:
    calendar = holiday_calendar(country, subdivision)
    assert calendar.name == name
    assert calendar.version.startswith("holidays 0.")


def test_an_unknown_subdivision_has_the_holidays_of_its_country() -> None:
    calendar = holiday_calendar("US", "ZZ")
    assert not calendar.is_business_day(date(2026, 7, 3))
    assert calendar.is_business_day(date(2026, 7, 6))


def test_an_unknown_country_works_monday_to_friday() -> None:
    calendar = holiday_calendar("XX")
    worked = [calendar.is_business_day(date(2026, 6, 22) + timedelta(days=n)) for n in range(7)]
    assert worked == [True] * 5 + [False] * 2
    assert calendar.is_business_day(date(2026, 12, 25))


@pytest.mark.parametrize("year", [1, 1900, 2099, 2150, 9999])
def test_years_that_the_library_does_not_know_still_have_weekends(year: int) -> None:
    calendar = holiday_calendar("US")
    week = [date(year, 3, 10) + timedelta(days=n) for n in range(7)]
    assert [calendar.is_business_day(day) for day in week] == [day.weekday() < 5 for day in week]


def test_threads_see_the_same_days() -> None:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(0, 4000, 3)]
    calendar = holiday_calendar("CN")
    module._days_off.cache_clear()

    def ask(_: int) -> list[bool]:
        return [calendar.is_business_day(day) for day in days]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(16)))
    assert all(answer == answers[0] for answer in answers)
