"""What stands on the document of an invoice, or of a credit note: words and amounts, ready to be set (B27, B55).

All of it follows from the invoice as it is stored, in its language and formats, so that the same
invoice always reads the same. The form is that of `api/documents/invoice.typ`.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator

from domain.catalog.customer import Address
from domain.documents.e_invoicing import tax_treatment
from domain.pricing.account_credit import sum_of_settled
from domain.pricing.price import Line
from domain.quoting.quote_notices import what_is_settled
from domain.quoting.request import References
from domain.text.escaping import NO_GLYPH, printable
from domain.text.formats import country_name, day, money, number, percent
from domain.text.texts import text
from domain.values.base import PaymentMethod, Text, Value
from domain.views.credit_notes import CreditNote
from domain.views.notices import how_to_pay
from domain.views.read_models import Invoice

_TERMS = {
    "licenses": text("document.term.licenses"),
    "unit_price": text("document.term.unit_price"),
    "unused_days": text("document.term.unused_days"),
    "cycle_days": text("document.term.cycle_days"),
    "paid": text("document.term.paid"),
    "term_days": text("document.term.term_days"),
    "charge": text("document.term.charge"),
    "rate": text("document.term.rate"),
    "credit": text("document.term.credit"),
    "owed": text("document.term.owed"),
}
_MONEY = frozenset({"unit_price", "paid", "charge", "credit", "owed"})
_METHODS: dict[PaymentMethod, Text] = {
    "card": text("document.paid_by.card"),
    "invoice": text("document.paid_by.invoice"),
    "bank_transfer": text("document.paid_by.bank_transfer"),
}
_NAME = re.compile(r"[a-z_]+")


def printable_name(name: str) -> str:
    """What can be printed of a name; one that holds nothing to read is one □."""
    return printable(name) or NO_GLYPH


Printable = Annotated[str, AfterValidator(printable)]
PrintableName = Annotated[str, AfterValidator(printable_name)]


class Pair(Value):
    """What it is called, and what it is."""

    label: Printable
    value: Printable


class Party(Value):
    """Seller or customer, as an address is written."""

    label: Printable = ""
    name: PrintableName
    lines: tuple[Printable, ...]


class Item(Value):
    """One line of the invoice, with how its amount came about."""

    kind: Printable
    description: Printable
    amount: Printable
    arithmetic: tuple[Printable, ...]


class InvoiceDocument(Value):
    """Everything on the document, top to bottom."""

    language: Printable
    country: Printable
    title: Printable
    number: Printable
    issued_on: date
    item: Printable
    amount: Printable
    seller: Party
    parties: tuple[Party, ...]
    facts: tuple[Pair, ...]
    items: tuple[Item, ...]
    totals: tuple[Pair, ...]
    """The last one is what is left to pay."""
    notes: tuple[Printable, ...]
    contact: tuple[Printable, ...]


def invoice_document(invoice: Invoice) -> InvoiceDocument:
    """The document of an invoice, in the invoice's language."""
    return _Writer(invoice).document()


def credit_note_document(note: CreditNote) -> InvoiceDocument:
    """The document of a credit note, in the language of the invoice that it takes back."""
    return _NoteWriter(note).document()


class _Writer:
    """Says what stands on one invoice."""

    def __init__(self, invoice: Invoice) -> None:
        self._invoice = invoice
        self._title, self._number = text("document.invoice"), invoice.number
        self._issued_on = invoice.issued_on

    def document(self) -> InvoiceDocument:
        """The whole of it."""
        invoice, seller = self._invoice, self._invoice.seller
        bank = (
            f"IBAN {seller.iban}" if seller.iban else "",
            f"BIC {seller.bic}" if seller.bic else "",
        )
        return InvoiceDocument(
            language=invoice.language,
            country=invoice.sold_to.country,
            title=self._say(self._title),
            number=self._number,
            issued_on=self._issued_on,
            item=self._say(text("document.item")),
            amount=self._say(text("document.amount")),
            seller=self._party("", seller, seller.registration),
            parties=(
                self._party(self._say(text("document.sold_to")), invoice.sold_to),
                self._party(self._say(text("document.billed_to")), invoice.billed_to),
            ),
            facts=tuple(self._facts()),
            items=tuple(self._item(line) for line in invoice.lines),
            totals=tuple(self._totals()),
            notes=tuple(self._notes()),
            contact=tuple(each for each in (seller.email, seller.phone, *bank) if each),
        )

    def _say(self, words: Text) -> str:
        return words.in_language(self._invoice.language)

    def _money(self, amount: Decimal) -> str:
        return self._say(money(amount, self._invoice.currency))

    def _day(self, on: date) -> Text:
        return day(on, self._invoice.sold_to.country)

    def _party(self, label: str, address: Address, registration: str = "") -> Party:
        place = " ".join(
            each for each in (address.postal_code, address.city, address.region) if each
        )
        lines = [*address.lines, place, self._say(country_name(address.country))]
        if address.tax_id:
            in_taiwan = address.country == "TW"
            tax_id = text(
                "document.tax_id_of_taiwan" if in_taiwan else "document.tax_id", id=address.tax_id
            )
            lines.append(self._say(tax_id))
        if registration:
            lines.append(self._say(text("document.registration", id=registration)))
        lines = [each for each in lines if printable(each)]
        return Party(label=label, name=address.name, lines=tuple(lines))

    def _facts(self) -> Iterator[Pair]:
        invoice = self._invoice
        yield self._pair(text("document.issued_on"), self._say(self._day(invoice.issued_on)))
        yield self._pair(text("document.due_on"), self._say(self._day(invoice.due_on)))
        yield self._period()
        yield self._pair(text("document.paid_by"), self._say(_METHODS[invoice.payment_method]))
        yield from self._known_by()

    def _period(self) -> Pair:
        first, last = self._span("charge", "period_from", "period_until")
        period = text("document.span", first=self._day(first), last=self._day(last))
        return self._pair(text("document.period"), self._say(period))

    def _known_by(self) -> Iterator[Pair]:
        invoice = self._invoice
        yield self._pair(
            text("document.subscription"), invoice.new_subscription_id or invoice.subscription_id
        )
        yield self._pair(text("document.order"), invoice.upgrade_id)
        if invoice.references is not None:
            yield from self._references(invoice.references)

    def _references(self, references: References) -> Iterator[Pair]:
        if references.purchase_order:
            yield self._pair(text("document.purchase_order"), references.purchase_order)
        if references.buyer_reference:
            yield self._pair(text("document.buyer_reference"), references.buyer_reference)

    def _pair(self, label: Text, value: str) -> Pair:
        return Pair(label=self._say(label), value=value)

    def _span(self, kind: str, first: str, last: str) -> tuple[date, date]:
        line = next(line for line in self._invoice.lines if line.kind == kind)
        return _day_in(line, first), _day_in(line, last)

    def _item(self, line: Line) -> Item:
        return Item(
            kind=line.kind,
            description=line.description,
            amount=self._money(line.amount),
            arithmetic=tuple(self._arithmetic(line)),
        )

    def _arithmetic(self, line: Line) -> Iterator[str]:
        """The formula in words, the same in numbers, and what bounded it."""
        inputs = line.explanation
        formula = _unbounded(str(inputs["formula"]))
        value = str(-line.amount) if line.returns_tax else inputs.get("unused_value", line.amount)
        if formula != "0":
            yield _NAME.sub(lambda name: self._term(name[0]), formula)
            numbers = _NAME.sub(lambda name: self._value(name[0], line), formula)
            yield f"= {numbers} = {self._money(Decimal(value))}"
        if "period_from" in inputs:
            first, last = _day_in(line, "period_from"), _day_in(line, "period_until")
            span = text("document.for_period", first=self._day(first), last=self._day(last))
            yield self._say(span)
        for begins, ends, paid in (
            ("cycle_from", "cycle_until", "paid_for_cycle"),
            ("term_from", "term_until", "paid"),
        ):
            if begins in inputs:
                span = text(
                    "document.cycle",
                    first=self._day(_day_in(line, begins)),
                    last=self._day(_day_in(line, ends)),
                    paid=self._money(Decimal(inputs[paid])),
                )
                yield self._say(span)
        if "guaranteed_value" in inputs:
            least = self._money(Decimal(inputs["guaranteed_value"]))
            yield self._say(text("document.at_least", value=least))
        if line.kind == "credit" and Decimal(value) > -line.amount:
            owed = self._money(Decimal(inputs["owed"]))
            if "rate" in inputs:
                yield self._say(text("document.at_most_with_tax", owed=owed))
            else:
                yield self._say(text("document.at_most", owed=owed))

    def _term(self, name: str) -> str:
        words = _TERMS.get(name)
        return name.replace("_", " ") if words is None else self._say(words)

    def _value(self, name: str, line: Line) -> str:
        value = line.explanation.get(name, name)
        if name == "rate":
            return self._say(percent(Decimal(value)))
        if name in _MONEY:
            return self._money(Decimal(value))
        return self._say(number(value)) if isinstance(value, int) else value

    def _totals(self) -> Iterator[Pair]:
        invoice = self._invoice
        yield self._pair(text("document.total"), self._money(invoice.total))
        if invoice.account_credit_used:
            used = self._money(-invoice.account_credit_used)
            yield self._pair(text("document.account_credit_used"), used)
        yield self._pair(text("document.amount_due"), self._money(invoice.amount_due))

    def _notes(self) -> Iterator[str]:
        invoice = self._invoice
        amount_due = money(invoice.amount_due, invoice.currency)
        payment = how_to_pay(
            invoice.payment_method,
            amount_due=amount_due if invoice.amount_due else None,
            due_on=self._day(invoice.due_on),
            invoice_number=invoice.number,
        )
        yield self._say(payment)
        if invoice.credit_applied:
            arrives = self._day(invoice.credit_reaches_account_by)
            returned = 0 if invoice.credit_tax is None else invoice.credit_tax.applied
            credit = self._money(invoice.credit_applied + returned)
            yield self._say(text("document.credit_arrives", amount=credit, day=arrives))
        if invoice.settles:
            settled = sum_of_settled(invoice.settles, invoice.currency)
            yield self._say(
                text(
                    "document.credit_settles",
                    amount=self._money(settled),
                    owed=what_is_settled(invoice.settles),
                )
            )
        if invoice.account_credit_left:
            left = self._money(invoice.account_credit_left)
            yield self._say(text("document.account_credit_left", amount=left))
        if invoice.forfeited:
            lost = self._money(invoice.forfeited)
            yield self._say(text("document.forfeited", amount=lost))
        yield from self._tax_notes()

    def _tax_notes(self) -> Iterator[str]:
        invoice = self._invoice
        match tax_treatment(invoice).category:
            case "AE":
                yield self._say(text("document.reverse_charge"))
            case "O" | "Z":
                yield self._say(text("document.no_tax"))
            case "S":
                pass
        if invoice.accounting is not None:
            of = invoice.accounting
            tax = money(of.tax, of.currency)
            yield self._say(
                text(
                    "document.accounting_tax",
                    tax=tax,
                    rate=f"{of.rate:f}",
                    accounting=of.currency,
                    currency=invoice.currency,
                )
            )
        yield self._say(text("document.rounded"))


class _NoteWriter(_Writer):
    """Says what stands on one credit note: the invoice's own lines, and what becomes of what it came to."""

    def __init__(self, note: CreditNote) -> None:
        super().__init__(note.invoice)
        self._note = note
        self._title, self._number = text("document.credit_note"), note.number
        self._issued_on = note.issued_on

    def _facts(self) -> Iterator[Pair]:
        note, invoice = self._note, self._invoice
        yield self._pair(text("document.issued_on"), self._say(self._day(note.issued_on)))
        taken_back = text(
            "document.invoice_of", number=invoice.number, day=self._day(invoice.issued_on)
        )
        yield self._pair(text("document.takes_back"), self._say(taken_back))
        yield self._pair(text("document.reason"), note.reason)
        yield self._period()
        yield from self._known_by()

    def _totals(self) -> Iterator[Pair]:
        note = self._note
        yield self._pair(text("document.no_longer_due"), self._money(note.no_longer_due))
        yield self._pair(text("document.to_account"), self._money(note.account_credit))
        yield self._pair(text("document.credited"), self._money(note.total))

    def _notes(self) -> Iterator[str]:
        note = self._note
        if note.account_credit:
            paid = text("document.void_paid", amount=self._money(note.account_credit))
            yield self._say(paid)
        if note.no_longer_due:
            open_ = text("document.void_open", amount=self._money(note.no_longer_due))
            yield self._say(open_)
        yield self._say(text("document.void", number=note.invoice.number))
        yield from self._tax_notes()


def _unbounded(formula: str) -> str:
    """The formula of what a line is worth, before it is bounded: `domain.pricing.price` writes both."""
    formula = formula.removeprefix("-min(").removesuffix(", owed)")
    formula = formula.removesuffix(", owed ÷ (1 + rate))")
    if formula.startswith("-"):
        return formula.removeprefix("-").removeprefix("(").removesuffix(")")
    return formula.removeprefix("max(").removesuffix(", guaranteed_value)")


def _day_in(line: Line, name: str) -> date:
    return date.fromisoformat(str(line.explanation[name]))
