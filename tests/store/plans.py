"""What a statement reads, as Postgres explains it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from store.database import Executor


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node of a plan, and all below it."""
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes_of(each)


def rows_of(plan: dict[str, Any]) -> Iterator[float]:
    """Rows that each node of a plan has looked at, in all of its loops."""
    for node in nodes_of(plan):
        removed = sum(count for name, count in node.items() if name.startswith("Rows Removed by"))
        yield (node["Actual Rows"] + removed) * node["Actual Loops"]


def scanned(plan: dict[str, Any]) -> set[str]:
    """The tables that are read from their beginning to their end."""
    return {node["Relation Name"] for node in nodes_of(plan) if node["Node Type"] == "Seq Scan"}


async def explained(
    executor: Executor, sql: str, arguments: Sequence[int | str], *, generic: bool
) -> dict[str, Any]:
    """How Postgres carries a statement out, planned for these arguments or for any."""
    types = ", ".join("bigint" if isinstance(each, int) else "text" for each in arguments)
    values = ", ".join(
        str(each) if isinstance(each, int) else "'" + each.replace("'", "''") + "'"
        for each in arguments
    )
    mode = "force_generic_plan" if generic else "force_custom_plan"
    await executor.execute(f"set local plan_cache_mode = {mode}")
    await executor.execute(f"prepare watched ({types}) as {sql}")
    found = await executor.fetchval(
        f"explain (analyze, format json, timing off) execute watched ({values})"
    )
    await executor.execute("deallocate watched")
    (plan,) = json.loads(found) if isinstance(found, str) else found
    return plan["Plan"]
