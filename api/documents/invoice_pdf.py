"""An invoice as PDF: the same invoice, the same bytes, whoever sets it and whenever (B55).

It is set by typst from `invoice.typ`, as PDF/A-3b. Nothing of the machine gets in: no font of its
own, no clock. Where there is an e-invoice it travels inside, as Factur-X wants it.
"""

import json
from datetime import UTC, datetime, time
from functools import cache
from importlib import resources
from pathlib import Path

import typst

from api.documents.e_invoice import e_invoice
from api.documents.factur_x import XML_NAME, as_factur_x
from domain.e_invoicing import e_invoice_rejection
from domain.invoice_document import NO_GLYPH, invoice_document
from domain.read_models import Invoice

TEMPLATE = Path(__file__).with_name("invoice.typ")
FONT_PACKAGES = (
    "fontpkg_source_sans_3",
    *(f"pylopdf_fonts_{each}" for each in ("ar", "he", "hi", "jp", "ko", "th", "zh_tw")),
)
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

STANDARD = "a-3b"


def invoice_pdf(invoice: Invoice) -> bytes:
    """The document of an invoice, with its e-invoice inside where there is one."""
    inputs = {
        "invoice": invoice_document(invoice).model_dump_json(),
        "fonts": json.dumps(_fonts_for(invoice)),
    }
    if e_invoice_rejection(invoice) is not None:
        return _set_invoice(invoice, inputs)
    inputs["e_invoice"] = e_invoice(invoice).decode()
    inputs["e_invoice_name"] = XML_NAME
    return as_factur_x(_set_invoice(invoice, inputs))


def _fonts_for(invoice: Invoice) -> tuple[str, ...]:
    """Those to look for a letter in, the first one first."""
    first = HAN[0]
    if invoice.language != "zh-TW":
        first = HAN_OF.get(invoice.sold_to.country, first)
    return (LETTERS, first, *(each for each in HAN if each != first), *OTHERS)


def _set_invoice(invoice: Invoice, inputs: dict[str, str]) -> bytes:
    issued_at = datetime.combine(invoice.issued_on, time.min, UTC)
    source = TEMPLATE.read_bytes()
    try:
        return _set(source, issued_at, inputs)
    except typst.TypstError:
        # An archive's PDF may hold no character that cannot be shown: those, and only those, go.
        return _set(source, issued_at, {**inputs, "invoice": _shown(inputs["invoice"])})


def _set(source: bytes, issued_at: datetime, inputs: dict[str, str]) -> bytes:
    pdf = typst.compile(
        source,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs=inputs,
        pdf_standards=STANDARD,
        timestamp=issued_at,
    )
    assert isinstance(pdf, bytes), "one document"
    return pdf


@cache
def _fonts() -> typst.Fonts:
    folders = [str(resources.files(package)) for package in FONT_PACKAGES]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)


def _shown(words: str) -> str:
    return "".join(sign if sign.isascii() or _has_glyph(sign) else NO_GLYPH for sign in words)


@cache
def _has_glyph(sign: str) -> bool:
    source = b"#set text(font: json(bytes(sys.inputs.fonts)))\n#sys.inputs.sign"
    try:
        fonts = json.dumps((LETTERS, *HAN, *OTHERS))
        _set(source, datetime(2000, 1, 1, tzinfo=UTC), {"sign": sign, "fonts": fonts})
    except typst.TypstError:
        return False
    return True
