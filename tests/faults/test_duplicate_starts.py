"""Every order is sent many times at once, by several callers: each becomes one upgrade.

    DUPLICATE_STARTS=100x100 ./dev test tests/faults/test_duplicate_starts.py

is the full size: a hundred orders, each a hundred times. Every test run does a small part of it.
"""

import asyncio
import os
import random
from collections import Counter

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.holiday_calendar import holiday_calendar
from api.service import UpgradeService
from api.temporal import Runs
from deploy.temporal_server import TemporalServer
from domain.read_models import UpgradeView
from store.database import Database
from store.verify import verify
from tests.clock import now
from tests.store.support import world_of
from tests.workflows.hooks import Hooks
from tests.workflows.story import SWITCHES, Story, a_subscription, a_tenant

SIZE = os.environ.get("DUPLICATE_STARTS", "8x25")
ORDERS, TIMES = (int(part) for part in SIZE.split("x"))
CALLERS = 3
"""Each with connections of its own to both servers."""
SEED = 20261128


@pytest.mark.may_take(seconds=3600 if ORDERS * TIMES > 1000 else 300)
async def test_orders_that_are_sent_many_times_at_once_are_one_upgrade_each(
    temporal_server: TemporalServer,
    client: Client,
    database: Database,
    database_url: str,
    hooks: Hooks,
) -> None:
    story = Story(database, client, hooks, patience_seconds=600)
    await story.start_worker()
    pools = [await Database.open(database_url, max_connections=15) for _ in range(CALLERS)]
    callers = [await _caller(temporal_server, pool) for pool in pools]
    try:
        tenants = [f"tenant-{n:03}" for n in range(ORDERS)]
        await story.load(
            world_of(*(a_tenant(each, a_subscription(f"{each}-basic")) for each in tenants))
        )
        keys = {each: story.key(each) for each in tenants}
        quotes = {each: (await story.quote(f"{each}-basic")).quote_id for each in tenants}
        sent, answered_after = 0, 0

        async def send(nth: int, tenant: str) -> UpgradeView:
            nonlocal sent, answered_after
            sent += 1
            view = await callers[nth % CALLERS].upgrade(
                f"{tenant}-basic", quotes[tenant], idempotency_key=keys[tenant][0]
            )
            answered_after = answered_after or sent
            return view

        sending = [tenant for tenant in tenants for _ in range(TIMES)]
        random.Random(SEED).shuffle(sending)
        answers = await asyncio.gather(*(send(*each) for each in enumerate(sending)))
        assert answered_after == len(sending), "all were sent before the first was answered"

        told = Counter((view.tenant_id, view.upgrade_id) for view in answers)
        assert told == {(each, keys[each][1]): TIMES for each in tenants}
        for tenant in tenants:
            complete = await story.until_ordered(keys[tenant][1], "awaiting_invoice")
            assert len([run async for run in story.runs_of(complete)]) == 1
            await story.skip_to(complete, complete.deadline)
            ended = await story.until(complete, "invoiced")
            types = Counter(await story.event_types(ended))
            once = ("OrderPlaced", "MoveStarted", "BillingSwitched", "InvoiceIssued")
            assert [types[each] for each in once] == [1] * len(once), types
            assert set(await story.holders(ended.new_subscription_id)) == set(SWITCHES)
        assert await story.count("upgrades") == await story.count("invoices") == ORDERS
        verified = await verify(database, calendar_of=holiday_calendar)
        assert verified.ok, verified.violations
    finally:
        await story.end()
        for pool in pools:
            await pool.close()


async def _caller(server: TemporalServer, database: Database) -> UpgradeService:
    client = await Client.connect(server.address, data_converter=pydantic_data_converter)

    async def connected() -> Client:
        return client

    return UpgradeService(database, Runs(connected), holiday_calendar, now)
