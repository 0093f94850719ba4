"""The database decides what time it is."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from store.database import Database
from tests.clock import clock_of_database

read_clock = clock_of_database()


class Ahead(Database):
    """Answers as a database whose clock is years ahead of this machine's."""

    async def fetchval(self, sql: str, /, *args: Any) -> Any:
        return await super().fetchval(f"select ({sql}) + interval '10 years'", *args)


async def test_the_clock_is_the_databases_and_goes_on(database: Database) -> None:
    before = await database.fetchval("select clock_timestamp()")
    clock = await read_clock(database)
    after = await database.fetchval("select clock_timestamp()")
    first = clock()
    assert first.tzinfo == UTC
    assert before <= first <= after + timedelta(seconds=30)
    await asyncio.sleep(0.01)
    assert clock() > first


async def test_the_machines_own_clock_counts_for_nothing(database: Database) -> None:
    clock = await read_clock(Ahead(database._pool, database._given_up))
    own: datetime = await database.fetchval("select clock_timestamp()")
    assert clock() > own + timedelta(days=3600)
