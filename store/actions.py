"""Who did what (B71): orders, decisions, cancels, and what admins and operators changed."""

from domain.values.base import Instant, Value
from store.database import Executor, query

NEWEST = 2**63 - 1
"""A position that no event reaches."""


class Action(Value):
    """A command that a person or another system gave, as the metadata of its events says."""

    position: int
    """Of its first event; a page goes on before it."""
    recorded_at: Instant
    by: str
    door: str | None
    """None for what an admin did by older code."""
    request_id: str | None
    tenant_id: str | None
    """None for what is about a service, such as an incident."""
    stream: str
    """What it was done to: `upgrade-ID`, `subscription-ID` or `service-ID`."""
    events: tuple[str, ...]
    """The types of its events in that stream."""


async def read_actions(
    executor: Executor,
    *,
    tenant_id: str | None = None,
    by: str | None = None,
    limit: int,
    before: int | None = None,
) -> list[Action]:
    """At most `limit` actions, newest first, from the one before the position `before` on.

    It walks back through the events, so a name or a tenant that did little takes longest.
    """
    rows = await executor.fetch(
        query("events/actions"), limit, NEWEST if before is None else before, tenant_id, by
    )
    return [Action.model_validate(dict(row)) for row in rows]
