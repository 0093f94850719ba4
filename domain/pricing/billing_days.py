"""Billing days, and how long a credit takes to reach the payment account (B54, B56)."""

from datetime import date, timedelta
from typing import assert_never

from domain.values.base import PaymentMethod
from domain.values.cycles import day_of_month


def invoice_day(switched_on: date, billing_day: int, within_days: int) -> date:
    """The day the invoice is issued for billing that switched on `switched_on` (B54).

    It is the next billing day on or after the switch. "On or after" is the only reading in which
    it is always a billing day and never more than 30 days away: strictly after, a switch on a
    billing day in a month of 31 days would wait 31. A billing day past the end of a month falls on
    the month's last day. A policy with fewer than 30 `within_days` is kept even where that takes
    the invoice off the billing day.
    """
    billing = day_of_month(switched_on.year, switched_on.month, billing_day)
    if billing < switched_on:
        years, month_index = divmod(switched_on.month, 12)
        billing = day_of_month(switched_on.year + years, month_index + 1, billing_day)
    return min(billing, switched_on + timedelta(days=within_days))


PAYMENT_TERM_DAYS = 30
"""From the invoice on, for everybody who is not charged at once."""


def payment_due_on(invoiced_on: date, payment_method: PaymentMethod) -> date:
    """The day by which an invoice is to be paid: a card is charged on the day of the invoice."""
    term = 0 if payment_method == "card" else PAYMENT_TERM_DAYS
    return invoiced_on + timedelta(days=term)


def days_until_credit_arrives(payment_method: PaymentMethod) -> int:
    """Days from the invoice until its credit has reached the payment account.

    A card refund posts within 5 days, a bank transfer within 10; who pays by invoice sees it when
    the invoice falls due.
    """
    match payment_method:
        case "card":
            return 5
        case "bank_transfer":
            return 10
        case "invoice":
            return PAYMENT_TERM_DAYS
        case _:
            assert_never(payment_method)


def credit_reaches_account_by(invoiced_on: date, payment_method: PaymentMethod) -> date:
    """The day by which the credit of an invoice has reached the payment account (B56)."""
    return invoiced_on + timedelta(days=days_until_credit_arrives(payment_method))
