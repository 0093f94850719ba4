"""Postgres or Temporal is killed in the middle of an upgrade, and comes back."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.holiday_calendar import holiday_calendar
from deploy.local_stack.postgres import PostgresServer
from deploy.local_stack.temporal_server import TemporalServer
from store.database import Database
from store.errors import StoreUnavailable
from store.migrate import migrate
from store.verify import verify
from tests.callers import OPERATOR
from tests.workflows.hooks import Hooks
from tests.workflows.paths import live_to_the_invoice
from tests.workflows.story import BASIC, SWITCHES, Story, a_world, eventually


@pytest.fixture
async def mortal_postgres(tmp_path: Path) -> AsyncGenerator[PostgresServer]:
    """A server of this test alone; a kill, unlike a power cut, asks nothing of the disk."""
    with PostgresServer(tmp_path / "postgres", durable=False) as server:
        yield server


@pytest.mark.parametrize(
    ("moment", "held_at"),
    [
        ("before", "_move_one_batch"),
        ("after", "_move_one_batch"),
        ("before", "switch_billing"),
    ],
)
async def test_postgres_killed_in_the_middle_loses_and_repeats_nothing(
    mortal_postgres: PostgresServer, client: Client, hooks: Hooks, held_at: str, moment: str
) -> None:
    database = await Database.open(mortal_postgres.url())
    await migrate(database)
    story = Story(database, client, hooks)
    await story.start_worker()
    try:
        await story.load()
        held = hooks.hold(held_at, after=moment == "after", nth=2 if held_at[0] == "_" else 1)
        ordered = await story.order()
        await held.reached()
        acknowledged = await story.service.reading.status(OPERATOR, ordered.upgrade_id)

        mortal_postgres.kill()

        async def out_of_reach() -> bool:  # backends outlive their postmaster for a moment
            try:
                await story.service.reading.status(OPERATOR, ordered.upgrade_id)
            except StoreUnavailable:
                return True
            return False

        await eventually("Postgres is gone", out_of_reach)
        step = held_at if held_at == "switch_billing" else "move_users"
        assert hooks.begun[step] == 1
        held.release()

        async def tried_again() -> bool:
            return hooks.begun[step] > 1

        await eventually("the step has failed and is tried again", tried_again)
        mortal_postgres.start()
        invoiced = await live_to_the_invoice(story, ordered)
        assert invoiced.timeline[: len(acknowledged.timeline)] == acknowledged.timeline
        assert await story.holders(BASIC) == {}
        assert set(await story.holders(invoiced.new_subscription_id)) == set(SWITCHES)
        types = await story.event_types(ordered)
        assert types.count("UsersMoved") == 3
        assert types.count("BillingSwitched") == types.count("InvoiceIssued") == 1
        assert "AttentionNeeded" not in types, "an outage heals by itself"
        verified = await verify(database, calendar_of=holiday_calendar)
        assert verified.ok, verified.violations
    finally:
        await story.end()
        await database.close()


@pytest.mark.parametrize("path", ["in the move", "in the credit check"])
async def test_temporal_killed_in_the_middle_goes_on(
    database: Database, hooks: Hooks, tmp_path: Path, path: str
) -> None:
    with TemporalServer(db_file=tmp_path / "temporal.db") as server:
        client = await Client.connect(server.address, data_converter=pydantic_data_converter)
        story = Story(database, client, hooks)
        await story.start_worker()
        credit = path == "in the credit check"
        await story.load(a_world(payment_method="invoice" if credit else "card"))
        held = hooks.hold("_move_one_batch", after=True, nth=2)
        ordered = await story.order()
        if not credit:
            await held.reached()
        server.kill()
        assert not server.process_alive
        assert (
            await story.service.reading.status(OPERATOR, ordered.upgrade_id)
        ).upgrade_id == ordered.upgrade_id
        server.start()
        held.release()
        if credit:
            await story.service.orders.decide(
                OPERATOR, ordered.upgrade_id, "approved", reference="R-1"
            )
        await live_to_the_invoice(story, ordered)
        types = await story.event_types(ordered)
        assert types.count("UsersMoved") == 3
        assert types.count("BillingSwitched") == types.count("InvoiceIssued") == 1
        await story.end()
