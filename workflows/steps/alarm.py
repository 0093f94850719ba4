"""Alerts operators at a moment, unless the upgrade goes on before (B51)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from temporalio import workflow


class Alarm:
    """One alarm; to set it again is to give up the one that was set before."""

    def __init__(self, ring: Callable[[], Awaitable[None]]) -> None:
        """`ring` alerts operators."""
        self._ring = ring
        self._at: datetime | None = None
        self._waiting: asyncio.Task[None] | None = None

    def set(self, at: datetime | None) -> None:
        """Ring at that moment; None never."""
        if at == self._at:
            return
        if self._waiting is not None:
            self._waiting.cancel()
        self._at = at
        self._waiting = None if at is None else asyncio.create_task(self._wait_and_ring(at))

    async def _wait_and_ring(self, at: datetime) -> None:
        left = at - workflow.now()
        if left > timedelta(0):
            await workflow.sleep(left, summary="By then it should have gone on; else: alert")
        self._waiting = None  # from here on nothing cancels it
        await self._ring()
