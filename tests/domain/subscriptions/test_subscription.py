"""What an upgrade does to the two subscriptions it involves, as their own streams tell it."""

from collections.abc import Sequence
from datetime import date

import pytest

from domain.quoting.orders import new_subscription_id_for
from domain.subscriptions.subscription import SubscriptionState, consequences, evolve_subscription
from domain.upgrade.events import (
    BillingStarted,
    BillingSwitched,
    MoveStarted,
    SubscriptionCanceled,
    SubscriptionEvent,
    SubscriptionImported,
    SubscriptionLocked,
    SubscriptionOpened,
    SubscriptionUnlocked,
    SubscriptionWithdrawn,
    UpgradeEvent,
)
from domain.upgrade.evolve import evolve, fold
from domain.upgrade.states import NotPlaced
from tests.domain.builders import NOW, a_subscription
from tests.domain.upgrades import AWAITING_INVOICE, HISTORIES, MOVING, UPGRADE_ID

OLD, NEW = "contoso-basic", new_subscription_id_for(UPGRADE_ID)
TODAY = date(2026, 6, 25)
IMPORTED = SubscriptionImported(at=NOW, subscription=a_subscription())


def effects_of(history: Sequence[UpgradeEvent]) -> dict[str, list[SubscriptionEvent]]:
    """What a whole upgrade means for each subscription."""
    effects: dict[str, list[SubscriptionEvent]] = {OLD: [], NEW: []}
    state = fold([])
    for event in history:
        state = evolve(state, event)
        assert not isinstance(state, NotPlaced)
        for subscription_id, effect in consequences(event, state).items():
            effects[subscription_id].append(effect)
    return effects


def after(*events: SubscriptionEvent) -> SubscriptionState:
    state = None
    for event in events:
        state = evolve_subscription(state, event)
    assert state is not None
    return state


def kinds(events: Sequence[SubscriptionEvent]) -> list[type[SubscriptionEvent]]:
    return [type(event) for event in events]


def test_a_completed_upgrade_cancels_the_old_subscription_and_bills_the_new_one() -> None:
    effects = effects_of(AWAITING_INVOICE)  # B53
    assert kinds(effects[OLD]) == [SubscriptionLocked, SubscriptionCanceled]
    assert kinds(effects[NEW]) == [SubscriptionOpened, BillingStarted]
    old = after(IMPORTED, *effects[OLD])
    assert (old.subscription.status, old.billed, old.locked_by) == ("canceled", False, None)
    assert (old.ended_by, old.ended_on) == (UPGRADE_ID, TODAY)
    new = after(*effects[NEW])
    assert (new.subscription.status, new.billed, new.locked_by) == ("active", True, None)
    assert (new.opened_by, new.subscription.cycle_anchor) == (UPGRADE_ID, TODAY)  # B30


def test_while_users_move_both_are_locked_and_only_the_old_one_is_billed() -> None:
    effects = effects_of(MOVING)  # B51
    old, new = after(IMPORTED, *effects[OLD]), after(*effects[NEW])
    assert (old.locked_by, new.locked_by) == (UPGRADE_ID, UPGRADE_ID)
    assert (old.billed, new.billed) == (True, False)


def test_the_new_subscription_is_what_was_quoted() -> None:
    opened = after(*effects_of(MOVING)[NEW]).subscription
    assert (opened.plan_id, opened.licenses, opened.billing) == ("standard", 100, "monthly")
    assert str(opened.price) == "12.50", "whatever the catalog says later"
    assert opened.tenant_id == "contoso"


@pytest.mark.parametrize("ending", ["Canceled", "Undone"])
def test_an_upgrade_that_was_given_up_leaves_the_old_one_as_it_was(ending: str) -> None:
    effects = effects_of(HISTORIES[ending])  # B57, B58
    assert kinds(effects[OLD]) == [SubscriptionLocked, SubscriptionUnlocked]
    assert kinds(effects[NEW]) == [SubscriptionOpened, SubscriptionWithdrawn]
    assert after(IMPORTED, *effects[OLD]) == after(IMPORTED)
    new = after(*effects[NEW])
    assert (new.subscription.status, new.billed, new.locked_by) == ("canceled", False, None)
    assert new.ended_by == UPGRADE_ID


@pytest.mark.parametrize("ending", ["Refused", "Declined", "Expired", "Scheduled", "ReadyToMove"])
def test_before_the_move_no_subscription_is_touched(ending: str) -> None:
    assert effects_of(HISTORIES[ending]) == {OLD: [], NEW: []}  # B40, B42


@pytest.mark.parametrize(
    ("status", "billed"),
    [("active", True), ("suspended", True), ("canceled", False), ("expired", False)],
)
def test_an_imported_subscription_is_billed_while_it_lives(status: str, billed: bool) -> None:
    imported = SubscriptionImported(at=NOW, subscription=a_subscription(status=status))
    assert after(imported).billed is billed


def test_an_import_replaces_what_was_imported_before() -> None:
    again = SubscriptionImported(at=NOW, subscription=a_subscription(licenses=7))
    assert after(IMPORTED, again) == after(again)


def test_events_about_a_subscription_that_is_not_there_make_none() -> None:
    for event in (
        SubscriptionLocked(at=NOW, upgrade_id=UPGRADE_ID, expected_until=NOW),
        SubscriptionUnlocked(at=NOW, upgrade_id=UPGRADE_ID),
        BillingStarted(at=NOW, upgrade_id=UPGRADE_ID, cycle_anchor=TODAY),
        SubscriptionCanceled(at=NOW, upgrade_id=UPGRADE_ID, canceled_on=TODAY),
        SubscriptionWithdrawn(at=NOW, upgrade_id=UPGRADE_ID),
    ):
        assert evolve_subscription(None, event) is None


def test_what_an_event_means_is_told_by_the_upgrade_s_state_after_it() -> None:
    for event in AWAITING_INVOICE:
        state = fold(MOVING)
        assert not isinstance(state, NotPlaced)
        meant = consequences(event, state)
        assert bool(meant) == isinstance(event, MoveStarted | BillingSwitched)
