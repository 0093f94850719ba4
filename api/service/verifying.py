"""Checking everything: the promises of the database, and whether Temporal agrees with it."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from temporalio.client import Client

from api.files.anchors_file import Exported, read_anchors_file, write_anchors
from api.files.new_file import file_to_write
from api.runs.verify_runs import verify_runs
from domain.values.business_days import CalendarOf
from store.anchors import ON_THE_CHAIN, read_anchors
from store.database import Database
from store.snapshot import Connection, snapshot
from store.verify import Verified, verify_snapshot


async def verify_all(
    database: Database,
    temporal: Callable[[], Awaitable[Client]] | None,
    calendar_of: CalendarOf,
    now: datetime,
    *,
    anchors: str | None = None,
    export: str | None = None,
) -> tuple[Verified, Exported | None]:
    """Check every promise at one moment, and export the anchors of that moment if asked.

    `temporal` connects; None checks the database alone. `anchors` is a file exported before, `export`
    one to write. Raises `BadInput` about either file, `Unavailable`.
    """
    if export is not None:
        file_to_write("export_anchors", export)
    # Temporal first: if it is out of reach, nobody should wait for the rest.
    client = None if temporal is None else await temporal()
    async with snapshot(database) as connection:
        found = await verify_snapshot(
            connection,
            calendar_of=calendar_of,
            now=now,
            anchors=None if anchors is None else read_anchors_file("anchors", anchors),
        )
        exported = None if export is None else await _export(connection, found, export, now)
    if client is None:
        return found, exported
    agreed = await verify_runs(database, client)
    both = Verified(
        ok=found.ok and agreed.ok,
        checked={**found.checked, **agreed.checked},
        violations=(*found.violations, *agreed.violations),
    )
    return both, exported


async def _export(
    connection: Connection, found: Verified, file: str, at: datetime
) -> Exported | None:
    """Export the anchors, unless the chain is broken: what is wrong already would look right later."""
    if any(each.invariant in ON_THE_CHAIN for each in found.violations):
        return None
    return await write_anchors("export_anchors", file, read_anchors(connection), at=at)
