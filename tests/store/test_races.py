"""Many at once: the database decides who wins, and nobody waits for ever."""

import asyncio
import random
from collections import Counter

from domain.values import rejections
from store.database import Database
from store.errors import PromiseBroken, StoreError, StoreUnavailable, VersionConflict
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.support import Life, holders, world_of, world_subscription, world_tenant

COMINGS_AND_GOINGS = 300
"""Of each of the ten who come and go: 3,000 in all, while the moves run."""


async def test_of_100_orders_in_one_tenant_one_upgrade_is_open(database: Database) -> None:
    """B9."""
    subscriptions = [
        world_subscription(f"contoso-{n}", plan=plan, users=())
        for n, plan in enumerate(("basic", "standard"))
    ]
    await import_world(database, world_of(world_tenant("contoso", *subscriptions)), NOW)
    lives = [
        await Life(database, subscription_id=f"contoso-{n % 2}", key=f"key-{n}").quote(
            target_plan_id="premium"
        )
        for n in range(100)
    ]
    async with asyncio.timeout(60):
        views = await asyncio.gather(*(life.order() for life in lives))
    assert Counter(view.stage for view in views) == {"moving_users": 1, "refused": 99}
    codes = {refusal.code for view in views for refusal in view.refusals}
    assert codes == {"upgrade_in_progress"}
    assert await database.fetchval("select count(*) from upgrades where is_open") == 1


async def test_one_order_sent_100_times_is_one_upgrade(database: Database, life: Life) -> None:
    await life.quote()
    async with asyncio.timeout(60):
        views = await asyncio.gather(*(life.order() for _ in range(100)))
    assert len({view.model_dump_json() for view in views}) == 1
    assert views[0].stage == "moving_users"
    assert await database.fetchval("select count(*) from upgrades") == 1
    assert await database.fetchval("select count(*) from events where stream like 'up%'") == 2


async def test_one_key_with_two_bodies_is_one_upgrade(database: Database, life: Life) -> None:
    await life.quote()
    other = await Life(database, key="other").quote(licenses=9)
    other.key = life.key
    other.ordered = other.ordered.model_copy(update={"idempotency_key": life.key})
    orders = [each.order() for _ in range(20) for each in (life, other)]
    outcomes = await asyncio.gather(*orders, return_exceptions=True)
    reused = [each for each in outcomes if isinstance(each, rejections.IdempotencyKeyReused)]
    assert len(reused) == 20
    assert await database.fetchval("select count(*) from upgrades") == 1


async def test_one_upgrade_carried_out_by_many_workers_at_once_happens_once(
    database: Database, life: Life
) -> None:
    life.users_per_batch = 1
    await life.quote()
    await life.order()

    async def carry_on() -> str:
        """What any worker does: whatever the database says comes next."""
        while True:
            try:
                view = await life.move()
                if view.stage == "switching_billing":
                    await life.switch()
                    await life.wait()
                return (await life.invoice()).stage
            except (VersionConflict, StoreUnavailable, rejections.NotReached, PromiseBroken):
                await asyncio.sleep(random.random() / 100)

    async with asyncio.timeout(60):
        assert await asyncio.gather(*(carry_on() for _ in range(8))) == ["invoiced"] * 8


def _joined_too_late(error: StoreError) -> bool:
    """The subscription has just ended, or is just about to."""
    return isinstance(error, PromiseBroken) and error.constraint == "ended_has_no_users"


async def test_moves_joins_and_leaves_never_wait_in_a_ring_and_lose_nobody(
    database: Database,
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    tenants = [
        world_tenant(f"t{n}", world_subscription(f"t{n}-basic", user_count=120, licenses=400))
        for n in range(3)
    ]
    await import_world(database, world_of(*tenants), NOW)
    failures: list[StoreError] = []
    finished = asyncio.Event()

    async def come_and_go(rng: random.Random) -> None:
        # Bounded: no lock keeps these users out, and a switch needs a moment without a join.
        for _ in range(COMINGS_AND_GOINGS):
            if finished.is_set():
                return
            subscriptions = [
                row["subscription_id"]
                for row in await database.fetch(
                    "select subscription_id from subscriptions where status = 'active'"
                )
            ]
            at, user = rng.choice(subscriptions), f"joiner-{rng.randrange(60)}"
            leaver = f"user-{rng.randrange(120):07}@{at}"
            try:
                await rng.choice(
                    (
                        database.execute(
                            "insert into assignments values ($1, $2) on conflict do nothing",
                            at,
                            user,
                        )
                        if rng.random() < 0.6
                        else database.execute(
                            "delete from assignments where subscription_id = $1"
                            " and user_id = any($2)",
                            at,
                            [user, leaver],
                        ),
                    )
                )
            except StoreError as error:
                if not _joined_too_late(error):
                    failures.append(error)

    async def upgrade(tenant_id: str) -> None:
        life = Life(
            database,
            subscription_id=f"{tenant_id}-basic",
            tenant_id=tenant_id,
            users_per_batch=10,
            licenses=400,
        )
        await life.quote()
        await life.order()
        while True:
            life.later(seconds=1)
            try:
                stage = (await life.move()).stage
                if stage == "switching_billing":
                    stage = (await life.switch()).stage
            except PromiseBroken as error:
                # A user who joins the new subscription in the very moment they are moved there
                # fails that batch as a whole; the step is retried, and then sees them.
                if error.constraint != "assignments_pkey" and not _joined_too_late(error):
                    raise
                continue  # as a retry would
            if stage == "awaiting_invoice":
                return

    rngs = [random.Random(f"{seed}-{n}") for n in range(10)]
    movers = [asyncio.create_task(come_and_go(rng)) for rng in rngs]
    try:
        async with asyncio.timeout(60):
            await asyncio.gather(*(upgrade(tenant.id) for tenant in tenants))
    finally:
        finished.set()
        await asyncio.gather(*movers)
    assert not failures, failures[:3]
    for tenant in tenants:
        assert await holders(database, f"{tenant.id}-basic") == {}


async def test_who_only_refers_to_a_subscription_holds_up_no_move(
    database: Database, life: Life
) -> None:
    async with database.transaction() as quoting:
        # As the foreign key of a quote does, until its transaction ends.
        await quoting.execute(
            "select from subscriptions where subscription_id = 'contoso-basic' for key share"
        )
        async with asyncio.timeout(5):
            changed = await database.execute("update assignments set disabled_services = '{teams}'")
    assert changed == "UPDATE 7"


async def test_undos_joins_and_leaves_never_wait_in_a_ring_and_lose_nobody(
    database: Database,
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    tenants = [
        world_tenant(f"t{n}", world_subscription(f"t{n}-basic", user_count=60, licenses=400))
        for n in range(3)
    ]
    await import_world(database, world_of(*tenants), NOW)
    failures: list[StoreError] = []
    finished = asyncio.Event()

    async def come_and_go(rng: random.Random) -> None:
        while not finished.is_set():
            await asyncio.sleep(rng.random() / 50)
            rows = await database.fetch(
                "select subscription_id from subscriptions where status = 'active'"
            )
            at = rng.choice(rows)["subscription_id"]
            joiner, leaver = f"joiner-{rng.randrange(40)}@", f"user-{rng.randrange(60):07}@"
            leave = (
                "delete from assignments where subscription_id = $1 and starts_with(user_id, $2)"
            )
            join = "insert into assignments values ($1, $2) on conflict do nothing"
            what, user = rng.choice([(join, joiner), (leave, joiner), (leave, leaver)])
            try:
                await database.execute(what, at, user)
            except StoreError as error:
                if not _joined_too_late(error):
                    failures.append(error)

    async def give_up(tenant_id: str, rng: random.Random) -> None:
        for n in range(3):
            life = Life(
                database, f"{tenant_id}-basic", tenant_id, f"{n}", users_per_batch=7, licenses=400
            )
            await life.quote()
            await life.order()
            moving = asyncio.create_task(life.move())
            await asyncio.sleep(rng.random() / 5)
            await life.cancel()
            undos = await asyncio.gather(
                life.undo(), life.undo(), moving
            )  # two workers, and one late
            assert undos[0].stage == "canceled"

    rngs = [random.Random(f"{seed}-{n}") for n in range(9)]
    crowd = [asyncio.create_task(come_and_go(rng)) for rng in rngs[3:]]
    try:
        async with asyncio.timeout(60):
            await asyncio.gather(*map(give_up, [tenant.id for tenant in tenants], rngs))
    finally:
        finished.set()
        await asyncio.gather(*crowd)
    assert not failures, failures[:3]
