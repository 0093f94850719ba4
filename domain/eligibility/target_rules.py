"""Which plans a subscription can be upgraded to: what may speak against a target (B2, B3, B16).

A table like that of `domain.eligibility.subscription_rules`: one function and one row for each reason.
"""

from collections import Counter

from domain.catalog.customer import Tenant
from domain.catalog.facts import Facts
from domain.catalog.plans import Plan
from domain.eligibility.refusals import Refusal
from domain.eligibility.rule import AgainstTarget, Grounds, TargetRule
from domain.text.texts import TextValue, joined, listed, placeholders, text
from domain.values.base import Text


def target_refusals(facts: Facts, plan: Plan) -> tuple[Refusal, ...]:
    """Every reason why the subscription cannot be upgraded to `plan` (B2, B3, B16)."""
    return tuple(refusal for rule in TARGET_RULES if (refusal := rule(facts, plan)) is not None)


def sold_plans(facts: Facts) -> list[Plan]:
    """The plans on sale, by id.

    Retired plans are not among them: a catalog keeps those for who has them, not to be shown.
    """
    return sorted(
        (plan for plan in facts.catalog.plans.values() if plan.sold), key=lambda plan: plan.id
    )


def can_buy(facts: Facts, plan: Plan) -> bool:
    """Whether the tenant can buy `plan` instead of the one it has, whatever its services."""
    return (
        plan.sold
        and plan.kind == "plan"
        and plan.id != facts.plan.id
        and plan.audience == facts.tenant.segment
        and plan.price_in(facts.tenant.currency) is not None
    )


def can_add(tenant: Tenant, add_on: Plan) -> bool:
    """Whether the tenant can buy it as an add-on."""
    return (
        add_on.kind == "add_on"
        and add_on.sold
        and add_on.audience == tenant.segment
        and add_on.price_in(tenant.currency) is not None
    )


def no_target(facts: Facts) -> Refusal:
    """Why a subscription with nothing against it still has no plan to upgrade to (B4)."""
    plans = sold_plans(facts)
    counted = Counter(
        rule.name for plan in plans for rule in TARGET_RULES if rule.find(facts, plan) is not None
    )
    evidence = {"data_services": sorted(_data_services(facts)), "reasons": dict(counted)}
    if any(can_buy(facts, plan) for plan in plans):
        why = [_counted(facts, reason, plans) for reason, plans in counted.items()]
        services = listed(service_name(facts, one) for one in evidence["data_services"])
        said = {"plan": facts.plan.name, "services": services, "reasons": joined(why)}
        return NO_TARGET.against(facts.plan.id, Grounds(evidence, said))
    segment, currency = facts.tenant.segment, facts.tenant.currency
    said = {"segment": text(f"audience.{segment}"), "currency": currency}
    evidence |= {"segment": segment, "currency": currency}
    return NOTHING_TO_BUY.against(facts.plan.id, Grounds(evidence, said))


def service_name(facts: Facts, service: str) -> str:
    """The name of a service of the catalog."""
    return facts.catalog.services[service].name


def _lacks_data_services(facts: Facts, plan: Plan) -> Grounds | None:
    lacking = {
        service: version
        for service, version in _data_services(facts).items()
        if service not in plan.services
    }
    return _finding_of_services(facts, plan, lacking)


def _lower_data_services(facts: Facts, plan: Plan) -> Grounds | None:
    lower = {
        service: version
        for service, version in _data_services(facts).items()
        if service in plan.services and plan.services[service] < version
    }
    return _finding_of_services(facts, plan, lower)


def _current_plan(facts: Facts, plan: Plan) -> Grounds | None:
    return Grounds({}, {"plan": plan.name}) if plan.id == facts.plan.id else None


def _not_sold(facts: Facts, plan: Plan) -> Grounds | None:
    return None if plan.sold else Grounds({}, {"plan": plan.name})


def _add_on(facts: Facts, plan: Plan) -> Grounds | None:
    return Grounds({}, {"plan": plan.name}) if plan.kind == "add_on" else None


def _other_audience(facts: Facts, plan: Plan) -> Grounds | None:
    audience, segment = plan.audience, facts.tenant.segment
    if audience == segment:
        return None
    said = {
        "plan": plan.name,
        "audience": text(f"audience.{audience}"),
        "segment": text(f"audience.{segment}"),
    }
    return Grounds({"audience": audience, "segment": segment}, said)


def _no_price_in_currency(facts: Facts, plan: Plan) -> Grounds | None:
    currency = facts.tenant.currency
    if plan.price_in(currency) is not None:
        return None
    sold_in = sorted(price.currency for price in plan.prices)
    evidence = {"currency": currency, "sold_in": sold_in}
    return Grounds(evidence, {"plan": plan.name, "currency": currency})


def _finding_of_services(facts: Facts, plan: Plan, at_stake: dict[str, int]) -> Grounds | None:
    if not at_stake:
        return None
    services = [
        {
            "service": service,
            "current_version": version,
            "target_version": plan.services.get(service),
        }
        for service, version in sorted(at_stake.items())
    ]
    named = listed(service_name(facts, service) for service in sorted(at_stake))
    return Grounds({"services": services}, {"plan": plan.name, "services": named})


def _data_services(facts: Facts) -> dict[str, int]:
    return {
        service: version
        for service, version in facts.plan.services.items()
        if facts.catalog.is_data_related(service)
    }


def _counted(facts: Facts, reason: str, plans: int) -> Text:
    key = f"against.{reason}"
    known: dict[str, TextValue] = {"plans": plans, "currency": facts.tenant.currency}
    return text(key, **{name: known[name] for name in placeholders(key)})


TARGET_RULES: tuple[TargetRule, ...] = (
    TargetRule(
        reason="current_plan",
        behavior="B16",
        cause="It is the plan the subscription is on.",
        action="choose_another_plan",
        evidence=("plan_id", "reason"),
        find=_current_plan,
    ),
    TargetRule(
        reason="lacks_data_services",
        behavior="B2, B3, B16",
        cause="It lacks a data-related service of the current plan.",
        action="change_manually",
        evidence=("plan_id", "reason", "services"),
        find=_lacks_data_services,
    ),
    TargetRule(
        reason="lower_data_services",
        behavior="B2, B3, B16",
        cause="It has a data-related service of the current plan at a lower version.",
        action="change_manually",
        evidence=("plan_id", "reason", "services"),
        find=_lower_data_services,
    ),
    TargetRule(
        reason="not_sold",
        behavior="B16",
        cause="It is not sold, or not any more.",
        action="choose_another_plan",
        evidence=("plan_id", "reason"),
        find=_not_sold,
    ),
    TargetRule(
        reason="add_on",
        behavior="B16",
        cause="It is an add-on.",
        action="choose_another_plan",
        evidence=("plan_id", "reason"),
        find=_add_on,
    ),
    TargetRule(
        reason="other_audience",
        behavior="B16",
        cause="It is for another audience than the tenant's segment.",
        action="choose_another_plan",
        evidence=("plan_id", "reason", "audience", "segment"),
        find=_other_audience,
    ),
    TargetRule(
        reason="no_price_in_currency",
        behavior="B16",
        cause="It has no price in the tenant's currency.",
        action="choose_another_plan",
        evidence=("plan_id", "reason", "currency", "sold_in"),
        find=_no_price_in_currency,
    ),
)

NOT_IN_CATALOG = AgainstTarget(
    reason="not_in_catalog",
    behavior="B16",
    cause="The catalog has no such plan.",
    action="choose_another_plan",
    evidence=("plan_id", "reason"),
)
NO_TARGET = AgainstTarget(
    reason="no_target",
    behavior="B3, B4",
    cause="Nothing speaks against the subscription, but something against every plan on sale.",
    action="change_manually",
    evidence=("plan_id", "reason", "data_services", "reasons"),
)
NOTHING_TO_BUY = AgainstTarget(
    reason="nothing_to_buy",
    behavior="B4, B16",
    cause="The same, and there is no other plan that the tenant could buy by hand either.",
    action="contact_support",
    evidence=("plan_id", "reason", "data_services", "reasons", "segment", "currency"),
)
