"""Moving licenses from one subscription to another, a batch of users at a time."""

from collections.abc import Sequence
from datetime import datetime

from store.database import Executor, query


async def move_batch(
    transaction: Executor,
    *,
    upgrade_id: str,
    old: str,
    new: str,
    batch: int,
    users_at_most: int,
    at: datetime,
    kept_services: Sequence[str] | None,
) -> tuple[int, bool]:
    """Move up to `users_at_most` users from `old` to `new`.

    Returns how many went, and whether that was the last batch: nobody was seen behind it.
    Switches that were off stay off for `kept_services`; None turns every service on (B45).
    """
    kept = None if kept_services is None else list(kept_services)
    row = await transaction.fetchrow(
        query("move_batch"), old, new, upgrade_id, batch, users_at_most, at, kept
    )
    return row["moved"], row["is_last"]


async def return_batch(
    transaction: Executor, *, upgrade_id: str, old: str, new: str, users_at_most: int, at: datetime
) -> int:
    """Move up to `users_at_most` users back from `new` to `old`; returns how many."""
    return await transaction.fetchval(
        query("return_batch"), new, old, upgrade_id, users_at_most, at
    )


async def assigned_users(executor: Executor, subscription_id: str) -> int:
    """How many users hold a license of the subscription."""
    count = await executor.fetchval(
        "select assigned from subscriptions where subscription_id = $1", subscription_id
    )
    return count or 0
