"""Deadlines in many countries; the days were looked up in published lists of public holidays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from activities import holiday_calendar as module
from activities.holiday_calendar import holiday_calendar
from domain.business_days import decision_deadline

NEW_YORK, LONDON, BERLIN = "America/New_York", "Europe/London", "Europe/Berlin"


@pytest.mark.parametrize(
    ("where", "zone", "asked", "due"),
    [
        ("US", NEW_YORK, "Thu 2026-06-25 09:00", "Mon 2026-06-29 09:00"),
        ("US", NEW_YORK, "Sat 2026-06-27 12:00", "Wed 2026-07-01 00:00"),
        ("US", NEW_YORK, "Thu 2026-07-02 15:00", "Tue 2026-07-07 15:00"),  # 4 July is kept on 3
        ("US-NY", NEW_YORK, "Wed 2026-11-25 10:00", "Mon 2026-11-30 10:00"),  # Thanksgiving
        ("US", NEW_YORK, "Thu 2026-01-01 08:00", "Tue 2026-01-06 00:00"),
        ("US", NEW_YORK, "Thu 2021-12-30 10:00", "Tue 2022-01-04 10:00"),  # New Year kept on 31
        ("US", NEW_YORK, "Fri 2026-03-06 09:00", "Tue 2026-03-10 09:00"),  # clocks change
        ("CA-QC", "America/Toronto", "Tue 2026-06-23 10:00", "Fri 2026-06-26 10:00"),  # St John
        ("CA-ON", "America/Toronto", "Tue 2026-06-23 10:00", "Thu 2026-06-25 10:00"),
        ("MX", "America/Mexico_City", "Fri 2026-11-13 10:00", "Wed 2026-11-18 10:00"),
        ("BR", "America/Sao_Paulo", "Mon 2026-04-20 10:00", "Thu 2026-04-23 10:00"),  # Tiradentes
        ("GB-ENG", LONDON, "Thu 2026-04-02 09:30", "Wed 2026-04-08 09:30"),  # Easter
        ("GB-SCT", LONDON, "Thu 2026-04-02 09:30", "Tue 2026-04-07 09:30"),  # no Easter Monday
        ("GB-ENG", LONDON, "Thu 2026-12-24 17:00", "Wed 2026-12-30 17:00"),  # Boxing Day on 28
        ("DE-BY", BERLIN, "Mon 2026-01-05 09:00", "Thu 2026-01-08 09:00"),  # Epiphany
        ("DE-BE", BERLIN, "Mon 2026-01-05 09:00", "Wed 2026-01-07 09:00"),
        ("FR", "Europe/Paris", "Wed 2026-05-13 11:00", "Mon 2026-05-18 11:00"),  # Ascension
        ("FR", "Europe/Paris", "Thu 2026-04-30 11:00", "Tue 2026-05-05 11:00"),
        ("IT", "Europe/Rome", "Fri 2026-08-14 10:00", "Tue 2026-08-18 10:00"),
        ("SA", "Asia/Riyadh", "Wed 2026-09-02 10:00", "Sun 2026-09-06 10:00"),  # Fri, Sat off
        ("SA", "Asia/Riyadh", "Tue 2026-09-22 10:00", "Sun 2026-09-27 10:00"),  # National Day
        ("AE", "Asia/Dubai", "Thu 2026-01-08 10:00", "Mon 2026-01-12 10:00"),  # Sat, Sun off
        ("AE", "Asia/Dubai", "Wed 2021-01-06 10:00", "Sun 2021-01-10 10:00"),  # until 2021 Fri, Sat
        ("IL", "Asia/Jerusalem", "Thu 2026-01-08 10:00", "Mon 2026-01-12 10:00"),
        ("JP", "Asia/Tokyo", "Fri 2026-05-01 10:00", "Fri 2026-05-08 10:00"),  # Golden Week
        ("TW", "Asia/Taipei", "Fri 2026-02-13 10:00", "Tue 2026-02-24 10:00"),  # Lunar New Year
        ("CN", "Asia/Shanghai", "Fri 2026-02-13 10:00", "Tue 2026-02-24 10:00"),  # Sat 14 is worked
        ("KR", "Asia/Seoul", "Wed 2026-09-23 10:00", "Tue 2026-09-29 10:00"),  # Chuseok
        ("IN", "Asia/Kolkata", "Fri 2026-01-23 10:00", "Wed 2026-01-28 10:00"),  # Republic Day
        ("AU-NSW", "Australia/Sydney", "Thu 2026-04-02 10:00", "Wed 2026-04-08 10:00"),
        ("NZ", "Pacific/Auckland", "Thu 2026-02-05 10:00", "Tue 2026-02-10 10:00"),  # Waitangi
        ("ZA", "Africa/Johannesburg", "Thu 2026-09-24 10:00", "Tue 2026-09-29 00:00"),  # Heritage
    ],
)
def test_deadlines_of_two_business_days(where: str, zone: str, asked: str, due: str) -> None:
    country, _, subdivision = where.partition("-")
    asked_local = datetime.strptime(asked, "%a %Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
    assert asked_local.strftime("%a") == asked[:3]
    calendar = holiday_calendar(country, subdivision or None)
    deadline = decision_deadline(asked_local, zone, calendar, 2)
    assert calendar.name == where
    assert deadline.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M") == due


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
