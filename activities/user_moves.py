"""The loop of a move: batch after batch, each one transaction with its event, until nobody is left.

It resumes from what the database says, wherever an earlier attempt stopped; nothing of a move is
kept anywhere else. `docs/moving-users.md` explains how, and which constraint keeps which promise.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from activities.acting import event_metadata
from activities.batching import Pace, Turns
from activities.heartbeats import heartbeating
from domain.upgrade.commands import (
    Command,
    CompleteMove,
    FinishUndo,
    RecordFailedUsers,
    RecordMovedUsers,
    RecordReturnedUsers,
)
from domain.upgrade.decider import decide
from domain.upgrade.events import UpgradeEvent
from domain.upgrade.evolve import evolve
from domain.upgrade.states import Moving, NotPlaced, Undoing, UpgradeState
from domain.values.base import Value
from domain.views.read_models import user_counts
from store.database import Database
from store.errors import PromiseBroken, VersionConflict
from store.moves import (
    FROM_THE_START,
    Batch,
    Move,
    move_batch,
    note_failed_users,
    restore_dropped,
    return_batch,
)
from store.upgrades import UpgradeHistory, read_history

_JOINED_MEANWHILE = ("assignments_pkey", "ended_has_no_users")
"""A user got the license they were about to be moved to, or one of a subscription that was about to
be withdrawn after its last user had gone back: the next look sees them."""

TRIES_OF_A_BATCH = 20
"""In a row, while somebody else is faster; then the step fails, and is tried again later."""

CONFLICT_SECONDS = 0.05


class MoveLimits(Value):
    """How much of the database moves may take."""

    users_per_batch: int
    """At most, in one transaction."""
    seconds_per_batch: float = 1.0
    """What a batch aims to take at most."""
    batches_at_once: int = 2
    """Large batches of one process, of whatever upgrades."""


class UsersCannotMove(Exception):
    """Some users cannot be moved as things are; everybody else has been."""

    def __init__(self, reasons: Mapping[str, int]) -> None:
        """`reasons`: code to how many users."""
        self.users = sum(reasons.values())
        each = ", ".join(f"{count} {code}" for code, count in sorted(reasons.items()))
        super().__init__(f"{self.users} users cannot be moved: {each}")


class UserMoves:
    """Moves users, and moves them back, on one database."""

    def __init__(self, database: Database, limits: MoveLimits) -> None:
        """All moves of a process share one, so that they take turns."""
        self._database = database
        self._limits = limits
        self._turns = Turns(limits.batches_at_once)

    async def move(self, history: UpgradeHistory, now: Callable[[], datetime]) -> UpgradeHistory:
        """Move every user, until the move is complete or the upgrade has been canceled (B43-B49).

        Raises `UsersCannotMove` once everybody else has been moved.
        """
        return await self._loop(history, Moving, self._move_one_batch, now)

    async def take_back(
        self, history: UpgradeHistory, now: Callable[[], datetime]
    ) -> UpgradeHistory:
        """Move every user back, with the switches they had (B57, B58)."""
        return await self._loop(history, Undoing, self._return_one_batch, now)

    async def _loop(
        self,
        history: UpgradeHistory,
        while_in: type[Moving] | type[Undoing],
        one_batch: "_OneBatch",
        now: Callable[[], datetime],
    ) -> UpgradeHistory:
        pace = Pace(self._limits.users_per_batch, self._limits.seconds_per_batch)
        after, conflicts, answered = FROM_THE_START, 0, time.monotonic()
        async with heartbeating(lambda: _progress(history, since=answered)):
            while isinstance(history.state, while_in):
                try:
                    async with self._turns.turn(
                        min(pace.size, history.state.upgrade.users)
                    ) as seconds:
                        history, batch = await one_batch(history, pace.size, after, now())
                except VersionConflict:
                    # A cancel came in between, or another worker is at it: go on from what is true.
                    conflicts += 1
                except PromiseBroken as error:
                    if error.constraint not in _JOINED_MEANWHILE:
                        raise
                    pace.failed()
                    conflicts += 1
                else:
                    answered = time.monotonic()
                    pace.took(batch.gone, seconds())
                    after, conflicts = batch.upto or FROM_THE_START, 0
                    if batch.upto is None and not batch.gone:
                        await asyncio.sleep(CONFLICT_SECONDS)  # somebody is joining right now
                    continue
                if conflicts >= TRIES_OF_A_BATCH:
                    raise VersionConflict("somebody else was faster many times in a row")
                await asyncio.sleep(CONFLICT_SECONDS)
                history, after = await self._read_again(history), FROM_THE_START
        return history

    async def _move_one_batch(
        self, history: UpgradeHistory, users_at_most: int, after: str, at: datetime
    ) -> tuple[UpgradeHistory, Batch]:
        """Move a batch and say so, in one transaction; the last batch completes the move."""
        state = history.state
        assert isinstance(state, Moving)
        move, number, reasons = _move_of(state), state.upgrade.batches + 1, dict[str, int]()
        async with self._database.transaction() as transaction:
            batch = await move_batch(
                transaction,
                move,
                version=history.version,
                batch=number,
                users_at_most=users_at_most,
                after=after,
                at=at,
            )
            left = batch.remaining + max(0, batch.staying - state.upgrade.skipped)
            if move.list_id is not None and batch.upto is not None:
                # Nobody looks yet who of the list's rest still is there: no more than were left before.
                left = min(left, state.upgrade.remaining + state.upgrade.failed - batch.gone)
            moved = RecordMovedUsers(at=at, batch=number, users=batch.moved, remaining=left)
            events = _decided(state, moved)
            if batch.remaining <= 0:
                if batch.staying or state.upgrade.failed:
                    failed, reasons = await note_failed_users(transaction, move, at)
                    failing = RecordFailedUsers(at=at, users=failed, reasons=reasons)
                    events += _decided(state, failing, after=events)
                if not reasons:
                    events += _decided(state, CompleteMove(at=at, batch=number), after=events)
            # Not by the batch: an empty one may complete the move, and be tried again later.
            history = await _appended(history, transaction, events, f"move-{history.version}")
        if reasons:
            raise UsersCannotMove(reasons)
        return history, batch

    async def _return_one_batch(
        self, history: UpgradeHistory, users_at_most: int, after: str, at: datetime
    ) -> tuple[UpgradeHistory, Batch]:
        """Move a batch back and say so, in one transaction; the last batch ends the upgrade."""
        state = history.state
        assert isinstance(state, Undoing)
        number = state.upgrade.batches + 1
        async with self._database.transaction() as transaction:
            batch = Batch(gone=0, moved=0, upto=None)
            if state.upgrade.new_subscription_id is not None:
                batch = await return_batch(
                    transaction,
                    _move_of(state),
                    version=history.version,
                    users_at_most=users_at_most,
                    after=after,
                    at=at,
                )
            returned = RecordReturnedUsers(at=at, batch=number, users=batch.gone)
            events = _decided(state, returned)
            if batch.upto is None and after == FROM_THE_START:
                if state.upgrade.new_subscription_id is not None:
                    await restore_dropped(transaction, _move_of(state), at)
                events += _decided(state, FinishUndo(at=at), after=events)
            history = await _appended(history, transaction, events, f"return-{history.version}")
        return history, batch

    async def _read_again(self, history: UpgradeHistory) -> UpgradeHistory:
        state = history.state
        assert not isinstance(state, NotPlaced), "what was never ordered has no users to move"
        return await read_history(
            self._database, history.upgrade_id, state.upgrade.order.subscription_id
        )


_OneBatch = Callable[[UpgradeHistory, int, str, datetime], Awaitable[tuple[UpgradeHistory, Batch]]]


def _move_of(state: Moving | Undoing) -> Move:
    upgrade = state.upgrade
    assert upgrade.new_subscription_id is not None, "a move has its subscription from its start"
    return Move(
        upgrade_id=upgrade.order.upgrade_id,
        old=upgrade.order.subscription_id,
        new=upgrade.new_subscription_id,
        kept_services=upgrade.kept_services,
        list_id=upgrade.list_id,
        into_its_own=upgrade.opens_new,
    )


def _decided(
    state: UpgradeState, command: Command, after: list[UpgradeEvent] | None = None
) -> list[UpgradeEvent]:
    """What `command` leads to once the events before it have happened."""
    for event in after or []:
        state = evolve(state, event)
    return decide(command, state)


async def _appended(
    history: UpgradeHistory, transaction: Any, events: list[UpgradeEvent], command: str
) -> UpgradeHistory:
    return await history.append(transaction, events, command, event_metadata())


def _progress(history: UpgradeHistory, since: float) -> dict[str, Any]:
    """What a heartbeat says, for whoever looks at the pending activity (B48).

    `since` is when the database answered last, by the monotonic clock: a frozen one shows by its age.
    """
    if isinstance(history.state, NotPlaced):
        return {}
    counts = user_counts(history.state).model_dump(mode="json")
    told = {name: n for name, n in counts.items() if n is not None}
    silent = int(time.monotonic() - since)
    return {"version": history.version, **told, "seconds_since_last_batch": silent}
