"""Telling the server that a long step is alive, also while one statement runs."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from temporalio import activity

BEATS_PER_TIMEOUT = 10
"""An answer to a beat is how a step learns that it was paused or canceled."""


@asynccontextmanager
async def heartbeating(details: Callable[[], Any] = lambda: None) -> AsyncGenerator[None]:
    """Beat several times within the step's heartbeat timeout, with what `details` says then.

    A killed worker falls silent, and another one takes over within that timeout, however long a
    batch may last. A statement that hangs is not hidden by it: the database's own timeout ends it.
    """
    timeout = activity.info().heartbeat_timeout
    if timeout is None:
        yield
        return
    seconds = timeout.total_seconds() / BEATS_PER_TIMEOUT

    async def beat() -> None:
        while True:
            activity.heartbeat(details())
            await asyncio.sleep(seconds)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
