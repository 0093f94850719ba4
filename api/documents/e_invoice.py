"""An invoice in the form of EN 16931: CII XML in the profile EN 16931 of Factur-X and ZUGFeRD.

How the parts of an invoice become business terms (BT) stands in docs/invoices.md. The one that
takes thought: the credit for unused service returns the tax that was charged with it (B63), so it is a
line of its own with a negative quantity, taxed at the rate it was charged at. Where it returns no tax,
`credit_treatment` says when, it is money that the customer has paid before (BT-113).

    BT-106, BT-109   the charge, less the credit
    BT-110           its tax, less what is returned
    BT-112           both
    BT-113           account credit used, and a credit that is no line
    BT-115           what is left to pay

A credit note is the same with type 381, its own number and day, and a reference to its invoice (BG-3). Its
amounts are those of the invoice, and what is due (BT-115) is all of what it takes back.
"""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from drafthorse.models.accounting import ApplicableTradeTax  # pyright: ignore[reportMissingTypeStubs]
from drafthorse.models.document import Document  # pyright: ignore[reportMissingTypeStubs]
from drafthorse.models.note import IncludedNote  # pyright: ignore[reportMissingTypeStubs]
from drafthorse.models.party import TaxRegistration  # pyright: ignore[reportMissingTypeStubs]
from drafthorse.models.payment import PaymentMeans, PaymentTerms  # pyright: ignore[reportMissingTypeStubs]
from drafthorse.models.tradelines import LineItem  # pyright: ignore[reportMissingTypeStubs]

from domain.catalog.customer import Address
from domain.catalog.taxes import vat_number
from domain.documents.e_invoicing import (
    MOST_DIGITS,
    TaxTreatment,
    credit_treatment,
    e_invoice_rejection,
    tax_treatment,
)
from domain.documents.invoice_document import (
    InvoiceDocument,
    credit_note_document,
    invoice_document,
    printable_name,
)
from domain.pricing.accounting import AccountingTax
from domain.pricing.price import Line
from domain.text.escaping import printable
from domain.values.currencies import minor_digits
from domain.views.credit_notes import CreditNote
from domain.views.read_models import Invoice

PROFILE = "urn:cen.eu:en16931:2017"
COMMERCIAL_INVOICE = "380"
CREDIT_NOTE = "381"
CLEARED = "97"
"""Payment means of a credit note: it is set off against what is open, and against later invoices."""
PIECE = "C62"
EXEMPTIONS = {"AE": ("VATEX-EU-AE", "Reverse charge"), "O": ("VATEX-EU-O", "Not subject to VAT")}


def e_invoice(invoice: Invoice) -> bytes:
    """The XML, checked against its schema. Raises `NoEInvoice`, which says why there is none."""
    if rejection := e_invoice_rejection(invoice):
        raise rejection
    return _xml(invoice, _Head(COMMERCIAL_INVOICE, invoice_document(invoice), invoice.amount_due))


def e_credit_note(note: CreditNote) -> bytes:
    """The XML of a credit note, as `e_invoice` makes that of its invoice. Raises `NoEInvoice`."""
    if rejection := e_invoice_rejection(note.invoice):
        raise rejection
    return _xml(note.invoice, _Head(CREDIT_NOTE, credit_note_document(note), note.total))


class _Head(NamedTuple):
    """What an invoice and its credit note do not have in common."""

    type_code: str
    document: InvoiceDocument
    due: Decimal

    @property
    def is_credit_note(self) -> bool:
        return self.type_code == CREDIT_NOTE


def _xml(invoice: Invoice, head: _Head) -> bytes:
    treatment = tax_treatment(invoice)
    # The library has no types: its elements are made as they are used.
    document: Any = Document()
    document.context.guideline_parameter.id = PROFILE
    document.header.id = head.document.number
    document.header.type_code = head.type_code
    document.header.issue_date_time = head.document.issued_on
    for each in _notes(head.document):
        remark: Any = IncludedNote()
        remark.content = each
        document.header.notes.add(remark)
    _fill_parties(document.trade.agreement, invoice, treatment)
    charge = next(line for line in invoice.lines if line.kind == "charge")
    document.trade.items.add(_item(invoice, charge, treatment))
    credited = credit_treatment(invoice)
    if credited is not None:
        document.trade.items.add(_credit_item(invoice, credited))
    document.trade.delivery.event.occurrence = invoice.switched_on
    groups = _taxed(invoice, treatment, credited)
    _fill_settlement(document.trade.settlement, invoice, charge, groups, head)
    xml: bytes = document.serialize(schema="FACTUR-X_EN16931")
    return xml


def _notes(document: InvoiceDocument) -> list[str]:
    credits = [
        "; ".join([f"{item.description}: {item.amount}", *item.arithmetic])
        for item in document.items
        if item.kind == "credit"
    ]
    billed_to = next(party for party in document.parties[1:])
    address = ", ".join([billed_to.name, *billed_to.lines])
    return [
        printable(each) for each in (*credits, *document.notes, f"{billed_to.label}: {address}")
    ]


def _fill_parties(agreement: Any, invoice: Invoice, treatment: TaxTreatment) -> None:
    seller, buyer = invoice.seller, invoice.sold_to
    has_vat = treatment.category != "O"  # BR-O-02: then nobody's VAT number may be told
    _fill_address(agreement.seller, seller)
    if seller.id or not (seller.registration or (has_vat and vat_number(seller))):
        agreement.seller.id = printable(seller.id or seller.identity)
    if seller.registration:
        agreement.seller.legal_organization.id = printable(seller.registration)
    if seller.email or seller.phone:
        agreement.seller.contact.person_name = printable_name(seller.name)
    if seller.phone:
        agreement.seller.contact.telephone.number = printable(seller.phone)
    if seller.email:
        agreement.seller.contact.email.address = printable(seller.email)
        agreement.seller.electronic_address.uri_ID = ("EM", printable(seller.email))
    if has_vat and seller.tax_id:
        number = vat_number(seller)
        _add_tax_id(agreement.seller, "VA" if number else "FC", number or seller.tax_id)
    agreement.buyer.id = invoice.tenant_id
    _fill_address(agreement.buyer, buyer)
    if has_vat and (number := vat_number(buyer)):
        _add_tax_id(agreement.buyer, "VA", number)
    if invoice.references is not None and invoice.references.buyer_reference:
        agreement.buyer_reference = printable(invoice.references.buyer_reference)
    if invoice.references is not None and invoice.references.purchase_order:
        agreement.buyer_order.issuer_assigned_id = printable(invoice.references.purchase_order)
    agreement.contract.issuer_assigned_id = invoice.new_subscription_id or invoice.subscription_id


def _add_tax_id(party: Any, scheme: str, id: str) -> None:
    registration: Any = TaxRegistration()
    registration.id = (scheme, printable(id))
    party.tax_registrations.add(registration)


def _fill_address(party: Any, address: Address) -> None:
    party.name = printable_name(address.name)
    lines = [each for each in map(printable, address.lines) if each]
    first, second, *more = (*lines, "", "")
    for name, value in (
        ("postcode", address.postal_code),
        ("line_one", first),
        ("line_two", second),
        ("line_three", ", ".join(filter(None, more))),
        ("city_name", address.city),
        ("country_subdivision", address.region),
    ):
        if plain := printable(value):
            setattr(party.address, name, plain)
    party.address.country_id = address.country


def _item(invoice: Invoice, charge: Line, treatment: TaxTreatment) -> Any:
    item: Any = LineItem()
    item.document.line_id = "1"
    item.product.name = printable_name(invoice.plan_name)
    item.product.description = printable(charge.description)
    item.agreement.net.amount = Decimal(charge.explanation["unit_price"])
    item.delivery.billed_quantity = (Decimal(charge.explanation["licenses"]), PIECE)
    _tax_item(item, treatment)
    item.settlement.period.start = _day_in(charge, "period_from")
    item.settlement.period.end = _day_in(charge, "period_until")
    item.settlement.monetary_summation.total_amount = charge.amount
    return item


def _credit_item(invoice: Invoice, treatment: TaxTreatment) -> Any:
    """What is given back: minus one piece, as no price may be negative (BR-27)."""
    credit = next(line for line in invoice.lines if line.kind == "credit")
    item: Any = LineItem()
    item.document.line_id = "2"
    item.product.name = printable(credit.description)
    item.agreement.net.amount = invoice.credit_applied
    item.delivery.billed_quantity = (Decimal(-1), PIECE)
    _tax_item(item, treatment)
    ends = credit.explanation.get("cycle_until") or credit.explanation.get("term_until")
    if ends is not None and date.fromisoformat(str(ends)) >= invoice.switched_on:
        item.settlement.period.start = invoice.switched_on
        item.settlement.period.end = date.fromisoformat(str(ends))
    item.settlement.monetary_summation.total_amount = -invoice.credit_applied
    return item


def _tax_item(item: Any, treatment: TaxTreatment) -> None:
    item.settlement.trade_tax.type_code = "VAT"
    item.settlement.trade_tax.category_code = treatment.category
    if treatment.category != "O":
        item.settlement.trade_tax.rate_applicable_percent = _percent(treatment)


class _TaxGroup(NamedTuple):
    """All that is taxed alike (BG-23)."""

    treatment: TaxTreatment
    base: Decimal
    tax: Decimal


def _taxed(
    invoice: Invoice, treatment: TaxTreatment, credited: TaxTreatment | None
) -> list[_TaxGroup]:
    """The charge, and a credit that is a line: one group where both are taxed alike."""
    zero = 0 * invoice.total
    charge = sum((line.amount for line in invoice.lines if line.kind == "charge"), zero)
    tax = sum(
        (line.amount for line in invoice.lines if line.kind == "tax" and not line.returns_tax), zero
    )
    if credited is None or invoice.credit_tax is None:
        return [_TaxGroup(treatment, charge, tax)]
    credit, returned = -invoice.credit_applied, -invoice.credit_tax.applied
    if credited == treatment:
        return [_TaxGroup(treatment, charge + credit, tax + returned)]
    return [_TaxGroup(treatment, charge, tax), _TaxGroup(credited, credit, returned)]


def _fill_settlement(
    settlement: Any, invoice: Invoice, charge: Line, groups: list[_TaxGroup], head: _Head
) -> None:
    settlement.payment_reference = head.document.number
    settlement.currency_code = invoice.currency
    accounting = _accounting(invoice)
    if accounting is not None:
        settlement.tax_currency_code = accounting.currency
    settlement.payment_means.add(_payment_means(invoice, head))
    if head.is_credit_note:
        settlement.invoice_referenced_document.issuer_assigned_id = invoice.number
        settlement.invoice_referenced_document.issue_date_time = invoice.issued_on
    for group in groups:
        settlement.trade_tax.add(_breakdown(group))
    settlement.period.start = _day_in(charge, "period_from")
    settlement.period.end = _day_in(charge, "period_until")
    terms: Any = PaymentTerms()
    terms.description = printable(head.document.notes[0])
    if not head.is_credit_note:
        terms.due = invoice.due_on
    settlement.terms.add(terms)
    zero = 0 * invoice.total
    base = sum((group.base for group in groups), zero)
    tax = sum((group.tax for group in groups), zero)
    gross = base + tax
    sums = settlement.monetary_summation
    sums.line_total = base
    sums.tax_basis_total = (base, None)
    sums.tax_total = (tax, invoice.currency)
    if accounting is not None:
        sums.tax_total_other_currency.add((accounting.tax, accounting.currency))
    sums.grand_total = (gross, None)
    sums.prepaid_total = gross - head.due
    sums.due_amount = head.due


def _accounting(invoice: Invoice) -> AccountingTax | None:
    """The currency and amount of BT-6 and BT-111, as on the document.

    None where there is none, the norm cannot write its amounts, or the document has tax that is returned
    and the e-invoice has not: then its credit is an amount paid before.
    """
    of = invoice.accounting
    if of is None or minor_digits(of.currency) > MOST_DIGITS:
        return None
    returned = invoice.credit_tax is not None and invoice.credit_tax.applied
    return None if returned and credit_treatment(invoice) is None else of


def _breakdown(group: _TaxGroup) -> Any:
    category = group.treatment.category
    breakdown: Any = ApplicableTradeTax()
    breakdown.calculated_amount = group.tax
    breakdown.type_code = "VAT"
    breakdown.basis_amount = group.base
    breakdown.category_code = category
    if category in EXEMPTIONS:
        code, reason = EXEMPTIONS[category]
        breakdown.exemption_reason, breakdown.exemption_reason_code = reason, code
    if category != "O":
        breakdown.rate_applicable_percent = _percent(group.treatment)
    return breakdown


def _payment_means(invoice: Invoice, head: _Head) -> Any:
    means: Any = PaymentMeans()
    seller = invoice.seller
    if head.is_credit_note:
        means.type_code = CLEARED
    elif invoice.payment_method == "card":
        means.type_code = "48"
    elif not seller.iban:
        means.type_code = "1"  # not defined: a transfer needs an account (BR-61)
    else:
        means.type_code = "58" if invoice.currency == "EUR" else "30"
        means.payee_account.iban = seller.iban
        means.payee_account.account_name = printable_name(seller.name)
        if seller.bic:
            means.payee_institution.bic = seller.bic
    return means


def _percent(treatment: TaxTreatment) -> Decimal:
    return Decimal(f"{(treatment.rate * 100).normalize():f}")


def _day_in(line: Line, name: str) -> date:
    return date.fromisoformat(str(line.explanation[name]))
