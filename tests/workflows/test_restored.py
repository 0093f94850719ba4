"""An older backup is restored under runs that go on: the database is the truth (B72)."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.values.rejections import NotOrdered
from domain.views.read_models import UpgradeView
from store.database import Database
from tests.workflows.story import Story, a_world
from workflows import contract

pytestmark = pytest.mark.usefixtures("impatient")


@dataclass
class Backup:
    """Every row as it stood, in a schema of its own."""

    database: Database
    tables: Sequence[str]

    @classmethod
    async def taken(cls, database: Database) -> "Backup":
        rows = await database.fetch(
            "select tablename from pg_tables where schemaname = 'public' order by 1"
        )
        backup = cls(database, [row["tablename"] for row in rows])
        await database.execute("create schema backup")
        for table in backup.tables:
            await database.execute(f"create table backup.{table} as select * from public.{table}")
        return backup

    async def restored(self) -> None:
        async with self.database.transaction() as transaction:
            await transaction.execute("set local session_replication_role = replica")
            for table in self.tables:
                await transaction.execute(f"truncate public.{table} cascade")
            for table in self.tables:
                columns = await transaction.fetchval(
                    "select string_agg(quote_ident(attname), ', ') from pg_attribute"
                    " where attrelid = $1::text::regclass and attnum > 0"
                    " and not attisdropped and attgenerated = ''",
                    f"public.{table}",
                )
                await transaction.execute(
                    f"insert into public.{table} ({columns}) overriding system value"
                    f" select {columns} from backup.{table}"
                )
        await self.database.execute("drop schema backup cascade")


async def look(story: Story, upgrade: UpgradeView) -> UpgradeView:
    """What `resume` tells a run that is ahead of its database."""
    return await story.handle(upgrade).execute_update(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
        contract.LOOK, result_type=UpgradeView
    )


async def invoiced(story: Story, upgrade: UpgradeView) -> None:
    waiting = await story.until(upgrade, "awaiting_invoice")
    await story.skip_to(waiting, waiting.deadline)
    await story.until(upgrade, "invoiced")
    types = await story.event_types(upgrade)
    assert (types.count("BillingSwitched"), types.count("InvoiceIssued")) == (1, 1)
    assert await story.count("invoices") == 1


async def test_a_run_goes_back_to_where_the_database_is(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    upgrade = await story.order()
    assert upgrade.stage == "awaiting_credit_check"
    backup = await Backup.taken(story.database)
    await story.service.decide(upgrade.upgrade_id, "approved", reference="R-1")
    await story.until(upgrade, "awaiting_invoice")
    await backup.restored()
    assert (await look(story, upgrade)).stage == "awaiting_credit_check"
    await story.until(upgrade, "awaiting_credit_check")
    await story.service.decide(upgrade.upgrade_id, "approved", reference="R-2")
    await invoiced(story, upgrade)


async def test_a_decision_is_answered_by_the_database(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    upgrade = await story.order()
    backup = await Backup.taken(story.database)
    await story.service.decide(upgrade.upgrade_id, "approved", reference="R-1")
    await story.until(upgrade, "awaiting_invoice")
    await backup.restored()
    answer = await story.service.decide(upgrade.upgrade_id, "declined", reference="R-2")
    assert answer.stage == "declined"
    assert (await story.result(upgrade)).stage == "declined"


async def test_an_order_that_the_database_has_lost_waits_for_an_operator_and_is_placed_again(
    story: Story,
) -> None:
    await story.load()
    quote = await story.quote()
    backup = await Backup.taken(story.database)
    upgrade = await story.order(quote=quote)
    await story.until(upgrade, "awaiting_invoice")
    await backup.restored()
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await look(story, upgrade)
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == NotOrdered.code
    await story.until_alerted(upgrade, contract.UNRECORDED)
    assert NotOrdered.code in await story.details_of(upgrade)
    await story.service.resolve_attention(upgrade.upgrade_id, "retry")
    await invoiced(story, upgrade)
    assert await story.alert_of_run(upgrade) is None
