"""Appending to streams and reading them back."""

from collections.abc import Sequence
from typing import Any

from domain.upgrade.events import Event
from domain.upgrade.stored_events import RecordedEvent, type_name
from domain.values.base import Value
from domain.values.rows import Rows
from store.database import Executor, query


class Append(Value):
    """The events that one command adds to one stream, if that is still at `expected_version`."""

    stream: str
    expected_version: int
    command_id: str
    events: tuple[Any, ...]


def append_of(
    stream: str, expected_version: int, command_id: str, events: Sequence[Event], metadata: object
) -> Append:
    """Events as they are stored."""
    stored = tuple(
        {
            "type": type_name(event),
            "schema_version": event.schema_version,
            "data": event.model_dump(mode="json"),
            "metadata": metadata,
        }
        for event in events
    )
    return Append(
        stream=stream, expected_version=expected_version, command_id=command_id, events=stored
    )


async def commit_step(executor: Executor, appends: Sequence[Append], rows: Rows) -> bool:
    """Append to every stream and write the rows that follow: one round trip, all or nothing.

    Returns False, having written nothing, where the first append's command has been carried out
    before. Raises `VersionConflict` when any stream has moved on, `AnotherUpgradeIsOpen`, and
    `PromiseBroken` when a constraint refuses a row.
    """
    return await executor.fetchval(
        "select commit_step($1::jsonb, $2::jsonb)",
        [append.model_dump(mode="json") for append in appends],
        {table: new for table, new in rows.items() if new},
    )


async def read_streams(
    executor: Executor, streams: Sequence[str]
) -> dict[str, list[RecordedEvent]]:
    """The whole history of each stream, in one round trip; an unknown stream is empty."""
    histories: dict[str, list[RecordedEvent]] = {stream: [] for stream in streams}
    for row in await executor.fetch(query("events/read_streams"), list(streams)):
        histories[row["stream"]].append(RecordedEvent.model_validate(dict(row)))
    return histories
