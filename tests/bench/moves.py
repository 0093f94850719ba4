"""What moving users takes: against the one UPDATE that is the limit, user by user, and for others."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from activities.holiday_calendar import holiday_calendar
from activities.steps import OrderInput, StepInput
from activities.upgrade_steps import PostgresUpgradeSteps
from activities.user_moves import MoveLimits
from domain.upgrade.stored_events import upgrade_stream
from store.database import Database
from tests import clock
from tests.bench.registry import Numbers, Sizes, benchmark, median, median_ratio, seconds
from tests.bench.stack import Stack, bench_world, load, order_on, quote, subscription_of
from tests.bench.workers import LIMITS, fresh_key, until_switched, working
from tests.store.support import in_run_of

SINGLE_UPDATE = """
with moved as (
    update assignments a set subscription_id = $2, disabled_services = '{}'
    where subscription_id = $1
    returning user_id, old.disabled_services as before
), noted as (
    insert into moved_users (upgrade_id, user_id, batch, disabled_before)
    select $2, user_id, 1, before from moved
)
insert into move_batches select $2, 1, $1, $2, count(*), now() from moved
"""
ONE_USER = """
with moved as (
    update assignments a set subscription_id = $2, disabled_services = '{}'
    where subscription_id = $1 and user_id = $3
    returning user_id, old.disabled_services as before
), noted as (
    insert into moved_users (upgrade_id, user_id, batch, disabled_before)
    select $2, user_id, $4, before from moved
)
insert into move_batches select $2, $4, $1, $2, count(*), now() from moved
"""


@benchmark
async def move(stack: Stack, sizes: Sizes) -> Numbers:
    """The real step, against one UPDATE of as many rows that notes them too; and user by user.

    All on one table, with its triggers, that holds the users of all rounds. User by user is the same
    step with batches of one, which gives the same guarantees; bare, it is one UPDATE a user, each in a
    transaction of its own, without history or progress. Both move a few, and are extrapolated.
    """
    users, rounds = sizes.moved_users, sizes.rounds
    times: dict[str, list[float]] = {"step": [], "update": []}
    longest = growth = 0.0
    async with stack.database() as database:
        await load(database, bench_world(2 * rounds + 2, users))
        for number in range(rounds):
            took, batch, grown = await _move_by_step(stack, database, 2 * number, users)
            times["step"].append(took)
            longest, growth = max(longest, batch), max(growth, grown)
            old, new = subscription_of(2 * number + 1), f"new-{number}"
            await _open(database, old, new)
            times["update"].append(await seconds(database.execute(SINGLE_UPDATE, old, new)))
        one_by_one, bare = await _user_by_user(stack, database, 2 * rounds, sizes.row_by_row)
    step, each = median(times["step"], 6), users / sizes.row_by_row
    return {
        "seconds": round(step, 3),
        "users": users,
        "of_assignments": users * (2 * rounds),
        "users_per_second": round(users / step),
        "ratio_to_single_update": median_ratio(times["step"], times["update"]),
        "longest_batch_seconds": round(longest, 3),
        "worker_memory_growth_mib": round(growth, 1),
        "user_by_user_seconds_extrapolated": round(one_by_one * each, 1),
        "ratio_user_by_user": round(one_by_one * each / step, 1),
        "ratio_bare_user_by_user": round(bare * each / step, 1),
        "user_by_user_from": sizes.row_by_row,
    }


@benchmark
async def crowd(stack: Stack, sizes: Sizes) -> Numbers:
    """Other tenants' small upgrades, from order to switch: alone, and while very many users move."""
    rounds = sizes.crowd_rounds
    async with stack.database() as database:
        await load(database, bench_world(3 * rounds, sizes.users))
        await _fill(database, subscription_of(0), sizes.crowd_users - sizes.users)
        service = stack.service(database)
        offers = [await quote(service, tenant, sizes.users) for tenant in range(1, 3 * rounds)]
        big = await quote(service, 0, sizes.crowd_users)

        async def one() -> float:
            offer = offers.pop()
            return await seconds(
                until_switched(stack, database, order_on(offer, fresh_key()), offer)
            )

        async with working(stack.client, database):
            await one()  # warms up
            alone = [await one() for _ in range(rounds)]
            order = order_on(big, fresh_key())
            beside: list[float] = []
            async with _memory() as memory:
                moving = asyncio.create_task(seconds(until_switched(stack, database, order, big)))
                while len(beside) < rounds and not moving.done():
                    beside.append(await one())
                if moving.done() and len(beside) > 1:
                    beside.pop()  # it may have had the machine to itself
                took = await moving
    return {
        "users_moving": sizes.crowd_users,
        "their_seconds": round(took, 1),
        "worker_memory_growth_mib": round(max(memory) - memory[0], 1),
        "small_upgrade_ms": round(median(alone, 6) * 1000, 1),
        "small_upgrade_beside_ms": round(median(beside, 6) * 1000, 1),
        "small_upgrades_beside": len(beside),
        "small_upgrades_ratio": round(median(beside, 6) / median(alone, 6), 2),
        "small_upgrades_ratio_worst": round(max(beside) / median(alone, 6), 2),
    }


async def _move_by_step(
    stack: Stack, database: Database, tenant: int, users: int, limits: MoveLimits = LIMITS
) -> tuple[float, float, float]:
    """Seconds of the whole move, and of its longest batch; MiB that this process grew by."""
    offer = await quote(stack.service(database), tenant, users)
    order = order_on(offer, fresh_key())
    step = StepInput(
        upgrade_id=order.upgrade_id,
        subscription_id=order.subscription_id,
        tenant_id=order.tenant_id,
        at=clock.now(),
    )
    steps = PostgresUpgradeSteps(database, holiday_calendar, limits)
    environment = in_run_of(order.upgrade_id)
    ordered = OrderInput(
        upgrade_id=order.upgrade_id,
        at=step.at,
        ordered_at=step.at,
        order=order.model_dump_json(),
    )
    await environment.run(steps.check_order, ordered)

    async def run() -> None:
        view = await environment.run(steps.move_users, step)
        assert view.users.moved == users

    async with _memory() as memory:
        took = await seconds(run())
    longest = await database.fetchval(
        "select max(extract(epoch from recorded_at - before)) from ("
        " select type, recorded_at, lag(recorded_at) over (order by version) as before"
        " from events where stream = $1) each where type = 'UsersMoved'",
        upgrade_stream(order.upgrade_id),
    )
    return took, float(longest), max(memory) - memory[0]


@asynccontextmanager
async def _memory() -> AsyncGenerator[list[float]]:
    """MiB that this process has in memory, now and again every few milliseconds."""
    seen = [_resident_mib()]

    async def look() -> None:
        while True:
            seen.append(_resident_mib())
            await asyncio.sleep(0.02)

    looking = asyncio.create_task(look())
    try:
        yield seen
    finally:
        looking.cancel()


def _resident_mib() -> float:
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * 4096 / 2**20 if statm.exists() else 0.0


async def _user_by_user(
    stack: Stack, database: Database, tenant: int, users: int
) -> tuple[float, float]:
    """Seconds for `users` users, each in a batch of its own, and each by one bare UPDATE."""
    old = subscription_of(tenant + 1)
    for each in (subscription_of(tenant), old):
        await database.execute(
            "delete from assignments where subscription_id = $1 and user_id in ("
            " select user_id from assignments where subscription_id = $1 order by user_id offset $2)",
            each,
            users,
        )
    await _open(database, old, "bare")
    chosen = await database.fetch(
        "select user_id from assignments where subscription_id = $1 order by user_id", old
    )
    async with database.connection() as connection:
        assert isinstance(connection, asyncpg.pool.PoolConnectionProxy)

        async def run() -> None:
            for number, row in enumerate(chosen, 1):
                await connection.execute(ONE_USER, old, "bare", row["user_id"], number)

        bare = await seconds(run())
    one = MoveLimits(users_per_batch=1)
    took, _, _ = await _move_by_step(stack, database, tenant, users, one)
    return took, bare


async def _fill(database: Database, subscription_id: str, users: int) -> None:
    """Give a subscription many more licenses and users."""
    await database.execute(
        "update subscriptions set licenses = licenses + $2 where subscription_id = $1",
        subscription_id,
        max(0, users),
    )
    await database.execute(
        "insert into assignments (subscription_id, user_id)"
        " select $1, 'more-' || lpad(n::text, 8, '0') from generate_series(1, $2) n",
        subscription_id,
        max(0, users),
    )
    await database.execute("vacuum analyze assignments")


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
