"""Server processes that never outlive the process that started them.

On Linux the kernel kills a child when its parent is gone (PDEATHSIG), even after `kill -9`. Two
traps are avoided here:

- The parent in that sense is the *thread* that forked. All children are started by one thread
  that lives as long as the process, so `spawn` may be called from any thread or event loop.
- A change of credentials clears the request. So it is made last: this file, run as a script,
  asks for the signal and then becomes the server.

Elsewhere (macOS) children are stopped by `stop`, but survive a `kill -9` of their parent.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
TAIL_LINES = 15
LAST_WORDS = ("panic:", "fatal error:")


class ChildError(Exception):
    """A server did not start, or ended by itself; the message holds its last log lines."""


class EndedError(ChildError):
    """It ended by itself while it started."""


def spawn(
    argv: Sequence[str],
    *,
    log: Path | None,
    dies_by: signal.Signals = signal.SIGKILL,
    launcher: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a child in a session of its own (a terminal's Ctrl-C does not reach it).

    Args:
        argv: The command.
        log: File that stdout and stderr are appended to. None: it shares our terminal, session
            and standard streams.
        dies_by: The signal it gets when this process is gone.
        launcher: Words before the command that change credentials and then exec it.
        env: Its environment; that of this process if not given.
        cwd: Its working folder; that of this process if not given.
    """
    shim = [sys.executable, "-I", "-S", __file__, str(int(dies_by)), str(os.getpid())]

    def start() -> subprocess.Popen[bytes]:
        with ExitStack() as files:
            # None: inherited.
            output = files.enter_context(_opened(log)) if log is not None else None
            return subprocess.Popen(
                [*launcher, *shim, *argv],
                stdin=subprocess.DEVNULL if log is not None else None,
                stdout=output,
                stderr=output,
                env=env,
                cwd=cwd,
                start_new_session=log is not None,
                # What a server keeps is for its owner alone; -1: as ours.
                umask=0o077 if log is not None else -1,
            )

    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _starter().submit(start).result()


def _opened(log: Path) -> BinaryIO:
    """A log to append to, for nobody else to read; a link in its place is not followed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.fdopen(os.open(log, flags, 0o600), "ab")


@cache
def _starter() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="child-starter")


class Server(ABC):
    """A server as a child process; in a `with` block it runs for as long as the block does."""

    _process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def start(self) -> None:
        """Starts the server and waits until it answers. Raises `ChildError`."""

    @abstractmethod
    def stop(self) -> None:
        """Asks the server to end, and waits."""

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The server's process, for tests that hurt it."""
        return self._process

    @property
    def process_alive(self) -> bool:
        """Is the server that this object started still there?"""
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def stop(
    process: subprocess.Popen[bytes] | None, sign: signal.Signals, *, timeout_seconds: float
) -> None:
    """Asks a child to end and waits; kills it when the time is up. Safe to repeat."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(sign)
    try:
        process.wait(timeout_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_ready(
    name: str,
    process: subprocess.Popen[bytes],
    is_ready: Callable[[], bool],
    *,
    log: Path,
    timeout_seconds: float,
) -> None:
    """Waits until `is_ready`.

    Raises:
        EndedError: The child ended first.
        ChildError: The time was up; it is killed then.
    """
    deadline = time.monotonic() + timeout_seconds
    while not is_ready():
        if process.poll() is not None:
            raise EndedError(f"{name} ended with code {process.returncode}:\n{tail(log)}")
        if time.monotonic() > deadline:
            stop(process, signal.SIGKILL, timeout_seconds=5)
            raise ChildError(f"{name} was not ready within {timeout_seconds:g} s:\n{tail(log)}")
        time.sleep(0.02)


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log file, indented; says so if there are none.

    A crashed Go program says first what it died of, and then prints a long stack: its last words
    come before the lines.
    """
    from deploy.logs import printable  # noqa: PLC0415 - not where this file runs as a script

    written = log.read_text(errors="replace").splitlines() if log.exists() else []
    last_words = [line for line in written[:-lines] if line.startswith(LAST_WORDS)][-1:]
    shown = (f"    {printable(line)}" for line in [*last_words, *written[-lines:]])
    return "\n".join(shown) or "    (no output)"


def free_port() -> int:
    """A TCP port that was free on loopback a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Can a server listen on this loopback port now?"""
    with socket.socket() as probe:
        # As servers do: a port is free although closed connections linger in TIME_WAIT.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _become(argv: list[str]) -> None:
    """The script: `child.py SIGNAL PARENT COMMAND...`."""
    dies_by, parent, *command = argv
    if sys.platform == "linux":
        if ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(dies_by)) != 0:
            sys.exit("prctl(PR_SET_PDEATHSIG) failed")
        if os.getppid() != int(parent):  # it died before the request: no signal will come
            sys.exit("parent is gone")
    try:
        os.execvp(command[0], command)  # noqa: S606 - the command comes from `spawn`
    except OSError as error:
        print(f"cannot run {command[0]}: {error.strerror}", file=sys.stderr)
        sys.exit(127)  # as a shell would


if __name__ == "__main__":
    _become(sys.argv[1:])
