"""Moving licenses from one subscription to another, a batch of users at a time.

A move takes everybody along, or only the users that `users_to_move` lists for its quote; into a
subscription that was opened for it, or into one that has users of its own. `docs/moving-users.md` explains how.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.values.base import Value
from store.database import Executor, query
from store.errors import VersionConflict

FROM_THE_START = ""
"""Comes before every user's id."""


class Move(Value):
    """Which users go where, and what they keep."""

    upgrade_id: str
    old: str
    new: str
    kept_services: tuple[str, ...] | None = None
    """Services whose switches stay off; None turns every service on (B45)."""
    list_id: str | None = None
    """The quote whose users in `users_to_move` go, and nobody else; None: everybody."""
    into_its_own: bool = True
    """Whether `new` was opened for this move: then an undo takes whoever is in it back along."""


class Batch(Value):
    """What one batch did, and what it left."""

    gone: int
    """Users who left the subscription that the batch takes them from."""
    moved: int
    """Of these, who was moved: not who held the new license already."""
    staying: int = 0
    """Users who are held back: blocked, or skipped."""
    remaining: int = 0
    """Users who can be moved and were not yet."""
    upto: str | None
    """The user to go on after; None where it looked to the end."""


_EVERYBODY = "true"
_NEXT_OF_ALL = "select user_id from assignments where subscription_id = $3 and user_id > $8"
_LEFT_OF_ALL = "s.assigned - moved.users - dropped.users - staying.users"

# A list may be long, and nothing is known of its length right after it was kept: each `offset 0` and
# each array has users looked up one by one, and no batch joins all of the list.
_NEXT_OF_LIST = (
    "select user_id from (select user_id from users_to_move"
    " where quote_id = $10 and user_id > $8 order by user_id offset 0) as l"
    " where exists (select from assignments a"
    " where a.subscription_id = $3 and a.user_id = l.user_id offset 0)"
)
_WHO_IS_CHOSEN = "a.user_id = any(array(select user_id from chosen))"
_LEFT_OF_LIST = (
    "case when bound.seen = $7"
    " then (select count(*) from users_to_move where quote_id = $10 and user_id > bound.upto)"
    " - (select count(*) from held_back h join users_to_move u using (user_id)"
    " where u.quote_id = $10 and h.user_id > bound.upto)"
    " else (select count(*) from users_to_move u join assignments o using (user_id)"
    " where u.quote_id = $10 and o.subscription_id = $3)"
    " - moved.users - dropped.users - staying.users end"
)


def _who_is_listed(list_id: str) -> str:
    """The condition for them, where `list_id` is the placeholder of the list's id."""
    return (
        "exists (select from users_to_move u"
        f" where u.quote_id = {list_id} and u.user_id = a.user_id offset 0)"
    )


_WHO_WAS_MOVED = (
    "exists (select from moved_users w where w.upgrade_id = $1 and w.user_id = a.user_id"
    " and w.returned_at is null and w.left_at is null offset 0)"
)
"""Each is looked up by the `offset`: nothing is known of the ledger right after a large move."""


async def move_batch(
    transaction: Executor,
    move: Move,
    *,
    version: int,
    batch: int,
    users_at_most: int,
    after: str,
    at: datetime,
) -> Batch:
    """Move up to `users_at_most` users whose ids come after `after`.

    Raises `VersionConflict` when another worker is moving these users, or the upgrade's stream is
    no longer at `version`.
    """
    sql = query("moves/move_batch").format(
        batch=_NEXT_OF_LIST if move.list_id else _NEXT_OF_ALL,
        users=_WHO_IS_CHOSEN if move.list_id else _EVERYBODY,
        listed=_who_is_listed("$10") if move.list_id else _EVERYBODY,
        remaining=_LEFT_OF_LIST if move.list_id else _LEFT_OF_ALL,
    )
    kept = None if move.kept_services is None else list(move.kept_services)
    how = (batch, at, users_at_most, after, kept, *([move.list_id] if move.list_id else []))
    where = (move.upgrade_id, version, move.old, move.new)
    return _batch(await transaction.fetchrow(sql, *where, *how), move)


async def return_batch(
    transaction: Executor,
    move: Move,
    *,
    version: int,
    users_at_most: int,
    after: str,
    at: datetime,
) -> Batch:
    """Move up to `users_at_most` users back, with the switches they had. Raises like `move_batch`."""
    sql = query("moves/return_batch").format(
        users=_EVERYBODY if move.into_its_own else _WHO_WAS_MOVED
    )
    where = (move.upgrade_id, version, move.new, move.old)
    row = await transaction.fetchrow(sql, *where, at, users_at_most, after)
    return _batch(row if row is None else {**row, "moved": row["gone"]}, move)


async def restore_dropped(transaction: Executor, move: Move, at: datetime) -> None:
    """Give back the old licenses that ended beside one of the subscription that all move to."""
    await transaction.execute(query("moves/restore_dropped"), move.upgrade_id, at, move.new)


def _batch(row: Mapping[str, object] | None, move: Move) -> Batch:
    if row is None:
        raise VersionConflict(f"the users of {move.upgrade_id} are in other hands")
    return Batch.model_validate(dict(row))


async def note_failed_users(
    transaction: Executor, move: Move, at: datetime
) -> tuple[int, dict[str, int]]:
    """Note who cannot be moved now; how many, and how many for each reason."""
    sql = query("moves/note_failed_users").format(
        users=_who_is_listed("$4") if move.list_id else _EVERYBODY
    )
    listed = [move.list_id] if move.list_id else []
    row = await transaction.fetchrow(sql, move.upgrade_id, move.old, at, *listed)
    return row["failed"], row["reasons"]


async def skip_users(
    transaction: Executor,
    upgrade_id: str,
    users: Sequence[str] | None,
    *,
    at: datetime,
    reason: str,
) -> tuple[int, list[str]]:
    """Go on without users who fail; all of them where `users` is None.

    Returns how many are skipped in all, and those of `users` who do not fail.
    """
    listed = None if users is None else list(users)
    row = await transaction.fetchrow(query("moves/skip_users"), upgrade_id, listed, at, reason)
    return row["skipped"], row["unknown"]


async def end_skipped_licenses(transaction: Executor, upgrade_id: str, old: str) -> int:
    """The licenses of skipped users end, with the subscription; how many."""
    ended = await transaction.execute(
        "delete from assignments a using failed_users f"
        " where f.upgrade_id = $1 and f.skipped_at is not null"
        " and a.subscription_id = $2 and a.user_id = f.user_id",
        upgrade_id,
        old,
    )
    return int(ended.split()[-1])


async def users_without_license(executor: Executor, upgrade_id: str) -> int:
    """How many users of an upgrade's two subscriptions its new one has no license for; 0 if none."""
    return await executor.fetchval(query("moves/users_without_license"), upgrade_id) or 0


async def users_to_move(executor: Executor, upgrade_id: str, old: str) -> int:
    """How many users hold a license of the old subscription: all, or those listed for the move."""
    return await executor.fetchval(query("moves/users_to_move"), upgrade_id, old) or 0


async def users_left_behind(
    executor: Executor, upgrade_id: str, old: str, list_id: str | None
) -> tuple[int, int]:
    """How many users hold a license of the old subscription who should have moved, and how many not.

    Who was skipped stays on purpose, and where there is a list, whoever is not on it.
    """
    row = await executor.fetchrow(query("moves/users_left_behind"), upgrade_id, old, list_id)
    return row["left_behind"], row["staying"]
