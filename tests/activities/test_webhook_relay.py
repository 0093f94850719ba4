"""The relay: nothing is lost, order is kept per upgrade, and nobody waits for somebody else's endpoint."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from activities.webhook_client import WebhookClient
from activities.webhook_relay import WebhookRelay
from domain.integrations.webhooks import RETRY_AFTER, Reach
from store.database import Database
from store.follower import Follower
from store.webhooks import (
    FOLLOWER,
    Delivery,
    DeliveryState,
    fill_deliveries,
    lease_endpoints,
    next_delivery,
    put_endpoint,
    read_deliveries,
    read_endpoints,
    record_attempt,
    remove_endpoint,
    resend,
)
from store.world import import_world
from tests.activities import receiver
from tests.activities.receiver import Receiver, receiving, status
from tests.domain.builders import NOW
from tests.store.support import Life, world_of, world_tenant
from tests.workflows.story import eventually

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HERE = Reach(allow_private=True)
TENANTS = ("contoso", "fabrikam", "globex")
TOLD = ("credit_check_required", "upgrade_complete", "switches_not_kept", "invoice_issued")
"""What an upgrade that is paid by invoice tells; two of it in one transaction."""


@pytest.fixture
async def world(database: Database) -> Database:
    """Three tenants who have not ordered anything yet."""
    tenants = [world_tenant(id, payment_method="invoice") for id in TENANTS]
    await import_world(database, world_of(*tenants), NOW)
    return database


async def live(database: Database, tenant_id: str = "contoso") -> list[str]:
    """One whole upgrade; the ids of its notices, in the order they were written in."""
    life = Life(database, subscription_id=f"{tenant_id}-basic", tenant_id=tenant_id)
    await life.quote()
    await life.order()
    await life.decide("approved")
    await life.move()
    await life.switch()
    await life.wait()
    await life.invoice()
    rows = await database.fetch(
        "select notice_id from outbox where tenant_id = $1 order by position", tenant_id
    )
    ids = [row["notice_id"] for row in rows]
    assert sorted(ids) == sorted(f"{life.upgrade_id}-{kind}" for kind in TOLD)
    return ids


async def listen(database: Database, there: Receiver, tenant_id: str = "contoso") -> str:
    """The tenant wants to be told there; the id of the endpoint."""
    id = f"wh-{uuid4().hex[:8]}"
    return await put_endpoint(
        database, endpoint_id=id, tenant_id=tenant_id, url=there.url(), secret=SECRET
    )


@asynccontextmanager
async def relaying(
    database: Database,
    *,
    relays: int = 1,
    timeout_seconds: float = 5.0,
    patience: float = 0.001,
    lease_seconds: float = 10.0,
    endpoints_at_once: int = 32,
) -> AsyncGenerator[None]:
    """So many relays at work, with waits of milliseconds instead of minutes."""
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        running: list[asyncio.Task[None]] = []
        for _ in range(relays):
            client = WebhookClient(reach=HERE, timeout_seconds=timeout_seconds)
            stack.push_async_callback(client.aclose)
            relay = WebhookRelay(
                database,
                client,
                poll_seconds=0.01,
                lease_seconds=lease_seconds,
                endpoints_at_once=endpoints_at_once,
                patience=patience,
            )
            running.append(asyncio.create_task(relay.run(stop)))
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*running)


async def of_state(database: Database, state: DeliveryState | None) -> list[Delivery]:
    return await read_deliveries(database, state=state, limit=1000)


async def until_settled(database: Database, deliveries: int) -> list[Delivery]:
    """All deliveries, once none of them waits any more."""

    async def settled() -> list[Delivery] | None:
        found = await of_state(database, None)
        done = [each for each in found if each.state != "pending"]
        return found if len(found) == len(done) == deliveries else None

    return await eventually(f"{deliveries} deliveries are settled", settled)


async def test_every_notice_arrives_once_and_in_order(world: Database) -> None:
    """B62."""
    async with receiving() as there:
        await listen(world, there)
        ids = await live(world)
        async with relaying(world):
            await until_settled(world, 4)
    assert there.ids == ids
    assert [event["sequence"] for event in there.events] == sorted(
        event["sequence"] for event in there.events
    )
    (endpoint,) = await read_endpoints(world, "contoso")
    assert (endpoint.delivered, endpoint.waiting, endpoint.dead) == (4, 0, 0)


async def test_an_endpoint_is_told_what_comes_after_it_and_nothing_of_others(
    world: Database,
) -> None:
    async with receiving() as early, receiving() as late, receiving() as other:
        await listen(world, early)
        await listen(world, other, "fabrikam")
        ids = await live(world)
        await listen(world, late)
        async with relaying(world):
            await until_settled(world, 4)
    assert (early.ids, late.ids, other.ids) == (ids, [], [])


@pytest.mark.parametrize(
    "bad", [status(500), status(307), receiver.close, receiver.hang, receiver.nonsense]
)
async def test_a_receiver_that_recovers_gets_everything_in_order(
    world: Database, bad: receiver.Answer
) -> None:
    async with receiving(status(204), bad, bad) as there:
        await listen(world, there)
        ids = await live(world)
        async with relaying(world, timeout_seconds=0.3):
            await until_settled(world, 4)
    # The second one was sent three times, and the others waited for it.
    assert there.ids == [ids[0], ids[1], ids[1], ids[1], *ids[2:]]


async def test_an_answer_that_gets_lost_repeats_the_same_event(world: Database) -> None:
    async with receiving(receiver.close) as there:
        await listen(world, there)
        ids = await live(world)
        async with relaying(world):
            await until_settled(world, 4)
    assert there.ids == [ids[0], *ids]
    assert there.bodies[0] == there.bodies[1]


async def test_what_always_fails_becomes_a_dead_letter_and_can_be_sent_again(
    world: Database,
) -> None:
    async with receiving(otherwise=status(500)) as there:
        await listen(world, there)
        ids = await live(world)
        async with relaying(world, patience=0.0):
            dead = await until_settled(world, 4)
        assert {each.state for each in dead} == {"dead"}
        assert {each.attempts for each in dead} == {len(RETRY_AFTER) + 1}
        assert {(each.last_status, each.last_error) for each in dead} == {(500, "answered 500")}
        assert list(dict.fromkeys(there.ids)) == ids, (
            "the next one waits for the end of the one before"
        )
        assert len(there.ids) == 4 * (len(RETRY_AFTER) + 1)

        there.otherwise = status(204)
        there.bodies.clear()
        first = min(each.delivery_id for each in dead)
        assert await resend(world, delivery_id=first) == [first]
        assert await resend(world, delivery_id=first) == [], "it waits already"
        async with relaying(world):
            await eventually("it is delivered", lambda: of_state(world, "delivered"))
        assert there.ids == ids[:1]
        assert len(await resend(world, tenants=["contoso"])) == 3
        async with relaying(world):
            await until_settled(world, 4)
    assert there.ids == ids
    assert len(await of_state(world, "delivered")) == 4


async def test_a_receiver_that_asks_for_time_gets_it(world: Database) -> None:
    async with receiving(otherwise=status(429, "retry-after: 86400")) as there:
        await listen(world, there)
        await live(world)
        async with relaying(world, patience=0.1):
            waits = await eventually("it waits", lambda: _waits(world))
    assert len(there.ids) == 1
    assert waits == timedelta(seconds=360), "a tenth of an hour, not of 5 seconds"


async def _waits(database: Database) -> timedelta | None:
    """How long the next attempt comes after the one that failed."""
    return await database.fetchval(
        "select date_trunc('second', next_attempt_at - last_attempt_at + '1 ms') from deliveries"
        " where attempts = 1 and state = 'pending'"
    )


async def test_a_new_secret_signs_beside_the_old_ones_for_a_day(world: Database) -> None:
    first, second, third = (f"whsec_{letter * 32}" for letter in "ABC")

    def signers(headers: dict[str, str], body: bytes) -> set[str]:
        found: set[str] = set()
        for secret in (first, second, third):
            with suppress(WebhookVerificationError):
                Webhook(secret).verify(body, headers)
                found.add(secret)
        return found

    async with receiving() as there:

        async def set_secret(secret: str) -> None:
            await put_endpoint(
                world, endpoint_id="wh-1", tenant_id="contoso", url=there.url(), secret=secret
            )

        for secret in (first, second, second, third):
            await set_secret(secret)
        ids = await live(world)
        async with relaying(world):
            await until_settled(world, len(ids))
            for headers, body in zip(there.headers, there.bodies, strict=True):
                assert len(headers["webhook-signature"].split(" ")) == 3
                assert signers(headers, body) == {first, second, third}
            await world.execute("update retired_webhook_secrets set good_until = now()")
            await resend(world, delivery_id=(await of_state(world, None))[0].delivery_id)
            await until_settled(world, len(ids))
        assert signers(there.headers[-1], there.bodies[-1]) == {third}, "the day is over"
        await set_secret(first)
        left = await world.fetch("select secret from retired_webhook_secrets")
        assert [row["secret"] for row in left] == [third], "what no longer signs is not kept"


async def test_an_endpoint_that_is_gone_is_left_alone_until_it_is_set_again(
    world: Database,
) -> None:
    async with receiving(status(410)) as there:
        await listen(world, there)
        ids = await live(world)

        async def gone() -> bool:
            (endpoint,) = await read_endpoints(world)
            return endpoint.gone_at is not None

        async with relaying(world):
            await eventually("it is gone", gone)
            await asyncio.sleep(0.1)
            assert there.ids == ids[:1]
            (endpoint,) = await read_endpoints(world)
            assert (endpoint.waiting, endpoint.dead) == (4, 0)
            assert await listen(world, there) == endpoint.endpoint_id
            await until_settled(world, 4)
    assert there.ids == [ids[0], *ids]


async def test_a_removed_endpoint_gets_nothing_any_more(world: Database) -> None:
    async with receiving() as there:
        endpoint_id = await listen(world, there)
        await live(world)
        await Follower(world, FOLLOWER).run_once(fill_deliveries)
        assert await remove_endpoint(world, endpoint_id)
        assert not await remove_endpoint(world, endpoint_id)
        async with receiving() as other:
            await listen(world, other, "fabrikam")
            await live(world, "fabrikam")
            async with relaying(world):
                await eventually("the others go on", lambda: of_state(world, "delivered"))
    assert there.ids == []
    assert await read_endpoints(world, "contoso") == []


async def test_a_dead_endpoint_never_delays_another(world: Database) -> None:
    async with receiving(otherwise=receiver.hang) as dead, receiving() as well:
        await listen(world, dead)
        await listen(world, well, "fabrikam")
        await listen(world, well, "contoso")
        ids = [*await live(world), *await live(world, "fabrikam")]
        async with relaying(world, timeout_seconds=30):
            # The hanging one is still being waited for when all others have been told.
            await eventually("the others are told", lambda: _has(well, 8))
            assert len(dead.ids) == 1
            dead.hang_up()
    assert sorted(well.ids) == sorted(ids)


async def test_more_dead_endpoints_than_places_never_delay_another(world: Database) -> None:
    """Those that failed before hang in every place they are given; the others' are still free."""
    async with AsyncExitStack() as stack:
        dead = [
            await stack.enter_async_context(receiving(status(500), otherwise=receiver.hang))
            for _ in range(5)
        ]
        for there in dead:
            await listen(world, there)
        await live(world)
        async with relaying(world, timeout_seconds=30, endpoints_at_once=2):
            await eventually("two hang", lambda: _have(dead, 7))
            await eventually("all fail", lambda: _all_fail(world))
            well = await stack.enter_async_context(receiving())
            await listen(world, well, "fabrikam")
            ids = await live(world, "fabrikam")
            await eventually("the other is told", lambda: _has(well, 4))
            assert await _have(dead, 7), "two hang, three wait for them"
            for there in dead:
                there.hang_up()
                there.otherwise = status(204)
            await eventually("all recover", lambda: _none_fails(world))
    assert well.ids == ids


async def _have(receivers: list[Receiver], events: int) -> bool:
    return sum(len(there.ids) for there in receivers) == events


async def _all_fail(database: Database) -> bool:
    return all(each.failing_since for each in await read_endpoints(database))


async def _none_fails(database: Database) -> bool:
    return all(each.failing_since is None for each in await read_endpoints(database))


async def _has(there: Receiver, events: int) -> bool:
    return len(there.ids) >= events


async def test_two_relays_at_once_lose_repeat_and_reorder_nothing(world: Database) -> None:
    async with AsyncExitStack() as stack:
        receivers = [await stack.enter_async_context(receiving()) for _ in range(6)]
        for number, there in enumerate(receivers):
            await listen(world, there, TENANTS[number % 3])
        async with relaying(world, relays=3):
            told = dict(
                zip(TENANTS, await asyncio.gather(*(live(world, t) for t in TENANTS)), strict=True)
            )
            await until_settled(world, 24)
        for number, there in enumerate(receivers):
            assert there.ids == told[TENANTS[number % 3]]


async def test_bad_receivers_and_several_relays_keep_the_order(world: Database) -> None:
    """Every receiver fails in its own way, three relays race; what counts is what came of it."""
    bad = (status(500), receiver.close, status(503), receiver.nonsense)
    async with AsyncExitStack() as stack:
        receivers = [
            await stack.enter_async_context(receiving(*(bad[(n + i) % 4] for i in range(n))))
            for n in range(6)
        ]
        for number, there in enumerate(receivers):
            await listen(world, there, TENANTS[number % 3])
        async with relaying(world, relays=3, patience=0.0001):
            told = dict(
                zip(TENANTS, await asyncio.gather(*(live(world, t) for t in TENANTS)), strict=True)
            )
            await until_settled(world, 24)
        for number, there in enumerate(receivers):
            assert list(dict.fromkeys(there.ids)) == told[TENANTS[number % 3]]


async def test_a_relay_that_stops_ends_what_it_has_begun(world: Database) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(writer: asyncio.StreamWriter) -> None:
        begun.set()
        await go_on.wait()
        await status(204)(writer)

    async with receiving(slow) as there:
        await listen(world, there)
        ids = await live(world)
        stop = asyncio.Event()
        client = WebhookClient(reach=HERE)
        running = asyncio.create_task(WebhookRelay(world, client, poll_seconds=0.01).run(stop))
        await begun.wait()
        stop.set()
        await asyncio.sleep(0.05)
        assert not running.done()
        go_on.set()
        await running
        await client.aclose()
        (delivered,) = await of_state(world, "delivered")
        assert delivered.notice_id == ids[0]
        assert there.ids == ids[:1], "nothing new was begun"
        # Its lease is free: another relay goes on at once.
        async with relaying(world):
            await until_settled(world, 4)
    assert there.ids == ids


async def test_a_lease_that_was_lost_records_nothing(world: Database) -> None:
    """As if the process had been frozen while it sent: another one has taken over."""
    async with receiving() as there:
        endpoint_id = await listen(world, there)
        await live(world)
    await Follower(world, FOLLOWER).run_once(fill_deliveries)
    frozen, heir, no_time = uuid4(), uuid4(), timedelta(0)
    assert await lease_endpoints(world, frozen, good_for=no_time, at_most=9) == [endpoint_id]
    sending = await next_delivery(world, endpoint_id, frozen, good_for=no_time)
    assert sending is not None
    minute = timedelta(minutes=1)
    assert await lease_endpoints(world, heir, good_for=minute, at_most=9) == [endpoint_id]
    assert await lease_endpoints(world, uuid4(), good_for=minute, at_most=9) == []
    await record_attempt(world, sending, frozen, "delivered", status=204, error=None)
    assert await of_state(world, "delivered") == []
    assert await next_delivery(world, endpoint_id, frozen, good_for=minute) is None
    again = await next_delivery(world, endpoint_id, heir, good_for=minute)
    assert again is not None
    assert again.notice == sending.notice
    await record_attempt(world, again, heir, "delivered", status=204, error=None)
    assert len(await of_state(world, "delivered")) == 1
