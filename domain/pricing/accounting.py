"""The tax of an invoice in the currency that its seller accounts in (EN 16931: BT-6, BT-111).

A seller accounts for tax in its own country's currency. Where the invoice is in another one, the tax is told
in both, at the rate that the policy gave when the order was placed: it is pinned with the policy.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from domain.catalog.policy import AccountingPolicy
from domain.pricing.price import Line, Pricing
from domain.values.base import Amount, Currency, Value
from domain.values.money import round_half_up


class AccountingTax(Value):
    """What is owed to the tax office, in its currency."""

    currency: Currency
    rate: Amount
    """How much of `currency` one unit of the invoice's currency is."""
    tax: Amount
    """The tax on the invoice, less what is returned, rounded once."""


def accounting_tax(
    policy: AccountingPolicy | None, pricing: Pricing, currency: str
) -> AccountingTax | None:
    """The tax of what was priced in `currency`; None where the seller accounts in that, or gave no rate."""
    if policy is None or currency == policy.currency or currency not in policy.rates:
        return None
    rate = policy.rates[currency]
    tax = in_accounting_currency(_tax(pricing.lines), rate, policy.currency)
    return AccountingTax(currency=policy.currency, rate=rate, tax=tax)


def in_accounting_currency(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """`amount` × `rate`, rounded once to the digits of `currency`."""
    return round_half_up(Fraction(amount) * Fraction(rate), currency)


def _tax(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines if line.kind == "tax"), Decimal(0))
