"""What an invoice's document says: every amount with its arithmetic, in the invoice's own words."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.catalog.customer import Address
from domain.catalog.seller import Seller
from domain.catalog.taxes import vat_number
from domain.documents.e_invoicing import tax_treatment
from domain.documents.invoice_document import InvoiceDocument, invoice_document
from tests.domain.invoices import BERLIN, BUSINESS, EU_SELLER, TAIPEI, US_SELLER, an_invoice

SEATTLE = Address(name="Contoso", lines=("1 Way",), city="Seattle", region="WA", country="US")
PREPAID = {"kind": "upfront", "paid": "7300.00", "from": "2026-01-01", "until": "2026-12-31"}


def document(**changes: Any) -> InvoiceDocument:
    return invoice_document(an_invoice(**changes))


def pairs(document: InvoiceDocument) -> dict[str, str]:
    return {each.label: each.value for each in (*document.facts, *document.totals)}


def test_every_line_shows_its_arithmetic_in_words_and_in_numbers() -> None:
    charge, tax, credit, returned = document(rate="0.19").items
    assert (charge.description, charge.amount) == (
        "Licenses of Plan standard for one month: 100",
        "€1,250.00",
    )
    assert charge.arithmetic == (
        "licenses × price per license",
        "= 100 × €12.50 = €1,250.00",
        "For 26 June 2026 – 25 July 2026",
    )
    assert (tax.description, tax.amount) == ("Tax (Germany, 19%)", "€237.50")
    assert tax.arithmetic == ("charge × rate", "= €1,250.00 × 19% = €237.50")
    assert (credit.kind, credit.amount) == ("credit", "-€440.00")
    assert credit.arithmetic == (
        "licenses × price per license × unused days ÷ days of the cycle",
        "= 100 × €6.00 × 22 ÷ 30 = €440.00",
        "Already paid for 18 June 2026 – 17 July 2026: €600.00",
    )
    assert (returned.description, returned.amount) == (
        "Tax returned with the credit (19%)",
        "-€83.60",
    )
    assert returned.arithmetic == ("credit × rate", "= €440.00 × 19% = €83.60")
    notes = document(rate="0.19").notes
    assert notes[1].startswith("€523.60 of credit is deducted from this invoice")


def test_a_credit_and_its_tax_above_what_is_owed_say_so() -> None:
    """125.00 + 23.75 are owed; 1,320.00 + 250.80 are left."""
    told = document(rate="0.19", old_licenses=300, licenses=10)
    credit, returned = told.items[2:]
    assert (credit.amount, returned.amount) == ("-€125.00", "-€23.75")
    assert "Limited, with its tax, to charge plus tax: €148.75" in credit.arithmetic
    assert returned.arithmetic == (
        "charge plus tax - credit",
        "= €148.75 - €125.00 = €23.75",
    )
    assert "€1,422.05 stays on your account as account credit for later invoices." in told.notes


def test_a_credit_above_what_is_owed_says_so_and_what_becomes_of_the_rest() -> None:
    told = document(old_licenses=300, licenses=10)
    assert told.items[-1].amount == "-€125.00"
    assert told.items[-1].arithmetic[1] == "= 300 × €6.00 × 22 ÷ 30 = €1,320.00"
    assert "Limited to charge plus tax: €125.00" in told.items[-1].arithmetic
    assert "€1,195.00 stays on your account as account credit for later invoices." in told.notes
    assert pairs(told)["Amount due"] == "€0.00"
    assert told.notes[0] == "Nothing is left to pay."


def test_a_prepaid_term_says_what_was_forfeited() -> None:
    told = document(prepaid=PREPAID)
    assert told.items[-1].arithmetic[:2] == (
        "amount paid in advance × unused days ÷ days of the term",
        "= €7,300.00 × 189 ÷ 365 = €3,780.00",
    )
    assert "€2,530.00 of prepaid value was forfeited, as accepted with the order." in told.notes


def test_totals_end_with_what_is_due_after_account_credit() -> None:
    told = document(rate="0.19", old_licenses=10, account_credit=True)
    invoice = an_invoice(rate="0.19", old_licenses=10, account_credit=True)
    assert invoice.account_credit_used > 0
    labels = [each.label for each in told.totals]
    assert labels == ["Total", "Account credit used", "Amount due"]
    assert told.totals[-1].value == f"€{invoice.amount_due:,}"
    assert invoice.total - invoice.account_credit_used == invoice.amount_due
    assert [each.label for each in document().totals] == ["Total", "Amount due"]


@pytest.mark.parametrize(
    ("method", "how", "due", "first", "arrives"),
    [
        ("card", "card", "July 15, 2026", "Your card is charged on July 15, 2026.", "July 20"),
        (
            "bank_transfer",
            "bank transfer",
            "August 14, 2026",
            "Please transfer $810.00 by August 14, 2026, quoting INV-00000001.",
            "July 25",
        ),
        (
            "invoice",
            "invoice",
            "August 14, 2026",
            "Please transfer $810.00 by August 14, 2026, quoting INV-00000001.",
            "August 14",
        ),
    ],
)
def test_how_and_when_to_pay_and_when_the_credit_arrives(
    method: str, how: str, due: str, first: str, arrives: str
) -> None:
    told = document(sold_to=SEATTLE, currency="USD", payment_method=method)
    facts = pairs(told)
    assert (facts["Paid by"], facts["Due on"]) == (how, due)
    assert facts["Issued on"] == "July 15, 2026"
    assert told.notes[:2] == (
        first,
        "$440.00 of credit is deducted from this invoice; "
        f"your payment account shows it by {arrives}, 2026.",
    )


def test_it_speaks_the_language_of_its_tenant() -> None:
    told = document(
        sold_to=TAIPEI, currency="TWD", language="zh-TW", old_price="200", price="400", rate="0.05"
    )
    assert (told.title, told.language) == ("發票", "zh-TW")
    assert told.parties[0].lines[-2:] == ("台灣", "統一編號：12345678")
    assert told.items[1].arithmetic == ("新訂閱費用 × 稅率", "= $40,000.00 × 5% = $2,000.00")
    assert told.totals[-1].label == "應付金額"
    assert pairs(told)["開立日期"] == "2026年7月15日"
    assert not [each for each in told.notes if each.isascii()]


@pytest.mark.parametrize(
    ("currency", "old", "new", "charge", "credit"),
    [
        ("JPY", "800", "1500", "¥150,000", "-¥58,667"),
        ("KWD", "1.875", "3.900", "KWD\xa0390.000", "-KWD\xa0137.500"),
    ],
)
def test_amounts_have_the_digits_of_their_currency(
    currency: str, old: str, new: str, charge: str, credit: str
) -> None:
    told = document(sold_to=SEATTLE, currency=currency, old_price=old, price=new)
    assert [item.amount for item in told.items] == [charge, credit]


def test_parties_have_countries_by_name_and_numbers_by_their_kind() -> None:
    told = document()
    assert told.seller.lines == (
        "Kade 5",
        "1012 AB Amsterdam",
        "Netherlands",
        "Tax ID: NL123456789B01",
        "Registered: KvK 12345678",
    )
    assert [party.label for party in told.parties] == ["Sold to", "Billed to"]
    assert told.parties[0].lines[-2:] == ("Germany", "Tax ID: DE 123 456 789")
    assert "IBAN NL91ABNA0417164300" in told.contact


def test_everything_on_it_can_be_printed() -> None:
    odd = BERLIN.model_copy(update={"name": "a\x00b\x07\ue000c\u2028d\te", "lines": ("x\ny",)})
    told = document(sold_to=odd)
    assert (told.parties[0].name, told.parties[0].lines[0]) == ("abc d e", "x y")


@pytest.mark.parametrize("name", [" ", "\t", "\x07", "\ue000", "\u2028"])
def test_a_name_without_anything_to_read_still_has_its_place(name: str) -> None:
    nobody = BERLIN.model_copy(update={"name": name, "lines": (name,), "city": name})
    told = document(sold_to=nobody).parties[0]
    assert (told.name, told.lines) == ("□", ("10115", "Germany", "Tax ID: DE 123 456 789"))


@pytest.mark.parametrize(
    ("rate", "seller", "sold_to", "category"),
    [
        ("0.19", EU_SELLER, BERLIN, "S"),
        ("0.19", US_SELLER, BERLIN, "S"),
        ("0", EU_SELLER, BERLIN, "Z"),
        ("0", Seller(), BERLIN, "O"),
        (None, EU_SELLER, BUSINESS, "AE"),
        ("0.19", EU_SELLER, BUSINESS, "AE"),
        # Who has no VAT number is no business that could account for the tax itself.
        (None, EU_SELLER, BERLIN.model_copy(update={"tax_id": ""}), "O"),
        (None, EU_SELLER, BERLIN, "O"),  # its check digit is wrong
        (None, EU_SELLER, BERLIN.model_copy(update={"tax_id": "123456789"}), "O"),
        (None, EU_SELLER.model_copy(update={"tax_id": ""}), BUSINESS, "O"),
        # It is where one is sold to that counts; the number may be of any country but the seller's.
        (None, EU_SELLER, BERLIN.model_copy(update={"tax_id": "ATU13585627"}), "AE"),
        (None, EU_SELLER, BERLIN.model_copy(update={"tax_id": "NL123456782B90"}), "O"),
        (None, EU_SELLER, BERLIN.model_copy(update={"tax_id": "US123456789"}), "O"),
        (None, EU_SELLER.model_copy(update={"tax_id": "XI123456789"}), BUSINESS, "O"),
        (
            None,
            EU_SELLER.model_copy(update={"country": "GR", "tax_id": "EL123456789"}),
            BUSINESS,
            "AE",
        ),
        (None, EU_SELLER, BUSINESS.model_copy(update={"country": "NL"}), "O"),
        (None, EU_SELLER, BUSINESS.model_copy(update={"country": "CH"}), "O"),
        (None, EU_SELLER.model_copy(update={"country": "GB"}), BUSINESS, "O"),
    ],
)
def test_why_there_is_tax_or_none(
    rate: str | None, seller: Seller, sold_to: Address, category: str
) -> None:
    invoice = an_invoice(rate=rate, seller=seller, sold_to=sold_to)
    treatment = tax_treatment(invoice)
    charged = 0 if category == "AE" else rate or 0
    assert (treatment.category, treatment.rate) == (category, Decimal(charged))
    told = [line.description for line in invoice.lines if line.is_reverse_charge]
    assert told == ["Tax (Germany): reverse charge, you account for it"] * (category == "AE")
    notes = invoice_document(invoice).notes
    assert ("Reverse charge: the customer accounts for the tax." in notes) == (category == "AE")
    assert ("No tax is charged." in notes) == (category in ("O", "Z"))


def test_an_invoice_of_older_code_says_reverse_charge_by_the_same_rule() -> None:
    """Its quote said nothing where the table had no rate."""
    for sold_to, category in ((BUSINESS, "AE"), (BERLIN, "O")):
        invoice = an_invoice(sold_to=sold_to)
        lines = tuple(line for line in invoice.lines if line.kind != "tax")
        older = invoice.model_copy(update={"lines": lines})
        assert tax_treatment(older).category == category


@pytest.mark.parametrize(
    ("tax_id", "number"),
    [
        ("DE 123 456 789", "DE123456789"),
        ("atu12345678", "ATU12345678"),
        ("EL-123.456.789", "EL123456789"),
        ("123456789", None),
        ("", None),
        ("91-1234567", None),
        ("ZZ123456789", None),
        ("XI123456789", "XI123456789"),
    ],
)
def test_a_vat_number_begins_with_its_country(tax_id: str, number: str | None) -> None:
    assert vat_number(BERLIN.model_copy(update={"tax_id": tax_id})) == number


def test_the_samples_are_of_one_day() -> None:
    assert an_invoice().issued_on == date(2026, 7, 15)
