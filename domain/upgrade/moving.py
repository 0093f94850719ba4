"""Moving users: the part of `decide` for the commands of a move (B43-B49).

Batches of users move, users who cannot be moved are counted, an operator may go on without them, and
nobody else is left behind.
"""

from domain.quoting.orders import new_subscription_id_for
from domain.upgrade.commands import (
    CompleteMove,
    RecordFailedUsers,
    RecordMovedUsers,
    SkipUsers,
    StartMove,
)
from domain.upgrade.events import (
    AttentionResolved,
    MoveCompleted,
    MoveStarted,
    UpgradeEvent,
    UpgradeRefused,
    UsersFailed,
    UsersMoved,
    UsersSkipped,
)
from domain.upgrade.states import (
    Canceled,
    Moved,
    Moving,
    NeedsAttention,
    PlacedState,
    ReadyToMove,
    Refused,
    Switched,
    Undoing,
    Undone,
)
from domain.values import rejections

MoveCommand = StartMove | RecordMovedUsers | RecordFailedUsers | CompleteMove | SkipUsers


def decide_move(command: MoveCommand, state: PlacedState) -> list[UpgradeEvent]:
    """The events that a command of the move leads to."""
    match command, state:
        case StartMove(refusals=refusals), ReadyToMove() if refusals:
            return [UpgradeRefused(at=command.at, refusals=refusals)]
        case StartMove(), Refused():
            return []
        case StartMove(), ReadyToMove():
            into = None if state.upgrade.change is None else state.upgrade.change.into
            new_subscription_id = into or new_subscription_id_for(state.upgrade.order.upgrade_id)
            return [
                MoveStarted(
                    at=command.at, new_subscription_id=new_subscription_id, users=command.users
                )
            ]
        case RecordMovedUsers(), Moving():
            if command.batch <= state.upgrade.batches or command.users == 0:
                return []
            return [
                UsersMoved(
                    at=command.at,
                    batch=command.batch,
                    users=command.users,
                    remaining=command.remaining,
                )
            ]
        case RecordFailedUsers(), Moving():
            if command.users == state.upgrade.failed:
                return []
            return [UsersFailed(at=command.at, users=command.users, reasons=command.reasons)]
        case CompleteMove(), Moving():
            if state.upgrade.failed:
                raise rejections.NotReached(
                    "some users could not be moved", failed=state.upgrade.failed
                )
            return [MoveCompleted(at=command.at)]
        case SkipUsers(), _:
            return _skip(command, state)
        case ((StartMove() | CompleteMove()), (Moving() | Moved() | Switched())):
            return []
        case ((StartMove() | CompleteMove()), (Undoing() | Canceled() | Undone())):
            return []  # a cancel was faster: there is nothing left to move
        case _:
            raise rejections.NotReached("users cannot move now", stage=state.stage)


def _skip(command: SkipUsers, state: PlacedState) -> list[UpgradeEvent]:
    newly = command.users - state.upgrade.skipped
    match state:
        case _ if newly <= 0 < state.upgrade.skipped:
            return []
        case Moving() | NeedsAttention(before=Moving()) if newly > 0:
            parked = isinstance(state, NeedsAttention)
            goes_on = [AttentionResolved(at=command.at, action="skip")] if parked else []
            return [*goes_on, UsersSkipped(at=command.at, users=newly, reason=command.reason)]
        case _:
            raise rejections.NotReached("no user waits to be skipped", stage=state.stage)
