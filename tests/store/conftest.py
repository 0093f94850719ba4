"""A database with a small world in it."""

import pytest

from store.database import Database
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.support import Life, world_of


@pytest.fixture
async def life(database: Database) -> Life:
    """An upgrade of contoso that nobody has ordered yet."""
    await import_world(database, world_of(), NOW)
    return Life(database)
