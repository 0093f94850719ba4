"""Moves whose connections are killed, that two workers fight over, and that are called off halfway."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from temporalio.testing import ActivityEnvironment

from activities.user_moves import UsersCannotMove
from domain.upgrade.states import Moving
from domain.values import rejections
from domain.views.read_models import UpgradeView
from store.database import Database
from store.errors import PromiseBroken, StoreError, StoreUnavailable, VersionConflict
from store.moved import read_failed_users, read_moved_users
from store.upgrades import UpgradeHistory
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.support import Life, holders, world_of, world_subscription, world_tenant

SEEDS = 50
USERS = 24


@pytest.fixture
async def killer(database_url: str) -> AsyncGenerator[asyncpg.Connection]:
    """A connection that outlives those it kills."""
    connection = await asyncpg.connect(database_url, server_settings={"application_name": "killer"})
    yield connection
    await connection.close()


async def a_move(database: Database, name: str, batch: int) -> Life:
    subscription = world_subscription(f"{name}-basic", user_count=USERS, licenses=99)
    await import_world(database, world_of(world_tenant(name, subscription)), NOW)
    life = Life(database, f"{name}-basic", name, users_per_batch=batch, licenses=99)
    await life.quote()
    await life.order()
    return life


async def until_done(life: Life) -> UpgradeView:
    """Move, and move back, as Temporal would have it tried again until it is done."""
    while True:
        try:
            view = await life.move()
            return await life.undo() if view.undoing else view
        except (StoreUnavailable, VersionConflict):
            await asyncio.sleep(0.01)


@asynccontextmanager
async def ending(*tasks: "asyncio.Task[Any]") -> AsyncGenerator[None]:
    """Let no task outlive a failed test: it would go on trying, and disturb the next ones."""
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def kill_connections(killer: asyncpg.Connection) -> int:
    """`kill -9` of every connection to the database but our own; how many."""
    return await killer.fetchval(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where datname = current_database() and application_name = 'plan-upgrade'"
    )


async def come_and_go(life: Life, rng: random.Random) -> tuple[set[str], set[str]]:
    """Some leave and some join while the move is under way."""
    left, joined = set[str](), set[str]()
    for n in range(4):
        await asyncio.sleep(rng.random() / 100)
        leaver = f"user-{rng.randrange(1, USERS + 1):07}@{life.subscription_id}"
        try:
            gone = await life.database.fetch(
                "delete from assignments where user_id = $1 returning user_id", leaver
            )
            left.update(row["user_id"] for row in gone)
            joined.add(
                await life.database.fetchval(
                    "insert into assignments values ($1, $2) returning user_id",
                    life.subscription_id,
                    f"joiner-{n}",
                )
            )
        except StoreError:
            continue  # killed, and it is not known whether it was done: the database says
    return left, joined


async def test_connections_killed_at_random_moments_lose_and_repeat_nobody(
    database: Database, killer: asyncpg.Connection
) -> None:
    """B43, B44."""
    kills = canceled = 0
    for seed in range(SEEDS):
        rng = random.Random(seed)
        life = await a_move(database, f"t{seed}", batch=rng.randint(1, 6))
        before = await holders(database, life.subscription_id)
        workers = [asyncio.create_task(until_done(life)) for _ in range(rng.choice((1, 2)))]
        changes = asyncio.create_task(come_and_go(life, rng))
        for _ in range(rng.randint(1, 3)):
            await asyncio.sleep(rng.random() / 40)
            kills += await kill_connections(killer)
        if rng.random() < 0.3:
            try:
                await life.cancel()
                canceled += 1
            except (StoreError, rejections.Rejection):
                pass  # killed too, or the move was faster
        async with asyncio.timeout(30), ending(*workers, changes):
            await asyncio.gather(*workers)
            await changes
        view = await until_done(life)
        old = await holders(database, life.subscription_id)
        new = await holders(database, view.new_subscription_id) if view.new_subscription_id else {}
        log = await database.fetch(
            "select distinct on (user_id) user_id, change from license_changes"
            " where subscription_id = any($1) and change <> 'switched'"
            " order by user_id, position desc",
            [life.subscription_id, view.new_subscription_id],
        )
        left = {row["user_id"] for row in log if row["change"] == "left"}
        joined = {row["user_id"] for row in log if row["change"] == "joined"}
        everybody = (set(before) | joined) - left
        assert {*old, *new} == everybody, seed
        if view.stage == "canceled":
            assert set(old) == everybody, seed
        else:
            assert view.stage == "switching_billing", seed
            late = set(old)  # who joined after the move's end: the switch sends them after the rest
            assert late <= joined, seed
    assert kills > SEEDS
    assert canceled > 0


async def test_two_workers_fighting_over_one_move_move_everybody_once(database: Database) -> None:
    life = await a_move(database, "t", batch=2)
    views = await asyncio.gather(*(until_done(life) for _ in range(4)))
    assert {view.stage for view in views} == {"switching_billing"}
    batches = await database.fetch("select batch, users from move_batches order by batch")
    assert [(row["batch"], row["users"]) for row in batches] == [(n, 2) for n in range(1, 13)]


async def test_a_batch_that_somebody_made_after_we_looked_is_a_conflict_and_no_fault(
    database: Database,
) -> None:
    life = await a_move(database, "t", batch=9)
    moves = life.steps
    one_batch = moves._moves._move_one_batch
    conflicts = 0

    async def and_again(history: UpgradeHistory, *given: Any) -> object:
        nonlocal conflicts
        after, batch = await one_batch(history, *given)
        if isinstance(after.state, Moving):
            with pytest.raises(VersionConflict):
                await one_batch(replace(after, state=history.state), *given)
            conflicts += 1
        return after, batch

    moves._moves._move_one_batch = and_again  # pyright: ignore[reportAttributeAccessIssue]
    view = await ActivityEnvironment().run(moves.move_users, life.step)
    assert (view.users.moved, conflicts) == (USERS, 2)


async def test_a_batch_waits_for_nobody_who_is_about_to_change_a_switch_and_keeps_what_they_said(
    database: Database, life: Life
) -> None:
    await life.quote(keep_disabled_services=True)
    await life.order()
    async with database.transaction() as changing:
        await changing.execute(
            "update assignments set disabled_services = '{teams}' where user_id ~ '^bob'"
        )
        moving = asyncio.create_task(life.move())
        await asyncio.sleep(0.2)
        assert not moving.done()
    view = await moving
    moved = await read_moved_users(database, life.upgrade_id, after="", limit=10)
    assert {user.user_id: user.disabled_before for user in moved}["bob@contoso.example"] == (
        "teams",
    )
    assert (await holders(database, str(view.new_subscription_id)))["bob@contoso.example"] == [
        "teams"
    ]


async def test_a_user_who_gets_the_new_license_while_they_are_moved_does_not_fail_the_move(
    database: Database, life: Life
) -> None:
    await life.quote()
    await life.order()
    started = asyncio.Event()
    moves = life.steps
    one_batch = moves._moves._move_one_batch

    async def after_a_join(*given: object) -> object:
        if not started.is_set():
            started.set()
            history = given[0]
            new = history.state.upgrade.new_subscription_id  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
            async with database.transaction() as joining:
                await joining.execute(
                    "insert into assignments values ($1, 'ada@contoso.example')", new
                )
                moving = asyncio.create_task(one_batch(*given))  # pyright: ignore[reportArgumentType]
                await asyncio.sleep(0.2)  # it waits for the join, and then meets it
            return await moving
        return await one_batch(*given)  # pyright: ignore[reportArgumentType]

    moves._moves._move_one_batch = after_a_join  # pyright: ignore[reportAttributeAccessIssue]
    view = await ActivityEnvironment().run(moves.move_users, life.step)
    assert started.is_set()
    assert view.stage == "switching_billing"
    assert len(await holders(database, str(view.new_subscription_id))) == 7


async def test_who_joins_in_the_moment_the_last_one_goes_back_goes_back_too(
    database: Database, life: Life
) -> None:
    before = await holders(database, "contoso-basic")
    life.users_per_batch = 10
    await life.quote()
    await life.order()
    new = str((await life.move()).new_subscription_id)
    await life.cancel()
    async with database.transaction() as joining:
        await joining.execute("insert into assignments values ($1, 'zoe@contoso.example')", new)
        undoing = asyncio.create_task(life.undo())
        await asyncio.sleep(0.2)  # it waits for the join, and then meets it
        assert not undoing.done()
    assert (await undoing).stage == "canceled"
    assert await holders(database, "contoso-basic") == before | {"zoe@contoso.example": []}


async def test_who_left_and_joined_again_has_no_old_switches_after_an_undo(
    database: Database, life: Life
) -> None:
    before = await holders(database, "contoso-basic")
    await life.quote()
    await life.order()
    new = str((await life.move()).new_subscription_id)
    leave = "delete from assignments where subscription_id = $1 and user_id ~ $2"
    for user in ("^ada", "^cy", "^gus"):
        await database.execute(leave, new, user)
    join = "insert into assignments values ($1, $2)"
    await database.execute(join, new, "ada@contoso.example")
    await database.execute(join, "contoso-basic", "cy@contoso.example")
    moved = await read_moved_users(database, life.upgrade_id, after="", limit=10)
    assert [user.user_id[:3] for user in moved if user.left_at] == ["ada", "cy@", "gus"]
    await life.cancel()
    assert (await life.undo()).stage == "canceled"
    came_back = before | {"ada@contoso.example": [], "cy@contoso.example": []}
    del came_back["gus@contoso.example"]
    assert await holders(database, "contoso-basic") == came_back


@pytest.mark.parametrize(("users", "batch"), [(0, 1), (0, 3), (1, 1), (3, 1), (3, 3)])
async def test_a_move_of_any_size_ends(database: Database, users: int, batch: int) -> None:
    held = world_subscription("few-basic", user_count=users, licenses=9)
    if not users:
        held = world_subscription("few-basic", users=(), licenses=9)
    await import_world(database, world_of(world_tenant("few", held)), NOW)
    life = Life(database, "few-basic", "few", users_per_batch=batch)
    await life.quote()
    await life.order()
    view = await life.move()
    assert (view.stage, view.users.moved) == ("switching_billing", users)
    assert (await life.switch()).stage == "awaiting_invoice"


async def test_more_users_than_an_opened_subscription_has_licenses_do_not_go_back_to_it(
    database: Database, life: Life
) -> None:
    life.licenses = 7
    await life.quote()
    await life.order()
    between = str((await life.move()).new_subscription_id)
    await life.switch()
    again = Life(database, between, key="key-2", at=life.at, licenses=20)
    await again.quote(target_plan_id="premium")
    await again.order()
    new = str((await again.move()).new_subscription_id)
    await database.execute("insert into assignments values ($1, 'zoe@contoso.example')", new)
    await again.cancel()
    with pytest.raises(PromiseBroken) as refused:
        await again.undo()
    assert refused.value.constraint == "opened_has_licenses_for_all"
    held = {*await holders(database, between), *await holders(database, new)}
    assert len(held) == 8  # wherever each of them is
    await database.execute("delete from assignments where user_id ~ '^zoe'")
    assert (await again.undo()).stage == "canceled"


# ---- users who cannot be moved ------------------------------------------------------------------


async def test_everybody_else_moves_and_who_cannot_is_named(database: Database, life: Life) -> None:
    await life.quote()
    await life.order()
    await life.block("bob@contoso.example", "gus@contoso.example")
    for attempt in (1, 2):
        with pytest.raises(UsersCannotMove, match="2 users cannot be moved: 2 upstream"):
            await life.move()
        failed = await read_failed_users(database, life.upgrade_id, after="", limit=9)
        assert [(user.user_id[:3], user.code, user.attempts) for user in failed] == [
            ("bob", "upstream", attempt),
            ("gus", "upstream", attempt),
        ]
    assert set(await holders(database, "contoso-basic")) == {
        "bob@contoso.example",
        "gus@contoso.example",
    }
    with pytest.raises(rejections.NotReached):
        await life.switch()
    await database.execute("delete from user_blocks where user_id ~ '^bob'")
    with pytest.raises(UsersCannotMove, match="1 users"):
        await life.move()
    await database.execute("delete from user_blocks")
    view = await life.move()
    assert (view.stage, view.users.moved, view.users.failed) == ("switching_billing", 7, 0)
    assert await read_failed_users(database, life.upgrade_id, after="", limit=9) == []
    assert (await life.switch()).stage == "awaiting_invoice"


async def test_who_is_skipped_keeps_the_license_until_billing_switches(
    database: Database, life: Life
) -> None:
    """B50."""
    await life.quote()
    await life.order()
    await life.block("bob@contoso.example", "gus@contoso.example")
    with pytest.raises(UsersCannotMove):
        await life.move()
    with pytest.raises(rejections.UsersDoNotFail) as told:
        await life.skip("ada@contoso.example", "gus@contoso.example")
    assert told.value.details["users"] == ["ada@contoso.example"]
    skipped = await life.skip("gus@contoso.example")
    assert (skipped.users.failed, skipped.users.skipped) == (1, 1)
    assert (await life.skip("gus@contoso.example")).version == skipped.version
    with pytest.raises(UsersCannotMove, match="1 users"):
        await life.move()
    await life.skip()
    moved = await life.move()
    assert (moved.stage, moved.users.total, moved.users.moved, moved.users.skipped) == (
        "switching_billing",
        7,
        5,
        2,
    )
    assert set(await holders(database, "contoso-basic")) == {
        "bob@contoso.example",
        "gus@contoso.example",
    }
    assert (await life.switch()).stage == "awaiting_invoice"
    assert await holders(database, "contoso-basic") == {}
    assert await life.switch() == await life.switch()
    failed = await read_failed_users(database, life.upgrade_id, after="", limit=9)
    assert [user.skipped_why for user in failed] == ["they are leaving"] * 2


async def test_an_undo_leaves_skipped_users_their_license(database: Database, life: Life) -> None:
    before = await holders(database, "contoso-basic")
    await life.quote()
    await life.order()
    await life.block("bob@contoso.example")
    with pytest.raises(UsersCannotMove):
        await life.move()
    await life.skip()
    await life.cancel()
    assert (await life.undo()).stage == "canceled"
    assert await holders(database, "contoso-basic") == before


# ---- what the database refuses ------------------------------------------------------------------


async def test_nobody_can_be_noted_as_moved_without_a_license_there(
    database: Database, life: Life
) -> None:
    await life.quote()
    await life.order()
    await life.move()
    with pytest.raises(PromiseBroken) as refused:
        await database.execute(
            "insert into moved_users (upgrade_id, user_id, batch, disabled_before)"
            " values ($1, 'ghost', 1, '{}')",
            life.upgrade_id,
        )
    assert refused.value.constraint == "moved_users_hold_a_license"


async def test_every_assignment_belongs_to_a_subscription(database: Database, life: Life) -> None:
    for statement in (
        "insert into assignments values ('no-such', 'ada')",
        "update assignments set subscription_id = 'no-such' where user_id ~ '^ada'",
        "delete from subscriptions where subscription_id = 'contoso-basic'",
    ):
        with pytest.raises(PromiseBroken) as refused:
            await database.execute(statement)
        assert refused.value.constraint == "assignments_subscription_id_fkey", statement


async def test_every_user_has_an_id(database: Database, life: Life) -> None:
    with pytest.raises(PromiseBroken) as refused:
        await database.execute("insert into assignments values ('contoso-basic', '')")
    assert refused.value.constraint == "every_user_has_an_id"
