"""What is stored of what a world file names: what an import starts from."""

from collections.abc import Mapping

from pydantic import Field

from domain.catalog.customer import Subscription, Tenant
from domain.catalog.facts import OpenUpgrade
from domain.catalog.plans import Catalog, Plan, Service
from domain.catalog.policy import Policy
from domain.subscriptions.subscription import SubscriptionState
from domain.values.base import Value


class StoredTenant(Value):
    """A tenant as it is stored."""

    tenant: Tenant
    subscriptions: int
    open_upgrade: OpenUpgrade | None = None


class StoredSubscription(Value):
    """A subscription as it is stored, and what upgrades have to do with it."""

    version: int
    """Of its stream."""
    state: SubscriptionState
    open_upgrade: OpenUpgrade | None = None
    """One that is to move its users, or to move users to it."""
    successor: str | None = None
    """Where the users of one that an upgrade has ended went, or went back to."""
    left_by: str | None = None
    """The last change by hand that moved users from it and let it go on."""
    gave_up_licenses: bool = False
    """Whether such a change left it with fewer licenses."""
    joined_by: str | None = None
    """The last change by hand that moved users to it, where it was there before."""

    @property
    def subscription(self) -> Subscription:
        """The subscription itself."""
        return self.state.subscription


class UpgradeOfPlans(Value):
    """An open upgrade, from one plan to another."""

    upgrade: OpenUpgrade
    tenant: Tenant
    subscription: Subscription
    target_plan_id: str


class Stored(Value):
    """All that an import looks at, read at one moment. By default nothing is stored."""

    services: Mapping[str, Service] = Field(default_factory=dict[str, Service])
    plans: Mapping[str, Plan] = Field(default_factory=dict[str, Plan])
    policy: Policy | None = None
    incidents: frozenset[tuple[str, str]] = frozenset()
    """Open ones: service and reference."""
    tenants: Mapping[str, StoredTenant] = Field(default_factory=dict[str, StoredTenant])
    """Of those that the file names."""
    subscriptions: Mapping[str, StoredSubscription] = Field(
        default_factory=dict[str, StoredSubscription]
    )
    """Of those that the file names."""
    promised: Mapping[str, str] = Field(default_factory=dict[str, str])
    """Ids that the file names and that belong to subscriptions an upgrade opens: id to upgrade."""
    upgrades: tuple[UpgradeOfPlans, ...] = ()
    """Open ones, from or to a plan that the file changes."""
    used: Mapping[str, str] = Field(default_factory=dict[str, str])
    """Of what the file removes, what is still needed: `services/` or `plans/` and its id, to by what."""

    @property
    def catalog(self) -> Catalog:
        """Services and plans."""
        return Catalog(services=self.services, plans=self.plans)
