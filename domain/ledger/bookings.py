"""Double-entry bookkeeping: every booking sums to zero in its currency (B33).

Amounts are in minor units; a debit is positive, a credit negative. Accounts:

- `receivable`: what the tenant owes us
- `revenue`, `tax`: what the new subscription was charged
- `unused_service`: what the tenant had paid us for service it will not use any more
- `account_credit`: what we owe the tenant (B31)
- `forfeited`: prepaid value the tenant agreed to lose (B35)

An upgrade is booked twice at most: when billing switches, and when its invoice uses account credit
that earlier upgrades of the tenant have left.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, NamedTuple

from domain.pricing.account_credit import sum_of_uses
from domain.pricing.price import Line
from domain.upgrade.events import BillingSwitched, InvoiceIssued
from domain.values.base import Currency, Instant, Value
from domain.values.money import to_minor

Account = Literal["receivable", "revenue", "tax", "unused_service", "account_credit", "forfeited"]
Booking = Literal["switch", "invoice"]


class LedgerEntry(Value):
    """One side of a booking."""

    upgrade_id: str
    entry: int
    """1..n within the upgrade."""
    tenant_id: str
    account: Account
    currency: Currency
    amount_minor: int
    booked_at: Instant
    booking: Booking
    """What it was booked for; the entries of each booking sum to zero."""
    credit_of: str | None
    """On `account_credit`: the upgrade whose switch left the credit; null on other accounts."""


class _Side(NamedTuple):
    account: Account
    amount: Decimal
    credit_of: str | None = None


def entries_of_switch(
    event: BillingSwitched, *, upgrade_id: str, tenant_id: str, currency: str
) -> list[LedgerEntry]:
    """The booking of one switch, zero amounts left out; it sums to zero."""
    pricing = event.pricing
    charged, taxed = _sum(pricing.lines, "charge"), _sum(pricing.lines, "tax")
    unused = pricing.credit_applied + pricing.account_credit + pricing.forfeited
    sides = [
        _Side("receivable", charged + taxed),
        _Side("revenue", -charged),
        _Side("tax", -taxed),
        _Side("unused_service", unused),
        _Side("receivable", -pricing.credit_applied),
        _Side("account_credit", -pricing.account_credit, credit_of=upgrade_id),
        _Side("forfeited", -pricing.forfeited),
    ]
    entries = _Entries(upgrade_id, tenant_id, currency, "switch", event.at)
    return entries.of([side for side in sides if side.amount], first=1)


def entries_of_invoice(
    event: InvoiceIssued,
    *,
    upgrade_id: str,
    tenant_id: str,
    currency: str,
    switched: BillingSwitched,
) -> list[LedgerEntry]:
    """The booking of the account credit that an invoice used; it sums to zero.

    Its entries are numbered after those of the switch. An invoice that used none has none.
    """
    uses = event.account_credit_uses
    if not uses:
        return []
    before = entries_of_switch(
        switched, upgrade_id=upgrade_id, tenant_id=tenant_id, currency=currency
    )
    sides = [
        *(_Side("account_credit", use.amount, credit_of=use.upgrade_id) for use in uses),
        _Side("receivable", -sum_of_uses(uses, currency)),
    ]
    entries = _Entries(upgrade_id, tenant_id, currency, "invoice", event.at)
    return entries.of(sides, first=len(before) + 1)


class _Entries(NamedTuple):
    """What the entries of one booking have in common."""

    upgrade_id: str
    tenant_id: str
    currency: str
    booking: Booking
    at: Instant

    def of(self, sides: Iterable[_Side], *, first: int) -> list[LedgerEntry]:
        return [
            LedgerEntry(
                upgrade_id=self.upgrade_id,
                entry=number,
                tenant_id=self.tenant_id,
                account=side.account,
                currency=self.currency,
                amount_minor=to_minor(side.amount, self.currency),
                booked_at=self.at,
                booking=self.booking,
                credit_of=side.credit_of,
            )
            for number, side in enumerate(sides, start=first)
        ]


def _sum(lines: tuple[Line, ...], kind: str) -> Decimal:
    return sum((line.amount for line in lines if line.kind == kind), Decimal(0))
