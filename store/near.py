"""Ids that are written much like one that is not there, at a cost that does not grow with the tables.

Every look is by an index: whatever one wrong character can make of an id, and its neighbours in order.
"""

import string
from collections.abc import Iterator
from typing import Literal

from store.database import Executor

Kind = Literal[
    "tenant", "subscription", "upgrade", "quote", "plan", "service", "user", "webhook endpoint"
]

_TABLES: dict[Kind, tuple[str, str]] = {
    "tenant": ("tenants", "tenant_id"),
    "subscription": ("subscriptions", "subscription_id"),
    "upgrade": ("upgrades", "upgrade_id"),
    "quote": ("quotes", "quote_id"),
    "plan": ("plans", "plan_id"),
    "service": ("services", "service_id"),
    "user": ("assignments", "user_id"),
    "webhook endpoint": ("webhook_endpoints", "endpoint_id"),
}
_SCOPED: frozenset[Kind] = frozenset({"user"})
"""Kinds whose index begins with the subscription."""

NEIGHBOURS = 20
LONGEST_VARIED = 40
"""Of longer ids only neighbours are looked at: they have too many variants."""
_CHARACTERS = string.ascii_lowercase + string.digits + "-._@"


async def read_near(
    executor: Executor, kind: Kind, id: str, subscription_id: str | None = None
) -> list[str]:
    """Ids of a kind that may have been meant by `id`, in no order; users are of a subscription."""
    table, column = _TABLES[kind]
    scope = "subscription_id = $3" if kind in _SCOPED else "$3::text is null"
    # Names of tables and columns are those above; ids are arguments.
    rows = await executor.fetch(
        f"select {column} as id from {table} where {scope} and {column} = any($1)"  # noqa: S608
        f" union select near.id from unnest($2::text[]) as part, lateral ("
        f"  (select {column} as id from {table} where {scope} and {column} >= part"
        f"   order by {column} limit {NEIGHBOURS})"
        f"  union all"
        f"  (select {column} from {table} where {scope} and {column} < part"
        f"   order by {column} desc limit {NEIGHBOURS})) as near",
        sorted({id, *_variants(id)}),
        sorted({id, id[: len(id) * 2 // 3], id[: len(id) // 3]} - {""}),
        subscription_id if kind in _SCOPED else None,
    )
    return [row["id"] for row in rows]


def _variants(id: str) -> Iterator[str]:
    """What `id` may have been before one character was lost, added, changed or swapped."""
    for text in {id, id.lower()}:
        if text != id:
            yield text
        if len(text) > LONGEST_VARIED:
            continue
        for at in range(len(text) + 1):
            before, after = text[:at], text[at:]
            yield from (before + other + after for other in _CHARACTERS)
            if after:
                yield before + after[1:]
                yield from (before + other + after[1:] for other in _CHARACTERS)
            if len(after) > 1:
                yield before + after[1] + after[0] + after[2:]
