"""Small worlds for tests: everything has a default under which an upgrade is allowed.

By default the tenant `contoso` has 100 licenses of `basic`, 80 of them assigned, and may upgrade
to `standard` or `premium`.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from domain.catalog.customer import Address, Subscription, Tenant
from domain.catalog.facts import Facts
from domain.catalog.plans import Catalog, Plan, Price, Service
from domain.catalog.policy import Policy

NOW = datetime(2026, 6, 25, 16, 0, tzinfo=UTC)
"""Thursday, 25 June 2026, 09:00 in Los Angeles."""

ADDRESS = Address(name="Contoso", lines=("1 Main Street",), city="Seattle", country="US")

SERVICES: Mapping[str, Service] = {
    "exchange": Service(id="exchange", name="Exchange Online", data_related=True),
    "sharepoint": Service(id="sharepoint", name="SharePoint Online", data_related=True),
    "teams": Service(id="teams", name="Microsoft Teams"),
    "apps": Service(id="apps", name="Desktop apps"),
}


def a_price(monthly: str = "6.00", annual: str = "72.00", currency: str = "USD") -> Price:
    """What one license costs."""
    return Price(currency=currency, monthly=Decimal(monthly), annual=Decimal(annual))


def a_plan(id: str = "basic", services: dict[str, int] | None = None, **changes: Any) -> Plan:
    """A sold, commercial plan with a price in USD; its product and name follow from its id."""
    fields: dict[str, Any] = {
        "product": id,
        "name": f"Plan {id}",
        "services": services or {"exchange": 1, "sharepoint": 1, "teams": 1},
        "prices": (a_price(),),
    }
    return Plan(id=id, **(fields | changes))


def a_tenant(id: str = "contoso", **changes: Any) -> Tenant:
    """A commercial customer in Washington that pays by card."""
    fields: dict[str, Any] = {
        "name": "Contoso",
        "country": "US",
        "subdivision": "WA",
        "time_zone": "America/Los_Angeles",
        "currency": "USD",
        "payment_method": "card",
        "billing_day": 15,
        "sold_to": ADDRESS,
        "billed_to": ADDRESS,
    }
    return Tenant(id=id, **(fields | changes))


def a_subscription(id: str = "contoso-basic", plan: str = "basic", **changes: Any) -> Subscription:
    """An active monthly subscription with 100 licenses, 80 of them assigned."""
    fields: dict[str, Any] = {
        "tenant_id": "contoso",
        "plan_id": plan,
        "licenses": 100,
        "status": "active",
        "billing": "monthly",
        "cycle_anchor": date(2026, 6, 18),
        "assigned": 80,
    }
    return Subscription(id=id, **(fields | changes))


BASIC = a_plan("basic")
STANDARD = a_plan(
    "standard",
    {"exchange": 1, "sharepoint": 1, "teams": 1, "apps": 1},
    prices=(a_price("12.50", "150.00"),),
)
PREMIUM = a_plan(
    "premium",
    {"exchange": 2, "sharepoint": 2, "teams": 1, "apps": 1},
    prices=(a_price("22.00", "264.00"),),
)


def a_catalog(*plans: Plan, services: Mapping[str, Service] = SERVICES) -> Catalog:
    """These plans, or basic, standard and premium."""
    chosen = plans or (BASIC, STANDARD, PREMIUM)
    return Catalog(services=services, plans={plan.id: plan for plan in chosen})


def facts(
    *,
    tenant: Tenant | None = None,
    subscription: Subscription | None = None,
    catalog: Catalog | None = None,
    policy: Policy | None = None,
    **rest: Any,
) -> Facts:
    """The facts of a subscription that nothing speaks against, changed where a test says so."""
    return Facts(
        tenant=tenant or a_tenant(),
        subscription=subscription or a_subscription(),
        catalog=catalog or a_catalog(),
        policy=policy or Policy(),
        **rest,
    )
