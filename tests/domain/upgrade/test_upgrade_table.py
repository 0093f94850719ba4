"""Every command in every state: what happens, what is nothing new, what is rejected and why.

A rule names the states in which a command leads to events, and those in which it leads to nothing
because it has been carried out or overtaken. In all others it is rejected.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, get_args

import pytest

from domain.upgrade.commands import (
    BeginUndo,
    Cancel,
    Command,
    CompleteMove,
    DecideCreditCheck,
    ExpireCreditCheck,
    FinishUndo,
    IssueInvoice,
    PayInvoice,
    PayOutCredit,
    PlaceOrder,
    RaiseAlert,
    RecordFailedUsers,
    RecordMovedUsers,
    RecordReturnedUsers,
    RemindOfInvoice,
    ReportLicenseConflict,
    ReportProblem,
    ResolveAttention,
    SettleInvoice,
    SkipUsers,
    StartMove,
    StartScheduled,
    SwitchBilling,
    VoidInvoice,
)
from domain.upgrade.decider import decide
from domain.upgrade.events import CreditDecisionRefused
from domain.upgrade.evolve import fold
from domain.upgrade.states import UpgradeState, ended, is_open
from domain.values import rejections
from domain.values.rejections import Rejection
from tests.domain.upgrades import COMMANDS, HISTORIES

ENDED = "Completed, Invoiced, Refused, Declined, Expired, Canceled, Undone"
PARKED = ", ".join(name for name in HISTORIES if name.startswith("NeedsAttention"))
UNDOING = "Undoing canceled, Undoing undone"
CALLED_OFF = f"{UNDOING}, Canceled, Undone"
SWITCHED = "AwaitingInvoice, Completed, Invoiced, NeedsAttention AwaitingInvoice"
CHECK_STILL_TO_COME = (
    "Checking, Scheduled, NeedsAttention Scheduled, NeedsAttention AwaitingCreditCheck"
)
MOVES = "Moving, Moving again, Moving with users who cannot, Moving on without users"
EVERYWHERE = ", ".join(name for name in HISTORIES if name != "NotPlaced")


@dataclass
class Rule:
    """Events or rejections to the states they follow in; `nothing` lists states without an event."""

    events: Mapping[str, str] = field(default_factory=dict[str, str])
    nothing: str = ""
    rejected: Mapping[type[Rejection], str] = field(default_factory=dict[type[Rejection], str])
    otherwise: str | type[Rejection] = rejections.NotReached

    def expected(self, state: str) -> str | type[Rejection]:
        outcomes: list[str | type[Rejection]] = [
            outcome
            for outcome, states in {**self.events, "": self.nothing, **self.rejected}.items()
            if state in states.split(", ")
        ]
        assert len(outcomes) <= 1, f"two rules speak of {state}"
        if state == "NotPlaced" and not outcomes:
            return rejections.NotOrdered
        return outcomes[0] if outcomes else self.otherwise


RULES: Mapping[type[Any], Rule] = {
    PlaceOrder: Rule(
        events={"OrderPlaced EligibilityConfirmed": "NotPlaced"},
        rejected={
            # Ordered on other bodies under the same key.
            rejections.IdempotencyKeyReused: "Scheduled, NeedsAttention Scheduled",
        },
        otherwise="",
    ),
    StartScheduled: Rule(
        events={"QuoteRenewed EligibilityConfirmed": "Scheduled"},
        otherwise="",
    ),
    DecideCreditCheck: Rule(  # B41
        events={
            "CreditCheckApproved": "AwaitingCreditCheck",
        },
        nothing=CHECK_STILL_TO_COME,
        otherwise="CreditDecisionRefused",
    ),
    ExpireCreditCheck: Rule(  # B42
        events={"CreditCheckExpired": "AwaitingCreditCheck"},
        otherwise="",
    ),
    StartMove: Rule(
        events={"MoveStarted": "ReadyToMove"},
        # It may have ended right here: what was quoted no longer fitted.
        nothing=f"{MOVES}, Moved, AwaitingInvoice, Completed, Invoiced, Refused, {CALLED_OFF}",
    ),
    RecordMovedUsers: Rule(
        events={"UsersMoved": "Moving"},
        nothing="Moving again, Moving with users who cannot, Moving on without users",
    ),
    RecordFailedUsers: Rule(
        events={"UsersFailed": "Moving, Moving again, Moving on without users"},
        nothing="Moving with users who cannot",
    ),
    SkipUsers: Rule(
        events={
            "AttentionResolved UsersSkipped": "NeedsAttention Moving, "
            "NeedsAttention Moving with users who cannot",
            "UsersSkipped": "Moving, Moving again, Moving with users who cannot",
        },
        nothing="Moving on without users",
    ),
    CompleteMove: Rule(  # nobody is left behind
        events={"MoveCompleted": "Moving, Moving again, Moving on without users"},
        nothing=f"Moved, AwaitingInvoice, Completed, Invoiced, {CALLED_OFF}",
    ),
    SwitchBilling: Rule(  # B53
        events={"BillingSwitched": "Moved"},
        nothing=f"AwaitingInvoice, Completed, Invoiced, Moving again, {CALLED_OFF}",
    ),
    IssueInvoice: Rule(events={"InvoiceIssued": "AwaitingInvoice"}, nothing="Invoiced"),  # B54
    SettleInvoice: Rule(  # B65
        events={"InvoiceSettled": "AwaitingInvoice, NeedsAttention AwaitingInvoice, Invoiced"},
        otherwise="",
    ),
    PayInvoice: Rule(events={"InvoicePaid": "Invoiced"}),
    VoidInvoice: Rule(events={"InvoiceVoided": "Invoiced"}),
    RemindOfInvoice: Rule(events={"InvoiceReminded": "Invoiced"}, otherwise=""),
    PayOutCredit: Rule(events={"CreditPaidOut": SWITCHED}),
    Cancel: Rule(  # B57
        events={
            "UpgradeCanceled": "Checking, Scheduled, AwaitingCreditCheck, ReadyToMove",
            "UndoStarted": f"{MOVES}, Moved",
            "AttentionResolved UpgradeCanceled": "NeedsAttention Scheduled, "
            "NeedsAttention AwaitingCreditCheck, NeedsAttention ReadyToMove",
            "AttentionResolved UndoStarted": "NeedsAttention Moving, "
            "NeedsAttention Moving with users who cannot, NeedsAttention Moved",
        },
        nothing="Canceled, Undoing canceled, NeedsAttention Undoing canceled",
        rejected={rejections.AlreadySwitched: SWITCHED},
        otherwise=rejections.AlreadyEnded,
    ),
    BeginUndo: Rule(  # B58
        events={
            "UpgradeUndone": "Checking, Scheduled, AwaitingCreditCheck, ReadyToMove",
            "UndoStarted": f"{MOVES}, Moved",
            "AttentionResolved UpgradeUndone": "NeedsAttention Scheduled, "
            "NeedsAttention AwaitingCreditCheck, NeedsAttention ReadyToMove",
            "AttentionResolved UndoStarted": "NeedsAttention Moving, "
            "NeedsAttention Moving with users who cannot, NeedsAttention Moved",
            "AttentionResolved": "NeedsAttention Undoing canceled, NeedsAttention Undoing undone",
        },
        nothing=CALLED_OFF,
        rejected={rejections.AlreadySwitched: SWITCHED},
    ),
    RecordReturnedUsers: Rule(events={"UsersReturned": UNDOING}, nothing="Canceled, Undone"),
    FinishUndo: Rule(
        events={"UpgradeCanceled": "Undoing canceled", "UpgradeUndone": "Undoing undone"},
        nothing="Canceled, Undone",
    ),
    ReportLicenseConflict: Rule(
        events={"LicenseConflictFound UndoStarted": MOVES},
        otherwise="",
    ),
    RaiseAlert: Rule(  # B51
        events={
            "CreditCheckReminded": "AwaitingCreditCheck, NeedsAttention AwaitingCreditCheck",
            "UpgradeDelayed": f"ReadyToMove, {MOVES}, Moved, Undoing canceled, Undoing undone, "
            "NeedsAttention ReadyToMove, NeedsAttention Moving, NeedsAttention Moved, "
            "NeedsAttention Moving with users who cannot, "
            "NeedsAttention Undoing canceled, NeedsAttention Undoing undone",
        },
        otherwise="",
    ),
    ReportProblem: Rule(
        nothing=f"{ENDED}, {PARKED}",
        otherwise="AttentionNeeded",
    ),
    ResolveAttention: Rule(
        events={"AttentionResolved": PARKED},
        rejected={rejections.AlreadyEnded: ENDED},
        otherwise="",
    ),
}


def outcome(command: Command, state: UpgradeState) -> str | type[Rejection]:
    try:
        return " ".join(type(event).__name__ for event in decide(command, state))
    except Rejection as rejection:
        return type(rejection)


def test_every_command_in_every_state() -> None:
    cells = {
        (command.__name__, state): (
            outcome(COMMANDS[command], fold(HISTORIES[state])),
            RULES[command].expected(state),
        )
        for command in COMMANDS
        for state in HISTORIES
    }
    assert len(cells) == len(COMMANDS) * len(HISTORIES)
    wrong = {cell: found for cell, (found, expected) in cells.items() if found != expected}
    assert not wrong, "these are not as the rules say"


def test_no_command_is_forgotten() -> None:
    assert RULES.keys() == COMMANDS.keys() == set(get_args(Command))


def test_no_state_is_forgotten() -> None:
    assert {type(fold(history)) for history in HISTORIES.values()} == _members(UpgradeState)
    for name, history in HISTORIES.items():
        assert type(fold(history)).__name__ == name.split()[0]


def test_rules_speak_of_states_that_there_are() -> None:
    for rule in RULES.values():
        named = [rule.nothing, *rule.events.values(), *rule.rejected.values()]
        assert {state for states in named if states for state in states.split(", ")} <= set(
            HISTORIES
        )


@pytest.mark.parametrize("state", HISTORIES)
def test_a_command_that_is_repeated_right_away_decides_nothing(state: str) -> None:
    for command in COMMANDS.values():
        before = fold(HISTORIES[state])
        try:
            events = decide(command, before)
        except Rejection:
            continue
        after = fold([*HISTORIES[state], *events])
        repeated = outcome(command, after)
        if events and isinstance(events[0], CreditDecisionRefused):
            assert repeated == "CreditDecisionRefused", "the store knows it by its command's id"
        else:
            assert repeated == "", type(command).__name__


def test_a_place_is_held_until_billing_has_switched_or_the_upgrade_has_ended() -> None:
    closed = {*ENDED.split(", "), *SWITCHED.split(", "), "NotPlaced"}  # B9
    for name, history in HISTORIES.items():
        assert is_open(fold(history)) == (name not in closed), name
        assert ended(fold(history)) == (name in ENDED.split(", ")), name


def _members(union: Any) -> set[type]:
    """The types of a union of unions."""
    if isinstance(union, UnionType):
        return {member for part in get_args(union) for member in _members(part)}
    return {union}
