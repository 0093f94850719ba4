"""Why this amount? From each line to its formula, its inputs, and the events that fixed them (B27).

    explain(events) -> Explanation

Nothing is taken for granted: the inputs are read from the events that fixed them, what follows from
the calendar is counted anew, the formula is evaluated with them, and `matches` says whether the
line's amount is what came out. It reads the same events that the invoice was made from, and uses
another way: so an error in either shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from domain.documents.formula import NotAFormula, evaluate, names_in, with_values
from domain.documents.formula_inputs import Input, LineInputs
from domain.documents.value_origins import Source, last_event, source
from domain.eligibility.refusals import Refusal
from domain.pricing.account_credit import CreditUse, SettlesFirst, sum_of_uses
from domain.pricing.price import Line, LineKind, price_upgrade
from domain.quoting.quote import Quote
from domain.upgrade.events import BillingSwitched, InvoiceIssued, OrderPlaced, UpgradeRefused
from domain.upgrade.stored_events import RecordedEvent
from domain.values.base import Amount, Currency, Value
from domain.values.money import from_minor, round_half_up

Basis = Literal["invoice", "switch", "quote"]


class LineExplanation(Value):
    """One line, and how its amount comes about."""

    kind: LineKind
    description: str
    amount: Amount
    source: Source
    """The event that fixed the amount."""
    formula: str
    arithmetic: str
    """The formula with its numbers."""
    inputs: tuple[Input, ...]
    """Every name in the formula."""
    rounding: str
    computed: Amount | None
    """What the formula comes to with these inputs, rounded once; None where it cannot be read."""
    matches: bool


class Settlement(Value):
    """What an earlier credit pays of the total (B31)."""

    credit_of: str
    """The upgrade whose switch left the credit."""
    amount: Amount
    source: Source
    """Where the invoice says that it used so much."""
    arose: Source | None
    """Where the credit arose."""


class Explanation(Value):
    """Why an upgrade costs what it costs."""

    upgrade_id: str
    basis: Basis
    """What the amounts are of: its invoice; else its switch; else the quote it was ordered by."""
    quote_id: str
    invoice_number: str | None
    currency: Currency
    switched_on: Input
    """The day everything is computed for."""
    lines: tuple[LineExplanation, ...]
    total: Amount
    computed_total: Amount
    """The sum of the lines."""
    account_credit: Amount
    """What is left of the credit; `settles` of it pays what is owed, the rest later invoices."""
    forfeited: Amount
    settles: SettlesFirst = ()
    settled_by: tuple[Settlement, ...] = ()
    amount_due: Amount | None = None
    """What is left to pay; None before there is an invoice."""
    refusals: tuple[Refusal, ...] = ()
    """Why the order was refused: then it cost nothing, and this is what it would have cost."""
    matches: bool
    """Whether every amount is what was computed here."""


def explain(
    upgrade: Sequence[RecordedEvent],
    subscription: Sequence[RecordedEvent] = (),
    credits: Mapping[str, Sequence[RecordedEvent]] | None = None,
) -> Explanation:
    """Explain the upgrade with this history, which begins with its order.

    `subscription` is the history of the subscription it replaces, `credits` those of the upgrades
    whose credits its invoice used; without them their inputs name fewer events.
    """
    placed = upgrade[0].event()
    assert isinstance(placed, OrderPlaced), "a history begins with its order"
    switched, invoiced = last_event(upgrade, BillingSwitched), last_event(upgrade, InvoiceIssued)
    inputs = LineInputs(upgrade, subscription)
    quote, pricing = inputs.quote, inputs.pricing
    lines = tuple(
        _explained(line, inputs.amount_source(n), inputs, quote.currency)
        for n, line in enumerate(pricing.lines)
    )
    total = _sum((line.amount for line in pricing.lines), quote.currency)
    issued = None if invoiced is None else invoiced.event()
    uses: tuple[CreditUse, ...] = () if issued is None else issued.account_credit_uses
    refused = last_event(upgrade, UpgradeRefused)
    return Explanation(
        upgrade_id=placed.order.upgrade_id,
        basis="invoice" if invoiced else "switch" if switched else "quote",
        quote_id=quote.quote_id,
        invoice_number=None if issued is None else issued.number,
        currency=quote.currency,
        switched_on=inputs.switched_on,
        lines=lines,
        total=pricing.total,
        computed_total=total,
        account_credit=pricing.account_credit,
        forfeited=pricing.forfeited,
        settles=quote.settles if switched is None else switched.event().settles,
        settled_by=tuple(_settlements(uses, invoiced, credits or {})),
        amount_due=None if issued is None else total - sum_of_uses(uses, quote.currency),
        refusals=() if refused is None else refused.event().refusals,
        matches=all(line.matches for line in lines)
        and total == pricing.total
        and inputs.switched_on.value == pricing.switch_on.isoformat()
        and _is_the_quotes_function(inputs),
    )


def _explained(line: Line, fixed_by: Source, of: LineInputs, currency: str) -> LineExplanation:
    formula = str(line.explanation.get("formula", ""))
    inputs: tuple[Input, ...] = ()
    computed: Decimal | None = None
    try:
        inputs = tuple(of.named(name, line) for name in names_in(formula))
        values = {each.name: Fraction(each.value) for each in inputs}
        computed = round_half_up(evaluate(formula, values), currency)
    except (NotAFormula, LookupError, ValueError):
        pass  # It does not match, and says so.
    return LineExplanation(
        kind=line.kind,
        description=line.description,
        amount=line.amount,
        source=fixed_by,
        formula=formula,
        arithmetic=with_values(formula, {each.name: each.value for each in inputs}),
        inputs=inputs,
        rounding=str(line.explanation.get("rounding", "")),
        computed=computed,
        matches=computed == line.amount,
    )


def _is_the_quotes_function(of: LineInputs) -> bool:
    """B26: all amounts are those of the one function that makes quotes and invoices."""
    quote, pricing = of.quote, of.pricing
    if isinstance(pricing, Quote):
        again = price_upgrade(quote.inputs, pricing.switch_on)
    else:
        begins_on = date.fromisoformat(of.begins_on.value)
        again = quote.price_at_switch(begins_on, pricing.switch_on)
    return [(line.kind, line.amount) for line in again.lines] == [
        (line.kind, line.amount) for line in pricing.lines
    ] and (again.total, again.account_credit, again.forfeited, again.credit_tax) == (
        pricing.total,
        pricing.account_credit,
        pricing.forfeited,
        pricing.credit_tax,
    )


def _settlements(
    uses: Iterable[CreditUse],
    invoiced: RecordedEvent | None,
    credits: Mapping[str, Sequence[RecordedEvent]],
) -> Iterable[Settlement]:
    for n, use in enumerate(uses):
        assert invoiced is not None, "an invoice has used it"
        arose = last_event(credits.get(use.upgrade_id, ()), BillingSwitched)
        yield Settlement(
            credit_of=use.upgrade_id,
            amount=use.amount,
            source=source(invoiced, f"account_credit_uses.{n}.amount"),
            arose=None if arose is None else source(arose, "pricing.account_credit"),
        )


def _sum(amounts: Iterable[Decimal], currency: str) -> Decimal:
    return sum(amounts, from_minor(0, currency))
