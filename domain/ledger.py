"""Double-entry bookkeeping of a billing switch: every transaction sums to zero (B33).

Amounts are in minor units; a debit is positive, a credit negative. Accounts:

- `receivable`: what the tenant owes us
- `revenue`, `tax`: what the new subscription was charged
- `unused_service`: what the tenant had paid us for service it will not use any more
- `account_credit`: what we owe the tenant (B31)
- `forfeited`: prepaid value the tenant agreed to lose (B35)
"""

from decimal import Decimal
from typing import Literal

from domain.events import BillingSwitched
from domain.money import to_minor
from domain.pricing import Line
from domain.values import Currency, Instant, Value

Account = Literal["receivable", "revenue", "tax", "unused_service", "account_credit", "forfeited"]


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


def entries_of_switch(
    event: BillingSwitched, *, upgrade_id: str, tenant_id: str, currency: str
) -> list[LedgerEntry]:
    """The bookings of one switch, zero amounts left out; they sum to zero."""
    pricing = event.pricing
    charged, taxed = _sum(pricing.lines, "charge"), _sum(pricing.lines, "tax")
    unused = pricing.credit_applied + pricing.account_credit + pricing.forfeited
    sides: list[tuple[Account, Decimal]] = [
        ("receivable", charged + taxed),
        ("revenue", -charged),
        ("tax", -taxed),
        ("unused_service", unused),
        ("receivable", -pricing.credit_applied),
        ("account_credit", -pricing.account_credit),
        ("forfeited", -pricing.forfeited),
    ]
    booked: list[tuple[Account, int]] = [
        (account, to_minor(amount, currency)) for account, amount in sides if amount
    ]
    return [
        LedgerEntry(
            upgrade_id=upgrade_id,
            entry=number,
            tenant_id=tenant_id,
            account=account,
            currency=currency,
            amount_minor=amount_minor,
            booked_at=event.at,
        )
        for number, (account, amount_minor) in enumerate(booked, start=1)
    ]


def _sum(lines: tuple[Line, ...], kind: str) -> Decimal:
    return sum((line.amount for line in lines if line.kind == kind), Decimal(0))
