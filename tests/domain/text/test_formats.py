"""Amounts, days and moments as people of each language read them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text.formats import (
    country_name,
    day,
    moment,
    money,
    number,
    percent,
    short_day,
    short_moment,
)
from domain.values.currencies import MINOR_DIGITS, UnknownCurrency

DAY = date(2026, 6, 18)
AT = datetime(2026, 6, 18, 22, 0, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "english", "chinese"),
    [
        ("1234.5", "USD", "$1,234.50", "US$1,234.50"),
        ("-500", "USD", "-$500.00", "-US$500.00"),
        ("0", "USD", "$0.00", "US$0.00"),
        ("1234.50", "TWD", "NT$1,234.50", "$1,234.50"),
        ("1234.50", "CAD", "CA$1,234.50", "CA$1,234.50"),
        ("1234", "JPY", "¥1,234", "¥1,234"),
        ("5E+3", "JPY", "¥5,000", "¥5,000"),
        # As ISO 4217 counts them, not as coins are minted: CLDR gives neither of these a digit.
        ("1234.5", "IQD", "IQD\xa01,234.500", "IQD\xa01,234.500"),
        ("1.5", "HUF", "HUF\xa01.50", "HUF\xa01.50"),
        ("-1.5", "KWD", "-KWD\xa01.500", "-KWD\xa01.500"),
        # A price may be finer than the minor unit; it is not rounded here.
        ("0.0125", "USD", "$0.0125", "US$0.0125"),
    ],
)
def test_money(amount: str, currency: str, english: str, chinese: str) -> None:
    written = money(Decimal(amount), currency)
    assert (written.en, written.zh_tw) == (english, chinese)


def test_money_of_no_currency_is_an_error() -> None:
    with pytest.raises(UnknownCurrency):
        money(Decimal(1), "XTS")


@given(
    st.decimals(min_value=-(10**15), max_value=10**15, allow_nan=False, places=4),
    st.sampled_from(sorted(MINOR_DIGITS)),
)
def test_no_digit_of_an_amount_is_lost(amount: Decimal, currency: str) -> None:
    for written in money(amount, currency).model_dump().values():
        plain = "".join(char for char in written if char in "-.0123456789")
        # Some symbols end in a point of their own, also behind the sign.
        sign = plain[: plain.startswith("-")]
        assert Decimal(sign + plain.lstrip("-.")) == amount
        assert len(plain.partition(".")[2]) >= MINOR_DIGITS[currency]


def test_numbers_are_grouped_and_kept_whole() -> None:
    assert number(1234567).en == number(1234567).zh_tw == "1,234,567"
    assert number(10**20 + 1).en == "100,000,000,000,000,000,001"


@pytest.mark.parametrize(
    ("rate", "written"), [("0.0825", "8.25%"), ("0.20", "20%"), ("0", "0%"), ("0.12345", "12.345%")]
)
def test_percent(rate: str, written: str) -> None:
    assert percent(Decimal(rate)).en == percent(Decimal(rate)).zh_tw == written


@pytest.mark.parametrize(
    ("country", "english", "short"),
    [
        (None, "June 18, 2026", "Thu, Jun 18, 2026"),
        ("US", "June 18, 2026", "Thu, Jun 18, 2026"),
        ("GB", "18 June 2026", "Thu, 18 Jun 2026"),
        # No English of its own is known of there.
        ("TW", "June 18, 2026", "Thu, Jun 18, 2026"),
        ("ZZ", "June 18, 2026", "Thu, Jun 18, 2026"),
    ],
)
def test_a_day_is_written_as_in_the_country(country: str | None, english: str, short: str) -> None:
    assert day(DAY, country).en == english
    assert short_day(DAY, country).en == short


def test_a_day_in_chinese() -> None:
    assert day(DAY, "TW").zh_tw == "2026年6月18日"
    assert short_day(DAY).zh_tw == "2026年6月18日 週四"


@pytest.mark.parametrize(
    ("time_zone", "country", "english", "chinese"),
    [
        (
            "America/Los_Angeles",
            "US",
            "June 18, 2026, 3:00 PM (Pacific Daylight Time)",
            "2026年6月18日 下午3:00（太平洋夏令時間）",
        ),
        (
            "Asia/Taipei",
            "TW",
            "June 19, 2026, 6:00 AM (Taiwan Standard Time)",
            "2026年6月19日 清晨6:00（台北標準時間）",
        ),
        (
            "Europe/London",
            "GB",
            "18 June 2026, 23:00 (British Summer Time)",
            "2026年6月18日 晚上11:00（英國夏令時間）",
        ),
        (
            "Asia/Kathmandu",
            None,
            "June 19, 2026, 3:45 AM (GMT+05:45)",
            "2026年6月19日 凌晨3:45（GMT+05:45）",
        ),
        (
            "UTC",
            None,
            "June 18, 2026, 10:00 PM (Coordinated Universal Time)",
            "2026年6月18日 晚上10:00（世界標準時間）",
        ),
    ],
)
def test_a_moment_is_told_in_the_tenant_s_time_zone(
    time_zone: str, country: str | None, english: str, chinese: str
) -> None:
    written = moment(AT, time_zone, country)
    assert (written.en, written.zh_tw) == (english, chinese)


@pytest.mark.parametrize(("minute", "english"), [(0, "00:00"), (1, "12:01 AM")])
def test_midnight_cannot_be_taken_for_the_end_of_its_day(minute: int, english: str) -> None:
    written = moment(datetime(2026, 6, 19, 0, minute, 59, tzinfo=UTC), "UTC")
    assert written.en == f"June 19, 2026, {english} (Coordinated Universal Time)"
    short = short_moment(datetime(2026, 6, 19, 0, minute, tzinfo=UTC), "UTC")
    assert short.en == f"Jun 19, 2026, {english} UTC"
    assert ("00:00" in written.zh_tw) == ("00:00" in short.zh_tw) == (minute == 0)


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [("TW", "Taiwan", "台灣"), ("DE", "Germany", "德國"), ("QX", "QX", "QX")],
)
def test_a_country_has_its_name(code: str, english: str, chinese: str) -> None:
    written = country_name(code)
    assert (written.en, written.zh_tw) == (english, chinese)
