"""What a world file must not say beside what is stored: each is a fault with both values (B69)."""

from collections.abc import Iterable, Mapping

from domain.catalog.customer import Subscription, Tenant
from domain.catalog.facts import Facts
from domain.catalog.plans import Catalog, Plan, Service
from domain.catalog.policy import Policy
from domain.eligibility.rule import TargetReason
from domain.eligibility.target_rules import TARGET_RULES
from domain.text.faults import Fault, Report, at, quoted
from domain.world.model import WorldSubscription
from domain.world.placed import WorldFile
from domain.world.stored import Stored, StoredSubscription, StoredTenant, UpgradeOfPlans

COUNTED_BY = ("time_zone", "country", "subdivision", "segment")
"""What days, holidays and permission of an open upgrade were decided by."""

MOST_NAMED = 5
"""Of many records that one fault is about."""

_AGAINST_UPGRADES: frozenset[TargetReason] = frozenset(
    {"lacks_data_services", "lower_data_services", "add_on", "other_audience"}
)
"""Price and sale are pinned by the order, so that those may change."""


def check_stored_tenant(was: StoredTenant, now: Tenant, place: str, report: Report) -> None:
    """Its money has a currency, and its upgrades have days, that a file does not change."""
    if now.currency != was.tenant.currency and was.subscriptions:
        message = (
            f"{quoted(now.currency)} is not {quoted(was.tenant.currency)}, in which this tenant has "
            "subscriptions: the currency of a tenant never changes; make another tenant"
        )
        report(Fault(at(place, "currency"), message))
    if was.open_upgrade is None:
        return
    upgrade = f"{was.open_upgrade.upgrade_id} ({was.open_upgrade.stage})"
    for name in COUNTED_BY:
        old, new = getattr(was.tenant, name), getattr(now, name)
        if old != new:
            message = (
                f"{quoted(new)} is not {quoted(old)}, by which upgrade {upgrade} was ordered: "
                "load it once that has ended, or cancel it first"
            )
            report(Fault(at(place, name), message))


def check_promised_id(id: str, promised: Mapping[str, str], place: str, report: Report) -> None:
    """A new subscription does not take the id of one that an upgrade opens."""
    if id in promised:
        message = (
            f"{quoted(id)} is the id of the subscription that upgrade {promised[id]} opens: "
            "choose another one"
        )
        report(Fault(at(place, "id"), message))


def check_tenant_of_subscription(
    was: StoredSubscription, tenant: Tenant, place: str, report: Report
) -> None:
    """It belongs to the tenant that it has always belonged to."""
    stored = was.subscription
    if stored.tenant_id != tenant.id:
        message = (
            f"subscription {quoted(stored.id)} belongs to tenant {quoted(stored.tenant_id)}, not to "
            f"{quoted(tenant.id)}: a subscription never changes its tenant"
        )
        report(Fault(at(place, "id"), message))


def check_price_is_of_now(
    was: Subscription, now: Subscription, given: WorldSubscription, place: str, report: Report
) -> None:
    """No price that was for another plan or another billing period goes on."""
    if was.price is None or "price" in given.model_fields_set:
        return
    for name, old, new in (
        ("plan", was.plan_id, now.plan_id),
        ("billing", was.billing, now.billing),
    ):
        if old != new:
            message = (
                f"is missing: the stored price {was.price:f} is for {name} {quoted(old)}, and the "
                f"file says {quoted(new)}; write the new price, or null for that of the plan"
            )
            report(Fault(at(place, "price"), message))
            return


def check_removed(
    section: str, removed: Iterable[str], used: Mapping[str, str], report: Report
) -> None:
    """Nothing that stays needs what a replaced section removes; `used` says by what each is."""
    needed = [f"{quoted(id)} ({used[id]})" for id in removed if id in used]
    if not needed:
        return
    more = f" and {len(needed) - MOST_NAMED} more" if len(needed) > MOST_NAMED else ""
    way = "write them with sold: false" if section == "plans" else "write them"
    report(
        Fault(
            section,
            f"is to be replaced, but {', '.join(needed[:MOST_NAMED])}{more} cannot be removed: {way}",
        )
    )


def check_upgrades_of_plans(
    file: WorldFile,
    stored: Stored,
    services: Mapping[str, Service],
    plans: Mapping[str, Plan],
    report: Report,
) -> None:
    """No open upgrade leads to a plan that it could not be ordered for any more (B2, B14, B16)."""
    if not stored.upgrades:
        return
    places = {each.value.id: each.place for each in (*file.services, *file.plans)}
    after = Catalog(services={**stored.services, **services}, plans=plans)
    for upgrade in stored.upgrades:
        source, target = upgrade.subscription.plan_id, upgrade.target_plan_id
        before = _reasons(upgrade, stored.catalog)
        for reason in sorted(_reasons(upgrade, after) - before):
            place = places.get(target) or places.get(source) or "services"
            message = (
                f"{_WHY[reason].format(source=source, target=target)}, and upgrade "
                f"{upgrade.upgrade.upgrade_id} ({upgrade.upgrade.stage}) leads from {source} to "
                f"{target}: load it once that has ended, or cancel it first"
            )
            report(Fault(place, message))


def _reasons(upgrade: UpgradeOfPlans, catalog: Catalog) -> set[TargetReason]:
    target = catalog.plans.get(upgrade.target_plan_id)
    if target is None or upgrade.subscription.plan_id not in catalog.plans:
        return set()  # what is removed is a fault of its own
    facts = Facts(
        tenant=upgrade.tenant,
        subscription=upgrade.subscription,
        catalog=catalog,
        policy=Policy(),
    )
    return {
        rule.reason
        for rule in TARGET_RULES
        if rule.reason in _AGAINST_UPGRADES and rule.find(facts, target) is not None
    }


_WHY: Mapping[TargetReason, str] = {
    "lacks_data_services": "{target} would lack a service of {source} that users keep data in",
    "lower_data_services": "{target} would have a lower version of a service of {source} that users "
    "keep data in",
    "add_on": "{target} would be an add-on",
    "other_audience": "{target} would be for another kind of customer",
}
