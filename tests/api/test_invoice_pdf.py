"""The document of an invoice (B55): what can be read on it, and that it is the same bytes every time."""

import hashlib
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from api.documents.invoice_pdf import invoice_pdf
from domain.catalog.customer import Address
from domain.documents.invoice_document import invoice_document
from domain.text.free_text import fault_in
from domain.views.read_models import Invoice
from tests import nasty_texts
from tests.domain.invoices import BERLIN, EU_SELLER, TAIPEI, US_SELLER, an_invoice
from tests.examples import examples

ROOT = Path(__file__).resolve().parents[2]
SEATTLE = Address(name="Contoso", lines=("1 Way",), city="Seattle", region="WA", country="US")
KINDS: dict[str, dict[str, Any]] = {
    "dollars": {"sold_to": SEATTLE, "currency": "USD", "rate": "0.0825", "payment_method": "card"},
    "euros": {"rate": "0.19", "account_credit": True},
    "yen": {"currency": "JPY", "old_price": "800", "price": "1500", "language": "zh-TW"},
    "dinars": {"sold_to": SEATTLE, "currency": "KWD", "old_price": "1.875", "price": "3.900"},
    "new Taiwan dollars": {
        "sold_to": TAIPEI,
        "currency": "TWD",
        "language": "zh-TW",
        "seller": US_SELLER,
        "rate": "0.05",
    },
}


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf), strict=True)


def text_of(pdf: bytes) -> str:
    # Where a line breaks is not what is looked at here.
    return "".join("".join(page.extract_text().split()) for page in read(pdf).pages)


def places(page: Any) -> list[tuple[str, float]]:
    """Every piece of text with how far from the left it begins."""
    found: list[tuple[str, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], _font: object, _size: object) -> None:
        if text.strip():
            found.append((text.strip(), tm[4] * cm[0] + tm[5] * cm[2] + cm[4]))

    page.extract_text(visitor_text=visit)
    return found


def with_name(name: str, **rest: Any) -> Invoice:
    return an_invoice(sold_to=BERLIN.model_copy(update={"name": name, **rest}))


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_an_invoice_says_can_be_read(kind: str) -> None:
    invoice = an_invoice(**KINDS[kind])
    pdf = invoice_pdf(invoice)
    text, said = text_of(pdf), invoice_document(invoice)
    for part in (
        said.title,
        invoice.number,
        *(words for party in (said.seller, *said.parties) for words in (party.name, *party.lines)),
        *(words for pair in (*said.facts, *said.totals) for words in (pair.label, pair.value)),
        *(words for item in said.items for words in (item.description, item.amount)),
        *(words for item in said.items for words in item.arithmetic),
        *said.notes,
        *said.contact,
    ):
        assert "".join(part.split()) in text, part


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_invoice_is_the_same_bytes(kind: str) -> None:
    invoice = an_invoice(**KINDS[kind])
    assert invoice_pdf(invoice) == invoice_pdf(
        Invoice.model_validate_json(invoice.model_dump_json())
    )


def test_the_same_invoice_is_the_same_bytes_in_another_process_at_another_time_and_place() -> None:
    program = (
        "import hashlib, sys\n"
        "from api.documents.invoice_pdf import invoice_pdf\n"
        "from domain.views.read_models import Invoice\n"
        "invoice = Invoice.model_validate_json(sys.stdin.read())\n"
        "print(hashlib.sha256(invoice_pdf(invoice)).hexdigest())\n"
    )
    invoice = an_invoice(**KINDS["euros"])
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=invoice.model_dump_json(),
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "SOURCE_DATE_EPOCH": seed, "HOME": "/"},
            timeout=120,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Taipei"))
    }
    assert printed == {hashlib.sha256(invoice_pdf(invoice)).hexdigest()}


def test_another_invoice_is_other_bytes() -> None:
    assert invoice_pdf(an_invoice()) != invoice_pdf(an_invoice(licenses=101))


def test_it_is_made_for_archives() -> None:
    pdf: Any = read(invoice_pdf(an_invoice()))  # objects of a PDF are of any type
    metadata = pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert (pdf.metadata.title, pdf.metadata.author) == (
        "Invoice INV-00000001",
        "Plan Upgrades B.V.",
    )
    fonts = pdf.pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        (descendant,) = font.get_object()["/DescendantFonts"]
        descriptor = descendant.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys(), "inside, whatever its format"


@pytest.mark.parametrize(
    "name",
    [
        "Zażółć gęślą jaźń Łódź sp. z o.o.",
        "Příliš žluťoučký kůň úpěl ďábelské ódy s.r.o.",
        "Árvíztűrő tükörfúrógép Kft.",
        "Ţară și fâneață S.R.L.",
        "Ģimenes ķēķis, Šiauliai, Põhjasõit",
        "Ġgantija ħobż Żurrieq",
        "Ένωση Ελλήνων ΑΕ",
        "Българска фирма ЕООД",
        "Smørrebrød, Åland, Äiti, Façade, Muñoz, Straße",
        "İstanbul Ağaç Şirketi",
    ],
)
def test_names_of_all_europe_are_set_in_one_font(name: str) -> None:
    invoice = with_name(name)
    # Without Chinese words, for those are the second font's.
    pdf: Any = read(invoice_pdf(invoice))
    fonts = pdf.pages[0]["/Resources"]["/Font"]
    assert {font.get_object()["/BaseFont"][8:] for font in fonts.values()} == {"SourceSans3-Roman"}
    assert "".join(name.split()) in text_of(invoice_pdf(invoice))


def test_a_long_contact_breaks_before_the_number() -> None:
    seller = EU_SELLER.model_copy(update={"email": f"{'x' * 150}@plan-upgrades.example"})
    (page,) = read(invoice_pdf(an_invoice(seller=seller))).pages
    number = min(left for words, left in places(page) if words.startswith("INV-") and left > 400)
    begins = [left for words, left in places(page) if set(words) == {"x"}]
    assert len(begins) > 100
    assert max(begins) < number


@pytest.mark.parametrize(
    "name",
    [
        '*bold* _emphasis_ $x^2$ #panic("no") `raw` @ref <label> // comment /* [x] ~ \\',
        "#set page(fill: red)",
        '"quoted" \'twice\' }) #read("/etc/passwd")',
        "= heading",
        "{{name}} ${name} %s",
    ],
)
def test_a_name_is_no_markup(name: str) -> None:
    assert "".join(name.split()) in text_of(invoice_pdf(with_name(name)))


def test_what_no_font_has_is_left_out_and_nothing_else() -> None:
    pdf = invoice_pdf(with_name("Kön☎ig 👍 康\x07托 𒀀"))
    text = text_of(pdf)
    assert "Kön☎ig□康托□" in text
    assert "Hafenstraße1" in text
    assert "€1,250.00" in text
    assert pdf == invoice_pdf(with_name("Kön☎ig 👍 康\x07托 𒀀"))


@pytest.mark.parametrize(
    ("name", "font"),
    [
        ("台北市信義區康托索股份有限公司", "NotoSansTC"),
        ("株式会社コントソ・千代田区丸の内渋谷", "NotoSansJP"),
        ("주식회사 콘토소 서울특별시", "NotoSansKR"),
        ("شركة النور للتجارة", "NotoSansArabic"),
        ("חברה בע״מ", "NotoSansHebrew"),
        ("บริษัท คอนโทโซ จำกัด", "NotoSansThai"),
        ("कोंटोसो प्राइवेट लिमिटेड", "NotoSansDevanagari"),
    ],
)
def test_names_are_written_in_their_own_script(name: str, font: str) -> None:
    pdf = read(invoice_pdf(with_name(name)))
    (page,) = pdf.pages
    fonts: Any = page["/Resources"]
    names = {each.get_object()["/BaseFont"][8:] for each in fonts["/Font"].values()}
    assert any(each.startswith(font) for each in names), names
    assert "□" not in page.extract_text()


@pytest.mark.parametrize(
    ("country", "language", "font"),
    [("JP", "en", "NotoSansJP"), ("KR", "en", "NotoSansKR"), ("JP", "zh-TW", "NotoSansTC")],
)
def test_han_letters_look_as_in_the_customer_s_country(
    country: str, language: str, font: str
) -> None:
    invoice = with_name("直角骨", country=country).model_copy(update={"language": language})
    fonts: Any = read(invoice_pdf(invoice)).pages[0]["/Resources"]
    names = {each.get_object()["/BaseFont"][8:] for each in fonts["/Font"].values()}
    assert {each.split("-")[0] for each in names} == {"SourceSans3", font}


@examples(25)
@given(*[st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)] * 3)
def test_whatever_it_says_there_is_a_document(name: str, line: str, plan: str) -> None:
    sold_to = BERLIN.model_copy(update={"name": name, "lines": (line,), "city": plan})
    pages = read(invoice_pdf(an_invoice(sold_to=sold_to, plan_name=plan))).pages
    assert "€1,250.00" in pages[0].extract_text()


def test_long_names_and_addresses_break_and_go_on_on_the_next_page() -> None:
    long = with_name("W" * 400, lines=tuple(f"Line {n}" for n in range(80)))
    pages: Any = read(invoice_pdf(long)).pages
    assert len(pages) > 1
    text = "".join("".join(page.extract_text().split()) for page in pages)
    assert "Line79" in text
    assert text.count("W" * 400) == 2
    # Each letter of the long name is a piece of its own; none begins past the margin.
    begins = [left for page in pages for text, left in places(page) if set(text) == {"W"}]
    assert len(begins) > 100
    assert max(begins) < float(pages[0].mediabox.width) - 60
    assert "INV-00000001·1/3" in "".join(pages[0].extract_text().split())


def test_the_paper_is_that_of_the_country() -> None:
    letter, a4 = (read(invoice_pdf(an_invoice(sold_to=to))).pages[0] for to in (SEATTLE, BERLIN))
    assert (letter.mediabox.width, letter.mediabox.height) == (612, 792)
    assert round(a4.mediabox.height) == 842


def test_totals_stand_under_the_amounts() -> None:
    invoice = an_invoice(rate="0.19", account_credit=True, licenses=200)
    (page,) = read(invoice_pdf(invoice)).pages
    begins = dict(places(page))
    said = invoice_document(invoice)
    amounts = [*(item.amount for item in said.items), *(total.value for total in said.totals)]
    left = float(page.mediabox.width) * 0.75
    assert {amount: begins[amount] > left for amount in amounts} == dict.fromkeys(amounts, True)
    assert all(begins[total.label] > left / 1.5 for total in said.totals)


OLD_NAMES = {
    name: text for name, text in nasty_texts.READABLE.items() if name in nasty_texts.REFUSED
}


@pytest.mark.parametrize("text", OLD_NAMES.values(), ids=OLD_NAMES)
def test_what_cannot_be_seen_is_not_on_it(text: str) -> None:
    pdf = invoice_pdf(with_name(text, lines=(text,)))
    extracted = "".join(page.extract_text() for page in read(pdf).pages)
    assert fault_in(extracted.replace("\n", " "), longest=len(extracted)) is None
