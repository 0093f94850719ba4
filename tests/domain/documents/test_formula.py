"""B27: a line's formula can be read and evaluated, exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.documents.formula import NotAFormula, evaluate, names_in, with_values

CREDIT = "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)"
VALUES = {
    "licenses": Fraction(300),
    "unit_price": Fraction("10.08"),
    "unused_days": Fraction(23),
    "cycle_days": Fraction(30),
    "owed": Fraction(6000),
}


def test_the_worked_example_of_a_credit() -> None:
    assert evaluate(CREDIT, VALUES) == Fraction("-2318.40")  # B32


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("7", 7),
        ("1 + 2 × 3", 7),
        ("(1 + 2) × 3", 9),
        ("8 ÷ 2 ÷ 2", 2),
        ("8 - 2 - 2", 4),
        ("2 × -3", -6),
        ("--2", 2),
        ("min(3, 1, 2)", 1),
        ("max(3, min(9, 5))", 5),
        ("10 ÷ 3", Fraction(10, 3)),
        ("  a_b×2 ", 8),
    ],
)
def test_precedence_is_as_everybody_expects(formula: str, result: int | Fraction) -> None:
    assert evaluate(formula, {"a_b": Fraction(4)}) == result


@pytest.mark.parametrize(
    "formula",
    [
        "",
        "1 +",
        "× 2",
        "min 3",
        "min(3",
        "(1",
        "1 2",
        "a)",
        "2 ** 3",
        "unknown",
        "1 ÷ 0",
        "1.5",
        "$",
    ],
)
def test_what_is_no_formula_is_said_to_be_none(formula: str) -> None:
    with pytest.raises(NotAFormula):
        evaluate(formula, {"a": Fraction(1)})


def test_names_stand_once_in_their_order() -> None:
    assert names_in(CREDIT) == ("licenses", "unit_price", "unused_days", "cycle_days", "owed")
    assert names_in("max(a, min(b, a))") == ("a", "b")


def test_numbers_take_the_place_of_names() -> None:
    assert with_values("-min(a × b, owed)", {"a": "3", "b": "1.50"}) == "-min(3 × 1.50, owed)"


@given(a=st.fractions(), b=st.fractions(), c=st.fractions().filter(bool))
def test_it_computes_as_python_does(a: Fraction, b: Fraction, c: Fraction) -> None:
    values = {"a": a, "b": b, "c": c}
    assert evaluate("a - b × a ÷ c + max(a, b)", values) == a - b * a / c + max(a, b)
