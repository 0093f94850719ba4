"""What is owed for invoices, and what was paid of them (B65)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.catalog.facts import Owed
from domain.upgrade.events import Reminder
from domain.upgrade.payments import InvoicePayment, InvoiceStatus, status_of
from domain.values.base import Currency, Instant, Value
from domain.values.money import from_minor
from domain.views.read_models import Invoice
from store.database import Executor, query
from store.lists import InvoiceItem

LONGEST_OVERDUE = timedelta(days=31)
"""Whoever was not told by then, because no worker ran, is not told any more."""


class PaidPart(Value):
    """A payment as the ledger has it."""

    reference: str | None
    credit_of: str | None
    amount_minor: int
    paid_at: Instant


class OwedInvoice(Value):
    """An invoice, and what is still owed for it."""

    upgrade_id: str
    number: str
    tenant_id: str
    currency: Currency
    due_on: date
    open_minor: int
    payments: tuple[PaidPart, ...]
    can_be_overdue: bool
    """False of one from before payments were recorded: nobody knows whether it was paid."""
    time_zone: str
    credit_note: str | None = None
    """The number of the one that took it back."""

    @property
    def open_amount(self) -> Decimal:
        """What is still to pay."""
        return from_minor(self.open_minor, self.currency)

    def status(self, today: date) -> InvoiceStatus:
        """How it stands on a day of the tenant's time zone."""
        if self.credit_note is not None:
            return "void"
        due = self.open_minor + sum(each.amount_minor for each in self.payments)
        due_on = self.due_on if self.can_be_overdue else date.max
        return status_of(from_minor(due, self.currency), self.open_amount, due_on, today)

    def listed(self, item: InvoiceItem, today: date) -> InvoiceItem:
        """The item of a list with how it stands."""
        now = {"status": self.status(today), "open_amount": self.open_amount}
        return item.model_copy(update=now)

    def told(self, invoice: Invoice, today: date) -> Invoice:
        """The invoice with how it stands."""
        payments = tuple(
            InvoicePayment(
                amount=from_minor(each.amount_minor, self.currency),
                paid_at=each.paid_at,
                reference=each.reference,
                credit_of=each.credit_of,
            )
            for each in self.payments
        )
        now = {
            "status": self.status(today),
            "open_amount": self.open_amount,
            "payments": payments,
            "credit_note": self.credit_note,
        }
        return invoice.model_copy(update=now)


async def read_owed(
    executor: Executor,
    *,
    upgrade_ids: Sequence[str] | None = None,
    tenant_ids: Sequence[str] | None = None,
    number: str | None = None,
) -> list[OwedInvoice]:
    """Invoices of these upgrades, of these tenants, or with that number, and what is owed for each."""
    rows = await executor.fetch(query("ledger/owed"), upgrade_ids, tenant_ids, number)
    return [OwedInvoice.of_any_version(dict(row)) for row in rows]


async def read_sources(executor: Executor, subscription_id: str) -> tuple[Owed, ...]:
    """What is owed for the upgrades that a subscription was paid by, the last one first (B65)."""
    rows = await executor.fetch(query("ledger/open_sources"), subscription_id)
    return tuple(Owed.model_validate(dict(row)) for row in rows)


async def read_credit_left(executor: Executor, upgrade_id: str) -> int | None:
    """What is left of the account credit that a switch left, in minor units; None if it left none."""
    return await executor.fetchval(
        "select remaining_minor from account_credits where upgrade_id = $1", upgrade_id
    )


async def read_who_credits(executor: Executor, upgrade_id: str) -> str | None:
    """The upgrade, or change by hand, that credits what this one has charged, or is about to; or None."""
    return await executor.fetchval("select credits_charge_of($1)", upgrade_id)


class ToRemind(Value):
    """An invoice of which its customer is to be reminded."""

    upgrade_id: str
    subscription_id: str
    reminder: Reminder


async def read_to_remind(executor: Executor, at: datetime, *, most: int) -> list[ToRemind]:
    """Invoices that are due, or overdue since `LONGEST_OVERDUE` at most, and whose customer was not told."""
    earliest, latest = at.date() - LONGEST_OVERDUE, at.date() + timedelta(days=1)
    rows = await executor.fetch(
        query("ledger/to_remind_of"), at, earliest.isoformat(), latest.isoformat(), most
    )
    return [ToRemind.of_any_version(dict(row)) for row in rows]
