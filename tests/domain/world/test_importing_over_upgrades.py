"""What upgrades have made, and what they hold while they are open, is not weakened by a world file (B69)."""

from typing import Any, get_args

import pytest

from domain.world.stored import StoredSubscription
from tests.domain.builders import (
    NOW,
)
from tests.domain.world.planned import (
    OPEN,
    S,
    changes_of,
    fault_of,
    of_tenant,
    planned,
    stored,
    stored_subscription,
)
from tests.domain.world_documents import subscription, users

EVERYTHING: dict[str, Any] = {
    "plan": "premium",
    "licenses": 12,
    "status": "suspended",
    "billing": "annual",
    "cycle_anchor": "2026-06-01",
    "price": "9.00",
    "prepaid": {"kind": "product_key"},
    "balance_due": "1.00",
    "add_ons": ["calling"],
    "blocked": {"code": "x"},
    "users": users("ada"),
}
FIELDS = set(EVERYTHING)
QUOTED = {"plan", "licenses", "status", "billing", "cycle_anchor", "price", "prepaid"}
HOLDS: dict[str, tuple[StoredSubscription, set[str]]] = {
    "upgrade_moves_users": (stored_subscription({"locked_by": "up-1"}), FIELDS),
    "ended_by_upgrade": (
        stored_subscription(
            {"ended_by": "up-1", "billed": False},
            {"successor": "sub-1"},
            status="canceled",
            assigned=0,
        ),
        FIELDS - {"price", "balance_due"},
    ),
    "canceled_for_good": (
        stored_subscription(
            {"ended_on": NOW.date(), "billed": False}, status="canceled", assigned=0
        ),
        FIELDS - {"price", "balance_due"},
    ),
    "upgrade_open": (stored_subscription(None, {"open_upgrade": OPEN}), QUOTED),
    "opened_by_upgrade": (
        stored_subscription({"opened_by": "up-1"}),
        {"plan", "billing", "cycle_anchor", "prepaid"},
    ),
    "users_moved_in": (stored_subscription(None, {"joined_by": "ch-1"}), {"plan"}),
    "users_moved_away": (
        stored_subscription(None, {"left_by": "ch-1", "gave_up_licenses": True}),
        {"licenses"},
    ),
}


@pytest.mark.parametrize("code", HOLDS)
def test_what_an_upgrade_holds_is_kept_and_told_and_all_else_is_taken_in(code: str) -> None:
    there, held = HOLDS[code]
    plan = planned(of_tenant(subscription(**EVERYTHING)), stored(there))
    (kept,) = plan.kept
    assert (kept.id, kept.code) == ("contoso-basic", code)
    assert {each.field for each in kept.fields} == held
    assert kept.upgrade_id is None or kept.upgrade_id in kept.reason
    (to_import,) = plan.subscriptions
    was, now = there.subscription, to_import.after
    for field in FIELDS - {"users"}:
        name = "plan_id" if field == "plan" else field
        assert (getattr(now, name) == getattr(was, name)) == (field in held), field
    assert (to_import.users is None) == ("users" in held)
    told = {field.split(".")[0] for _, _, field in changes_of(plan) if field}
    assert told == FIELDS - held - {"users"}


def test_what_is_held_and_said_as_it_is_is_not_told() -> None:
    for there, _ in HOLDS.values():
        was = there.subscription
        same = {"licenses": was.licenses, "status": was.status}
        assert planned(of_tenant(subscription(**same)), stored(there)).kept == []


@pytest.mark.parametrize(
    ("code", "field", "value", "is_taken"),
    [
        ("opened_by_upgrade", "licenses", 9, False),
        ("opened_by_upgrade", "licenses", 11, True),
        ("opened_by_upgrade", "status", "suspended", True),
        ("opened_by_upgrade", "status", "canceled", False),
        ("opened_by_upgrade", "status", "expired", False),
        ("users_moved_in", "licenses", 9, False),
        ("users_moved_in", "status", "canceled", False),
        ("users_moved_in", "billing", "annual", True),
        ("users_moved_away", "licenses", 9, True),
        ("users_moved_away", "licenses", 11, False),
        ("users_moved_away", "plan", "premium", True),
    ],
)
def test_nothing_an_upgrade_has_made_is_weakened(
    code: str, field: str, value: Any, is_taken: bool
) -> None:
    plan = planned(of_tenant(subscription(**{field: value})), stored(HOLDS[code][0]))
    assert bool(plan.changed) == is_taken
    assert [each.code for each in plan.kept] == ([] if is_taken else [code])


def test_a_subscription_that_was_provisioning_is_activated_while_an_upgrade_is_open() -> None:
    there = stored_subscription(None, {"open_upgrade": OPEN}, status="provisioning")
    plan = planned(of_tenant(subscription()), stored(there))
    assert (plan.subscriptions[0].after.status, plan.kept) == ("active", [])


def test_a_scheduled_upgrade_is_quoted_again_and_holds_nothing() -> None:
    scheduled = OPEN.model_copy(update={"stage": "scheduled"})
    there = stored_subscription(None, {"open_upgrade": scheduled})
    plan = planned(of_tenant(subscription(**EVERYTHING)), stored(there))
    assert plan.kept == []
    assert plan.subscriptions[0].after.plan_id == "premium"


def test_who_replaced_a_subscription_is_named() -> None:
    plan = planned(of_tenant(subscription(user_count=7)), stored(HOLDS["ended_by_upgrade"][0]))
    (kept,) = plan.kept
    assert "upgrade up-1 has replaced it; its users are on sub-1" in kept.reason
    assert [(each.field, each.stored, each.file) for each in kept.fields] == [
        ("status", "canceled", "active"),
        ("users", 0, 7),
    ]
    withdrawn = stored_subscription(
        {"ended_by": "up-1", "opened_by": "up-1"}, {"successor": "contoso-old"}, status="canceled"
    )
    plan = planned(of_tenant(subscription()), stored(withdrawn))
    assert "was given up; its users are on contoso-old" in plan.kept[0].reason


@pytest.mark.parametrize("listed", [{"users": users("a", "b", "c")}, {"user_count": 3}])
def test_what_an_upgrade_has_opened_has_a_license_for_each_user(listed: dict[str, Any]) -> None:
    there = stored(stored_subscription({"opened_by": "up-1"}, licenses=2))
    fault = fault_of(of_tenant(subscription(licenses=1, **listed)), there)
    assert fault.place == f"{S}.users"
    assert "3 users would hold a license of contoso-basic, which has 2" in fault.message
    assert planned(of_tenant(subscription(licenses=3, **listed)), there)
    assert planned(of_tenant(subscription(licenses=1, **listed)))


def test_every_code_of_what_is_kept_is_tried_here() -> None:
    from domain.world.differences import KeptCode

    assert {*HOLDS, "incident_open"} == set(get_args(KeptCode))
