"""Double-entry bookkeeping: every booking sums to zero in its currency (B33).

Amounts are in minor units; a debit is positive, a credit negative. Accounts:

- `receivable`: what the tenant owes us
- `revenue`: what the new subscription was charged, without tax
- `tax`: what we owe the tax office: what was charged, less what the credit returns (B63)
- `unused_service`: what the tenant had paid us for service it will not use any more, without tax
- `account_credit`: what we owe the tenant, with the tax in it (B31); a void invoice that was paid adds to it
- `forfeited`: prepaid value the tenant agreed to lose, without tax (B35)
- `cash`: what the tenant paid, less what was paid out to it (B65)

Entries on `revenue`, `tax`, `unused_service` and `forfeited` say at which rate they were taxed, so that the
tax of each rate can be held against what it is the tax on.

An upgrade is booked when billing switches, and when its invoice uses account credit that earlier upgrades
of the tenant have left. Payments, settlements by credit from its own subscription and payouts follow, and
the credit note of an invoice that is void books each of its lines back.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, NamedTuple

from domain.pricing.account_credit import sum_of_uses
from domain.pricing.credit import CreditTax
from domain.pricing.price import Line, Pricing
from domain.upgrade.events import (
    BillingSwitched,
    CreditPaidOut,
    InvoiceIssued,
    InvoicePaid,
    InvoiceSettled,
    InvoiceVoided,
)
from domain.values.base import Amount, Currency, Instant, Value
from domain.values.money import to_minor

Account = Literal[
    "receivable", "revenue", "tax", "unused_service", "account_credit", "forfeited", "cash"
]
Booking = Literal["switch", "invoice", "settlement", "payment", "payout", "void"]
FIRST_OF_VOID = 9_901
"""Entries of a credit note are numbered from here on."""
FIRST_OF_PAYMENTS = 10_001
"""Entries of payments are numbered from here on, two each, however many those before them are."""


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
    tax_rate: Amount | None = None
    """On `revenue`, `tax`, `unused_service` and `forfeited`: the rate it was taxed at; 0: none.

    Null on other accounts, and on what older code has priced.
    """
    reference: str | None = None
    """On `cash`: the payment's own id; null on other accounts."""


class _Side(NamedTuple):
    account: Account
    amount: Decimal
    credit_of: str | None = None
    tax_rate: Decimal | None = None
    reference: str | None = None


def entries_of_switch(
    event: BillingSwitched, *, upgrade_id: str, tenant_id: str, currency: str
) -> list[LedgerEntry]:
    """The booking of one switch, zero amounts left out; it sums to zero."""
    pricing = event.pricing
    charge_rate, credit_rate = _rates(pricing)
    charged, taxed = _charged(pricing)
    of = pricing.credit_tax or _NO_TAX
    lost = pricing.forfeited - of.forfeited
    unused = pricing.credit_applied + pricing.account_credit - of.on_account + lost
    sides = [
        _Side("receivable", charged + taxed),
        _Side("revenue", -charged, tax_rate=charge_rate),
        _Side("tax", -taxed, tax_rate=charge_rate),
        _Side("unused_service", unused, tax_rate=credit_rate),
        _Side("tax", of.applied + of.on_account, tax_rate=credit_rate),
        _Side("receivable", -(pricing.credit_applied + of.applied)),
        _Side("account_credit", -pricing.account_credit, credit_of=upgrade_id),
        _Side("forfeited", -lost, tax_rate=credit_rate),
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
    settled: int = 0,
) -> list[LedgerEntry]:
    """The booking of the account credit that an invoice used; it sums to zero.

    Its entries are numbered after those of the switch. An invoice that used none has none.
    """
    # Those that had settled some of it before were booked then (B65).
    uses = event.account_credit_uses[settled:]
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


def entries_of_payment(
    event: InvoiceSettled | InvoicePaid | CreditPaidOut,
    *,
    upgrade_id: str,
    tenant_id: str,
    currency: str,
    number: int,
    invoiced: bool,
) -> list[LedgerEntry]:
    """The booking of money that changed hands; it sums to zero. `number` counts them from 0 (B65).

    A settlement after the invoice is a payment of it, by credit instead of cash.
    """
    booking: Booking = "payment"
    match event:
        case InvoiceSettled():
            booking = "payment" if invoiced else "settlement"
            first = _Side("account_credit", event.amount, credit_of=event.credit_of)
            second = _Side("receivable", -event.amount)
        case InvoicePaid():
            first = _Side("cash", event.amount, reference=event.reference)
            second = _Side("receivable", -event.amount)
        case CreditPaidOut():
            booking = "payout"
            first = _Side("account_credit", event.amount, credit_of=upgrade_id)
            second = _Side("cash", -event.amount, reference=event.reference)
    entries = _Entries(upgrade_id, tenant_id, currency, booking, event.at)
    return entries.of((first, second), first=FIRST_OF_PAYMENTS + 2 * number)


def entries_of_void(
    event: InvoiceVoided,
    *,
    upgrade_id: str,
    tenant_id: str,
    currency: str,
    switched: BillingSwitched,
) -> list[LedgerEntry]:
    """The booking of a credit note: the lines of its invoice the other way round; it sums to zero (B65).

    What was paid is account credit; what was open is no longer owed.
    """
    pricing = switched.pricing
    charge_rate, credit_rate = _rates(pricing)
    charged, taxed = _charged(pricing)
    of = pricing.credit_tax or _NO_TAX
    sides = [
        _Side("revenue", charged, tax_rate=charge_rate),
        _Side("tax", taxed, tax_rate=charge_rate),
        _Side("unused_service", -pricing.credit_applied, tax_rate=credit_rate),
        _Side("tax", -of.applied, tax_rate=credit_rate),
        _Side("receivable", event.account_credit - pricing.total),
        _Side("account_credit", -event.account_credit, credit_of=upgrade_id),
    ]
    entries = _Entries(upgrade_id, tenant_id, currency, "void", event.at)
    return entries.of([side for side in sides if side.amount], first=FIRST_OF_VOID)


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
                tax_rate=side.tax_rate,
                reference=side.reference,
            )
            for number, side in enumerate(sides, start=first)
        ]


_NO_TAX = CreditTax(
    rate=Decimal(0), applied=Decimal(0), on_account=Decimal(0), forfeited=Decimal(0)
)


def _rates(pricing: Pricing) -> tuple[Decimal | None, Decimal | None]:
    """Of the charge, and of what is credited; neither is told of what older code has priced."""
    if pricing.credit_tax is None:
        return None, None
    rates = (
        Decimal(line.explanation["rate"])
        for line in pricing.lines
        if line.kind == "tax" and not line.returns_tax
    )
    return next(rates, Decimal(0)), pricing.credit_tax.rate


def _charged(pricing: Pricing) -> tuple[Decimal, Decimal]:
    """What is charged, and the tax on it."""
    charged = _sum(line for line in pricing.lines if line.kind == "charge")
    return charged, _sum(
        line for line in pricing.lines if line.kind == "tax" and not line.returns_tax
    )


def _sum(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))
