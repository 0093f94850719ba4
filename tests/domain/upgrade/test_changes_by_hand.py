"""The decider on changes by hand (B59-B61): orders, the switch, and what becomes of both subscriptions."""

from decimal import Decimal
from typing import Any

import pytest

from domain.catalog.facts import Facts
from domain.quoting.orders import change_id_for, is_change, new_subscription_id_for, upgrade_id_for
from domain.quoting.quote import Quote
from domain.subscriptions.subscription import SubscriptionState, consequences, evolve_subscription
from domain.upgrade.commands import CompleteMove, RecordMovedUsers, StartMove, SwitchBilling
from domain.upgrade.events import (
    BillingStarted,
    BillingSwitched,
    LicensesGivenUp,
    MoveStarted,
    OrderPlaced,
    SubscriptionCanceled,
    SubscriptionLocked,
    SubscriptionOpened,
    SubscriptionUnlocked,
    SubscriptionWithdrawn,
    UpgradeCanceled,
    UpgradeEvent,
    UpgradeRefused,
)
from domain.upgrade.states import AwaitingInvoice, Completed
from domain.values import rejections
from domain.views.read_models import upgrade_id_of, upgrade_view, workflow_id_for
from tests.domain.builders import a_subscription, facts
from tests.domain.scenario import given, lived, state_of
from tests.domain.upgrades import (
    CANCEL,
    COMPLETE_MOVE,
    FINISH_UNDO,
    START_MOVE,
    SWITCH,
    TARGET,
    WITH_TARGET,
    a_change,
    a_purchase,
    a_quote,
    later,
    place,
)

SOURCE = "contoso-basic"


def with_target(**subscription: Any) -> Facts:
    return facts(subscription=a_subscription(**subscription), siblings=WITH_TARGET.siblings)


def moved(quote: Quote, of: Facts) -> list[UpgradeEvent]:
    """The history of a change whose users have all moved."""
    users = quote.users_to_move
    return lived(
        [],
        place(of, quote),
        START_MOVE.model_copy(update={"users": users}),
        RecordMovedUsers(at=later(hours=2), batch=1, users=users, remaining=0),
        COMPLETE_MOVE,
    )


def test_an_order_is_refused_by_what_has_become_true_meanwhile() -> None:
    quote = a_quote(WITH_TARGET, **a_change())
    now = with_target(balance_due=Decimal("1.00"))
    given([]).when(place(now, quote)).then_types(OrderPlaced, UpgradeRefused)


def test_an_order_is_rejected_where_licenses_have_become_too_few() -> None:
    quote = a_quote(WITH_TARGET, **a_change())
    there = a_subscription(TARGET, "standard", assigned=51)
    given([]).when(place(facts(siblings=(there,)), quote)).then_rejected(
        rejections.InsufficientLicenses, licenses=100, assigned=101
    )


def test_a_quote_is_stale_where_the_old_licenses_have_changed() -> None:
    quote = a_quote(WITH_TARGET, **a_change(old="reduced", licenses_kept=50))
    given([]).when(place(with_target(licenses=90), quote)).then_rejected(rejections.QuoteStale)


@pytest.mark.parametrize(
    ("asked", "ends_as", "old", "new"),
    [
        (a_change(), Completed, SubscriptionUnlocked, SubscriptionUnlocked),
        (
            a_change(old="reduced", licenses_kept=50),
            Completed,
            LicensesGivenUp,
            SubscriptionUnlocked,
        ),
        (
            a_change(listed=False, users=80, old="canceled"),
            Completed,
            SubscriptionCanceled,
            SubscriptionUnlocked,
        ),
        (a_purchase(), AwaitingInvoice, SubscriptionUnlocked, BillingStarted),
        (
            a_purchase(old="reduced", licenses_kept=50),
            AwaitingInvoice,
            LicensesGivenUp,
            BillingStarted,
        ),
    ],
)
def test_the_switch_does_to_both_subscriptions_what_was_ordered(
    asked: dict[str, Any], ends_as: type[Any], old: type[Any], new: type[Any]
) -> None:
    quote = a_quote(WITH_TARGET, **asked)
    history = moved(quote, WITH_TARGET)
    staying = 80 - quote.users_to_move
    switch = SwitchBilling(at=later(hours=3), users_left_behind=0, users_staying=staying)
    state = given(history).when(switch).then_types(BillingSwitched)
    assert type(state) is ends_as
    switched = lived(history, switch)[-1]
    effects = consequences(switched, state)
    into = asked["change"]["into"] or new_subscription_id_for(state.upgrade.order.upgrade_id)
    assert {id: type(event) for id, event in effects.items()} == {SOURCE: old, into: new}
    before = SubscriptionState(subscription=WITH_TARGET.subscription, locked_by="up-1")
    after = evolve_subscription(before, effects[SOURCE])
    assert after is not None
    assert after.locked_by is None
    kept = asked["change"].get("licenses_kept")
    assert after.subscription.licenses == (100 if kept is None else kept)


def test_both_are_locked_while_users_move_and_unlocked_by_a_cancel() -> None:
    history = lived([], place(WITH_TARGET, a_quote(WITH_TARGET, **a_change())), START_MOVE)
    (started,) = [event for event in history if isinstance(event, MoveStarted)]
    effects = consequences(started, state_of(history))
    assert {id: type(effect) for id, effect in effects.items()} == {
        SOURCE: SubscriptionLocked,
        TARGET: SubscriptionLocked,
    }
    canceled = lived(history, CANCEL, FINISH_UNDO)
    assert isinstance(canceled[-1], UpgradeCanceled)
    effects = consequences(canceled[-1], state_of(canceled))
    assert {type(effect) for effect in effects.values()} == {SubscriptionUnlocked}


def test_a_purchase_that_is_canceled_is_withdrawn() -> None:
    history = lived([], place(quote=a_quote(facts(), **a_purchase())), START_MOVE)
    (started,) = [event for event in history if isinstance(event, MoveStarted)]
    opened = consequences(started, state_of(history))[started.new_subscription_id]
    assert isinstance(opened, SubscriptionOpened)
    assert opened.subscription.licenses == 60
    canceled = lived(history, CANCEL, FINISH_UNDO)
    effects = consequences(canceled[-1], state_of(canceled))
    assert isinstance(effects[started.new_subscription_id], SubscriptionWithdrawn)


def test_licenses_are_not_given_up_from_under_who_stays() -> None:
    quote = a_quote(WITH_TARGET, **a_change(old="reduced", licenses_kept=50))
    history = moved(quote, WITH_TARGET)
    too_many = SwitchBilling(at=later(hours=3), users_left_behind=0, users_staying=51)
    given(history).when(too_many).then_rejected(
        rejections.InsufficientLicenses, licenses=50, assigned=51
    )


def test_a_change_that_buys_nothing_is_complete_without_an_invoice() -> None:
    history = lived(moved(a_quote(WITH_TARGET, **a_change()), WITH_TARGET), SWITCH)
    view = upgrade_view(state_of(history))
    assert (view.stage, view.deadline, view.users.moved) == ("completed", None, 50)
    assert view.completed_at == SWITCH.at
    assert view.change is not None
    assert view.change.into == TARGET


def test_its_id_and_its_workflows_tell_a_change_from_an_upgrade() -> None:
    change, upgrade = change_id_for("contoso", "key-1"), upgrade_id_for("contoso", "key-1")
    assert (is_change(change), is_change(upgrade)) == (True, False)
    assert change.removeprefix("ch-") != upgrade.removeprefix("up-")
    assert workflow_id_for(change) == f"plan-change-{change}"
    assert [upgrade_id_of(workflow_id_for(id)) for id in (change, upgrade)] == [change, upgrade]
    assert new_subscription_id_for(change) == "sub-" + change.removeprefix("ch-")


def test_users_who_were_listed_and_left_meanwhile_are_not_waited_for() -> None:
    history = lived(
        [],
        place(WITH_TARGET, a_quote(WITH_TARGET, **a_change())),
        StartMove(at=later(hours=2), users=48),
        RecordMovedUsers(at=later(hours=2), batch=1, users=48, remaining=0),
        CompleteMove(at=later(hours=2), batch=1),
    )
    assert state_of(history).upgrade.users == 48
