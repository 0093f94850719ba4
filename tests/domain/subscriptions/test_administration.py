"""What admins may change, when it changes nothing, and why it is refused (B51)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest

from domain.catalog.customer import Block
from domain.subscriptions.administration import (
    ActivateSubscription,
    AddAddOn,
    AssignLicense,
    BlockSubscription,
    CancelSubscription,
    Change,
    PayBalance,
    RemoveAddOn,
    SetLicenses,
    Standing,
    UnassignLicense,
    UnblockSubscription,
    decide_change,
)
from domain.subscriptions.subscription import SubscriptionState, evolve_subscription
from domain.upgrade.events import (
    AddOnAdded,
    AddOnRemoved,
    AdminEvent,
    BalancePaid,
    LicenseAssigned,
    LicensesSet,
    LicenseUnassigned,
    SubscriptionActivated,
    SubscriptionBlocked,
    SubscriptionClosed,
    SubscriptionUnblocked,
)
from domain.values import rejections
from tests.domain.builders import BASIC, NOW, a_plan, a_subscription, a_tenant

ADD_ON = a_plan("visio", kind="add_on")
ZOE = "zoe@contoso.example"


def standing(state: dict[str, Any] | None = None, **changes: Any) -> Standing:
    """A hundred licenses, eighty of them assigned, and whatever a test says otherwise."""
    known = {name: changes.pop(name) for name in list(changes) if name in Standing.model_fields}
    subscription = a_subscription(**changes)
    return Standing.model_validate(
        {
            "version": 1,
            "state": SubscriptionState(subscription=subscription, **(state or {})),
            "tenant": a_tenant(),
            "plan": BASIC,
            **known,
        }
    )


def commands() -> list[Change]:
    """One of each, which all would change what `EVERYTHING` stands for."""
    return [
        AssignLicense(at=NOW, user_id=ZOE),
        UnassignLicense(at=NOW, user_id=ZOE),
        SetLicenses(at=NOW, licenses=90),
        PayBalance(at=NOW, amount=Decimal("5.00")),
        BlockSubscription(at=NOW, code="not_eligible"),
        UnblockSubscription(at=NOW),
        ActivateSubscription(at=NOW),
        AddAddOn(at=NOW, add_on="visio"),
        RemoveAddOn(at=NOW, add_on="visio"),
        CancelSubscription(at=NOW),
    ]


CASES: list[tuple[str, Standing, Change, AdminEvent]] = [
    (
        "a free license",
        standing(),
        AssignLicense(at=NOW, user_id=ZOE),
        LicenseAssigned(at=NOW, user_id=ZOE),
    ),
    (
        "a holder",
        standing(holds_license=True),
        UnassignLicense(at=NOW, user_id=ZOE),
        LicenseUnassigned(at=NOW, user_id=ZOE),
    ),
    ("more", standing(), SetLicenses(at=NOW, licenses=101), LicensesSet(at=NOW, licenses=101)),
    (
        "less, with one for everybody",
        standing(),
        SetLicenses(at=NOW, licenses=80),
        LicensesSet(at=NOW, licenses=80),
    ),
    (
        "less of a conflict",
        standing(licenses=10, assigned=20),
        SetLicenses(at=NOW, licenses=15),
        LicensesSet(at=NOW, licenses=15),
    ),
    (
        "a part",
        standing(balance_due=Decimal("9.00")),
        PayBalance(at=NOW, amount=Decimal("5.00")),
        BalancePaid(at=NOW, amount=Decimal("5.00")),
    ),
    (
        "another block",
        standing(blocked=Block(code="upstream")),
        BlockSubscription(at=NOW, code="not_eligible", note="why"),
        SubscriptionBlocked(at=NOW, code="not_eligible", note="why"),
    ),
    (
        "blocked",
        standing(blocked=Block(code="x")),
        UnblockSubscription(at=NOW),
        SubscriptionUnblocked(at=NOW),
    ),
    *[
        (
            status,
            standing(status=status),
            ActivateSubscription(at=NOW),
            SubscriptionActivated(at=NOW),
        )
        for status in ("provisioning", "suspended", "expired")
    ],
    (
        "a sold add-on",
        standing(add_on=ADD_ON),
        AddAddOn(at=NOW, add_on="visio"),
        AddOnAdded(at=NOW, add_on="visio"),
    ),
    (
        "an add-on",
        standing(add_ons=("visio",)),
        RemoveAddOn(at=NOW, add_on="visio"),
        AddOnRemoved(at=NOW, add_on="visio"),
    ),
    (
        "nobody left",
        standing(assigned=0),
        CancelSubscription(at=NOW),
        SubscriptionClosed.model_validate({"at": NOW, "closed_on": "2026-06-25"}),
    ),
]


@pytest.mark.parametrize(
    ("given", "command", "event"),
    [case[1:] for case in CASES],
    ids=[f"{type(case[2]).__name__}-{case[0]}" for case in CASES],
)
def test_a_change_is_one_event(given: Standing, command: Change, event: AdminEvent) -> None:
    assert decide_change(command, given) == [event]


def test_every_command_and_every_event_is_tried() -> None:
    assert {type(command) for _, _, command, _ in CASES} == set(get_args(Change))
    assert {type(event) for *_, event in CASES} == set(get_args(AdminEvent))
    assert {type(command) for command in commands()} == set(get_args(Change))


REPEATS: list[tuple[Standing, Change]] = [
    (standing(holds_license=True), AssignLicense(at=NOW, user_id=ZOE)),
    (standing(held_license_before=True), UnassignLicense(at=NOW, user_id=ZOE)),
    (standing(), SetLicenses(at=NOW, licenses=100)),
    (
        standing(paid_before=Decimal("5.00")),
        PayBalance(at=NOW, amount=Decimal("5.00"), reference="P-1"),
    ),
    (
        standing(blocked=Block(code="x", note="y")),
        BlockSubscription(at=NOW, code="x", note="y"),
    ),
    (standing(), UnblockSubscription(at=NOW)),
    (standing(), ActivateSubscription(at=NOW)),
    (standing(add_ons=("visio",)), AddAddOn(at=NOW, add_on="visio")),
    (standing(had_add_on_before=True), RemoveAddOn(at=NOW, add_on="visio")),
    (standing(status="canceled", assigned=0), CancelSubscription(at=NOW)),
]


@pytest.mark.parametrize(("given", "command"), REPEATS)
def test_a_repeat_changes_nothing(given: Standing, command: Change) -> None:
    assert decide_change(command, given) == []


def test_every_command_may_be_repeated() -> None:
    assert {type(command) for _, command in REPEATS} == set(get_args(Change))


REFUSED: list[tuple[Standing, Change, type[rejections.Rejection]]] = [
    (standing(assigned=100), AssignLicense(at=NOW, user_id=ZOE), rejections.NoLicenseFree),
    (standing(), UnassignLicense(at=NOW, user_id=ZOE), rejections.NotALicenseHolder),
    (standing(), SetLicenses(at=NOW, licenses=79), rejections.InsufficientLicenses),
    (
        standing(licenses=10, assigned=20),
        SetLicenses(at=NOW, licenses=9),
        rejections.InsufficientLicenses,
    ),
    (
        standing(plan=a_plan("basic", max_licenses=100)),
        SetLicenses(at=NOW, licenses=101),
        rejections.TooManyLicenses,
    ),
    (
        standing(balance_due=Decimal("9.00")),
        PayBalance(at=NOW, amount=Decimal("9.01")),
        rejections.AmountAboveBalance,
    ),
    (standing(), PayBalance(at=NOW, amount=Decimal("0.01")), rejections.AmountAboveBalance),
    (
        standing(balance_due=Decimal("9.00"), paid_before=Decimal("1.00")),
        PayBalance(at=NOW, amount=Decimal("2.00"), reference="P-1"),
        rejections.PaymentReferenceReused,
    ),
    (standing(), AddAddOn(at=NOW, add_on="visio"), rejections.AddOnNotAvailable),
    *[
        (standing(add_on=plan), AddAddOn(at=NOW, add_on="visio"), rejections.AddOnNotAvailable)
        for plan in (
            a_plan("visio"),
            a_plan("visio", kind="add_on", sold=False),
            a_plan("visio", kind="add_on", audience="government"),
            a_plan("visio", kind="add_on", prices=()),
        )
    ],
    (standing(), RemoveAddOn(at=NOW, add_on="visio"), rejections.AddOnNotHeld),
    (standing(), CancelSubscription(at=NOW), rejections.UsersStillAssigned),
    (
        standing(assigned=0, open_upgrade="up-1"),
        CancelSubscription(at=NOW),
        rejections.UpgradeStillOpen,
    ),
    *[
        (standing(status="canceled", add_on=ADD_ON), command, rejections.CanceledForGood)
        for command in (
            AssignLicense(at=NOW, user_id=ZOE),
            SetLicenses(at=NOW, licenses=101),
            ActivateSubscription(at=NOW),
            AddAddOn(at=NOW, add_on="visio"),
        )
    ],
]


@pytest.mark.parametrize(("given", "command", "kind"), REFUSED)
def test_what_cannot_be_is_rejected(
    given: Standing, command: Change, kind: type[rejections.Rejection]
) -> None:
    with pytest.raises(kind):
        decide_change(command, given)


@pytest.mark.parametrize("command", commands(), ids=lambda command: type(command).__name__)
def test_during_a_move_everything_is_locked_with_a_time_to_retry(command: Change) -> None:
    until = NOW + timedelta(minutes=42)
    lock = {"locked_by": "up-1", "locked_until": until}
    with pytest.raises(rejections.AdminLocked) as refused:
        decide_change(command, standing(lock))
    assert refused.value.details["upgrade_id"] == "up-1"
    assert refused.value.details["retry_after"] == until
    late = command.model_copy(update={"at": until + timedelta(hours=3)})
    with pytest.raises(rejections.AdminLocked) as refused:
        decide_change(late, standing(lock))
    assert refused.value.details["retry_after"] > late.at


def test_a_change_by_hand_locks_as_one() -> None:
    with pytest.raises(rejections.AdminLocked, match="A change by hand is moving"):
        decide_change(SetLicenses(at=NOW, licenses=101), standing({"locked_by": "ch-1"}))
    given = standing().model_copy(update={"open_upgrade": "ch-1"})
    with pytest.raises(rejections.UpgradeStillOpen, match="an open change by hand"):
        decide_change(CancelSubscription(at=NOW), given)


@pytest.mark.parametrize("command", commands(), ids=lambda command: type(command).__name__)
def test_while_a_run_is_parked_operators_take_users_off_and_nothing_else(command: Change) -> None:
    """Too many users is what it often waits for, and nobody is being moved meanwhile (B51)."""
    parked = standing({"locked_by": "up-1"}).model_copy(
        update={"parked": True, "holds_license": True}
    )
    with pytest.raises(rejections.AdminLocked):
        decide_change(command, parked)
    if not isinstance(command, UnassignLicense):
        return
    by_operator = command.model_copy(update={"by_operator": True})
    assert decide_change(by_operator, parked) == [
        LicenseUnassigned(at=NOW, user_id=command.user_id)
    ]
    with pytest.raises(rejections.AdminLocked):
        decide_change(by_operator, parked.model_copy(update={"parked": False}))


def test_events_change_the_subscription_they_speak_of() -> None:
    state = standing(
        balance_due=Decimal("9.00"), blocked=Block(code="x"), status="suspended", add_ons=("a", "b")
    ).state
    events: list[AdminEvent] = [
        LicenseAssigned(at=NOW, user_id=ZOE),
        LicensesSet(at=NOW, licenses=7),
        BalancePaid(at=NOW, amount=Decimal("4.00")),
        BalancePaid(at=NOW, amount=Decimal("5.00")),
        SubscriptionUnblocked(at=NOW),
        SubscriptionActivated(at=NOW),
        AddOnRemoved(at=NOW, add_on="a"),
        AddOnAdded(at=NOW, add_on="c"),
    ]
    for event in events:
        changed = evolve_subscription(state, event)
        assert changed is not None
        state = changed
    sub = state.subscription
    assert (sub.licenses, sub.balance_due, sub.blocked) == (7, Decimal("0.00"), None)
    assert (sub.status, state.billed, sub.add_ons) == ("active", True, ("b", "c"))
