"""How many digits each currency has (B28)."""

import pytest
from iso4217 import Currency

from domain.values.currencies import MINOR_DIGITS, UnknownCurrency, minor_digits


def test_the_table_is_the_one_of_iso_4217() -> None:
    published = {
        currency.code: currency.exponent for currency in Currency if currency.exponent is not None
    }
    assert published == MINOR_DIGITS


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("USD", 2), ("KWD", 3), ("CLF", 4)])
def test_minor_digits(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize("code", ["XXX", "XAU", "usd", "", "DEM"])
def test_what_is_no_currency_to_pay_with_is_unknown(code: str) -> None:
    with pytest.raises(UnknownCurrency, match=repr(code)):
        minor_digits(code)
