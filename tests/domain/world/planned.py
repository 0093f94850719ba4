"""What is stored beside a world file, and what a plan of an import makes of both."""

from typing import Any

import pytest

from api.files.world_reader import read_world
from domain.catalog.customer import Subscription
from domain.catalog.facts import OpenUpgrade
from domain.catalog.policy import Policy
from domain.subscriptions.subscription import SubscriptionState
from domain.text.faults import Fault, WorldFaults
from domain.world.importing import Import, Section, plan_import
from domain.world.stored import Stored, StoredSubscription, StoredTenant
from tests.domain.builders import (
    BASIC,
    NOW,
    PREMIUM,
    SERVICES,
    STANDARD,
    a_plan,
    a_subscription,
    a_tenant,
)
from tests.domain.world_documents import tenant

T, S = "tenants[0]", "tenants[0].subscriptions[0]"
OPEN = OpenUpgrade(
    upgrade_id="up-1", subscription_id="contoso-basic", stage="awaiting_credit_check"
)
CALLING = a_plan("calling", kind="add_on")
OWN: dict[str, Any] = {
    "price": "5.50",
    "tax_rate": "0.19",
    "prepaid": {"kind": "upfront", "paid": "60.00", "from": "2026-06-01", "until": "2026-12-31"},
    "balance_due": "12.00",
    "add_ons": ("calling",),
    "blocked": {"code": "fraud", "note": "asked"},
}
"""All that a subscription may leave out."""


def stored_subscription(
    state: dict[str, Any] | None = None, more: dict[str, Any] | None = None, **changes: Any
) -> StoredSubscription:
    fields = {"licenses": 10, "assigned": 7} | changes
    held = Subscription.model_validate(a_subscription().model_dump() | fields)
    return StoredSubscription(
        version=1, state=SubscriptionState(subscription=held, **(state or {})), **(more or {})
    )


def stored(
    held: StoredSubscription | None = None,
    open_upgrade: OpenUpgrade | None = None,
    **changes: Any,
) -> Stored:
    """Contoso with one subscription, beside a whole catalog and a policy."""
    plans = {plan.id: plan for plan in (BASIC, STANDARD, PREMIUM, CALLING)}
    fields: dict[str, Any] = {
        "services": SERVICES,
        "plans": plans,
        "policy": Policy(),
        "tenants": {
            "contoso": StoredTenant(tenant=a_tenant(), subscriptions=1, open_upgrade=open_upgrade)
        },
        "subscriptions": {"contoso-basic": held or stored_subscription()},
    }
    return Stored(**(fields | changes))


def planned(document: dict[str, Any], there: Stored | None = None, *replace: Section) -> Import:
    return plan_import(
        read_world(document), there or stored(), today=NOW.date(), replace=frozenset(replace)
    )


def fault_of(document: dict[str, Any], there: Stored | None = None, *replace: Section) -> Fault:
    with pytest.raises(WorldFaults) as caught:
        planned(document, there, *replace)
    (fault,) = caught.value.faults
    return fault


def changes_of(plan: Import) -> set[tuple[str, str, str | None]]:
    return {(each.what, each.id, each.field) for each in plan.changed}


def of_tenant(*subscriptions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"tenants": [tenant(*subscriptions, **changes)]}
