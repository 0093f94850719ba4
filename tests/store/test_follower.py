"""Followers see every event once, although events commit in another order than they were numbered."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from store.database import Database, Executor
from store.follower import FollowedEvent, Follower
from tests.store.support import append_raw

WRITERS = 16
APPENDS_EACH = 25


async def _write(database: Database, writer: int, rng: random.Random) -> None:
    for number in range(APPENDS_EACH):
        async with database.transaction() as transaction:
            events = rng.randint(1, 3)
            await append_raw(transaction, f"upgrade-w{writer}-{number}", 0, f"c{number}", events)
            await asyncio.sleep(rng.choice((0, 0, 0.001, 0.004, 0.03)))


async def _keep(transaction: Executor, events: Sequence[FollowedEvent]) -> None:
    await transaction.execute(
        "insert into handled select * from unnest($1::bigint[], $2::text[])",
        [event.global_position for event in events],
        [event.stream for event in events],
    )


async def _ignore(_: Executor, events: Sequence[FollowedEvent]) -> None:
    pass


@pytest.mark.breaks_promises  # the events are none of the domain's
async def test_16_writers_a_follower_in_3_processes_loses_nothing_where_a_naive_reader_does(
    database: Database,
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    # No unique constraint: an event that is handled twice shall show.
    await database.execute("create table handled (position bigint, stream text)")
    done = asyncio.Event()

    async def follow() -> None:
        follower = Follower(database, "webhooks")
        while True:
            finished = done.is_set()
            if await follower.run_once(_keep, limit=7) == 0:
                if finished:
                    return
                await asyncio.sleep(0.002)

    naive: set[int] = set()

    async def follow_naively() -> None:
        last = 0
        while True:
            finished = done.is_set()
            rows = await database.fetch(
                "select global_position from events where global_position > $1 order by 1", last
            )
            naive.update(row["global_position"] for row in rows)
            last = max((row["global_position"] for row in rows), default=last)
            if finished:
                return
            await asyncio.sleep(0.002)

    readers = [asyncio.create_task(follow()) for _ in range(3)]
    readers.append(asyncio.create_task(follow_naively()))
    await asyncio.gather(
        *(_write(database, n, random.Random(f"{seed}-{n}")) for n in range(WRITERS))
    )
    done.set()
    await asyncio.gather(*readers)
    # Three that skip each other's lock may each have seen nothing at the very end.
    while await Follower(database, "webhooks").run_once(_keep):
        pass

    written = {r[0] for r in await database.fetch("select global_position from events")}
    handled = [r[0] for r in await database.fetch("select position from handled")]
    assert len(written) >= WRITERS * APPENDS_EACH
    assert sorted(handled) == sorted(written)
    assert naive < written, "the test cannot tell a good follower from a naive one"


@pytest.mark.breaks_promises
async def test_an_event_that_commits_late_holds_back_all_after_it(database: Database) -> None:
    follower = Follower(database, "f")
    seen: list[str] = []

    async def note(_: Executor, events: Sequence[FollowedEvent]) -> None:
        seen.extend(event.stream for event in events)

    async with database.transaction() as late:
        await append_raw(late, "upgrade-late", 0, "c", 1)
        await append_raw(database, "upgrade-early", 0, "c", 1)
        assert await follower.run_once(note) == 0
    assert await follower.run_once(note) == 2
    assert seen == ["upgrade-late", "upgrade-early"]
    assert await follower.run_once(note) == 0


@pytest.mark.breaks_promises
async def test_a_failed_handler_gets_the_same_events_again(database: Database) -> None:
    await database.execute("create table handled (position bigint, stream text)")
    await append_raw(database, "upgrade-a", 0, "c", 3)
    follower = Follower(database, "f")

    async def fail(transaction: Executor, events: Sequence[FollowedEvent]) -> None:
        await _keep(transaction, events)
        raise RuntimeError("down")

    with pytest.raises(RuntimeError, match="down"):
        await follower.run_once(fail)
    assert await follower.run_once(_keep, limit=2) == 2
    assert await follower.run_once(_keep, limit=2) == 1
    assert [r[0] for r in await database.fetch("select position from handled")] == [1, 2, 3]


@pytest.mark.breaks_promises
async def test_while_one_process_handles_events_another_finds_nothing_to_do(
    database: Database,
) -> None:
    await append_raw(database, "upgrade-a", 0, "c", 1)
    inside, leave = asyncio.Event(), asyncio.Event()

    async def slow(_: Executor, events: Sequence[FollowedEvent]) -> None:
        inside.set()
        await leave.wait()

    first = asyncio.create_task(Follower(database, "f").run_once(slow))
    await inside.wait()
    assert await Follower(database, "f").run_once(slow) == 0
    assert await Follower(database, "another").run_once(_ignore) == 1
    leave.set()
    assert await first == 1
