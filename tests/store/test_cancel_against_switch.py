"""A cancel that races the switch: exactly one of them wins, in whatever order things happen (B57)."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from domain.values import rejections
from domain.views.read_models import UpgradeView
from store.database import Database
from store.errors import VersionConflict
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.interleaving import EveryOrder, Round, Run
from tests.store.support import Life, holders, world_of, world_tenant

SOME_ORDERS = 30
RACES = 25


async def a_moved_upgrade(database: Database, tenant_id: str) -> Life:
    """Everybody has been moved, and billing is about to switch."""
    await import_world(database, world_of(world_tenant(tenant_id)), NOW)
    life = Life(database, f"{tenant_id}-basic", tenant_id)
    await life.quote()
    await life.order()
    assert (await life.move()).stage == "switching_billing"
    return life


def switching(life: Life) -> Run:
    """The step of the switch, tried again as its retries would."""

    async def run(database: Database) -> UpgradeView:
        again = Life(database, life.subscription_id, life.tenant_id)
        while True:
            try:
                return await again.switch()
            except VersionConflict:
                continue

    return run


def canceling(life: Life, *, undo: bool = True) -> Run:
    """The step of the cancel, and of the undo that follows it."""

    async def run(database: Database) -> UpgradeView:
        again = Life(database, life.subscription_id, life.tenant_id)
        while True:
            try:
                canceled = await again.cancel()
                return await again.undo() if canceled.undoing and undo else canceled
            except VersionConflict:
                continue

    return run


async def winner_of(life: Life, ended: dict[str, Any]) -> str:
    """Who won; everything stands as they say, and all others were told."""
    last = await life.undo()  # as whoever was killed in the middle of it would be tried again
    view = await life.switch() if last.stage == "awaiting_invoice" else last
    types = Counter(
        row["type"]
        for row in await life.database.fetch(
            "select type from events where stream = 'upgrade-' || $1", life.upgrade_id
        )
    )
    booked = await life.database.fetchval(
        "select count(*) from ledger_entries where upgrade_id = $1", life.upgrade_id
    )
    old = await holders(life.database, life.subscription_id)
    assert view.new_subscription_id is not None
    new = await holders(life.database, view.new_subscription_id)
    canceled = [end for who, end in ended.items() if who.startswith("cancel")]
    switched = [end for who, end in ended.items() if who.startswith("switch")]
    if view.stage == "awaiting_invoice":
        assert (types["BillingSwitched"], types["UndoStarted"]) == (1, 0)
        assert all(isinstance(end, rejections.AlreadySwitched) for end in canceled), canceled
        assert {end.stage for end in switched} == {"awaiting_invoice"}
        assert booked > 0
        assert (len(old), len(new)) == (0, 7)
        return "switch"
    assert view.stage == "canceled"
    assert (types["BillingSwitched"], types["UndoStarted"], types["UpgradeCanceled"]) == (0, 1, 1)
    assert all(end.undoing or end.stage == "canceled" for end in canceled), canceled
    for end in switched:  # told so, or shown an upgrade that goes back
        assert isinstance(end, rejections.Rejection) or end.undoing or end.stage == "canceled", end
    assert booked == 0
    assert (len(old), len(new)) == (7, 0)
    return "cancel"


async def test_in_every_order_of_their_statements_one_wins(database: Database) -> None:
    choose, winners = EveryOrder(), Counter[str]()
    orders = set[tuple[str, ...]]()
    while True:
        life = await a_moved_upgrade(database, f"t{len(orders)}")
        round = Round()
        round.begin(database, {"switch": switching(life), "cancel": canceling(life, undo=False)})
        ended = await round.play(choose)
        winners[await winner_of(life, ended)] += 1
        assert tuple(round.turns) not in orders, "each order once"
        orders.add(tuple(round.turns))
        if not choose.another():
            break
    print(f"{len(orders)} orders: {dict(winners)}")
    assert len(orders) >= 10
    assert winners["switch"] > 0
    assert winners["cancel"] > 0


async def test_with_workers_killed_between_statements_one_wins(database: Database) -> None:
    """A killed one is tried again; a switch also runs twice at once, as after a lost heartbeat."""
    winners, kills = Counter[str](), 0
    for seed in range(SOME_ORDERS):
        rng = random.Random(seed)
        life = await a_moved_upgrade(database, f"t{seed}")
        steps = {"switch": switching(life), "switch 2": switching(life), "cancel": canceling(life)}
        round = Round()
        round.begin(database, steps)
        lives = dict.fromkeys(steps, 2)
        while waiting := await round.waiting():
            who = rng.choice(waiting)
            if lives[who] > 0 and rng.random() < 0.25:
                lives[who] -= 1
                kills += 1
                await round.kill(who)
                round.begin(database, {who: steps[who]})
            else:
                round.go(who)
        ended = await round.play(min)
        winners[await winner_of(life, ended)] += 1
    print(f"{kills} killed: {dict(winners)}")
    assert kills > SOME_ORDERS / 2
    assert len(winners) == 2


@pytest.mark.parametrize("head_start_ms", [0, 3])
async def test_at_the_same_time_one_wins(database: Database, head_start_ms: int) -> None:
    """Nobody holds anybody: the statements really overlap."""
    winners = Counter[str]()
    for seed in range(RACES):
        rng = random.Random(seed)
        life = await a_moved_upgrade(database, f"t{seed}")
        runs = {"switch": switching(life), "cancel": canceling(life), "cancel 2": canceling(life)}

        async def later(run: Run, seconds: float) -> UpgradeView:
            await asyncio.sleep(seconds)
            return await run(database)

        ended = await asyncio.gather(
            *(
                later(run, rng.random() * head_start_ms / 1000 if who != "switch" else 0)
                for who, run in runs.items()
            ),
            return_exceptions=True,
        )
        winners[await winner_of(life, dict(zip(runs, ended, strict=True)))] += 1
    print(dict(winners))
    assert winners.total() == RACES
