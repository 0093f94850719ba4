"""What the tests of the local stack share: a stand-in worker, a stack to start and to hurt."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]

STAND_IN = """\
import os, signal, sys, time

assert os.environ["DATABASE_URL"] and os.environ["TEMPORAL_ADDRESS"]

def stop(*_):
    print("drained", file=sys.stderr, flush=True)
    sys.exit(0)

signal.signal(signal.SIGTERM, stop)
print("starting", file=sys.stderr, flush=True)
if os.environ.get("STAND_IN") == "fails":
    sys.exit("no such table")
print("worker ready", flush=True)
while True:
    time.sleep(0.1)
"""


STAND_IN_API = """\
import os, sys, time

assert sys.argv[1:3] == ["serve", "--port"]
assert os.environ["UPGRADE_API_URL"].endswith(":" + sys.argv[3])
print("http api ready", flush=True)
while True:
    time.sleep(0.1)
"""


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run. A zombie does not: who should have reaped it was killed."""
    found: list[psutil.Process] = []
    for process in processes:
        try:
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def eventually(holds: Callable[[], bool], *, within_seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + within_seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@dataclass
class StackProcess:
    """`python -m deploy.local_stack.stack` as a child, with a stand-in worker."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict[str, str])
    process: subprocess.Popen[str] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "da ta"  # a folder with a space is as good as any

    @property
    def env_file(self) -> Path:
        return self.folder / "env"

    def command(self, *arguments: str) -> list[str]:
        worker = self.folder / "stand_in.py"
        worker.write_text(STAND_IN)
        starter = self.folder / "stand_in_api.py"
        starter.write_text(STAND_IN_API)
        scripts = ["--worker", str(worker), "--starter", str(starter)]
        own = [*scripts, "--env-file", str(self.env_file), "--data", str(self.data)]
        return [sys.executable, "-m", "deploy.local_stack.stack", *own, *arguments]

    def environment(self) -> dict[str, str]:
        ours = ("DATABASE_URL", "TEMPORAL_")
        return {k: v for k, v in os.environ.items() if not k.startswith(ours)} | self.variables

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def up(self, *arguments: str) -> psutil.Process:
        """Starts it and waits until it says that it is up."""
        self.process = subprocess.Popen(
            self.command("up", *arguments),
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        said: list[str] = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("up;"):
                return psutil.Process(self.process.pid)
        raise AssertionError("".join(said))

    def end(self) -> tuple[int, str]:
        """Its exit code and what it said last."""
        assert self.process is not None
        said, _ = self.process.communicate(timeout=60)
        return self.process.returncode, said

    def connections(self) -> dict[str, str]:
        lines = self.env_file.read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


@pytest.fixture
def stack(tmp_path: Path) -> Generator[StackProcess, None, None]:
    started = StackProcess(tmp_path)
    yield started
    if started.process is not None:
        if started.process.poll() is None:
            started.process.kill()
        started.process.communicate(timeout=60)
