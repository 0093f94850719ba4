"""What a world file changes of what is stored, what it leaves alone, and what it must not say (B69).

An absent section, and an absent key of a record that is stored, leave what is there. What would
contradict an upgrade is a fault, or is kept with its reason (`domain.world.holds`); never silently
one of the two.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeVar, get_args

from domain.catalog.customer import Subscription, Tenant
from domain.catalog.plans import Plan, Service
from domain.catalog.policy import Policy
from domain.catalog.taxes import plain_rate, table_rate
from domain.text.faults import Fault, at
from domain.values.base import Value
from domain.world.checks import Known, check_world
from domain.world.contradictions import (
    check_price_is_of_now,
    check_promised_id,
    check_removed,
    check_stored_tenant,
    check_tenant_of_subscription,
    check_upgrades_of_plans,
)
from domain.world.differences import (
    Changed,
    Kept,
    KeptField,
    What,
    differences,
    merged,
    merged_deeply,
    plain,
)
from domain.world.holds import USERS, Hold, holds_on
from domain.world.model import WorldSubscription, WorldUser
from domain.world.placed import FaultList, PlacedSubscription, PlacedTenant, WorldFile
from domain.world.stored import Stored, StoredSubscription

Section = Literal["services", "plans", "incidents", "policy"]
SECTIONS: tuple[Section, ...] = get_args(Section)
"""Those that can be replaced as a whole. Tenants and their subscriptions are never removed."""

R = TypeVar("R", Service, Plan)


@dataclass(frozen=True, slots=True)
class SubscriptionToImport:
    """A subscription as it is to be, if its users change too or not."""

    after: Subscription
    """With the counters of users that are stored, or of the file for a new one."""
    before: StoredSubscription | None
    differs: bool
    """Whether anything but its users changes."""
    users: tuple[WorldUser, ...] | None
    """None where they stay as they are."""
    user_count: int


@dataclass
class Import:
    """What is to be written, and what is told of it."""

    services: list[Service] = field(default_factory=list[Service])
    plans: list[Plan] = field(default_factory=list[Plan])
    tenants: list[Tenant] = field(default_factory=list[Tenant])
    removed_services: tuple[str, ...] = ()
    removed_plans: tuple[str, ...] = ()
    policy: Policy | None = None
    opened: frozenset[tuple[str, str]] = frozenset()
    """Incidents that begin: service and reference."""
    closed: frozenset[tuple[str, str]] = frozenset()
    """Incidents that end."""
    subscriptions: list[SubscriptionToImport] = field(default_factory=list[SubscriptionToImport])
    changed: list[Changed] = field(default_factory=list[Changed])
    kept: list[Kept] = field(default_factory=list[Kept])


def plan_import(
    file: WorldFile, stored: Stored, *, today: date, replace: frozenset[Section] = frozenset()
) -> Import:
    """What `file` makes of what is `stored`.

    `today` is the latest day it is anywhere. Sections in `replace` become exactly those of the file.
    Raises `WorldFaults` with every fault of the file, alone and beside what is stored.
    """
    faults = FaultList(file.faults)
    planning = _Planning(file, stored, replace, faults)
    planning.plan_catalog()
    planning.check_removed()
    check_world(file, planning.known(today), faults.report)
    planning.plan_incidents_and_policy()
    planning.plan_tenants()
    faults.raise_any()
    return planning.plan


class CatalogChange(Value):
    """What of the stored catalog a file changes that others may depend on."""

    plans: frozenset[str]
    """Of which more changes than name, price or sale."""
    removed_plans: tuple[str, ...]
    removed_services: tuple[str, ...]


def catalog_change(file: WorldFile, stored: Stored, replace: frozenset[Section]) -> CatalogChange:
    """What to look up before `plan_import`: who depends on what the file changes of the catalog."""
    planning = _Planning(file, stored, replace, FaultList({}))
    planning.plan_catalog()
    data_related = {
        id
        for id, service in stored.services.items()
        if (now := planning.services.get(id)) and now.data_related != service.data_related
    }
    plans = frozenset(
        id
        for id, was in stored.plans.items()
        if (now := planning.plans.get(id))
        and (
            (was.services, was.kind, was.audience) != (now.services, now.kind, now.audience)
            or data_related & now.services.keys()
        )
    )
    return CatalogChange(
        plans=plans,
        removed_plans=planning.plan.removed_plans,
        removed_services=planning.plan.removed_services,
    )


class _Planning:
    """Plans one section after the other; `plan` is what has come of it so far."""

    def __init__(
        self, file: WorldFile, stored: Stored, replace: frozenset[Section], faults: FaultList
    ) -> None:
        self.file, self.stored, self.replace, self.faults = file, stored, replace, faults
        self.plan = Import()
        self.services: Mapping[str, Service] = {}
        """All there will be."""
        self.plans: Mapping[str, Plan] = {}
        """All there will be."""
        for section in sorted(replace - file.sections):
            faults.report(
                Fault(
                    section,
                    f"is to be replaced, and the file does not have it: write {section}: "
                    f"{'{}' if section == 'policy' else '[]'} to leave nothing of it",
                )
            )

    # ---- the catalog ------------------------------------------------------------------------

    def plan_catalog(self) -> None:
        """Services and plans, each with the keys that the file leaves out as they are stored."""
        file, stored = self.file, self.stored
        services = [each.value for each in file.services if each.sound]
        plans = [each.value for each in file.plans if each.sound]
        self.services, self.plan.services = self._records("service", stored.services, services)
        self.plans, self.plan.plans = self._records("plan", stored.plans, plans)
        self.plan.removed_services = self._removed("services", stored.services, file.service_ids)
        self.plan.removed_plans = self._removed("plans", stored.plans, file.plan_ids)

    def check_removed(self) -> None:
        """What is removed is needed by nothing that stays."""
        used = dict(self.stored.used)
        for plan in self.plans.values():
            used |= {f"services/{service}": f"plan {plan.id} has it" for service in plan.services}
        for section, removed in (
            ("services", self.plan.removed_services),
            ("plans", self.plan.removed_plans),
        ):
            of_section = {
                id: by for id in removed if (by := used.get(f"{section}/{id}")) is not None
            }
            check_removed(section, removed, of_section, self.faults.report)

    def _records(
        self, what: What, stored: Mapping[str, R], given: Iterable[R]
    ) -> tuple[dict[str, R], list[R]]:
        """All records there will be by id, and those of them that are to be written."""
        every, written = dict(stored), list[R]()
        for record in given:
            was = stored.get(record.id)
            now = record if was is None else merged(was, record)
            every[record.id] = now
            if now == was:
                continue
            written.append(now)
            self._changed(what, now.id, was, now, now.name)
        return every, written

    def _removed(
        self,
        section: Literal["services", "plans"],
        stored: Iterable[str],
        ids: frozenset[str] | None,
    ) -> tuple[str, ...]:
        if section not in self.replace or ids is None:
            return ()
        removed = tuple(sorted(set(stored) - ids))
        what: What = "service" if section == "services" else "plan"
        every: dict[str, Any] = dict(self.services if section == "services" else self.plans)
        for id in removed:
            self.plan.changed.append(
                Changed(what=what, id=id, field=None, old=every.pop(id).name, new=None)
            )
        if section == "services":
            self.services = every
        else:
            self.plans = every
        return removed

    def known(self, today: date) -> Known:
        """What the file may name."""
        services, plans = self.file.service_ids, self.file.plan_ids
        return Known(
            service_ids=None if services is None else services | self.services.keys(),
            plan_ids=None if plans is None else plans | self.plans.keys(),
            plans=self.plans,
            today=today,
            priced=frozenset(
                id
                for id, each in self.stored.subscriptions.items()
                if each.subscription.price is not None
            ),
        )

    # ---- incidents and policy ---------------------------------------------------------------

    def plan_incidents_and_policy(self) -> None:
        """Incidents that the file names are open; those it does not name go on, unless replaced."""
        named = frozenset(
            (each.value.service, each.value.reference) for each in self.file.incidents
        )
        unnamed = self.stored.incidents - named
        self.plan.opened = named - self.stored.incidents
        for service, reference in sorted(self.plan.opened):
            id = f"{service}/{reference}"
            self.plan.changed.append(
                Changed(what="incident", id=id, field=None, old=None, new="open")
            )
        if "incidents" in self.replace:
            self.plan.closed = unnamed
            for service, reference in sorted(unnamed):
                id = f"{service}/{reference}"
                self.plan.changed.append(
                    Changed(what="incident", id=id, field=None, old="open", new=None)
                )
        elif "incidents" in self.file.sections:
            reason = "it is open, and the file does not name it: --replace incidents closes it"
            for service, reference in sorted(unnamed):
                id = f"{service}/{reference}"
                self.plan.kept.append(
                    Kept(what="incident", id=id, code="incident_open", reason=reason)
                )
        self._plan_policy()

    def _plan_policy(self) -> None:
        """Key by key at any depth; the policy of the first file is taken as it is."""
        given, was = self.file.policy, self.stored.policy
        if given is None or was is None:
            now = (Policy() if given is None else given.value) if was is None else was
        else:
            now = given.value if "policy" in self.replace else merged_deeply(was, given.value)
        if now == was:
            return
        self.plan.policy = now
        if was is not None:
            self._changed("policy", "policy", was, now, "")

    # ---- tenants and subscriptions ----------------------------------------------------------

    def plan_tenants(self) -> None:
        """Every tenant of the file with its subscriptions, and whether upgrades can live with it."""
        for placed in self.file.tenants:
            tenant = self._plan_tenant(placed)
            for each in placed.subscriptions:
                if tenant is not None and each.subscription is not None:
                    self._plan_subscription(each, tenant)
        check_upgrades_of_plans(
            self.file, self.stored, self.services, self.plans, self.faults.report
        )

    def _plan_tenant(self, placed: PlacedTenant) -> Tenant | None:
        if placed.tenant is None:
            return None
        given = placed.tenant.value
        was = self.stored.tenants.get(given.id)
        if was is None:
            now = given.to_tenant()
        else:
            now = merged(was.tenant, given)
            if now.country != was.tenant.country and "subdivision" not in given.model_fields_set:
                now = now.model_copy(update={"subdivision": None})  # one of the other country
            check_stored_tenant(was, now, placed.place, self.faults.report)
        before = None if was is None else was.tenant
        if now != before:
            self.plan.tenants.append(now)
            self._changed("tenant", now.id, before, now, now.name)
        return now

    def _plan_subscription(self, placed: PlacedSubscription, tenant: Tenant) -> None:
        assert placed.subscription is not None, "nothing is planned of what cannot be read"
        given, report = placed.subscription.value, self.faults.report
        was = self.stored.subscriptions.get(given.id)
        if was is None:
            check_promised_id(given.id, self.stored.promised, placed.place, report)
            now = self._with_tax_rate(given.to_subscription(tenant), tenant)
            users = given.users
            self._changed("subscription", now.id, None, now, now.plan_id)
        else:
            wanted = _merged_subscription(was.subscription, given)
            if "tax_rate" in given.model_fields_set:
                wanted = self._with_tax_rate(wanted, tenant)
            check_tenant_of_subscription(was, tenant, placed.place, report)
            kept = _Keeping(holds_on(was))
            now = kept.apply(was.subscription, wanted)
            check_price_is_of_now(was.subscription, now, given, placed.place, report)
            users = kept.users_of(was.subscription, given)
            self.plan.kept += kept.told(now.id)
            self._changed("subscription", now.id, was.subscription, now, "")
            if was.state.opened_by is not None and users is not None:
                self._check_places(placed, now, given.assigned)
        self.plan.subscriptions.append(
            SubscriptionToImport(
                after=now,
                before=was,
                differs=was is None or now != was.subscription,
                users=users,
                user_count=given.user_count,
            )
        )

    def _with_tax_rate(self, subscription: Subscription, tenant: Tenant) -> Subscription:
        """With the rate that the file says, else the one the table has for its tenant (B63)."""
        rate = subscription.tax_rate
        if rate is None:
            policy = self.plan.policy or self.stored.policy or Policy()
            rate = table_rate(policy, tenant.sold_to)
        return subscription.model_copy(update={"tax_rate": plain_rate(rate)})

    def _check_places(self, placed: PlacedSubscription, now: Subscription, users: int) -> None:
        """What an upgrade has opened never has more users than licenses."""
        if users > now.licenses:
            message = (
                f"{users} users would hold a license of {now.id}, which has {now.licenses}: "
                "write more licenses, or fewer users"
            )
            self.faults.report(Fault(at(placed.place, "users"), message))

    def _changed(self, what: What, id: str, was: Any, now: Any, new: str) -> None:
        if was is None:
            self.plan.changed.append(Changed(what=what, id=id, field=None, old=None, new=new))
            return
        for path, old, value in differences(was, now):
            name = "plan" if path == "plan_id" else path
            self.plan.changed.append(Changed(what=what, id=id, field=name, old=old, new=value))


def _merged_subscription(was: Subscription, given: WorldSubscription) -> Subscription:
    """As it is stored, with the keys that the file sets; its users are counted elsewhere."""
    return merged(was, given).model_copy(update={"plan_id": given.plan})


_FIELDS = ("plan", "licenses", "status", "billing", "cycle_anchor", "price", "tax_rate", "prepaid")
_FIELDS_TOO = ("balance_due", "add_ons", "blocked")


class _Keeping:
    """Which fields of a subscription stay as they are, and why."""

    def __init__(self, holds: Sequence[Hold]) -> None:
        self._holds = holds
        self._fields: dict[Hold, list[KeptField]] = {}

    def apply(self, was: Subscription, wanted: Subscription) -> Subscription:
        """What `wanted` makes of `was`, without the fields that are held."""
        kept: dict[str, Any] = {}
        for name in (*_FIELDS, *_FIELDS_TOO):
            own = "plan_id" if name == "plan" else name
            old, new = getattr(was, own), getattr(wanted, own)
            if old != new and self._keeps(name, old, new):
                kept[own] = old
        return wanted.model_copy(update=kept)

    def users_of(self, was: Subscription, given: WorldSubscription) -> tuple[WorldUser, ...] | None:
        """The users that are taken in; None where they stay as they are."""
        if not given.names_users:
            return None
        if (was.assigned or given.assigned) and self._keeps(USERS, was.assigned, given.assigned):
            return None
        return given.users

    def _keeps(self, name: str, old: Any, new: Any) -> bool:
        for hold in self._holds:
            if hold.keeps(name, old, new):
                told = KeptField(field=name, stored=plain(old), file=plain(new))
                self._fields.setdefault(hold, []).append(told)
                return True
        return False

    def told(self, id: str) -> list[Kept]:
        """What was kept, one for each reason."""
        return [
            Kept(
                what="subscription",
                id=id,
                code=hold.code,
                reason=hold.reason,
                upgrade_id=hold.upgrade_id,
                fields=tuple(fields),
            )
            for hold, fields in self._fields.items()
        ]
