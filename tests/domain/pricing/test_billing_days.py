"""When an invoice comes, and when its credit arrives (B54, B56)."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pricing.billing_days import (
    credit_reaches_account_by,
    days_until_credit_arrives,
    invoice_day,
    payment_due_on,
)
from domain.values.base import PaymentMethod
from domain.values.cycles import local_day, start_of_local_day

DAYS = st.dates(date(2000, 1, 1), date(2045, 12, 31))
MOMENTS = st.builds(datetime.combine, DAYS, st.times(), st.just(UTC))


@pytest.mark.parametrize(
    ("switched_on", "billing_day", "issued_on"),
    [
        ("2026-06-25", 15, "2026-07-15"),
        ("2026-06-15", 15, "2026-06-15"),  # on a billing day: that very day
        ("2026-06-16", 15, "2026-07-15"),
        ("2026-12-16", 15, "2027-01-15"),
        ("2026-02-10", 31, "2026-02-28"),
        ("2028-02-10", 30, "2028-02-29"),
        ("2026-02-28", 29, "2026-02-28"),
        ("2026-03-01", 31, "2026-03-31"),  # 30 days, the longest wait there is
        ("2026-04-30", 31, "2026-04-30"),
        ("2026-01-31", 30, "2026-02-28"),
    ],
)
def test_the_next_billing_day(switched_on: str, billing_day: int, issued_on: str) -> None:
    assert invoice_day(date.fromisoformat(switched_on), billing_day, 30).isoformat() == issued_on


def test_a_stricter_policy_is_kept() -> None:
    assert invoice_day(date(2026, 6, 16), 15, within_days=10) == date(2026, 6, 26)


@given(DAYS, st.integers(1, 31))
def test_it_is_a_billing_day_and_never_more_than_30_days_later(day: date, billing_day: int) -> None:
    issued_on = invoice_day(day, billing_day, 30)
    assert day <= issued_on <= day + timedelta(days=30)
    assert issued_on.day == min(billing_day, monthrange(issued_on.year, issued_on.month)[1])


@given(DAYS, st.integers(1, 31), st.integers(1, 30))
def test_a_later_switch_is_never_invoiced_earlier(day: date, billing_day: int, within: int) -> None:
    later = invoice_day(day + timedelta(days=1), billing_day, within)
    assert invoice_day(day, billing_day, within) <= later


def is_billing_day(day: date, billing_day: int) -> bool:
    return day.day == min(billing_day, monthrange(day.year, day.month)[1])


@given(DAYS, st.integers(1, 31), st.integers(1, 30))
def test_it_is_the_first_billing_day_or_the_last_day_that_the_policy_allows(
    day: date, billing_day: int, within: int
) -> None:
    waits = [day + timedelta(days=n) for n in range(within + 1)]
    first = next((each for each in waits if is_billing_day(each, billing_day)), waits[-1])
    assert invoice_day(day, billing_day, within) == first


@given(DAYS, st.integers(1, 31))
def test_under_the_default_policy_no_billing_day_is_passed_over(
    day: date, billing_day: int
) -> None:
    issued_on = invoice_day(day, billing_day, 30)
    waited = (day + timedelta(days=n) for n in range((issued_on - day).days))
    assert not [each for each in waited if is_billing_day(each, billing_day)]


@given(
    MOMENTS,
    st.sampled_from(sorted(available_timezones() - {"localtime"})),
    st.integers(1, 31),
    st.integers(1, 30),
)
def test_it_is_issued_as_its_day_begins_for_the_tenant_wherever_that_is(
    at: datetime, zone: str, billing_day: int, within: int
) -> None:
    switched_on = local_day(at, zone)
    issued_on = invoice_day(switched_on, billing_day, within)
    issued_at = start_of_local_day(issued_on, zone)
    assert switched_on <= issued_on <= switched_on + timedelta(days=within)
    assert local_day(issued_at - timedelta(microseconds=1), zone) < issued_on
    next_day = issued_on + timedelta(days=1)
    exists = issued_at < start_of_local_day(next_day, zone)
    assert local_day(issued_at, zone) == (issued_on if exists else next_day)


def test_a_billing_day_that_the_day_line_took_is_the_moment_the_next_day_begins() -> None:
    # Samoa went from 29 to 31 December 2011.
    issued_on = invoice_day(date(2011, 12, 5), 30, 30)
    assert issued_on == date(2011, 12, 30)
    issued_at = start_of_local_day(issued_on, "Pacific/Apia")
    assert issued_at == start_of_local_day(date(2011, 12, 31), "Pacific/Apia")


@pytest.mark.parametrize(("method", "days"), [("card", 5), ("bank_transfer", 10), ("invoice", 30)])
def test_the_credit_arrives_after_a_time_of_its_payment_method(
    method: PaymentMethod, days: int
) -> None:
    assert days_until_credit_arrives(method) == days
    invoiced_on = date(2026, 7, 15)
    assert credit_reaches_account_by(invoiced_on, method) == invoiced_on + timedelta(days=days)


@pytest.mark.parametrize(("method", "days"), [("card", 0), ("bank_transfer", 30), ("invoice", 30)])
def test_a_card_is_charged_at_once_and_others_have_a_payment_term(
    method: PaymentMethod, days: int
) -> None:
    invoiced_on = date(2026, 1, 31)
    assert payment_due_on(invoiced_on, method) == invoiced_on + timedelta(days=days)
