"""The connection to Postgres breaks around the commit of a step: the step is repeated, done once."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from temporalio.client import Client

from store.database import Database
from tests.faults.lives import BATCH, MOMENTS, assert_lived_once, live, written
from tests.faults.wire import Moment, Wire
from tests.workflows.hooks import Hooks
from tests.workflows.story import Story, eventually

STEPS = {
    "OrderPlaced": "check_order",
    "CreditCheckApproved": "decide_credit_check",
    "UsersMoved": "move_users",
    "BillingSwitched": "switch_billing",
    "InvoiceIssued": "issue_invoice",
}
"""Which step writes what."""


@pytest.fixture
async def wire(database_url: str, event_type: str, moment: Moment) -> AsyncGenerator[Wire]:
    async with Wire(database_url, event_type, moment).opened() as wire:
        yield wire


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("event_type", STEPS)
async def test_a_connection_cut_around_any_commit_changes_nothing(
    database: Database, client: Client, hooks: Hooks, wire: Wire, event_type: str, moment: Moment
) -> None:
    wired = await Database.open(wire.url)
    worker = Story(wired, client, hooks, users_per_batch=BATCH)
    await worker.start_worker()
    story = Story(database, client, hooks)
    living = story.begin(live(story))
    try:
        await wire.stopped()
        if moment == "after":

            async def committed() -> bool:
                return await written(database, event_type) > 0

            await eventually(f"{event_type} is committed", committed)
        else:
            assert await written(database, event_type) == 0
        wire.cut()
        await assert_lived_once(story, await asyncio.wait_for(living, 60))
        assert hooks.begun[STEPS[event_type]] == 2, "the cut made it run again"
    finally:
        await worker.stop_worker()
        await story.end()
        await wired.close()
