"""Rebuilding the read models from events alone, and comparing them with the live tables.

The rows come from the same pure functions of `domain.views.read_models` that fed the live tables, applied
to nothing but stored events. Histories are read one after the other and compared some at a time,
so that memory does not grow with their number; all of it sees one moment of the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from pydantic import ValidationError

from domain.subscriptions.incidents import fold_health, incident_rows
from domain.subscriptions.subscription import SubscriptionState, evolve_subscription
from domain.upgrade.evolve import evolve
from domain.upgrade.states import NotPlaced, UpgradeState
from domain.upgrade.stored_events import (
    RecordedEvent,
    service_stream,
    subscription_stream,
    upgrade_stream,
)
from domain.values.base import Text, Value
from domain.values.rows import Row, Rows
from domain.views.credit_notes import CreditNote
from domain.views.read_models import Invoice, UpgradeView, subscription_row, upgrade_row
from domain.views.rows import rows_after
from store.database import Database, query
from store.event_store import commit_step
from store.snapshot import History, all_histories, history_of, snapshot

MOST_DIFFERENCES = 1_000
"""A report names no more than these, so that a ruined database can still be reported on."""

_HISTORIES_AT_ONCE = 500
_ROWS_AT_ONCE = 20_000
"""Of one table that are looked at: more than follow from so many histories."""
_OF_UPGRADES, _OF_SUBSCRIPTIONS = upgrade_stream(""), subscription_stream("")
_OF_SERVICES = service_stream("")


class Difference(Value):
    """One row that is not what the events say."""

    table: str
    key: str
    live: dict[str, Any] | None
    """As the table has it; None where it lacks the row."""
    rebuilt: dict[str, Any] | None
    """As it follows from events; None where nothing leads to it."""


class RebuildReport(Value):
    """Whether the read models are what their events say."""

    ok: bool
    compared: dict[str, int]
    """Rows by table."""
    differences: tuple[Difference, ...]
    written: int = 0
    """How many rows have just been written anew."""


@dataclass(frozen=True)
class _ReadModel:
    """How the rows of one table are found: by which column, and from which streams."""

    key: str
    history: str
    streams: str
    beside_events: tuple[str, ...] = ()
    """Columns that do not follow from events."""


_READ_MODELS: Mapping[str, _ReadModel] = {
    "upgrades": _ReadModel("upgrade_id", "upgrade_id", _OF_UPGRADES),
    "subscriptions": _ReadModel(
        "subscription_id",
        "subscription_id",
        _OF_SUBSCRIPTIONS,
        ("assigned", "users_with_disabled_services"),
    ),
    "incidents": _ReadModel("r.service_id || '/' || r.reference", "service_id", _OF_SERVICES),
    "notices": _ReadModel("notice_id", "upgrade_id", _OF_UPGRADES),
    "invoices": _ReadModel("upgrade_id", "upgrade_id", _OF_UPGRADES),
    "credit_notes": _ReadModel("upgrade_id", "upgrade_id", _OF_UPGRADES),
    "ledger_entries": _ReadModel("r.upgrade_id || '/' || r.entry", "upgrade_id", _OF_UPGRADES),
}


async def rebuild(database: Database) -> RebuildReport:
    """Rebuild every read model from events, and compare it row for row with the live table."""
    async with snapshot(database) as connection:
        comparison = Comparison(connection)
        async for history in all_histories(connection):
            await comparison.add(history)
        return await comparison.finish()


async def refresh(database: Database) -> RebuildReport:
    """Write anew what `rebuild` finds to differ, and answer with what it finds then.

    Only rows of tables that follow the newest event: what has been told or billed (notices, invoices,
    bookings) never changes, and a row that no event leads to is left for somebody to look at. Each
    history is locked while its rows are written, so it may run beside the workers.
    """
    written, report = 0, await rebuild(database)
    while streams := {
        stream
        for each in report.differences
        if each.rebuilt is not None and (stream := _stream_of(each)) is not None
    }:
        for stream in sorted(streams):
            written += await _refresh_stream(database, stream)
        before, report = report.differences, await rebuild(database)
        if report.differences == before:
            break
    return report.model_copy(update={"written": written})


def _stream_of(difference: Difference) -> str | None:
    """The history that a row follows from; None of a table that only grows."""
    model = _READ_MODELS.get(difference.table)
    if model is None or difference.table not in _REFRESHED:
        return None
    return model.streams + difference.key.partition("/")[0]


_REFRESHED = frozenset({"upgrades", "subscriptions", "incidents"})


async def _refresh_stream(database: Database, stream: str) -> int:
    async with database.transaction() as transaction:
        await transaction.fetch(query("events/lock_streams"), [stream])
        recorded = [
            RecordedEvent.model_validate(dict(row))
            for row in await transaction.fetch(query("events/read_streams"), [stream])
        ]
        rebuilt = rows_of(history_of(recorded))
        rows = {table: found for table, found in rebuilt.items() if table in _REFRESHED}
        await commit_step(transaction, [], rows)
    return sum(map(len, rows.values()))


@dataclass
class Comparison:
    """Takes one history after the other and compares what follows from them."""

    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
    compared: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_READ_MODELS, 0))
    differences: list[Difference] = field(default_factory=list[Difference])
    _rows: Rows = field(default_factory=dict[str, list[Row]])
    _ids: dict[str, list[str]] = field(
        default_factory=lambda: {_OF_UPGRADES: [], _OF_SUBSCRIPTIONS: [], _OF_SERVICES: []}
    )

    async def add(self, history: History) -> None:
        """Take one more history."""
        if history.fault is not None:
            self._note("events", history.stream, None, {"fault": history.fault})
        rebuilt = rows_of(history)
        for table, rows in rebuilt.items():
            self._rows.setdefault(table, []).extend(rows)
        for prefix, ids in self._ids.items():
            if history.stream.startswith(prefix):
                ids.append(history.stream.removeprefix(prefix))
        if sum(map(len, self._ids.values())) >= _HISTORIES_AT_ONCE:
            await self._compare()

    async def finish(self) -> RebuildReport:
        """Compare the last ones, and look for rows that no history leads to."""
        await self._compare()
        for table, model in _READ_MODELS.items():
            sql = query("rebuild/rows_without_history").format(
                table=table,
                key=model.key,
                history=model.history,
                prefix=model.streams,
                limit=MOST_DIFFERENCES,
            )
            for row in await self.connection.fetch(sql):
                self.compared[table] += 1
                self._note(table, row["key"], row["live"], None)
        return RebuildReport(
            ok=not self.differences,
            compared=self.compared,
            differences=tuple(self.differences),
        )

    async def _compare(self) -> None:
        for table, model in _READ_MODELS.items():
            sql = query("rebuild/compare_rows").format(
                table=table, key=model.key, history=model.history, limit=_ROWS_AT_ONCE
            )
            found = await self.connection.fetchrow(
                sql,
                self._rows.get(table, []),
                self._ids[model.streams],
                list(model.beside_events),
            )
            assert found is not None, "an aggregate always gives a row"
            self.compared[table] += found["compared"]
            for each in found["differences"]:
                self._note(table, each["key"], each["live"], each["rebuilt"])
        self._rows.clear()
        for ids in self._ids.values():
            ids.clear()

    def _note(self, table: str, key: str, live: Row | None, rebuilt: Row | None) -> None:
        if _say_the_same(table, live, rebuilt):
            return
        if len(self.differences) < MOST_DIFFERENCES:
            self.differences.append(Difference(table=table, key=key, live=live, rebuilt=rebuilt))


_DOCUMENTS: Mapping[str, tuple[str, type[Value]]] = {
    "upgrades": ("view", UpgradeView),
    "invoices": ("body", Invoice),
    "credit_notes": ("body", CreditNote),
    "notices": ("text", Text),
}
"""Columns that hold a whole document, as older code wrote it: with fewer fields, in other words."""


def _say_the_same(table: str, live: Row | None, rebuilt: Row | None) -> bool:
    """Whether rows differ in nothing but what other code would have written of the same events.

    That is fields that the one lacks and that say nothing in the other, and the words of a notice:
    what was told stays as it was told, though it would be put better today.
    """
    if table not in _DOCUMENTS or live is None or rebuilt is None:
        return False
    column, kind = _DOCUMENTS[table]
    try:
        then, now = (kind.of_any_version(row[column]) for row in (live, rebuilt))
    except (KeyError, ValidationError):
        return False
    alike = then == now or (isinstance(then, Text) and bool(then.en and then.zh_tw))
    return alike and {**live, column: None} == {**rebuilt, column: None}


def rows_of(history: History) -> Rows:
    """The rows that follow from one history; of a stream that cannot be read, none."""
    if history.stream.startswith(_OF_UPGRADES):
        return _rows_of_upgrade(history.events)
    if history.stream.startswith(_OF_SERVICES):
        return _rows_of_service(history)
    return _rows_of_subscription(history.events)


def _rows_of_upgrade(events: list[Any]) -> Rows:
    state: UpgradeState = NotPlaced()
    rows = Rows()
    for event in events:
        state = evolve(state, event)
        if isinstance(state, NotPlaced):
            continue
        for table, new in rows_after(event, state).items():
            rows.setdefault(table, []).extend(new)
    if isinstance(state, NotPlaced):
        return rows
    # As in the live table, the first notice of a kind stays.
    first = {row["notice_id"]: row for row in reversed(rows.get("notices", []))}
    return rows | {"upgrades": [upgrade_row(state)], "notices": list(first.values())}


def _rows_of_subscription(events: list[Any]) -> Rows:
    state: SubscriptionState | None = None
    for event in events:
        state = evolve_subscription(state, event)
    return {} if state is None else {"subscriptions": [subscription_row(state)]}


def _rows_of_service(history: History) -> Rows:
    service = history.stream.removeprefix(_OF_SERVICES)
    return {"incidents": incident_rows(service, fold_health(history.events))}
