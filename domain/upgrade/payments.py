"""Invoices are paid: by their tenant, or by credit from the subscription that they are for (B65).

What is owed for an upgrade is its total, less what account credit and payments have paid of it. Credit
that a switch away from its subscription leaves pays that first, whether its invoice is out or not: no
credit can be spent, or paid out, while what it comes from is owed.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from domain.pricing.billing_days import payment_due_on
from domain.text.texts import text
from domain.upgrade.commands import PayInvoice, PayOutCredit, RemindOfInvoice, SettleInvoice
from domain.upgrade.events import (
    CreditPaidOut,
    InvoicePaid,
    InvoiceReminded,
    InvoiceSettled,
    UpgradeEvent,
)
from domain.upgrade.states import Invoiced, NeedsAttention, Payment, PlacedState, Switched
from domain.values import rejections
from domain.values.base import Instant, Value
from domain.values.cycles import local_day
from domain.values.money import from_minor, to_minor

InvoiceStatus = Literal["open", "partly_paid", "paid", "overdue", "void"]


class InvoicePayment(Value):
    """A payment of an invoice."""

    amount: Decimal
    paid_at: Instant
    reference: str | None
    """The payment's own id; None for one by credit."""
    credit_of: str | None
    """The upgrade whose credit paid it; None for one that was paid in."""


def is_unsaid(value: object) -> bool:
    """Whether a document can do without it: None, or no payments; not an amount of 0."""
    return not value and value != 0


def status_of(due: Decimal, still_open: Decimal, due_on: date, today: date) -> InvoiceStatus:
    """How an invoice stands of which `due` was to pay by `due_on`."""
    if not still_open:
        return "paid"
    if due_on < today:
        return "overdue"
    return "open" if still_open == due else "partly_paid"


def open_amount(state: PlacedState) -> Decimal:
    """What is still owed for an upgrade that has switched; 0 before, and once its invoice is void."""
    known = state.before if isinstance(state, NeedsAttention) else state
    currency = state.upgrade.quote.currency
    if not isinstance(known, Switched) or state.upgrade.voided is not None:
        return from_minor(0, currency)
    used = {use.upgrade_id: use.amount for use in state.upgrade.settlements}
    if isinstance(known, Invoiced):
        # It names those that had settled some of it before it was issued.
        used |= {use.upgrade_id: use.amount for use in known.invoice.account_credit_uses}
    paid = [*used.values(), *(each.amount for each in state.upgrade.payments)]
    owed = to_minor(known.switch.pricing.total, currency)
    return from_minor(owed - sum(to_minor(each, currency) for each in paid), currency)


def decide_reminder(command: RemindOfInvoice, state: PlacedState) -> list[UpgradeEvent]:
    """The reminder, once; nothing where nothing is open, or it is not the day for it.

    On the day that an invoice is due, unless it was issued on that day; it is overdue from the next day on,
    in the tenant's time zone.
    """
    if not isinstance(state, Invoiced) or command.reminder in state.upgrade.reminders:
        return []
    issued_on, today = state.invoice.issued_on, local_day(command.at, state.upgrade.time_zone)
    due_on = payment_due_on(issued_on, state.upgrade.quote.payment_method)
    is_time = due_on < today if command.reminder == "overdue" else issued_on < today == due_on
    still_open = open_amount(state)
    if not is_time or not still_open:
        return []
    return [InvoiceReminded(at=command.at, reminder=command.reminder, open_amount=still_open)]


def decide_payment(
    command: SettleInvoice | PayInvoice | PayOutCredit, state: PlacedState
) -> list[UpgradeEvent]:
    """The events that a payment leads to; none for a repeat. Raises `Rejection`s."""
    match command:
        case SettleInvoice():
            return _settle(command, state)
        case PayInvoice():
            return _pay(command, state)
        case PayOutCredit():
            return _pay_out(command, state)


def _settle(command: SettleInvoice, state: PlacedState) -> list[UpgradeEvent]:
    if any(use.upgrade_id == command.credit_of for use in state.upgrade.settlements):
        return []
    amount = min(open_amount(state), command.credit)
    if not amount:
        return []
    return [InvoiceSettled(at=command.at, credit_of=command.credit_of, amount=amount)]


def _pay(command: PayInvoice, state: PlacedState) -> list[UpgradeEvent]:
    if not isinstance(state, Invoiced):
        raise rejections.NotReached("there is no invoice to pay yet", stage=state.stage)
    if _is_repeat(command, state.upgrade.payments):
        return []
    still_open = open_amount(state)
    amount = still_open if command.amount is None else command.amount
    numbers = {
        "amount": f"{amount:f}",
        "open": f"{still_open:f}",
        "currency": state.upgrade.quote.currency,
    }
    if (void := state.upgrade.voided) is not None:
        said = text("rejection.amount_above_open.void", credit_note=void.number).en
        raise rejections.AmountAboveOpen(said, reason="void", credit_note=void.number, **numbers)
    if not still_open:
        said = text("rejection.amount_above_open.nothing_open").en
        raise rejections.AmountAboveOpen(said, reason="nothing_open", **numbers)
    if not amount or amount > still_open:
        raise rejections.AmountAboveOpen(**numbers)
    return [InvoicePaid(at=command.at, amount=amount, reference=command.reference)]


def _pay_out(command: PayOutCredit, state: PlacedState) -> list[UpgradeEvent]:
    known = state.before if isinstance(state, NeedsAttention) else state
    if not isinstance(known, Switched):
        raise rejections.NotReached("its switch has left no credit yet", stage=state.stage)
    if _is_repeat(command, state.upgrade.payouts):
        return []
    amount = command.left if command.amount is None else command.amount
    numbers = {
        "amount": f"{amount:f}",
        "left": f"{command.left:f}",
        "currency": state.upgrade.quote.currency,
    }
    if not command.left:
        said = text("rejection.amount_above_credit.nothing_left").en
        raise rejections.AmountAboveCredit(said, reason="nothing_left", **numbers)
    if not amount or amount > command.left:
        raise rejections.AmountAboveCredit(**numbers)
    return [CreditPaidOut(at=command.at, amount=amount, reference=command.reference)]


def _is_repeat(command: PayInvoice | PayOutCredit, before: tuple[Payment, ...]) -> bool:
    """Whether that payment is recorded. Raises `PaymentReferenceReused` for one of another amount."""
    paid = next((each.amount for each in before if each.reference == command.reference), None)
    if paid is None:
        return False
    if command.amount is not None and command.amount != paid:
        raise rejections.PaymentReferenceReused(reference=command.reference, paid=f"{paid:f}")
    return True
