"""Money, numbers, days and moments as people read them, in every language (B4, B23, B62).

    money(Decimal("1234.5"), "USD")      $1,234.50                       US$1,234.50
    number(4711)                         4,711                           4,711
    percent(Decimal("0.0825"))           8.25%                           8.25%
    day(date(2026, 6, 18))               June 18, 2026                   2026年6月18日
    short_day(date(2026, 6, 18))         Thu, Jun 18, 2026               2026年6月18日 週四
    moment(at, "America/Los_Angeles")    June 18, 2026, 3:00 PM (Pacific Daylight Time)
                                         2026年6月18日 下午3:00（太平洋夏令時間）
    country_name("TW")                   Taiwan                          台灣
    short_moment(at, "UTC")              Jun 18, 2026, 10:00 PM UTC     2026年6月18日 晚上10:00 UTC

Each answers a `Text`, which can stand as a value in a sentence (`domain.text.texts.text`); where only
one language is wanted, as in a document, take it with `money(...).in_language(language)`.

`country` is the tenant's: days and clocks are written as its people write them (18 June 2026 in
GB), where CLDR knows; else in the language's own way. Numbers and money are written in the
language's way everywhere, so that a point never means one thing here and another in the next line,
and one dollar is told from another: $ and CA$, or US$ and $ for readers in Taiwan.

How an amount is *written* is babel's knowledge; how many digits it *has* is the currency's (B28),
and no digit is ever rounded away. Nothing here is for machines: JSON amounts are plain decimals.
"""

import re
from collections.abc import Callable, Mapping
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, localedata
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    get_timezone_gmt,
    get_timezone_name,
)
from babel.numbers import NumberPattern, format_decimal, format_percent, get_currency_symbol
from babel.numbers import parse_pattern as parse_number_pattern

from domain.values.base import Language, Text
from domain.values.currencies import minor_digits

LOCALES: Mapping[Language, str] = {"en": "en", "zh-TW": "zh_Hant"}
"""What CLDR calls the languages of the service; a country may follow."""

_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def money(amount: Decimal, currency: str) -> Text:
    """An amount with its currency's symbol and all its digits.

    Raises `UnknownCurrency`.
    """
    digits = minor_digits(currency)

    def written(locale: Locale) -> str:
        pattern = _money_pattern(locale, currency, digits)
        return pattern.apply(
            amount, locale, currency=currency, currency_digits=False, decimal_quantization=False
        )

    return _in_each_language(written)


@lru_cache(maxsize=4096)  # sentences are full of the same few
def number(value: int) -> Text:
    """A count, its digits in groups."""
    return _in_each_language(lambda locale: format_decimal(value, locale=locale))


def percent(rate: Decimal) -> Text:
    """A rate such as 0.0825 as a percentage, with all its digits."""
    return _in_each_language(
        lambda locale: format_percent(rate, locale=locale, decimal_quantization=False)
    )


def country_name(code: str) -> Text:
    """A country as an address names it; its code where CLDR has no name for it."""

    def written(locale: Locale) -> str:
        return str(locale.territories[code]) if code in locale.territories else code  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - untyped data

    return _in_each_language(written)


def day(on: date, country: str | None = None) -> Text:
    """A day, as it stands in a sentence."""
    return _in_each_language(lambda locale: format_date(on, "long", locale=locale), country)


def short_day(on: date, country: str | None = None) -> Text:
    """A day with its weekday, as it stands in a table."""
    return _in_each_language(lambda locale: format_skeleton("yMMMEd", on, locale=locale), country)


def moment(at: datetime, time_zone: str, country: str | None = None) -> Text:
    """An instant on the clocks of `time_zone`, to the minute, the part of a minute dropped."""
    local = at.astimezone(ZoneInfo(time_zone))

    def parts(locale: Locale) -> tuple[str, str, str]:
        return (
            format_date(local, "long", locale=locale),
            _clock(local, locale),
            get_timezone_name(local, "long", locale=locale),
        )

    return Text(
        en=_plain("{}, {} ({})".format(*parts(_locale("en", country)))),
        zh_tw=_plain("{} {}（{}）".format(*parts(_locale("zh-TW", country)))),
    )


def short_moment(at: datetime, time_zone: str, country: str | None = None) -> Text:
    """The same as it stands in a table, with the offset of the clocks."""
    local = at.astimezone(ZoneInfo(time_zone))

    def parts(locale: Locale) -> tuple[str, str, str]:
        return (
            format_date(local, "medium", locale=locale),
            _clock(local, locale),
            "UTC" if time_zone == "UTC" else get_timezone_gmt(local, locale=locale),
        )

    return Text(
        en=_plain("{}, {} {}".format(*parts(_locale("en", country)))),
        zh_tw=_plain("{} {} {}".format(*parts(_locale("zh-TW", country)))),
    )


def operators_moment(at: datetime) -> str:
    """The same for operators, who share no time zone and one language."""
    return short_moment(at, "UTC").en


def _clock(local: datetime, locale: Locale) -> str:
    """The time of day; midnight as 00:00, since few can tell which day "12:00 AM" belongs to."""
    if (local.hour, local.minute) == (0, 0):
        return "00:00"
    return format_time(local, "short", locale=locale)


def _in_each_language(written: Callable[[Locale], str], country: str | None = None) -> Text:
    return Text(
        en=_plain(written(_locale("en", country))),
        zh_tw=_plain(written(_locale("zh-TW", country))),
    )


def _plain(text: str) -> str:
    # Typographers' narrow spaces surprise searches, terminals and fonts alike.
    return text.replace(_NARROW_SPACE, " ")


@cache
def _locale(language: Language, country: str | None) -> Locale:
    in_country = f"{LOCALES[language]}_{country}"
    # Asked first: babel would answer a country it does not know with a guess of its own.
    return Locale.parse(in_country if localedata.exists(in_country) else LOCALES[language])


@cache
def _money_pattern(locale: Locale, currency: str, digits: int) -> NumberPattern:
    standard = locale.currency_formats["standard"]
    symbol = get_currency_symbol(currency, locale)
    # KWD 5.000 and US$5.00: letters need a space before a digit, signs do not.
    spaced = re.sub("¤(?=[#0])", f"¤{_NO_BREAK_SPACE}", standard.pattern)
    pattern = copy(parse_number_pattern(spaced if symbol[-1].isalpha() else standard.pattern))
    pattern.frac_prec = (digits, digits)
    return pattern
