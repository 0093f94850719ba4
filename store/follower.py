"""Following the event store: every event once, in the order of commits, whoever writes meanwhile.

Positions are handed out before commit, so a reader that remembers "the last position I saw" never
sees an event that commits late:

    writer A  takes position 7 ............................ commits
    writer B            takes position 8, commits
    reader                                  sees 8, remembers 8     never asks for 7 again

So a follower orders events by (transaction_id, global_position), and reads only those of
transactions older than the oldest one still running: nothing can appear before them any more. It
waits for that oldest transaction, of whichever database on the server; so handlers must be short.

Its checkpoint is a row that is locked while a batch is handled and moves on in the same transaction
as the handler's own writes: within the database, every event is handled exactly once. What a handler
does outside of it may be repeated; `FollowedEvent.global_position` is the id to tell repeats by.
"""

from collections.abc import Awaitable, Callable, Sequence

from domain.upgrade.stored_events import RecordedEvent
from store.database import Database, Executor, query

BATCH = 500


class FollowedEvent(RecordedEvent):
    """An event as a follower meets it."""

    global_position: int
    """Unlike any other event's, and always the same: consumers tell repeats by it."""


Handle = Callable[[Executor, Sequence[FollowedEvent]], Awaitable[None]]
"""Takes the transaction to write in, and events in the order of their commits; within one stream,
that is the order of their versions."""


class Follower:
    """One reader of the whole store under a name; any number of processes may run it."""

    def __init__(self, database: Database, name: str) -> None:
        """A follower of a new name begins with the first event there is."""
        self._database = database
        self.name = name
        self._has_checkpoint = False

    async def run_once(self, handle: Handle, limit: int = BATCH) -> int:
        """Handle the next events, at most `limit`, in one transaction; returns how many.

        Returns 0 where nothing new is there yet, or another process is handling it right now. If
        `handle` raises, nothing has happened and the same events come again.
        """
        await self._make_checkpoint()
        async with self._database.transaction() as transaction:
            checkpoint = await transaction.fetchrow(query("follower/lock_checkpoint"), self.name)
            if checkpoint is None:
                return 0
            rows = await transaction.fetch(
                query("follower/events_after"),
                checkpoint["transaction_id"],
                checkpoint["global_position"],
                limit,
            )
            if not rows:
                return 0
            positions = [(row["transaction_id"], row["global_position"]) for row in rows]
            fields = FollowedEvent.model_fields
            events = [
                FollowedEvent.model_validate({name: row[name] for name in fields}) for row in rows
            ]
            await handle(transaction, events)
            await transaction.execute(
                query("follower/advance_checkpoint"), self.name, *positions[-1]
            )
        return len(rows)

    async def _make_checkpoint(self) -> None:
        if not self._has_checkpoint:
            await self._database.execute(query("follower/make_checkpoint"), self.name)
            self._has_checkpoint = True
