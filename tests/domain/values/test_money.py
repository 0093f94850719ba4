"""Exact amounts, and the one rounding there is (B28)."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values.money import (
    from_minor,
    has_too_many_digits,
    round_half_up,
    to_minor,
    with_currency_digits,
)

CURRENCIES = st.sampled_from(["JPY", "USD", "KWD", "CLF"])


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "USD", "0.01"),
        ("0.0049999999999999999999999999999999", "USD", "0.00"),
        ("-0.005", "USD", "-0.01"),
        ("2.5", "JPY", "3"),
        ("1.0005", "KWD", "1.001"),
        ("7", "USD", "7.00"),
    ],
)
def test_halves_go_up_and_all_digits_are_written(amount: str, currency: str, rounded: str) -> None:
    assert str(round_half_up(Decimal(amount), currency)) == rounded


def test_a_fraction_is_rounded_once() -> None:
    # 0.00499...: rounded to any number of digits first, it would become half a cent, then a cent.
    just_below_half_a_cent = Fraction(5, 1000) - Fraction(1, 10**40)
    assert str(round_half_up(just_below_half_a_cent, "USD")) == "0.00"


def test_amounts_beyond_the_precision_of_decimal_keep_every_digit() -> None:
    minor_units = 10**40 + 1
    assert str(from_minor(minor_units, "USD")) == "1" + "0" * 38 + ".01"
    assert to_minor(from_minor(minor_units, "USD"), "USD") == minor_units


@given(st.fractions(min_value=-(10**9), max_value=10**9), CURRENCIES)
def test_rounding_moves_by_half_a_minor_unit_at_most(amount: Fraction, currency: str) -> None:
    rounded = round_half_up(amount, currency)
    assert abs(Fraction(rounded) - amount) <= Fraction(1, 2) * Fraction(from_minor(1, currency))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9)), CURRENCIES)
def test_rounding_agrees_with_decimal(amount: Decimal, currency: str) -> None:
    with localcontext() as context:
        context.prec = 400
        expected = amount.quantize(from_minor(1, currency), rounding=ROUND_HALF_UP)
        assert round_half_up(amount, currency) == expected


@given(st.integers(), CURRENCIES)
def test_minor_units_there_and_back(minor_units: int, currency: str) -> None:
    assert to_minor(from_minor(minor_units, currency), currency) == minor_units


@pytest.mark.parametrize(
    ("amount", "currency", "too_many"),
    [
        ("6.00", "USD", False),
        ("6.000", "USD", False),
        ("6.001", "USD", True),
        ("6.5", "JPY", True),
        ("1E+3", "JPY", False),
        ("0.000", "JPY", False),
        ("1E-1000000", "USD", True),
    ],
)
def test_too_many_digits(amount: str, currency: str, too_many: bool) -> None:
    assert has_too_many_digits(Decimal(amount), currency) is too_many


def test_nothing_is_rounded_by_the_way() -> None:
    with pytest.raises(ValueError, match="more than 2 digits"):
        to_minor(Decimal("0.001"), "USD")
    assert str(with_currency_digits(Decimal("0.001"), "USD")) == "0.001"
    assert str(with_currency_digits(Decimal(6), "USD")) == "6.00"


@pytest.mark.parametrize("amount", ["NaN", "Infinity"])
def test_what_is_no_number_is_no_money(amount: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        to_minor(Decimal(amount), "USD")
