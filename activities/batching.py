"""How many users a batch takes, and whose batch is next: quick for a million, fair to the others."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field

FIRST_BATCH = 20_000
"""Users in a move's first batch, before anything is known of how fast this database is."""

SMALL_BATCH = 1_000
"""Batches up to so many users take milliseconds, and wait for nobody's turn."""

ROOM = 0.7
"""Share of the allowed time that a batch aims at, so that a slower one still is within it."""

MOST_GROWTH = 4.0
"""A batch is at most so many times as large as the one before: one lucky batch proves little."""


@dataclass
class Pace:
    """Chooses the size of the next batch of one move by how long the last one took."""

    at_most: int
    """Users; never more in one transaction."""
    seconds: float
    """What a batch may take."""
    size: int = field(init=False)

    def __post_init__(self) -> None:
        """Begin carefully."""
        self.size = min(FIRST_BATCH, self.at_most)

    def took(self, users: int, seconds: float) -> None:
        """Learn from a batch of `users`. What was too small to tell teaches nothing."""
        if users * 2 < self.size or seconds <= 0:
            return
        factor = min(self.seconds * ROOM / seconds, MOST_GROWTH)
        self.size = max(1, min(self.at_most, round(users * factor)))

    def failed(self) -> None:
        """The last batch came to nothing, for whatever reason: the next one dares less."""
        self.size = max(1, self.size // 2)


class Turns:
    """Lets the moves of one process take turns, batch by batch.

    As one tenant has one upgrade at a time, that is a turn for each tenant: a million users of one
    take no more of the database than a few thousand of another, and small batches wait for nobody.
    """

    def __init__(self, at_once: int) -> None:
        """`at_once` large batches may be under way at the same time."""
        self._turns = asyncio.Semaphore(at_once)  # first come, first served

    @asynccontextmanager
    async def turn(self, users: int) -> AsyncGenerator[Callable[[], float]]:
        """Wait for the turn of a batch of at most `users`; gives a clock of its seconds."""
        async with self._turns if users > SMALL_BATCH else nullcontext():
            began = time.monotonic()
            yield lambda: time.monotonic() - began
