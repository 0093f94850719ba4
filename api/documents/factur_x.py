"""Factur-X (in Germany ZUGFeRD): a PDF that says in its metadata that it carries an e-invoice.

Typst attaches the XML and writes the archive's PDF, but has no way to add metadata of one's own. They
are appended as PDF foresees for changes (ISO 32000, incremental updates): the bytes of typst stay as
they are, and the metadata stream gets a successor.
"""

import re

XML_NAME = "factur-x.xml"
CONFORMANCE_LEVEL = "EN 16931"
_NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"

_PROPERTIES = {
    "DocumentFileName": (XML_NAME, "The name of the embedded XML document"),
    "DocumentType": ("INVOICE", "The type of the hybrid document"),
    "Version": ("1.0", "The version of the standard of the embedded XML document"),
    "ConformanceLevel": (CONFORMANCE_LEVEL, "The profile of the embedded XML document"),
}


def as_factur_x(pdf: bytes) -> bytes:
    """The same document, whose metadata tell of its attachment. Raises `ValueError` for other PDFs."""
    trailer, previous = _only(rb"trailer\n<<(.*)>>\nstartxref\n(\d+)\n%%EOF\s*\Z", pdf)
    (root,) = _only(rb"/Root (\d+) 0 R", trailer)
    (catalog,) = _only(rb"\n%b 0 obj\n(.*?)\nendobj" % root, pdf)
    (number,) = _only(rb"/Metadata (\d+) 0 R", catalog)
    head, xmp = _only(rb"\n%b 0 obj\n(<<[^\n]*>>)\nstream\n(.*?)\nendstream" % number, pdf)
    xmp = _extended(xmp)
    head = re.sub(rb"/Length \d+", b"/Length %d" % len(xmp), head)
    changed = b"%b 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, head, xmp)
    start = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    # The first entry is the old one again: some readers want every table to begin with it.
    free = b"0 1\n0000000000 65535 f \n"
    xref = b"xref\n%b%b 1\n%010d 00000 n \n" % (free, number, len(start))
    end = b"trailer\n<<%b/Prev %b>>\nstartxref\n%d\n%%%%EOF\n" % (
        trailer,
        previous,
        len(start) + len(changed),
    )
    return start + changed + xref + end


def _extended(xmp: bytes) -> bytes:
    """The metadata with our properties, and with what PDF/A wants to know of foreign ones."""
    described = "".join(
        '<rdf:li rdf:parseType="Resource"><pdfaProperty:category>external</pdfaProperty:category>'
        f"<pdfaProperty:description>{description}</pdfaProperty:description>"
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        for name, (_, description) in _PROPERTIES.items()
    )
    schema = (
        '<rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_NAMESPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{described}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
    values = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (value, _) in _PROPERTIES.items())
    ours = f'<rdf:Description rdf:about="" xmlns:fx="{_NAMESPACE}">{values}</rdf:Description>'
    for mark, added in ((b"</rdf:Bag></pdfaExtension:schemas>", schema), (b"</rdf:RDF>", ours)):
        if xmp.count(mark) != 1:
            raise ValueError(f"the metadata have no single {mark.decode()}")
        xmp = xmp.replace(mark, added.encode() + mark)
    return xmp


def _only(pattern: bytes, text: bytes) -> tuple[bytes, ...]:
    """The groups of the one place where `pattern` is found."""
    found = list(re.finditer(pattern, text, re.DOTALL))
    if len(found) != 1:
        raise ValueError(f"{pattern!r} is there {len(found)} times, not once")
    return found[0].groups()
