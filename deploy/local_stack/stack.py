"""The local stack: Postgres, Temporal, a worker and, with `up`, the HTTP API; all real, one parent.

    python -m deploy.local_stack.stack up                    until Ctrl-C
    python -m deploy.local_stack.stack run -- COMMAND ...    for as long as the command runs

What is kept, in one folder (`.local/` unless --data says otherwise):

    postgres/  temporal/   the data; they survive a stop, and a `kill -9` of everything
    logs/                  of each process; the run before is in *.old
    lock                   held by the stack that uses the folder

A Postgres or Temporal that the environment already names (`DATABASE_URL`, `TEMPORAL_ADDRESS`) is
used instead of an own one. Exit codes: 0 asked to stop, that of the command with `run`, 2 wrong
usage or a folder in use, 5 something did not start, or died again and again.

A part that dies by itself (`kill -9`, out of memory) is started again where it was: the data are on
disk, clients reconnect, and the worker goes on from what is committed.
"""

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

from deploy.local_stack import child
from deploy.local_stack.postgres import PostgresServer
from deploy.local_stack.temporal_server import TemporalServer

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
DATABASE = "plan_upgrade"
POSTGRES_PORT, TEMPORAL_PORT, UI_PORT, API_PORT = 54320, 7233, 8233, 8080
PORT_ATTEMPTS = 3

WORKER_READY = b"worker ready"
API_READY = b"http api ready"
PYTHON_START_SECONDS = 60.0
WORKER_STOP_SECONDS = 30.0  # more than GRACEFUL_SHUTDOWN_SECONDS
COMMAND_STOP_SECONDS = 10.0

MOST_REVIVALS = 3
REVIVALS_SECONDS = 60.0
"""A part that dies more often than that within that time is broken: nothing is gained by trying."""

EXIT_USAGE = 2
EXIT_BROKEN = 5


class StackError(Exception):
    """The stack cannot be started as asked; the message says what to do."""


class Asked(BaseException):
    """A signal asked us to stop. Not an Exception, so that nothing on the way swallows it."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


@dataclass
class Stack:
    """Starts in the order that each needs the other, stops in the reverse one."""

    data: Path
    worker_script: Path
    say: TextIO
    postgres: PostgresServer | None = None
    temporal: TemporalServer | None = None
    with_api: bool = False
    starter_script: Path = ROOT / "starter.py"
    worker: subprocess.Popen[bytes] | None = None
    api: subprocess.Popen[bytes] | None = None
    connections: dict[str, str] = field(default_factory=dict[str, str])
    revived_at: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def start(self) -> None:
        """Starts what the environment does not name, then the worker.

        Raises:
            ChildError: One of them did not start.
        """
        self._start_postgres()
        self._start_temporal()
        if self.with_api:  # before the worker, which tells a credit service where to call back
            self.connections["UPGRADE_API_URL"] = f"http://127.0.0.1:{_port(API_PORT)}"
        self._start_worker()
        if self.with_api:
            self._start_api_on_a_free_port()

    def stop(self) -> None:
        """Who writes first, so that it can finish what it writes."""
        child.stop(self.api, signal.SIGTERM, timeout_seconds=WORKER_STOP_SECONDS)
        child.stop(self.worker, signal.SIGTERM, timeout_seconds=WORKER_STOP_SECONDS)
        if self.temporal:
            self.temporal.stop()
        if self.postgres:
            self.postgres.stop()

    def hurry(self, _signum: int, _frame: FrameType | None) -> None:
        """A signal handler that ends everything at once. The data survive that."""
        for process in self._processes().values():
            process.kill()

    def revive(self) -> None:
        """Starts what has ended by itself again, where it was.

        Raises:
            ChildError: It has died too often; with its last log lines.
        """
        for name, process in self._processes().items():
            if process.poll() is None:
                continue
            ended = f"{name} ended unexpectedly with code {process.returncode}"
            now = time.monotonic()
            lately = [at for at in self.revived_at.get(name, []) if at > now - REVIVALS_SECONDS]
            if len(lately) >= MOST_REVIVALS:
                lines = child.tail(self.log(name))
                raise child.ChildError(f"{ended}, again and again:\n{lines}")
            self.revived_at[name] = [*lately, now]
            self._tell(f"{ended}; starting it again ...")
            with suppress(child.ChildError):  # then it is found dead once more
                match name:
                    case "Postgres" if self.postgres:
                        self.postgres.start()
                    case "Temporal" if self.temporal:
                        self.temporal.start()
                    case "api":
                        self._start_api()
                    case _:
                        self._start_worker()

    def environment(self) -> dict[str, str]:
        """Of a program that shall use this stack."""
        kept = dict(os.environ)
        if self.temporal:  # what reaches a cluster elsewhere (TLS, keys) does not fit ours
            kept = {k: v for k, v in kept.items() if not k.startswith("TEMPORAL_")}
        return kept | self.connections

    def log(self, name: str) -> Path:
        """Path of a child's log."""
        return self.data / "logs" / f"{name.lower()}.log"

    def _fresh_log(self, name: str) -> Path:
        log = self.log(name)
        if log.exists():
            log.replace(log.with_name(log.name + ".old"))
        return log

    def _processes(self) -> dict[str, subprocess.Popen[bytes]]:
        """Causes before effects: without Postgres the worker may end too."""
        found = {
            "Postgres": self.postgres and self.postgres.process,
            "Temporal": self.temporal and self.temporal.process,
            "worker": self.worker,
            "api": self.api,
        }
        return {name: process for name, process in found.items() if process is not None}

    def _start_postgres(self) -> None:
        if url := os.environ.get("DATABASE_URL"):
            self._tell("using the Postgres of DATABASE_URL")
            self.connections["DATABASE_URL"] = url
            return
        self._tell("starting Postgres ...")
        self.postgres = PostgresServer(
            self.data / "postgres", _port(POSTGRES_PORT), log=self._fresh_log("Postgres")
        )
        start_on_a_free_port(self.postgres)
        self.postgres.create_database(DATABASE)
        self.connections["DATABASE_URL"] = self.postgres.url(DATABASE)

    def _start_temporal(self) -> None:
        if address := os.environ.get("TEMPORAL_ADDRESS"):
            self._tell("using the Temporal of TEMPORAL_ADDRESS")
            self.connections["TEMPORAL_ADDRESS"] = address
            return
        self._tell("starting Temporal ...")
        self.temporal = TemporalServer(
            self.data / "temporal" / "temporal.db",
            _port(TEMPORAL_PORT),
            ui=True,
            ui_port=_port(UI_PORT),
            log=self._fresh_log("Temporal"),
        )
        start_on_a_free_port(self.temporal)
        self.connections["TEMPORAL_ADDRESS"] = self.temporal.address
        self.connections["TEMPORAL_UI_URL"] = self.temporal.ui_url

    def _start_worker(self) -> None:
        """It is ready when it has said so, printed or logged."""
        self._tell("starting the worker ...")
        log = self._fresh_log("worker")
        self.worker = self._spawn(log, str(self.worker_script))
        _until_said("the worker", self.worker, WORKER_READY, log)

    def _start_api(self) -> None:
        self._tell("starting the HTTP API ...")
        log = self._fresh_log("api")
        port = self.connections["UPGRADE_API_URL"].rpartition(":")[2]
        self.api = self._spawn(log, str(self.starter_script), "serve", "--port", port)
        _until_said("the HTTP API", self.api, API_READY, log)

    def _start_api_on_a_free_port(self) -> None:
        """On another port if somebody has taken it since the look; then the worker learns of it."""
        told = self.connections["UPGRADE_API_URL"]
        for _ in range(PORT_ATTEMPTS - 1):
            try:
                self._start_api()
                break
            except child.ChildError as error:
                if not _is_taken(error):
                    raise
            self.connections["UPGRADE_API_URL"] = f"http://127.0.0.1:{child.free_port()}"
        else:
            self._start_api()
        if self.connections["UPGRADE_API_URL"] != told:
            child.stop(self.worker, signal.SIGTERM, timeout_seconds=WORKER_STOP_SECONDS)
            self._start_worker()

    def _spawn(self, log: Path, *command: str) -> subprocess.Popen[bytes]:
        return child.spawn([sys.executable, *command], log=log, env=self.environment(), cwd=ROOT)

    def _tell(self, line: str) -> None:
        print(line, file=self.say, flush=True)


def _until_said(name: str, process: subprocess.Popen[bytes], words: bytes, log: Path) -> None:
    child.wait_ready(
        name,
        process,
        lambda: words in log.read_bytes(),
        log=log,
        timeout_seconds=PYTHON_START_SECONDS,
    )


def main(argv: list[str]) -> int:
    """Runs the command line; returns the exit code."""
    options, command = _parse(argv)
    _on_signals(_ask)
    try:
        with _data_folder(options) as data:
            # With `run`, stdout belongs to the command.
            say = sys.stdout if options.action == "up" else sys.stderr
            stack = Stack(
                data,
                options.worker,
                say,
                with_api=options.action == "up",
                starter_script=options.starter,
            )
            try:
                stack.start()
                if options.action == "up":
                    return _stay(stack, options.env_file)
                code = _run(stack, command, stays=options.keep)
                return _stay(stack, options.env_file) if options.keep and code == 0 else code
            finally:
                _on_signals(stack.hurry)  # the second Ctrl-C
                stack.stop()
    except StackError as error:
        print(error, file=sys.stderr)
        return EXIT_USAGE
    except child.ChildError as error:
        print(error, file=sys.stderr)
        return EXIT_BROKEN
    except Asked as asked:
        return 128 + asked.signum


def _parse(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
    own, command = argv, list[str]()
    if "--" in argv:
        own, command = argv[: argv.index("--")], argv[argv.index("--") + 1 :]
    parser = argparse.ArgumentParser(prog="python -m deploy.local_stack.stack", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("action", choices=["up", "run"])
    parser.add_argument("--data", type=Path, default=LOCAL, metavar="DIR", help="where data stay")
    parser.add_argument("--fresh", action="store_true", help="delete those data first")
    parser.add_argument("--fresh-temp", action="store_true", help="a folder that is deleted after")
    parser.add_argument("--keep", action="store_true", help="stay up after the command")
    parser.add_argument("--env-file", type=Path, default=LOCAL / "env", help=argparse.SUPPRESS)
    starter = ROOT / "starter.py"
    parser.add_argument("--starter", type=Path, default=starter, help=argparse.SUPPRESS)
    parser.add_argument("--worker", type=Path, default=ROOT / "worker.py", help=argparse.SUPPRESS)
    options = parser.parse_args(own)
    if (options.action == "run") != bool(command):
        parser.error("a command follows `run --`, and only that")
    return options, command


@contextmanager
def _data_folder(options: argparse.Namespace) -> Generator[Path, None, None]:
    """The folder, made and locked. The kernel drops the lock with us, however we end."""
    if options.fresh_temp:
        with tempfile.TemporaryDirectory(
            prefix="plan-upgrade-", ignore_cleanup_errors=True
        ) as temp:
            yield Path(temp)
        return
    data: Path = options.data.absolute()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _opened_lock(data) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StackError(
                f"a stack is already up on {data} (pid {lock.read().strip()}): "
                "use that one, stop it, or give another folder with --data DIR"
            ) from None
        lock.truncate(0)
        print(os.getpid(), file=lock, flush=True)
        if options.fresh:
            for name in ("postgres", "temporal", "logs"):  # ours; --data may name any folder
                shutil.rmtree(data / name, ignore_errors=True)
        _keep_private(data)
        yield data


def _opened_lock(data: Path) -> TextIO:
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.fdopen(os.open(data / "lock", flags, 0o600), "a+")
    except OSError as error:
        raise StackError(
            f"{data / 'lock'} cannot be used ({error.strerror}): give another folder with --data DIR"
        ) from None


def _keep_private(data: Path) -> None:
    """Nobody else may look into our folders, also where --data names one that others can read."""
    (data / "logs").mkdir(exist_ok=True, mode=0o700)  # the servers make their own
    for name in ("postgres", "temporal", "logs"):
        folder = data / name
        try:
            folder.chmod(0o700)  # an older stack may have made it
        except FileNotFoundError:
            continue  # not used, or not yet
        except PermissionError:
            raise StackError(
                f"{folder} belongs to somebody else: give another folder with --data DIR"
            ) from None


def _stay(stack: Stack, env_file: Path) -> int:
    """Says where everything is, then tends it until a signal asks to stop, or it is hopeless."""
    lines = [f"{name}={value}" for name, value in stack.connections.items()]
    with _written(env_file, lines, stack.say):
        try:
            print("", *lines, f"logs: {stack.data / 'logs'}", sep="\n", file=stack.say)
            print("up; Ctrl-C stops everything", file=stack.say, flush=True)
            while True:
                stack.revive()
                time.sleep(0.2)
        except Asked as asked:
            print(f"\nstopping ({signal.Signals(asked.signum).name}) ...", file=stack.say)
            return 0


@contextmanager
def _written(path: Path, lines: list[str], say: TextIO) -> Generator[None, None, None]:
    """Keeps the connections in a file for `./dev run`, unless another live stack has it."""
    mark = f"# pid {os.getpid()}"
    if (owner := _env_owner(path)) is not None:
        print(f"{path} stays with the stack of pid {owner}", file=say)
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name that nobody can guess, made by us or not at all, mode 0600: it holds a password.
    handle, new = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        print(mark, *lines, sep="\n", file=file)
    os.replace(new, path)
    try:
        yield
    finally:
        if path.exists() and path.read_text().startswith(mark + "\n"):
            path.unlink()


def _env_owner(path: Path) -> int | None:
    """The pid of the live stack that wrote the file."""
    try:
        pid = int(path.read_text().splitlines()[0].removeprefix("# pid "))
        with suppress(PermissionError):  # somebody else's, and alive
            os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    return pid


def _run(stack: Stack, command: list[str], *, stays: bool) -> int:
    """Runs the command in our terminal; its exit code is ours.

    `STACK_ENDS` tells it that the stack ends with it, unless it `stays`.

    Raises:
        ChildError: A part of the stack died under it again and again.
    """
    environment = stack.environment() | ({} if stays else {"STACK_ENDS": "true"})
    process = child.spawn(command, log=None, dies_by=signal.SIGTERM, env=environment)
    try:
        while process.poll() is None:
            stack.revive()
            time.sleep(0.05)
    except Asked as asked:
        if asked.signum == signal.SIGINT:  # the terminal has sent it to the command as well
            _wait_a_little(process)
        raise
    finally:
        child.stop(process, signal.SIGTERM, timeout_seconds=COMMAND_STOP_SECONDS)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _wait_a_little(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        return


def _on_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, handler)


def _ask(signum: int, _frame: FrameType | None) -> NoReturn:
    _on_signals(signal.SIG_IGN)  # one is enough until the stop has begun, then see `hurry`
    raise Asked(signum)


def _port(usual: int) -> int:
    return usual if child.is_free(usual) else child.free_port()


def _is_taken(error: child.ChildError) -> bool:
    """Whether a port was in use; the words may be broken into lines."""
    return "in use" in " ".join(str(error).split())


def start_on_a_free_port(server: PostgresServer | TemporalServer) -> None:
    """Starts a server on the port it has; on others if somebody has taken it since the look."""
    for _ in range(PORT_ATTEMPTS - 1):
        try:
            return server.start()
        except child.ChildError as error:
            if not _is_taken(error):
                raise
        server.port = child.free_port()
        if isinstance(server, TemporalServer):
            server.ui_port = child.free_port()
    return server.start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
