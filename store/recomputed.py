"""Promises that SQL cannot check: what the domain's own functions say about a stored history.

Prices and deadlines are computed anew from what was pinned into the events, and compared with what
the events say came of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.documents.explanation import explain
from domain.pricing.credit import with_tax
from domain.pricing.price import Pricing, PricingInputs
from domain.pricing.proration import paid_on_minor
from domain.quoting.orders import change_id_for, upgrade_id_for
from domain.quoting.quote import Quote
from domain.upgrade.events import BillingSwitched, CreditCheckRequired, OrderPlaced
from domain.upgrade.evolve import evolve
from domain.upgrade.states import NotPlaced, Placed, UpgradeState
from domain.upgrade.stored_events import upgrade_stream
from domain.values.business_days import CalendarOf, decision_deadline
from domain.values.cycles import local_day
from domain.values.money import to_minor
from store.snapshot import History

READABLE = "events_can_be_read"
PRICED_AS_QUOTED = "switches_cost_what_was_quoted"
NOT_ABOVE_QUOTE = "switches_cost_no_more_than_shown"
CREDIT_WITHIN_PAID = "credit_is_within_what_was_paid"
EXPLAINED = "amounts_follow_from_their_events"
ID_OF_KEY = "upgrades_have_the_id_of_their_key"
CREDIT_DEADLINE = "credit_deadlines_are_business_days"

RECOMPUTED = (READABLE, PRICED_AS_QUOTED, NOT_ABOVE_QUOTE, CREDIT_WITHIN_PAID, EXPLAINED, ID_OF_KEY)
"""Every promise checked here, but that of the deadlines, which needs a calendar."""


@dataclass(frozen=True)
class Comparison:
    """One thing that was looked at."""

    invariant: str
    broken: bool
    evidence: dict[str, Any]


def check_history(history: History, calendar_of: CalendarOf | None) -> Iterator[Comparison]:
    """Look at everything in one history that can be computed anew."""
    stream = {"stream": history.stream}
    broken = history.fault is not None
    yield Comparison(READABLE, broken, stream | ({"fault": history.fault} if broken else {}))
    if not history.stream.startswith(upgrade_stream("")):
        return
    state: UpgradeState = NotPlaced()
    for event in history.events:
        match event:
            case OrderPlaced():
                yield _check_id(stream, event)
            case CreditCheckRequired() if isinstance(state, Placed) and calendar_of is not None:
                yield from _check_deadline(stream, state, event, calendar_of)
            case BillingSwitched() if isinstance(state, Placed):
                yield from _check_switch(stream, state, event)
                yield _check_explanation(stream, history)
            case _:
                pass
        state = evolve(state, event)


def _check_id(stream: dict[str, Any], event: OrderPlaced) -> Comparison:
    """What its caller called it makes no difference: the id follows from tenant and key (B70)."""
    id_for = upgrade_id_for if event.quote.request.change is None else change_id_for
    expected = id_for(event.quote.tenant_id, event.order.idempotency_key)
    wrong = expected != event.order.upgrade_id
    return Comparison(ID_OF_KEY, wrong, stream | {"expected": expected})


def _check_switch(
    stream: dict[str, Any], placed: Placed, event: BillingSwitched
) -> Iterator[Comparison]:
    quote = placed.upgrade.quote
    try:
        computed = quote.price_at_switch(placed.upgrade.begins_on, event.switched_on)
        begun = quote.price_at_switch(placed.upgrade.begins_on, placed.upgrade.begins_on)
    except (ValueError, LookupError, ArithmeticError) as error:
        yield Comparison(PRICED_AS_QUOTED, True, stream | {"fault": str(error)})
        return
    right_day = event.switched_on == local_day(event.at, placed.upgrade.time_zone)
    same = right_day and _amounts(computed) == _amounts(event.pricing)
    switched = {"switched_on": str(event.switched_on), "switched_by": _amounts(event.pricing)}
    yield Comparison(PRICED_AS_QUOTED, not same, stream | switched | {"quoted": _amounts(computed)})
    shown = [begun.total] if quote.latest is None else [quote.total, quote.latest.total]
    above = event.pricing.total > max(shown)
    yield Comparison(NOT_ABOVE_QUOTE, above, stream | switched | {"shown": [*map(str, shown)]})
    paid = _most_paid_minor(quote, placed.upgrade.begins_on, event.switched_on)
    yield _check_credit(stream | switched, quote.inputs, event.pricing, paid)


def _check_explanation(stream: dict[str, Any], history: History) -> Comparison:
    """Every amount is what its own formula and the events behind it come to, by another way."""
    try:
        found = explain(history.recorded)
    except (ValueError, LookupError, ArithmeticError) as error:
        return Comparison(EXPLAINED, True, stream | {"fault": str(error)})
    wrong = [
        {"amount": str(line.amount), "formula": line.formula, "computed": str(line.computed)}
        for line in found.lines
        if not line.matches
    ]
    return Comparison(EXPLAINED, not found.matches, stream | {"wrong": wrong})


def _amounts(pricing: Pricing) -> dict[str, Any]:
    """What a customer pays and gets, without the words: those may be put better one day."""
    return {
        "lines": [[line.kind, str(line.amount)] for line in pricing.lines],
        "total": str(pricing.total),
        "credit_applied": str(pricing.credit_applied),
        "account_credit": str(pricing.account_credit),
        "forfeited": str(pricing.forfeited),
        "credit_tax": None
        if pricing.credit_tax is None
        else pricing.credit_tax.model_dump(mode="json"),
    }


def _most_paid_minor(quote: Quote, begins_on: date, switched_on: date) -> int:
    """What was paid for what is credited, in minor units and with its tax.

    For the cycle of the switch (B64), or of a day whose credit is guaranteed: of two such the lower (B26).
    """
    inputs = quote.inputs
    days = [begins_on] if quote.latest is None else [quote.switch_on, quote.latest.switch_on]
    guaranteed = min(paid_on_minor(inputs.old, day, inputs.currency) for day in days)
    paid = max(guaranteed, paid_on_minor(inputs.old, switched_on, inputs.currency))
    return with_tax(paid, inputs.old.tax_rate, inputs.currency)


def _check_credit(
    evidence: dict[str, Any], inputs: PricingInputs, pricing: Pricing, paid: int
) -> Comparison:
    """0 <= credit <= `paid`, both with tax (B63), and the lines sum to the total."""
    currency = inputs.currency
    returned = Decimal(0) if pricing.credit_tax is None else pricing.credit_tax.applied
    parts = [
        to_minor(part, currency)
        for part in (pricing.credit_applied, returned, pricing.account_credit, pricing.forfeited)
    ]
    total = sum(to_minor(line.amount, currency) for line in pricing.lines)
    credited = -sum(
        to_minor(line.amount, currency) for line in pricing.lines if line.kind == "credit"
    )
    returned_lines = -sum(
        to_minor(line.amount, currency) for line in pricing.lines if line.returns_tax
    )
    holds = (
        min(parts) >= 0
        and sum(parts) <= paid
        and credited == parts[0]
        and returned_lines == parts[1]
        and total == to_minor(pricing.total, currency) >= 0
    )
    return Comparison(CREDIT_WITHIN_PAID, not holds, evidence | {"paid_minor": paid})


def _check_deadline(
    stream: dict[str, Any],
    placed: Placed,
    event: CreditCheckRequired,
    calendar_of: CalendarOf,
) -> Iterator[Comparison]:
    """Only by the calendar that the deadline was counted with: others may know other holidays."""
    country, _, subdivision = event.calendar.partition("-")
    calendar = calendar_of(country, subdivision or None)
    if (calendar.name, calendar.version) != (event.calendar, event.calendar_version):
        return
    expected = decision_deadline(
        event.at,
        placed.upgrade.time_zone,
        calendar,
        placed.upgrade.policy.credit_check.business_days,
    )
    yield Comparison(
        CREDIT_DEADLINE,
        event.deadline != expected,
        stream | {"deadline": str(event.deadline), "expected": str(expected)},
    )
