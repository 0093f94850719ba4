"""Running a fuzz: so many inputs for each entrance, and what came of them."""

import asyncio
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from tests.api.cli_support import ROOT, Cli
from tests.fuzz.entrances import CommandLine, Messages, http_client

SHARES = {
    "world files": 25, "lists of users": 10, "quotes": 12, "orders and commands": 13,
    "settings": 10, "raw starts": 8, "raw updates": 10, "http": 12,
}  # fmt: skip
"""Of a hundred inputs."""

AT_ONCE = 8
"""Messages and requests under way."""


@dataclass
class Tally:
    """What came of the inputs of one entrance."""

    inputs: int = 0
    slowest_seconds: float = 0.0
    answers: Counter[str] = field(default_factory=Counter[str])

    def add(self, answer: str, seconds: float) -> None:
        """Count one input."""
        self.inputs += 1
        self.slowest_seconds = max(self.slowest_seconds, seconds)
        self.answers[answer] += 1


@dataclass
class Fuzzed:
    """What came of all of them."""

    tallies: dict[str, Tally]
    grown_mb: float
    """How much more memory this process needed than before, at its peak."""


def fuzz(cli: Cli, inputs: int, seed: int) -> Fuzzed:
    """Give `inputs` inputs to the stack of `cli`. Raises `Wrong` for the first wrong answer."""
    lines = CommandLine(cli)
    before = _peak_mb()
    tallies = {name: Tally() for name in SHARES}
    spoilers: dict[str, Callable[[Random], str]] = {
        "world files": lines.world,
        "lists of users": lines.users,
        "quotes": lines.quotes,
        "orders and commands": lines.orders,
        "settings": lines.settings,
    }
    for name, spoiler in spoilers.items():
        for number in range(inputs * SHARES[name] // 100):
            began = time.monotonic()
            answer = spoiler(Random(f"{seed}-{name}-{number}"))
            tallies[name].add(answer, time.monotonic() - began)
    waiting = cli.waiting_for_credit()
    with served(cli) as url:
        sent = _send(
            cli, lines.quote["quote_id"], waiting["upgrade_id"], url, tallies, inputs, seed
        )
        cli.thread.submit(asyncio.run, sent).result()
    assert cli.json("status", waiting["upgrade_id"])["stage"] == "awaiting_credit_check"
    return Fuzzed(tallies, _peak_mb() - before)


async def _send(
    cli: Cli,
    quote_id: str,
    upgrade_id: str,
    url: str,
    tallies: dict[str, Tally],
    inputs: int,
    seed: int,
) -> None:
    client = await Client.connect(
        cli.environment["TEMPORAL_ADDRESS"], data_converter=pydantic_data_converter
    )
    messages = Messages(client, quote_id, upgrade_id)
    async with http_client(url) as requests:
        senders: dict[str, Callable[[Random], Awaitable[str]]] = {
            "raw starts": messages.starts,
            "raw updates": messages.updates,
            "http": requests.requests,
        }
        for name, send in senders.items():
            numbers = iter(range(inputs * SHARES[name] // 100))

            async def work(
                name: str = name, send: Callable[[Random], Awaitable[str]] = send
            ) -> None:
                for number in numbers:  # noqa: B023 - all workers of one entrance share it
                    began = time.monotonic()
                    answer = await send(Random(f"{seed}-{name}-{number}"))
                    tallies[name].add(answer, time.monotonic() - began)

            await asyncio.gather(*(work() for _ in range(AT_ONCE)))


@contextmanager
def served(cli: Cli) -> Generator[str]:
    """The HTTP API in a process of its own; its address."""
    command = [sys.executable, str(ROOT / "starter.py"), "serve", "--port", "0"]
    with subprocess.Popen(
        command, env=cli.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
            _, said = process.communicate(timeout=30)
            assert "Traceback" not in said, said[-3000:]


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(fuzzed: Fuzzed) -> str:
    """What came of it, for people."""
    lines = [f"{'entrance':20} {'inputs':>6} {'slowest':>8}  answers"]
    for name, tally in fuzzed.tallies.items():
        answers = ", ".join(f"{answer} {n}" for answer, n in tally.answers.most_common())
        lines.append(f"{name:20} {tally.inputs:6} {tally.slowest_seconds:7.2f}s  {answers}")
    total = sum(tally.inputs for tally in fuzzed.tallies.values())
    lines.append(f"{total} inputs, all answered; memory grew by {fuzzed.grown_mb:.0f} MB")
    return "\n".join(lines)
