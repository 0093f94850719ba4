"""Checking every promise that can be checked from the database, at one moment.

Most promises are a file of `queries/verify`, named like the promise: its rows are the things the
promise is about, with the evidence as columns and `broken` saying whether it is broken there. What
SQL cannot compute stands in `store.recomputed`, and the read models are compared by
`store.rebuild`.

Temporal's side of things, and who may see what, are checked elsewhere.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from pydantic import computed_field

from domain.values.base import Value
from domain.values.business_days import CalendarOf
from store.anchors import ANCHORS_AT_ONCE, ANCHORS_HOLD, Anchor
from store.database import QUERIES, Database, query
from store.promises import PROMISES
from store.rebuild import Comparison
from store.recomputed import CREDIT_DEADLINE, RECOMPUTED, check_history
from store.snapshot import Connection, all_histories, snapshot

MOST_VIOLATIONS = 100
"""Of one promise; `checked` and `ok` always count everything."""

READ_MODELS = "read_models_equal_their_events"
NOTHING_OVERDUE = "waits_are_not_overdue"

OVERDUE = timedelta(days=1)
"""How long after its deadline an upgrade must have gone on."""


class Violation(Value):
    """Where a promise is broken."""

    invariant: str
    evidence: dict[str, Any]

    @computed_field
    @property
    def means(self) -> str:
        """What is wrong, in one sentence."""
        return PROMISES[self.invariant].means

    @computed_field
    @property
    def what_to_do(self) -> str:
        """The first thing to do about it."""
        return PROMISES[self.invariant].what_to_do


class Verified(Value):
    """What was looked at, and what is wrong."""

    ok: bool
    checked: dict[str, int]
    """Promise to how many things were looked at."""
    violations: tuple[Violation, ...]


async def verify(
    database: Database,
    *,
    calendar_of: CalendarOf | None = None,
    now: datetime | None = None,
    anchors: Iterable[Anchor] | None = None,
) -> Verified:
    """`verify_snapshot` of the database as it is now; it is only read."""
    async with snapshot(database) as connection:
        return await verify_snapshot(connection, calendar_of=calendar_of, now=now, anchors=anchors)


async def verify_snapshot(
    connection: Connection,
    *,
    calendar_of: CalendarOf | None = None,
    now: datetime | None = None,
    anchors: Iterable[Anchor] | None = None,
) -> Verified:
    """Check every promise.

    Args:
        connection: To a `snapshot` of the database.
        calendar_of: Business days; the credit deadlines are checked only where it is given.
        now: The moment it is; that no wait is overdue is checked only where it is given.
        anchors: What `read_anchors` said once; that nothing up to there has changed is checked
            only where they are given.
    """
    found = _Found(connection)
    if anchors is not None:
        await found.compare(anchors)
    for name in promises_in_sql():
        await found.ask(name, query(f"verify/{name}"))
    if now is not None:
        await found.ask(NOTHING_OVERDUE, query("upgrades/overdue_waits"), now, OVERDUE)
    await found.recompute(calendar_of)
    return Verified(ok=found.ok, checked=found.checked, violations=tuple(found.violations))


def promises_in_sql() -> list[str]:
    """The promises that are a file of `queries/verify`."""
    return sorted(path.stem for path in (QUERIES / "verify").glob("*.sql"))


class _Found:
    """Collects what was looked at."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
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
        self.checked[name] = self.checked.get(name, 0) + row["checked"]
        for evidence in row["broken"]:
            self.note(name, evidence)

    async def compare(self, anchors: Iterable[Anchor]) -> None:
        """Look for what was anchored, some at a time: there may be very many."""
        self.checked[ANCHORS_HOLD] = 0
        rest = iter(anchors)
        while some := list(islice(rest, ANCHORS_AT_ONCE)):
            kept = [anchor.model_dump() for anchor in some]
            await self.ask(ANCHORS_HOLD, query("events/anchored_events"), kept)

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
