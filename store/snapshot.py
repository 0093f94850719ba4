"""One consistent look at the whole database, and every history in it, one after the other."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg
from pydantic import ValidationError

from domain.upgrade.stored_events import RecordedEvent, UnknownEvent
from store.database import Database, query

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

_EVENTS_AT_ONCE = 1_000


@dataclass(frozen=True)
class History:
    """One stream from its first event to its last."""

    stream: str
    recorded: list[RecordedEvent]
    events: list[Any]
    """The same as values of today's shape; empty where they cannot be read."""
    fault: str | None = None
    """Why they cannot be read."""


@asynccontextmanager
async def snapshot(database: Database) -> AsyncGenerator[Connection]:
    """A connection that sees the database as it is now, whatever is written meanwhile."""
    async with (
        database.connection() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield connection


async def all_histories(connection: Connection) -> AsyncGenerator[History]:
    """Every stream there is, with never more than one and some events in memory."""
    current: list[RecordedEvent] = []
    async for row in connection.cursor(query("events/all_events"), prefetch=_EVENTS_AT_ONCE):
        event = RecordedEvent.model_validate(dict(row))
        if current and current[0].stream != event.stream:
            yield history_of(current)
            current = []
        current.append(event)
    if current:
        yield history_of(current)


def history_of(recorded: list[RecordedEvent]) -> History:
    """The history that these events of one stream are; there is at least one."""
    stream = recorded[0].stream
    try:
        return History(stream, recorded, [each.event() for each in recorded])
    except (UnknownEvent, ValidationError, KeyError) as error:
        return History(stream, recorded, [], fault=f"{type(error).__name__}: {error}")
