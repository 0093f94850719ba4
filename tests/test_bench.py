"""The benchmarks run, at tiny sizes; and what an upgrade costs does not depend on its users."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench.flow import cost_of
from tests.bench.registry import BENCHMARKS, TINY
from tests.bench.stack import Stack, stack


@pytest.fixture(scope="module")
async def servers() -> AsyncGenerator[Stack]:
    async with stack(durable=False) as running:
        yield running


def test_the_promised_benchmarks_are_there() -> None:
    promised = {"upgrade", "cost", "append", "options", "quote", "move", "replay", "invoice"}
    assert promised <= BENCHMARKS.keys()
    assert all(each.__doc__ for each in BENCHMARKS.values())


@pytest.mark.parametrize("name", [name for name in BENCHMARKS if name != "cost"])
async def test_a_benchmark_runs_and_gives_numbers(servers: Stack, name: str) -> None:
    numbers = await BENCHMARKS[name](servers, TINY)
    assert json.loads(json.dumps(numbers)) == numbers
    shown = bench.table({name: numbers})
    assert shown.row_count >= len(numbers) > 0


async def test_an_upgrade_costs_the_same_for_100_and_for_10_000_users(servers: Stack) -> None:
    few, many = await cost_of(servers, 100), await cost_of(servers, 10_000)
    assert few == many
    assert (few["activities"], few["local_activities"]) == (2, 1)
    assert few["round_trips"] <= 15, "an upgrade became dearer: is that worth it?"


def test_an_unknown_benchmark_is_bad_usage(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.main(["--only", "nonsense", "--json", str(tmp_path / "never.json")])
    assert ended.value.code == 2
    assert "upgrade" in capsys.readouterr().err
