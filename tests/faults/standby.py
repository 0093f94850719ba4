"""A second Postgres that follows the first, and takes its place when that is lost.

It is made as operators make one: a base backup of the primary, streaming from then on, and
`pg_promote` once the primary is dead.
"""

import asyncio
import os
import subprocess
from pathlib import Path
from typing import Any, Self

import asyncpg

from deploy.local_stack.postgres import USER, PostgresServer, postgres_program
from tests.waiting import eventually

NAME = "standby"
"""As which it is known to its primary."""
STREAMS = """select exists (
    select from pg_stat_replication where application_name = $1 and state = 'streaming')"""
HAS_REPLAYED = "select pg_last_wal_replay_lsn() >= $1::text::pg_lsn"


class Standby(PostgresServer):
    """A server that answers questions and refuses to write, until it is promoted."""

    @classmethod
    async def of(cls, primary: PostgresServer, folder: Path) -> Self:
        """A standby that streams, started; the primary waits for it only once it is told to."""
        standby = cls(folder, durable=False)
        await asyncio.to_thread(standby._copy, primary)
        standby.start()
        await eventually("the standby streams", lambda: ask(primary, STREAMS, NAME))
        return standby

    def _copy(self, primary: PostgresServer) -> None:
        """A base backup, with where to stream from."""
        self.data_dir.mkdir(parents=True)
        password = (primary.data_dir / "password").read_text()
        (self.data_dir / "password").write_text(password)
        command = [str(postgres_program("pg_basebackup")), "--pgdata", str(self._cluster)]
        command += ["--dbname", f"application_name={NAME}", "--write-recovery-conf"]
        command += ["--checkpoint=fast", "--no-sync", "--wal-method=stream"]
        login = {"PGHOST": "127.0.0.1", "PGPORT": str(primary.port), "PGUSER": USER}
        environment = os.environ | login | {"PGPASSWORD": password}
        subprocess.run(command, check=True, capture_output=True, timeout=60, env=environment)

    def _is_ready(self) -> bool:
        lines = self._pid_file()
        own = self._process is not None and lines[:1] == [str(self._process.pid)]
        return own and len(lines) > 7 and lines[7].strip() in ("standby", "ready")

    async def promote(self) -> None:
        """Make it the primary."""
        assert await ask(self, "select pg_is_in_recovery()"), "it follows nobody"
        assert await ask(self, "select pg_promote()")


async def acknowledge_only_what_the_standby_has(primary: PostgresServer) -> None:
    """From now on a commit is acknowledged once it is on the standby's disk, too."""
    await tell(primary, f"alter system set synchronous_standby_names = '{NAME}'")
    await tell(primary, "select pg_reload_conf()")

    async def synchronous() -> bool:
        return await ask(primary, "select sync_state = 'sync' from pg_stat_replication")

    await eventually("the standby is synchronous", synchronous)


async def caught_up(primary: PostgresServer, standby: PostgresServer) -> None:
    """Wait until the standby has replayed all that the primary has written up to now."""
    written = await ask(primary, "select pg_current_wal_lsn()::text")
    await eventually("the standby has caught up", lambda: ask(standby, HAS_REPLAYED, written))


async def fall_behind(primary: PostgresServer, standby: PostgresServer) -> None:
    """Let the standby receive nothing from now on: what is committed later, it will not have."""
    await caught_up(primary, standby)
    await tell(standby, "alter system set primary_conninfo = ''")
    await tell(standby, "select pg_reload_conf()")

    async def cut_off() -> bool:
        return not await ask(primary, STREAMS, NAME)

    await eventually("the standby receives nothing", cut_off)


async def ask(server: PostgresServer, sql: str, *arguments: object) -> Any:
    """One value, by a superuser on a connection of its own."""
    connection = await asyncpg.connect(server.url())
    try:
        return await connection.fetchval(sql, *arguments)
    finally:
        await connection.close()


async def tell(server: PostgresServer, sql: str) -> None:
    """One statement, by a superuser on a connection of its own."""
    await ask(server, sql)
