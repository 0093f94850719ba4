"""Whether a subscription may be upgraded, and to which plan: a table of rules, all evaluated.

Each rule looks at the facts alone and yields a refusal or nothing, so their order decides only the
order in which a customer reads them (B4). A new rule is one function, one row and its two texts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from domain.catalog import Plan
from domain.facts import Facts, OpenUpgrade
from domain.formats import money
from domain.refusals import Refusal, RefusalCode, Remedy, RemedyAction
from domain.texts import TextValue, listed, placeholders, text
from domain.values import Text, start_of_utc_second

A_FEW_HOURS = timedelta(hours=4)
"""When to look again after a setup or an incident (B7, B8)."""
AN_HOUR = timedelta(hours=1)
"""Within which an upgrade is expected to end (B9, B51)."""
OWN_BLOCK_CODE = "not_eligible"
"""The one code of a block that is this service's own; every other one is foreign (B11, B20)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What made a rule true."""

    evidence: dict[str, Any]
    """Ids and numbers, plain as in JSON."""
    said: Mapping[str, TextValue] = field(default_factory=dict[str, TextValue])
    """What the two texts of the rule speak of."""
    retry_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of `RULES`: one reason why a subscription cannot be upgraded now."""

    code: RefusalCode
    temporary: bool
    action: RemedyAction
    find: Callable[[Facts, datetime], Finding | None]

    def __call__(self, facts: Facts, at: datetime) -> Refusal | None:
        """The refusal, where the rule is true of the facts."""
        finding = self.find(facts, at)
        if finding is None:
            return None
        return _refusal(self.code, self.code, self.temporary, self.action, finding)


TargetReason = Literal[
    "lacks_data_services",
    "lower_data_services",
    "current_plan",
    "not_sold",
    "add_on",
    "other_audience",
    "no_price_in_currency",
    "not_in_catalog",
    "no_target",
]
"""What is wrong with a target, kept as `reason` in the evidence of `target_not_supported`."""


@dataclass(frozen=True, slots=True)
class TargetRule:
    """A row of `TARGET_RULES`: one reason why a plan cannot be the target (B16)."""

    reason: TargetReason
    action: RemedyAction
    find: Callable[[Facts, Plan], Finding | None]

    def __call__(self, facts: Facts, plan: Plan) -> Refusal | None:
        """The refusal, where the rule is true of the plan."""
        finding = self.find(facts, plan)
        if finding is None:
            return None
        return _target_refusal(self.reason, self.action, plan.id, finding)


def refusals_of(facts: Facts, at: datetime) -> tuple[Refusal, ...]:
    """Every reason why the subscription cannot be upgraded at all (B4)."""
    return tuple(refusal for rule in RULES if (refusal := rule(facts, at)) is not None)


def target_refusals(facts: Facts, plan: Plan) -> tuple[Refusal, ...]:
    """Every reason why the subscription cannot be upgraded to `plan` (B2, B3, B16)."""
    return tuple(refusal for rule in TARGET_RULES if (refusal := rule(facts, plan)) is not None)


def check_order(facts: Facts, target_plan_id: str, at: datetime) -> tuple[Refusal, ...]:
    """Every reason why an upgrade to that plan cannot be ordered; none means it can."""
    plan = facts.catalog.plans.get(target_plan_id)
    of_target = (_not_in_catalog(target_plan_id),) if plan is None else target_refusals(facts, plan)
    return refusals_of(facts, at) + of_target


def no_target(facts: Facts) -> Refusal:
    """Why a subscription with nothing against it still has no plan to upgrade to (B4)."""
    evidence = {"data_services": sorted(_data_services(facts))}
    finding = Finding(evidence, {"plan": facts.plan.name})
    return _target_refusal("no_target", "change_manually", facts.plan.id, finding)


# The subscription's own rules.


def _more_users_than_licenses(facts: Facts, at: datetime) -> Finding | None:
    licenses, assigned = facts.subscription.licenses, facts.subscription.assigned
    if assigned <= licenses:
        return None
    numbers = {"licenses": licenses, "assigned": assigned, "missing": assigned - licenses}
    return Finding(numbers, numbers)


def _not_fully_provisioned(facts: Facts, at: datetime) -> Finding | None:
    if facts.subscription.status != "provisioning":
        return None
    evidence = {"subscription_id": facts.subscription.id, "status": facts.subscription.status}
    return Finding(evidence, _subscription(facts), at + A_FEW_HOURS)


def _service_incident(facts: Facts, at: datetime) -> Finding | None:
    add_ons = (facts.catalog.plans[add_on] for add_on in facts.subscription.add_ons)
    services = set(facts.plan.services).union(*(add_on.services for add_on in add_ons))
    incidents = sorted(
        (incident for incident in facts.incidents if incident.service in services),
        key=lambda incident: (incident.service, incident.reference),
    )
    if not incidents:
        return None
    named = [f"{_service_name(facts, one.service)} ({one.reference})" for one in incidents]
    evidence = {"incidents": [incident.model_dump() for incident in incidents]}
    return Finding(evidence, {"incidents": listed(named)}, at + A_FEW_HOURS)


def _upgrade_in_progress(facts: Facts, at: datetime) -> Finding | None:
    upgrades = [one for one in facts.open_upgrades if not _awaits_credit_check(one)]
    if not upgrades:
        return None
    # A scheduled upgrade only begins on its day, which is its deadline (B36).
    starts = (one.deadline or at for one in upgrades if one.stage == "scheduled")
    return _finding_of_upgrades(upgrades, max([at, *starts]) + AN_HOUR)


def _credit_check_pending(facts: Facts, at: datetime) -> Finding | None:
    upgrades = [one for one in facts.open_upgrades if _awaits_credit_check(one)]
    if not upgrades:
        return None
    deadlines = (one.deadline or at + AN_HOUR for one in upgrades)
    return _finding_of_upgrades(
        upgrades,
        max([at, *deadlines]),
        business_days=text("count.business_days", count=facts.policy.credit_check.business_days),
    )


def _not_eligible(facts: Facts, at: datetime) -> Finding | None:
    blocked = facts.subscription.blocked
    if blocked is None or blocked.code != OWN_BLOCK_CODE:
        return None
    evidence = {"subscription_id": facts.subscription.id, "note": blocked.note}
    return Finding(evidence, _subscription(facts))


def _multiple_subscriptions_same_product(facts: Facts, at: datetime) -> Finding | None:
    product = facts.plan.product
    same = sorted(
        one.id
        for one in (facts.subscription, *facts.siblings)
        if one.is_live and facts.catalog.plans[one.plan_id].product == product
    )
    if len(same) < 2:
        return None
    evidence = {"product": product, "subscription_ids": same}
    return Finding(evidence, {"subscriptions": listed(same)})


def _prepaid(facts: Facts, at: datetime) -> Finding | None:
    prepaid = facts.subscription.prepaid
    if prepaid is None or prepaid.kind != "product_key":
        return None
    evidence = {
        "subscription_id": facts.subscription.id,
        "kind": prepaid.kind,
        "until": prepaid.until and prepaid.until.isoformat(),
    }
    return Finding(evidence, _subscription(facts))


def _government_or_nonprofit(facts: Facts, at: datetime) -> Finding | None:
    segment, audience = facts.tenant.segment, facts.plan.audience
    if segment == "commercial" and audience == "commercial":
        return None
    evidence = {"segment": segment, "audience": audience}
    return Finding(evidence, {name: text(f"audience.{word}") for name, word in evidence.items()})


def _temporarily_unavailable(facts: Facts, at: datetime) -> Finding | None:
    capacity = facts.policy.capacity
    if facts.open_upgrades_in_service < capacity.max_open_upgrades:
        return None
    evidence = {
        "open_upgrades": facts.open_upgrades_in_service,
        "max_open_upgrades": capacity.max_open_upgrades,
    }
    minutes = capacity.retry_after_minutes
    said = {"minutes": text("count.minutes", count=minutes)}
    return Finding(evidence, said, at + timedelta(minutes=minutes))


def _has_add_on(facts: Facts, at: datetime) -> Finding | None:
    add_ons = facts.subscription.add_ons
    if not add_ons:
        return None
    evidence = {"subscription_id": facts.subscription.id, "add_ons": sorted(add_ons)}
    return Finding(evidence, {**_subscription(facts), "add_ons": listed(sorted(add_ons))})


def _unpaid_balance(facts: Facts, at: datetime) -> Finding | None:
    balance, currency = facts.subscription.balance_due, facts.tenant.currency
    if not balance:
        return None
    evidence = {
        "subscription_id": facts.subscription.id,
        "balance_due": f"{balance:f}",
        "currency": currency,
    }
    return Finding(evidence, {**_subscription(facts), "balance_due": money(balance, currency)})


def _subscription_not_active(facts: Facts, at: datetime) -> Finding | None:
    status = facts.subscription.status
    if status in ("active", "provisioning"):
        return None
    evidence = {"subscription_id": facts.subscription.id, "status": status}
    return Finding(evidence, {**_subscription(facts), "status": text(f"status.{status}")})


def _unknown(facts: Facts, at: datetime) -> Finding | None:
    blocked = facts.subscription.blocked
    if blocked is None or blocked.code == OWN_BLOCK_CODE:
        return None
    evidence = {
        "subscription_id": facts.subscription.id,
        "foreign_code": blocked.code,
        "note": blocked.note,
    }
    return Finding(evidence, {**_subscription(facts), "foreign_code": blocked.code})


# The target's rules.


def _lacks_data_services(facts: Facts, plan: Plan) -> Finding | None:
    lacking = {
        service: version
        for service, version in _data_services(facts).items()
        if service not in plan.services
    }
    return _finding_of_services(facts, plan, lacking)


def _lower_data_services(facts: Facts, plan: Plan) -> Finding | None:
    lower = {
        service: version
        for service, version in _data_services(facts).items()
        if service in plan.services and plan.services[service] < version
    }
    return _finding_of_services(facts, plan, lower)


def _current_plan(facts: Facts, plan: Plan) -> Finding | None:
    return Finding({}, {"plan": plan.name}) if plan.id == facts.plan.id else None


def _not_sold(facts: Facts, plan: Plan) -> Finding | None:
    return None if plan.sold else Finding({}, {"plan": plan.name})


def _add_on(facts: Facts, plan: Plan) -> Finding | None:
    return Finding({}, {"plan": plan.name}) if plan.kind == "add_on" else None


def _other_audience(facts: Facts, plan: Plan) -> Finding | None:
    audience, segment = plan.audience, facts.tenant.segment
    if audience == segment:
        return None
    said = {
        "plan": plan.name,
        "audience": text(f"audience.{audience}"),
        "segment": text(f"audience.{segment}"),
    }
    return Finding({"audience": audience, "segment": segment}, said)


def _no_price_in_currency(facts: Facts, plan: Plan) -> Finding | None:
    currency = facts.tenant.currency
    if plan.price_in(currency) is not None:
        return None
    sold_in = sorted(price.currency for price in plan.prices)
    evidence = {"currency": currency, "sold_in": sold_in}
    return Finding(evidence, {"plan": plan.name, "currency": currency})


# `temporary` means that time alone, or somebody else's recovery, heals it: waiting is enough, and
# the refusal always says when to look again. What needs an act of the customer is not temporary.
RULES: tuple[Rule, ...] = (
    # B6: stays until the tenant buys, unassigns or deletes.
    Rule("more_users_than_licenses", False, "resolve_license_conflict", _more_users_than_licenses),
    # B7, B8, B9, B10: end by themselves.
    Rule("not_fully_provisioned", True, "wait", _not_fully_provisioned),
    Rule("service_incident", True, "wait", _service_incident),
    Rule("upgrade_in_progress", True, "wait", _upgrade_in_progress),
    Rule("credit_check_pending", True, "wait", _credit_check_pending),
    # B11: stays until whoever blocked it takes the block away.
    Rule("not_eligible", False, "change_manually", _not_eligible),
    # B12: stays until the tenant consolidates.
    Rule(
        "multiple_subscriptions_same_product",
        False,
        "consolidate",
        _multiple_subscriptions_same_product,
    ),
    # B13, B14: in the nature of the subscription.
    Rule("prepaid", False, "change_manually", _prepaid),
    Rule("government_or_nonprofit", False, "change_manually", _government_or_nonprofit),
    # B15: ends as other upgrades end.
    Rule("temporarily_unavailable", True, "wait", _temporarily_unavailable),
    # B17, B18: stay until the tenant removes or pays.
    Rule("has_add_on", False, "change_manually", _has_add_on),
    Rule("unpaid_balance", False, "pay_now", _unpaid_balance),
    # B19: a suspended subscription comes back only by somebody's act.
    Rule("subscription_not_active", False, "contact_support", _subscription_not_active),
    # B20: what this service doesn't know, it doesn't promise to pass.
    Rule("unknown", False, "contact_support", _unknown),
)

TARGET_RULES: tuple[TargetRule, ...] = (
    TargetRule("current_plan", "choose_another_plan", _current_plan),
    TargetRule("lacks_data_services", "change_manually", _lacks_data_services),
    TargetRule("lower_data_services", "change_manually", _lower_data_services),
    TargetRule("not_sold", "choose_another_plan", _not_sold),
    TargetRule("add_on", "choose_another_plan", _add_on),
    TargetRule("other_audience", "choose_another_plan", _other_audience),
    TargetRule("no_price_in_currency", "choose_another_plan", _no_price_in_currency),
)


def _refusal(
    code: RefusalCode, key: str, temporary: bool, action: RemedyAction, finding: Finding
) -> Refusal:
    retry_after = finding.retry_after and start_of_utc_second(finding.retry_after)
    return Refusal(
        code=code,
        temporary=temporary,
        message=_say(f"refusal.{key}", finding),
        evidence=finding.evidence,
        remedy=Remedy(action=action, text=_say(f"remedy.{key}", finding), retry_after=retry_after),
    )


def _target_refusal(
    reason: TargetReason, action: RemedyAction, plan_id: str, finding: Finding
) -> Refusal:
    evidence = {"plan_id": plan_id, "reason": reason, **finding.evidence}
    whole = Finding(evidence, finding.said)
    return _refusal("target_not_supported", f"target_not_supported.{reason}", False, action, whole)


def _say(key: str, finding: Finding) -> Text:
    # A finding speaks for the reason and the remedy; each of the two takes what it needs of it.
    return text(key, **{name: finding.said[name] for name in placeholders(key)})


def _not_in_catalog(plan_id: str) -> Refusal:
    finding = Finding({}, {"plan": plan_id})
    return _target_refusal("not_in_catalog", "choose_another_plan", plan_id, finding)


def _awaits_credit_check(upgrade: OpenUpgrade) -> bool:
    return upgrade.stage == "awaiting_credit_check"


def _finding_of_upgrades(
    upgrades: list[OpenUpgrade], retry_after: datetime, **said: TextValue
) -> Finding:
    in_order = sorted(upgrades, key=lambda upgrade: upgrade.upgrade_id)
    evidence = {"upgrades": [upgrade.model_dump(mode="json") for upgrade in in_order]}
    named = listed(upgrade.upgrade_id for upgrade in in_order)
    return Finding(evidence, {"upgrades": named, **said}, retry_after)


def _finding_of_services(facts: Facts, plan: Plan, at_stake: dict[str, int]) -> Finding | None:
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
    named = listed(_service_name(facts, service) for service in sorted(at_stake))
    return Finding({"services": services}, {"plan": plan.name, "services": named})


def _data_services(facts: Facts) -> dict[str, int]:
    return {
        service: version
        for service, version in facts.plan.services.items()
        if facts.catalog.is_data_related(service)
    }


def _service_name(facts: Facts, service: str) -> str:
    return facts.catalog.services[service].name


def _subscription(facts: Facts) -> dict[str, TextValue]:
    return {"subscription": facts.subscription.id}
