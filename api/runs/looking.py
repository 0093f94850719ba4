"""What only Temporal knows of upgrades, looked up within a bounded time and number of calls."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from api.errors import NotRunning, Unavailable
from api.runs.findings import SeenInTemporal, UnreachableReason, Unseen
from api.runs.halts import find_halts, queue_halts, run_halts
from api.runs.strays import SETTLED, confirm, find_strays
from api.runs.strays_found import Strays
from api.runs.temporal import parked_runs, translated
from store.database import Executor

Connect = Callable[[], Awaitable[Client]]

STATUS_SECONDS = 5.0
"""How long a status waits for what Temporal knows."""


async def look_at_all(
    database: Executor, connect: Connect, at: datetime
) -> SeenInTemporal | Unseen:
    """Everything that needs somebody, or why Temporal could not be asked."""
    try:
        client = await connect()
        async with translated():
            halts = await find_halts(client, at)
        return SeenInTemporal(
            parked=await parked_runs(client),
            strays=await find_strays(database, client, at),
            halts=halts,
        )
    except (Unavailable, NotRunning) as error:
        return _unseen(error)


async def look_at_one(
    database: Executor, connect: Connect, upgrade_id: str, at: datetime
) -> SeenInTemporal | Unseen:
    """What keeps one upgrade from going on, or why Temporal did not say it within `STATUS_SECONDS`."""
    try:
        async with asyncio.timeout(STATUS_SECONDS):
            client = await connect()
            async with translated():
                halts = await run_halts(client, upgrade_id)
                halts += [halt async for halt in queue_halts(client, at)]
            strays = await confirm(database, client, [upgrade_id], settled_before=at - SETTLED)
            return SeenInTemporal(strays=Strays(found=tuple(strays)), halts=tuple(halts))
    except (Unavailable, NotRunning, TimeoutError) as error:
        return _unseen(error)


def _unseen(error: Unavailable | NotRunning | TimeoutError) -> Unseen:
    if isinstance(error, Unavailable) and "reason" in error.details:
        why = error.message.removeprefix("temporal: ")
        details = error.details
        return Unseen(reason=details["reason"], address=details["address"], why=why)
    reason = _reason_of(error)
    return Unseen(reason=reason, why=_WHY[reason])


def _reason_of(error: Unavailable | NotRunning | TimeoutError) -> UnreachableReason:
    """Why a connection that there was answers no more."""
    if isinstance(error, NotRunning):
        return "no_namespace"
    if isinstance(error, TimeoutError) or error.details["dependency"] == "worker":
        return "silent"  # no worker is asked here: the server itself has not answered in time
    cause = error.__cause__
    if not isinstance(cause, RPCError):
        return "unknown"
    if cause.status in {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED}:
        return "not_allowed"
    return "refused" if "connect" in cause.message else "unwell"


_WHY: Mapping[UnreachableReason, str] = {
    "refused": "nobody answers at its address any more: start it, or check TEMPORAL_ADDRESS",
    "silent": "it did not answer in time: is it well?",
    "no_namespace": "its namespace is not there any more: create it, or check TEMPORAL_NAMESPACE",
    "not_allowed": "it refuses these credentials: check TEMPORAL_API_KEY and the client certificate",
    "unwell": "it answers with an error: is it well?",
    "unknown": "it cannot be talked to: check TEMPORAL_ADDRESS",
}
