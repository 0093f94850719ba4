from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.payments import (
    credit_reaches_account_by,
    days_until_credit_arrives,
    invoice_day,
    payment_due_on,
)
from domain.values import PaymentMethod

DAYS = st.dates(date(2000, 1, 1), date(2045, 12, 31))


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
