"""Appending to streams: expected versions, repeated commands, and a chain that shows tampering."""

import asyncio
from collections import Counter

import pytest

from domain.upgrade.events import AttentionResolved
from store.anchors import Anchor, read_anchors
from store.database import Database
from store.errors import VersionConflict
from store.event_store import append_of, commit_step, read_streams
from store.snapshot import snapshot
from store.verify import verify
from tests.domain.builders import NOW
from tests.store.support import Life, append_raw, tampering

EVENT = AttentionResolved(at=NOW, action="retry")

pytestmark = pytest.mark.breaks_promises  # these events are no upgrade's history


async def test_events_come_back_in_the_order_of_their_versions(database: Database) -> None:
    assert await append_raw(database, "upgrade-a", 0, "c1", 2) == 2
    assert await append_raw(database, "upgrade-a", 2, "c2", 3) == 5
    rows = await database.fetch("select version, data from events order by version")
    assert [row["version"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["data"]["n"] for row in rows] == [0, 1, 0, 1, 2]


@pytest.mark.parametrize("expected_version", [0, 1, 3])
async def test_another_version_than_expected_is_a_conflict(
    database: Database, expected_version: int
) -> None:
    await append_raw(database, "upgrade-a", 0, "c1", 2)
    with pytest.raises(VersionConflict):
        await append_raw(database, "upgrade-a", expected_version, "c2", 1)
    with pytest.raises(VersionConflict):
        await append_raw(database, "upgrade-b", 1, "c1", 1)
    assert await database.fetchval("select count(*) from events") == 2


async def test_a_repeated_command_writes_nothing_whatever_version_it_expects(
    database: Database,
) -> None:
    await append_raw(database, "upgrade-a", 0, "c1", 2)
    for expected_version in (0, 1, 2, 7):
        assert await append_raw(database, "upgrade-a", expected_version, "c1", 2) is None
    assert await database.fetchval("select count(*) from events") == 2


async def test_of_many_writers_with_one_expected_version_one_wins(database: Database) -> None:
    for version in range(5):
        outcomes = await asyncio.gather(
            *(append_raw(database, "upgrade-a", version, f"{version}-{n}", 1) for n in range(25)),
            return_exceptions=True,
        )
        assert Counter(type(each) for each in outcomes) == {int: 1, VersionConflict: 24}


async def test_a_command_sent_many_times_at_once_is_written_once(database: Database) -> None:
    outcomes = await asyncio.gather(
        *(append_raw(database, "upgrade-a", 0, "c1", 2) for _ in range(25)), return_exceptions=True
    )
    assert [each for each in outcomes if each == 2] == [2]
    assert {type(each) for each in outcomes} <= {int, type(None), VersionConflict}
    assert await database.fetchval("select count(*) from events") == 2


async def test_several_streams_move_together_or_not_at_all(database: Database) -> None:
    await append_raw(database, "subscription-s", 0, "c0", 1)
    appends = [
        append_of(stream, version, "c1", [EVENT], {})
        for stream, version in (("upgrade-a", 0), ("subscription-s", 0))
    ]
    with pytest.raises(VersionConflict):
        await commit_step(database, appends, {})
    assert await database.fetchval("select count(*) from events") == 1
    appends[1] = append_of("subscription-s", 1, "c1", [EVENT], {})
    assert await commit_step(database, appends, {}) is True
    assert await commit_step(database, appends, {}) is False
    histories = await read_streams(database, ["upgrade-a", "subscription-s", "upgrade-none"])
    assert {stream: len(history) for stream, history in histories.items()} == {
        "upgrade-a": 1,
        "subscription-s": 2,
        "upgrade-none": 0,
    }
    assert histories["upgrade-a"][0].event() == EVENT


async def test_writers_of_two_streams_in_any_order_never_wait_for_each_other_in_a_ring(
    database: Database,
) -> None:
    for stream in ("subscription-s", "subscription-t"):
        await append_raw(database, stream, 0, "c", 1)

    async def write(number: int) -> bool:
        ordered = ["subscription-s", "subscription-t"]
        while True:
            rows = await database.fetch("select stream, version from streams")
            at = {row["stream"]: row["version"] for row in rows}
            first = f"upgrade-{number}"
            appends = [append_of(first, 0, "c", [EVENT], {})]
            appends += [append_of(each, at[each], f"c{number}", [EVENT], {}) for each in ordered]
            try:
                return await commit_step(database, appends, {})
            except VersionConflict:
                continue

    async with asyncio.timeout(30):
        assert all(await asyncio.gather(*(write(n) for n in range(12))))
    assert await database.fetchval("select version from streams where stream like '%-s'") == 13


REWRITE = (
    'update events set metadata = metadata || \'{"by": "nobody"}\' where version = 1',
    """
    do $$
    declare
        each record;
        last text;
    begin
        for each in select * from events order by stream, version loop
            last := case when each.version = 1 then '' else last end;
            update events e set previous_hash = last, hash = event_hash(
                last, e.stream, e.version, e.type, e.schema_version, e.data, e.metadata
            )
            where e.global_position = each.global_position returning e.hash into last;
            update streams s set hash = last where s.stream = each.stream;
        end loop;
    end
    $$
    """,
)
"""Another past, in which every hash is right."""


async def anchors_now(database: Database) -> list[Anchor]:
    async with snapshot(database) as connection:
        return [anchor async for anchor in read_anchors(connection)]


async def _broken(database: Database, **more: object) -> set[str]:
    verified = await verify(database, **more)  # pyright: ignore[reportArgumentType]
    return {each.invariant for each in verified.violations}


@pytest.mark.parametrize(
    "change",
    [
        'update events set data = data || \'{"reason": ""}\' where version = 2',
        "update events set type = 'MoveCompleted' where version = 2",
        "update events set metadata = '{}' where version = 2",
        "update events set hash = md5(hash) where version = 2",
        "update events set previous_hash = '' where version = 2",
        "update streams set hash = ''",
    ],
)
async def test_whatever_is_changed_shows_in_the_chain(
    database: Database, life: Life, change: str
) -> None:
    await life.live()
    assert await _broken(database) == set()
    async with tampering(database) as connection:
        await connection.execute(change)
    assert "hash_chain_verifies" in await _broken(database)


async def test_a_cut_end_shows_against_an_anchor_kept_elsewhere(
    database: Database, life: Life
) -> None:
    await life.live()
    anchors = await anchors_now(database)
    assert await _broken(database, anchors=anchors) == set()
    async with tampering(database) as connection:
        # Made with care: all that the database itself knows fits together.
        for statement in (
            "delete from events where stream like 'upgrade-%' and type = 'InvoiceIssued'",
            "update streams s set version = e.version, hash = e.hash from events e"
            " where e.stream = s.stream and s.version - 1 = e.version"
            " and not exists (select from events x where x.stream = s.stream"
            " and x.version = s.version)",
        ):
            await connection.execute(statement)
    assert {"hash_chain_verifies", "stream_versions_have_no_gap"}.isdisjoint(
        await _broken(database)
    )
    assert "anchored_events_are_unchanged" in await _broken(database, anchors=anchors)


async def test_a_chain_that_is_rewritten_with_hashes_that_fit_shows_against_an_anchor(
    database: Database, life: Life
) -> None:
    await life.live()
    anchors = await anchors_now(database)
    async with tampering(database) as connection:
        for statement in REWRITE:
            await connection.execute(statement)
    assert await _broken(database) == set()
    assert await _broken(database, anchors=anchors) == {"anchored_events_are_unchanged"}


async def test_what_is_appended_later_leaves_anchors_as_they_are(
    database: Database, life: Life
) -> None:
    before = await anchors_now(database)
    await life.live()
    assert await _broken(database, anchors=before) == set()
