"""The statement of a tenant: its ledger, currency by currency, from nothing but the entries (B33)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import get_args

from domain.ledger.bookings import Account, Booking, LedgerEntry
from domain.values.base import Amount, Currency, Instant, Value
from domain.values.cycles import local_day
from domain.values.money import from_minor


class StatementEntry(Value):
    """One side of a booking, and what the account then comes to."""

    booked_at: Instant
    booking: Booking
    upgrade_id: str
    account: Account
    amount: Amount
    """Debits are positive, credits negative."""
    balance: Amount
    """Of this account, with this entry."""
    credit_of: str | None
    """On `account_credit`: the upgrade whose switch, or void invoice, left the credit."""
    tax_rate: Amount | None = None
    """The rate it was taxed at, as in the ledger."""
    reference: str | None = None
    """On `cash`: the payment's own id."""


class TaxSum(Value):
    """What was booked at one tax rate (B63)."""

    rate: Amount
    base: Amount
    """What was charged less what was credited, without tax."""
    tax: Amount
    """What was charged of tax less what was returned."""


class AccountSum(Value):
    """All that was booked on one account."""

    account: Account
    debits: Amount
    credits: Amount
    """Not negative: how much was credited."""
    balance: Amount
    """Debits - credits."""


class CurrencyStatement(Value):
    """All bookings in one currency."""

    currency: Currency
    entries: tuple[StatementEntry, ...]
    """In the order they were booked."""
    accounts: tuple[AccountSum, ...]
    taxes: tuple[TaxSum, ...] = ()
    """By rate, those of 0 too; what older code has booked names no rate and is not in them."""
    debits: Amount
    credits: Amount
    """Equal to `debits`, or the ledger is broken."""
    owed: Amount
    """What the tenant owes for its upgrades: the balance of `receivable`."""
    account_credit: Amount
    """What is left of the tenant's account credit (B31)."""


class Statement(Value):
    """What a tenant's ledger says."""

    tenant_id: str
    until: date | None
    """The last day it tells of, in the tenant's time zone; None: all there is."""
    currencies: tuple[CurrencyStatement, ...]


def statement_of(
    entries: Iterable[LedgerEntry], *, tenant_id: str, time_zone: str, until: date | None = None
) -> Statement:
    """The statement over all `entries` of a tenant that were booked on `until` at the latest."""
    told = sorted(
        (
            each
            for each in entries
            if until is None or local_day(each.booked_at, time_zone) <= until
        ),
        key=booking_order,
    )
    currencies = sorted({each.currency for each in told})
    return Statement(
        tenant_id=tenant_id,
        until=until,
        currencies=tuple(
            _in_currency(currency, [each for each in told if each.currency == currency])
            for currency in currencies
        ),
    )


def booking_order(entry: LedgerEntry) -> tuple[object, ...]:
    """In time; of one moment what leaves credits before all else: one is used when it has arisen."""
    leaves_credit = entry.booking in {"switch", "void"}
    return entry.booked_at, not leaves_credit, entry.upgrade_id, entry.entry


def _in_currency(currency: str, entries: Sequence[LedgerEntry]) -> CurrencyStatement:
    debits: Counter[Account] = Counter()
    credits: Counter[Account] = Counter()
    told: list[StatementEntry] = []

    def balance_of(account: Account) -> Decimal:
        return from_minor(debits[account] - credits[account], currency)

    for entry in entries:
        side = debits if entry.amount_minor > 0 else credits
        side[entry.account] += abs(entry.amount_minor)
        told.append(
            StatementEntry(
                booked_at=entry.booked_at,
                booking=entry.booking,
                upgrade_id=entry.upgrade_id,
                account=entry.account,
                amount=from_minor(entry.amount_minor, currency),
                balance=balance_of(entry.account),
                credit_of=entry.credit_of,
                tax_rate=entry.tax_rate,
                reference=entry.reference,
            )
        )
    return CurrencyStatement(
        currency=currency,
        entries=tuple(told),
        accounts=tuple(
            AccountSum(
                account=account,
                debits=from_minor(debits[account], currency),
                credits=from_minor(credits[account], currency),
                balance=balance_of(account),
            )
            for account in get_args(Account)
            if account in debits or account in credits
        ),
        taxes=_taxes(currency, entries),
        debits=from_minor(debits.total(), currency),
        credits=from_minor(credits.total(), currency),
        owed=balance_of("receivable"),
        account_credit=from_minor(credits["account_credit"] - debits["account_credit"], currency),
    )


def _taxes(currency: str, entries: Iterable[LedgerEntry]) -> tuple[TaxSum, ...]:
    base: Counter[Decimal] = Counter()
    tax: Counter[Decimal] = Counter()
    for entry in entries:
        if entry.tax_rate is not None:
            of = tax if entry.account == "tax" else base
            of[entry.tax_rate] -= entry.amount_minor
    return tuple(
        TaxSum(
            rate=rate, base=from_minor(base[rate], currency), tax=from_minor(tax[rate], currency)
        )
        for rate in sorted({*base, *tax})
    )
