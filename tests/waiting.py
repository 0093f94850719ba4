"""Waiting for what must happen soon: every wait has an end, and says what it waited for."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS = 60.0
"""How long a test waits for what must happen."""


async def eventually(
    what: str, ask: Callable[[], Awaitable[T | None]], *, seconds: float = SECONDS
) -> T:
    """Ask until the answer is something; fail with `what` when it never is."""
    end = time.monotonic() + seconds
    while True:
        answer = await ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(
                f"not within {seconds:g} s: {what}; the last answer was {answer!r}"
            )
        await asyncio.sleep(0.05)
