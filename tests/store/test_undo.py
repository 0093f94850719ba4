"""The undo by itself (B57, B58): retried, resumed, repeated, and with people coming and going in the middle."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from domain.quoting.orders import new_subscription_id_for
from domain.views.read_models import UpgradeView
from store.database import Database
from store.errors import VersionConflict
from store.moves import FROM_THE_START
from store.upgrades import read_history
from store.verify import verify
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.interleaving import Round, Run
from tests.store.support import Life, holders, in_run_of, world_of, world_tenant

WORLD = ("subscriptions", "assignments", "ledger_entries", "invoices")


async def contents(database: Database, tenant_id: str) -> dict[str, list[Any]]:
    """Everything that an undo has to restore, to the last column."""
    old = f"{tenant_id}-basic"
    return {
        table: [
            row["row"]
            for row in await database.fetch(
                f"select to_jsonb(each) as row from {table} each"
                f" where to_jsonb(each) ->> $1 = $2 order by each::text",
                "subscription_id" if table in ("subscriptions", "assignments") else "tenant_id",
                old if table in ("subscriptions", "assignments") else tenant_id,
            )
        ]
        for table in WORLD
    }


async def a_canceled_move(
    database: Database, tenant_id: str, *, users_per_batch: int = 2
) -> tuple[Life, dict[str, list[Any]]]:
    """Everybody is over, nobody is back yet; with how it was before."""
    await import_world(database, world_of(world_tenant(tenant_id)), NOW)
    before = await contents(database, tenant_id)
    life = Life(database, f"{tenant_id}-basic", tenant_id, users_per_batch=users_per_batch)
    await life.quote()
    await life.order()
    await life.move()
    assert (await life.cancel()).undoing
    return life, before


def undoing(life: Life) -> Run:
    """The step of the undo, as another worker would run it."""

    async def run(database: Database) -> UpgradeView:
        limits = life.users_per_batch
        again = Life(database, life.subscription_id, life.tenant_id, users_per_batch=limits)
        while True:
            try:
                return await again.undo()
            except VersionConflict:
                continue  # as its retry would

    return run


async def assert_all_is_as_before(life: Life, before: dict[str, list[Any]]) -> None:
    assert await contents(life.database, life.tenant_id) == before
    types = Counter(await event_types(life))
    assert (types["UndoStarted"], types["UpgradeCanceled"]) == (1, 1)


async def event_types(life: Life) -> list[str]:
    rows = await life.database.fetch(
        "select type from events where stream = 'upgrade-' || $1 order by version", life.upgrade_id
    )
    return [row["type"] for row in rows]


async def test_killed_at_each_place_it_goes_on_where_it_was(database: Database) -> None:
    """Between any two statements, before any commit: a retry ends it, and nothing is lost."""
    places = 0
    while True:
        life, before = await a_canceled_move(database, f"t{places}")
        round = Round()
        round.begin(database, {"undo": undoing(life)})
        for _ in range(places):
            if not await round.waiting():
                break
            round.go("undo")
        if not await round.waiting():
            break  # it came to its end
        returned = len(await holders(database, life.subscription_id))
        await round.kill("undo")
        assert len(await holders(database, life.subscription_id)) == returned, "what was done stays"
        batches = (await event_types(life)).count("UsersReturned")
        view = await life.undo()
        assert view.stage == "canceled"
        await assert_all_is_as_before(life, before)
        assert (await event_types(life)).count("UsersReturned") >= batches
        places += 1
    assert places >= 1 + 2 * 4, "a read, and two for each of the batches"


async def test_once_it_is_done_a_repeat_changes_nothing(database: Database) -> None:
    life, before = await a_canceled_move(database, "contoso")
    done = await life.undo()
    types = await event_types(life)
    for _ in range(3):
        assert await life.undo() == done
        assert (await life.cancel()).stage == "canceled"
        assert (await life.move()).stage == "canceled"
    assert await event_types(life) == types
    await assert_all_is_as_before(life, before)


@pytest.mark.parametrize("first", ["undo", "undo 2"])
async def test_two_at_once_put_everybody_back_once(database: Database, first: str) -> None:
    """As after a lost heartbeat: the first attempt still runs when the second one begins."""
    life, before = await a_canceled_move(database, "contoso")
    round = Round()
    round.begin(database, {"undo": undoing(life), "undo 2": undoing(life)})
    turns = iter(range(1000))

    def in_turn(waiting: list[str]) -> str:
        return waiting[(next(turns) + (first == "undo")) % len(waiting)]

    ended = await round.play(lambda waiting: in_turn(list(waiting)))
    assert {end.stage for end in ended.values()} == {"canceled"}
    await assert_all_is_as_before(life, before)
    log = await database.fetch(
        "select user_id from license_changes where subscription_id = $1 and change = 'joined'",
        life.subscription_id,
    )
    assert len(log) == len({row["user_id"] for row in log}), "nobody came back twice"


@pytest.mark.parametrize("users_per_batch", [1, 2, 7])
async def test_who_joins_and_leaves_meanwhile_is_where_they_should_be(
    database: Database, users_per_batch: int
) -> None:
    """One joins and one leaves on either side at each place where the undo can be interrupted."""
    life, before = await a_canceled_move(database, "contoso", users_per_batch=users_per_batch)
    old, new = life.subscription_id, new_subscription_id_for(life.upgrade_id)
    everybody = {row["user_id"] for row in before["assignments"]}
    round = Round()
    round.begin(database, {"undo": undoing(life)})
    comers = iter(["zed@contoso.example", "zoe@contoso.example"])
    goers = iter(["gus@contoso.example", "ada@contoso.example"])
    changes: list[asyncio.Task[str]] = []  # some wait for a lock that the undo holds
    while waiting := await round.waiting():
        if (comer := next(comers, None)) is not None:
            at = old if comer.startswith("zed") else new
            join = database.execute("insert into assignments values ($1, $2)", at, comer)
            changes.append(asyncio.create_task(join))
            everybody.add(comer)
        elif (goer := next(goers, None)) is not None:
            leave = database.execute("delete from assignments where user_id = $1", goer)
            changes.append(asyncio.create_task(leave))
            everybody.discard(goer)
        await asyncio.wait(changes, timeout=0.2)
        round.go(waiting[0])
    assert [await change for change in changes] == ["INSERT 0 1"] * 2 + ["DELETE 1"] * 2
    assert (await life.undo()).stage == "canceled"
    assert set(await holders(database, old)) == everybody
    assert await holders(database, new) == {}
    kept = {row["user_id"]: row["disabled_services"] for row in before["assignments"]}
    for user, off in (await holders(database, old)).items():
        assert off == kept.get(user, []), "with the switches they had"


async def test_who_is_back_leaves_and_joins_the_new_one_brings_that_license_along(
    database: Database,
) -> None:
    """While the undo runs: ADA is back, leaves, and joins what is about to be withdrawn."""
    life, before = await a_canceled_move(database, "contoso", users_per_batch=1)
    new = new_subscription_id_for(life.upgrade_id)
    history = await read_history(database, life.upgrade_id, life.subscription_id)
    await in_run_of(life.upgrade_id).run(
        life.steps._moves._return_one_batch, history, 1, FROM_THE_START, NOW
    )
    ada = next(iter(await holders(database, life.subscription_id)))
    await database.execute("delete from assignments where user_id = $1", ada)
    await database.execute("insert into assignments values ($1, $2, '{apps}')", new, ada)
    assert (await life.undo()).stage == "canceled"
    expected = {row["user_id"]: row["disabled_services"] for row in before["assignments"]}
    assert expected[ada] == ["sharepoint"]
    assert await holders(database, life.subscription_id) == {**expected, ada: ["apps"]}
    assert (await verify(database)).ok
