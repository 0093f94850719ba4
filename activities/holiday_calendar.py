"""Business days of the world's countries, from the `holidays` library (B39).

Weekends and public holidays are the library's, by country and, where it knows them, by
subdivision. What it does not know is never an error, since a credit check must have a deadline
everywhere: the calendar falls back, and says so in its name.
"""

from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version

import holidays

from domain.values.business_days import BusinessCalendar

_SATURDAY = 5
_VERSION = f"holidays {version('holidays')}"


def holiday_calendar(country: str, subdivision: str | None = None) -> BusinessCalendar:
    """The business days of `country` (ISO 3166-1 alpha-2), or of one of its subdivisions.

    A subdivision is an ISO 3166-2 code with or without its country ("US-WA", "WA"), or a name that
    the library knows ("Washington"), in any case. One that is unknown gets the holidays of the
    whole country; an unknown country works Monday to Friday, without holidays.
    """
    country = country.upper()
    if not _is_known(country):
        return _HolidayCalendar(None, None, f"{country} (unknown: Monday to Friday, no holidays)")
    if not subdivision:
        return _HolidayCalendar(country, None, country)
    code = _subdivision_code(country, subdivision)
    if code is None:
        return _HolidayCalendar(country, None, f"{country} (subdivision {subdivision} unknown)")
    return _HolidayCalendar(country, code, f"{country}-{code}")


class _HolidayCalendar:
    """One entity's calendar; it holds no state of its own, so it can be shared between threads."""

    def __init__(self, country: str | None, subdivision: str | None, name: str) -> None:
        self._country = country
        self._subdivision = subdivision
        self.name = name
        self.version = _VERSION

    def is_business_day(self, day: date) -> bool:
        if self._country is None:
            return day.weekday() < _SATURDAY
        return day not in _days_off(self._country, self._subdivision, day.year)


@lru_cache(maxsize=4096)
def _days_off(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """Weekend days and public holidays of a year, weekend days declared working days taken out.

    The library fills its own calendars in while they are asked, which is not safe between threads.
    So one is made here for a single year, asked for every day of it, and thrown away. It gets the
    neighboring years too: a holiday may be observed on the other side of New Year.
    """
    years = range(max(year - 1, date.min.year), min(year + 1, date.max.year) + 1)
    calendar = holidays.country_holidays(country, subdiv=subdivision, years=years, expand=False)
    first = date(year, 1, 1)
    year_length = (date(year, 12, 31) - first).days + 1
    days = (first + timedelta(days=offset) for offset in range(year_length))
    return frozenset(day for day in days if not calendar.is_working_day(day))


@lru_cache(maxsize=1024)
def _subdivision_code(country: str, subdivision: str) -> str | None:
    """The library's own code of a subdivision given by code or name, or None."""
    given = subdivision.strip().casefold().removeprefix(f"{country.casefold()}-")
    known = holidays.country_holidays(country)
    codes = {code.casefold(): code for code in known.subdivisions}
    names = {name.casefold(): code for name, code in known.subdivisions_aliases.items()}
    return codes.get(given) or names.get(given)


@lru_cache(maxsize=512)
def _is_known(country: str) -> bool:
    try:
        holidays.country_holidays(country)
    except NotImplementedError:
        return False
    return True
