"""Where the value of unused service goes, and the tax that was charged with it (B31, B35, B63).

The credit returns the tax that was charged with what is credited, at the rate it was charged at. What
is compared has its tax on both sides; in minor units:

    tax             = value × rate, rounded once
    capped          = value + tax > owed
    credit applied  = value                  capped: owed ÷ (1 + rate), rounded once
    its tax         = tax                    capped: owed - credit applied

So what is applied is never more than what is owed, and all that is owed is covered if the value is
enough. What is left has the rest of the value and the rest of its tax: on the account, or forfeited.
"""

from decimal import Decimal
from fractions import Fraction

from domain.pricing.inputs import PricingInputs
from domain.values.base import Amount, Value
from domain.values.money import from_minor, round_half_up_to_minor, to_minor


class CreditTax(Value):
    """The tax in what is credited or lost: parts of other amounts of the same price (B63)."""

    rate: Amount
    """At which it was charged, a fraction: 0.19 is 19 %."""
    applied: Amount
    """Returned beside `credit_applied`, as a line of its own."""
    on_account: Amount
    """Returned within `account_credit`."""
    forfeited: Amount
    """Lost within `forfeited`: it was owed to the tax office, and stays so."""


class CreditSplit(Value):
    """Where the value of unused service goes, in minor units."""

    owed: int
    guaranteed: int
    """0 where the guarantee of `least_credit` changes nothing."""
    rate: Decimal
    capped: bool
    """Whether value and tax are more than what is owed."""
    applied: int
    """Without its tax."""
    applied_tax: int
    account_credit: int
    """With `account_tax`."""
    account_tax: int
    forfeited: int
    """With `forfeited_tax`."""
    forfeited_tax: int

    def credit_tax(self, currency: str) -> CreditTax:
        """The parts that are tax, with the currency's digits."""
        return CreditTax(
            rate=self.rate,
            applied=from_minor(self.applied_tax, currency),
            on_account=from_minor(self.account_tax, currency),
            forfeited=from_minor(self.forfeited_tax, currency),
        )


def split_credit(inputs: PricingInputs, unused: int, owed: int) -> CreditSplit:
    """Split what is `unused` against what is `owed`, both in minor units; `owed` has its tax."""
    currency, rate = inputs.currency, inputs.old.tax_rate or Decimal(0)
    least = 0 if inputs.least_credit is None else to_minor(inputs.least_credit, currency)
    value = max(unused, least)
    tax = _tax_on(value, rate, currency)
    capped = value + tax > owed
    applied = _without_tax(owed, rate, currency) if capped else value
    applied_tax = owed - applied if capped else tax
    # What is lost is what was really left that day, not what was guaranteed beyond it.
    unused_tax = _tax_on(unused, rate, currency)
    is_prepaid, loses = inputs.old.prepaid is not None, unused + unused_tax > owed
    return CreditSplit(
        owed=owed,
        guaranteed=least if least > unused else 0,
        rate=rate,
        capped=capped,
        applied=applied,
        applied_tax=applied_tax,
        account_credit=0 if is_prepaid else value + tax - applied - applied_tax,
        account_tax=0 if is_prepaid else tax - applied_tax,
        forfeited=unused + unused_tax - owed if is_prepaid and loses else 0,
        forfeited_tax=unused_tax - applied_tax if is_prepaid and loses else 0,
    )


def with_tax(value_minor: int, rate: Decimal | None, currency: str) -> int:
    """A value and the tax on it at `rate`, in minor units."""
    return value_minor + _tax_on(value_minor, rate or Decimal(0), currency)


def _tax_on(value: int, rate: Decimal, currency: str) -> int:
    return round_half_up_to_minor(Fraction(from_minor(value, currency)) * Fraction(rate), currency)


def _without_tax(amount: int, rate: Decimal, currency: str) -> int:
    exact = Fraction(from_minor(amount, currency)) / (1 + Fraction(rate))
    return round_half_up_to_minor(exact, currency)
