"""What only Temporal knows of upgrades, looked up within a bounded time and number of calls."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from temporalio.client import Client

from api.errors import NotRunning, Unavailable
from api.runs.findings import SeenInTemporal
from api.runs.halts import find_halts, queue_halts, run_halts
from api.runs.strays import SETTLED, confirm, find_strays
from api.runs.strays_found import Strays
from api.runs.temporal import parked_runs, translated
from store.database import Executor

Connect = Callable[[], Awaitable[Client]]

STATUS_SECONDS = 5.0
"""How long whoever asks for a status waits for what Temporal knows."""


async def look_at_all(database: Executor, connect: Connect, at: datetime) -> SeenInTemporal | None:
    """Everything that needs somebody; None if the server, or its namespace, is not there."""
    try:
        client = await connect()
        async with translated():
            halts = await find_halts(client, at)
        return SeenInTemporal(
            parked=await parked_runs(client),
            strays=await find_strays(database, client, at),
            halts=halts,
        )
    except (Unavailable, NotRunning):
        return None


async def look_at_one(
    database: Executor, connect: Connect, upgrade_id: str, at: datetime
) -> SeenInTemporal | None:
    """What keeps one upgrade from going on; None if Temporal does not say within `STATUS_SECONDS`."""
    try:
        async with asyncio.timeout(STATUS_SECONDS):
            client = await connect()
            async with translated():
                halts = await run_halts(client, upgrade_id)
                halts += [halt async for halt in queue_halts(client, at)]
            strays = await confirm(database, client, [upgrade_id], settled_before=at - SETTLED)
            return SeenInTemporal(strays=Strays(found=tuple(strays)), halts=tuple(halts))
    except (Unavailable, NotRunning, TimeoutError):
        return None
