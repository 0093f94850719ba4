"""The faults of a soak: each hurts a part of the ground, heals it again, and says how often it bit.

They come from a deck that is shuffled by the dice: each kind comes before any comes again.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Collection, Mapping
from random import Random

from deploy.local_stack import child
from deploy.local_stack.postgres import PostgresServer
from deploy.local_stack.temporal_server import TemporalServer
from tests.soak.asking import Tally
from tests.soak.ground import LINES, Ground, LineName

Fault = Callable[[Ground, Random], Awaitable[int]]
COMMIT_SECONDS = 10.0
"""How long to wait for a commit to cut."""


# ---- kill -9 ------------------------------------------------------------------------------------


async def kill_worker(ground: Ground, dice: Random) -> int:
    """One of the workers."""
    return _kill_workers(ground, [dice.randrange(len(ground.seats))])


async def kill_all_workers(ground: Ground, dice: Random) -> int:
    """All workers at once."""
    return _kill_workers(ground, range(len(ground.seats)))


async def kill_postgres(ground: Ground, dice: Random) -> int:
    """Postgres, which is away for a moment."""
    return await _kill_servers([ground.postgres], dice)


async def kill_temporal(ground: Ground, dice: Random) -> int:
    """Temporal, which is away for a moment."""
    return await _kill_servers([ground.temporal], dice)


async def kill_both_servers(ground: Ground, dice: Random) -> int:
    """Postgres and Temporal at once."""
    return await _kill_servers([ground.postgres, ground.temporal], dice)


async def kill_everything(ground: Ground, dice: Random) -> int:
    """Both servers and every worker at once, as when a machine dies."""
    workers = _kill_workers(ground, range(len(ground.seats)))
    return workers + await _kill_servers([ground.postgres, ground.temporal], dice)


def _kill_workers(ground: Ground, seats: Collection[int]) -> int:
    """Those that live; the ground seats new ones."""
    killed = 0
    for number in seats:
        worker = ground.seats[number].worker
        if worker is not None and worker.exit_code is None:
            worker.kill()
            killed += 1
    return killed


async def _kill_servers(servers: Collection[PostgresServer | TemporalServer], dice: Random) -> int:
    for server in servers:
        await asyncio.to_thread(server.kill)
    died = sum(
        server.process is not None and server.process.returncode == -signal.SIGKILL
        for server in servers
    )
    await asyncio.sleep(dice.uniform(0, 2))
    await asyncio.gather(*(asyncio.to_thread(_start, server) for server in servers))
    return died


def _start(server: PostgresServer | TemporalServer) -> None:
    for _ in range(2):
        try:
            return server.start()
        except child.ChildError:  # a port or a lock lingers for a moment
            continue
    return server.start()


# ---- what happens to connections --------------------------------------------------------------


def _reset(line: LineName) -> Fault:
    async def reset(ground: Ground, dice: Random) -> int:
        return ground.lines[line].reset()

    return reset


def _black_hole(line: LineName) -> Fault:
    async def black_hole(ground: Ground, dice: Random) -> int:
        return await ground.lines[line].black_hole(dice.uniform(1, 4))

    return black_hole


def _delay(line: LineName) -> Fault:
    async def delay(ground: Ground, dice: Random) -> int:
        return await ground.lines[line].delay(dice.uniform(0.05, 0.2), dice.uniform(1, 3))

    return delay


def _cut_commits(line: LineName) -> Fault:
    """A few commits: some never reach the database, of others the reply is lost."""

    async def cut_commits(ground: Ground, dice: Random) -> int:
        proxy = ground.lines[line]
        cut = 0
        for moment in dice.choices(("after", "after", "before"), k=3):
            cut += await proxy.cut_commit(moment, COMMIT_SECONDS)
        return cut

    return cut_commits


FAULTS: Mapping[str, Fault] = {
    "kill -9 of a worker": kill_worker,
    "kill -9 of all workers": kill_all_workers,
    "kill -9 of Postgres": kill_postgres,
    "kill -9 of Temporal": kill_temporal,
    "kill -9 of Postgres and Temporal": kill_both_servers,
    "kill -9 of everything": kill_everything,
    **{f"reset of {line}": _reset(line) for line in LINES},
    **{f"black hole in {line}": _black_hole(line) for line in LINES},
    **{f"delay in {line}": _delay(line) for line in LINES},
    **{
        f"cut around a commit of {line}": _cut_commits(line)
        for line in LINES
        if line.endswith("postgres")
    },
}


class Chaos:
    """Faults, one after the other, until it is told to stop."""

    def __init__(
        self, ground: Ground, dice: Random, tally: Tally, kinds: Collection[str], pause: float
    ) -> None:
        """`pause` is the mean of the seconds between two faults."""
        self._ground, self._dice, self._tally = ground, dice, tally
        self._kinds, self._pause = sorted(kinds), pause
        self._deck: list[str] = []
        self._stopping = asyncio.Event()

    @property
    def never_fired(self) -> list[str]:
        """Kinds that have not bitten anything."""
        return [kind for kind in self._kinds if not self._tally.counts["fault", kind]]

    def stop(self) -> None:
        """No more faults, once the one that is under way has healed."""
        self._stopping.set()

    async def reign(self) -> None:
        """Hurt and heal, until it is stopped."""
        while self._kinds and not self._stopping.is_set():
            await self._sleep(self._dice.uniform(0.3, 1.7) * self._pause)
            if self._stopping.is_set():
                return
            await self._one()

    async def _one(self) -> None:
        # What has not bitten yet comes first: it may have come when nothing was there to bite.
        missing = self.never_fired
        if not self._deck:
            self._deck = missing or list(self._kinds)
            self._dice.shuffle(self._deck)
        kind = self._deck.pop()
        bitten = await FAULTS[kind](self._ground, self._dice)
        self._tally.count("fault", kind, by=bitten)

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
