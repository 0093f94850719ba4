"""Upgrades without a run, runs without an order, and runs that stand elsewhere than the database (B72).

Temporal's list of open runs is compared with the upgrades that have not ended: a call for a thousand
of each, however many there are. That list lags a moment behind, so whoever seems to be astray is
asked for one by one before it counts, and the database after that: an upgrade's end is written
before its run ends.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from temporalio.client import Client

from api.runs.descriptions import OPEN, describe_runs, list_runs
from api.runs.port import SeenRun
from api.runs.strays_found import Stray, Strays
from api.runs.temporal import translated
from domain.upgrade.states import ENDED_STAGES
from store.database import Executor
from store.open_upgrades import UpgradeStanding, open_upgrades, read_standings

AT_ONCE = 200
"""Upgrades that are looked at in one go."""

MOST_CONFIRMED = 50
"""Of a kind that a look at everything asks for one by one; of the rest it gives the number."""

SETTLED = timedelta(minutes=1)
"""A run shows a moment later than the database where it stands; after so long somebody should look."""

LOOKS = 5
SECONDS_BETWEEN_LOOKS = 0.3


@dataclass
class Suspects:
    """Upgrade ids by what Temporal's list makes of them."""

    running: int = 0
    """Open upgrades with an open run, also if it stands elsewhere."""
    missing: list[str] = field(default_factory=list[str])
    differing: list[str] = field(default_factory=list[str])
    unknown: list[str] = field(default_factory=list[str])


async def find_strays(database: Executor, client: Client, at: datetime) -> Strays:
    """What is astray now, bounded by `MOST_CONFIRMED`. Raises `Unavailable`, `StoreUnavailable`."""
    suspects = await find_suspects(database, client)
    some = [
        *suspects.missing[:MOST_CONFIRMED],
        *suspects.differing[:MOST_CONFIRMED],
        *suspects.unknown[:MOST_CONFIRMED],
    ]
    found = await confirm(database, client, some, settled_before=at - SETTLED)
    is_missing = any(stray.kind == "run_missing" for stray in found)
    rest = len(suspects.missing) - MOST_CONFIRMED
    return Strays(found=tuple(found), more_missing=max(0, rest) if is_missing else 0)


async def find_suspects(database: Executor, client: Client) -> Suspects:
    """Compare Temporal's list with the database. Raises `Unavailable`, `StoreUnavailable`."""
    async with translated():
        runs = await list_runs(client, OPEN)
    found = Suspects()
    async for page in open_upgrades(database):
        for upgrade_id, stage in page.items():
            run = runs.pop(upgrade_id, None)
            if run is None:
                found.missing.append(upgrade_id)
                continue
            found.running += 1
            if run.stage != stage:
                found.differing.append(upgrade_id)
    for some in batches(runs):
        known = await read_standings(database, some)
        found.differing += known
        found.unknown += [id for id in some if id not in known and runs[id].had_its_order]
    return found


async def confirm(
    database: Executor,
    client: Client,
    upgrade_ids: Iterable[str],
    *,
    settled_before: datetime | None = None,
) -> list[Stray]:
    """Which of these are astray: asked one by one, and more than once if they only disagree.

    Those to which something happened later than `settled_before` may disagree. Raises like
    `find_suspects`.
    """
    found: list[Stray] = []
    for some in batches(upgrade_ids):
        strays = await _strays_among(database, client, some)
        for _ in range(LOOKS - 1):
            left = [stray.upgrade_id for stray in strays if stray.kind == "run_disagrees"]
            if not left:
                break
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            strays = [stray for stray in strays if stray.upgrade_id not in left]
            strays += await _strays_among(database, client, left)
        found += strays
    return [
        stray
        for stray in found
        if stray.kind != "run_disagrees" or settled_before is None or stray.since <= settled_before
    ]


def batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """`AT_ONCE` of them at a time."""
    rest = iter(ids)
    while some := list(islice(rest, AT_ONCE)):
        yield some


async def _strays_among(
    database: Executor, client: Client, upgrade_ids: Sequence[str]
) -> list[Stray]:
    async with translated():
        runs = await describe_runs(client, upgrade_ids)
    standings = await read_standings(database, upgrade_ids)
    strays = (_stray(id, runs[id], standings.get(id)) for id in upgrade_ids)
    return [stray for stray in strays if stray is not None]


def _stray(upgrade_id: str, run: SeenRun | None, standing: UpgradeStanding | None) -> Stray | None:
    """What is wrong with an upgrade and its latest run; None if nothing is."""
    is_open = run is not None and run.is_open
    if standing is None:
        if run is None or not run.is_open or not run.had_its_order:
            return None
        kind, since = "order_unknown", run.started_at
    elif standing.stage not in ENDED_STAGES and not is_open:
        kind, since = "run_missing", (run and run.closed_at) or standing.changed_at
    elif run is not None and run.is_open and run.stage != standing.stage:
        kind, since = "run_disagrees", standing.changed_at
    else:
        return None
    return Stray(
        kind=kind,
        upgrade_id=upgrade_id,
        tenant_id=standing.tenant_id if standing else run and run.tenant_id,
        stage=standing and standing.stage,
        run=run,
        since=since,
    )
