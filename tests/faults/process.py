"""A worker as production runs it: a process of its own, which tests can kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from deploy.local_stack import child

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60.0


class WorkerProcess:
    """`worker.py`, on one database and one namespace."""

    def __init__(
        self,
        log: Path,
        *,
        database_url: str,
        temporal_address: str,
        namespace: str,
        batch: int,
        build: str | None = None,
        task_queue: str | None = None,
        root: Path = ROOT,
    ) -> None:
        """`batch` users are moved in one transaction; the code is that of the checkout at `root`.

        It serves `task_queue` alone, or all where there is none.
        """
        self.log = log
        self._root = root
        self._environment = {
            **{name: value for name, value in os.environ.items() if "TEMPORAL" not in name},
            "DATABASE_URL": database_url,
            "TEMPORAL_ADDRESS": temporal_address,
            "TEMPORAL_NAMESPACE": namespace,
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "MOVE_BATCH_SIZE": str(batch),
            "LOG_FORMAT": "console",
            "PYTHONUNBUFFERED": "1",
            **({} if build is None else {"WORKER_BUILD_ID": build}),
            **({} if task_queue is None else {"TASK_QUEUES": task_queue}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it works."""
        self.begin()
        self.wait_ready()

    def begin(self) -> None:
        """Start it, without waiting."""
        worker = [sys.executable, str(self._root / "worker.py")]
        self._process = child.spawn(worker, log=self.log, env=self._environment, cwd=self._root)

    def wait_ready(self) -> None:
        assert self._process is not None
        child.wait_ready(
            "the worker",
            self._process,
            lambda: b"worker ready" in self.log.read_bytes(),
            log=self.log,
            timeout_seconds=READY_SECONDS,
        )

    @property
    def exit_code(self) -> int | None:
        """What it has ended with; None while it runs, or has not begun."""
        return None if self._process is None else self._process.poll()

    def send(self, sign: signal.Signals) -> None:
        """Let it stand still, or go on."""
        assert self._process is not None
        self._process.send_signal(sign)

    def kill(self) -> None:
        """`kill -9`."""
        assert self._process is not None
        assert self._process.poll() is None, "it has died by itself:\n" + self.log.read_text()
        self._process.send_signal(signal.SIGKILL)
        assert self._process.wait(10) == -signal.SIGKILL

    def stop(self) -> None:
        child.stop(self._process, signal.SIGKILL, timeout_seconds=10)
