"""Servers that can be hurt: the shared ones by their connections, others by `kill -9`."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count

import asyncpg
import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from deploy.postgres import PostgresServer
from deploy.temporal_server import TemporalServer
from tests.workflows.hooks import Hooks

_numbers = count(1)

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
        name = f"fault_{next(_numbers)}"
        admin = await asyncpg.connect(postgres_server.url())
        try:
            await admin.execute(
                f"create database {name} template {migrated_template} strategy wal_log"
            )
            yield postgres_server.url(name)
            await admin.execute(f"drop database {name} with (force)")
        finally:
            await admin.close()

    return make
