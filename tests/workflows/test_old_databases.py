"""What code before this one has written is migrated, holds every promise, and goes on to its end.

`tests/dumps` has a database of each schema that was in use, with an upgrade in every stage. Its days
are over by now: what waited for one of them goes on at once, so both ends of a wait are right here.
"""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from temporalio.client import Client

from api.runs.resuming import resume
from api.runs.temporal import TemporalRuns
from deploy.local_stack.postgres import PostgresServer
from domain.upgrade.states import ENDED_STAGES
from domain.upgrade.stored_events import RecordedEvent
from domain.values.rejections import Rejection
from domain.views.read_models import UpgradeView
from store.actions import read_actions
from store.database import Database
from store.migrate import has_moved, migrate, read_migrations
from store.rebuild import rebuild, refresh
from store.verify import verify
from tests import clock
from tests.callers import OPERATOR
from tests.waiting import eventually
from tests.workflows.hooks import Hooks
from tests.workflows.story import Story

DUMPS = sorted((Path(__file__).parent.parent / "dumps").glob("*.sql"))


@pytest.fixture(params=DUMPS, ids=lambda dump: dump.stem)
async def old(
    request: pytest.FixtureRequest, postgres_server: PostgresServer
) -> AsyncGenerator[Database]:
    """A database as older code left it, brought here by a dump."""
    name = f"old_{request.param.stem}_{request.node.originalname[-20:]}".lower()
    postgres_server.create_database(name)
    connection = await asyncpg.connect(postgres_server.url(name))
    await connection.execute(request.param.read_text(encoding="utf-8"))
    await connection.close()
    database = await Database.open(postgres_server.url(name))
    yield database
    await database.close()


async def stages(database: Database) -> dict[str, UpgradeView]:
    """Each tenant's upgrade; every tenant is named for what became of theirs."""
    rows = await database.fetch("select tenant_id, view from upgrades")
    return {row["tenant_id"]: UpgradeView.model_validate(row["view"]) for row in rows}


def test_every_schema_that_was_in_use_is_kept() -> None:
    assert [dump.stem for dump in DUMPS] == ["0004", "0013", "0014"]


async def test_it_holds_every_promise_of_today(old: Database) -> None:
    applied = await old.fetchval("select max(name) from migrations")
    assert await migrate(old) == [name for name in read_migrations() if name > applied]
    before = await stages(old)
    assert {
        "awaiting_credit_check",
        "declined",
        "canceled",
        "refused",
        "invoiced",
        "scheduled",
    } <= {view.stage for view in before.values()}
    refreshed = await refresh(old)
    assert refreshed.ok, refreshed.differences
    verified = await verify(old)
    assert verified.ok, verified.violations
    assert {id: view.stage for id, view in (await stages(old)).items()} == {
        id: view.stage for id, view in before.items()
    }
    assert (await refresh(old)).written == 0


async def test_who_did_it_stays_as_older_code_wrote_it(old: Database) -> None:
    """None of it names anybody (B71), and all of it is read as it is."""
    await migrate(old)
    rows = await old.fetch(
        "select stream, version, type, schema_version, data, metadata, recorded_at from events"
    )
    events = [RecordedEvent.model_validate(dict(row)) for row in rows]
    assert events
    assert all(each.event() for each in events)
    assert [each.actor for each in events if each.actor is not None] == []
    assert await read_actions(old, limit=10) == []


async def test_what_was_written_on_another_server_is_older_than_what_comes(old: Database) -> None:
    """Else a follower would wait until this server has come to the other one's transaction ids."""
    await migrate(old)
    assert not await has_moved(old)
    newest = await old.fetchval("select max(transaction_id)::text::bigint from events")
    assert await old.fetchval("select oldest_running()::text::bigint") > newest
    async with old.transaction() as transaction:
        assert await transaction.fetchval("select our_transaction_id()::text::bigint") > newest


async def test_its_upgrades_go_on_to_their_end(old: Database, client: Client, hooks: Hooks) -> None:
    """On the day on which it was left: later, what was due meanwhile would be late."""
    left_at: datetime = await old.fetchval("select max(recorded_at) from events")
    with clock.living_at(left_at):
        await carry_on_all(old, client, hooks)


async def carry_on_all(old: Database, client: Client, hooks: Hooks) -> None:
    await migrate(old)
    await refresh(old)
    story = Story(old, client, hooks)
    await story.start_worker()
    before = await stages(old)
    story.upgrade_ids.extend(view.upgrade_id for view in before.values())

    async def connect() -> Client:
        return client

    try:
        for view in before.values():
            if view.stage not in ENDED_STAGES:
                resumed = await resume(old, TemporalRuns(connect), view.upgrade_id, OPERATOR.actor)
                assert resumed.resumed == (view.upgrade_id,)
        for tenant, view in before.items():
            await carry_on(story, tenant, view)
        await order_on_what_is_there(story)
    finally:
        await story.end()
    verified = await verify(old)
    assert verified.ok, verified.violations
    assert (await rebuild(old)).ok
    numbers = [row["number"] for row in await old.fetch("select number from invoices")]
    assert len(numbers) == len(set(numbers))


async def carry_on(story: Story, tenant: str, view: UpgradeView) -> None:
    """Do what the upgrade waits for, and see it end."""
    if view.stage in ENDED_STAGES:
        assert (await story.service.reading.status(OPERATOR, view.upgrade_id)).stage == view.stage
        if view.stage == "invoiced":
            assert (await story.service.bills.invoice(OPERATOR, view.upgrade_id)).amount_due >= 0
            assert (await story.service.bills.invoice_pdf(OPERATOR, view.upgrade_id)).startswith(
                b"%PDF"
            )
        return
    if tenant == "parked":
        await story.service.administration.unblock_user(
            OPERATOR, view.subscription_id, "bob@parked.example"
        )
        await story.service.repair.resolve_attention(OPERATOR, view.upgrade_id, "retry")

    async def still() -> UpgradeView | None:
        seen = await story.service.reading.status(OPERATOR, view.upgrade_id)
        at_rest = seen.stage in ENDED_STAGES or seen.deadline is not None
        return seen if at_rest and not seen.undoing else None

    seen = await eventually(f"{tenant} waits or has ended", still)
    if seen.stage == "scheduled":
        await story.skip_to(seen, seen.deadline)
        seen = await story.until(seen, "complete", "awaiting_invoice", "invoiced")
    if seen.stage == "awaiting_credit_check":
        await story.service.orders.decide(OPERATOR, view.upgrade_id, "approved", reference="CR-2")
        seen = await eventually(f"{tenant} waits or has ended", still)
    if seen.stage not in ENDED_STAGES:
        assert seen.deadline is not None
        await story.skip_to(seen, seen.deadline + timedelta(seconds=1))
    ended = await story.result(seen)
    assert ended.stage == {"waiting": ended.stage, "undone": "undone"}.get(tenant, "invoiced")
    assert ended.stage in ENDED_STAGES


async def order_on_what_is_there(story: Story) -> None:
    """A quote of older code is ordered, or refused by a rule; a new one is always ordered."""
    quote = await story.database.fetchval(
        "select quote_id from quotes where subscription_id = 'quoted-basic'"
    )
    try:
        ordered = await story.service.orders.upgrade(OPERATOR, "quoted-basic", quote)
    except Rejection:  # it has expired meanwhile
        fresh = await story.quote("quoted-basic", target_plan_id="premium", licenses=5)
        ordered = await story.order("quoted-basic", quote=fresh)
    story.upgrade_ids.append(ordered.upgrade_id)
    assert (await story.rest(ordered)).stage not in {"refused", "needs_attention"}
