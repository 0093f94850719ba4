"""Steps that run in turns: each does one statement at a time, in an order that the test decides.

Every order of the statements of a few steps can so be tried, one after the other, on a real
database; and a step can be killed at each place between two of them.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from store.database import Database, Transaction

BLOCKED_SECONDS = 0.3
"""Who has not come to their next statement by then waits for a lock that another one holds."""

Choose = Callable[[Sequence[str]], str]
"""Of those who wait for their turn, who is next."""
Run = Callable[[Database], Coroutine[Any, Any, Any]]


class Round:
    """Where the steps of one test wait for their turns."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._running: dict[str, asyncio.Task[Any]] = {}
        self._came = asyncio.Event()
        self.turns: list[str] = []
        """Who did a statement, in which order."""

    async def turn(self, who: str) -> None:
        """Wait until it is the turn of `who`."""
        self._waiting[who] = asyncio.get_running_loop().create_future()
        self._came.set()
        await self._waiting[who]

    def begin(self, database: Database, steps: Mapping[str, Run]) -> None:
        """Let steps come to their first statements."""
        for who, run in steps.items():
            task = asyncio.create_task(run(_InTurns(database, who, self)))
            task.add_done_callback(lambda _: self._came.set())
            self._running[who] = task

    async def waiting(self) -> list[str]:
        """Who waits for a turn, once everybody does, has ended, or is blocked by another."""
        while True:
            self._came.clear()
            running = {who for who, task in self._running.items() if not task.done()}
            if running <= set(self._waiting):
                break
            try:
                await asyncio.wait_for(self._came.wait(), BLOCKED_SECONDS)
            except TimeoutError:
                if self._waiting:
                    break
        return sorted(self._waiting)

    def go(self, who: str) -> None:
        """It is the turn of `who`."""
        self.turns.append(who)
        self._waiting.pop(who).set_result(None)

    async def kill(self, who: str) -> None:
        """End it where it stands; a transaction that it has begun is rolled back."""
        self._waiting.pop(who, None)
        task = self._running.pop(who)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def play(self, choose: Choose) -> dict[str, Any]:
        """Give turns until everybody has ended; what each returned, or raised."""
        while waiting := await self.waiting():
            self.go(choose(waiting))
        ended = await asyncio.gather(*self._running.values(), return_exceptions=True)
        return dict(zip(self._running, ended, strict=True))


class EveryOrder:
    """Chooses differently each time, until every order of turns has been."""

    def __init__(self) -> None:
        self._path: list[tuple[int, int]] = []
        """Of each turn: which was chosen, and of how many."""
        self._at = 0

    def __call__(self, waiting: Sequence[str]) -> str:
        if self._at == len(self._path):
            self._path.append((0, len(waiting)))
        chosen = self._path[self._at][0]
        self._at += 1
        return waiting[min(chosen, len(waiting) - 1)]

    def another(self) -> bool:
        """Whether there is an order that has not been; if so, it is chosen from now on."""
        self._at = 0
        while self._path:
            chosen, of = self._path.pop()
            if chosen + 1 < of:
                self._path.append((chosen + 1, of))
                return True
        return False


class _InTurns(Database):
    """The database, for one who does a statement only when it is their turn."""

    def __init__(self, database: Database, who: str, round: Round) -> None:
        super().__init__(database._pool, database._given_up)
        self._who, self._round = who, round

    async def execute(self, sql: str, /, *args: Any) -> str:
        await self._round.turn(self._who)
        return await super().execute(sql, *args)

    async def fetch(self, sql: str, /, *args: Any) -> list[Any]:
        await self._round.turn(self._who)
        return await super().fetch(sql, *args)

    async def fetchrow(self, sql: str, /, *args: Any) -> Any:
        await self._round.turn(self._who)
        return await super().fetchrow(sql, *args)

    async def fetchval(self, sql: str, /, *args: Any) -> Any:
        await self._round.turn(self._who)
        return await super().fetchval(sql, *args)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        """Two turns: for all it does, and for its commit. In between it holds its locks."""
        await self._round.turn(self._who)
        async with super().transaction() as transaction:
            yield transaction
            await self._round.turn(self._who)
