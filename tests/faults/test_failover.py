"""Postgres is lost for good while upgrades are under way, and its standby takes its place.

Workers and callers find the primary in one of two ways: at one address, which leads to whoever is the
primary, as a virtual address or a pooler does; or among two hosts, by asking each.
"""

import asyncio
import random
from collections import Counter
from functools import partial

import pytest
from temporalio.client import Client

from activities.holiday_calendar import holiday_calendar
from domain.views.read_models import UpgradeView
from store.database import Database
from store.errors import StoreUnavailable
from store.verify import verify
from tests.callers import OPERATOR
from tests.faults.lives import acknowledged
from tests.faults.pair import Pair
from tests.faults.standby import acknowledge_only_what_the_standby_has
from tests.workflows.hooks import Hooks
from tests.workflows.story import SWITCHES, Story, a_subscription, a_tenant, a_world, eventually

TENANTS = ("contoso", "fabrikam", "northwind", "tailspin", "wingtip", "adatum")
WAYS = ("one address", "two hosts")


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_acknowledged_is_lost_by_a_failover_to_a_synchronous_standby(
    pair: Pair, client: Client, hooks: Hooks, way: str
) -> None:
    dice = random.Random(way)
    await acknowledge_only_what_the_standby_has(pair.primary)
    database = await Database.open(pair.url(way), max_connections=30)
    story = Story(database, client, hooks)
    await story.start_worker()
    try:
        payers = {each: dice.choice(("card", "invoice")) for each in TENANTS[2:]}
        payers |= dict(zip(TENANTS, ("card", "invoice"), strict=False))
        tenants = tuple(
            a_tenant(each, a_subscription(f"{each}-basic"), payment_method=payers[each])
            for each in TENANTS
        )
        await story.load(a_world(tenants=tenants[1:], payment_method=payers["contoso"]))
        keys = {each: story.key(each)[0] for each in TENANTS}
        quotes = {each: (await story.quote(f"{each}-basic")).quote_id for each in TENANTS}
        held = hooks.hold("_move_one_batch", after=True, nth=dice.randint(1, 6))
        ordering: dict[str, asyncio.Task[UpgradeView]] = {}

        def order(tenant: str) -> None:
            asked = partial(
                story.service.orders.upgrade,
                OPERATOR,
                f"{tenant}-basic",
                quotes[tenant],
                idempotency_key=keys[tenant],
            )
            ordering[tenant] = story.begin(acknowledged(asked))

        *some, last = dice.sample(TENANTS, len(TENANTS))
        for each in some:
            order(each)
        await held.reached()
        seen = [
            await story.service.reading.status(OPERATOR, (await ordering[each]).upgrade_id)
            for each in some
            if ordering[each].done() or payers[each] == "invoice"
        ]
        assert seen, "nothing was acknowledged"
        order(last)  # which may meet the primary, nobody, or the standby
        begun = hooks.begun.total()

        pair.lose_the_primary()
        held.release()

        async def nobody_writes() -> bool:
            if way == "one address":
                return b"read-only transaction" in pair.standby.log.read_bytes()
            with pytest.raises(StoreUnavailable):
                await database.fetchval("select 1")
            return True

        await eventually("the standby has refused to write, or is none to write to", nobody_writes)
        await pair.standby.promote()
        ordered = {each: await task for each, task in ordering.items()}
        for each, view in ordered.items():
            if payers[each] == "invoice":
                approve = partial(
                    story.service.orders.decide,
                    OPERATOR,
                    view.upgrade_id,
                    "approved",
                    reference="R-1",
                )
                await acknowledged(approve)
        assert hooks.begun.total() > begun, "steps were under way"
        for view in ordered.values():
            complete = await story.until(view, "awaiting_invoice")
            await story.skip_to(complete, complete.deadline)
        ended = [await story.until(view, "invoiced") for view in ordered.values()]
        for known in seen:
            now = next(view for view in ended if view.upgrade_id == known.upgrade_id)
            assert now.timeline[: len(known.timeline)] == known.timeline, "it was acknowledged"
        await assert_ended_once(story, ended)
    finally:
        await story.end()
        await database.close()


async def assert_ended_once(story: Story, ended: list[UpgradeView]) -> None:
    for view in ended:
        types = Counter(await story.event_types(view))
        once = ("OrderPlaced", "MoveStarted", "BillingSwitched", "InvoiceIssued")
        assert [types[each] for each in once] == [1] * len(once), types
        assert types["UsersMoved"] == 3
        assert types["AttentionNeeded"] == 0, "an outage heals by itself"
        assert await story.holders(view.subscription_id) == {}
        assert set(await story.holders(view.new_subscription_id)) == set(SWITCHES)
    numbers = sorted(str(view.invoice_number) for view in ended)
    assert numbers == [f"INV-{n:08}" for n in range(1, len(ended) + 1)]
    verified = await verify(story.database, calendar_of=holiday_calendar)
    assert verified.ok, verified.violations
