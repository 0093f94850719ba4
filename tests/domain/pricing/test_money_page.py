"""`docs/money.md` is true to the cent: its tables are the code's, its sums are reckoned again."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.domain.pricing.money_page import PAGE, example, page, prepaid_example
from tests.domain.pricing.test_price import reckoned

SUM = re.compile(r"(?P<expression>[\d.,]+(?: [×÷+−] [\d.,]+)+) = (?P<result>[\d,]+\.\d\d)")
TEXT = " ".join(PAGE.read_text().split())
SUMS = [(each["expression"], each["result"]) for each in SUM.finditer(TEXT)]


def test_the_tables_are_what_the_code_does() -> None:
    text = PAGE.read_text()
    assert page(text) == text, "write it anew: python -m tests.domain.pricing.money_page"


@pytest.mark.parametrize(("expression", "result"), SUMS, ids=lambda each: each)
def test_a_sum_of_the_page_is_right(expression: str, result: str) -> None:
    plain = expression.replace(",", "").replace("−", "-")
    assert reckoned(plain) == Fraction(result.replace(",", ""))


def test_every_sum_was_found() -> None:
    assert len(SUMS) == TEXT.count("=") - TEXT.count("credits 5,097.50") > 10


def test_the_example_comes_to_what_its_text_says() -> None:
    world, books = example()
    first, second, third = books.invoices
    assert [line.amount for line in first.lines] == [Decimal("220.00"), Decimal("-220.00")]
    assert first.lines[1].explanation["unused_value"] == "1320.00"
    assert (first.total, first.account_credit) == (0, Decimal("1100.00"))
    assert (second.total, second.account_credit_used) == (Decimal("810.00"), Decimal("810.00"))
    assert (third.total, third.account_credit_used) == (Decimal("607.50"), Decimal("290.00"))
    assert [invoice.amount_due for invoice in books.invoices] == [0, 0, Decimal("317.50")]
    assert {invoice.issued_on for invoice in books.invoices} == {date(2026, 7, 15)}
    statement = books.statement(world)
    assert statement.debits == statement.credits == Decimal("5097.50")
    assert (statement.owed, statement.account_credit) == (third.amount_due, 0)


def test_the_prepaid_year_forfeits_what_its_text_says() -> None:
    quote = prepaid_example()
    assert (quote.credit_applied, quote.forfeited) == (Decimal("1250.00"), Decimal("2530.00"))
    assert quote.no_forfeiture_from == date(2026, 10, 31)
