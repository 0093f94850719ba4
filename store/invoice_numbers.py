"""Invoice numbers without gaps, one sequence for each seller (B54).

A number is taken in the statement that issues its invoice, so whatever fails takes the number back
with it, and nobody waits for another customer's round trips.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from domain.catalog.policy import Policy
from domain.values.rows import Rows
from store.database import Executor
from store.event_store import Append

Series = Literal["invoice", "credit note"]
"""Each seller numbers them apart."""

_STEPS: Mapping[Series, str] = {
    "invoice": "select commit_numbered_step($1::jsonb, $2::jsonb, $3, $4)",
    "credit note": "select commit_credit_note($1::jsonb, $2::jsonb, $3, $4)",
}


def new_placeholder() -> str:
    """What stands for a number that is not taken yet: random, so that no customer's text has it."""
    return f"number-{uuid.uuid4().hex}"


async def commit_numbered_step(
    executor: Executor,
    appends: Sequence[Append],
    rows: Rows,
    seller: str,
    placeholder: str,
    *,
    series: Series = "invoice",
) -> str | None:
    """`store.event_store.commit_step` for a step that issues an invoice, or a credit note.

    The next number of `seller` in that series replaces `placeholder` wherever it stands in `appends` and `rows`.
    One round trip, which is to be a transaction of its own. Returns the number; None, having taken
    none, where the first append's command has been carried out before. Raises as `commit_step`.
    """
    return await executor.fetchval(
        _STEPS[series],
        [append.model_dump(mode="json") for append in appends],
        {table: new for table, new in rows.items() if new},
        seller,
        placeholder,
    )


@dataclass(frozen=True)
class KnownNumbers:
    """Which upgrades have an invoice, which numbers are void, and whose numbers they can be."""

    invoiced: frozenset[str]
    void: frozenset[str]
    sellers: frozenset[str]
    """All that have numbers, and the one who sells now: a restore may have lost all of its numbers."""


async def read_known_numbers(executor: Executor, upgrade_ids: Sequence[str]) -> KnownNumbers:
    """Which of these upgrades have an invoice; every void number, of whichever seller; all sellers."""
    row = await executor.fetchrow(
        "select array(select upgrade_id from invoices where upgrade_id = any($1::text[])) as invoiced,"
        " array(select number from void_invoice_numbers) as void,"
        " array(select seller from invoice_numbers) as sellers,"
        " coalesce((select body from policy), '{}') as policy",
        list(upgrade_ids),
    )
    seller = Policy.of_any_version(row["policy"]).seller
    return KnownNumbers(
        invoiced=frozenset(row["invoiced"]),
        void=frozenset(row["void"]),
        sellers=frozenset((*row["sellers"], seller.identity)),
    )
