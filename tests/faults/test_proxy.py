"""What the proxy does to connections, on a real Postgres: each fault bites, and does only what it says."""

import asyncio
from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

import pytest

from store.database import Database
from store.errors import StoreUnavailable
from tests.faults.proxy import Moment, Proxy
from tests.store.support import append_raw

SECONDS = 20.0


@pytest.fixture
async def proxy(database_url: str) -> AsyncGenerator[Proxy]:
    server = urlsplit(database_url)
    assert server.hostname is not None
    assert server.port is not None
    async with Proxy(server.hostname, server.port).opened() as proxy:
        yield proxy


@pytest.fixture
async def wired(proxy: Proxy, database_url: str) -> AsyncGenerator[Database]:
    database = await Database.open(proxy.url_of(database_url), max_connections=1)
    yield database
    await database.close()


@pytest.mark.breaks_promises
@pytest.mark.parametrize(("moment", "events"), [("before", 0), ("after", 2)])
async def test_a_cut_commit_is_never_sent_or_never_answered(
    database: Database, wired: Database, proxy: Proxy, moment: Moment, events: int
) -> None:
    cutting = asyncio.ensure_future(proxy.cut_commit(moment, SECONDS))
    await asyncio.sleep(0)
    with pytest.raises(StoreUnavailable):
        await append_raw(wired, "upgrade-1", 0, "command-1", 2)
    assert await cutting == 1
    assert await database.fetchval("select count(*) from events") == events
    assert await append_raw(wired, "upgrade-2", 0, "command-1", 1) == 1, "later ones are carried"


@pytest.mark.breaks_promises
@pytest.mark.parametrize(("moment", "events"), [("before", 0), ("after", 1)])
async def test_the_commit_of_a_transaction_is_cut_at_its_end(
    database: Database, wired: Database, proxy: Proxy, moment: Moment, events: int
) -> None:
    cutting = asyncio.ensure_future(proxy.cut_commit(moment, SECONDS))
    await asyncio.sleep(0)

    async def append() -> None:
        async with wired.transaction() as transaction:
            await append_raw(transaction, "upgrade-1", 0, "command-1", 1)
            assert not cutting.done(), "the statement itself is carried"

    with pytest.raises(StoreUnavailable):
        await append()
    assert await cutting == 1
    assert await database.fetchval("select count(*) from events") == events


async def test_no_cut_is_counted_where_nothing_commits(wired: Database, proxy: Proxy) -> None:
    cutting = asyncio.ensure_future(proxy.cut_commit("after", 0.3))
    assert await wired.fetchval("select 1") == 1
    assert await cutting == 0


async def test_a_reset_breaks_every_connection_and_no_later_one(
    wired: Database, proxy: Proxy
) -> None:
    asking = asyncio.ensure_future(wired.fetchval("select pg_sleep(30)"))
    await asyncio.sleep(0.2)
    assert proxy.reset() == 1
    with pytest.raises(StoreUnavailable):
        await asking
    assert await wired.fetchval("select 1") == 1


async def test_a_black_hole_swallows_and_then_breaks(wired: Database, proxy: Proxy) -> None:
    swallowing = asyncio.ensure_future(proxy.black_hole(0.5))
    await asyncio.sleep(0)
    with pytest.raises(StoreUnavailable):
        await wired.fetchval("select 1")
    assert await swallowing >= 1
    assert await wired.fetchval("select 1") == 1


async def test_a_delay_is_late_and_loses_nothing(wired: Database, proxy: Proxy) -> None:
    delaying = asyncio.ensure_future(proxy.delay(0.05, 0.5))
    await asyncio.sleep(0)
    assert await wired.fetchval("select 1") == 1
    assert await delaying >= 2, "the question and the answer"
