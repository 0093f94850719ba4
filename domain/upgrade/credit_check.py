"""The credit check: the part of `decide` for decisions and for the deadline (B37-B42)."""

from domain.upgrade.commands import DecideCreditCheck, ExpireCreditCheck
from domain.upgrade.events import (
    CreditCheckApproved,
    CreditCheckDeclined,
    CreditCheckExpired,
    CreditDecisionRefused,
    UpgradeEvent,
)
from domain.upgrade.states import (
    AwaitingCreditCheck,
    Checking,
    Expired,
    NeedsAttention,
    Placed,
    PlacedState,
    Scheduled,
    Upgrade,
    UpgradeState,
)
from domain.values import rejections


def decide_credit_check(command: DecideCreditCheck, state: PlacedState) -> list[UpgradeEvent]:
    """B41: the first decision in time counts; later ones are recorded and change nothing.

    Call `credit_decision_rejection` to learn whether the decision was accepted.
    """
    if isinstance(state, AwaitingCreditCheck) and command.at <= state.deadline:
        decided = CreditCheckApproved if command.decision == "approved" else CreditCheckDeclined
        return [decided(at=command.at, reference=command.reference, reason=command.reason)]
    rejection = credit_decision_rejection(command, state)
    if rejection is None or _may_count_later(command, state):
        return []
    return [
        CreditDecisionRefused(
            at=command.at,
            decision=command.decision,
            reference=command.reference,
            reason=command.reason,
            why=rejection.code,
        )
    ]


def _may_count_later(command: DecideCreditCheck, state: PlacedState) -> bool:
    """Whether the same decision can still be the one that counts.

    It is not recorded then, or the store would take its repeat for the one that was refused.
    """
    known = state.before if isinstance(state, NeedsAttention) else state
    if isinstance(known, AwaitingCreditCheck):
        return command.at <= known.deadline
    return isinstance(known, Checking | Scheduled)


def credit_decision_rejection(
    command: DecideCreditCheck, state: UpgradeState
) -> rejections.Rejection | None:
    """Why the decision does not count in `state`, or None if it is the decision that counts."""
    match state:
        case Placed(
            upgrade=Upgrade(credit=CreditCheckApproved() | CreditCheckDeclined() as standing)
        ):
            same_word = isinstance(standing, CreditCheckApproved) == (
                command.decision == "approved"
            )
            if same_word and standing.reference == command.reference:
                return None
            return rejections.DecisionContradicts(
                standing="approved" if isinstance(standing, CreditCheckApproved) else "declined",
                reference=standing.reference,
            )
        case AwaitingCreditCheck():
            return rejections.DecisionTooLate(deadline=state.deadline)
        case Expired():
            return rejections.DecisionTooLate()
        case _:
            return rejections.NotWaitingForDecision(stage=state.stage)


def expire_credit_check(command: ExpireCreditCheck, state: PlacedState) -> list[UpgradeEvent]:
    """B42: without a decision in time the upgrade expires. Raises `NotReached` before the deadline."""
    if not isinstance(state, AwaitingCreditCheck):
        return []
    if command.at < state.deadline:
        raise rejections.NotReached("the deadline has not passed", deadline=state.deadline)
    return [CreditCheckExpired(at=command.at, deadline=state.deadline)]
