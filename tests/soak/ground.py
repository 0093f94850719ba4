"""The ground of a soak: both servers, workers, and the lines between them and their callers.

    callers -- Proxy --> Postgres, Temporal <-- Proxy -- workers

Everything is a real process on this machine. Whoever judges connects directly: what a judge reads, no
fault has touched.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.holiday_calendar import holiday_calendar
from api.runs.temporal import TemporalRuns
from api.service.administration import Administration
from api.service.upgrades import UpgradeService
from deploy.local_stack import child
from deploy.local_stack.postgres import PostgresServer
from deploy.local_stack.temporal_server import TemporalServer
from store.database import Database
from store.migrate import migrate
from tests.clock import now
from tests.faults.process import WorkerProcess
from tests.faults.proxy import Proxy

LineName = Literal["worker-postgres", "worker-temporal", "caller-postgres", "caller-temporal"]
LINES: tuple[LineName, ...] = (
    "worker-postgres",
    "worker-temporal",
    "caller-postgres",
    "caller-temporal",
)
BATCH = 2
"""Few users at a time, so that a move is long enough to be disturbed."""
CALLER_CONNECTIONS = 20
DIES_WITHOUT_SERVERS = 5
"""Exit code of a worker that finds its servers out of reach as it starts."""


@dataclass
class WorkerSeat:
    """A place for a worker: whoever sits there is replaced after its death, as by an init system."""

    name: str
    start: Callable[[Path], WorkerProcess]
    logs: Path
    worker: WorkerProcess | None = None
    lives: int = 0

    async def fill(self) -> None:
        """Start the next worker, and wait until it works. Raises `ChildError`."""
        self.lives += 1
        self.worker = self.start(self.logs / f"{self.name}-{self.lives}.log")
        await asyncio.to_thread(self.worker.start)

    @property
    def ended_with(self) -> int | None:
        """The exit code of a worker that has ended."""
        return None if self.worker is None else self.worker.exit_code


@dataclass
class Ground:
    """What callers, faults and judges stand on."""

    folder: Path
    postgres: PostgresServer
    temporal: TemporalServer
    lines: Mapping[LineName, Proxy]
    seats: list[WorkerSeat]
    service: UpgradeService
    admin: Administration
    database: Database
    """Through the callers' line."""
    client: Client
    """Through the callers' line."""
    judge: Database
    judge_client: Client
    unasked_deaths: list[str] = field(default_factory=list[str])
    """Workers that ended by themselves though their servers were there."""

    @property
    def servers_are_up(self) -> bool:
        """Whether both servers run."""
        return self.postgres.process_alive and self.temporal.process_alive

    async def keep_workers_seated(self) -> None:
        """Start a new worker wherever one has died, for as long as this is awaited."""
        while True:
            for seat in self.seats:
                if (code := seat.ended_with) is not None:
                    await self._replace(seat, code)
            await asyncio.sleep(0.1)

    async def _replace(self, seat: WorkerSeat, code: int) -> None:
        if code not in (-9, DIES_WITHOUT_SERVERS):
            assert seat.worker is not None
            self.unasked_deaths.append(
                f"{seat.name} ended with {code}:\n{child.tail(seat.worker.log)}"
            )
        try:
            await seat.fill()
        except child.ChildError:
            # It has ended, or is not ready in time: the next look finds it dead.
            if seat.worker is not None:
                seat.worker.stop()


@asynccontextmanager
async def ground(folder: Path, *, durable: bool, workers: int) -> AsyncGenerator[Ground]:
    """Servers and workers that end with the block."""
    async with AsyncExitStack() as stack:
        postgres = stack.enter_context(PostgresServer(folder / "postgres", durable=durable))
        temporal = stack.enter_context(
            TemporalServer(folder / "temporal" / "temporal.db", log=folder / "temporal.log")
        )
        lines: dict[LineName, Proxy] = {}
        for name in LINES:
            port = postgres.port if name.endswith("postgres") else temporal.port
            lines[name] = await stack.enter_async_context(Proxy("127.0.0.1", port).opened())
        judge = await Database.open(postgres.url())
        stack.push_async_callback(judge.close)
        await migrate(judge)
        database = await Database.open(
            lines["caller-postgres"].url_of(postgres.url()), max_connections=CALLER_CONNECTIONS
        )
        stack.push_async_callback(database.close)
        client = await _connect(lines["caller-temporal"].address)

        async def connected() -> Client:
            return client

        def start(log: Path) -> WorkerProcess:
            return WorkerProcess(
                log,
                database_url=lines["worker-postgres"].url_of(postgres.url()),
                temporal_address=lines["worker-temporal"].address,
                namespace="default",
                batch=BATCH,
            )

        seats = [WorkerSeat(f"worker-{n}", start, folder) for n in range(1, workers + 1)]
        stack.callback(lambda: [seat.worker.stop() for seat in seats if seat.worker])
        await asyncio.gather(*(seat.fill() for seat in seats))
        yield Ground(
            folder=folder,
            postgres=postgres,
            temporal=temporal,
            lines=lines,
            seats=seats,
            service=UpgradeService(database, TemporalRuns(connected), holiday_calendar, now),
            admin=Administration(database, now),
            database=database,
            client=client,
            judge=judge,
            judge_client=await _connect(temporal.address),
        )


async def _connect(address: str) -> Client:
    return await Client.connect(address, data_converter=pydantic_data_converter)
