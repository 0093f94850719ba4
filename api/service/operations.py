"""Running the service: loading the world, checking everything, rebuilding, replaying, living through days."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from api.arguments import allowed
from api.caller import Caller
from api.files.anchors_file import Exported
from api.runs.port import Runs
from api.service.reading import require_upgrade
from domain.text.messages import OptionalWords, Words
from domain.values.base import Id
from domain.values.business_days import CalendarOf
from domain.views.read_models import UpgradeView
from domain.world.importing import Section
from domain.world.model import World
from domain.world.placed import WorldFile
from store.database import Database
from store.verify import Verified
from store.views import read_active_subscriptions
from store.world import Imported, import_world, not_in_world

if TYPE_CHECKING:
    # At run time only where they are needed: most verbs need none of them.
    from store.rebuild import RebuildReport
    from workflows.replay import Replayed


class Operations:
    """What whoever runs the service does."""

    def __init__(
        self,
        database: Database,
        runs: Runs,
        calendar_of: CalendarOf,
        clock: Callable[[], datetime],
    ) -> None:
        """`runs` connect to Temporal where that is asked too."""
        self._database = database
        self._runs = runs
        self._calendar_of = calendar_of
        self._clock = clock

    @allowed("operator", all_tenants=True)
    async def load(
        self,
        caller: Caller,
        file: WorldFile,
        *,
        replace: frozenset[Section] = frozenset(),
        dry_run: bool = False,
    ) -> Imported:
        """Import a world file, all or nothing; what it does not say stays as it is (B69).

        Sections in `replace` become exactly those of the file; a `dry_run` only says what would change.
        Raises `WorldFaults`.
        """
        return await import_world(
            self._database,
            file,
            self._clock(),
            replace=replace,
            dry_run=dry_run,
            metadata=caller.actor.metadata,
        )

    @allowed("operator", "auditor", all_tenants=True)
    async def not_in_world(self, caller: Caller, world: World) -> Mapping[str, Sequence[str]]:
        """What the database holds and a world does not, or holds otherwise: names by kind."""
        return await not_in_world(self._database, world)

    @allowed("operator", "auditor", all_tenants=True)
    async def active_subscriptions(self, caller: Caller) -> dict[str, dict[str, int]]:
        """Every tenant, with its active subscriptions and how many licenses each has."""
        return await read_active_subscriptions(self._database)

    # ---- checking ---------------------------------------------------------------------------

    @allowed("operator", "auditor", all_tenants=True)
    async def verify(
        self,
        caller: Caller,
        *,
        with_temporal: bool = True,
        anchors: Words | None = None,
        export_anchors: Words | None = None,
    ) -> tuple[Verified, Exported | None]:
        """Check every promise at one moment; see `api.service.verifying` for both files."""
        from api.service.verifying import verify_all  # noqa: PLC0415

        return await verify_all(
            self._database,
            self._runs.client if with_temporal else None,
            self._calendar_of,
            self._clock(),
            anchors=anchors,
            export=export_anchors,
        )

    @allowed("operator", "auditor", all_tenants=True)
    async def compare_rows(self, caller: Caller) -> "RebuildReport":
        """Rebuild every read model from events alone, and compare it with the live tables."""
        from store.rebuild import rebuild  # noqa: PLC0415

        return await rebuild(self._database)

    @allowed("operator", all_tenants=True)
    async def rebuild(self, caller: Caller) -> "RebuildReport":
        """The same, and write rows again that differ from their events."""
        from store.rebuild import refresh  # noqa: PLC0415

        return await refresh(self._database)

    @allowed("operator", "auditor", all_tenants=True)
    async def replay(self, caller: Caller, query: OptionalWords = "") -> "Replayed":
        """Replay the histories of runs that a visibility query finds, of all if it is empty."""
        from api.runs.temporal import histories  # noqa: PLC0415
        from workflows.replay import replay  # noqa: PLC0415

        return await replay(histories(await self._runs.client(), query))

    # ---- the schema -------------------------------------------------------------------------

    @allowed("operator", all_tenants=True)
    async def migrate(self, caller: Caller) -> list[str]:
        """Create or renew the tables; the names of what was applied."""
        from store.migrate import migrate  # noqa: PLC0415

        return await migrate(self._database)

    @allowed("operator", "auditor", all_tenants=True)
    async def require_migrated(self, caller: Caller) -> None:
        """Raise `SchemaMissing` or `SchemaUnfit` for a database that this code does not fit."""
        from store.migrate import require_migrated  # noqa: PLC0415

        await require_migrated(self._database, "the HTTP API applies none")

    # ---- on the local stack -----------------------------------------------------------------

    @allowed("operator")
    async def live_through(self, caller: Caller, upgrade_id: Id, time: timedelta) -> UpgradeView:
        """Let `time` pass for one upgrade; see `api.service.time_travel`."""
        from api.service.time_travel import live_through  # noqa: PLC0415

        await require_upgrade(self._database, caller, upgrade_id)
        return await live_through(self._database, await self._runs.client(), upgrade_id, time)

    @allowed("operator")
    async def live_until(self, caller: Caller, upgrade_id: Id, moment: datetime) -> UpgradeView:
        """Let time pass for one upgrade until `moment` is over."""
        from api.service.time_travel import live_until  # noqa: PLC0415

        await require_upgrade(self._database, caller, upgrade_id)
        return await live_until(self._database, await self._runs.client(), upgrade_id, moment)

    @allowed("operator", all_tenants=True)
    async def require_time_skipping(self, caller: Caller) -> None:
        """Raise `NotADemoServer` if the Temporal server does not skip time."""
        from api.service.time_travel import require_time_skipping  # noqa: PLC0415

        await require_time_skipping(await self._runs.client())
