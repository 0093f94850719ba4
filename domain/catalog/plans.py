"""The catalog: services, and the plans that bundle them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.values.base import Amount, Billing, Currency, Id, Value

PlanKind = Literal["plan", "add_on"]
Audience = Literal["commercial", "government", "nonprofit"]


class Service(Value):
    """Something a license switches on for a user, such as a mailbox."""

    id: Id
    name: Annotated[str, Field(min_length=1)]
    data_related: bool = False
    """Whether users keep data in it, which an upgrade must never take away (B2)."""


class Price(Value):
    """What one license of a plan costs per billing period, in one currency."""

    currency: Currency
    monthly: Annotated[Amount, Field(ge=0)]
    annual: Annotated[Amount, Field(ge=0)]

    def for_billing(self, billing: Billing) -> Decimal:
        """The price per license of one `billing` period."""
        match billing:
            case "monthly":
                return self.monthly
            case "annual":
                return self.annual


class Plan(Value):
    """An entry of the catalog that a tenant can subscribe to."""

    id: Id
    product: Id
    """Two live subscriptions of one product in a tenant block an upgrade (B12)."""
    name: Annotated[str, Field(min_length=1)]
    kind: PlanKind = "plan"
    audience: Audience = "commercial"
    services: dict[Id, Annotated[int, Field(ge=1)]]
    """Service id to version; a higher version is the better one."""
    prices: tuple[Price, ...] = ()
    max_licenses: Annotated[int, Field(ge=1)] | None = None
    sold: bool = True

    def price_in(self, currency: str) -> Price | None:
        """The plan's price in `currency`, or None where it is not sold in it."""
        return next((price for price in self.prices if price.currency == currency), None)


class Catalog(Value):
    """Every service and plan there is."""

    services: Mapping[str, Service]
    plans: Mapping[str, Plan]

    def is_data_related(self, service_id: str) -> bool:
        """Whether users keep data in the service (B2)."""
        return self.services[service_id].data_related
