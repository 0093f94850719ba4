"""The command line against a real stack: Postgres, Temporal, and a worker in a process of its own."""

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import asyncpg

import starter
from deploy.local_stack import child
from deploy.local_stack.postgres import PostgresServer
from deploy.local_stack.temporal_server import TemporalServer, executable
from tests.clock import in_days, quiet_billing_day

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("events", "upgrades", "quotes", "subscriptions", "notices", "invoices", "tenants")

SERVICES = [
    {"id": "mail", "name": "Mail", "data_related": True},
    {"id": "sites", "name": "Sites", "data_related": True},
    {"id": "apps", "name": "Apps", "data_related": False},
]
PLANS = [
    {
        "id": name,
        "product": name,
        "name": name.title(),
        "kind": "plan",
        "audience": "commercial",
        "services": services,
        "prices": [{"currency": "USD", "monthly": monthly, "annual": annual}],
        "max_licenses": most,
    }
    for name, services, monthly, annual, most in (
        ("basic", {"mail": 1, "sites": 1}, "6.00", "72.00", 300),
        ("standard", {"mail": 1, "sites": 1, "apps": 1}, "12.50", "150.00", 300),
        ("premium", {"mail": 2, "sites": 2, "apps": 1}, "22.00", "264.00", None),
        ("mail-only", {"mail": 2}, "4.00", "48.00", None),
    )
]
ADDRESS = {"name": "Somebody", "lines": ["1 Way"], "city": "Redmond", "country": "US"}
_numbers = count(1)


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.stdout)

    @property
    def error(self) -> dict[str, Any]:
        """The error object, of a command that failed with --json."""
        assert self.code != 0, self.stdout
        return self.document["error"]


@contextmanager
def worker_process(environment: Mapping[str, str], log: Path) -> Generator[None]:
    """A worker on the stack that `environment` names."""
    worker = child.spawn(
        [sys.executable, str(ROOT / "worker.py")],
        log=log,
        env={**os.environ, **environment},
        cwd=ROOT,
    )
    try:
        child.wait_ready(
            "the worker",
            worker,
            lambda: b"worker ready" in log.read_bytes(),
            log=log,
            timeout_seconds=60,
        )
        yield
    finally:
        child.stop(worker, signal.SIGTERM, timeout_seconds=30)


@dataclass
class Cli:
    """The command line with its stack."""

    environment: dict[str, str]
    folder: Path
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Done:
        """Run a command in this process, as `main` would be called."""
        out, err = io.StringIO(), io.StringIO()
        variables = {**self.environment, **(environment or {})}
        with (
            mock.patch.dict(os.environ, variables),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            # In a thread without an event loop, as the tests' own one is not ours to use.
            code = self.thread.submit(starter.main, list(arguments)).result(timeout=120)
        done = Done(code, out.getvalue(), err.getvalue())
        assert "Traceback" not in done.stdout + done.stderr, done
        return done

    def json(self, *arguments: str) -> Any:
        """The document that a command answers with; it must succeed and say nothing else."""
        done = self.run(*arguments, "--json")
        assert (done.code, done.stderr) == (0, ""), done
        return done.document

    def process(
        self, *arguments: str | bytes, environment: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command as a process of its own, as users do."""
        return subprocess.run(
            [sys.executable, str(ROOT / "starter.py"), *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environment, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def temporal(self, *arguments: str) -> str:
        """What Temporal's own command line answers."""
        return subprocess.run(
            [executable(), *arguments, "--address", self.environment["TEMPORAL_ADDRESS"]],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout

    def sql(self, statement: str, *arguments: Any) -> list[Any]:
        """Ask the database directly."""

        async def ask() -> list[Any]:
            connection = await asyncpg.connect(self.environment["DATABASE_URL"])
            try:
                return await connection.fetch(statement, *arguments)
            finally:
                await connection.close()

        return self.thread.submit(asyncio.run, ask()).result(timeout=30)

    def rows(self) -> dict[str, int]:
        """How many rows each table has: whatever writes something changes it."""
        counts = ", ".join(f"(select count(*) from {table}) as {table}" for table in TABLES)
        return dict(self.sql(f"select {counts}")[0])

    # ---- a world of one's own for every test ------------------------------------------------

    def world_file(self, *tenants: dict[str, Any], **sections: Any) -> Path:
        """A world file with the catalog of these tests."""
        path = self.folder / f"world-{next(_numbers)}.json"
        world = {"services": SERVICES, "plans": PLANS, "tenants": list(tenants), **sections}
        path.write_text(json.dumps(world))
        return path

    def tenant(
        self,
        *,
        known_as: str | None = None,
        subscription: dict[str, Any] | None = None,
        **changes: Any,
    ) -> str:
        """Load a new tenant and return the id of its one subscription, `<tenant>-basic`."""
        name = known_as or f"t{next(_numbers)}"
        tenant: dict[str, Any] = {
            "id": name,
            "name": name.title(),
            "country": "US",
            "time_zone": "UTC",
            "currency": "USD",
            "language": "en",
            "segment": "commercial",
            "payment_method": "card",
            "billing_day": quiet_billing_day(),
            "sold_to": ADDRESS,
            "billed_to": ADDRESS,
            **changes,
            "subscriptions": [
                {
                    "id": f"{name}-basic",
                    "plan": "basic",
                    "licenses": 10,
                    "status": "active",
                    "billing": "monthly",
                    "cycle_anchor": in_days(-8).isoformat(),
                    "users": [
                        {"id": f"ada@{name}.example", "disabled_services": ["sites"]},
                        {"id": f"bob@{name}.example"},
                        {"id": f"cy@{name}.example"},
                    ],
                    **(subscription or {}),
                }
            ],
        }
        self.json("load", str(self.world_file(tenant)))
        return f"{name}-basic"

    def quote(self, subscription: str, *more: str, to: str = "premium") -> dict[str, Any]:
        """A quote for ten licenses by the month."""
        wanted = ("--to", to, "--licenses", "10", "--billing", "monthly")
        return self.json("quote", subscription, *wanted, *more)

    def order(self, subscription: str, *more: str) -> dict[str, Any]:
        """An upgrade that runs until it rests."""
        quote = self.quote(subscription)
        return self.json("upgrade", subscription, "--quote", quote["quote_id"], "--wait", *more)

    def waiting_for_credit(self) -> dict[str, Any]:
        """An upgrade that waits for a credit decision."""
        return self.order(self.tenant(payment_method="invoice"))


@contextmanager
def running_stack(
    postgres: PostgresServer, folder: Path, database: str, **settings: str
) -> Generator[Cli]:
    """The command line of a stack with a database, a Temporal and a worker of its own."""
    postgres.create_database(database)
    with TemporalServer() as temporal:
        environment = {
            "DATABASE_URL": postgres.url(database),
            "TEMPORAL_ADDRESS": temporal.address,
            **settings,
        }
        with worker_process(environment, folder / "worker.log"):
            yield Cli(environment, folder)
