"""An invoice as PDF: the same invoice, the same bytes, whoever sets it and whenever (B55).

It is set by typst from `invoice.typ`. Nothing of the machine gets in: no font of its own, no clock.
Whatever the invoice says, there is a document: see `glyphs`. Where there is an e-invoice it travels inside, as Factur-X wants it.
"""

import json
from datetime import UTC, datetime, time
from pathlib import Path

from api.documents.apart import set_anything
from api.documents.e_invoice import e_credit_note, e_invoice
from api.documents.factur_x import XML_NAME, as_factur_x
from domain.documents.e_invoicing import e_invoice_rejection
from domain.documents.invoice_document import (
    InvoiceDocument,
    credit_note_document,
    invoice_document,
)
from domain.views.credit_notes import CreditNote
from domain.views.read_models import Invoice

TEMPLATE = Path(__file__).with_name("invoice.typ")
LETTERS = "Source Sans 3"
"""Latin, Greek and Cyrillic; the Han fonts were drawn to go with it."""
HAN = ("Noto Sans TC", "Noto Sans JP", "Noto Sans KR")
HAN_OF = {"JP": "Noto Sans JP", "KR": "Noto Sans KR"}
"""Many Han letters look different there; what one font lacks the others may have."""
OTHERS = (
    *(f"Noto Sans {each}" for each in ("Arabic", "Hebrew", "Devanagari", "Thai")),
    # Typst's own, for what all of these lack.
    *("Libertinus Serif", "DejaVu Sans Mono"),
)


def invoice_pdf(invoice: Invoice) -> bytes:
    """The document of an invoice, with its e-invoice inside where there is one."""
    has_xml = e_invoice_rejection(invoice) is None
    return _pdf(invoice, invoice_document(invoice), e_invoice(invoice) if has_xml else None)


def credit_note_pdf(note: CreditNote) -> bytes:
    """The document of a credit note, with its XML inside where the invoice has one."""
    has_xml = e_invoice_rejection(note.invoice) is None
    document = credit_note_document(note)
    return _pdf(note.invoice, document, e_credit_note(note) if has_xml else None)


def _pdf(invoice: Invoice, document: InvoiceDocument, xml: bytes | None) -> bytes:
    inputs = {
        "invoice": document.model_dump_json(),
        "fonts": json.dumps(_fonts_for(invoice)),
    }
    if xml is None:
        return _set(document, inputs)
    inputs["e_invoice"] = xml.decode()
    inputs["e_invoice_name"] = XML_NAME
    return as_factur_x(_set(document, inputs))


def _fonts_for(invoice: Invoice) -> tuple[str, ...]:
    """Those to look for a letter in, the first one first."""
    first = HAN[0]
    if invoice.language != "zh-TW":
        first = HAN_OF.get(invoice.sold_to.country, first)
    return (LETTERS, first, *(each for each in HAN if each != first), *OTHERS)


def _set(document: InvoiceDocument, inputs: dict[str, str]) -> bytes:
    issued_at = datetime.combine(document.issued_on, time.min, UTC)
    return set_anything(TEMPLATE.read_bytes(), inputs, "invoice", issued_at)
