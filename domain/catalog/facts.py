"""Everything the rules look at, read from the database in one round trip at one moment."""

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.catalog.customer import Subscription, Tenant
from domain.catalog.plans import Catalog, Plan, Price
from domain.catalog.policy import Policy
from domain.values.base import CHANGE_PREFIX, Amount, Id, Instant, Value


class Incident(Value):
    """A service that is not healthy right now."""

    service: Id
    reference: Annotated[str, Field(min_length=1)]


class OpenUpgrade(Value):
    """An upgrade that has begun and has neither switched billing nor ended."""

    upgrade_id: str
    subscription_id: Id
    stage: str
    deadline: Instant | None = None

    @property
    def is_change(self) -> bool:
        """Whether it is a change by hand."""
        return self.upgrade_id.startswith(CHANGE_PREFIX)


class OpenInvoice(Value):
    """An invoice that is not paid in full, for what the subscription was paid by (B65)."""

    number: str
    upgrade_id: str
    due_on: date
    open_minor: Annotated[int, Field(gt=0)]
    """In minor units of the tenant's currency."""


class Owed(Value):
    """What is still owed for an upgrade that the subscription was paid by (B65)."""

    upgrade_id: str
    open_minor: Annotated[int, Field(gt=0)]
    """In minor units of the tenant's currency."""
    number: str | None = None
    """Of its invoice; None before that is issued."""


class VoidCharge(Value):
    """What an invoice that is void had charged for the subscription's first period (B65)."""

    licenses: Annotated[int, Field(gt=0)]
    until: date
    """The last day of that period."""
    paid: Amount
    """What paid for it all the same: the credit for the subscription before, without tax."""
    tax_rate: Amount | None = None
    """At which that credit was taxed; None on invoices of older code, which returned no tax."""


class ListPrice(Value):
    """What a plan has cost since a moment, until the next one."""

    since: Instant
    price: Price


class Facts(Value):
    """One subscription, and all that decides whether and how it can be upgraded."""

    tenant: Tenant
    subscription: Subscription
    siblings: tuple[Subscription, ...] = ()
    """The tenant's other subscriptions."""
    catalog: Catalog
    incidents: tuple[Incident, ...] = ()
    """Open incidents of any service."""
    open_upgrades: tuple[OpenUpgrade, ...] = ()
    """Of this tenant."""
    open_upgrades_in_service: Annotated[int, Field(ge=0)] = 0
    """Of all tenants together."""
    policy: Policy
    open_invoices: tuple[OpenInvoice, ...] = ()
    """Of `owed`, what is invoiced."""
    owed: tuple[Owed, ...] = ()
    """For the upgrade that opened the subscription, then for those before it whose credit paid for that."""
    void_charge: VoidCharge | None = None
    """What the invoice that opened the subscription had charged, if it is void."""
    replaced_by: Id | None = None
    """The subscription that its users are on, where an upgrade or a change by hand has ended it."""
    known_since: Instant | None = None
    """When the subscription was first known; None where nothing says so."""
    list_prices: tuple[ListPrice, ...] = ()
    """What its plan has cost in the tenant's currency, in the order of time; empty: as it costs now."""

    @property
    def plan(self) -> Plan:
        """The plan the subscription is on."""
        return self.catalog.plans[self.subscription.plan_id]
