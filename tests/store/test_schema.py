"""`store/schema.sql` is what all migrations make, and makes the same database."""

import asyncio
import difflib
import subprocess
from collections.abc import AsyncGenerator

import asyncpg
import pytest

from deploy.local_stack.postgres import PostgresServer, postgres_program
from store.database import Database
from tests.store.schema_page import GROUPS, PAGE, schema_of

LOADED = "loaded_from_schema"
WRITE = "write it again: .venv/bin/python -m tests.store.schema_page"


@pytest.fixture
async def loaded(postgres_server: PostgresServer) -> AsyncGenerator[str]:
    """A database that the file alone has made."""
    postgres_server.create_database(LOADED)
    connection = await asyncpg.connect(postgres_server.url(LOADED))
    await connection.execute(PAGE.read_text())
    await connection.close()
    yield postgres_server.url(LOADED)
    admin = await asyncpg.connect(postgres_server.url())
    await admin.execute(f"drop database {LOADED} with (force)")
    await admin.close()


async def test_the_file_says_what_all_migrations_make(database: Database) -> None:
    there = [
        row["tablename"]
        for row in await database.fetch(
            "select tablename from pg_tables where schemaname = 'public'"
        )
    ]
    in_groups = [table for tables in GROUPS.values() for table in tables]
    assert sorted(there) == sorted(in_groups), "each table has its line in GROUPS"
    assert await schema_of(database) == PAGE.read_text(), WRITE


async def test_the_file_makes_the_same_database(database_url: str, loaded: str) -> None:
    migrated, made = await asyncio.gather(_dump(database_url), _dump(loaded))
    assert len(migrated) > 1000
    assert not list(difflib.unified_diff(migrated, made, n=0))


async def _dump(url: str) -> list[str]:
    """What `pg_dump` says of the schema, without its own random words."""
    dumped = await asyncio.to_thread(
        subprocess.run,
        [postgres_program("pg_dump"), "--schema-only", url],
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    return [line for line in dumped.stdout.splitlines() if "restrict " not in line]
