"""The customer: a tenant and its subscriptions, as they stand at one moment."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.catalog.plans import Audience
from domain.values.base import (
    Amount,
    Billing,
    Country,
    Currency,
    Id,
    Language,
    PaymentMethod,
    Value,
)

SubscriptionStatus = Literal["provisioning", "active", "suspended", "expired", "canceled"]
LIVE_STATUSES: frozenset[SubscriptionStatus] = frozenset({"provisioning", "active", "suspended"})
"""A live subscription is one that users may still hold licenses of (B12)."""


class Address(Value):
    """Where somebody is sold to or billed to."""

    name: Annotated[str, Field(min_length=1)]
    lines: tuple[str, ...] = ()
    city: str = ""
    postal_code: str = ""
    region: str = ""
    country: Country
    tax_id: str = ""
    """The VAT or tax number, as invoices show it."""


class Tenant(Value):
    """A customer organization."""

    id: Id
    name: Annotated[str, Field(min_length=1)]
    country: Country
    subdivision: str | None = None
    time_zone: str
    """IANA name; every day of this tenant (cycles, billing day, deadlines) is a day there."""
    currency: Currency
    language: Language = "en"
    segment: Audience = "commercial"
    payment_method: PaymentMethod
    billing_day: Annotated[int, Field(ge=1, le=31)]
    """The day of month its invoices are issued; past the end of a month, the month's last day."""
    sold_to: Address
    billed_to: Address


class Prepaid(Value):
    """A term paid in advance (B13, B34-B36)."""

    kind: Literal["upfront", "product_key"]
    paid: Annotated[Amount, Field(ge=0)] | None = None
    from_: date | None = Field(default=None, validation_alias="from", serialization_alias="from")
    until: date | None = None
    """The term's last day, included."""


class Block(Value):
    """Why an operator or an upstream system has blocked a subscription (B11, B20)."""

    code: Annotated[str, Field(min_length=1)]
    note: str = ""


class Subscription(Value):
    """What a tenant has bought, and how many of its licenses are assigned."""

    id: Id
    tenant_id: Id
    plan_id: Id
    licenses: Annotated[int, Field(ge=0)]
    status: SubscriptionStatus
    billing: Billing
    cycle_anchor: date
    """First day of the running term; billing cycles follow from it (B29)."""
    price: Amount | None = None
    """What this tenant pays per license and cycle, where it is not the plan's price."""
    tax_rate: Annotated[Amount, Field(ge=0, lt=1)] | None = None
    """The rate at which tax was charged with it, a fraction; 0: none was charged (B63).

    None where older code has imported or opened it, which did not keep the rate.
    """
    prepaid: Prepaid | None = None
    balance_due: Annotated[Amount, Field(ge=0)] | None = None
    add_ons: tuple[Id, ...] = ()
    blocked: Block | None = None
    assigned: Annotated[int, Field(ge=0)] = 0
    users_with_disabled_services: Annotated[int, Field(ge=0)] = 0

    @property
    def is_live(self) -> bool:
        """Whether users may still hold licenses of it."""
        return self.status in LIVE_STATUSES
