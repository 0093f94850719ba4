"""Every order is sent many times at once, by several callers: each becomes one upgrade.

    DUPLICATE_STARTS=100x100 ./dev test tests/faults/test_duplicate_starts.py

is the full size: a hundred orders, each a hundred times. Every test run does a small part of it.
"""

import asyncio
import os
import random
from collections import Counter
from dataclasses import dataclass
from functools import partial

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.holiday_calendar import holiday_calendar
from api.runs.temporal import TemporalRuns
from api.service.upgrades import UpgradeService
from deploy.local_stack.temporal_server import TemporalServer
from domain.views.read_models import UpgradeView
from store.database import Database
from store.verify import verify
from tests.callers import OPERATOR
from tests.clock import now
from tests.faults.lives import acknowledged
from tests.store.support import world_of
from tests.workflows.hooks import Hooks
from tests.workflows.story import SWITCHES, Story, a_subscription, a_tenant

SIZE = os.environ.get("DUPLICATE_STARTS", "8x25")
ORDERS, TIMES = (int(part) for part in SIZE.split("x"))
CALLERS = 3
"""Each with connections of its own to both servers."""
SEED = 20261128
AT_ONCE = max(1, 1000 // TIMES)
"""Orders that are sent at the same time: this process is all callers and the worker, too."""


@dataclass
class Overlap:
    """Whether the calls of one go met each other."""

    sent: int = 0
    before_an_answer: int = 0
    """Of those, as the first answer came."""


# The SDK warns, if a local activity is over before it hears that it took too long.
@pytest.mark.filterwarnings("ignore:Cannot find activity to cancel")
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
        dice = random.Random(SEED)
        answers: list[UpgradeView] = []

        async def send(nth: int, tenant: str, seen: Overlap) -> UpgradeView:
            seen.sent += 1
            order = partial(
                callers[nth % CALLERS].orders.upgrade,
                OPERATOR,
                f"{tenant}-basic",
                quotes[tenant],
                idempotency_key=keys[tenant][0],
            )
            view = await acknowledged(order)
            seen.before_an_answer = seen.before_an_answer or seen.sent
            return view

        for some in range(0, ORDERS, AT_ONCE):
            sending = [tenant for tenant in tenants[some : some + AT_ONCE] for _ in range(TIMES)]
            dice.shuffle(sending)
            seen = Overlap()
            answers += await asyncio.gather(
                *(send(nth, tenant, seen) for nth, tenant in enumerate(sending))
            )
            assert seen.before_an_answer == len(sending), "some were answered before all were sent"

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

    return UpgradeService(database, TemporalRuns(connected), holiday_calendar, now)
