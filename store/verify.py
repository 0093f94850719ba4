"""Checking every promise that can be checked from the database, at one moment.

Most promises are a file of `queries/verify`, named like the promise: its rows are the things the
promise is about, with the evidence as columns and `broken` saying whether it is broken there. What
SQL cannot compute stands in `store.recomputed`, and the read models are compared by
`store.rebuild`.

Temporal's side of things, and who may see what, are checked elsewhere.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from domain.business_days import CalendarOf
from domain.values import Value
from store.database import QUERIES, Database, query
from store.rebuild import Comparison
from store.recomputed import CREDIT_DEADLINE, RECOMPUTED, check_history
from store.snapshot import all_histories, snapshot

MOST_VIOLATIONS = 100
"""Of one promise; `checked` and `ok` always count everything."""

READ_MODELS = "read_models_equal_their_events"
NOTHING_OVERDUE = "waits_are_not_overdue"
ANCHORS_HOLD = "anchored_events_are_unchanged"

OVERDUE = timedelta(days=1)
"""How long after its deadline an upgrade must have gone on."""


class Violation(Value):
    """Where a promise is broken."""

    invariant: str
    evidence: dict[str, Any]


class Verified(Value):
    """What was looked at, and what is wrong."""

    ok: bool
    checked: dict[str, int]
    """Promise to how many things were looked at."""
    violations: tuple[Violation, ...]


class Anchor(Value):
    """Where a stream stood at some moment; kept elsewhere, it shows if the end is cut off later."""

    version: int
    hash: str


async def read_anchors(database: Database) -> dict[str, Anchor]:
    """Where every stream stands now: keep it out of the database's reach, and verify with it."""
    rows = await database.fetch("select stream, version, hash from streams")
    return {row["stream"]: Anchor(version=row["version"], hash=row["hash"]) for row in rows}


async def verify(
    database: Database,
    *,
    calendar_of: CalendarOf | None = None,
    now: datetime | None = None,
    anchors: Mapping[str, Anchor] | None = None,
) -> Verified:
    """Check every promise, in one snapshot of the database.

    Args:
        database: It is only read.
        calendar_of: Business days; the credit deadlines are checked only where it is given.
        now: The moment it is; that no wait is overdue is checked only where it is given.
        anchors: What `read_anchors` said once; that nothing up to there has changed is checked
            only where they are given.
    """
    found = _Found()
    async with snapshot(database) as connection:
        found.connection = connection
        for name in promises_in_sql():
            await found.ask(name, query(f"verify/{name}"))
        if now is not None:
            await found.ask(NOTHING_OVERDUE, query("overdue_waits"), now, OVERDUE)
        if anchors is not None:
            kept = {stream: anchor.model_dump() for stream, anchor in anchors.items()}
            await found.ask(ANCHORS_HOLD, query("anchored_events"), kept)
        await found.recompute(calendar_of)
    return Verified(ok=found.ok, checked=found.checked, violations=tuple(found.violations))


def promises_in_sql() -> list[str]:
    """The promises that are a file of `queries/verify`."""
    return sorted(path.stem for path in (QUERIES / "verify").glob("*.sql"))


class _Found:
    """Collects what was looked at."""

    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

    def __init__(self) -> None:
        self.ok = True
        self.checked: dict[str, int] = {}
        self.violations: list[Violation] = []
        self._noted: dict[str, int] = {}

    async def ask(self, name: str, sql: str, *args: object) -> None:
        """Run a query whose rows are things looked at, with a column `broken`."""
        row = await self.connection.fetchrow(
            query("count_broken").format(sql=sql, limit=MOST_VIOLATIONS), *args
        )
        assert row is not None, "an aggregate always gives a row"
        self.checked[name] = row["checked"]
        for evidence in row["broken"]:
            self.note(name, evidence)

    async def recompute(self, calendar_of: CalendarOf | None) -> None:
        """Read every history once, for all that is computed from histories."""
        names = RECOMPUTED if calendar_of is None else (*RECOMPUTED, CREDIT_DEADLINE)
        self.checked.update(dict.fromkeys(names, 0))
        comparison = Comparison(self.connection)
        async for history in all_histories(self.connection):
            await comparison.add(history)
            for finding in check_history(history, calendar_of):
                self.checked[finding.invariant] += 1
                if finding.broken:
                    self.note(finding.invariant, finding.evidence)
        report = await comparison.finish()
        self.checked[READ_MODELS] = sum(report.compared.values())
        for difference in report.differences:
            self.note(READ_MODELS, difference.model_dump(mode="json"))

    def note(self, name: str, evidence: dict[str, Any]) -> None:
        """A promise is broken."""
        self.ok = False
        self._noted[name] = self._noted.get(name, 0) + 1
        if self._noted[name] <= MOST_VIOLATIONS:
            self.violations.append(Violation(invariant=name, evidence=evidence))
