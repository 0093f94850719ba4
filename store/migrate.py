"""Migrations: numbered SQL files, applied in order, each once, by whoever comes first."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from store.database import Database
from store.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_215_001  # any number, as long as all migrators take the same


class MigrationChanged(StoreError):
    """A migration that this database has applied reads differently now."""

    MEND = (
        "applied migrations never change: add a new one instead, or begin with a new database "
        "(on the local stack: ./dev up --fresh)"
    )


def read_migrations(folder: Path = MIGRATIONS) -> dict[str, str]:
    """Name to SQL, in the order they are applied in."""
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.sql"))}


async def migrate(database: Database, migrations: Mapping[str, str] | None = None) -> list[str]:
    """Apply what has not been applied yet and return its names; all of it or nothing.

    Safe to run by many processes at once. Raises `MigrationChanged` when an applied file was edited
    or renamed. What newer code has applied is none of our business: it may run beside us.
    """
    migrations = read_migrations() if migrations is None else migrations
    async with database.transaction() as transaction:
        await transaction.execute("select pg_advisory_xact_lock($1)", _LOCK)
        await transaction.execute(
            "create table if not exists migrations ("
            " name text primary key, checksum text not null,"
            " applied_at timestamptz not null default clock_timestamp())"
        )
        rows = await transaction.fetch("select name, checksum from migrations")
        applied = {row["name"]: row["checksum"] for row in rows}
        name_of = {_number(name): name for name in applied}
        new: list[str] = []
        for name, sql in migrations.items():
            checksum = hashlib.sha256(sql.encode()).hexdigest()
            if name in applied:
                if applied[name] != checksum:
                    raise MigrationChanged(
                        f"{name} is not what this database has applied: {MigrationChanged.MEND}"
                    )
                continue
            if _number(name) in name_of:
                raise MigrationChanged(
                    f"{name} was {name_of[_number(name)]} when this database applied it: "
                    f"{MigrationChanged.MEND}"
                )
            await transaction.execute(sql)
            await transaction.execute(
                "insert into migrations (name, checksum) values ($1, $2)", name, checksum
            )
            new.append(name)
        return new


def _number(name: str) -> str:
    return name.partition("_")[0]
