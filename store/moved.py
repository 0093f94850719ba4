"""Reading what a move did: its ledger, and the users whom it could not take along."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

from domain.values.base import Instant, Value
from store.database import Executor, query

ROWS_AT_ONCE = 5_000
"""Of a whole ledger, however many users it has: memory stays flat."""


class MovedUser(Value):
    """One user, moved once: what they had before, and what they have now."""

    user_id: str
    batch: int
    moved_at: Instant
    old_subscription_id: str
    new_subscription_id: str
    disabled_before: tuple[str, ...]
    disabled_now: tuple[str, ...]
    lost_switches: tuple[str, ...]
    """Services that were switched off and came on (B45)."""
    returned_at: Instant | None
    """When an undo took them back, with the switches they had."""
    left_at: Instant | None
    """When their license there ended: who joins again has a new one, without what was before."""


class FailedUser(Value):
    """A user whom the move could not take along."""

    user_id: str
    code: str
    note: str
    attempts: int
    failed_at: Instant
    """The last attempt."""
    skipped_at: Instant | None
    """When an operator decided to go on without them."""
    skipped_why: str | None


AnyRow = TypeVar("AnyRow", MovedUser, FailedUser)


async def read_moved_users(
    executor: Executor, upgrade_id: str, *, after: str, limit: int, lost_switches: bool = False
) -> list[MovedUser]:
    """The ledger of a move after a user, or only those who lost switches.

    May have a few rows more than `limit`: a user who was moved twice stays together.
    """
    rows = await executor.fetch(query("moves/moved_users"), upgrade_id, after, lost_switches, limit)
    return [MovedUser.model_validate(dict(row)) for row in rows]


async def read_failed_users(
    executor: Executor, upgrade_id: str, *, after: str, limit: int
) -> list[FailedUser]:
    """Users whom the move could not take along, after a user; those skipped too."""
    rows = await executor.fetch(query("moves/failed_users"), upgrade_id, after, limit)
    return [FailedUser.model_validate(dict(row)) for row in rows]


async def pages(
    read: Callable[[str | None, int], Awaitable[Sequence[AnyRow]]],
) -> AsyncIterator[Sequence[AnyRow]]:
    """All rows, a page at a time: `read` answers what comes after a user, or first, up to a limit."""
    after: str | None = None
    while page := await read(after, ROWS_AT_ONCE):
        yield page
        after = page[-1].user_id


async def block_user(
    executor: Executor, subscription_id: str, user_id: str, *, code: str, note: str
) -> bool:
    """Keep a user's license from being changed; whether there is such a license."""
    done = await executor.execute(
        "insert into user_blocks (subscription_id, user_id, code, note)"
        " select subscription_id, user_id, $3, $4 from assignments"
        " where subscription_id = $1 and user_id = $2"
        " on conflict (subscription_id, user_id) do update"
        " set code = excluded.code, note = excluded.note",
        subscription_id,
        user_id,
        code,
        note,
    )
    return not done.endswith(" 0")


async def unblock_user(executor: Executor, subscription_id: str, user_id: str) -> bool:
    """Let a user's license be changed again; whether it was blocked."""
    done = await executor.execute(
        "delete from user_blocks where subscription_id = $1 and user_id = $2",
        subscription_id,
        user_id,
    )
    return not done.endswith(" 0")
