"""Moving users: what each event of a move leads to, and which events a command of it leads to.

A part of the decider in `domain.upgrade.decider`, in a room of its own: batches go over, users who cannot go
are counted, an operator may go on without them, and nobody else is left behind (B43-B49).
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
    UsersFailed,
    UsersLeftBehind,
    UsersMoved,
    UsersSkipped,
)
from domain.upgrade.states import (
    BatchMark,
    Canceled,
    Moved,
    Moving,
    NeedsAttention,
    PlacedState,
    ReadyToMove,
    Switched,
    Undoing,
    Undone,
)
from domain.values import rejections

MoveCommand = StartMove | RecordMovedUsers | RecordFailedUsers | CompleteMove | SkipUsers
MoveEvent = MoveStarted | UsersMoved | UsersFailed | UsersSkipped | MoveCompleted | UsersLeftBehind

RECENT_BATCHES = 10
"""Of so many the rate is the mean: an hour of outage is forgotten after them."""


def after_move(state: PlacedState, event: MoveEvent) -> PlacedState:
    """The state after an event of the move."""
    match event:
        case MoveStarted():
            return state.become(
                Moving,
                new_subscription_id=event.new_subscription_id,
                users=event.users,
                locked_at=event.at,
                recent=(BatchMark(at=event.at, users=0),),
            )
        case UsersMoved():
            moved = state.moved + event.users
            users = moved + state.skipped + event.remaining
            after = state.with_(moved=moved, users=users, batches=event.batch)
            if not isinstance(after, Moving):
                return after
            mark = BatchMark(at=event.at, users=event.users)
            return after.with_(recent=(*after.recent, mark)[-RECENT_BATCHES - 1 :])
        case UsersFailed():
            users = max(state.users, state.moved + state.skipped + event.users)
            return state.with_(failed=event.users, users=users)
        case UsersSkipped():
            failed = max(0, state.failed - event.users)
            return state.with_(failed=failed, skipped=state.skipped + event.users)
        case MoveCompleted():
            return state.become(Moved, users=state.moved + state.skipped)
        case UsersLeftBehind():
            return state.become(
                Moving,
                users=state.moved + state.skipped + event.users,
                recent=(BatchMark(at=event.at, users=0),),
            )


def decide_move(command: MoveCommand, state: PlacedState) -> list[UpgradeEvent]:
    """The events that a command of the move leads to."""
    match command, state:
        case StartMove(), ReadyToMove():
            into = None if state.change is None else state.change.into
            new_subscription_id = into or new_subscription_id_for(state.order.upgrade_id)
            return [
                MoveStarted(
                    at=command.at, new_subscription_id=new_subscription_id, users=command.users
                )
            ]
        case RecordMovedUsers(), Moving():
            if command.batch <= state.batches or command.users == 0:
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
            if command.users == state.failed:
                return []
            return [UsersFailed(at=command.at, users=command.users, reasons=command.reasons)]
        case CompleteMove(), Moving():
            if state.failed:
                raise rejections.NotReached("some users could not be moved", failed=state.failed)
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
    newly = command.users - state.skipped
    match state:
        case _ if newly <= 0 < state.skipped:
            return []
        case Moving() | NeedsAttention(before=Moving()) if newly > 0:
            parked = isinstance(state, NeedsAttention)
            goes_on = [AttentionResolved(at=command.at, action="skip")] if parked else []
            return [*goes_on, UsersSkipped(at=command.at, users=newly, reason=command.reason)]
        case _:
            raise rejections.NotReached("no user waits to be skipped", stage=state.stage)
