"""Exact amounts, and the one rounding there is (B28).

Amounts are decimals in a currency's major unit. Whatever is computed from them stays an exact
fraction until `round_half_up`, which is called once per line, at its total. Sums are done in minor
units, as integers.
"""

from decimal import Decimal
from fractions import Fraction

from domain.values.currencies import minor_digits

LARGEST_MINOR = 10**18 - 1
"""The largest amount that can be booked, in minor units: the ledger's columns end a little above."""


def round_half_up(amount: Decimal | Fraction, currency: str) -> Decimal:
    """`amount` rounded to the currency's minor unit, halves away from zero, with all its digits.

    Raises `UnknownCurrency`.
    """
    return from_minor(round_half_up_to_minor(amount, currency), currency)


def round_half_up_to_minor(amount: Decimal | Fraction, currency: str) -> int:
    """The same rounding, as a count of minor units."""
    in_minor_units = abs(Fraction(amount)) * 10 ** minor_digits(currency)
    rounded = (2 * in_minor_units.numerator + in_minor_units.denominator) // (
        2 * in_minor_units.denominator
    )
    return -rounded if amount < 0 else rounded


def to_minor(amount: Decimal, currency: str) -> int:
    """`amount` as a count of minor units, exactly.

    Raises `ValueError` where the amount has a fraction of a minor unit: rounding is never implied.
    """
    if has_too_many_digits(amount, currency):
        raise ValueError(f"{amount} has more than {minor_digits(currency)} digits for {currency}")
    return round_half_up_to_minor(amount, currency)


def from_minor(minor_units: int, currency: str) -> Decimal:
    """A count of minor units as a decimal with exactly the currency's digits: 5 USD is 0.05."""
    # Built from its digits: Decimal's own arithmetic rounds to the context's 28 digits.
    digits = tuple(int(digit) for digit in str(abs(minor_units)))
    return Decimal((1 if minor_units < 0 else 0, digits, -minor_digits(currency)))


def has_too_many_digits(amount: Decimal, currency: str) -> bool:
    """Whether `amount` has a fraction of the minor unit; zeros at the end do not count.

    Raises `ValueError` for infinity and NaN, `UnknownCurrency` for a code that is none.
    """
    allowed = minor_digits(currency)
    _, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{amount} is not an amount of money")
    significant = "".join(map(str, digits)).rstrip("0")
    trailing_zeros = len(digits) - len(significant)
    return significant != "" and -(exponent + trailing_zeros) > allowed


def with_currency_digits(amount: Decimal, currency: str) -> Decimal:
    """The same amount written with the currency's digits: "6" USD becomes "6.00".

    An amount with a fraction of the minor unit is returned as it is: this never rounds.
    """
    if has_too_many_digits(amount, currency):
        return amount
    return from_minor(round_half_up_to_minor(amount, currency), currency)
