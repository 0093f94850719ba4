"""Upgrades that are parked, and what kind of cause each has."""

import re
from collections.abc import AsyncGenerator

import asyncpg

from domain.values.base import Instant, Value
from store.database import Executor, pages, query
from store.errors import is_unavailable_state

STORE_UNAVAILABLE = "store_unavailable"
"""Kind of a cause that passes by itself: Postgres was out of reach, or short of disk, memory or a lock."""

KINDS = (STORE_UNAVAILABLE, "unexpected", "promise_broken", "license_conflict", "users_failed")
"""Kinds that there always are; a step that the domain rejects has the rejection's code."""

_CAUSE = re.compile(r"(?P<type>\w+): ?(?:(?P<error>\w+): ?)?(?:Postgres (?P<state>\w{5}): )?")
_DRIVER_ERRORS = frozenset(
    name
    for name, error in vars(asyncpg).items()
    if isinstance(error, type)
    and issubclass(error, Exception)
    and (
        issubclass(error, asyncpg.InterfaceError | asyncpg.InternalClientError)
        or is_unavailable_state(getattr(error, "sqlstate", None) or "")
    )
)
"""What older versions of this code named as the cause, before they knew that it passes."""


class ParkedUpgrade(Value):
    """An upgrade that waits for an operator."""

    upgrade_id: str
    tenant_id: str
    cause: str
    since: Instant

    @property
    def kind(self) -> str:
        """See `kind_of`."""
        return kind_of(self.cause)


def kind_of(cause: str) -> str:
    """The kind of a cause, as `retry --cause` takes it."""
    found = _CAUSE.match(cause)
    if found is None:
        return "unexpected"
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", found["type"]).lower()
    if kind in {STORE_UNAVAILABLE, "deadlocked"}:
        return STORE_UNAVAILABLE
    if kind == "unexpected" and (
        found["error"] in _DRIVER_ERRORS or is_unavailable_state(found["state"] or "")
    ):
        return STORE_UNAVAILABLE
    return kind


async def parked_upgrades(executor: Executor) -> AsyncGenerator[ParkedUpgrade]:
    """All that are parked, read page by page."""
    async for rows in pages(executor, query("upgrades/parked_upgrades")):
        for row in rows:
            yield ParkedUpgrade.model_validate(dict(row))
