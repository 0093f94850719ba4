"""`GET /health`: whether this process answers, and reaches Postgres. Asked by anybody, and often."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import APIRouter

from api.errors import Unavailable
from api.http.problems import Problem

ANSWER_SECONDS = 2.0
"""The longest that a caller waits, whatever Postgres does."""
GOOD_FOR_SECONDS = 1.0
"""How long one look is an answer for everybody: callers put no load on Postgres."""

Ping = Callable[[float], Awaitable[None]]
"""Sees within so many seconds that Postgres answers. Raises `Unavailable`."""

_log = logging.getLogger(__name__)


class Health:
    """Looks after Postgres, once at a time however many ask."""

    def __init__(self, ping: Ping) -> None:
        """`ping` sees that Postgres answers."""
        self._ping = ping
        self._look: asyncio.Task[bool] | None = None
        self._looked_at = 0.0
        self._was_good = True

    async def is_good(self) -> bool:
        """Whether Postgres has answered; within `ANSWER_SECONDS`."""
        look = self._look
        fresh = time.monotonic() - self._looked_at < GOOD_FOR_SECONDS
        if look is None or (look.done() and not fresh):
            look = self._look = asyncio.create_task(self._ask())
        # Not cancelled at its end: others may wait for it too, and it ends by itself.
        await asyncio.wait({look}, timeout=ANSWER_SECONDS)
        return look.done() and look.result()

    async def _ask(self) -> bool:
        try:
            await self._ping(ANSWER_SECONDS)
            cause = None
        except Unavailable as error:
            cause = str(error)
        self._looked_at = time.monotonic()
        if self._was_good and cause:
            _log.warning("Postgres is out of reach: %s", cause)
        self._was_good = cause is None
        return self._was_good


def health(ping: Ping) -> APIRouter:
    """The route."""
    router, looked = APIRouter(), Health(ping)

    @router.get("/health", summary="Whether this process answers, and reaches Postgres")
    async def tell() -> dict[str, str]:
        if not await looked.is_good():
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "dependency_unavailable",
                "postgres: out of reach",
                dependency="postgres",
            )
        return {"status": "ok"}

    return router
