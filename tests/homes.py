"""The databases that tests live in: most move into one that others have left as they found it.

A new database is cold: each connection reads the catalog and plans each statement again, which costs
more than most tests do. So what a test has written is deleted, and the next one finds an empty database
whose connections know their statements. Who asks for its address, or breaks promises, gets a new one,
and so does everybody after a test that has changed more than rows, or where statistics were gathered.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import asyncpg

from deploy.local_stack.postgres import PostgresServer
from store.database import Database
from store.errors import StoreError

MAX_CONNECTIONS = 30
USES = 50
"""How many tests share a database: deleted rows stay in its files."""

_numbers = count(1)

_SHAPE = """
select md5(string_agg(each, ',' order by each)) from (
    select concat('class', oid, relname, relkind, reloptions)
    from pg_class where relnamespace = 'public'::regnamespace
    -- What the planner was told of other tests' rows would mislead it about this one's.
    union all select concat('pages', oid, relpages, reltuples)
    from pg_class where relnamespace = 'public'::regnamespace
    union all select concat('statistics', starelid, staattnum) from pg_statistic
        where starelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
    union all select concat('constraint', oid, convalidated) from pg_constraint
    union all select concat('trigger', oid, tgenabled) from pg_trigger
    union all select concat('function', oid, xmin) from pg_proc where pronamespace = 'public'::regnamespace
    union all select concat('migration', name, checksum) from migrations
    union all select concat('ids', ahead) from transaction_ids
    union all select concat('column', attrelid, attnum, xmin) from pg_attribute
        where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
) as shape(each)
"""
"""Whatever a test may change beside rows, and the rows that migrations have written."""

_EMPTY = """
do $$
declare the_table text;
begin
    set local session_replication_role = replica;
    set local lock_timeout = '5s';
    for the_table in
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r'
            and relname not in ('migrations', 'transaction_ids')
    loop
        execute format('delete from %I', the_table);
    end loop;
    perform setval(oid::regclass, 1, false) from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'S';
end $$
"""


@dataclass
class Home:
    """A database with all migrations and no rows."""

    name: str
    url: str
    database: Database
    shape: str
    uses: int = 0


@dataclass
class Homes:
    """Those of one process."""

    server: PostgresServer
    template: str
    free: list[Home] = field(default_factory=list[Home])

    @asynccontextmanager
    async def lent(self, *, new: bool) -> AsyncGenerator[Home]:
        """A home for one test; a `new` one is nobody's afterwards."""
        home = await self._made() if new else await self._free_one()
        try:
            yield home
        finally:
            if not new and await self._is_left_clean(home):
                self.free.append(home)
            else:
                await self._drop(home)

    async def end(self) -> None:
        """Nobody lives here any more."""
        for home in self.free:
            await self._drop(home)

    async def _free_one(self) -> Home:
        """One that is as it was left: a server looks after its databases by itself."""
        while self.free:
            home = self.free.pop()
            if await home.database.fetchval(_SHAPE) == home.shape:
                return home
            await self._drop(home)
        return await self._made()

    async def _made(self) -> Home:
        name = await create_copy(self.server, self.template)
        url = self.server.url(name)
        database = await Database.open(url, max_connections=MAX_CONNECTIONS)
        return Home(name, url, database, await database.fetchval(_SHAPE))

    async def _is_left_clean(self, home: Home) -> bool:
        home.uses += 1
        if home.uses >= USES:
            return False
        try:
            if await home.database.fetchval(_SHAPE) != home.shape:
                return False
            await home.database.execute(_EMPTY)
        except (StoreError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            return False
        return True

    async def _drop(self, home: Home) -> None:
        await home.database.close()
        await administer(self.server, f"drop database if exists {home.name} with (force)")


@asynccontextmanager
async def copy_of(server: PostgresServer, template: str) -> AsyncGenerator[str]:
    """The name of a new database that begins as a copy of `template`."""
    name = await create_copy(server, template)
    yield name
    await administer(server, f"drop database {name} with (force)")


async def create_copy(server: PostgresServer, template: str) -> str:
    """A new database that begins as a copy of `template`; its name."""
    name = f"test_{next(_numbers)}"
    await administer(server, f"create database {name} template {template} strategy wal_log")
    return name


async def administer(server: PostgresServer, *statements: str) -> None:
    """Run statements of whoever owns the server."""
    admin = await asyncpg.connect(server.url())
    try:
        for statement in statements:
            await admin.execute(statement)
    finally:
        await admin.close()
