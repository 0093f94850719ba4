"""A batch reads the users of its move once at most, however little is known of tables that just grew."""

import json
from typing import Any

import pytest

from activities import user_moves
from api.service.administration import Administration
from store.database import Database
from store.moves import FROM_THE_START, Batch, Move, return_batch
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.store.changes import TARGET, ChangeLife, two_subscriptions
from tests.store.plans import rows_of
from tests.store.support import world_of, world_subscription, world_tenant

USERS = 6_000
BATCH = 500
READ_AT_MOST = 10 * USERS
"""Rows that all nodes of a plan look at; a join without an index would look at 500 times 6,000."""


class Watched:
    """A transaction whose statements are carried out once more beforehand, to see what they read."""

    def __init__(self, transaction: Any, read: list[float]) -> None:
        self._transaction = transaction
        self._read = read

    async def fetchrow(self, sql: str, *arguments: Any) -> Any:
        await self._transaction.execute("savepoint beforehand")
        found = await self._transaction.fetchval(
            f"explain (analyze, format json, timing off) {sql}", *arguments
        )
        await self._transaction.execute("rollback to savepoint beforehand")
        (explained,) = json.loads(found) if isinstance(found, str) else found
        self._read.append(sum(rows_of(explained["Plan"])))
        return await self._transaction.fetchrow(sql, *arguments)


@pytest.mark.parametrize("listed", [True, False], ids=["a list", "everybody"])
@pytest.mark.parametrize("bought", [True, False], ids=["bought", "there before"])
async def test_no_batch_reads_all_of_a_move_for_each_user(
    database: Database, monkeypatch: pytest.MonkeyPatch, listed: bool, bought: bool
) -> None:
    await import_world(database, two_subscriptions(licenses=10_000), NOW)
    await Administration(database, lambda: NOW).set_licenses(OPERATOR, TARGET, 10_000)
    for table in ("assignments", "moved_users", "users_to_move"):
        await database.execute(f"alter table {table} set (autovacuum_enabled = false)")
    names = [f"user-{n:05}" for n in range(USERS)]
    await database.execute(
        "insert into assignments select 'contoso-basic', unnest($1::text[])", names
    )
    # Others make the planner expect more of a join than a batch has.
    other = world_tenant("other", world_subscription("other-basic", licenses=200_000))
    await import_world(database, world_of(other), NOW)
    await database.execute(
        "insert into assignments select 'other-basic', 'user-' || n from generate_series(1, 150000) n"
    )
    read: list[float] = []

    def watched(batch: Any) -> Any:
        async def look(transaction: Any, *arguments: Any, **named: Any) -> Batch:
            return await batch(Watched(transaction, read), *arguments, **named)

        return look

    for name in ("move_batch", "return_batch"):
        monkeypatch.setattr(user_moves, name, watched(getattr(user_moves, name)))
    change = ChangeLife(database, users_per_batch=BATCH)
    buy = {"plan_id": "standard", "licenses": USERS + 7, "billing": "monthly"}
    await change.ask(*(names if listed else ()), into=TARGET, buy=buy if bought else None)
    if (await change.order()).stage == "awaiting_credit_check":
        await change.decide("approved")
    await change.move()
    moving = len(read)
    await change.cancel()
    assert (await change.undo()).stage == "canceled"
    assert moving > 1
    assert len(read) > moving + 1
    assert max(read) < READ_AT_MOST


@pytest.mark.breaks_promises
async def test_an_undo_is_as_cheap_where_only_small_subscriptions_are_known(
    database: Database,
) -> None:
    read: list[float] = []
    async with database.transaction() as transaction:
        await transaction.execute("set local session_replication_role = replica")
        for table in ("assignments", "moved_users"):
            await transaction.execute(f"alter table {table} set (autovacuum_enabled = false)")
        await _insert(transaction, "'small-' || n % 20", "'small-' || n % 20", users=400)
        await transaction.execute("analyze assignments, moved_users")
        await _insert(transaction, "'new'", "'moved'", users=USERS)
        await transaction.execute(
            "insert into streams (stream, version, hash) values ('upgrade-moved', 7, '')"
        )
        watched: Any = Watched(transaction, read)
        batch = await return_batch(
            watched,
            Move(upgrade_id="moved", old="old", new="new", kept_services=None, into_its_own=True),
            version=7,
            users_at_most=2 * BATCH,
            after=FROM_THE_START,
            at=NOW,
        )
    assert batch.gone == 2 * BATCH
    assert max(read) < READ_AT_MOST


async def _insert(transaction: Any, subscription: str, upgrade: str, *, users: int) -> None:
    await transaction.execute(
        f"insert into assignments select {subscription}, 'user-' || lpad(n::text, 6, '0')"
        f" from generate_series(1, {users}) n"
    )
    await transaction.execute(
        "insert into moved_users (upgrade_id, user_id, batch, disabled_before)"
        f" select {upgrade}, 'user-' || lpad(n::text, 6, '0'), 1, '{{}}'"
        f" from generate_series(1, {users}) n"
    )
