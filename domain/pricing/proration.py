"""The value of service that is paid for and not used (B29, B34)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from domain.pricing.inputs import OldTerm
from domain.values.base import Value
from domain.values.cycles import Cycle, cycle_containing
from domain.values.money import (
    from_minor,
    round_half_up_to_minor,
    to_minor,
    with_currency_digits,
)


class UnusedService(Value):
    """What is left of a cycle or of a prepaid term, and how that was computed."""

    value_minor: int
    """In minor units, rounded here and nowhere else."""
    formula: str
    """In terms of the names in `terms`."""
    terms: dict[str, str | int]
    unused_days: int
    days: int


NOTHING_UNUSED = UnusedService(value_minor=0, formula="0", terms={}, unused_days=0, days=1)


def unused_service(old: OldTerm, day: date, currency: str) -> UnusedService:
    """What of `old` is paid for and unused from `day` on, `day` included.

    Nothing is left before the first cycle, since it is not paid for, nor of a term prepaid by
    product key (B13). Before a term paid upfront begins, all of it is left, and nothing after it.
    """
    if old.prepaid is not None:
        return _of_prepaid_term(old, day, currency)
    if day < old.cycle_anchor:
        return NOTHING_UNUSED
    return _of_cycle(old, day, currency)


def paid_for_cycle_minor(old: OldTerm, unit_price: Decimal, currency: str) -> int:
    """What a billing cycle of `old` at that price costs, in minor units."""
    return round_half_up_to_minor(old.licenses * Fraction(unit_price), currency)


def paid_on_minor(old: OldTerm, day: date, currency: str) -> int:
    """What was paid for the cycle that `day` is in, or for the prepaid term, without tax, in minor units.

    Nothing before the first cycle. No credit of that day exceeds it (B31, B64).
    """
    if old.prepaid is not None:
        return most_paid_minor(old, currency)
    if day < old.cycle_anchor:
        return 0
    cycle = cycle_containing(old.cycle_anchor, old.billing, day)
    return paid_for_cycle_minor(old, old.price_of_cycle(cycle.first), currency)


def most_paid_minor(old: OldTerm, currency: str) -> int:
    """What was paid at most for a cycle, or for the prepaid term, without tax, in minor units (B31)."""
    if old.prepaid is None:
        return paid_for_cycle_minor(old, old.highest_price, currency)
    return 0 if old.prepaid.paid is None else to_minor(old.prepaid.paid, currency)


def _of_cycle(old: OldTerm, day: date, currency: str) -> UnusedService:
    cycle = cycle_containing(old.cycle_anchor, old.billing, day)
    unused_days = cycle.unused_days(day)
    unit_price = old.price_of_cycle(cycle.first)
    value = old.licenses * Fraction(unit_price) * unused_days / cycle.days
    return UnusedService(
        value_minor=round_half_up_to_minor(value, currency),
        formula="licenses × unit_price × unused_days ÷ cycle_days",
        terms={
            "licenses": old.licenses,
            "unit_price": str(with_currency_digits(unit_price, currency)),
            "billing": old.billing,
            "unused_days": unused_days,
            "cycle_days": cycle.days,
            "cycle_from": cycle.first.isoformat(),
            "cycle_until": cycle.last.isoformat(),
            "paid_for_cycle": str(
                from_minor(paid_for_cycle_minor(old, unit_price, currency), currency)
            ),
        },
        unused_days=unused_days,
        days=cycle.days,
    )


def _of_prepaid_term(old: OldTerm, day: date, currency: str) -> UnusedService:
    prepaid = old.prepaid
    if prepaid is None or prepaid.kind == "product_key":
        return NOTHING_UNUSED
    if prepaid.paid is None or prepaid.from_ is None or prepaid.until is None:
        raise ValueError("a term paid upfront needs paid, from and until")
    term = Cycle(first=prepaid.from_, last=prepaid.until)
    unused_days = term.unused_days(day)
    value = Fraction(prepaid.paid) * unused_days / term.days
    return UnusedService(
        value_minor=round_half_up_to_minor(value, currency),
        formula="paid × unused_days ÷ term_days",
        terms={
            "paid": str(with_currency_digits(prepaid.paid, currency)),
            "unused_days": unused_days,
            "term_days": term.days,
            "term_from": term.first.isoformat(),
            "term_until": term.last.isoformat(),
        },
        unused_days=unused_days,
        days=term.days,
    )
