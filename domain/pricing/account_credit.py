"""Account credit: what a tenant keeps of a credit that exceeded its charge, and how it is used (B31).

Each switch can leave one credit. Later invoices of the tenant in that currency use it up, the oldest
first: that settles what is due, below the total, and changes no line and no price. What is open
arrives in the command, and what was used of it is kept in the event; the database refuses an
invoice that uses more than is left by then.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.catalog.facts import Owed
from domain.values.base import Amount, Instant, Value
from domain.values.money import from_minor, to_minor


class OpenCredit(Value):
    """What is left of one credit, in minor units of the currency that it arose in."""

    upgrade_id: str
    """The upgrade whose switch left it."""
    remaining_minor: int
    arisen_at: Instant


class CreditUse(Value):
    """What one invoice used of one credit."""

    upgrade_id: str
    """The upgrade whose switch left the credit."""
    amount: Amount


class Settles(Value):
    """What a credit pays of what is owed for the subscription that it comes from (B65)."""

    upgrade_id: str
    """The upgrade that it is owed for."""
    number: str | None = None
    """Of its invoice; None before that is issued."""
    amount: Amount


SettlesFirst = Annotated[
    tuple[Settles, ...],
    # Not written where there is none, as before it was said.
    Field(exclude_if=lambda settles: not settles),
]
"""What is paid with a credit before any of it is account credit, in that order."""


def settle_in_order(owed: Iterable[Owed], credit: Decimal, currency: str) -> tuple[Settles, ...]:
    """What `credit` pays of what is `owed`, the first in full before the next (B65)."""
    left = to_minor(credit, currency)
    settles: list[Settles] = []
    for each in owed:
        if paid := min(left, each.open_minor):
            left -= paid
            settles.append(
                Settles(
                    upgrade_id=each.upgrade_id,
                    number=each.number,
                    amount=from_minor(paid, currency),
                )
            )
    return tuple(settles)


def sum_of_settled(settles: Sequence[Settles], currency: str) -> Decimal:
    """What is settled in all, with the currency's digits."""
    return from_minor(sum(to_minor(each.amount, currency) for each in settles), currency)


def use_oldest_first(
    open_credits: Iterable[OpenCredit], due: Decimal, currency: str, at: Instant
) -> tuple[CreditUse, ...]:
    """What an invoice issued at `at` uses of the open credits: all that it can, the oldest first.

    Never more than `due` in all, never more of a credit than is left of it, and nothing of one that
    arises later than `at` (runs that live ahead of others can leave such).
    """
    still_due = to_minor(due, currency)
    uses: list[CreditUse] = []
    for credit in sorted(open_credits, key=lambda each: (each.arisen_at, each.upgrade_id)):
        used = min(still_due, credit.remaining_minor)
        if used > 0 and credit.arisen_at <= at:
            still_due -= used
            uses.append(CreditUse(upgrade_id=credit.upgrade_id, amount=from_minor(used, currency)))
    return tuple(uses)


def sum_of_uses(uses: Iterable[CreditUse], currency: str) -> Decimal:
    """What was used in all, with the currency's digits."""
    return from_minor(sum(to_minor(use.amount, currency) for use in uses), currency)
