"""From the move to the invoice, and every way back: what follows, what is rejected."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.catalog.policy import InvoicePolicy, Policy
from domain.pricing.price import price_upgrade
from domain.quoting.orders import new_subscription_id_for
from domain.upgrade.commands import (
    BeginUndo,
    Cancel,
    CompleteMove,
    RecordMovedUsers,
    RecordReturnedUsers,
    ReportProblem,
    SwitchBilling,
)
from domain.upgrade.events import (
    AttentionNeeded,
    AttentionResolved,
    BillingSwitched,
    Ending,
    InvoiceIssued,
    MoveCompleted,
    MoveStarted,
    UndoStarted,
    UpgradeCanceled,
    UpgradeUndone,
    UsersFailed,
    UsersLeftBehind,
    UsersMoved,
    UsersReturned,
    UsersSkipped,
)
from domain.upgrade.evolve import fold
from domain.upgrade.states import (
    AwaitingInvoice,
    Canceled,
    Invoiced,
    Moved,
    Moving,
    NeedsAttention,
    Undoing,
    is_open,
)
from domain.values import rejections
from domain.values.cycles import start_of_local_day
from domain.views.read_models import upgrade_view
from tests.domain.builders import NOW, a_tenant, facts
from tests.domain.scenario import given, lived, state_of
from tests.domain.upgrades import (
    AWAITING_INVOICE,
    BEGIN_UNDO,
    CANCEL,
    CANCELING,
    COMPLETE_MOVE,
    FAILED,
    FAILED_2,
    FINISH_UNDO,
    HALF_MOVED,
    HISTORIES,
    INVOICE,
    LOS_ANGELES,
    MOVED,
    MOVED_30,
    MOVED_50,
    MOVING,
    PROBLEM,
    READY,
    RESOLVE,
    RETURNED_50,
    SKIP_2,
    START_MOVE,
    SWITCH,
    UNDOING,
    UPGRADE_ID,
    a_quote,
    later,
    place,
)

# ---- move (B43-B49) ---------------------------------------------------------------------------


def test_the_move_opens_the_one_subscription_that_this_upgrade_can_open() -> None:
    new_id = new_subscription_id_for(UPGRADE_ID)
    moving = (
        given(READY)
        .when(START_MOVE)
        .then([MoveStarted(at=START_MOVE.at, new_subscription_id=new_id, users=80)])
    )
    assert isinstance(moving, Moving)
    assert (moving.upgrade.new_subscription_id, moving.upgrade.users, moving.upgrade.moved) == (
        new_id,
        80,
        0,
    )


def test_users_move_batch_by_batch() -> None:
    half = (
        given(MOVING)
        .when(MOVED_50)
        .then([UsersMoved(at=MOVED_50.at, batch=1, users=50, remaining=30)])
    )
    assert (half.upgrade.users, half.upgrade.moved, half.upgrade.batches) == (80, 50, 1)
    given(HALF_MOVED).when(MOVED_50).then_nothing()
    moved = [UsersMoved(at=MOVED_30.at, batch=2, users=30, remaining=0)]
    given(HALF_MOVED).when(MOVED_30).then(moved)


def test_an_empty_batch_is_no_event() -> None:
    given(MOVING).when(
        RecordMovedUsers(at=later(hours=3), batch=1, users=0, remaining=0)
    ).then_nothing()


def test_the_move_ends_with_as_many_users_as_did_move() -> None:
    moved = given(HALF_MOVED).when(COMPLETE_MOVE).then([MoveCompleted(at=COMPLETE_MOVE.at)])
    assert isinstance(moved, Moved)
    assert (moved.upgrade.users, moved.upgrade.moved) == (50, 50), "30 left meanwhile (B49)"


def test_more_users_than_expected_are_counted() -> None:
    more = lived(HALF_MOVED, RecordMovedUsers(at=later(hours=3), batch=2, users=40, remaining=0))
    assert (state_of(more).upgrade.users, state_of(more).upgrade.moved) == (
        90,
        90,
    )  # 10 joined meanwhile (B49)


def test_who_joined_after_the_move_is_moved_too() -> None:
    found = SwitchBilling(at=later(hours=3), users_left_behind=2)
    again = given(MOVED).when(found).then([UsersLeftBehind(at=found.at, users=2)])  # B49
    assert isinstance(again, Moving)
    assert (again.upgrade.users, again.upgrade.moved) == (82, 80)
    history = lived(MOVED, found)
    given(history).when(found).then_nothing()
    given(history).when(SWITCH).then_nothing()
    history = lived(
        history,
        RecordMovedUsers(at=later(hours=3), batch=3, users=2, remaining=0),
        CompleteMove(at=later(hours=3), batch=3),
    )
    given(history).when(SWITCH).then_types(BillingSwitched)


def test_users_who_cannot_be_moved_hold_the_move_up() -> None:
    tried = given(lived(HALF_MOVED, MOVED_30)).when(FAILED_2)
    held_up = tried.then([UsersFailed(at=FAILED_2.at, users=2, reasons={"upstream": 2})])
    assert (held_up.upgrade.failed, held_up.upgrade.remaining) == (2, 0)
    given(FAILED).when(FAILED_2).then_nothing()
    given(FAILED).when(COMPLETE_MOVE).then_rejected(rejections.NotReached)
    able = FAILED_2.model_copy(update={"users": 0, "reasons": {}})
    given(lived(FAILED, able)).when(COMPLETE_MOVE).then_types(MoveCompleted)


def test_an_operator_may_go_on_without_them() -> None:
    parked = lived(FAILED, PROBLEM)
    on = (
        given(parked)
        .when(SKIP_2)
        .then(
            [
                AttentionResolved(at=SKIP_2.at, action="skip"),
                UsersSkipped(at=SKIP_2.at, users=2, reason=SKIP_2.reason),
            ]
        )
    )
    assert isinstance(on, Moving)
    assert (on.upgrade.failed, on.upgrade.skipped) == (0, 2)
    history = lived(parked, SKIP_2, COMPLETE_MOVE)
    assert (state_of(history).upgrade.users, state_of(history).upgrade.moved) == (80, 78)
    given(history).when(SWITCH).then_types(BillingSwitched)
    given(history).when(SKIP_2).then_nothing()
    given(MOVED).when(SKIP_2).then_rejected(rejections.NotReached)


def test_the_rate_is_that_of_the_last_batches() -> None:
    state = state_of(HALF_MOVED)
    assert isinstance(state, Moving)
    assert state.users_per_second == 50
    slow = RecordMovedUsers(at=later(hours=2, seconds=11), batch=2, users=5, remaining=25)
    slower = state_of(lived(HALF_MOVED, slow))
    assert isinstance(slower, Moving)
    assert slower.users_per_second == 5
    estimate = upgrade_view(slower).users.estimated_end
    assert estimate == slow.at + timedelta(seconds=5)


def test_services_stay_off_only_where_the_order_asks_for_it() -> None:
    assert state_of(MOVING).upgrade.kept_services is None  # B45
    kept = lived([], place(quote=a_quote(keep_disabled_services=True)), START_MOVE)
    assert state_of(kept).upgrade.kept_services == ("apps", "exchange", "sharepoint", "teams")


# ---- switch and invoice (B53, B54) ------------------------------------------------------------


def test_billing_switches_once_everybody_is_over_and_never_before() -> None:
    given(HALF_MOVED).when(SWITCH).then_rejected(rejections.NotReached)
    given(MOVED).when(SWITCH).then_types(BillingSwitched)
    given(AWAITING_INVOICE).when(SWITCH).then_nothing()


def test_the_switch_is_priced_for_the_day_it_happens_on() -> None:
    at = later(hours=14, minutes=59)  # 23:59 in Los Angeles
    day = date(2026, 6, 25)
    switched = (
        given(MOVED)
        .when(SwitchBilling(at=at, users_left_behind=0))
        .then(
            [
                BillingSwitched(
                    at=at,
                    switched_on=day,
                    pricing=price_upgrade(state_of(MOVED).upgrade.quote.inputs, day),  # B26
                    invoice_on=date(2026, 7, 15),
                    invoice_due_at=start_of_local_day(date(2026, 7, 15), LOS_ANGELES),
                )
            ]
        )
    )
    assert isinstance(switched, AwaitingInvoice)
    assert not is_open(switched), "the tenant may upgrade again"


def test_a_move_past_midnight_costs_what_was_shown_for_the_day_it_began() -> None:
    history = lived(MOVED, SwitchBilling(at=later(hours=15), users_left_behind=0))
    switched, quote = state_of(history).switch, state_of(history).upgrade.quote
    assert switched.switched_on == date(2026, 6, 26)
    assert switched.pricing.total == quote.total == Decimal("790.00")  # and not 810.00
    credit = switched.pricing.lines[-1].explanation
    assert (credit["unused_days"], credit["guaranteed_value"]) == (22, "460.00")


def test_a_move_into_the_next_cycle_is_credited_all_of_that_cycle() -> None:
    after = SwitchBilling(at=later(days=23), users_left_behind=0)  # 18 July: 31 of 31 days
    assert state_of(lived(MOVED, after)).switch.pricing.credit_applied == Decimal("600.00")


def test_on_a_billing_day_the_invoice_is_due_at_once() -> None:
    today = facts(tenant=a_tenant(billing_day=25))
    history = lived([], place(today), START_MOVE, MOVED_50, COMPLETE_MOVE, SWITCH)
    assert state_of(history).switch.invoice_due_at == SWITCH.at


def test_an_invoice_never_waits_longer_than_the_policy_allows() -> None:
    soon = facts(policy=Policy(invoice=InvoicePolicy(within_days=3)))
    history = lived([], place(soon), START_MOVE, MOVED_50, COMPLETE_MOVE, SWITCH)
    assert state_of(history).switch.invoice_on == date(2026, 6, 28)


def test_one_invoice_is_issued_on_the_billing_day_and_not_before() -> None:
    due_at = state_of(AWAITING_INVOICE).switch.invoice_due_at
    early = INVOICE.model_copy(update={"at": due_at - timedelta(microseconds=1)})
    given(AWAITING_INVOICE).when(early).then_rejected(
        rejections.NotReached, invoice_on=date(2026, 7, 15)
    )
    due = INVOICE.model_copy(update={"at": due_at})
    invoiced = (
        given(AWAITING_INVOICE)
        .when(due)
        .then([InvoiceIssued(at=due_at, number="INV-00000001", issued_on=date(2026, 7, 15))])
    )
    assert isinstance(invoiced, Invoiced)
    again = INVOICE.model_copy(update={"number": "INV-00000002"})
    given(lived(AWAITING_INVOICE, due)).when(again).then_nothing()


def test_a_canceled_upgrade_is_never_invoiced() -> None:
    given(HISTORIES["Canceled"]).when(INVOICE).then_rejected(rejections.NotReached)


# ---- cancel and undo (B57, B58) ---------------------------------------------------------------


def test_before_the_move_a_cancel_ends_the_upgrade_at_once() -> None:
    canceled = (
        given(READY).when(CANCEL).then([UpgradeCanceled(at=CANCEL.at, reason="changed our minds")])
    )
    assert isinstance(canceled, Canceled)
    assert not is_open(canceled)


@pytest.mark.parametrize("history", [MOVING, HALF_MOVED, MOVED])
def test_in_the_middle_of_the_move_users_go_back_first(history: list[MoveStarted]) -> None:
    undoing = (
        given(history)
        .when(CANCEL)
        .then([UndoStarted(at=CANCEL.at, ending="canceled", reason="changed our minds")])
    )
    assert isinstance(undoing, Undoing)
    assert is_open(undoing)


def test_users_go_back_batch_by_batch_and_then_it_is_canceled() -> None:
    returning = (
        given(CANCELING)
        .when(RETURNED_50)
        .then([UsersReturned(at=RETURNED_50.at, batch=1, users=50)])
    )
    assert returning.upgrade.moved == 0
    history = lived(CANCELING, RETURNED_50)
    given(history).when(RETURNED_50).then_nothing()
    nobody = RecordReturnedUsers(at=later(hours=5), batch=2, users=0)
    given(history).when(nobody).then_nothing()
    given(history).when(FINISH_UNDO).then(
        [UpgradeCanceled(at=FINISH_UNDO.at, reason="changed our minds")]
    )


def test_what_fails_for_good_is_undone_the_same_way() -> None:
    history = lived(HALF_MOVED, BEGIN_UNDO, RETURNED_50)
    given(history).when(FINISH_UNDO).then(
        [UpgradeUndone(at=FINISH_UNDO.at, reason="more users than licenses")]
    )


@pytest.mark.parametrize("state", ["Undoing canceled", "Undoing undone", "Canceled", "Undone"])
def test_a_step_that_a_cancel_has_overtaken_does_nothing(state: str) -> None:
    """Or the undo would be parked for an operator, with nothing to mend."""
    for step in (START_MOVE, COMPLETE_MOVE, SWITCH, SwitchBilling(at=NOW, users_left_behind=50)):
        given(HISTORIES[state]).when(step).then_nothing()


def test_once_billing_has_switched_there_is_only_forward() -> None:
    for name in ("AwaitingInvoice", "Invoiced", "NeedsAttention AwaitingInvoice"):
        history = HISTORIES[name]
        stage = state_of(history).stage
        given(history).when(CANCEL).then_rejected(rejections.AlreadySwitched, stage=stage)
        given(history).when(BEGIN_UNDO).then_rejected(rejections.AlreadySwitched, stage=stage)


def test_an_upgrade_that_is_being_undone_for_us_cannot_be_canceled_too() -> None:
    given(UNDOING).when(CANCEL).then_rejected(rejections.AlreadyEnded)


@pytest.mark.parametrize("state", ["Refused", "Declined", "Expired", "Undone"])
def test_an_upgrade_that_has_ended_cannot_be_canceled(state: str) -> None:
    given(HISTORIES[state]).when(CANCEL).then_rejected(rejections.AlreadyEnded, stage=state.lower())


# ---- attention (B58) --------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in HISTORIES if name.startswith("NeedsAttention")])
def test_an_operator_lets_it_go_on_from_where_it_stood(name: str) -> None:
    parked = state_of(HISTORIES[name])
    assert isinstance(parked, NeedsAttention)
    assert (parked.step, parked.cause) == ("switch-billing", "a bug")
    went_on = (
        given(HISTORIES[name])
        .when(RESOLVE)
        .then([AttentionResolved(at=RESOLVE.at, action="retry")])
    )
    before = state_of(HISTORIES[name][:-1])
    assert type(went_on) is type(before)
    assert went_on.with_(timeline=(), version=0) == before.with_(timeline=(), version=0)
    assert [mark.stage for mark in state_of([*HISTORIES[name]]).upgrade.timeline][
        -1
    ] == "needs_attention"


def test_a_parked_upgrade_keeps_its_place_until_billing_has_switched() -> None:
    assert is_open(fold(HISTORIES["NeedsAttention Moving"]))
    assert not is_open(fold(HISTORIES["NeedsAttention AwaitingInvoice"]))


def test_only_the_first_problem_is_reported() -> None:
    given(MOVED).when(PROBLEM).then(
        [AttentionNeeded(at=PROBLEM.at, step="switch-billing", cause="a bug")]
    )
    other = ReportProblem(at=later(hours=6), step="undo-move", cause="another")
    given(lived(MOVED, PROBLEM)).when(other).then_nothing()


def test_a_step_that_a_cancel_has_overtaken_parks_nothing() -> None:
    moving = ReportProblem(at=later(hours=6), step="move-users", cause="a bug", forward=True)
    given(lived(MOVED, CANCEL)).when(moving).then_nothing()
    undoing = ReportProblem(at=later(hours=6), step="undo-move", cause="a bug")
    given(lived(MOVED, CANCEL)).when(undoing).then(
        [AttentionNeeded(at=undoing.at, step="undo-move", cause="a bug")]
    )


def test_a_parked_upgrade_can_be_canceled_or_undone() -> None:
    history = lived(MOVED, PROBLEM)
    endings: list[tuple[Cancel | BeginUndo, Ending]] = [
        (CANCEL, "canceled"),
        (BEGIN_UNDO, "undone"),
    ]
    for command, ending in endings:
        undoing = (
            given(history)
            .when(command)
            .then(
                [
                    AttentionResolved(at=command.at, action="undo"),
                    UndoStarted(at=command.at, ending=ending, reason=command.reason),
                ]
            )
        )
        assert isinstance(undoing, Undoing)
        assert undoing.upgrade.moved == 80


def test_an_undo_that_was_parked_goes_on_as_what_it_was() -> None:
    for history in (CANCELING, UNDOING):
        resumed = (
            given(lived(history, PROBLEM))
            .when(BEGIN_UNDO)
            .then([AttentionResolved(at=BEGIN_UNDO.at, action="undo")])
        )
        assert isinstance(resumed, Undoing)
        assert resumed.ending == state_of(history).ending


# ---- timeline (B52) ---------------------------------------------------------------------------


def test_the_timeline_tells_when_each_stage_was_reached() -> None:
    timeline = state_of(HISTORIES["Invoiced"]).upgrade.timeline
    assert [(mark.stage, mark.at) for mark in timeline] == [
        ("checking", NOW),
        ("moving_users", NOW),
        ("switching_billing", COMPLETE_MOVE.at),
        ("awaiting_invoice", SWITCH.at),
        ("invoiced", INVOICE.at),
    ]


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_the_version_counts_every_event(history: list[MoveStarted]) -> None:
    if history:
        assert state_of(history).upgrade.version == len(history)
