"""What operators should look at now, whether or not anybody has been alerted."""

from datetime import datetime, timedelta
from typing import Literal

from domain.values.base import Instant, Value
from domain.views.attention import Attention
from store.database import Executor, query
from store.webhooks import (
    FOLLOWER,
    Delivery,
    Endpoint,
    followed_until,
    read_deliveries,
    read_endpoints,
)

NEAR_ITS_LAST_DAY = 3
"""Days before the last day of an invoice (B54) on which it is worth a look."""
NEAR_ITS_DEADLINE = timedelta(hours=4)
MOST_DEAD_LETTERS = 100
FAILING_FOR_LONG = timedelta(hours=1)
"""How long a webhook endpoint may fail before its owner should be asked: it is a day or two until its
first dead letter."""

Pressing = Literal[
    "needs_attention",
    "credit_check_overdue",
    "past_the_hour",
    "credit_check_due",
    "invoice_overdue",
    "invoice_near_its_last_day",
]


class PressingUpgrade(Value):
    """One upgrade, and why to look at it."""

    what: Pressing
    upgrade_id: str
    tenant_id: str
    stage: str
    since: Instant
    """Since when somebody should look."""
    deadline: Instant | None
    """Until when it waits."""
    attention: Attention | None
    """Why it is parked, and what lets it go on."""


class HoldingUp(Value):
    """A transaction that has been open for so long that the relay waits for it."""

    pid: int | None
    """Its process on the server; None if it is prepared."""
    prepared: str | None
    """The name under which it was prepared."""
    username: str | None
    database: str | None
    application: str | None
    state: str | None
    since: Instant | None
    """When it began; None if we may not know."""


class Watch(Value):
    """Everything that needs an operator, at one moment."""

    at: Instant
    upgrades: tuple[PressingUpgrade, ...]
    dead_letters: tuple[Delivery, ...]
    """The first of them."""
    endpoints_with_dead_letters: tuple[Endpoint, ...]
    gone_endpoints: tuple[Endpoint, ...]
    """Endpoints that answered that they are gone, while notices wait for them."""
    failing_endpoints: tuple[Endpoint, ...]
    """Endpoints that have failed for long, while notices wait for them."""
    notices_untaken_since: Instant | None
    """The oldest notice that no relay has taken in: with endpoints, a relay should be running."""
    relay_waits_for: HoldingUp | None = None
    """What that notice waits for, whether or not a relay is running."""


async def read_watch(executor: Executor, at: datetime) -> Watch:
    """Look at everything, as it stands at that moment."""
    rows = await executor.fetch(query("upgrades/watch"), at, NEAR_ITS_DEADLINE, NEAR_ITS_LAST_DAY)
    dead = await read_deliveries(executor, state="dead", limit=MOST_DEAD_LETTERS)
    endpoints = await read_endpoints(executor)
    waited_for = [each for each in endpoints if each.waiting]
    untaken = await followed_until(executor) if endpoints else None
    holding = (
        await executor.fetchrow(query("webhooks/relay_held_up"), FOLLOWER) if untaken else None
    )
    return Watch(
        at=at,
        upgrades=tuple(PressingUpgrade.model_validate(dict(row)) for row in rows),
        dead_letters=tuple(dead),
        endpoints_with_dead_letters=tuple(each for each in endpoints if each.dead),
        gone_endpoints=tuple(each for each in waited_for if each.gone_at),
        failing_endpoints=tuple(
            each
            for each in waited_for
            if each.failing_since is not None
            and each.gone_at is None
            and each.failing_since <= at - FAILING_FOR_LONG
        ),
        notices_untaken_since=untaken,
        relay_waits_for=holding and HoldingUp.model_validate(dict(holding)),
    )
