"""A credit note as document and as e-invoice of type 381: valid, and the invoice the other way round (B65)."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from facturx import get_xml_from_pdf, xml_check_xsd  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
from pypdf import PdfReader

from api.documents.e_invoice import e_credit_note, e_invoice
from api.documents.invoice_pdf import credit_note_pdf, invoice_pdf
from domain.documents.invoice_document import credit_note_document
from domain.values.rejections import NoEInvoice
from tests.api.test_e_invoice import CREDITS, TAXES, rules, sums, value
from tests.domain.invoices import TAIPEI, a_credit_note

REFERENCED = "ram:InvoiceReferencedDocument/"


def text_of(pdf: bytes) -> str:
    reader = PdfReader(BytesIO(pdf), strict=True)
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


@pytest.mark.parametrize("credit", CREDITS)
@pytest.mark.parametrize("category", TAXES)
def test_it_is_valid_and_takes_back_what_the_invoice_says(category: str, credit: str) -> None:
    note = a_credit_note(**TAXES[category], **CREDITS[credit])
    xml = e_credit_note(note)
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert rules()(xml) == []
    invoiced, taken_back = sums(e_invoice(note.invoice)), sums(xml)
    # Account credit had paid some of the invoice; the note gives all of it back.
    used = note.invoice.account_credit_used
    assert taken_back == {
        **invoiced,
        "BT-113": invoiced["BT-113"] - used,
        "BT-115": invoiced["BT-115"] + used,
    }
    assert taken_back["BT-115"] == note.total


def test_it_has_its_own_type_number_and_day_and_names_its_invoice() -> None:
    note = a_credit_note(paid="100.00", rate="0.19")
    xml = e_credit_note(note)
    head = "rsm:ExchangedDocument/ram:"
    assert value(xml, head + "TypeCode") == "381"
    assert value(xml, head + "ID") == "CN-00000003"
    assert value(xml, head + "IssueDateTime/*") == f"{note.issued_on:%Y%m%d}"
    assert value(xml, REFERENCED + "ram:IssuerAssignedID") == note.invoice.number
    issued_on = value(xml, REFERENCED + "ram:FormattedIssueDateTime/*")
    assert issued_on == f"{note.invoice.issued_on:%Y%m%d}"
    assert value(e_invoice(note.invoice), head + "TypeCode") == "380"


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_the_document_says_what_it_takes_back_and_what_becomes_of_it(language: str) -> None:
    """1,250.00 + 237.50 - 440.00 - 83.60 = 963.90, of which 100.00 were paid."""
    note = a_credit_note(paid="100.00", rate="0.19", language=language)
    told = text_of(credit_note_pdf(note))
    title = {"en": "Creditnote", "zh-TW": "折讓單"}[language]
    for said in (title, "CN-00000003", note.invoice.number, "963.90", "863.90", "100.00"):
        assert said in told
    assert "orderedbymistake" in told
    totals = {each.label: each.value for each in credit_note_document(note).totals}
    assert [*totals.values()] == ["€863.90", "€100.00", "€963.90"]


def test_its_xml_travels_inside_it() -> None:
    note = a_credit_note(rate="0.19")
    name, inside = get_xml_from_pdf(credit_note_pdf(note), check_xsd=True)
    assert (name, inside) == ("factur-x.xml", e_credit_note(note))


def test_it_is_the_same_bytes_each_time_and_not_those_of_its_invoice() -> None:
    note = a_credit_note(rate="0.19")
    assert credit_note_pdf(note) == credit_note_pdf(note) != invoice_pdf(note.invoice)


def test_where_the_invoice_has_no_e_invoice_the_note_has_none() -> None:
    changes: dict[str, Any] = {"sold_to": TAIPEI, "currency": "TWD", "language": "zh-TW"}
    note = a_credit_note(**changes)
    with pytest.raises(NoEInvoice):
        e_credit_note(note)
    assert "折讓單" in text_of(credit_note_pdf(note))


def test_an_invoice_that_came_to_nothing_is_taken_back_line_by_line() -> None:
    note = a_credit_note(old_licenses=300, licenses=10)
    assert (note.total, note.no_longer_due, note.account_credit) == (Decimal(0), 0, 0)
    assert rules()(e_credit_note(note)) == []
    document = credit_note_document(note)
    assert [each.amount for each in document.items] == ["€125.00", "-€125.00"]
