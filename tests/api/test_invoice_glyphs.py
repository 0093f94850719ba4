"""Whatever text was accepted at checkout, the invoice's document is set (B55)."""

import json
import unicodedata
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from api.documents import apart
from api.documents.glyphs import by_ascii, by_clusters, by_signs, by_texts
from api.documents.invoice_pdf import HAN, LETTERS, OTHERS, invoice_pdf
from tests.domain.invoices import BERLIN, TAIPEI, an_invoice
from tests.examples import examples

FONTS = (LETTERS, *HAN, *OTHERS)


def pdf_with(*lines: str, **rest: str) -> bytes:
    return invoice_pdf(an_invoice(sold_to=BERLIN.model_copy(update={"lines": lines, **rest})))


def text_of(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf), strict=True).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


SHOWN = {
    "Studio 1\ufe0f\u20e3": "Studio1□",
    "Taste #\ufe0f\u20e3 drücken": "Taste#□drücken",
    "Familie 👨‍👩‍👧‍👦": "Familie□",
    "Flagge 🇩🇪": "Flagge□□",
    "Daumen 👍🏽": "Daumen□□",
    "Herz ❤\ufe0f": "Herz❤",
    "Schrift 葛\U000e0100飾区": "Schrift葛",
    "Unbekannt \u0378": "Unbekannt□",
    "Bangla বাংলা": "Bangla□",
    "Seltsam \ufeb5\u20e3\u200d": "Seltsam",
    "Zalgo z" + "\u0303\u0327\u20dd\u0489" * 50: "Zalgoz",
}


def test_what_no_font_has_gets_a_stand_in_and_the_rest_stays() -> None:
    pdf = pdf_with(*SHOWN, name="Studio 1\ufe0f\u20e3", city="Berlin 🏙\ufe0f")
    text = text_of(pdf)
    for shown in (*SHOWN.values(), "Berlin□", "€1,250.00"):
        assert shown in text
    assert pdf == pdf_with(*SHOWN, name="Studio 1\ufe0f\u20e3", city="Berlin 🏙\ufe0f")


def test_every_letter_can_have_every_mark() -> None:
    marks = "\u0301\u0303\u0328\u0361\u0489\u20dd\u20e3\u3099\u05b7\u064e\u0e31\u0902\ufe0f"
    names = [f"{letter}{mark}" for letter in "azØßłжλ1#康カ한שعกक☎" for mark in marks]
    assert "€1,250.00" in text_of(pdf_with(" ".join(names), *names[::9]))
    shown: list[str] = json.loads(by_clusters(json.dumps(names, ensure_ascii=False), FONTS))
    replaced = {
        name: stand_in for name, stand_in in zip(names, shown, strict=True) if name != stand_in
    }
    assert 0 < len(replaced) < len(names) / 2
    for name, stand_in in replaced.items():
        assert stand_in in {f"{name[0]}□", unicodedata.normalize("NFC", name)}


ODD = st.text(
    st.sampled_from("\u200d\u200c\ufe0f\u20e3\u0301\u0489\u25cc\u0e33\u0940\u064e#1a□ ")
    | st.characters(categories=["Mn", "Mc", "Me", "So", "Lo", "Cf", "Cn", "Co"])
    | st.characters(min_codepoint=0x1F1E6, max_codepoint=0x1FAFF)
    | st.characters(min_codepoint=0x0590, max_codepoint=0x0DFF, exclude_categories=["Cs"]),
    max_size=12,
)


@examples(8)
@given(st.lists(ODD | st.text(max_size=12), min_size=1, max_size=20), st.sampled_from(["en", "zh"]))
def test_any_text_is_set(texts: list[str], language: str) -> None:
    to = BERLIN if language == "en" else TAIPEI
    sold_to = to.model_copy(update={"name": texts[0] or "x", "lines": tuple(texts)})
    invoice = an_invoice(sold_to=sold_to, plan_name=texts[-1] or "x")
    assert "€1,250.00" in text_of(invoice_pdf(invoice))


def test_where_typst_panics_nothing_of_it_is_seen(capfd: pytest.CaptureFixture[str]) -> None:
    assert "€1,250.00" in text_of(pdf_with("\ufc10\u20e3\u200c", "\u06e5\u20e3\u200d"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "child", ["raise SystemExit(1)", "import os; os.abort()", "import time; time.sleep(60)"]
)
def test_whatever_becomes_of_the_process_there_is_a_document(
    child: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_CHILD", child)
    monkeypatch.setattr(apart, "LONGEST_SECONDS", 2)
    assert "KontorGmbH" in text_of(pdf_with("Straße e\u0301"))


def test_plain_texts_take_no_process_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_CHILD", "raise SystemExit(1)")
    lines = (
        "Zażółć Łódź",
        "Ένωση Ελλήνων",
        "Българска фирма",
        "株式会社コントソ",
        "주식회사",
        "…€₩№™→✓",
    )
    text = text_of(pdf_with(*lines))
    assert "".join("".join(lines).split()) in text


def test_a_document_is_replaced_in_no_more_than_it_must_be() -> None:
    def document(**texts: str) -> str:
        return json.dumps(texts, ensure_ascii=False)

    by_one = by_signs(document(a="é 𒀀", b="\u0301 🇩🇪"), FONTS)
    assert json.loads(by_one) == {"a": "é □", "b": "\u0301 □□"}
    by_two = by_clusters(document(a="1\ufe0f\u20e3é", b="e\u0301 ❤\ufe0f"), FONTS)
    assert json.loads(by_two) == {"a": "1□é", "b": "e\u0301 ❤\ufe0f"}
    # The second cluster can be set by itself, but not after the first.
    by_three = by_texts(document(a="\u0433□\u0612\u0356!", b="\u0433"), FONTS)
    assert json.loads(by_three) == {"a": "\u0433□□!", "b": "\u0433"}
    assert json.loads(by_ascii(document(a="é!"), FONTS)) == {"a": "□!"}
