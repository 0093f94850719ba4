"""A Postgres and a Temporal server for one run, as durable as in production; worlds to upgrade."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import asyncpg
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.holiday_calendar import holiday_calendar
from api.runs.temporal import TemporalRuns
from api.service.upgrades import UpgradeService
from deploy.local_stack.postgres import PostgresServer
from deploy.local_stack.temporal_server import TemporalServer
from domain.catalog.policy import CreditCheckPolicy, Policy
from domain.quoting.orders import Order, upgrade_id_for
from domain.quoting.quote import Quote, QuoteRequest
from domain.world.model import World
from store import database as database_module
from store.database import Database, prepare_connection
from store.migrate import migrate
from store.world import import_world
from tests import clock
from tests.callers import OPERATOR
from tests.domain.builders import BASIC, SERVICES, STANDARD, a_plan, a_price
from tests.store.support import world_subscription, world_tenant


@dataclass
class Stack:
    """Both servers of a run."""

    postgres: PostgresServer
    client: Client
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    @asynccontextmanager
    async def database(
        self,
        statements: list[str] | None = None,
        took_seconds: list[float] | None = None,
        *,
        max_connections: int = 10,
    ) -> AsyncGenerator[Database]:
        """A fresh database.

        Every statement that is sent to it is added to `statements`, and to `took_seconds` how long
        its answer took.
        """
        name = f"bench_{next(self._numbers)}"
        self.postgres.create_database(name)

        def note(record: Any) -> None:
            if statements is not None:
                statements.append(record.query)
            if took_seconds is not None:
                took_seconds.append(record.elapsed)

        async def prepare(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
            await prepare_connection(connection)
            if statements is not None or took_seconds is not None:
                connection.add_query_logger(note)

        with patch.object(database_module, "prepare_connection", prepare):
            database = await Database.open(self.postgres.url(name), max_connections=max_connections)
        try:
            await migrate(database)
            yield database
        finally:
            await database.close()

    def service(self, database: Database) -> UpgradeService:
        """The service over a database, with the runs of this stack."""
        return UpgradeService(database, self.runs(), holiday_calendar, clock.now)

    def runs(self) -> TemporalRuns:
        """The runs of this stack."""

        async def connect() -> Client:
            return self.client

        return TemporalRuns(connect)


@asynccontextmanager
async def stack(*, durable: bool = True) -> AsyncGenerator[Stack]:
    """Servers that end with the block; not `durable` where nothing is measured."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        postgres = PostgresServer(Path(folder) / "postgres", durable=durable)
        with postgres, TemporalServer(Path(folder) / "temporal" / "temporal.db") as temporal:
            client = await Client.connect(temporal.address, data_converter=pydantic_data_converter)
            yield Stack(postgres, client)


def bench_world(tenants: int, users: int, plans: int = 2) -> World:
    """Tenants that may all be upgraded from `basic` to `standard`, with so many users each."""
    more = (a_plan(f"plan-{n:03}", prices=(a_price(),)) for n in range(plans - 2))
    return World(
        services=tuple(SERVICES.values()),
        plans=(BASIC, STANDARD, *more),
        policy=Policy(credit_check=CreditCheckPolicy(thresholds={"USD": Decimal(10**11)})),
        tenants=tuple(
            world_tenant(
                f"tenant-{n:04}",
                world_subscription(
                    subscription_of(n),
                    licenses=users,
                    user_count=users,
                    cycle_anchor=clock.in_days(-5),
                ),
                billing_day=clock.quiet_billing_day(),
            )
            for n in range(tenants)
        ),
    )


async def load(database: Database, world: World) -> None:
    """Import a world, and let the planner know what is there."""
    await import_world(database, world, clock.now())
    await database.execute("vacuum analyze")


def subscription_of(tenant: int) -> str:
    """The one subscription of tenant number `tenant`."""
    return f"sub-of-{tenant:04}"


async def quote(service: UpgradeService, tenant: int, licenses: int) -> Quote:
    """A quote for a tenant's upgrade, without a credit check."""
    request = QuoteRequest(
        target_plan_id="standard", licenses=licenses, billing="monthly", payment_method="card"
    )
    return await service.quotes.make(OPERATOR, subscription_of(tenant), request)


def order_on(quote: Quote, key: str = "bench") -> Order:
    """An order on a quote."""
    return Order(
        upgrade_id=upgrade_id_for(quote.tenant_id, key),
        idempotency_key=key,
        tenant_id=quote.tenant_id,
        subscription_id=quote.subscription_id,
        target_plan_id=quote.target_plan_id,
        quote_id=quote.quote_id,
    )
