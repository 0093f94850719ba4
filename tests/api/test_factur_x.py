"""Factur-X: the e-invoice travels inside the document that people read (B55)."""

from importlib import import_module
from io import BytesIO
from typing import Any

import pytest
from facturx import get_xml_from_pdf  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
from pypdf import PdfReader

from api.documents.e_invoice import e_invoice
from api.documents.factur_x import as_factur_x
from api.documents.invoice_pdf import invoice_pdf
from tests.domain.invoices import BERLIN, an_invoice

# Has no types.
etree: Any = import_module("lxml.etree")


def test_it_travels_inside_the_document_where_there_is_one() -> None:
    invoice = an_invoice(rate="0.19")
    pdf = invoice_pdf(invoice)
    reader: Any = PdfReader(BytesIO(pdf), strict=True)
    assert dict(reader.attachments) == {"factur-x.xml": [e_invoice(invoice)]}
    name, xml = get_xml_from_pdf(pdf, check_xsd=True)
    assert (name, xml) == ("factur-x.xml", e_invoice(invoice))
    root = reader.trailer["/Root"]
    (attached,) = root["/AF"]
    assert attached.get_object()["/AFRelationship"] == "/Alternative"
    outside = an_invoice(sold_to=BERLIN.model_copy(update={"country": "CH"}))
    assert not PdfReader(BytesIO(invoice_pdf(outside))).attachments


def test_the_document_says_in_its_metadata_what_it_carries() -> None:
    reader: Any = PdfReader(BytesIO(invoice_pdf(an_invoice())), strict=True)
    metadata = etree.fromstring(reader.trailer["/Root"]["/Metadata"].get_data())
    names = {
        "fx": "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
        "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
        "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
        "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    }

    def texts(path: str) -> list[str]:
        found: Any = metadata.xpath(f"{path}/text()", namespaces=names)
        return list(found)

    said = {
        "DocumentType": "INVOICE",
        "DocumentFileName": "factur-x.xml",
        "Version": "1.0",
        "ConformanceLevel": "EN 16931",
    }
    assert {name: texts(f"//fx:{name}") for name in said} == {n: [v] for n, v in said.items()}
    assert (texts("//pdfaid:part"), texts("//pdfaid:conformance")) == (["3"], ["B"])
    # PDF/A wants every foreign property described.
    ours = "//*[pdfaSchema:prefix='fx']"
    assert texts(f"{ours}/pdfaSchema:namespaceURI") == [names["fx"]]
    assert set(texts(f"{ours}//pdfaProperty:name")) == set(said)
    assert reader.metadata.title == "Invoice INV-00000001"


def test_the_document_is_what_was_set_with_something_appended() -> None:
    from api.documents import invoice_pdf as module

    invoice = an_invoice()
    kept: list[bytes] = []

    def remember(pdf: bytes) -> bytes:
        kept.append(pdf)
        return as_factur_x(pdf)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "as_factur_x", remember)
        pdf = module.invoice_pdf(invoice)
    assert pdf.startswith(kept[0])
    assert len(PdfReader(BytesIO(pdf), strict=True).pages) == 1


@pytest.mark.parametrize(
    "pdf", [b"", b"%PDF-1.7\n", b"trailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF"]
)
def test_what_is_no_such_document_is_refused(pdf: bytes) -> None:
    with pytest.raises(ValueError, match="not once"):
        as_factur_x(pdf)
