"""What operators are told, and until when an upgrade is expected to go on by itself (B51)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.catalog.policy import AdminLockPolicy, CreditCheckPolicy, Policy
from domain.upgrade.commands import RaiseAlert
from domain.upgrade.events import (
    CreditCheckReminded,
    LicenseConflictFound,
    UndoStarted,
    UpgradeDelayed,
    UpgradeEvent,
)
from domain.views.read_models import upgrade_view
from tests.domain.builders import NOW, facts
from tests.domain.scenario import given, lived, state_of
from tests.domain.upgrades import (
    AWAITING_CREDIT,
    BEGIN_UNDO,
    CONFLICT,
    DEADLINE,
    EXPIRE,
    HALF_MOVED,
    HISTORIES,
    MOVED,
    MOVING,
    PROBLEM,
    READY,
    RESOLVE,
    SWITCH,
    decision,
    later,
    place,
)

HOUR = timedelta(hours=1)
ONE_TICK = timedelta(microseconds=1)
REMIND_AT = DEADLINE - timedelta(hours=4)
LATE_AT = NOW + HOUR
"""A card payer's users begin to move as the order is placed."""


def alert(at: datetime) -> RaiseAlert:
    return RaiseAlert(at=at)


def seen(history: list[UpgradeEvent]) -> tuple[Any, Any, Any]:
    view = upgrade_view(state_of(history))
    return view.expected_by, view.alert, view.alert_at


# ---- a credit check falls due -----------------------------------------------------------------


def test_operators_are_reminded_hours_before_the_deadline() -> None:
    reminded = CreditCheckReminded(at=REMIND_AT, deadline=DEADLINE)
    given(AWAITING_CREDIT).when(alert(REMIND_AT)).then([reminded])
    given([*AWAITING_CREDIT, reminded]).when(alert(DEADLINE)).then_nothing()
    assert seen(AWAITING_CREDIT) == (None, None, REMIND_AT)
    assert seen([*AWAITING_CREDIT, reminded]) == (None, "credit_check_due", None)


def test_not_a_moment_too_early() -> None:
    given(AWAITING_CREDIT).when(alert(REMIND_AT - ONE_TICK)).then_nothing()


def test_the_policy_says_how_long_before() -> None:
    policy = Policy(credit_check=CreditCheckPolicy(reminder_hours=24))
    of = facts(
        policy=policy, tenant=facts().tenant.model_copy(update={"payment_method": "invoice"})
    )
    waiting = lived([], place(of))
    assert seen(waiting) == (None, None, DEADLINE - timedelta(hours=24))


@pytest.mark.parametrize("ending", [decision("declined"), EXPIRE])
def test_what_is_decided_or_expired_reminds_nobody(ending: Any) -> None:
    over = lived(AWAITING_CREDIT, ending)
    given(over).when(alert(DEADLINE)).then_nothing()
    assert seen(over) == (None, None, None)


def test_a_reminder_does_not_keep_anybody_from_deciding() -> None:
    reminded = lived(AWAITING_CREDIT, alert(REMIND_AT))
    at = (DEADLINE - NOW).total_seconds()
    approved = lived(reminded, decision("approved", seconds=at))
    assert upgrade_view(state_of(approved)).stage == "moving_users"
    # The next thing that can be late is the move.
    assert seen(approved) == (DEADLINE + HOUR, None, DEADLINE + HOUR)


# ---- past the hour ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "history",
    [READY, MOVING, HALF_MOVED, MOVED, lived(HALF_MOVED, BEGIN_UNDO), lived(MOVING, PROBLEM)],
)
def test_an_upgrade_past_its_hour_is_delayed_once_and_goes_on(history: list[UpgradeEvent]) -> None:
    delayed = UpgradeDelayed(at=LATE_AT, expected_by=LATE_AT)
    assert seen(history) == (LATE_AT, None, LATE_AT)
    given(history).when(alert(LATE_AT - ONE_TICK)).then_nothing()
    given(history).when(alert(LATE_AT)).then([delayed])
    given([*history, delayed]).when(alert(later(hours=9))).then_nothing()
    before, after = upgrade_view(state_of(history)), upgrade_view(state_of([*history, delayed]))
    told = {"version", "alert", "alert_at"}
    assert after.model_dump(exclude=told) == before.model_dump(exclude=told)
    assert seen([*history, delayed]) == (LATE_AT, "past_the_hour", None)


def test_the_policy_says_how_long_an_upgrade_should_take() -> None:
    policy = Policy(admin_lock=AdminLockPolicy(expected_minutes=5))
    ready = lived([], place(facts(policy=policy)))
    assert seen(ready)[0] == NOW + timedelta(minutes=5)


def test_what_is_complete_is_late_no_more() -> None:
    complete = lived(MOVED, alert(LATE_AT), SWITCH)
    assert seen(complete) == (None, None, None)
    given(complete).when(alert(later(days=1))).then_nothing()


def test_parked_and_going_on_it_is_the_same_hour() -> None:
    parked = lived(HALF_MOVED, PROBLEM, alert(LATE_AT))
    assert seen(parked) == (LATE_AT, "past_the_hour", None)
    assert seen(lived(parked, RESOLVE)) == (LATE_AT, "past_the_hour", None)


def test_an_undo_of_what_has_not_begun_locks_nothing() -> None:
    assert seen(lived(AWAITING_CREDIT, BEGIN_UNDO)) == (None, None, None)


# ---- more users than licenses -----------------------------------------------------------------


def test_a_conflict_takes_everything_back_and_says_how_many_lack_a_license() -> None:
    after = given(HALF_MOVED).when(CONFLICT).then_types(LicenseConflictFound, UndoStarted)
    assert after.ending == "undone"
    assert after.reason == "more users joined than licenses were ordered"


def test_a_conflict_that_has_healed_is_none() -> None:
    healed = CONFLICT.model_copy(update={"users_without_license": 0})
    given(HALF_MOVED).when(healed).then_nothing()


@pytest.mark.parametrize("state", ["Undoing canceled", "Canceled", "Undone", "AwaitingInvoice"])
def test_where_nothing_moves_there_is_no_conflict(state: str) -> None:
    given(HISTORIES[state]).when(CONFLICT).then_nothing()
