"""Account credit: what a tenant keeps of a credit that exceeded its charge, and how it is used (B31).

Each switch can leave one credit. Later invoices of the tenant in that currency use it up, the oldest
first: that settles what is due, below the total, and changes no line and no price. What is open
arrives in the command, and what was used of it is kept in the event; the database refuses an
invoice that uses more than is left by then.
"""

from collections.abc import Iterable
from decimal import Decimal

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
