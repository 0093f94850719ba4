"""Anchors: where every stream stood at some moment, to be kept where the database cannot reach.

The hash chain shows any change within it, but whoever owns the database can rewrite a chain with hashes
that fit, or cut off its end. Neither fits an anchor that was exported before (`store.verify`).
"""

from collections.abc import AsyncGenerator

from domain.values.base import Value
from store.snapshot import Connection

ANCHORS_HOLD = "anchored_events_are_unchanged"
ON_THE_CHAIN = frozenset({"hash_chain_verifies", "stream_versions_have_no_gap", ANCHORS_HOLD})
"""Promises without which nothing is worth an anchor."""

ANCHORS_AT_ONCE = 10_000


class Anchor(Value):
    """The last event of a stream."""

    stream: str
    version: int
    hash: str


async def read_anchors(connection: Connection) -> AsyncGenerator[Anchor]:
    """Where every stream stands in a `snapshot`, in the order of their names."""
    sql = 'select stream, version, hash from streams order by stream collate "C"'
    async for row in connection.cursor(sql, prefetch=ANCHORS_AT_ONCE):
        yield Anchor.model_validate(dict(row))
