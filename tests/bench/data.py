"""What the database's part takes: appending, reading for options and quotes, moving users."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import asyncpg
from temporalio.testing import ActivityEnvironment

from activities.holiday_calendar import holiday_calendar
from activities.steps import OrderInput, StepInput
from activities.upgrade_steps import PostgresUpgradeSteps
from domain.events import UsersMoved
from store.database import Database, query
from store.event_store import append_of, commit_step
from tests.bench.registry import Numbers, Sizes, benchmark, median, median_ratio, seconds
from tests.bench.stack import Stack, bench_world, load, order_on, quote, subscription_of
from tests.bench.workers import LIMITS, fresh_key

Work = Callable[[int, int], Awaitable[object]]

# ---- append -----------------------------------------------------------------------------------


@benchmark
async def append(stack: Stack, sizes: Sizes) -> Numbers:
    """One event with its version, hash and command id, against a plain INSERT of one row."""
    event = UsersMoved(at=datetime.now(UTC), batch=1, users=100, remaining=0)
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


# ---- options and quote ------------------------------------------------------------------------


@benchmark
async def options(stack: Stack, sizes: Sizes) -> Numbers:
    """All options of a subscription, against the bare SELECT of the same facts."""

    async def ask(database: Database, users: int) -> None:
        answer = await stack.service(database).options(subscription_of(0))
        assert answer.upgradable

    return await _reads(stack, sizes, ask)


@benchmark
async def quote_(stack: Stack, sizes: Sizes) -> Numbers:
    """A quote, computed and kept, against the bare SELECT of the same facts."""

    async def ask(database: Database, users: int) -> None:
        await quote(stack.service(database), 0, users)

    return await _reads(stack, sizes, ask)


async def _reads(
    stack: Stack, sizes: Sizes, ask: Callable[[Database, int], Awaitable[None]]
) -> Numbers:
    numbers: Numbers = {}
    for plans in sizes.plan_counts:
        for users in sizes.user_counts:
            statements: list[str] = []
            async with stack.database(statements) as database:
                await load(database, bench_world(1, users, plans))

                async def select(database: Database = database) -> None:
                    assert await database.fetchval(query("facts"), subscription_of(0))

                async def answer(database: Database = database, users: int = users) -> None:
                    await ask(database, users)

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


# ---- move -------------------------------------------------------------------------------------

SINGLE_UPDATE = """
with moved as (
    update assignments set subscription_id = $2, disabled_services = '{}'
    where subscription_id = $1
    returning user_id
)
insert into moved_users (upgrade_id, user_id, batch, disabled_before)
select $2, user_id, 1, '{}' from moved
"""


@benchmark
async def move(stack: Stack, sizes: Sizes) -> Numbers:
    """The real step, against one UPDATE of as many rows that notes them too; and row by row.

    Both on one table, with its triggers, that holds the users of all rounds. Row by row moves a
    few, each in a transaction of its own, and is extrapolated.
    """
    users, rounds = sizes.moved_users, sizes.rounds
    times: dict[str, list[float]] = {"step": [], "update": [], "row": []}
    tenants = 2 * rounds + 1
    async with stack.database() as database:
        await load(database, bench_world(tenants - 1, users))
        for number in range(rounds):
            times["step"].append(await _move_by_step(stack, database, 2 * number, users))
            old, new = subscription_of(2 * number + 1), f"new-{number}"
            await _open(database, old, new)
            if number == rounds - 1:
                times["row"].append(await _row_by_row(database, old, new, sizes.row_by_row))
            times["update"].append(await seconds(database.execute(SINGLE_UPDATE, old, new)))
    extrapolated = median(times["row"], 6) * users / sizes.row_by_row
    step = median(times["step"])
    return {
        "seconds": step,
        "users": users,
        "of_assignments": users * (tenants - 1),
        "users_per_second": round(users / median(times["step"], 6)),
        "ratio_to_single_update": median_ratio(times["step"], times["update"]),
        "row_by_row_seconds_extrapolated": round(extrapolated, 1),
        "row_by_row_from": sizes.row_by_row,
        "ratio_row_by_row": round(extrapolated / median(times["step"], 6), 1),
    }


async def _move_by_step(stack: Stack, database: Database, tenant: int, users: int) -> float:
    offer = await quote(stack.service(database), tenant, users)
    order = order_on(offer, fresh_key())
    step = StepInput(
        upgrade_id=order.upgrade_id,
        subscription_id=order.subscription_id,
        tenant_id=order.tenant_id,
        at=datetime.now(UTC),
    )
    steps = PostgresUpgradeSteps(database, holiday_calendar, LIMITS)
    environment = ActivityEnvironment()
    await environment.run(steps.check_order, OrderInput(**step.model_dump(), order=order))

    async def run() -> None:
        view = await environment.run(steps.move_users, step)
        assert view.users.moved == users

    return await seconds(run())


async def _open(database: Database, old: str, new: str) -> None:
    """A subscription to move users to, as like the old one as can be."""
    row = await database.fetchval(
        "select to_jsonb(s) from subscriptions s where subscription_id = $1", old
    )
    row |= {"subscription_id": new, "assigned": 0, "users_with_disabled_services": 0}
    await database.execute(
        "insert into subscriptions select * from jsonb_populate_record(null::subscriptions, $1)",
        json.loads(json.dumps(row)),
    )


async def _row_by_row(database: Database, old: str, new: str, users: int) -> float:
    chosen = await database.fetch(
        "select user_id from assignments where subscription_id = $1 order by user_id limit $2",
        old,
        users,
    )
    one = SINGLE_UPDATE.replace("subscription_id = $1", "subscription_id = $1 and user_id = $3")
    async with database.connection() as connection:
        assert isinstance(connection, asyncpg.pool.PoolConnectionProxy)

        async def run() -> None:
            for row in chosen:
                await connection.execute(one, old, new, row["user_id"])

        return await seconds(run())
