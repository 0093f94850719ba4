"""`docs/invoices.md` is true: its tables and examples are the code's, and so is what its text says."""

from datetime import date
from decimal import Decimal

from domain.catalog.policy import InvoicePolicy
from domain.pricing.billing_days import days_until_credit_arrives, payment_due_on
from tests.api.invoices_page import PAGE, page, sample

TEXT = " ".join(PAGE.read_text().split())


def test_the_tables_and_examples_are_what_the_code_does() -> None:
    text = PAGE.read_text()
    assert page(text) == text, "write it anew: python -m tests.api.invoices_page"


def test_the_text_says_the_days_that_the_code_keeps() -> None:
    most = InvoicePolicy().within_days
    assert f"it must not exceed {most}" in TEXT
    invoiced_on = date(2026, 7, 15)
    assert payment_due_on(invoiced_on, "card") == invoiced_on
    for method in ("bank_transfer", "invoice"):
        assert (payment_due_on(invoiced_on, method) - invoiced_on).days == 30
    card, transfer = map(days_until_credit_arrives, ("card", "bank_transfer"))
    assert f"reaches a card within {card} days, an account by transfer within {transfer}" in TEXT


def test_the_terms_of_the_e_invoice_have_the_amounts_of_the_example() -> None:
    invoice = sample()
    charge, tax, credit, returned = (line.amount for line in invoice.lines)
    assert (charge, tax) == (Decimal("1250.00"), Decimal("237.50"))
    assert (credit, returned) == (Decimal("-132.00"), Decimal("-25.08"))
    for amount in (charge + credit, tax + returned, invoice.amount_due):
        assert f"| {amount:,} |" in TEXT
