"""B53: billing switches once, however many try at the same time, in whatever state they read.

Each of many workers reads the upgrade before any of them writes: the database lets one through.
"""

import asyncio
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import pytest

from activities.steps import StepInput
from activities.upgrade_steps import PostgresUpgradeSteps
from activities.user_moves import UsersCannotMove
from domain.upgrade.states import Moved
from domain.views.read_models import UpgradeView
from store.database import Database
from store.errors import VersionConflict
from store.upgrades import UpgradeHistory
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.support import Life, world_of, world_subscription, world_tenant

WORKERS = 12
LARGE = 1_000
"""So many licenses leave account credit when they become ten."""


@pytest.fixture
def all_have_read(monkeypatch: pytest.MonkeyPatch) -> asyncio.Barrier:
    """Nobody decides on a switch before so many have read."""
    barrier = asyncio.Barrier(WORKERS)
    switch = PostgresUpgradeSteps._switch_billing  # pyright: ignore[reportPrivateUsage]
    history = PostgresUpgradeSteps._history  # pyright: ignore[reportPrivateUsage]
    switching: ContextVar[bool] = ContextVar("switching", default=False)

    async def switch_together(
        steps: PostgresUpgradeSteps, step: StepInput, at: datetime
    ) -> UpgradeView:
        switching.set(True)
        return await switch(steps, step, at)

    async def read_together(steps: PostgresUpgradeSteps, step: StepInput) -> UpgradeHistory:
        read = await history(steps, step)
        if switching.get() and not barrier.broken:
            assert isinstance(read.state, Moved)
            await barrier.wait()
        return read

    monkeypatch.setattr(PostgresUpgradeSteps, "_switch_billing", switch_together)
    monkeypatch.setattr(PostgresUpgradeSteps, "_history", read_together)
    return barrier


async def books_of(database: Database) -> list[Any]:
    """Everything that a switch writes."""
    rows = await database.fetch(
        "select 'ledger' as of, to_jsonb(each) as row from ledger_entries each"
        " union all select 'credit', to_jsonb(each) from account_credits each"
        " union all select 'subscription', to_jsonb(each) from subscriptions each"
        " union all select 'notice', to_jsonb(each) from notices each"
        " union all select 'event', jsonb_build_array(stream, version, type, data) from events"
        " order by 1, 2"
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("skipping", [False, True], ids=["all moved", "some are skipped"])
async def test_of_many_switches_at_once_one_is_made(
    database: Database, all_have_read: asyncio.Barrier, skipping: bool
) -> None:
    held = world_subscription("contoso-basic", licenses=LARGE)
    await import_world(database, world_of(world_tenant("contoso", held)), NOW)
    life = Life(database)
    await life.quote()
    await life.order()
    if skipping:
        await life.block("ada@contoso.example")
        with pytest.raises(UsersCannotMove):
            await life.move()
        await life.skip()
    await life.move()

    async with asyncio.timeout(60):
        outcomes: list[UpgradeView | BaseException] = await asyncio.gather(
            *(life.switch() for _ in range(WORKERS)), return_exceptions=True
        )
    switched = [each for each in outcomes if isinstance(each, UpgradeView)]
    late = [each for each in outcomes if isinstance(each, VersionConflict)]
    assert (len(switched), len(late)) == (1, WORKERS - 1), outcomes
    assert switched[0].stage == "awaiting_invoice"

    # All the others are repeated, also much later; they find it done and answer the same.
    await all_have_read.abort()
    before = await books_of(database)
    assert [row[1]["account"] for row in before if row[0] == "ledger"].count("account_credit") == 1
    life.later(days=3)
    repeated = await asyncio.gather(*(life.switch() for _ in range(WORKERS)))
    assert {view.model_dump_json() for view in repeated} == {switched[0].model_dump_json()}
    assert await books_of(database) == before
    types = [row[1][2] for row in before if row[0] == "event"]
    assert types.count("BillingSwitched") == 1
    assert types.count("BillingStarted") == 1
    assert types.count("SubscriptionCanceled") == 1
