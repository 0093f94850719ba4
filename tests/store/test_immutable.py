"""What stays for good is refused every change, by the database itself."""

import pytest

from store.database import Database
from store.errors import StatementFailed
from tests.store.support import Life

TABLES = (
    "events",
    "quotes",
    "ledger_entries",
    "invoices",
    "notices",
    "license_changes",
    "move_batches",
    "plan_prices",
)


@pytest.mark.parametrize("table", TABLES)
async def test_nothing_that_stays_can_be_changed(
    database: Database, life: Life, table: str
) -> None:
    await life.live()
    await database.execute(
        "delete from assignments where subscription_id like 'sub-%' and user_id like 'eve@%'"
    )
    rows = await database.fetchval(f"select count(*) from {table}")
    assert rows > 0
    column = await database.fetchval(
        "select attname::text from pg_attribute where attrelid = $1::text::regclass and attnum = 2",
        table,
    )
    for statement in (
        f"update {table} set {column} = {column}",
        f"delete from {table}",
        f"truncate {table} cascade",
    ):
        with pytest.raises(StatementFailed) as refused:
            await database.execute(statement)
        assert refused.value.sqlstate == "PU002", statement
    assert await database.fetchval(f"select count(*) from {table}") == rows
