"""Changing plans by hand: what still speaks against it, and what there is to know (B59-B61).

What refuses an upgrade is often no reason against a change by hand: that is what it is there for.
What remains is what would make the move itself unsafe, or cost somebody money. The decision record
`docs/decisions/0009-changes-by-hand.md` gives the reasons, `docs/changing-by-hand.md` the table.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.catalog.facts import Facts
from domain.catalog.plans import Plan
from domain.eligibility.refusals import Refusal, RefusalCode
from domain.eligibility.rule import Grounds, TargetReason
from domain.eligibility.subscription_rules import RULES, check_order
from domain.eligibility.target_rules import NOT_IN_CATALOG, TARGET_RULES, can_add, service_name
from domain.quoting.nearness import data_services_lost, warning_of
from domain.quoting.quote_notices import QuoteNotice, notice
from domain.quoting.request import ChangeByHand, Going, QuoteRequest
from domain.text.texts import listed
from domain.values.actions import Action, action
from domain.values.base import Text
from domain.values.rejections import (
    InsufficientLicenses,
    NobodyToMove,
    NothingKept,
    PaidUpfront,
    UnknownSubscription,
    insufficient_licenses,
)

AGAINST_ANY: frozenset[RefusalCode] = frozenset(
    {
        "not_fully_provisioned",
        "service_incident",
        "upgrade_in_progress",
        "credit_check_pending",
        "temporarily_unavailable",
        "unpaid_balance",
        "subscription_not_active",
        "unknown",
    }
)
"""What refuses a change by hand as it refuses an upgrade."""

AGAINST_CANCELING: frozenset[RefusalCode] = frozenset({"has_add_on"})
"""What refuses only to cancel the old subscription: an add-on would end with it unasked. Not where all of
them are carried over to the one that is bought."""

AGAINST_INTO: frozenset[RefusalCode] = frozenset(
    {"not_fully_provisioned", "service_incident", "subscription_not_active", "unknown"}
)
"""What, of the subscription that users move to, refuses it."""

AGAINST_BUYING: frozenset[TargetReason] = frozenset(
    {"current_plan", "not_sold", "add_on", "other_audience", "no_price_in_currency"}
)
"""What, of a plan, refuses to buy it by hand; fewer data-related services do not, and the current plan can
be bought with the other billing period."""

LOST: frozenset[TargetReason] = frozenset({"lacks_data_services", "lower_data_services"})


def check_request(facts: Facts, request: QuoteRequest, at: datetime) -> tuple[Refusal, ...]:
    """Every reason why what is asked for, an upgrade or a change by hand, cannot be ordered."""
    if request.change is None:
        return check_order(facts, request.target_plan_id, at)
    codes = AGAINST_ANY
    if request.change.old == "canceled" and not _carries_all_add_ons(facts, request.change):
        codes |= AGAINST_CANCELING
    of_source = _refusals(facts, codes, at)
    if request.change.into is None:
        return of_source + _against_buying(facts, request)
    of_target = _refusals(facts_of_target(facts, request.change.into), AGAINST_INTO, at)
    # An incident of both plans is told once, though each refusal names its own subscription.
    told = [(each.code, each.evidence) for each in of_source]
    return of_source + tuple(each for each in of_target if (each.code, each.evidence) not in told)


def _carries_all_add_ons(facts: Facts, change: ChangeByHand) -> bool:
    """Whether every add-on of the old subscription is to go along, and the tenant can still buy it."""
    held = facts.subscription.add_ons
    return set(held) == set(change.add_ons) and all(
        can_add(facts.tenant, facts.catalog.plans[add_on]) for add_on in held
    )


def facts_of_target(facts: Facts, into: str) -> Facts:
    """The same facts from the side of the subscription that users move to.

    Raises `UnknownSubscription` where the tenant has no such other subscription.
    """
    found = next((one for one in facts.siblings if one.id == into), None)
    if found is None:
        raise UnknownSubscription(
            f"{facts.tenant.id} has no other subscription {into!r}: check the id",
            subscription_id=into,
            tenant_id=facts.tenant.id,
        )
    siblings = (facts.subscription, *(one for one in facts.siblings if one.id != into))
    return facts.model_copy(update={"subscription": found, "siblings": siblings})


def check_licenses_of_change(
    facts: Facts, request: QuoteRequest, going: Going | None = None
) -> None:
    """Raise `InsufficientLicenses` unless there are licenses for all, where they go and stay (B22).

    `going` counts who can go now, of those who were quoted; None: it is being quoted. A change whose users
    have all left is `NobodyToMove`. A subscription is never reduced to nothing (`NothingKept`): that is to
    cancel it.
    """
    change = request.change
    assert change is not None, "asked of changes by hand only"
    going = going or _quoted(facts, change)
    if not going.users and not change.is_for_nobody:
        raise NobodyToMove(subscription_id=facts.subscription.id, quoted_users=change.users)
    users = max(0, going.users - going.already_there)
    if change.into is None:
        if request.licenses < users:
            raise insufficient_licenses(request.licenses, users)
    else:
        target = facts_of_target(facts, change.into).subscription
        if target.licenses < target.assigned + users:
            raise InsufficientLicenses(
                f"{target.id} has {target.licenses} licenses, {target.assigned} of them assigned: "
                f"too few for {users} more users; set more licenses, or move fewer users",
                subscription_id=target.id,
                licenses=target.licenses,
                assigned=target.assigned + users,
            )
    if change.licenses_kept is not None:
        _check_reduction(facts, going, change.licenses_kept)


def _quoted(facts: Facts, change: ChangeByHand) -> Going:
    """Who goes as it is being quoted: those listed, or all who hold an old license now (B49)."""
    users = change.users if change.listed else facts.subscription.assigned
    return Going(users=users, already_there=change.already_there, switched_off=change.switched_off)


def _check_reduction(facts: Facts, going: Going, kept: int) -> None:
    subscription = facts.subscription
    prepaid = subscription.prepaid
    if prepaid is not None and prepaid.kind == "upfront":
        raise PaidUpfront(subscription_id=subscription.id)
    if not kept:
        raise NothingKept(subscription_id=subscription.id, licenses=subscription.licenses)
    staying = max(0, subscription.assigned - going.users)
    if kept < staying:
        raise InsufficientLicenses(
            f"{subscription.id} would keep {kept} licenses, too few for the {staying} users who "
            "stay: let it keep more, or unassign users first",
            subscription_id=subscription.id,
            licenses=kept,
            assigned=staying,
        )


def change_for(
    facts: Facts, plans: Sequence[Plan], at: datetime
) -> tuple[Action, Text | None] | None:
    """What quotes everybody's change to the first of `plans` that has room, and what that loses (B59).

    None where nothing does. What is temporary, or can be paid, does not count. Add-ons go along, if all of
    them can still be bought; else one would end with the old subscription, so that is left as it is.
    """
    subscription, users = facts.subscription, facts.subscription.assigned
    fitting = [plan for plan in plans if plan.max_licenses is None or plan.max_licenses >= users]
    if not users or not fitting:
        return None
    plan = fitting[0]
    carried = subscription.add_ons
    change = ChangeByHand(listed=False, users=users, old="canceled", add_ons=carried)
    if not _carries_all_add_ons(facts, change):
        change = ChangeByHand(listed=False, users=users)
    request = QuoteRequest(
        target_plan_id=plan.id, licenses=users, billing=subscription.billing, change=change
    )
    if any(
        not refusal.temporary and refusal.code != "unpaid_balance"
        for refusal in check_request(facts, request, at)
    ):
        return None
    asks = action(
        "ask_change_quote",
        subscription_id=subscription.id,
        target_plan_id=plan.id,
        licenses=users,
        billing=subscription.billing,
        cancel_old=change.old == "canceled",
        keep_add_ons=bool(change.add_ons) or None,
    )
    return asks, warning_of(facts, plan)


def notices_of_change(facts: Facts, request: QuoteRequest) -> tuple[QuoteNotice, ...]:
    """What there is to know before a change by hand that an upgrade would have refused."""
    plan = facts.catalog.plans[request.target_plan_id]
    told: list[QuoteNotice] = []
    if lost := data_services_lost(facts, plan):
        services = listed(service_name(facts, service) for service in lost)
        told.append(notice("data_services_lost", plan=plan.name, services=services))
    prepaid = facts.subscription.prepaid
    if request.change is not None and request.change.add_ons:
        named = listed(facts.catalog.plans[add_on].name for add_on in request.change.add_ons)
        told.append(notice("add_ons_carried_over", add_ons=named))
    gives_up = request.change is not None and request.change.old != "stays"
    if gives_up and prepaid is not None and prepaid.kind == "product_key":
        told.append(notice("no_credit", subscription=facts.subscription.id))
    return tuple(told)


def _against_buying(facts: Facts, request: QuoteRequest) -> tuple[Refusal, ...]:
    plan_id = request.target_plan_id
    plan = facts.catalog.plans.get(plan_id)
    if plan is None:
        return (NOT_IN_CATALOG.against(plan_id, Grounds({}, {"plan": plan_id})),)
    against = AGAINST_BUYING
    if request.billing != facts.subscription.billing:
        against -= {"current_plan"}
    rules = (rule for rule in TARGET_RULES if rule.reason in against)
    return tuple(refusal for rule in rules if (refusal := rule(facts, plan)) is not None)


def _refusals(facts: Facts, codes: frozenset[RefusalCode], at: datetime) -> tuple[Refusal, ...]:
    rules = (rule for rule in RULES if rule.code in codes)
    return tuple(refusal for rule in rules if (refusal := rule(facts, at)) is not None)
