"""What a benchmark is, and the list of all of them."""

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.bench.stack import Stack

Numbers = dict[str, Any]


@dataclass(frozen=True)
class Sizes:
    """How much is done; tests take tiny ones."""

    rounds: int = 5
    upgrades_per_round: int = 40
    single_upgrades_per_round: int = 8
    users: int = 10
    appends_per_round: int = 400
    invoices_per_round: int = 320
    reads_per_round: int = 10
    quotes_per_round: int = 80
    user_counts: tuple[int, ...] = (1, 1_000, 100_000)
    plan_counts: tuple[int, ...] = (10, 200)
    cost_users: tuple[int, int] = (100, 10_000)
    moved_users: int = 100_000
    row_by_row: int = 500
    crowd_users: int = 1_000_000
    crowd_rounds: int = 15
    replays_per_round: int = 20


FULL = Sizes()
TINY = replace(
    FULL,
    rounds=1,
    upgrades_per_round=2,
    single_upgrades_per_round=1,
    appends_per_round=5,
    invoices_per_round=4,
    reads_per_round=2,
    quotes_per_round=2,
    user_counts=(1,),
    plan_counts=(3,),
    cost_users=(10, 20),
    moved_users=20,
    row_by_row=5,
    crowd_users=20,
    crowd_rounds=2,
    replays_per_round=2,
)

Benchmark = Callable[[Stack, Sizes], Awaitable[Numbers]]
BENCHMARKS: dict[str, Benchmark] = {}
"""Name to benchmark, in the order they run in; its docstring says what is measured."""


def benchmark(run: Benchmark) -> Benchmark:
    """Register a function under its name."""
    BENCHMARKS[run.__name__.rstrip("_")] = run
    return run


async def seconds(work: Awaitable[Any]) -> float:
    """How long `work` takes."""
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


def median(values: Sequence[float], digits: int = 3) -> float:
    """The median, rounded for people."""
    return round(statistics.median(values), digits)


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median over all rounds of `ours` to `theirs`, each pair measured one after the other."""
    return median([a / b for a, b in zip(ours, theirs, strict=True)])
