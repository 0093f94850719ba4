"""Whether a subscription may be upgraded at all: a table of rules, all evaluated.

Each rule looks at the facts alone and yields a refusal or nothing, so their order decides only the
order in which a customer reads them (B4). A new rule is one function, one row and its two texts.
What speaks against one plan as the target stands in `domain.eligibility.target_rules`.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from domain.catalog.facts import Facts, OpenUpgrade
from domain.eligibility.refusals import Refusal
from domain.eligibility.rule import Grounds, Rule
from domain.eligibility.target_rules import NOT_IN_CATALOG, service_name, target_refusals
from domain.text.formats import day, money
from domain.text.texts import TextValue, listed, text
from domain.values.cycles import local_day
from domain.values.money import from_minor

A_FEW_HOURS = timedelta(hours=4)
"""When to look again after a setup or an incident (B7, B8)."""
AN_HOUR = timedelta(hours=1)
"""Within which an upgrade is expected to end (B9, B51)."""
OWN_BLOCK_CODE = "not_eligible"
"""The one code of a block that is this service's own; every other one is foreign (B11, B20)."""


def refusals_of(facts: Facts, at: datetime) -> tuple[Refusal, ...]:
    """Every reason why the subscription cannot be upgraded at all (B4)."""
    return tuple(refusal for rule in RULES if (refusal := rule(facts, at)) is not None)


def check_order(facts: Facts, target_plan_id: str, at: datetime) -> tuple[Refusal, ...]:
    """Every reason why an upgrade to that plan cannot be ordered; none means it can."""
    plan = facts.catalog.plans.get(target_plan_id)
    if plan is None:
        unknown = Grounds({}, {"plan": target_plan_id})
        of_target = (NOT_IN_CATALOG.against(target_plan_id, unknown),)
    else:
        of_target = target_refusals(facts, plan)
    return refusals_of(facts, at) + of_target


def _more_users_than_licenses(facts: Facts, at: datetime) -> Grounds | None:
    licenses, assigned = facts.subscription.licenses, facts.subscription.assigned
    if assigned <= licenses:
        return None
    missing = assigned - licenses
    numbers = {"licenses": licenses, "assigned": assigned}
    evidence = {"subscription_id": facts.subscription.id, **numbers, "missing": missing}
    return Grounds(evidence, {**numbers, "missing": text("count.more_licenses", count=missing)})


def _not_fully_provisioned(facts: Facts, at: datetime) -> Grounds | None:
    if facts.subscription.status != "provisioning":
        return None
    evidence = {"subscription_id": facts.subscription.id, "status": facts.subscription.status}
    return Grounds(evidence, _subscription(facts), at + A_FEW_HOURS)


def _service_incident(facts: Facts, at: datetime) -> Grounds | None:
    add_ons = (facts.catalog.plans[add_on] for add_on in facts.subscription.add_ons)
    services = set(facts.plan.services).union(*(add_on.services for add_on in add_ons))
    incidents = sorted(
        (incident for incident in facts.incidents if incident.service in services),
        key=lambda incident: (incident.service, incident.reference),
    )
    if not incidents:
        return None
    named = [f"{service_name(facts, one.service)} ({one.reference})" for one in incidents]
    evidence = {"incidents": [incident.model_dump() for incident in incidents]}
    said = {**_subscription(facts), "incidents": listed(named)}
    return Grounds(evidence, said, at + A_FEW_HOURS)


def _upgrade_in_progress(facts: Facts, at: datetime) -> Grounds | None:
    upgrades = [one for one in facts.open_upgrades if not _awaits_credit_check(one)]
    if not upgrades:
        return None
    # A scheduled upgrade only begins on its day, which is its deadline (B36).
    starts = (one.deadline or at for one in upgrades if one.stage == "scheduled")
    return _finding_of_upgrades(upgrades, max([at, *starts]) + AN_HOUR)


def _credit_check_pending(facts: Facts, at: datetime) -> Grounds | None:
    upgrades = [one for one in facts.open_upgrades if _awaits_credit_check(one)]
    if not upgrades:
        return None
    deadlines = (one.deadline or at + AN_HOUR for one in upgrades)
    return _finding_of_upgrades(
        upgrades,
        max([at, *deadlines]),
        business_days=text("count.business_days", count=facts.policy.credit_check.business_days),
    )


def _not_eligible(facts: Facts, at: datetime) -> Grounds | None:
    blocked = facts.subscription.blocked
    if blocked is None or blocked.code != OWN_BLOCK_CODE:
        return None
    evidence = {"subscription_id": facts.subscription.id, "note": blocked.note}
    said = {**_subscription(facts), "note": blocked.note}
    return Grounds(evidence, said, wording="noted" if blocked.note else None)


def _multiple_subscriptions_same_product(facts: Facts, at: datetime) -> Grounds | None:
    product = facts.plan.product
    same = sorted(
        (
            one
            for one in (facts.subscription, *facts.siblings)
            if one.is_live and facts.catalog.plans[one.plan_id].product == product
        ),
        key=lambda one: one.id,
    )
    if len(same) < 2:
        return None
    ids = [one.id for one in same]
    # Where the fewest users have to move, and the fewest licenses have to be bought.
    keep = max(same, key=lambda one: (one.licenses, one.assigned, one.id == facts.subscription.id))
    users = sum(one.assigned for one in same)
    hints = {"keep": keep.id, "licenses": keep.licenses, "users": users}
    evidence = {"product": product, "subscription_ids": ids, **hints}
    said: dict[str, TextValue] = {"subscriptions": listed(ids), **hints}
    if users <= keep.licenses:
        return Grounds(evidence, said)
    missing = text("count.more_licenses", count=users - keep.licenses)
    return Grounds(evidence, {**said, "missing": missing}, wording="too_few_licenses")


def _prepaid(facts: Facts, at: datetime) -> Grounds | None:
    prepaid = facts.subscription.prepaid
    if prepaid is None or prepaid.kind != "product_key":
        return None
    evidence = {
        "subscription_id": facts.subscription.id,
        "kind": prepaid.kind,
        "until": prepaid.until and prepaid.until.isoformat(),
    }
    if prepaid.until is None:
        return Grounds(evidence, _subscription(facts))
    until = day(prepaid.until, facts.tenant.country)
    return Grounds(evidence, {**_subscription(facts), "until": until}, wording="until")


def _government_or_nonprofit(facts: Facts, at: datetime) -> Grounds | None:
    segment, audience = facts.tenant.segment, facts.plan.audience
    if segment == "commercial" and audience == "commercial":
        return None
    evidence = {"segment": segment, "audience": audience}
    return Grounds(evidence, {name: text(f"audience.{word}") for name, word in evidence.items()})


def _temporarily_unavailable(facts: Facts, at: datetime) -> Grounds | None:
    capacity = facts.policy.capacity
    if facts.open_upgrades_in_service < capacity.max_open_upgrades:
        return None
    evidence = {
        "open_upgrades": facts.open_upgrades_in_service,
        "max_open_upgrades": capacity.max_open_upgrades,
    }
    minutes = capacity.retry_after_minutes
    said = {"minutes": text("count.minutes", count=minutes)}
    return Grounds(evidence, said, at + timedelta(minutes=minutes))


def _has_add_on(facts: Facts, at: datetime) -> Grounds | None:
    add_ons = facts.subscription.add_ons
    if not add_ons:
        return None
    evidence = {"subscription_id": facts.subscription.id, "add_ons": sorted(add_ons)}
    named = listed(f"{facts.catalog.plans[one].name} ({one})" for one in sorted(add_ons))
    return Grounds(evidence, {**_subscription(facts), "add_ons": named})


def _unpaid_balance(facts: Facts, at: datetime) -> Grounds | None:
    """What its file says is due, and invoices that are overdue of what has paid for it (B65)."""
    balance, currency = facts.subscription.balance_due or Decimal(0), facts.tenant.currency
    today = local_day(at, facts.tenant.time_zone)
    overdue = [each for each in facts.open_invoices if each.due_on < today]
    if overdue:
        balance += from_minor(sum(each.open_minor for each in overdue), currency)
    if not balance:
        return None
    numbers = sorted(each.number for each in overdue)
    evidence = {
        "subscription_id": facts.subscription.id,
        "balance_due": f"{balance:f}",
        "currency": currency,
        "invoices": numbers,
    }
    said = {**_subscription(facts), "balance_due": money(balance, currency)}
    if not numbers:
        return Grounds(evidence, said)
    return Grounds(evidence, {**said, "invoices": listed(numbers)}, wording="overdue")


def _subscription_not_active(facts: Facts, at: datetime) -> Grounds | None:
    status = facts.subscription.status
    if status in ("active", "provisioning"):
        return None
    new = facts.replaced_by
    evidence = {"subscription_id": facts.subscription.id, "status": status, "replaced_by": new}
    said = {**_subscription(facts), "status": text(f"status.{status}")}
    if new is not None:
        return Grounds(evidence, {**said, "new": new}, wording="replaced")
    return Grounds(evidence, said, wording="canceled" if status == "canceled" else None)


def _unknown(facts: Facts, at: datetime) -> Grounds | None:
    blocked = facts.subscription.blocked
    if blocked is None or blocked.code == OWN_BLOCK_CODE:
        return None
    evidence = {
        "subscription_id": facts.subscription.id,
        "foreign_code": blocked.code,
        "note": blocked.note,
    }
    return Grounds(evidence, {**_subscription(facts), "foreign_code": blocked.code})


def _awaits_credit_check(upgrade: OpenUpgrade) -> bool:
    return upgrade.stage == "awaiting_credit_check"


def _finding_of_upgrades(
    upgrades: list[OpenUpgrade], retry_after: datetime, **said: TextValue
) -> Grounds:
    in_order = sorted(upgrades, key=lambda upgrade: upgrade.upgrade_id)
    evidence = {"upgrades": [upgrade.model_dump(mode="json") for upgrade in in_order]}
    named = listed(upgrade.upgrade_id for upgrade in in_order)
    by_hand = all(upgrade.is_change for upgrade in in_order)
    wording = "by_hand" if by_hand else None
    return Grounds(evidence, {"upgrades": named, **said}, retry_after, wording=wording)


def _subscription(facts: Facts) -> dict[str, TextValue]:
    return {"subscription": facts.subscription.id}


RULES: tuple[Rule, ...] = (
    Rule(
        code="more_users_than_licenses",
        behavior="B6",
        cause="More licenses are assigned than purchased; stays until the tenant buys or unassigns.",
        action="resolve_license_conflict",
        evidence=("subscription_id", "licenses", "assigned", "missing"),
        find=_more_users_than_licenses,
    ),
    Rule(
        code="not_fully_provisioned",
        behavior="B7",
        cause="The subscription is still provisioning.",
        action="wait",
        evidence=("subscription_id", "status"),
        retry="4 hours from now",
        find=_not_fully_provisioned,
    ),
    Rule(
        code="service_incident",
        behavior="B8",
        cause="A service of its plan or of its add-ons has an open incident.",
        action="wait",
        evidence=("incidents",),
        retry="4 hours from now",
        find=_service_incident,
    ),
    Rule(
        code="upgrade_in_progress",
        behavior="B9",
        cause="Another upgrade of the tenant, of whatever subscription, has not switched billing.",
        action="wait",
        evidence=("upgrades",),
        wordings=("by_hand",),
        retry="an hour from now; of a scheduled upgrade, an hour after its day begins",
        find=_upgrade_in_progress,
    ),
    Rule(
        code="credit_check_pending",
        behavior="B10",
        cause="Another upgrade of the tenant waits for its credit check.",
        action="wait",
        evidence=("upgrades",),
        wordings=("by_hand",),
        retry="at the latest deadline of these checks",
        find=_credit_check_pending,
    ),
    Rule(
        code="not_eligible",
        behavior="B11",
        cause="It is blocked, with the code `not_eligible`; stays until the block is taken away.",
        action="change_manually",
        evidence=("subscription_id", "note"),
        wordings=("noted",),
        find=_not_eligible,
    ),
    Rule(
        code="multiple_subscriptions_same_product",
        behavior="B12",
        cause="The tenant has two or more live subscriptions of the product.",
        action="consolidate",
        evidence=("product", "subscription_ids", "keep", "licenses", "users"),
        wordings=("too_few_licenses",),
        find=_multiple_subscriptions_same_product,
    ),
    Rule(
        code="prepaid",
        behavior="B13",
        cause="It is prepaid by product key (prepaid `upfront` can be upgraded).",
        action="change_manually",
        evidence=("subscription_id", "kind", "until"),
        wordings=("until",),
        find=_prepaid,
    ),
    Rule(
        code="government_or_nonprofit",
        behavior="B14",
        cause="The tenant or its plan is of government or nonprofit.",
        action="change_manually",
        evidence=("segment", "audience"),
        find=_government_or_nonprofit,
    ),
    Rule(
        code="temporarily_unavailable",
        behavior="B15",
        cause="The open upgrades of the whole service have reached its capacity.",
        action="wait",
        evidence=("open_upgrades", "max_open_upgrades"),
        retry="`policy.capacity.retry_after_minutes` from now",
        find=_temporarily_unavailable,
    ),
    Rule(
        code="has_add_on",
        behavior="B17",
        cause="It has an add-on; stays until that is removed.",
        action="change_manually",
        evidence=("subscription_id", "add_ons"),
        find=_has_add_on,
    ),
    Rule(
        code="unpaid_balance",
        behavior="B18",
        cause="It has a balance due; stays until that is paid.",
        action="pay_now",
        evidence=("subscription_id", "balance_due", "currency", "invoices"),
        wordings=("overdue",),
        find=_unpaid_balance,
    ),
    Rule(
        code="subscription_not_active",
        behavior="B19",
        cause="It is suspended, expired or canceled, and comes back only by somebody's act.",
        action="contact_support",
        evidence=("subscription_id", "status", "replaced_by"),
        wordings=("canceled", "replaced"),
        find=_subscription_not_active,
    ),
    Rule(
        code="unknown",
        behavior="B20",
        cause="It is blocked, with any other code: what is not known here is not promised to pass.",
        action="contact_support",
        evidence=("subscription_id", "foreign_code", "note"),
        find=_unknown,
    ),
)
