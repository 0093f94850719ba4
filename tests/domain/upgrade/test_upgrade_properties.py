"""What holds under any sequence of commands: valid or not, repeated, reordered, at any time."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

from hypothesis import given as any_of
from hypothesis import strategies as st

from domain.catalog.facts import Facts
from domain.eligibility.subscription_rules import check_order
from domain.ledger.bookings import entries_of_switch
from domain.pricing.price import price_upgrade
from domain.subscriptions.subscription import consequences
from domain.upgrade.commands import (
    BeginUndo,
    Cancel,
    Command,
    CompleteMove,
    DecideCreditCheck,
    ExpireCreditCheck,
    FinishUndo,
    IssueInvoice,
    RaiseAlert,
    RecordFailedUsers,
    RecordMovedUsers,
    RecordReturnedUsers,
    RemindOfInvoice,
    ReportLicenseConflict,
    ReportProblem,
    ResolveAttention,
    SkipUsers,
    StartMove,
    SwitchBilling,
    VoidInvoice,
)
from domain.upgrade.credit_check import credit_decision_rejection
from domain.upgrade.decider import decide
from domain.upgrade.events import (
    BillingSwitched,
    CreditCheckApproved,
    CreditCheckReminded,
    CreditCheckRequired,
    InvoiceIssued,
    InvoiceVoided,
    MoveStarted,
    OrderPlaced,
    UndoStarted,
    UpgradeCanceled,
    UpgradeDelayed,
    UpgradeEvent,
    UpgradeUndone,
    UsersMoved,
)
from domain.upgrade.evolve import evolve, fold
from domain.upgrade.states import NotPlaced, UpgradeChanges, UpgradeState, ended, is_open
from domain.upgrade.stored_events import RecordedEvent, type_name, upgrade_stream
from domain.values.rejections import Rejection
from domain.views.read_models import upgrade_row, upgrade_view
from domain.views.rows import rows_after
from tests.domain.builders import NOW, a_subscription, facts
from tests.domain.upgrades import (
    BLOCKED,
    BY_CARD,
    BY_INVOICE,
    CONFLICT,
    DEADLINE,
    HISTORIES,
    LATE,
    PAY,
    PAY_OUT,
    PREPAID,
    REMIND,
    SCHEDULED_DAY,
    SETTLE,
    UPGRADE_ID,
    VOID,
    a_quote,
    place,
    start_scheduled,
)
from tests.examples import examples

WORLDS = [BY_CARD, BY_INVOICE, PREPAID, BLOCKED, facts(subscription=a_subscription(assigned=120))]

# ---- commands ---------------------------------------------------------------------------------

moments = st.one_of(
    st.sampled_from([NOW, DEADLINE, DEADLINE + timedelta(microseconds=1)]),
    st.timedeltas(timedelta(days=-3), timedelta(days=60)).map(lambda after: NOW + after),
)
counts = st.integers(0, 200)
batches = st.integers(1, 4)
texts = st.sampled_from(["", "R-1", "R-2", "a {brace} and a 。"])
decisions = st.sampled_from(["approved", "declined"])

Asked = dict[str, Any]
REQUESTS: list[tuple[Facts, Asked, Asked]] = [
    (BY_CARD, {}, {}),
    (BY_CARD, {"switch_on": SCHEDULED_DAY}, {"schedule": SCHEDULED_DAY}),
    (BY_CARD, {}, {"schedule": SCHEDULED_DAY}),
    (BY_CARD, {"licenses": 10_000, "keep_disabled_services": True}, {}),
    (BY_INVOICE, {}, {"accept_forfeiture": "1.00"}),
    (PREPAID, {}, {"accept_forfeiture": "2550.00"}),
    (
        PREPAID,
        {"switch_on": SCHEDULED_DAY},
        {"accept_forfeiture": "2330.00", "schedule": SCHEDULED_DAY},
    ),
    (PREPAID, {"switch_on": "2026-12-15"}, {}),
]
"""Whose quote, what was asked of it, and what the order says."""
ORDERS = [
    place(world, a_quote(quoted, **asked), **order)
    for world in WORLDS
    for quoted, asked, order in REQUESTS
]
STARTS = [
    start_scheduled(world).model_copy(update=more)
    for world in (BY_CARD, BY_INVOICE, PREPAID)
    for more in ({}, {"renewed_quote": None}, {"refusals": check_order(BLOCKED, "standard", NOW)})
]


def at_any_time(command: Command) -> st.SearchStrategy[Command]:
    return moments.map(lambda at: command.model_copy(update={"at": at}))


commands: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from(ORDERS).flatmap(at_any_time),
    st.sampled_from(STARTS).flatmap(at_any_time),
    st.builds(DecideCreditCheck, at=moments, decision=decisions, reference=texts, reason=texts),
    st.builds(ExpireCreditCheck, at=moments),
    st.builds(StartMove, at=moments, users=counts),
    st.builds(RecordMovedUsers, at=moments, batch=batches, users=counts, remaining=counts),
    st.builds(RecordFailedUsers, at=moments, users=counts, reasons=st.just({"upstream": 1})),
    st.builds(SkipUsers, at=moments, users=counts, reason=texts),
    st.builds(CompleteMove, at=moments, batch=batches),
    st.builds(SwitchBilling, at=moments, users_left_behind=st.just(0) | counts),
    st.builds(IssueInvoice, at=moments, number=st.sampled_from(["INV-1", "INV-2"])),
    st.builds(RemindOfInvoice, at=moments, reminder=st.sampled_from(["due", "overdue"])),
    st.builds(VoidInvoice, at=moments, number=st.just("CN-1"), reason=texts),
    st.builds(Cancel, at=moments, reason=texts),
    st.builds(BeginUndo, at=moments, reason=texts),
    st.builds(RecordReturnedUsers, at=moments, batch=batches, users=counts),
    st.builds(FinishUndo, at=moments),
    st.builds(ReportLicenseConflict, at=moments, users_without_license=counts),
    st.builds(RaiseAlert, at=moments),
    st.builds(ReportProblem, at=moments, step=texts, cause=texts),
    st.builds(ResolveAttention, at=moments),
)
# Left alone, chance seldom comes far: so some begin in a state that a real history leads to.
beginnings = st.sampled_from(list(HISTORIES.values()))
requests = st.lists(commands, max_size=15)


def live(beginning: Sequence[UpgradeEvent], asked: Sequence[Command]) -> list[UpgradeEvent]:
    """The history that comes of it. Whatever `decide` raises but a `Rejection` fails the test."""
    events, state = list(beginning), fold(beginning)
    for command in asked:
        try:
            new = decide(command, state)
        except Rejection:
            continue
        events += new
        for event in new:
            state = evolve(state, event)
    return events


histories = st.builds(live, beginnings, requests)


def states_along(history: Sequence[UpgradeEvent]) -> list[UpgradeState]:
    """The state before the first event, and after each."""
    states: list[UpgradeState] = [NotPlaced()]
    for event in history:
        states.append(evolve(states[-1], event))
    return states


def positions(history: Sequence[UpgradeEvent], *types: type[Any]) -> list[int]:
    return [at for at, event in enumerate(history) if isinstance(event, types)]


# ---- what holds -------------------------------------------------------------------------------


@any_of(histories)
@examples(300)
def test_an_upgrade_is_placed_switched_and_invoiced_at_most_once(
    history: list[UpgradeEvent],
) -> None:
    once_each = (
        OrderPlaced,
        MoveStarted,
        BillingSwitched,
        InvoiceIssued,
        InvoiceVoided,
        UndoStarted,
    )
    for once in (*once_each, CreditCheckReminded, UpgradeDelayed):
        assert len(positions(history, once)) <= 1, once.__name__
    assert positions(history, OrderPlaced) == ([0] if history else [])
    if invoiced := positions(history, InvoiceIssued):
        assert positions(history, BillingSwitched)[0] < invoiced[0]  # B54


@any_of(histories)
@examples(300)
def test_no_user_moves_before_a_needed_credit_check_is_approved(
    history: list[UpgradeEvent],
) -> None:
    for required in positions(history, CreditCheckRequired):
        approved = positions(history, CreditCheckApproved)
        for moved in positions(history, MoveStarted, UsersMoved, BillingSwitched):
            assert approved, "no move without an approval"
            assert required < approved[0] < moved


@any_of(histories)
@examples(300)
def test_it_is_either_switched_or_undone_never_both(history: list[UpgradeEvent]) -> None:
    switched = positions(history, BillingSwitched)
    taken_back = positions(history, UndoStarted, UpgradeCanceled, UpgradeUndone)
    assert not (switched and taken_back)  # B57, B58


@any_of(histories)
@examples(300)
def test_what_is_invoiced_is_the_quote_s_function_of_the_day(history: list[UpgradeEvent]) -> None:
    for at in positions(history, BillingSwitched):
        event, state = history[at], states_along(history)[at + 1]
        assert isinstance(event, BillingSwitched)
        assert not isinstance(state, NotPlaced)
        quote, begun = (
            state.upgrade.quote,
            price_upgrade(state.upgrade.quote.inputs, state.upgrade.begins_on),
        )
        assert event.pricing == quote.price_at_switch(
            state.upgrade.begins_on, event.switched_on
        )  # B26
        if event.switched_on == state.upgrade.begins_on:
            assert event.pricing == begun
        shown = [begun.total] if quote.latest is None else [quote.total, quote.latest.total]
        assert event.pricing.total <= max(shown)
        entries = entries_of_switch(event, upgrade_id="u", tenant_id="t", currency="USD")
        assert sum(entry.amount_minor for entry in entries) == 0  # B33
        accepted = state.upgrade.order.accept_forfeiture or Decimal(0)
        times = [state.upgrade.quote.created_at, *(each.at for each in history[: at + 1])]
        if times == sorted(times):  # what is left of a prepaid term only shrinks as time goes on
            assert event.pricing.forfeited <= accepted  # B35
        assert timedelta(0) <= event.invoice_on - event.switched_on <= timedelta(days=30)  # B54


@any_of(beginnings, requests, requests)
@examples(200)
def test_an_upgrade_that_has_ended_never_changes(
    beginning: list[UpgradeEvent], first: list[Command], then: list[Command]
) -> None:
    history = live(beginning, first)
    state = fold(history)
    if not ended(state):
        return
    assert not isinstance(state, NotPlaced)
    after = fold(live(history, then))
    assert type(after) is type(state)
    assert not isinstance(after, NotPlaced)
    # But for what is paid of its invoice, or out of its credit, or that it is void (B65).
    paid: UpgradeChanges = {
        "version": 0,
        "settlements": (),
        "payments": (),
        "payouts": (),
        "voided": None,
        "reminders": (),
    }
    assert after.with_(**paid) == state.with_(**paid)
    assert not is_open(after)


@any_of(histories, commands)
@examples(500)
def test_a_command_repeated_right_away_decides_nothing(
    history: list[UpgradeEvent], command: Command
) -> None:
    state = fold(history)
    try:
        events = decide(command, state)
    except Rejection:
        return
    after = fold([*history, *events])
    if isinstance(command, DecideCreditCheck) and credit_decision_rejection(command, after):
        # Refused decisions are not kept in the state: the store knows them by their command's id.
        assert decide(command, after) == events
        return
    assert decide(command, after) == []


@any_of(histories)
@examples(200)
def test_a_place_is_open_until_the_switch_or_the_end(history: list[UpgradeEvent]) -> None:
    was_closed = False
    for state in states_along(history)[1:]:
        assert not (is_open(state) and was_closed), "a place that was given back is not taken again"
        was_closed = not is_open(state)


@any_of(histories)
@examples(200)
def test_events_survive_the_store(history: list[UpgradeEvent]) -> None:
    stored = [
        RecordedEvent(
            stream=upgrade_stream(UPGRADE_ID),
            version=version,
            type=type_name(event),
            schema_version=event.schema_version,
            data=json.loads(json.dumps(event.model_dump(mode="json"))),
            metadata={},
            recorded_at=NOW,
        )
        for version, event in enumerate(history, start=1)
    ]
    read_back = [recorded.event() for recorded in stored]
    assert read_back == history
    assert fold(read_back) == fold(history)


@any_of(histories)
@examples(200)
def test_a_timeline_has_every_stage_and_no_stage_twice_in_a_row(
    history: list[UpgradeEvent],
) -> None:
    stages: list[str] = []
    for state in states_along(history)[1:]:
        if state.stage is not None and stages[-1:] != [state.stage]:
            stages.append(state.stage)
    last = fold(history)
    if not isinstance(last, NotPlaced):
        assert [mark.stage for mark in last.upgrade.timeline] == stages
        assert last.upgrade.version == len(history)


# ---- any event in any state -------------------------------------------------------------------

MORE_HISTORIES = [
    live(HISTORIES["Moving"], [CONFLICT, LATE]),
    live(HISTORIES["AwaitingCreditCheck"], [LATE]),
    live(HISTORIES["Moved"], [SwitchBilling(at=NOW, users_left_behind=1)]),
    live(HISTORIES["NeedsAttention Moved"], [ResolveAttention(at=NOW)]),
    live(HISTORIES["Scheduled"], [start_scheduled()]),
    live(HISTORIES["Invoiced"], [REMIND, SETTLE, PAY, PAY_OUT, VOID]),
    live(
        HISTORIES["AwaitingCreditCheck"],
        [
            DecideCreditCheck(at=NOW, decision="approved", reference="R-1"),
            DecideCreditCheck(at=NOW, decision="declined", reference="R-2"),
        ],
    ),
]
EVENTS = [event for history in (*HISTORIES.values(), *MORE_HISTORIES) for event in history]


def test_there_is_an_event_of_every_type() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(UpgradeEvent))


@any_of(beginnings, st.lists(st.tuples(st.sampled_from(EVENTS), moments), max_size=12))
@examples(400)
def test_evolve_and_every_read_model_accept_any_event_in_any_state(
    beginning: list[UpgradeEvent], strange: list[tuple[UpgradeEvent, datetime]]
) -> None:
    state = fold(beginning)
    for event, at in strange:
        happened = event.model_copy(update={"at": at})
        state = evolve(state, happened)
        if isinstance(state, NotPlaced):
            continue
        upgrade_view(state)
        upgrade_row(state)
        rows_after(happened, state)
        consequences(happened, state)
