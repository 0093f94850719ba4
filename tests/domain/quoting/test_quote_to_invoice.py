"""B26: the invoice is the quote, for any world that takes the order and any day billing switches.

The whole way by the decider: quoted, stored, read back, ordered, checked, moved, switched, invoiced.
"""

from datetime import datetime, timedelta

from hypothesis import event
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.catalog.facts import Facts
from domain.pricing.price import Line, Pricing, price_upgrade
from domain.quoting.quote import Quote
from domain.upgrade.commands import (
    Command,
    CompleteMove,
    DecideCreditCheck,
    IssueInvoice,
    RecordMovedUsers,
    StartMove,
    SwitchBilling,
)
from domain.upgrade.decider import decide
from domain.upgrade.evolve import evolve
from domain.upgrade.states import AwaitingInvoice, NotPlaced, UpgradeState
from domain.values.base import Billing
from domain.values.cycles import local_day
from domain.values.money import to_minor
from domain.values.rejections import QuoteStale
from domain.views.read_models import Invoice
from domain.views.rows import rows_after
from tests.domain.builders import NOW
from tests.domain.quoting.test_quote_expiry import worlds
from tests.domain.upgrades import a_quote, place

USERS = 80


def upgraded(world: Facts, quote: Quote, ordered: datetime, switched: datetime) -> AwaitingInvoice:
    """Ordered by that quote, and switched at that moment. Raises `QuoteStale`."""
    way: list[Command] = [place(world, quote, ordered, accept_forfeiture=quote.forfeited)]
    if quote.credit_check.required:
        way.append(DecideCreditCheck(at=ordered, decision="approved", reference="R-1"))
    way += [
        StartMove(at=ordered, users=USERS),
        RecordMovedUsers(at=switched, batch=1, users=USERS, remaining=0),
        CompleteMove(at=switched, batch=1),
        SwitchBilling(at=switched, users_left_behind=0),
    ]
    state: UpgradeState = NotPlaced()
    for command in way:
        for each in decide(command, state):
            state = evolve(state, each)
    assert isinstance(state, AwaitingInvoice)
    return state


def invoice_of(state: AwaitingInvoice) -> Invoice:
    """Its invoice, as the database keeps it."""
    due_at = state.switch.invoice_due_at
    (issued,) = decide(IssueInvoice(at=due_at, number="INV-00000001"), state)
    after = evolve(state, issued)
    assert not isinstance(after, NotPlaced)
    (row,) = rows_after(issued, after)["invoices"]
    return Invoice.model_validate(row["body"])


def amounts(of: Quote | Invoice | Pricing) -> tuple[object, ...]:
    return (of.lines, of.total, of.credit_applied, of.account_credit, of.forfeited)


def minor(lines: tuple[Line, ...], currency: str) -> int:
    return sum(to_minor(line.amount, currency) for line in lines)


@for_all(
    world=worlds(),
    licenses=st.integers(USERS, 300),
    billing=st.sampled_from(["monthly", "annual"]),
    quoted_after=st.timedeltas(timedelta(0), timedelta(days=60)),
    ordered_after=st.timedeltas(timedelta(0), timedelta(days=6)) | st.just(timedelta(0)),
    switched_after=st.timedeltas(timedelta(0), timedelta(days=40)) | st.just(timedelta(0)),
)
def test_the_invoice_is_the_quote(
    world: Facts,
    licenses: int,
    billing: Billing,
    quoted_after: timedelta,
    ordered_after: timedelta,
    switched_after: timedelta,
) -> None:
    quoted = NOW + quoted_after
    licenses = min(licenses, world.catalog.plans["standard"].max_licenses or licenses)
    made = a_quote(world, at=quoted, licenses=licenses, billing=billing)
    quote = Quote.model_validate_json(made.model_dump_json())
    ordered = quoted + ordered_after
    try:
        state = upgraded(world, quote, ordered, ordered + switched_after)
    except QuoteStale:
        event("stale: by the amounts of the day a credit check is needed, or is no more")
        return
    invoice = invoice_of(state)

    zone = world.tenant.time_zone
    begins_on, switched_on = local_day(ordered, zone), local_day(ordered + switched_after, zone)
    assert amounts(invoice) == amounts(quote.price_at_switch(begins_on, switched_on))
    if switched_on == quote.switch_on:
        assert amounts(invoice) == amounts(quote), "line by line, to the minor unit"
    assert invoice.forfeited <= quote.forfeited, "no more than was accepted"
    if quote.latest is not None:
        assert invoice.total <= max(quote.total, quote.latest.total)
    else:
        assert invoice.total <= price_upgrade(quote.inputs, begins_on).total
    assert minor(invoice.lines, invoice.currency) == to_minor(invoice.total, invoice.currency)
    assert (invoice.sold_to, invoice.billed_to) == (quote.sold_to, quote.billed_to)
    assert (invoice.payment_method, invoice.currency) == (quote.payment_method, quote.currency)
    event(f"the same day: {switched_on == quote.switch_on}, check: {quote.latest is not None}")
