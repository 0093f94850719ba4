"""Endpoints of tenants, and what is delivered to them: leased by one relay process at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from domain.upgrade.stored_events import upgrade_stream
from domain.values.base import Instant, Value
from domain.views.read_models import Notice
from store.database import Executor, query
from store.follower import FollowedEvent

FOLLOWER = "webhooks"
"""The name of the follower that fills in deliveries."""

DeliveryState = Literal["pending", "delivered", "dead"]


class Endpoint(Value):
    """Where a tenant wants to be told. Its secret is never shown again."""

    endpoint_id: str
    tenant_id: str
    url: str
    created_at: Instant
    gone_at: Instant | None
    """Since when nothing is sent, because it answered that it is gone for good (410)."""
    failing_since: Instant | None
    """When the first attempt failed that no success has followed."""
    waiting: int
    dead: int
    delivered: int


class Delivery(Value):
    """One notice for one endpoint."""

    delivery_id: int
    endpoint_id: str
    tenant_id: str
    url: str
    notice_id: str
    upgrade_id: str
    kind: str
    state: DeliveryState
    attempts: int
    last_attempt_at: Instant | None
    last_status: int | None
    last_error: str | None
    next_attempt_at: Instant | None


class Outgoing(Value):
    """What to send now, and how to sign it."""

    delivery_id: int
    endpoint_id: str
    url: str
    secrets: tuple[str, ...] = Field(repr=False)
    """The endpoint's own, and those that it had until lately."""
    attempts: int
    """Failed ones so far."""
    position: int
    notice: Notice


async def fill_deliveries(transaction: Executor, events: Sequence[FollowedEvent]) -> None:
    """A follower's handler: what these events have to tell, for every endpoint that was there."""
    of_upgrades = [e.global_position for e in events if e.stream.startswith(upgrade_stream(""))]
    if of_upgrades:
        await transaction.execute(query("webhooks/fill_deliveries"), of_upgrades)


# ---- for a relay --------------------------------------------------------------------------------


async def lease_endpoints(
    executor: Executor, lease: UUID, *, good_for: timedelta, at_most: int, failing: bool = False
) -> list[str]:
    """Take endpoints to which something can be sent now; nobody else has them meanwhile.

    `failing`: those whose last attempt failed, or only the others.
    """
    rows = await executor.fetch(
        query("webhooks/lease_endpoints"), lease, good_for, failing, at_most
    )
    return [row["endpoint_id"] for row in rows]


async def next_delivery(
    executor: Executor, endpoint_id: str, lease: UUID, *, good_for: timedelta
) -> Outgoing | None:
    """What to send next to a leased endpoint; None where nothing is left or the lease is lost."""
    row = await executor.fetchrow(query("webhooks/next_delivery"), endpoint_id, lease, good_for)
    if row is None:
        return None
    fields: dict[str, Any] = dict(row)
    notice = {name: fields[name] for name in Notice.model_fields}
    outgoing = {name: fields[name] for name in Outgoing.model_fields if name != "notice"}
    return Outgoing.model_validate({**outgoing, "notice": notice})


async def record_attempt(
    executor: Executor,
    outgoing: Outgoing,
    lease: UUID,
    state: DeliveryState,
    *,
    status: int | None,
    error: str | None,
    wait: timedelta | None = None,
) -> None:
    """How an attempt ended; nothing where the lease was lost meanwhile."""
    await executor.execute(
        query("webhooks/record_attempt"), outgoing.delivery_id, lease, state, status, error, wait
    )


async def note_gone(executor: Executor, endpoint_id: str) -> None:
    """Send nothing to an endpoint any more, until it is set again; what waits for it goes on waiting."""
    await executor.execute(
        "update webhook_endpoints set gone_at = coalesce(gone_at, clock_timestamp())"
        " where endpoint_id = $1",
        endpoint_id,
    )


async def release_endpoint(executor: Executor, endpoint_id: str, lease: UUID) -> None:
    """Let others have the endpoint."""
    await executor.execute(
        "update webhook_endpoints set lease = null, leased_until = clock_timestamp()"
        " where endpoint_id = $1 and lease = $2",
        endpoint_id,
        lease,
    )


# ---- for operators ------------------------------------------------------------------------------


async def put_endpoint(
    executor: Executor, *, endpoint_id: str, tenant_id: str, url: str, secret: str
) -> str:
    """Send a tenant's notices there from now on; the id of the endpoint, also of a known one.

    Raises `PromiseBroken` for an unknown tenant.
    """
    return await executor.fetchval(
        query("webhooks/put_endpoint"), endpoint_id, tenant_id, url, secret
    )


async def remove_endpoint(
    executor: Executor, endpoint_id: str, tenants: Sequence[str] | None = None
) -> bool:
    """Send nothing there any more, not even what waits; whether these tenants, or any, had it."""
    done = await executor.execute(
        "update webhook_endpoints set removed_at = clock_timestamp()"
        " where endpoint_id = $1 and removed_at is null"
        " and ($2::text[] is null or tenant_id = any($2))",
        endpoint_id,
        tenants,
    )
    return done == "UPDATE 1"


async def read_endpoints(executor: Executor, tenant_id: str | None = None) -> list[Endpoint]:
    """Endpoints of one tenant, or of all."""
    rows = await executor.fetch(query("webhooks/endpoints"), tenant_id)
    return [Endpoint.model_validate(dict(row)) for row in rows]


async def read_deliveries(
    executor: Executor,
    *,
    delivery_id: int | None = None,
    tenant_id: str | None = None,
    state: DeliveryState | None = None,
    limit: int,
) -> list[Delivery]:
    """Deliveries, those tried last first."""
    rows = await executor.fetch(query("webhooks/deliveries"), delivery_id, tenant_id, state, limit)
    return [Delivery.model_validate(dict(row)) for row in rows]


async def resend(
    executor: Executor,
    *,
    delivery_id: int | None = None,
    tenants: Sequence[str] | None = None,
) -> list[int]:
    """Send a settled delivery again, or every dead one, of these tenants or of all; their ids."""
    rows = await executor.fetch(query("webhooks/resend"), delivery_id, tenants)
    return [row["delivery_id"] for row in rows]


async def followed_until(executor: Executor) -> datetime | None:
    """When the oldest notice was written that no relay has taken in yet; None where all are."""
    return await executor.fetchval(query("webhooks/oldest_untaken_notice"), FOLLOWER)
