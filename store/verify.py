"""Checking every promise that can be checked from the database, at one moment.

Each promise is one file of `queries/verify`, named like the promise. Its rows are the things it is
about, with the evidence as columns and `broken` saying whether the promise is broken there. What
SQL cannot compute (prices, read models) is recomputed here by the domain's own functions.
"""

from typing import Any

from domain.values import Value
from store.database import QUERIES, Database, query
from store.rebuild import Comparison
from store.snapshot import all_histories, snapshot


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


async def verify(database: Database) -> Verified:
    """Check every promise."""
    checked: dict[str, int] = {}
    violations: list[Violation] = []
    async with snapshot(database) as connection:
        for name in sorted(path.stem for path in (QUERIES / "verify").glob("*.sql")):
            found = await connection.fetchrow(_counted(query(f"verify/{name}")))
            assert found is not None, "an aggregate always gives a row"
            checked[name] = found["checked"]
            violations += [Violation(invariant=name, evidence=each) for each in found["broken"]]
        comparison = Comparison(connection)
        async for history in all_histories(connection):
            await comparison.add(history)
        report = await comparison.finish()
        name = "read_models_equal_their_events"
        checked[name] = sum(report.compared.values())
        violations += [
            Violation(invariant=name, evidence=each.model_dump(mode="json"))
            for each in report.differences
        ]
    return Verified(ok=not violations, checked=checked, violations=tuple(violations))


def _counted(sql: str) -> str:
    return (
        "select count(*) as checked,"  # noqa: S608 - the query is a file of ours
        " coalesce(jsonb_agg(to_jsonb(each) - 'broken') filter (where broken is not false), '[]')"
        f" as broken from ({sql}) as each"
    )
