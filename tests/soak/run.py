"""One soak: many lives at once, faults all the while, then quiet, and a judgment."""

import asyncio
import time
import traceback
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from domain.world.model import World
from domain.world.placed import file_of
from tests.callers import OPERATOR
from tests.soak.asking import Caller, Tally
from tests.soak.faults import FAULTS, Chaos
from tests.soak.ground import Ground, ground
from tests.soak.judging import judge
from tests.soak.life import Life
from tests.soak.scene import Scene
from tests.soak.world import make_world

ORDERS_A_LIFE = 4
"""What a tenant places on average; so many tenants are made, and some more."""
SPARE_TENANTS = 200
"""For when faults are still due although enough is ordered."""
LOOK_SECONDS = 0.5
QUIET_SECONDS = 300.0
"""What all that is under way may take once no more faults come."""


@dataclass(frozen=True)
class Wanted:
    """What a soak is to be."""

    seed: int
    upgrades: int
    """Nothing new begins once so many are ordered."""
    minutes: float = 10.0
    """Nor after so long."""
    at_once: int = 40
    """Lives."""
    workers: int = 2
    kinds: Collection[str] = tuple(FAULTS)
    """Of faults; each must bite, or the soak has failed."""
    pause_seconds: float = 4.0
    """Between two faults, on average."""
    durable: bool = True
    """Whether Postgres syncs to disk, which only a power cut would tell."""

    @property
    def again(self) -> str:
        """The command that does it once more."""
        return (
            f"./dev soak --seed {self.seed} --upgrades {self.upgrades} --minutes {self.minutes:g}"
        )


async def soak(wanted: Wanted, folder: Path) -> Tally:
    """Live, break, heal and judge; what was counted, and what is wrong."""
    tally = Tally()
    tenants = wanted.upgrades // ORDERS_A_LIFE + wanted.at_once + SPARE_TENANTS
    made = make_world(Random(wanted.seed), tenants)
    async with ground(folder, durable=wanted.durable, workers=wanted.workers) as there:
        scene = Scene(
            ground=there,
            tally=tally,
            seed=wanted.seed,
            services=_services_of(made.world),
            tenants=made.tenants,
            enough_orders=wanted.upgrades,
            ends_at=time.monotonic() + wanted.minutes * 60,
        )
        await there.service.operations.load(OPERATOR, file_of(made.world))
        chaos = Chaos(
            there, Random(f"{wanted.seed}/faults"), tally, wanted.kinds, wanted.pause_seconds
        )
        async with _seated(there), _weather(scene):
            await _live(scene, wanted, chaos)
        for kind in chaos.never_fired:
            tally.fault("faults", f"{kind} never fired: let it run longer")
        await judge(scene)
    return tally


async def _live(scene: Scene, wanted: Wanted, chaos: Chaos) -> None:
    """All lives, with faults until none is left to begin."""
    began = time.monotonic()
    waiting = iter(scene.tenants)

    async def lives() -> None:
        for tenant in waiting:
            if scene.is_over:
                return
            try:
                await Life(scene, tenant).live()
            except Exception:  # noqa: BLE001 - a fault of the soak's own: it is told like any other
                scene.tally.fault(tenant.id, traceback.format_exc())

    reigning = asyncio.ensure_future(chaos.reign())
    living = [asyncio.ensure_future(lives()) for _ in range(wanted.at_once)]
    try:
        underway: set[asyncio.Task[None]] = set(living)
        while underway and not scene.is_over:
            _, underway = await asyncio.wait(living, timeout=LOOK_SECONDS)
            scene.faults_are_due = bool(chaos.never_fired)
        chaos.stop()
        await reigning
        done, stuck = await asyncio.wait(living, timeout=QUIET_SECONDS)
        for life in done:
            life.result()
        if stuck:
            scene.tally.fault("lives", f"{len(stuck)} did not end within {QUIET_SECONDS:g} s")
    finally:
        for task in (reigning, *living):
            task.cancel()
        await asyncio.gather(reigning, *living, return_exceptions=True)
    scene.tally.count("seconds", by=round(time.monotonic() - began))


@asynccontextmanager
async def _seated(there: Ground) -> AsyncGenerator[None]:
    """Dead workers are replaced for as long as the block lasts."""
    seating = asyncio.ensure_future(there.keep_workers_seated())
    try:
        yield
    finally:
        seating.cancel()
        await asyncio.gather(seating, return_exceptions=True)


@asynccontextmanager
async def _weather(scene: Scene) -> AsyncGenerator[None]:
    """Incidents come and go for as long as the block lasts."""
    caller = Caller(scene.tally, "weather")
    dice = Random(f"{scene.seed}/weather")
    changing = asyncio.ensure_future(scene.weather.change(scene.ground, caller, dice))
    try:
        yield
    finally:
        changing.cancel()
        await asyncio.gather(changing, return_exceptions=True)


def _services_of(world: World) -> dict[str, frozenset[str]]:
    return {plan.id: frozenset(plan.services) for plan in world.plans}
