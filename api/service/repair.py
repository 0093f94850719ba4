"""What operators do about upgrades that stand still, and what a failover has lost."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from api.arguments import SomeUsers, allowed
from api.caller import Caller
from api.errors import NotRunning
from api.runs.findings import Finding, findings_of
from api.runs.port import Runs
from api.runs.resuming import Resumed, resume
from api.service.reading import require_upgrade, upgrade_of
from api.service.running import ended_upgrade, resolve
from domain.text.messages import Key, OptionalWords, Words
from domain.values import rejections
from domain.values.base import Id
from domain.views.read_models import UpgradeView
from store.database import Database
from store.parked import KINDS
from store.watch import read_watch
from workflows.contract import AttentionResolution

if TYPE_CHECKING:
    # At run time only where it is needed: it takes a second to import.
    from api.runs.lost_invoices import LostInvoices

CAUSES = KINDS
"""Kinds of causes that upgrades are parked for."""


class Repair:
    """Bringing upgrades back on their way."""

    def __init__(self, database: Database, runs: Runs, clock: Callable[[], datetime]) -> None:
        """`runs` and `database` say between them what stands still."""
        self._database = database
        self._runs = runs
        self._clock = clock

    @allowed("operator", "auditor", all_tenants=True)
    async def findings(self, caller: Caller) -> tuple[datetime, tuple[Finding, ...]]:
        """What needs an operator, and when that was looked at."""
        from api.runs.looking import look_at_all  # noqa: PLC0415

        at = self._clock()
        seen = await look_at_all(self._database, self._runs.client, at)
        return at, findings_of(await read_watch(self._database, at), seen)

    # ---- parked upgrades --------------------------------------------------------------------

    @allowed("operator")
    async def resolve_attention(
        self,
        caller: Caller,
        upgrade_id: Id,
        action: Literal["retry", "undo", "skip"],
        reason: OptionalWords = "",
        users: SomeUsers | None = None,
    ) -> UpgradeView:
        """Let a parked upgrade go on: try the failed step again, or take everything back.

        Or skip `users` who cannot be moved, all of them where it is None: their license ends when
        billing switches.
        """
        skipped = None if users is None else tuple(users)
        resolution = AttentionResolution(action=action, reason=reason, users=skipped)
        await require_upgrade(self._database, caller, upgrade_id)
        try:
            # Before the database is asked: a run may be parked before its order is known there.
            return await resolve(self._runs, upgrade_id, resolution, caller.actor)
        except NotRunning:
            view = await ended_upgrade(self._database, caller, upgrade_id)
            raise rejections.AlreadyEnded(stage=view.stage) from None

    @allowed("operator")
    async def skip_users(
        self, caller: Caller, upgrade_id: Id, users: SomeUsers | None, reason: Words
    ) -> UpgradeView:
        """Go on without users who cannot be moved; without all of them where `users` is None."""
        await upgrade_of(self._database, caller, upgrade_id)
        return await self.resolve_attention(caller, upgrade_id, "skip", reason, users)

    @allowed("operator", all_tenants=True)
    async def retry_all(
        self, caller: Caller, *, cause: Key | None = None, dry_run: bool = False
    ) -> Resumed:
        """Let every parked upgrade try again; see `api.runs.retrying`."""
        from api.runs.retrying import retry_all  # noqa: PLC0415

        client = await self._runs.client()
        return await retry_all(
            self._database, self._runs, client, caller.actor, cause=cause, dry_run=dry_run
        )

    # ---- runs that are gone -----------------------------------------------------------------

    @allowed("operator")
    async def resume(self, caller: Caller, upgrade_id: Id, *, dry_run: bool = False) -> Resumed:
        """Start the run of an open upgrade that has none; see `api.runs.resuming` (B72)."""
        await require_upgrade(self._database, caller, upgrade_id)
        return await resume(self._database, self._runs, upgrade_id, caller.actor, dry_run=dry_run)

    @allowed("operator", all_tenants=True)
    async def resume_all(self, caller: Caller, *, dry_run: bool = False) -> Resumed:
        """Resume every upgrade that needs it."""
        from api.runs.resuming import resume_all  # noqa: PLC0415

        client = await self._runs.client()
        return await resume_all(self._database, self._runs, client, caller.actor, dry_run=dry_run)

    @allowed("operator", "auditor", all_tenants=True)
    async def lost_invoices(self, caller: Caller, since: datetime | None = None) -> "LostInvoices":
        """Invoices that customers were told of and the database does not know."""
        from api.runs.lost_invoices import find_lost_invoices  # noqa: PLC0415

        return await find_lost_invoices(self._database, await self._runs.client(), since)
