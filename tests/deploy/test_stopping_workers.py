"""A worker process ends in time, whatever the SDK does at its end."""

import asyncio
from typing import cast

from temporalio.worker import Worker

from worker import Workers


class NeverEnding:
    """A worker as the SDK leaves it now and then: told to stop, and waiting for ever."""

    is_running = True

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def shutdown(self) -> None:
        await asyncio.Event().wait()


class Ending(NeverEnding):
    """One that ends a little after it is told to."""

    def __init__(self) -> None:
        self.told = asyncio.Event()
        self.ended = False

    async def run(self) -> None:
        await self.told.wait()
        await asyncio.sleep(0.05)
        self.ended = True

    async def shutdown(self) -> None:
        self.told.set()


async def test_one_that_never_ends_is_left_behind_and_the_other_ends() -> None:
    ending = Ending()
    workers = Workers([cast(Worker, NeverEnding()), cast(Worker, ending)], stop_seconds=0.5)
    async with asyncio.timeout(30), workers:
        pass
    assert ending.ended


async def test_one_that_ends_is_waited_for_to_its_end() -> None:
    ending = Ending()
    async with asyncio.timeout(30), Workers([cast(Worker, ending)], stop_seconds=60):
        pass
    assert ending.ended
