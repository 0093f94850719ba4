"""A statement that is given up leaves its connection fit for the next one."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from store.database import Database
from store.errors import StoreUnavailable
from store.snapshot import snapshot

TICKS = 12
"""More turns of the loop than a statement takes from its connection to its first answer."""


@pytest.fixture
async def one_connection(database_url: str) -> AsyncGenerator[Database]:
    database = await Database.open(database_url, max_connections=1)
    yield database
    await database.close()


@pytest.mark.parametrize("ticks", range(1, TICKS))
async def test_whenever_a_statement_is_canceled(one_connection: Database, ticks: int) -> None:
    await one_connection.fetchval("select 1")
    for example in range(20):
        # One that was never prepared on this connection.
        asking = asyncio.ensure_future(one_connection.fetchval(f"select {ticks}, {example}"))
        for _ in range(ticks):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        async with snapshot(one_connection) as connection:
            assert await connection.fetchval("select 1") == 1


async def test_a_statement_that_takes_too_long(database_url: str) -> None:
    database = await Database.open(database_url, max_connections=1, statement_seconds=0.2)
    try:
        with pytest.raises(StoreUnavailable):
            await database.fetchval("select pg_sleep(5)")
        async with snapshot(database) as connection:
            assert await connection.fetchval("select 1") == 1
    finally:
        await database.close()
