"""What an upgrade costs: the one function behind quote and invoice (B26-B35).

    price_upgrade(inputs, switch_on) -> Pricing

The inputs are pinned when the quote is made. The quote shows the function's answer for its switch
day, the invoice its answer for the day billing really switched, so the two cannot disagree.

Each line is computed exactly and rounded once, and its explanation holds all that is needed to
recompute it by hand. From there on everything is counted in minor units:

    owed            = charge + tax
    value           = max(unused service, guaranteed value)
    returned tax    = the tax that was charged with the value
    applied         = min(value + returned tax, owed): the credit, and its tax as a line of its own
    total           = owed - applied
    account credit  = value + returned tax - applied     prepaid: none
    forfeited       = prepaid: unused service with its tax - applied, if that is more than nothing

`domain.pricing.credit` splits them.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from domain.pricing.credit import CreditSplit, CreditTax, split_credit
from domain.pricing.inputs import NewTerm, OldTerm, PricingInputs, Tax
from domain.pricing.proration import UnusedService, unused_service
from domain.text.formats import country_name, percent
from domain.text.texts import text
from domain.values.base import Amount, Value
from domain.values.currencies import minor_digits
from domain.values.cycles import cycle_containing
from domain.values.money import from_minor, round_half_up_to_minor, to_minor, with_currency_digits

__all__ = ["Line", "NewTerm", "OldTerm", "Pricing", "PricingInputs", "Tax", "price_upgrade"]

LineKind = Literal["charge", "credit", "tax"]


class Line(Value):
    """One item of a quote or invoice."""

    kind: LineKind
    description: str
    """In the tenant's language."""
    amount: Amount
    """Of a credit: negative, or zero."""
    explanation: dict[str, str | int]
    """The formula of the amount and everything in it (B27)."""

    @property
    def returns_tax(self) -> bool:
        """Whether it is the tax that a credit returns, not the tax on the charge (B63)."""
        return self.kind == "tax" and "credit" in self.explanation

    @property
    def is_reverse_charge(self) -> bool:
        """Whether the customer accounts for the tax on the charge (B68)."""
        return self.kind == "tax" and "reverse_charge" in self.explanation


class Pricing(Value):
    """What an upgrade costs when billing switches on `switch_on`."""

    switch_on: date
    lines: tuple[Line, ...]
    total: Amount
    """The sum of the lines: charge plus tax minus the credit applied and its tax. Never negative."""
    credit_applied: Amount
    """Without the tax that is returned with it."""
    account_credit: Amount
    """Credit that is left for later invoices, with its tax (B31)."""
    forfeited: Amount
    """Prepaid value that is lost, with its tax (B35)."""
    credit_tax: CreditTax | None = None
    """The tax in all of them; None where older code has quoted, which returned none."""

    @property
    def charges(self) -> bool:
        """Whether anything is bought, and so an invoice follows (B54, B61)."""
        return any(line.kind == "charge" for line in self.lines)


def price_upgrade(inputs: PricingInputs, switch_on: date) -> Pricing:
    """The price of the upgrade when billing switches on `switch_on`, a day of the tenant's zone.

    Raises `UnknownCurrency`.
    """
    currency = inputs.currency
    lines: list[Line] = []
    if inputs.new.licenses:
        lines.append(_charge_line(inputs, switch_on))
    if inputs.tax is not None:
        lines.append(_tax_line(inputs, inputs.tax, lines[0].amount))
    owed = sum(to_minor(line.amount, currency) for line in lines)
    unused = unused_service(inputs.old, switch_on, currency)
    split = split_credit(inputs, unused.value_minor, owed)
    if unused.value_minor or split.guaranteed:
        lines.append(_credit_line(inputs, unused, split))
        if split.rate:
            lines.append(_returned_tax_line(inputs, split))
    return Pricing(
        switch_on=switch_on,
        lines=tuple(lines),
        total=from_minor(owed - split.applied - split.applied_tax, currency),
        credit_applied=from_minor(split.applied, currency),
        account_credit=from_minor(split.account_credit, currency),
        forfeited=from_minor(split.forfeited, currency),
        credit_tax=None if inputs.old.tax_rate is None else split.credit_tax(currency),
    )


class Amounts(Value):
    """What `price_upgrade` comes to, without the lines that lead there."""

    total: Amount
    account_credit: Amount
    forfeited: Amount


def total_of(inputs: PricingInputs, switch_on: date) -> Decimal:
    """The total that `price_upgrade` comes to. Raises `UnknownCurrency`."""
    return amounts_on(inputs, switch_on).total


def amounts_on(inputs: PricingInputs, switch_on: date) -> Amounts:
    """The amounts that `price_upgrade` comes to. Raises `UnknownCurrency`."""
    owed = _charge_minor(inputs)
    if inputs.tax is not None:
        owed += _tax_minor(inputs.tax, from_minor(owed, inputs.currency), inputs.currency)
    unused = unused_service(inputs.old, switch_on, inputs.currency).value_minor
    split = split_credit(inputs, unused, owed)
    return Amounts(
        total=from_minor(owed - split.applied - split.applied_tax, inputs.currency),
        account_credit=from_minor(split.account_credit, inputs.currency),
        forfeited=from_minor(split.forfeited, inputs.currency),
    )


def unused_value(inputs: PricingInputs, day: date) -> Decimal:
    """The value of unused service on `day`, without any guarantee."""
    return from_minor(unused_service(inputs.old, day, inputs.currency).value_minor, inputs.currency)


def with_guarantee(inputs: PricingInputs, first_day: date, latest_day: date) -> PricingInputs:
    """The inputs with the guarantee that no day costs more than the dearer of these two (B26)."""
    least = min(unused_value(inputs, first_day), unused_value(inputs, latest_day))
    return inputs.model_copy(update={"least_credit": least})


def _charge_minor(inputs: PricingInputs) -> int:
    exact = inputs.new.licenses * Fraction(inputs.new.unit_price)
    return round_half_up_to_minor(exact, inputs.currency)


def _tax_minor(tax: Tax, charge: Decimal, currency: str) -> int:
    return round_half_up_to_minor(Fraction(charge) * Fraction(tax.rate), currency)


def _charge_line(inputs: PricingInputs, switch_on: date) -> Line:
    new, currency = inputs.new, inputs.currency
    period = cycle_containing(switch_on, new.billing, switch_on)
    description = text(f"line.charge.{new.billing}", plan=new.plan_name, licenses=new.licenses)
    return Line(
        kind="charge",
        description=description.in_language(inputs.language),
        amount=from_minor(_charge_minor(inputs), currency),
        explanation={
            "formula": "licenses × unit_price",
            "licenses": new.licenses,
            "unit_price": str(with_currency_digits(new.unit_price, currency)),
            "billing": new.billing,
            "period_from": period.first.isoformat(),
            "period_until": period.last.isoformat(),
            "rounding": _rounding(currency),
        },
    )


def _tax_line(inputs: PricingInputs, tax: Tax, charge: Decimal) -> Line:
    country = country_name(tax.country)
    description = (
        text("line.reverse_charge", country=country)
        if tax.reverse_charge
        else text("line.tax", country=country, rate=percent(tax.rate))
    )
    return Line(
        kind="tax",
        description=description.in_language(inputs.language),
        amount=from_minor(_tax_minor(tax, charge, inputs.currency), inputs.currency),
        explanation={
            "formula": "charge × rate",
            "charge": str(charge),
            "rate": str(tax.rate),
            "country": tax.country,
            **({"reverse_charge": "yes"} if tax.reverse_charge else {}),
            "rounding": _rounding(inputs.currency),
        },
    )


def _credit_line(inputs: PricingInputs, unused: UnusedService, split: CreditSplit) -> Line:
    currency = inputs.currency
    value, explanation = unused.formula, dict(unused.terms)
    if split.guaranteed:
        value = f"max({value}, guaranteed_value)"
        explanation["guaranteed_value"] = str(from_minor(split.guaranteed, currency))
        explanation["guarantee"] = text("line.guarantee").in_language(inputs.language)
    description = text(
        "line.credit",
        plan=inputs.old.plan_name,
        unused_days=unused.unused_days,
        days=unused.days,
    )
    return Line(
        kind="credit",
        description=description.in_language(inputs.language),
        amount=from_minor(-split.applied, currency),
        explanation={
            "formula": f"-min({value}, owed ÷ (1 + rate))"
            if split.rate
            else f"-min({value}, owed)",
            **({"rate": str(split.rate)} if split.rate else {}),
            **explanation,
            "unused_value": str(from_minor(unused.value_minor, currency)),
            "owed": str(from_minor(split.owed, currency)),
            "credit_applied": str(from_minor(split.applied, currency)),
            "account_credit": str(from_minor(split.account_credit, currency)),
            "forfeited": str(from_minor(split.forfeited, currency)),
            "rounding": _rounding(currency),
        },
    )


def _returned_tax_line(inputs: PricingInputs, split: CreditSplit) -> Line:
    currency = inputs.currency
    description = text("line.returned_tax", rate=percent(split.rate))
    return Line(
        kind="tax",
        description=description.in_language(inputs.language),
        amount=from_minor(-split.applied_tax, currency),
        explanation={
            # Capped, it is what is left of what is owed, so that both together are exactly that.
            "formula": "-(owed - credit)" if split.capped else "-credit × rate",
            "credit": str(from_minor(split.applied, currency)),
            "rate": str(split.rate),
            "owed": str(from_minor(split.owed, currency)),
            "on_account": str(from_minor(split.account_tax, currency)),
            "forfeited": str(from_minor(split.forfeited_tax, currency)),
            "rounding": _rounding(currency),
        },
    )


def _rounding(currency: str) -> str:
    return f"once, half up, to {minor_digits(currency)} digits"
