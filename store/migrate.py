"""Migrations: numbered SQL files, applied in order, each once, by whoever comes first.

They are looked up before anything else, and looking needs no more than reading the table
`migrations`: a role that owns nothing can work on a database that has them all.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from store.database import Database, Executor, query
from store.errors import SchemaUnfit, StatementFailed

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_215_001  # any number, as long as all migrators take the same


class MigrationChanged(SchemaUnfit):
    """A migration that this database has applied reads differently now."""

    MEND = (
        "applied migrations never change: add a new one instead, or begin with a new database "
        "(on the local stack: ./dev up --fresh)"
    )


class MigrationsMissing(SchemaUnfit):
    """This code needs migrations that the database does not have."""

    def __init__(self, names: Sequence[str], why: str) -> None:
        """`names` are the missing ones, `why` says why they are not applied here."""
        self.names = tuple(names)
        many = f"{len(names)} migrations are" if len(names) > 1 else "a migration is"
        which = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        super().__init__(
            f"{many} missing ({which}) and {why}: run `starter.py migrate` with a DATABASE_URL of "
            "the role that owns the tables, then deploy/postgres-roles.sql, then start this again"
        )


class DatabaseMoved(SchemaUnfit):
    """Another server has written this database, and it was brought here by a dump."""

    def __init__(self) -> None:
        """It says what to do."""
        super().__init__(
            "this database comes from another server's dump and was not told so: run "
            "`starter.py migrate` with a DATABASE_URL of the role that owns the tables, then start "
            "this again"
        )


_INSUFFICIENT_PRIVILEGE = "42501"
_APPLIED_AS_WELL: Mapping[str, frozenset[str]] = {
    "0008_account_credit.sql": frozenset(
        {"c7bd2966ceb339d42e765981af4ae0ee50740f8b0d915026045941c51b5e9c7b"}
    ),
}
"""Checksums of earlier texts of a migration, each of which led to the same schema as the one of now."""


def read_migrations(folder: Path = MIGRATIONS) -> dict[str, str]:
    """Name to SQL, in the order they are applied in."""
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.sql"))}


async def migrate(database: Database, migrations: Mapping[str, str] | None = None) -> list[str]:
    """Apply what has not been applied yet and return its names; all of it or nothing.

    Safe to run by many processes at once. Raises `MigrationChanged` when an applied file was edited
    or renamed, and `MigrationsMissing` when there are some that this role may not apply. What newer
    code has applied is none of our business: it may run beside us.
    """
    migrations = read_migrations() if migrations is None else migrations
    missing = await missing_migrations(database, migrations)
    if not missing and not await has_moved(database):
        return []
    try:
        return await _apply(database, migrations)
    except StatementFailed as error:
        if error.sqlstate != _INSUFFICIENT_PRIVILEGE:
            raise
        if not missing:
            raise DatabaseMoved from error
        raise MigrationsMissing(missing, "this role may apply none") from error


async def has_moved(executor: Executor) -> bool:
    """Whether another server has written this database, and this one was not told yet (`0016`)."""
    if not await executor.fetchval("select to_regclass('transaction_ids') is not null"):
        return False
    return await executor.fetchval(query("migrate/has_moved"))


async def require_migrated(database: Database, why: str) -> None:
    """Raise `MigrationsMissing` where there is something to apply, and `MigrationChanged`."""
    if missing := await missing_migrations(database, read_migrations()):
        raise MigrationsMissing(missing, why)
    if await has_moved(database):
        raise DatabaseMoved


async def missing_migrations(executor: Executor, migrations: Mapping[str, str]) -> list[str]:
    """Names of those that are not applied yet. Only reads. Raises `MigrationChanged`."""
    rows: Sequence[Mapping[str, str]] = ()
    if await executor.fetchval("select to_regclass('migrations') is not null"):
        rows = await executor.fetch("select name, checksum from migrations")
    applied = {row["name"]: row["checksum"] for row in rows}
    name_of = {_number(name): name for name in applied}
    missing: list[str] = []
    for name, sql in migrations.items():
        if name in applied:
            known = _APPLIED_AS_WELL.get(name, frozenset[str]())
            if applied[name] not in known | {_checksum(sql)}:
                raise MigrationChanged(
                    f"{name} is not what this database has applied: {MigrationChanged.MEND}"
                )
        elif _number(name) in name_of:
            raise MigrationChanged(
                f"{name} was {name_of[_number(name)]} when this database applied it: "
                f"{MigrationChanged.MEND}"
            )
        else:
            missing.append(name)
    return missing


async def _apply(database: Database, migrations: Mapping[str, str]) -> list[str]:
    async with database.transaction() as transaction:
        await transaction.execute("select pg_advisory_xact_lock($1)", _LOCK)
        await transaction.execute(
            "create table if not exists migrations ("
            " name text primary key, checksum text not null,"
            " applied_at timestamptz not null default clock_timestamp())"
        )
        # Again, now that nobody else can: another process may have been faster.
        missing = await missing_migrations(transaction, migrations)
        for name in missing:
            await transaction.execute(migrations[name])
            await transaction.execute(
                "insert into migrations (name, checksum) values ($1, $2)",
                name,
                _checksum(migrations[name]),
            )
        if await has_moved(transaction):
            await transaction.execute(query("migrate/catch_up"))
        return missing


def _checksum(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()


def _number(name: str) -> str:
    return name.partition("_")[0]
