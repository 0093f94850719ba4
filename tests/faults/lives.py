"""The life that every fault interrupts, and what must be true of it in the end."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from activities.holiday_calendar import holiday_calendar
from api.errors import Unavailable
from domain.views.read_models import UpgradeView
from store.database import Database
from store.errors import StoreUnavailable
from store.verify import verify
from tests.callers import OPERATOR
from tests.faults.wire import Moment
from tests.workflows.story import SWITCHES, Story, a_world

EVENTS = ("OrderPlaced", "CreditCheckApproved", "UsersMoved", "BillingSwitched", "InvoiceIssued")
MOMENTS: tuple[Moment, ...] = ("before", "after")
BATCH = 2
"""Seven users take four batches."""


async def live(story: Story) -> UpgradeView:
    """From the order to the invoice; whoever gets no answer asks again."""
    await story.load(a_world(payment_method="invoice"))
    quote = await story.quote()
    ordered = decided = None
    while ordered is None or decided is None:
        try:
            ordered = ordered or await story.order(quote=quote)
            decided = await story.service.orders.decide(
                OPERATOR, ordered.upgrade_id, "approved", reference="R-1"
            )
        except Unavailable:
            continue
    complete = await story.until(ordered, "awaiting_invoice")
    await story.skip_to(complete, complete.deadline)
    return await story.result(complete)


async def acknowledged(ask: Callable[[], Awaitable[UpgradeView]]) -> UpgradeView:
    """Ask until somebody answers, as callers do."""
    while True:
        try:
            return await ask()
        except (Unavailable, StoreUnavailable):
            await asyncio.sleep(0.05)


async def written(database: Database, event_type: str) -> int:
    return await database.fetchval("select count(*) from events where type = $1", event_type)


async def assert_lived_once(story: Story, ended: UpgradeView) -> None:
    """It reached its end, everything in it happened once, and every promise holds."""
    assert ended.stage == "invoiced"
    types = Counter(await story.event_types(ended))
    assert types.pop("UsersMoved") == -(-len(SWITCHES) // BATCH)
    assert set(types.values()) == {1}, types
    assert await story.holders(ended.new_subscription_id) == {user: [] for user in SWITCHES}
    assert await story.count("invoices") == 1
    verified = await verify(story.database, calendar_of=holiday_calendar)
    assert verified.ok, verified.violations
