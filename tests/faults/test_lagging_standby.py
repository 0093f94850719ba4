"""The standby that takes over has not received the last commits: the database is behind its runs (B72).

Told as the runbook tells it (docs/runbook.md, "Postgres fails over to a standby").
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.holiday_calendar import holiday_calendar
from api.runs.findings import SeenInTemporal, findings_of
from api.runs.lost_invoices import LostInvoices, find_lost_invoices
from api.runs.resuming import resume_all
from api.runs.strays import find_strays
from api.runs.verify_runs import verify_runs
from deploy.local_stack.temporal_server import TemporalServer
from domain.values.rejections import OrderGivenUp
from domain.views.read_models import UpgradeView
from store.database import Database
from store.verify import verify
from store.watch import read_watch
from tests.callers import OPERATOR
from tests.clock import now
from tests.faults.pair import Pair
from tests.faults.standby import fall_behind
from tests.workflows.hooks import Hooks
from tests.workflows.paths import live_to_the_invoice
from tests.workflows.story import Story, a_subscription, a_tenant, a_world, eventually

TENANTS = ("contoso", "fabrikam", "northwind", "tailspin", "wingtip", "adatum")


@pytest.fixture
async def client() -> AsyncGenerator[Client]:
    """A Temporal of this test alone: what is done to all runs is done to no other test's."""
    with TemporalServer() as server:
        yield await Client.connect(server.address, data_converter=pydantic_data_converter)


@pytest.fixture
async def story(pair: Pair, client: Client, hooks: Hooks) -> AsyncGenerator[Story]:
    database = await Database.open(pair.url("one address"), max_connections=30)
    story = Story(database, client, hooks)
    await story.start_worker()
    yield story
    await story.end()
    await database.close()


@dataclass(frozen=True)
class Told:
    """What customers had been told when the primary was lost."""

    decided: UpgradeView
    invoiced_before: UpgradeView
    invoiced: UpgradeView
    """Its order is on the standby, its invoice is not."""
    ordered: UpgradeView
    """Its quote is on the standby, its order is not."""
    quoted: UpgradeView
    """Not even its quote is there."""
    all_lost: UpgradeView
    """Ordered and invoiced, and nothing of it is on the standby but its quote."""
    all_lost_key: str
    all_lost_quote: str


async def lived(story: Story, pair: Pair) -> Told:
    """Six upgrades, and the moment from which on the standby receives nothing, in their midst."""
    tenants = [a_tenant(each, a_subscription(f"{each}-basic")) for each in TENANTS[1:]]
    await story.load(a_world(tenants=tuple(tenants), payment_method="invoice"))
    decided = await story.order("contoso-basic")
    before = await live_to_the_invoice(story, await story.order("fabrikam-basic"))
    due = await story.until(await story.order("northwind-basic"), "awaiting_invoice")
    quotes = {each: await story.quote(f"{each}-basic") for each in ("tailspin", "adatum")}

    await fall_behind(pair.primary, pair.standby)
    await story.service.orders.decide(OPERATOR, decided.upgrade_id, "approved", reference="R-1")
    await story.until(decided, "awaiting_invoice")
    invoiced = await live_to_the_invoice(story, due)
    ordered = await story.order("tailspin-basic", quote=quotes["tailspin"])
    quoted = await story.order("wingtip-basic")
    for each in (ordered, quoted):
        await story.until(each, "awaiting_invoice")
    key, _ = story.key("adatum")
    placed = await story.order("adatum-basic", quote=quotes["adatum"], idempotency_key=key)
    all_lost = await live_to_the_invoice(story, placed)
    quote_id = quotes["adatum"].quote_id
    return Told(decided, before, invoiced, ordered, quoted, all_lost, key, quote_id)


async def findings(story: Story) -> dict[str, str]:
    """Upgrade id to the code of what `watch` finds."""
    at = now() + timedelta(minutes=2)  # they have disagreed for a while
    strays = await find_strays(story.database, story.client, at)
    watch = await read_watch(story.database, now())
    found = findings_of(watch, SeenInTemporal(strays=strays))
    return {each.upgrade_id: each.code for each in found if each.upgrade_id}


async def lost_invoices(story: Story, count: int) -> LostInvoices:
    """What `lost-invoices` finds, as soon as Temporal lists so many."""

    async def found() -> LostInvoices | None:
        found = await find_lost_invoices(story.database, story.client)
        return found if len(found.lost) == count else None

    return await eventually("Temporal lists the runs", found)


async def test_a_database_behind_its_runs_is_mended_by_the_runbook_and_no_number_is_given_twice(
    pair: Pair, story: Story
) -> None:
    told = await lived(story, pair)
    handed_out = [
        str(each.invoice_number) for each in (told.invoiced_before, told.invoiced, told.all_lost)
    ]
    await story.stop_worker()
    pair.lose_the_primary()
    await pair.standby.promote()
    assert await story.count("invoices") == 1, "the fault did not happen: nothing was lost"

    # Numbers that customers hold are void before anybody gets another one.
    found = await lost_invoices(story, 2)
    assert [(each.number, each.upgrade_id) for each in found.lost] == [
        (told.invoiced.invoice_number, told.invoiced.upgrade_id),
        (told.all_lost.invoice_number, told.all_lost.upgrade_id),
    ]
    assert found.through == max(handed_out)
    far_away = now() + timedelta(days=3650)
    assert (await find_lost_invoices(story.database, story.client, far_away)).checked == 0
    assert found.to_void is not None
    assert await story.database.fetchval(found.to_void) == 2
    assert await story.database.fetchval(found.to_void) == 0
    assert (await find_lost_invoices(story.database, story.client)).lost == ()

    await story.start_worker()

    async def all_found() -> dict[str, str] | None:
        found = await findings(story)
        return found if len(found) == 4 else None

    assert await eventually("watch names all", all_found) == {
        told.decided.upgrade_id: "run_disagrees",
        told.invoiced.upgrade_id: "run_missing",
        told.ordered.upgrade_id: "order_unknown",
        told.quoted.upgrade_id: "order_unknown",
    }
    resumed = await resume_all(story.database, story.runs, story.client, OPERATOR.actor)
    assert resumed.looked == (told.decided.upgrade_id,)
    assert resumed.resumed == (told.invoiced.upgrade_id,)
    assert {each.upgrade_id for each in resumed.failed} == {
        told.ordered.upgrade_id,
        told.quoted.upgrade_id,
    }
    await story.service.repair.resolve_attention(OPERATOR, told.ordered.upgrade_id, "retry")
    with pytest.raises(OrderGivenUp):
        await story.service.repair.resolve_attention(
            OPERATOR, told.quoted.upgrade_id, "undo", "lost by a failover"
        )
    # The two customers who were told of what is lost order again: on a new quote, or as before.
    again = await story.order("wingtip-basic")
    repeated = await story.service.orders.upgrade(
        OPERATOR, "adatum-basic", told.all_lost_quote, idempotency_key=told.all_lost_key
    )
    assert repeated.upgrade_id == told.all_lost.upgrade_id
    await story.until(told.decided, "awaiting_credit_check")
    await story.service.orders.decide(
        OPERATOR, told.decided.upgrade_id, "approved", reference="R-2"
    )
    going_on = (told.decided, told.invoiced, told.ordered, again, repeated)
    ended = [await live_to_the_invoice(story, each) for each in going_on]

    assert await findings(story) == {}
    numbers = [*handed_out, *(str(each.invoice_number) for each in ended)]
    assert numbers == [f"INV-{n:08}" for n in range(1, 9)]
    verified = await verify(story.database, calendar_of=holiday_calendar)
    assert verified.ok, verified.violations
    agreement = await verify_runs(story.database, story.client)
    assert agreement.violations == (), agreement.violations
