"""Workflow code that a replay would run otherwise is caught before it is deployed.

Workers run it without the sandbox. So each thing that a run must not ask is planted here, where all runs
pass: replaying the recorded histories fails, as `./dev test` and `starter.py replay` do it. What only
matters by the order of a set shows under another hash seed, so histories are replayed under several.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.record_histories import HISTORIES

ROOT = Path(__file__).parents[2]
SECONDS = 240.0

SEEDS = ("1", "2")
"""Sets of strings are gone through in other orders under each."""

PASSES = '        """Run a quick step. Raises `FailureError`."""\n'
"""In `steps/runner.py`: every run comes through here first."""

FORBIDDEN = {
    "the clock": "__import__('time').time()",
    "the day": "__import__('datetime').datetime.now()",
    "chance": "__import__('random').random()",
    "a new id": "__import__('uuid').uuid4()",
    "the environment": "__import__('os').environ['HOME']",
    "a file": "open('/etc/hostname').close()",
    "a socket": "__import__('socket').create_connection(('127.0.0.1', 9))",
    "another program": "__import__('subprocess').run(['true'])",
    "a thread": "__import__('threading').Thread(target=print).start()",
}
"""What a run must not ask."""

ASKS_ALL = """
        caught = []
        for name, ask in {%s}.items():
            try:
                ask()
            except workflow.NondeterminismError as error:
                caught.append(f"{name}: {error}")
        raise workflow.NondeterminismError("; ".join(caught))
"""


def test_what_a_run_must_not_ask_fails_its_replay(tmp_path: Path) -> None:
    asks = ", ".join(f"{name!r}: lambda: {code}" for name, code in FORBIDDEN.items())
    planted(tmp_path, PASSES, PASSES + ASKS_ALL % asks)
    failed = replayed(tmp_path, HISTORIES / "invoiced.json")
    passed = [name for name in FORBIDDEN if f"{name}: Cannot access" not in failed["invoiced"]]
    assert not passed, failed


def test_the_order_of_a_set_fails_a_replay_under_some_seed(tmp_path: Path) -> None:
    planted(tmp_path, "activity_id=step_id", "activity_id=next(iter({step_id, 'another'}))")
    ended = [replayed(tmp_path, HISTORIES / "invoiced.json", seed=seed) for seed in SEEDS]
    assert any("Nondeterminism" in failed.get("invoiced", "") for failed in ended), ended


@pytest.mark.parametrize("seed", SEEDS)
def test_every_history_replays_under_each_seed(seed: str) -> None:
    assert replayed(ROOT, *sorted(HISTORIES.glob("*.json")), seed=seed) == {}


def replayed(folder: Path, *files: Path, seed: str = "0") -> dict[str, str]:
    """Why each history fails that does, replayed on the `workflows` in this folder."""
    module = "tests.workflows.replaying"
    done = subprocess.run(
        [sys.executable, "-m", module, str(folder), *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def planted(folder: Path, text: str, instead: str) -> None:
    """A copy of `workflows` in which this stands for that."""
    shutil.copytree(ROOT / "workflows", folder / "workflows")
    file = folder / "workflows/steps/runner.py"
    code = file.read_text()
    assert code.count(text) == 1, f"{text!r} stands there {code.count(text)} times"
    file.write_text(code.replace(text, instead))
