"""Which plans are near the one a subscription has, and what each would take away (B59).

By hand a plan can be bought that lacks services, so whoever names one says what it loses.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from domain.catalog.facts import Facts
from domain.catalog.plans import Plan
from domain.eligibility.target_rules import service_name
from domain.text.texts import listed, text
from domain.values.base import Text

SERVICES_NAMED = 3
"""As many of a plan are named in a sentence with others; all of them stand beside it."""


def services_lost(facts: Facts, plan: Plan) -> tuple[str, ...]:
    """Services of the current plan that `plan` lacks, or has at a lower version; by id."""
    return tuple(
        sorted(
            service
            for service, version in facts.plan.services.items()
            if plan.services.get(service, 0) < version
        )
    )


def data_services_lost(facts: Facts, plan: Plan) -> tuple[str, ...]:
    """Those of them that hold users' data."""
    return tuple(
        service for service in services_lost(facts, plan) if facts.catalog.is_data_related(service)
    )


def has_something_in_common(facts: Facts, plan: Plan) -> bool:
    """Whether it has any service of the current plan: without one it is another product."""
    return not plan.services.keys().isdisjoint(facts.plan.services)


def nearest_first(facts: Facts, plans: Iterable[Plan]) -> list[Plan]:
    """The plans, those first that lose least: of users' data, of all services; then the cheaper one."""

    def distance(plan: Plan) -> tuple[int, int, bool, Decimal, str]:
        price = plan.price_in(facts.tenant.currency)
        return (
            len(data_services_lost(facts, plan)),
            len(services_lost(facts, plan)),
            not has_something_in_common(facts, plan),
            Decimal("Infinity") if price is None else price.monthly,
            plan.id,
        )

    return sorted(plans, key=distance)


def named_with_losses(facts: Facts, plan: Plan) -> Text:
    """Its name, and what it is without."""
    lost = services_lost(facts, plan)
    if not lost:
        return Text.model_validate({"en": plan.name, "zh-TW": plan.name})
    # Those with users' data first: they are missed most.
    held = data_services_lost(facts, plan)
    in_order = [*held, *(service for service in lost if service not in held)]
    named, more = _names(facts, in_order[:SERVICES_NAMED]), len(in_order) - SERVICES_NAMED
    if more > 0:
        named = text("manual.services_and_more", services=named, more=more)
    return text("manual.plan_without", plan=plan.name, services=named)


def warning_of(facts: Facts, plan: Plan) -> Text | None:
    """What to know before going to it; None where it loses nothing."""
    if lost := data_services_lost(facts, plan):
        return text("manual.loses_data", plan=plan.name, services=_names(facts, lost))
    if lost := services_lost(facts, plan):
        return text("manual.loses_services", plan=plan.name, services=_names(facts, lost))
    return None


def _names(facts: Facts, services: Sequence[str]) -> Text:
    return listed(service_name(facts, service) for service in services)
