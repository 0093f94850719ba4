"""Random sequences of whatever can happen end each in a clean `verify`, on a fresh database and on old ones.

    SEQUENCES=200 ./dev test tests/sequences

runs so many on each database; `SEQUENCES=1000-1199` says which. One that fails is told with the fewest of
its steps that still fail: keep them as a test of their own at the end of this file.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Generator, Sequence

import pytest

from deploy.local_stack.postgres import PostgresServer
from tests.sequences.grounds import Ground, kinds, make_ground
from tests.sequences.sequence import Do, sequence_of

USUAL = "6"
ASKED = os.environ.get("SEQUENCES", USUAL)
TRIES_TO_SHORTEN = 80
MUST_HAPPEN = (
    "a batch: moved",
    "admin: ",
    "canceled while ",
    "change_by_hand",
    "issue_invoice led to invoiced",
    "load: changed",
    "move_users led to switching_billing",
    "ordered, and is moving_users",
    "switch_billing led to ",
)
"""In the sequences of every run, on every database: else they prove little."""


@pytest.fixture(scope="module")
def runner() -> Generator[asyncio.Runner]:
    """One event loop for all sequences."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def grounds(postgres_server: PostgresServer, runner: asyncio.Runner) -> dict[str, Ground]:
    """Each database that sequences begin on."""
    return {kind: runner.run(make_ground(postgres_server, kind)) for kind in kinds()}


def seeds() -> range:
    """Those that are asked for."""
    first, _, last = ASKED.rpartition("-")
    return range(int(first or 1), int(last) + 1)


@pytest.mark.parametrize("kind", kinds())
def test_every_promise_holds_after_any_sequence(
    kind: str, grounds: dict[str, Ground], runner: asyncio.Runner
) -> None:
    seen = Counter[str]()
    for seed in seeds():
        steps = sequence_of(f"{kind} {seed}")
        try:
            seen += runner.run(grounds[kind].live(seed, steps)).seen
        except Exception as error:
            shortest = runner.run(shorten(grounds[kind], seed, steps, error))
            told = "".join(f"\n    {do}," for do in shortest)
            raise AssertionError(f"sequence {seed} on {kind}; so much is enough:{told}") from error
    print(f"on {kind}:", *(f"{count:5} {what}" for what, count in sorted(seen.items())), sep="\n")
    if len(seeds()) >= int(USUAL):
        missing = [what for what in MUST_HAPPEN if not any(each.startswith(what) for each in seen)]
        assert not missing, f"{missing} did not happen on {kind}: draw them more often"


async def shorten(ground: Ground, seed: int, steps: Sequence[Do], error: Exception) -> Sequence[Do]:
    """The fewest steps that are found to fail in the same way."""
    size, tries = len(steps) // 2, TRIES_TO_SHORTEN
    while size and tries:
        for begin in reversed(range(0, len(steps), size)):
            fewer = [*steps[:begin], *steps[begin + size :]]
            tries -= 1
            if tries <= 0:
                return steps
            try:
                await ground.live(seed, fewer)
            except type(error) as again:
                if str(again)[:90] == str(error)[:90]:
                    steps = fewer
        size //= 2
    return steps
