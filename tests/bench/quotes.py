"""What a quote takes, and how much of it is the database's part."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from store.database import Database, query
from tests.bench.registry import Numbers, Sizes, benchmark, median, median_ratio, seconds
from tests.bench.stack import Stack, bench_world, load, quote, subscription_of

AT_ONCE = 8

INSERT = "insert into quotes (quote_id, subscription_id, body) values ($1, $2, $3::jsonb)"


@benchmark
async def quote_(stack: Stack, sizes: Sizes) -> Numbers:
    """A quote, computed and kept, against the bare SELECT of its facts and INSERT of its row.

    The share in the database is the time from sending statements until their answers are read, of
    the whole.
    """
    return {
        f"{users}_users_{plans}_plans": await _quotes(stack, sizes, plans, users)
        for plans in sizes.plan_counts
        for users in sizes.user_counts
    }


async def _quotes(stack: Stack, sizes: Sizes, plans: int, users: int) -> Numbers:
    statements: list[str] = []
    in_database: list[float] = []
    async with stack.database(statements, in_database) as database:
        await load(database, bench_world(1, users, plans))
        service = stack.service(database)
        body: dict[str, Any] = (await quote(service, 0, users)).model_dump(mode="json")

        async def ask() -> None:
            await quote(service, 0, users)

        async def bare() -> None:
            await select_and_insert(database, body)

        await bare()
        statements.clear()
        await ask()
        round_trips = len(statements)
        each = sizes.quotes_per_round
        asked: list[float] = []
        shares: list[float] = []
        bares: list[float] = []
        together: list[float] = []
        for _ in range(sizes.rounds):
            in_database.clear()
            asked.append(await seconds(_by(1, each, ask)))
            shares.append(sum(in_database) / asked[-1])
            bares.append(await seconds(_by(1, each, bare)))
            together.append(await seconds(_by(AT_ONCE, max(1, each // AT_ONCE), ask)))
    return {
        "per_second": round(each / median(asked, 6), 1),
        f"per_second_{AT_ONCE}_at_once": round(
            max(1, each // AT_ONCE) * AT_ONCE / median(together, 6), 1
        ),
        "round_trips": round_trips,
        "share_in_database": median(shares),
        "ratio_to_bare_select_and_insert": median_ratio(asked, bares),
    }


async def select_and_insert(database: Database, body: dict[str, Any]) -> None:
    """What a quote reads and writes, with nothing in between."""
    assert await database.fetchval(query("subscriptions/facts"), subscription_of(0))
    await database.execute(INSERT, uuid4().hex, subscription_of(0), body)


async def _by(at_once: int, each: int, work: Callable[[], Awaitable[None]]) -> None:
    async def one() -> None:
        for _ in range(each):
            await work()

    await asyncio.gather(*(one() for _ in range(at_once)))
