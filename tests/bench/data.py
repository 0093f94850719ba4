"""What the database's part takes: appending, and reading for options."""

import asyncio
from collections.abc import Awaitable, Callable

from domain.upgrade.events import UsersMoved
from store.database import Database, query
from store.event_store import append_of, commit_step
from tests import clock
from tests.bench.registry import Numbers, Sizes, benchmark, median, median_ratio, seconds
from tests.bench.stack import Stack, bench_world, load, subscription_of
from tests.callers import OPERATOR

Work = Callable[[int, int], Awaitable[object]]

# ---- append -----------------------------------------------------------------------------------


@benchmark
async def append(stack: Stack, sizes: Sizes) -> Numbers:
    """One event with its version, hash and command id, against a plain INSERT of one row."""
    event = UsersMoved(at=clock.now(), batch=1, users=100, remaining=0)
    numbers: Numbers = {}
    async with stack.database() as database:
        await database.execute(
            "create table plain (id bigint generated always as identity primary key,"
            " stream text not null, data jsonb not null)"
        )
        for connections in (1, 8):
            times: dict[str, list[float]] = {"append": [], "insert": []}
            each = max(1, sizes.appends_per_round // connections)
            for number in range(sizes.rounds + 1):

                async def append_one(
                    stream: int, version: int, run: str = f"{connections}-{number}"
                ) -> None:
                    step = append_of(
                        f"upgrade-{run}-{stream}", version, f"move-{version}", [event], {}
                    )
                    assert await commit_step(database, [step], {})

                async def insert_one(stream: int, version: int) -> None:
                    await database.execute(
                        "insert into plain (stream, data) values ($1, $2::jsonb)",
                        f"upgrade-{stream}",
                        event.model_dump(mode="json"),
                    )

                for name, work in (("append", append_one), ("insert", insert_one)):
                    took = await seconds(_by(connections, each, work))
                    if number:  # the first round warms up
                        times[name].append(took)
            done = each * connections
            numbers |= {
                f"per_second_{connections}": round(done / median(times["append"])),
                f"plain_per_second_{connections}": round(done / median(times["insert"])),
                f"ratio_to_plain_insert_{connections}": median_ratio(
                    times["insert"], times["append"]
                ),
            }
    return numbers


async def _by(connections: int, each: int, work: Work) -> None:
    async def one(stream: int) -> None:
        for version in range(each):
            await work(stream, version)

    await asyncio.gather(*(one(stream) for stream in range(connections)))


# ---- options ----------------------------------------------------------------------------------


@benchmark
async def options(stack: Stack, sizes: Sizes) -> Numbers:
    """All options of a subscription, against the bare SELECT of the same facts."""

    numbers: Numbers = {}
    for plans in sizes.plan_counts:
        for users in sizes.user_counts:
            statements: list[str] = []
            async with stack.database(statements) as database:
                await load(database, bench_world(1, users, plans))

                async def answer(database: Database = database) -> None:
                    options = stack.service(database).quotes.options
                    assert (await options(OPERATOR, subscription_of(0))).upgradable

                async def select(database: Database = database) -> None:
                    assert await database.fetchval(query("subscriptions/facts"), subscription_of(0))

                await answer()
                await select()
                statements.clear()
                await answer()
                round_trips = len(statements)
                asked: list[float] = []
                selected: list[float] = []
                for _ in range(sizes.rounds):
                    asked.append(await seconds(_times(sizes.reads_per_round, answer)))
                    selected.append(await seconds(_times(sizes.reads_per_round, select)))
            numbers[f"{users}_users_{plans}_plans"] = {
                "per_second": round(sizes.reads_per_round / median(asked, 6), 1),
                "round_trips": round_trips,
                "ratio_to_bare_select": median_ratio(asked, selected),
            }
    return numbers


async def _times(times: int, work: Callable[[], Awaitable[None]]) -> None:
    for _ in range(times):
        await work()
