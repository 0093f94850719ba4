"""Whether a stored quote still says what it was made of (B25).

The database keeps quotes from being changed. Whoever gets around that still cannot have an upgrade by
a quote that nobody offered: the order computes again what stands on it.
"""

from datetime import date, timedelta
from typing import Any

from domain.catalog.facts import Facts
from domain.pricing.price import Pricing, price_upgrade, with_guarantee
from domain.quoting.days import totals_of_days
from domain.quoting.inputs_from_facts import pricing_inputs
from domain.quoting.quote import Quote, latest_switch_day, reasons_for
from domain.values.cycles import local_day


def is_as_made(quote: Quote, facts: Facts) -> bool:
    """Whether all that binds follows from `facts`, which have the digest that the quote names.

    Left out is what only informs: the words, which may be put better one day, the users, and the
    deadline of a credit check, which the next list of holidays may move.
    """
    request = quote.request
    parties = request.parties(facts.tenant)
    made_on = local_day(quote.created_at, facts.tenant.time_zone)
    reasons = reasons_for(request, parties.payment_method, quote.total, facts)
    expected: dict[str, Any] = {
        "tenant_id": facts.tenant.id,
        "subscription_id": facts.subscription.id,
        "target_plan_id": request.target_plan_id,
        "licenses": request.licenses,
        "billing": request.billing,
        "currency": facts.tenant.currency,
        "switch_on": max(request.switch_on or date.min, made_on),
        "sold_to": parties.sold_to,
        "billed_to": parties.billed_to,
        "payment_method": parties.payment_method,
        "keep_disabled_services": request.keep_disabled_services,
        "expires_at": quote.created_at + timedelta(days=facts.policy.quote.valid_days),
    }
    return (
        all(getattr(quote, name) == value for name, value in expected.items())
        and (quote.credit_check.required, quote.credit_check.reasons) == (bool(reasons), reasons)
        and _inputs_are_those_of(quote, facts)
        and _amounts(quote) == _amounts(price_upgrade(quote.inputs, quote.switch_on))
        and _days_are_those_of(quote)
    )


def _inputs_are_those_of(quote: Quote, facts: Facts) -> bool:
    """What the price was computed from, with the guarantee for the days of a credit check."""
    inputs = pricing_inputs(
        facts,
        quote.target_plan_id,
        quote.licenses,
        quote.billing,
        quote.sold_to,
        first_day=quote.switch_on,
        change=quote.request.change,
        taxed_by=quote.taxed_by,
    )
    if not quote.credit_check.required:
        return (quote.inputs, quote.latest) == (inputs, None)
    latest_day = latest_switch_day(quote.credit_check, quote.switch_on, inputs.time_zone)
    inputs = with_guarantee(inputs, quote.switch_on, latest_day)
    return (
        quote.inputs == inputs
        and quote.latest is not None
        and quote.latest.switch_on == latest_day
        and _amounts(quote.latest) == _amounts(price_upgrade(inputs, latest_day))
    )


def _days_are_those_of(quote: Quote) -> bool:
    """Older code's quotes have none."""
    free_from = quote.no_forfeiture_from
    return quote.days in (
        (),
        totals_of_days(quote.inputs, quote.switch_on, quote.last_day, free_from),
    )


def _amounts(of: Quote | Pricing) -> tuple[object, ...]:
    lines = tuple((line.kind, line.amount) for line in of.lines)
    return (lines, of.total, of.credit_applied, of.account_credit, of.forfeited, of.credit_tax)
