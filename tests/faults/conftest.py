"""Servers that can be hurt: the shared ones by their connections, others by `kill -9`."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from deploy.local_stack.postgres import PostgresServer
from deploy.local_stack.temporal_server import TemporalServer
from store.database import Database
from store.migrate import migrate
from tests.faults.pair import Pair
from tests.faults.proxy import Proxy
from tests.faults.standby import Standby
from tests.homes import copy_of
from tests.workflows.hooks import Hooks

FreshDatabase = Callable[[], AbstractAsyncContextManager[str]]


@pytest.fixture(scope="session")
def temporal_server() -> Generator[TemporalServer]:
    with TemporalServer() as server:
        yield server


@pytest.fixture
async def client(temporal_server: TemporalServer) -> Client:
    return await Client.connect(temporal_server.address, data_converter=pydantic_data_converter)


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Hooks:
    hooks = Hooks()
    hooks.install(monkeypatch)
    return hooks


@pytest.fixture
def fresh_database(postgres_server: PostgresServer, migrated_template: str) -> FreshDatabase:
    """Makes databases, where one is not enough."""

    @asynccontextmanager
    async def make() -> AsyncGenerator[str]:
        async with copy_of(postgres_server, migrated_template) as name:
            yield postgres_server.url(name)

    return make


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncGenerator[Pair]:
    async with AsyncExitStack() as stack:
        primary = stack.enter_context(PostgresServer(tmp_path / "primary", durable=False))
        database = await Database.open(primary.url())
        await migrate(database)
        await database.close()
        standby = await Standby.of(primary, tmp_path / "standby")
        stack.callback(standby.stop)
        address = await stack.enter_async_context(Proxy("127.0.0.1", primary.port).opened())
        yield Pair(primary, standby, address)
