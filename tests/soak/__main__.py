"""`python -m tests.soak [--seed N] [--minutes M] [--upgrades N]`: see `./dev soak --help`."""

import argparse
import asyncio
import logging
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.soak.report import show
from tests.soak.run import Wanted, soak

INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    given = _parse(arguments)
    logging.disable(logging.CRITICAL)  # the rejections it provokes are not news
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(10**6)
    wanted = Wanted(
        seed=seed, upgrades=given.upgrades, minutes=given.minutes, at_once=given.at_once
    )
    print(f"seed {seed}: again with {wanted.again}", file=sys.stderr, flush=True)
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        tally = asyncio.run(soak(wanted, folder))
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        return INTERRUPTED
    except BaseException:
        print(f"data and logs stay in {folder}", file=sys.stderr)
        raise
    show(Console(), wanted, tally)
    if tally.broken:
        print(f"data and logs stay in {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


def _parse(arguments: list[str] | None) -> Any:
    parser = argparse.ArgumentParser(
        prog="./dev soak",
        description="random life with faults, held against a shadow model; prints its counters",
    )
    parser.add_argument(
        "--seed", type=int, help="of the dice; without it a new one, which is printed"
    )
    parser.add_argument(
        "--minutes",
        type=_positive,
        default=10.0,
        metavar="M",
        help="order nothing new after so many minutes (10)",
    )
    parser.add_argument(
        "--upgrades", type=_count, default=1500, metavar="N", help="order at least so many (1500)"
    )
    parser.add_argument(
        "--at-once", type=_count, default=40, metavar="N", help="tenants that live at once (40)"
    )
    return parser.parse_args(arguments)


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 24 * 60:
        raise argparse.ArgumentTypeError("write a number of minutes above 0, up to 1440")
    return number


def _count(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError("write a whole number from 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
