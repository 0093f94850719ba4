"""Letting parked upgrades try again: all, those with one kind of cause, or by itself what passes (B72)."""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

import structlog
from temporalio.client import Client

from api import inputs
from api.errors import BadInput, NotFound, NotRunning, ServiceError, Unavailable
from api.runs.port import Runs
from api.runs.resuming import (
    NotResumed,
    Resumed,
    each,
    tell_to_look,
    unknown_order,
    unless_no_worker,
)
from api.runs.strays import MOST_CONFIRMED, SETTLED, confirm, find_suspects
from api.runs.temporal import parked_runs
from domain.text.actor import THE_SERVICE, Actor
from domain.values.actions import action
from domain.values.rejections import Rejection
from store.database import Database
from store.errors import StoreError
from store.open_upgrades import count_open, read_standings
from store.parked import KINDS, STORE_UNAVAILABLE, ParkedUpgrade, parked_upgrades
from workflows import contract
from workflows.contract import AttentionResolution

_log = structlog.get_logger()

PARKED_FOR = timedelta(minutes=5)
"""How long an upgrade is parked for a cause that passes before it tries again by itself."""

SECONDS_BETWEEN_LOOKS = 60.0
AT_A_LOOK = 20
"""Upgrades that try again by themselves in one look: the store has just had trouble."""

LONGEST_PAUSE_SECONDS = 3600.0


async def retry_all(
    database: Database,
    runs: Runs,
    client: Client,
    by: Actor,
    *,
    cause: str | None = None,
    dry_run: bool = False,
) -> Resumed:
    """Let every parked upgrade try again, or those with a kind of cause; who fails keeps nobody else.

    Those that could not record their cause count as `store_unavailable`. A run whose order the database
    has lost needs an operator's word. Raises `BadInput` for a kind of cause that there is not, and
    `Unavailable` and `StoreUnavailable` like `resume_all`.
    """
    if cause is not None:
        inputs.key_of("cause", cause)
    parked = [upgrade async for upgrade in parked_upgrades(database)]
    _require_kind(cause, parked)
    ids = [upgrade.upgrade_id for upgrade in parked if cause in {None, upgrade.kind}]
    failed: list[NotResumed] = []
    if cause in {None, STORE_UNAVAILABLE}:
        unrecorded, lost = await _parked_unrecorded(database, client)
        ids += [id for id in unrecorded if id not in ids]
        failed += [unknown_order(id) for id in lost]
    others = await count_open(database, ids)
    if dry_run:
        return Resumed(resumed=tuple(ids), running=others, failed=tuple(failed), dry_run=True)

    retried, _ = await each(ids, unless_no_worker(partial(_retry, runs, by=by)), failed)
    return Resumed(resumed=tuple(retried), running=others, failed=tuple(failed))


def _require_kind(cause: str | None, parked: Iterable[ParkedUpgrade]) -> None:
    known = dict.fromkeys((*KINDS, *(upgrade.kind for upgrade in parked)))
    if cause is not None and cause not in known:
        raise BadInput("cause", f"no upgrade is parked for {cause!r}; there are {', '.join(known)}")


async def _parked_unrecorded(database: Database, client: Client) -> tuple[list[str], list[str]]:
    """Upgrades that could not record why they are parked, and those whose order is lost."""
    runs = await parked_runs(client)
    known = await read_standings(database, list(runs))
    lost = [id for id, run in runs.items() if id not in known and run.had_its_order]
    return [id for id in runs if id not in lost], lost


async def _retry(runs: Runs, upgrade_id: str, by: Actor) -> bool:
    try:
        await runs.update(
            upgrade_id, contract.RESOLVE_ATTENTION, AttentionResolution(action="retry"), by
        )
    except NotRunning:
        again = action("resume", upgrade_id=upgrade_id)
        raise NotFound("run of upgrade", upgrade_id, "start it", next_actions=[again]) from None
    return True


class GoingOn:
    """Lets upgrades go on by themselves where nobody has to decide anything, at a slow pace.

    What was parked for trouble that passes tries again. Steps of this code wait for the store as long
    as it takes, so nothing is parked for it; older code parked after seconds. The same goes for runs
    that could not record their cause.

    A run that stands elsewhere than the database is told to look: a server that dies forgets an update
    that it has not written, and what the update did stands in the database alone. Its caller had no
    answer and asks again, but may be gone.

    Any number of workers may do this: who has gone on already is told nothing.
    """

    def __init__(self, database: Database, runs: Runs, client: Client) -> None:
        """`runs` and `client` are those of one Temporal."""
        self._database = database
        self._runs = runs
        self._client = client
        self._pauses: dict[str, tuple[float, float]] = {}
        """Upgrade id to when it may try again, by the monotonic clock, and the pause after that."""

    async def run(self, stop: asyncio.Event, clock: Callable[[], datetime]) -> None:
        """Look every minute until `stop` is set; what cannot be asked now is asked at the next look."""
        while not stop.is_set():
            try:
                await self.look(clock())
                await self.look_after_strays(clock())
            except (ServiceError, StoreError) as error:
                _log.warning("nobody could be told to go on", cause=str(error))
            try:
                await asyncio.wait_for(stop.wait(), SECONDS_BETWEEN_LOOKS)
            except TimeoutError:
                continue

    async def look(self, at: datetime) -> list[str]:
        """Let some try again that were parked before; returns them. Raises like `retry_all`."""
        parked = [
            upgrade.upgrade_id
            async for upgrade in parked_upgrades(self._database)
            if upgrade.kind == STORE_UNAVAILABLE and upgrade.since <= at - PARKED_FOR
        ]
        unrecorded, _ = await _parked_unrecorded(self._database, self._client)
        for id in unrecorded:  # since when is not known: from the first time it is seen
            first = PARKED_FOR.total_seconds()
            self._pauses.setdefault(id, (time.monotonic() + first, first))
        waiting = dict.fromkeys((*parked, *unrecorded))
        self._pauses = {
            id: pause
            for id, pause in self._pauses.items()
            if id in waiting or time.monotonic() < pause[0]  # it may soon be parked again
        }
        done: list[str] = []
        for id in waiting:
            if len(done) == AT_A_LOOK:
                break
            if self._may_try(id) and await self._try_again(id):
                done.append(id)
        return done

    async def look_after_strays(self, at: datetime) -> list[str]:
        """Tell runs that stand elsewhere than the database to look; returns their upgrades.

        One call to Temporal for a thousand open runs finds them. Those to which something happened
        within the last minute are left alone: they follow by themselves. Raises like `resume_all`.
        """
        suspects = await find_suspects(self._database, self._client)
        strays = await confirm(
            self._database,
            self._client,
            suspects.differing[:MOST_CONFIRMED],
            settled_before=at - SETTLED,
        )
        ids = [stray.upgrade_id for stray in strays if stray.kind == "run_disagrees"]
        look = partial(tell_to_look, self._runs, by=THE_SERVICE)
        told, _ = await each(ids, unless_no_worker(look), [])
        for id in told:
            _log.info("its run stood elsewhere than the database, and follows it", upgrade_id=id)
        return told

    def _may_try(self, upgrade_id: str) -> bool:
        """Whether its pause is over; the next one is twice as long."""
        now = time.monotonic()
        not_before, pause = self._pauses.get(upgrade_id, (now, PARKED_FOR.total_seconds()))
        if now < not_before:
            return False
        self._pauses[upgrade_id] = (now + pause, min(2 * pause, LONGEST_PAUSE_SECONDS))
        return True

    async def _try_again(self, upgrade_id: str) -> bool:
        try:
            await _retry(self._runs, upgrade_id, THE_SERVICE)
        except Unavailable:
            raise
        except (ServiceError, Rejection) as error:
            _log.info("it could not try again", upgrade_id=upgrade_id, cause=str(error))
            return False
        _log.info("parked for what passes: it tries again", upgrade_id=upgrade_id)
        return True
