"""On its day a scheduled order is checked and quoted anew (B36): it goes on as ordered, or it ends.

A customer who schedules an upgrade agrees to what their quote says of that day. Weeks later prices,
taxes or what is left to credit may be others. Where the renewed quote costs the same or less, the
order goes on by it; where it costs more, or forfeits more than was accepted, nobody has agreed, and
the order is refused with the numbers and the way to order anew.

One thing costs more and is not dearer: where the old plan has become cheaper before a cycle began, less was
paid for that cycle, and so less of it is credited (B64). Both together cost no more than was shown.
"""

from datetime import datetime
from decimal import Decimal

from domain.catalog.facts import Facts
from domain.eligibility.refusals import Refusal
from domain.eligibility.rule import Grounds, Reason
from domain.eligibility.subscription_rules import check_order
from domain.pricing.inputs import PricingInputs
from domain.pricing.price import Pricing, price_upgrade
from domain.quoting.orders import Order
from domain.quoting.quote import Quote
from domain.text.formats import day, money
from domain.text.texts import text
from domain.values.base import Text
from domain.values.cycles import cycle_containing, local_day
from domain.values.money import with_currency_digits

PRICE_INCREASED = Reason(
    code="price_increased",
    behavior="B36",
    cause="On its day the order would cost more, or leave less credit on the account, than its "
    "quote says of that day.",
    action="quote_again",
    evidence=(
        "currency", "day", "agreed_total", "total", "agreed_account_credit", "account_credit",
    ),
    wordings=("less_credit",),
)  # fmt: skip
FORFEITURE_INCREASED = Reason(
    code="forfeiture_increased",
    behavior="B35",
    cause="On its day the order would lose more of a prepaid term than was accepted.",
    action="quote_again",
    evidence=("currency", "day", "accepted", "forfeited", "no_forfeiture_from"),
)
INSUFFICIENT_LICENSES = Reason(
    code="insufficient_licenses",
    behavior="B22",
    cause="More users are to have a license than were ordered, or than the subscription has that they are "
    "to move to.",
    action="quote_again",
    evidence=("ordered", "assigned"),
    wordings=("into",),
)
TOO_MANY_LICENSES = Reason(
    code="too_many_licenses",
    behavior="B22",
    cause="The plan's maximum is lower than what was ordered.",
    action="quote_again",
    evidence=("ordered", "max_licenses"),
)
ON_ITS_DAY = (PRICE_INCREASED, FORFEITURE_INCREASED, INSUFFICIENT_LICENSES, TOO_MANY_LICENSES)
"""Why a scheduled order ends on its day though no rule speaks against it."""


def refusals_on_its_day(facts: Facts, quote: Quote, at: datetime) -> tuple[Refusal, ...]:
    """Every reason why what was ordered by `quote` is not possible any more (B6-B20, B22)."""
    refusals = list(check_order(facts, quote.target_plan_id, at))
    ordered, assigned = quote.licenses, facts.subscription.assigned
    if ordered < assigned:
        numbers = {"ordered": ordered, "assigned": assigned}
        refusals.append(INSUFFICIENT_LICENSES.refusal(Grounds(numbers, numbers)))
    plan = facts.catalog.plans[quote.target_plan_id]
    if plan.max_licenses is not None and ordered > plan.max_licenses:
        numbers = {"ordered": ordered, "max_licenses": plan.max_licenses}
        refusals.append(TOO_MANY_LICENSES.refusal(Grounds(numbers, {"plan": plan.name, **numbers})))
    return tuple(refusals)


def not_agreed_to(order: Order, ordered: Quote, renewed: Quote) -> tuple[Refusal, ...]:
    """What of the renewed quote the customer did not agree to by ordering on `ordered`."""
    return (*_dearer(ordered, renewed), *_forfeits_more(order, renewed))


def _dearer(ordered: Quote, renewed: Quote) -> list[Refusal]:
    """At most one: the first of the renewed quote's days that costs more than was agreed to."""
    # Without the guarantee: it is for the days that the quote shows, not for a day weeks later.
    agreed_inputs = ordered.inputs.model_copy(update={"least_credit": None})
    shown = [price_upgrade(renewed.inputs, renewed.switch_on)]
    if renewed.latest is not None:
        shown.append(renewed.latest)
    for now in shown:
        agreed = price_upgrade(agreed_inputs, now.switch_on)
        as_paid = price_upgrade(_as_paid(ordered, agreed_inputs, renewed, now), now.switch_on)
        if _cost(now) > max(_cost(agreed), _cost(as_paid)):
            return [_price_increased(renewed, agreed, now)]
    return []


def _as_paid(ordered: Quote, agreed: PricingInputs, renewed: Quote, now: Pricing) -> PricingInputs:
    """What was agreed to, at the price that was paid for the cycle of the day (B64).

    For a cycle that had not begun as it was quoted: the price of one that had stays.
    """
    old, paid = agreed.old, renewed.inputs.old
    if old.prepaid is not None or old.billing != paid.billing or now.switch_on < old.cycle_anchor:
        return agreed
    cycle = cycle_containing(old.cycle_anchor, old.billing, now.switch_on)
    if cycle.first <= local_day(ordered.created_at, agreed.time_zone):
        return agreed
    changes = {"unit_price": paid.price_of_cycle(cycle.first), "later_prices": ()}
    return agreed.model_copy(update={"old": old.model_copy(update=changes)})


def _cost(pricing: Pricing) -> Decimal:
    """Less than nothing where a credit is left on the account."""
    return pricing.total - pricing.account_credit


def _price_increased(renewed: Quote, agreed: Pricing, now: Pricing) -> Refusal:
    currency = renewed.currency
    evidence = {
        "currency": currency,
        "day": now.switch_on.isoformat(),
        "agreed_total": str(agreed.total),
        "total": str(now.total),
        "agreed_account_credit": str(agreed.account_credit),
        "account_credit": str(now.account_credit),
    }
    said = {
        "day": day(now.switch_on, renewed.inputs.country),
        "agreed": _in_words(agreed, currency),
        "now": _in_words(now, currency),
    }
    if now.account_credit:
        # Then more was to be left, or it would not be dearer.
        said["agreed"] = money(agreed.account_credit, currency)
        said["now"] = money(now.account_credit, currency)
        return PRICE_INCREASED.refusal(Grounds(evidence, said, wording="less_credit"))
    return PRICE_INCREASED.refusal(Grounds(evidence, said))


def _in_words(pricing: Pricing, currency: str) -> Text:
    if pricing.account_credit:
        return text("price.account_credit", amount=money(pricing.account_credit, currency))
    return money(pricing.total, currency)


def _forfeits_more(order: Order, renewed: Quote) -> list[Refusal]:
    currency = renewed.currency
    accepted = with_currency_digits(order.accept_forfeiture or Decimal(0), currency)
    free_from = renewed.no_forfeiture_from
    if free_from is None or renewed.forfeited <= accepted:
        return []
    evidence = {
        "currency": currency,
        "day": renewed.switch_on.isoformat(),
        "accepted": str(accepted),
        "forfeited": str(renewed.forfeited),
        "no_forfeiture_from": free_from.isoformat(),
    }
    said = {
        "day": day(renewed.switch_on, renewed.inputs.country),
        "accepted": money(accepted, currency),
        "forfeited": money(renewed.forfeited, currency),
        "none_from": day(free_from, renewed.inputs.country),
    }
    return [FORFEITURE_INCREASED.refusal(Grounds(evidence, said))]
