"""A backup of a test's database, and its restore under runs that go on."""

from collections.abc import Sequence
from dataclasses import dataclass

from store.database import Database


@dataclass
class Backup:
    """Every row as it stood, in a schema of its own."""

    database: Database
    tables: Sequence[str]

    @classmethod
    async def taken(cls, database: Database) -> "Backup":
        rows = await database.fetch(
            "select tablename from pg_tables where schemaname = 'public' order by 1"
        )
        backup = cls(database, [row["tablename"] for row in rows])
        await database.execute("create schema backup")
        for table in backup.tables:
            await database.execute(f"create table backup.{table} as select * from public.{table}")
        return backup

    async def restored(self) -> None:
        async with self.database.transaction() as transaction:
            await transaction.execute("set local session_replication_role = replica")
            for table in self.tables:
                await transaction.execute(f"truncate public.{table} cascade")
            for table in self.tables:
                columns = await transaction.fetchval(
                    "select string_agg(quote_ident(attname), ', ') from pg_attribute"
                    " where attrelid = $1::text::regclass and attnum > 0"
                    " and not attisdropped and attgenerated = ''",
                    f"public.{table}",
                )
                await transaction.execute(
                    f"insert into public.{table} ({columns}) overriding system value"
                    f" select {columns} from backup.{table}"
                )
        await self.database.execute("drop schema backup cascade")
