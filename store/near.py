"""Ids that look like one that does not exist, at a cost that does not grow with the tables.

Every lookup is by an index: what one wrong character can make of an id, and its neighbors in order.
"""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from store.database import Executor

Kind = Literal[
    "tenant",
    "subscription",
    "upgrade",
    "quote",
    "invoice",
    "plan",
    "service",
    "user",
    "license holder",
    "webhook endpoint",
]


@dataclass(frozen=True)
class _Place:
    """Where ids of a kind are, and whose they may be."""

    table: str
    column: str
    owner: str | None = None
    """The column that says whose it is."""
    index_begins_with_owner: bool = False


_PLACES: Mapping[Kind, _Place] = {
    "tenant": _Place("tenants", "tenant_id"),
    "subscription": _Place("subscriptions", "subscription_id", owner="tenant_id"),
    "upgrade": _Place("upgrades", "upgrade_id"),
    "quote": _Place("quotes", "quote_id", owner="subscription_id"),
    "invoice": _Place("invoices", "number"),
    "plan": _Place("plans", "plan_id"),
    "service": _Place("services", "service_id"),
    "user": _Place("users_of_tenants", "user_id"),
    "license holder": _Place(
        "assignments", "user_id", owner="subscription_id", index_begins_with_owner=True
    ),
    "webhook endpoint": _Place("webhook_endpoints", "endpoint_id"),
}

NEIGHBORS = 20
LONGEST_VARIED = 40
"""Longer ids have too many variants: only their neighbors are looked at."""
_CHARACTERS = string.ascii_lowercase + string.digits + "-._@"


async def read_near(executor: Executor, kind: Kind, id: str, owner: str | None = None) -> list[str]:
    """Ids of a kind that may have been meant by `id`, in no order.

    Only the `owner`'s, if one is given: a tenant's subscriptions, a subscription's quotes or license
    holders. License holders are found only with one.
    """
    place = _PLACES[kind]
    table, column = place.table, place.column
    if place.index_begins_with_owner and owner is None:
        return []
    own = "" if owner is None else f"and {place.owner} = $3"
    within = own if place.index_begins_with_owner else ""
    # Names of tables and columns are those above; ids are arguments. Each lookup ends with a limit:
    # so the planner takes them one by one, whatever it believes to know of the table.
    rows = await executor.fetch(
        f"select distinct near.id from ("  # noqa: S608
        f" select each.id from unnest($1::text[]) as variant, lateral ("
        f"  select {column} as id from {table} where {column} = variant {within} limit 1) as each"
        f" union all select each.id from unnest($2::text[]) as part, lateral ("
        f"  (select {column} as id from {table} where {column} >= part {within}"
        f"   order by {column} limit {NEIGHBORS})"
        f"  union all"
        f"  (select {column} from {table} where {column} < part {within}"
        f"   order by {column} desc limit {NEIGHBORS})) as each"
        f") as near, lateral ("
        f" select from {table} where {column} = near.id {own} limit 1) as owned",
        sorted({id, *_variants(id)}),
        sorted({id, id[: len(id) * 2 // 3], id[: len(id) // 3]} - {""}),
        *(() if owner is None else (owner,)),
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
