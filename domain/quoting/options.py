"""Which plans a subscription may be upgraded to, and what to do where there is none (B1-B5, B59)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.catalog.facts import Facts
from domain.catalog.plans import Plan, Price
from domain.eligibility.refusals import Refusal
from domain.eligibility.subscription_rules import refusals_of
from domain.eligibility.target_rules import can_buy, no_target, sold_plans, target_refusals
from domain.quoting.nearness import (
    has_something_in_common,
    named_with_losses,
    nearest_first,
    services_lost,
)
from domain.quoting.plan_changes import change_for
from domain.text.texts import listed, text
from domain.values.actions import Action, action
from domain.values.base import Amount, Currency, Id, Text, Value

USERS_MOVED_PER_MINUTE = 20_000
"""A careful figure for people, not a measured one: a million users within the hour of B51."""

PLANS_NAMED = 5
"""As many are named in a sentence; the ids of all of them stand beside it."""


class TargetPrices(Value):
    """What one license costs per month, and per year."""

    monthly: Amount
    annual: Amount


class TargetPlan(Value):
    """A plan the subscription may be upgraded to (B5)."""

    plan_id: Id
    name: str
    prices: TargetPrices
    currency: Currency
    services_gained: tuple[Id, ...]
    """Those that the current plan lacks, or has at a lower version."""
    services_lost: tuple[Id, ...]
    """Those of the current plan that the target lacks; never data-related ones (B2)."""
    credit_check_required: bool
    expected_move_minutes: int


class UnavailablePlan(Value):
    """A sold plan that cannot be ordered, with every reason why not (B3)."""

    plan_id: Id
    refusals: tuple[Refusal, ...]


class ContactSupport(Value):
    """The only step where there is nothing that the tenant could buy."""

    action: Literal["contact_support"] = "contact_support"
    text: Text
    subscription_id: Id


class BuyPlan(Value):
    """First step of a change by hand."""

    action: Literal["buy_plan"] = "buy_plan"
    text: Text
    licenses: int
    plan_ids: tuple[Id, ...]
    """The plans this tenant can buy, also those that an upgrade refuses for lack of services. Those
    that lose least come first."""
    services_lost: dict[Id, tuple[Id, ...]] = Field(default_factory=dict[Id, tuple[Id, ...]])
    """What each of them would take away, unless that is nothing."""


class CheckSubscriptions(Value):
    """Second step of a change by hand."""

    action: Literal["check_subscriptions"] = "check_subscriptions"
    text: Text
    subscription_id: Id
    status: str
    licenses_needed: int


class MoveUsers(Value):
    """Third step of a change by hand."""

    action: Literal["move_users"] = "move_users"
    text: Text
    from_subscription_id: Id
    users: int


class CancelOldSubscription(Value):
    """Last step of a change by hand, unless it is canceled already."""

    action: Literal["cancel_subscription"] = "cancel_subscription"
    text: Text
    subscription_id: Id


ManualStep = Annotated[
    ContactSupport | BuyPlan | CheckSubscriptions | MoveUsers | CancelOldSubscription,
    Field(discriminator="action"),
]


class ManualChange(Value):
    """The way to change plans by hand, in this tenant's own ids and numbers (B59)."""

    steps: tuple[ManualStep, ...]
    next_action: Action | None = None
    """What quotes all of the steps as one change by hand; None where that would be refused too."""
    warning: Text | None = None
    """What the plan of that action takes away; None where that is nothing."""


class Options(Value):
    """The whole answer. Each sold plan of the catalog is in `targets` or in `unavailable`."""

    subscription_id: Id
    upgradable: bool
    refusals: tuple[Refusal, ...]
    """Why there is no target; empty exactly when there is one (B4)."""
    targets: tuple[TargetPlan, ...]
    """The cheapest per month first."""
    unavailable: tuple[UnavailablePlan, ...]
    """By plan id; the refusals are those an order for that plan would meet."""
    manual_change: ManualChange | None
    """Null exactly when the subscription is upgradable."""
    next_action: Action | None = None
    """What quotes one of `targets`: the first that has room for all users; None if none has."""


def options_of(
    facts: Facts, at: datetime, credit_check_required: Callable[[Plan], bool]
) -> Options:
    """What the subscription may be upgraded to, and why not to the rest (B1-B5)."""
    of_subscription = refusals_of(facts, at)
    targets: list[TargetPlan] = []
    unavailable: list[UnavailablePlan] = []
    for plan in sold_plans(facts):
        refusals = of_subscription + target_refusals(facts, plan)
        price = plan.price_in(facts.tenant.currency)
        if price is None or refusals:
            unavailable.append(UnavailablePlan(plan_id=plan.id, refusals=refusals))
        else:
            targets.append(_target(facts, plan, price, credit_check_required(plan)))
    targets.sort(key=lambda target: (target.prices.monthly, target.plan_id))
    return Options(
        subscription_id=facts.subscription.id,
        upgradable=bool(targets),
        refusals=() if targets else of_subscription or (no_target(facts),),
        targets=tuple(targets),
        unavailable=tuple(unavailable),
        manual_change=None if targets else manual_change_of(facts, at),
        next_action=_ask_quote(facts, targets),
    )


def _ask_quote(facts: Facts, targets: Sequence[TargetPlan]) -> Action | None:
    """As many licenses as now, if the plan has them; it must have one for each user (B22)."""
    subscription = facts.subscription
    least = max(subscription.assigned, 1)
    for target in targets:
        most = facts.catalog.plans[target.plan_id].max_licenses
        licenses = max(subscription.licenses, least)
        licenses = licenses if most is None else min(licenses, most)
        if licenses >= least:
            return action(
                "ask_quote",
                subscription_id=subscription.id,
                target_plan_id=target.plan_id,
                licenses=licenses,
                billing=subscription.billing,
            )
    return None


def manual_change_of(facts: Facts, at: datetime, target_plan_id: str | None = None) -> ManualChange:
    """How to do by hand what is refused as an upgrade (B59).

    To the plan that was asked for, where the tenant can buy it; else to any that it can buy.
    """
    subscription, users = facts.subscription, facts.subscription.assigned
    plans = nearest_first(facts, (plan for plan in sold_plans(facts) if can_buy(facts, plan)))
    asked = [plan for plan in plans if plan.id == target_plan_id]
    plans = asked or plans
    if not plans:
        said = text("manual.contact_support", subscription=subscription.id)
        return ManualChange(steps=(ContactSupport(text=said, subscription_id=subscription.id),))
    licenses = max(users, 1)
    steps: list[ManualStep] = [
        BuyPlan(
            text=text(
                "manual.buy_plan",
                licenses=text("count.licenses", count=licenses),
                plans=_named(facts, plans),
            ),
            licenses=licenses,
            plan_ids=tuple(plan.id for plan in plans),
            services_lost={plan.id: lost for plan in plans if (lost := services_lost(facts, plan))},
        ),
        CheckSubscriptions(
            text=text(
                "manual.check_new_subscription"
                if subscription.status == "canceled"
                else "manual.check_subscriptions",
                subscription=subscription.id,
                licenses=licenses,
            ),
            subscription_id=subscription.id,
            status=subscription.status,
            licenses_needed=licenses,
        ),
        MoveUsers(
            text=text("manual.move_users", subscription=subscription.id, users=users),
            from_subscription_id=subscription.id,
            users=users,
        ),
    ]
    if subscription.status != "canceled":
        steps.append(
            CancelOldSubscription(
                text=text("manual.cancel_subscription", subscription=subscription.id),
                subscription_id=subscription.id,
            )
        )
    # Whoever has not asked for a plan is not sent to one of another kind.
    near = asked or [plan for plan in plans if has_something_in_common(facts, plan)]
    next_action, warning = change_for(facts, near, at) or (None, None)
    return ManualChange(steps=tuple(steps), next_action=next_action, warning=warning)


def _named(facts: Facts, plans: Sequence[Plan]) -> Text:
    named = listed(named_with_losses(facts, plan) for plan in plans[:PLANS_NAMED])
    more = len(plans) - PLANS_NAMED
    return named if more <= 0 else text("manual.plans_and_more", plans=named, more=more)


def expected_move_minutes(users: int) -> int:
    """How long moving that many users is expected to take, at least a minute (B5)."""
    return 1 + users // USERS_MOVED_PER_MINUTE


def _target(facts: Facts, plan: Plan, price: Price, credit_check_required: bool) -> TargetPlan:
    current = facts.plan.services
    return TargetPlan(
        plan_id=plan.id,
        name=plan.name,
        prices=TargetPrices(monthly=price.monthly, annual=price.annual),
        currency=price.currency,
        services_gained=tuple(
            sorted(id_ for id_, version in plan.services.items() if current.get(id_, 0) < version)
        ),
        services_lost=tuple(sorted(current.keys() - plan.services.keys())),
        credit_check_required=credit_check_required,
        expected_move_minutes=expected_move_minutes(facts.subscription.assigned),
    )
