"""`python -m tests.bench [--only NAME] [--json FILE]`."""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.logs import configure_logs
from tests.bench import data, flow, invoices, moves, quotes
from tests.bench.registry import BENCHMARKS, FULL, Numbers, Sizes
from tests.bench.stack import stack

ROOMS = (flow, data, quotes, invoices, moves)
"""Modules whose benchmarks have registered themselves."""
BENCHMARK_SECONDS = 1800.0
"""How long any one benchmark may take."""


async def run(names: list[str], sizes: Sizes = FULL) -> dict[str, Numbers]:
    """Run benchmarks by name, one after the other, on servers of their own."""
    results: dict[str, Numbers] = {}
    async with stack() as servers:
        for name in names:
            started = time.monotonic()
            print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
            try:
                async with asyncio.timeout(BENCHMARK_SECONDS):
                    results[name] = await BENCHMARKS[name](servers, sizes)
            except TimeoutError:
                sys.exit(f"benchmark {name} was not over within {BENCHMARK_SECONDS:g} s")
            print(f"{time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return results


def table(results: dict[str, Numbers]) -> Table:
    """The numbers for people."""
    shown = Table("benchmark", "number", "value", title="medians of one run on this machine")
    shown.columns[2].justify = "right"
    for name, numbers in results.items():
        for row, (key, value) in enumerate(_flat(numbers)):
            shown.add_row("" if row else f"[bold]{name}", key, value)
        shown.add_section()
    return shown


def _flat(numbers: Numbers, prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in numbers.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{key}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            plain = isinstance(value, bool) or not isinstance(value, int)
            rows.append((prefix + key, str(value) if plain else f"{value:,}"))
    return rows


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="./dev bench", description="benchmarks")
    known = {name: (each.__doc__ or "").splitlines()[0] for name, each in BENCHMARKS.items()}
    listed = "; ".join(f"{name}: {what}" for name, what in known.items())
    parser.add_argument("--only", action="append", choices=sorted(known), help=listed)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    given: Any = parser.parse_args(arguments)
    configure_logs("console", "WARNING")
    results = asyncio.run(run(given.only or list(BENCHMARKS)))
    Console().print(table(results))
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
