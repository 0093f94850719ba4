"""Where is my upgrade, what has happened, and who holds what."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from api.arguments import Limit, allowed
from api.caller import Caller, Role
from api.errors import NotFound
from api.runs.findings import Finding, held_up
from api.runs.port import Runs
from domain.text.actor import Actor
from domain.upgrade.states import ENDED_STAGES, Stage
from domain.upgrade.stored_events import RecordedEvent
from domain.values.base import Id, Language
from domain.views.read_models import Notice, UpgradeView
from store import views
from store.database import Database
from store.moved import FailedUser, MovedUser, pages, read_failed_users, read_moved_users
from store.moves import FROM_THE_START
from store.views import LicenseHolder

POLL_SECONDS = 0.2
WHO_SEES_ACTORS: tuple[Role, ...] = ("customer_admin", "operator", "auditor")
"""Who may read who did what, as of `lists.actions`."""

AT_REST = ENDED_STAGES | frozenset[Stage](
    {"scheduled", "awaiting_credit_check", "awaiting_invoice", "needs_attention"}
)
"""Stages in which nothing moves by itself for now: it waits for a day, for somebody, or has ended."""

each_page = pages
"""All rows of `moved_users` or `failed_users`, a page at a time."""


class Reading:
    """Upgrades, what happened to them, and users."""

    def __init__(self, database: Database, runs: Runs, clock: Callable[[], datetime]) -> None:
        """`runs` are asked only for what keeps an upgrade from going on."""
        self._database = database
        self._runs = runs
        self._clock = clock

    @allowed("viewer", "customer_admin", "credit_reviewer", "operator", "finance", "auditor")
    async def status(self, caller: Caller, upgrade_id: Id) -> UpgradeView:
        """Where the upgrade is; always readable (B51, B52)."""
        return await upgrade_of(self._database, caller, upgrade_id)

    @allowed("viewer", "customer_admin", "credit_reviewer", "operator", "finance", "auditor")
    async def follow(self, caller: Caller, upgrade_id: Id) -> AsyncIterator[UpgradeView]:
        """The upgrade now, and again whenever it changes, until it is at rest (B52)."""
        seen = -1
        while True:
            view = await upgrade_of(self._database, caller, upgrade_id)
            if view.version > seen:
                seen = view.version
                yield view
            if view.stage in AT_REST:
                return
            await asyncio.sleep(POLL_SECONDS)

    @allowed("operator", "auditor")
    async def held_up(self, caller: Caller, upgrade_id: Id) -> tuple[Finding, ...]:
        """What only Temporal knows of what keeps an upgrade from going on."""
        view = await upgrade_of(self._database, caller, upgrade_id)
        if view.stage in ENDED_STAGES:
            return ()
        from api.runs.looking import look_at_one  # noqa: PLC0415

        at = self._clock()
        seen = await look_at_one(self._database, self._runs.client, upgrade_id, at)
        return held_up(seen, at)

    @allowed("viewer", "customer_admin", "operator", "auditor")
    async def events(self, caller: Caller, upgrade_id: Id) -> list[RecordedEvent]:
        """What happened, from the order on; who did it only for who may ask that (`lists.actions`)."""
        events = await views.read_events(self._database, upgrade_id)
        if not events or not caller.has(events[0].data["order"]["tenant_id"]):
            raise NotFound("upgrade", upgrade_id)
        if caller.roles.isdisjoint(WHO_SEES_ACTORS):
            return [_by_nobody(event) for event in events]
        return events

    @allowed("viewer", "customer_admin", "operator", "auditor")
    async def notices(self, caller: Caller, tenant_id: Id) -> list[Notice]:
        """What the tenant was told, oldest first (B62)."""
        notices = None
        if caller.has(tenant_id):
            notices = await views.read_notices(self._database, tenant_id)
        if notices is None:
            raise NotFound("tenant", tenant_id)
        return notices

    @allowed("viewer", "customer_admin", "credit_reviewer", "operator", "finance", "auditor")
    async def language(
        self,
        caller: Caller,
        *,
        subscription_id: Id | None = None,
        tenant_id: Id | None = None,
        upgrade_id: Id | None = None,
    ) -> Language | None:
        """The language of a tenant, or of who has a subscription or an upgrade; None for unknown ones."""
        known = await views.read_language(
            self._database,
            subscription_id=subscription_id,
            tenant_id=tenant_id,
            upgrade_id=upgrade_id,
        )
        return known.language if known is not None and caller.has(known.tenant_id) else None

    # ---- users ------------------------------------------------------------------------------

    @allowed("customer_admin", "operator", "auditor")
    async def users(
        self, caller: Caller, subscription_id: Id, *, limit: Limit = 100, after: Id | None = None
    ) -> list[LicenseHolder]:
        """Who holds a license of the subscription."""
        owner = await views.read_owner(self._database, subscription_id)
        if owner is None or not caller.has(owner):
            raise NotFound("subscription", subscription_id)
        return await views.read_users(self._database, subscription_id, limit=limit, after=after)

    @allowed("customer_admin", "operator", "auditor")
    async def moved_users(
        self,
        caller: Caller,
        upgrade_id: Id,
        *,
        lost_switches: bool = False,
        limit: Limit = 100,
        after: Id | None = None,
    ) -> list[MovedUser]:
        """The ledger of the upgrade's move, or of those who lost switches by it (B45)."""
        await require_upgrade(self._database, caller, upgrade_id)
        users = await read_moved_users(
            self._database,
            upgrade_id,
            after=after or FROM_THE_START,
            limit=limit,
            lost_switches=lost_switches,
        )
        if not users:
            await upgrade_of(self._database, caller, upgrade_id)
        return users

    @allowed("customer_admin", "operator", "auditor")
    async def failed_users(
        self, caller: Caller, upgrade_id: Id, *, limit: Limit = 100, after: Id | None = None
    ) -> list[FailedUser]:
        """Whom the upgrade's move could not take along, and why."""
        await require_upgrade(self._database, caller, upgrade_id)
        users = await read_failed_users(
            self._database, upgrade_id, after=after or FROM_THE_START, limit=limit
        )
        if not users:
            await upgrade_of(self._database, caller, upgrade_id)
        return users


def _by_nobody(event: RecordedEvent) -> RecordedEvent:
    metadata = {key: said for key, said in event.metadata.items() if key not in Actor.model_fields}
    return event.model_copy(update={"metadata": metadata})


async def upgrade_of(database: Database, caller: Caller, upgrade_id: str) -> UpgradeView:
    """Where an upgrade is. Raises `NotFound`, also for one of another tenant."""
    view = await views.read_upgrade(database, upgrade_id)
    if view is None or not caller.has(view.tenant_id):
        raise NotFound("upgrade", upgrade_id)
    return view


async def require_upgrade(database: Database, caller: Caller, upgrade_id: str) -> None:
    """Raise `NotFound` for an upgrade that is not one of the caller's.

    Who has all tenants is not made to wait for that: what is asked then finds out by itself.
    """
    if not caller.has_all:
        await upgrade_of(database, caller, upgrade_id)
