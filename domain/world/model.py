"""The model of a world file, and how its tenants become the domain's own values."""

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.catalog.customer import Block, Prepaid, Subscription, SubscriptionStatus, Tenant
from domain.catalog.facts import Incident
from domain.catalog.plans import Catalog, Plan, Service
from domain.catalog.policy import Policy, Rate
from domain.values.base import Amount, Billing, Id, Value

MAX_GENERATED_USERS = 5_000_000
MAX_LICENSES = 10_000_000


class WorldUser(Value):
    """A user who holds a license, and the services an admin has switched off for that user."""

    id: Id
    disabled_services: tuple[Id, ...] = ()


class WorldSubscription(Value):
    """A subscription as the file has it: with its users, listed or generated."""

    id: Id
    plan: Id
    licenses: Annotated[int, Field(ge=0, le=MAX_LICENSES)]
    status: SubscriptionStatus
    billing: Billing
    cycle_anchor: date
    """First day of the running term; must have come."""
    price: Annotated[Amount, Field(ge=0)] | None = None
    """What the tenant pays per license and cycle; absent: the plan's price."""
    tax_rate: Rate | None = None
    """The rate at which tax was charged with it, a fraction such as "0.19"; absent: the rate that
    `policy.tax` has for the tenant's sold-to country when the subscription is first loaded."""
    prepaid: Prepaid | None = None
    balance_due: Annotated[Amount, Field(ge=0)] | None = None
    add_ons: tuple[Id, ...] = ()
    blocked: Block | None = None
    users: tuple[WorldUser, ...] = ()
    user_count: Annotated[int, Field(ge=0, le=MAX_GENERATED_USERS)] = 0
    """That many generated users instead of listed ones; see `generated_user_id`."""

    @property
    def names_users(self) -> bool:
        """Whether the file says who holds a license; where it does not, nobody joins or leaves."""
        return not self.model_fields_set.isdisjoint(("users", "user_count"))

    @property
    def assigned(self) -> int:
        """How many licenses are assigned; may exceed the licenses bought (B6)."""
        return len(self.users) + self.user_count

    def to_subscription(self, tenant: Tenant) -> Subscription:
        """The domain's subscription of `tenant`."""
        return Subscription(
            id=self.id,
            tenant_id=tenant.id,
            plan_id=self.plan,
            licenses=self.licenses,
            status=self.status,
            billing=self.billing,
            cycle_anchor=self.cycle_anchor,
            price=self.price,
            tax_rate=self.tax_rate,
            prepaid=self.prepaid,
            balance_due=self.balance_due,
            add_ons=self.add_ons,
            blocked=self.blocked,
            assigned=self.assigned,
            users_with_disabled_services=sum(bool(user.disabled_services) for user in self.users),
        )


class WorldTenant(Tenant):
    """A tenant as the file has it: with its subscriptions."""

    subscriptions: tuple[WorldSubscription, ...] = ()

    def to_tenant(self) -> Tenant:
        """The domain's tenant, without its subscriptions."""
        return Tenant.model_validate({name: getattr(self, name) for name in Tenant.model_fields})


class World(Value):
    """Everything a world file holds; every section may be absent."""

    services: tuple[Service, ...] = ()
    plans: tuple[Plan, ...] = ()
    tenants: tuple[WorldTenant, ...] = ()
    incidents: tuple[Incident, ...] = ()
    policy: Policy = Policy()

    def catalog(self) -> Catalog:
        """Its services and plans by id."""
        return Catalog(
            services={service.id: service for service in self.services},
            plans={plan.id: plan for plan in self.plans},
        )


def generated_user_id(subscription_id: str, number: int) -> str:
    """The id of a generated user, numbered from 1: `user-0000001@contoso-basic`.

    In SQL: `'user-' || lpad(n::text, 7, '0') || '@' || subscription_id`.
    """
    return f"user-{number:07}@{subscription_id}"
