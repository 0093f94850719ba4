"""A database with a small world in it."""

from collections.abc import AsyncGenerator
from itertools import count

import asyncpg
import pytest

from deploy.local_stack.postgres import PostgresServer
from store.database import Database
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.changes import ChangeLife, two_subscriptions
from tests.store.support import Life, world_of

_numbers = count(1)


@pytest.fixture
async def empty(postgres_server: PostgresServer) -> AsyncGenerator[Database]:
    """A database that no migration has touched."""
    name = f"empty_{next(_numbers)}"
    postgres_server.create_database(name)
    database = await Database.open(postgres_server.url(name), max_connections=10)
    yield database
    await database.close()
    admin = await asyncpg.connect(postgres_server.url())
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


@pytest.fixture
async def life(database: Database) -> Life:
    """An upgrade of contoso that nobody has ordered yet."""
    await import_world(database, world_of(), NOW)
    return Life(database)


@pytest.fixture
async def change(database: Database) -> ChangeLife:
    """A change by hand between contoso's two subscriptions that nobody has asked for yet."""
    await import_world(database, two_subscriptions(), NOW)
    return ChangeLife(database)
