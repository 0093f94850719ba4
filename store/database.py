"""The one way to Postgres: a pool, JSON as JSON, and errors in our own words."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from pydantic_core import to_jsonable_python

from store.errors import translated

QUERIES = Path(__file__).parent / "queries"


@cache
def query(name: str) -> str:
    """The SQL of `queries/<name>.sql`: `name` begins with a folder, as in `moves/move_batch`."""
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


class Executor(Protocol):
    """What runs SQL: the pool for single statements, a connection within a transaction."""

    async def execute(self, query: str, /, *args: Any) -> str:
        """Run a statement; returns its status."""
        ...

    async def fetch(self, query: str, /, *args: Any) -> list[Any]:
        """All rows."""
        ...

    async def fetchrow(self, query: str, /, *args: Any) -> Any:
        """The first row, or None."""
        ...

    async def fetchval(self, query: str, /, *args: Any) -> Any:
        """The first value of the first row, or None."""
        ...


async def pages(
    executor: Executor, sql: str, *args: Any, rows_at_once: int = 1000
) -> AsyncGenerator[list[Any]]:
    """The rows of a query about upgrades, a page at a time.

    Its last two arguments are the `upgrade_id` after which to go on, and how many rows to answer.
    """
    after = ""
    while rows := await executor.fetch(sql, *args, after, rows_at_once):
        yield rows
        after = rows[-1]["upgrade_id"]


class Transaction(Executor, Protocol):
    """One connection within a transaction."""

    async def copy_records_to_table(
        self, table_name: str, /, *, records: Iterable[Sequence[Any]]
    ) -> str:
        """Copy many rows into a table."""
        ...


class Database:
    """A pool of connections to one database. Open it with `Database.open`, close it with `close`.

    Every method raises `store.errors.StoreError`s.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", given_up: "_GivenUp") -> None:
        """Wrap a pool whose connections `prepare_connection` has set up, and `given_up` resets."""
        self._pool = pool
        self._given_up = given_up

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        min_connections: int = 1,
        max_connections: int = 10,
        connect_seconds: float = 10.0,
        statement_seconds: float | None = None,
    ) -> "Database":
        """Connect. Raises `StoreUnavailable` when nobody answers within `connect_seconds`.

        A statement that takes longer than `statement_seconds` is given up as `StoreUnavailable`.
        """
        given_up = _GivenUp()
        with translated(at_connect=True):
            pool = await asyncpg.create_pool(
                url,
                min_size=min_connections,
                max_size=max_connections,
                timeout=connect_seconds,
                command_timeout=statement_seconds,
                init=prepare_connection,
                reset=given_up.reset,
                server_settings={"application_name": "plan-upgrade", "timezone": "UTC"},
            )
        return cls(pool, given_up)

    async def close(self) -> None:
        """Let go of every connection, of hanging ones by force."""
        self._pool.terminate()

    async def ping(self, seconds: float) -> None:
        """See that Postgres answers. Raises `StoreUnavailable` if it does not within `seconds`.

        A connection that is silent is dropped: to cancel its statement could take as long again.
        """
        with translated():
            connection = await self._pool.acquire(timeout=seconds)
            try:
                await connection.fetchval("select 1", timeout=seconds)
            except BaseException:
                connection.terminate()
                raise
            finally:
                await self._pool.release(connection)

    async def execute(self, sql: str, /, *args: Any) -> str:
        """Run a statement; returns its status, such as `UPDATE 3`."""
        async with self.connection() as connection:
            return await connection.execute(sql, *args)

    async def fetch(self, sql: str, /, *args: Any) -> list[Any]:
        """All rows of a query."""
        async with self.connection() as connection:
            return await connection.fetch(sql, *args)

    async def fetchrow(self, sql: str, /, *args: Any) -> Any:
        """The first row of a query, or None."""
        async with self.connection() as connection:
            return await connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, /, *args: Any) -> Any:
        """The first value of the first row, or None."""
        async with self.connection() as connection:
            return await connection.fetchval(sql, *args)

    @asynccontextmanager
    async def connection(
        self,
    ) -> AsyncGenerator["asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"]:
        """One connection, for what is more than a single statement."""
        with translated():
            async with self._pool.acquire() as connection:
                try:
                    yield connection
                except (asyncio.CancelledError, TimeoutError):
                    self._given_up.note(connection)
                    raise

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        """One transaction: committed when the block ends well, rolled back otherwise."""
        async with self.connection() as connection, connection.transaction():
            yield connection


async def prepare_connection(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Let `jsonb` be Python values in both directions."""
    await connection.set_type_codec(
        "jsonb", encoder=_to_json, decoder=json.loads, schema="pg_catalog"
    )


class _GivenUp:
    """The connections on which a statement was given up, to be made fit for the next one.

    One that was given up while it was being prepared leaves its implicit transaction open: asyncpg
    sends no Sync then, and a transaction with an isolation level of its own could not begin.
    """

    def __init__(self) -> None:
        self._processes: set[int] = set()

    def note(self, connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> None:
        """A statement of this connection was given up."""
        if not connection.is_closed():
            self._processes.add(connection.get_server_pid())

    async def reset(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Called when a connection goes back to the pool, after a rollback of what was open.

        Nothing else is reset, which saves a round trip: no statement of ours changes a session.
        """
        process = connection.get_server_pid()
        if process in self._processes:
            self._processes.discard(process)
            await connection.execute("select 1")  # a simple query ends an implicit transaction


def _to_json(value: Any) -> str:
    return json.dumps(to_jsonable_python(value), ensure_ascii=False)
