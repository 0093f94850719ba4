"""Migrations: in order, each once, all or nothing, whoever comes first."""

import asyncio
import hashlib
import re
from pathlib import Path

import pytest

from store.database import Database
from store.errors import SchemaMissing, StatementFailed
from store.lists import NOUNS, read_list
from store.migrate import MigrationChanged, migrate, read_migrations
from store.verify import verify

FILES = list(read_migrations())
FROZEN = Path(__file__).parent / "migrations.sha256"
PAGE = Path(__file__).parents[2] / "docs" / "migrations.md"
LAST_WITHOUT_A_LINE = "0018_void_invoice_numbers.sql"
"""Landed before headers said when they may run."""


async def _tables(database: Database) -> set[str]:
    rows = await database.fetch("select tablename from pg_tables where schemaname = 'public'")
    return {row["tablename"] for row in rows}


async def test_a_second_run_applies_nothing(empty: Database) -> None:
    assert await migrate(empty) == FILES
    assert await migrate(empty) == []
    assert (await verify(empty)).ok


async def test_of_eight_at_once_one_applies(empty: Database) -> None:
    applied = await asyncio.gather(*(migrate(empty) for _ in range(8)))
    assert sorted(applied) == [[]] * 7 + [FILES]


async def test_files_are_applied_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("0002_b.sql", "0010_c.sql", "0001_a.sql"):
        (tmp_path / name).write_text("select 1")
    assert list(read_migrations(tmp_path)) == ["0001_a.sql", "0002_b.sql", "0010_c.sql"]
    assert sorted(FILES) == FILES


async def test_an_edited_file_is_refused(empty: Database) -> None:
    migrations = read_migrations()
    await migrate(empty, migrations)
    migrations[FILES[0]] += "-- one more thing\n"
    migrations["9000_more.sql"] = "create table more (id integer)"
    with pytest.raises(MigrationChanged, match=FILES[0]):
        await migrate(empty, migrations)
    assert "more" not in await _tables(empty)


async def test_a_renamed_file_is_refused(empty: Database) -> None:
    migrations = read_migrations()
    await migrate(empty, migrations)
    renamed = {name.replace(".sql", "_again.sql"): sql for name, sql in migrations.items()}
    with pytest.raises(MigrationChanged, match=f"was {FILES[0]} when .* begin with a new database"):
        await migrate(empty, renamed)


async def test_what_newer_code_has_applied_is_left_to_it(empty: Database) -> None:
    older = read_migrations()
    await migrate(empty, older | {"9000_newer.sql": "create table newer (id integer)"})
    assert await migrate(empty, older) == []


async def test_a_failing_file_leaves_nothing_behind(empty: Database) -> None:
    migrations = read_migrations() | {"9000_good.sql": "create table good (id integer)"}
    bad = {"9001_bad.sql": "create table bad (id nonsense)"}
    with pytest.raises(StatementFailed, match="nonsense"):
        await migrate(empty, migrations | bad)
    assert await _tables(empty) == set()
    assert await migrate(empty, migrations) == [*FILES, "9000_good.sql"]


async def test_users_from_before_lists_are_found_too(empty: Database) -> None:
    migrations = read_migrations()
    before = {name: sql for name, sql in migrations.items() if name < "0015"}
    await migrate(empty, before)
    async with empty.transaction() as transaction:
        await transaction.execute("set local session_replication_role = replica")
        for statement in (
            "insert into subscriptions (subscription_id, tenant_id, plan_id, licenses, status,"
            " billing, cycle_anchor, add_ons, billed) select 'of-' || id, id, 'basic', 9, 'active',"
            " 'monthly', '2026-01-01', '[]', false from unnest(array['contoso', 'fabrikam']) id",
            "insert into assignments values ('of-contoso', 'ada'), ('of-fabrikam', 'ada')",
            "insert into upgrades values"
            " ('up-1', 'contoso', 'of-contoso', 'q', 'invoiced', false, null, '', '{}')",
            "insert into moved_users (upgrade_id, user_id, batch, disabled_before)"
            " values ('up-1', 'ada', 1, '{}'), ('up-1', 'who has left', 1, '{}')",
        ):
            await transaction.execute(statement)
    for noun in NOUNS:
        with pytest.raises(SchemaMissing):
            await read_list(empty, noun, {"user": "ada"}, limit=1)
    with pytest.raises(SchemaMissing):
        await read_list(empty, "upgrades", {}, limit=1)
    assert "0015_lists.sql" in await migrate(empty, migrations)
    noted = await empty.fetch("select user_id, tenant_id from users_of_tenants order by 1, 2")
    assert [tuple(row) for row in noted] == [
        ("ada", "contoso"),
        ("ada", "fabrikam"),
        ("who has left", "contoso"),
    ]


async def test_a_database_without_migrations_says_so(empty: Database) -> None:
    with pytest.raises(SchemaMissing):
        await verify(empty)


def test_landed_files_are_frozen() -> None:
    lines = FROZEN.read_text().splitlines()
    landed = {name: checksum for checksum, name in (line.split() for line in lines)}
    now = {
        name: hashlib.sha256(sql.encode()).hexdigest() for name, sql in read_migrations().items()
    }
    edited = [name for name, checksum in landed.items() if now.get(name) != checksum]
    assert not edited, f"landed migrations never change, add a new one instead: {edited}"
    new = [f"{checksum}  {name}" for name, checksum in now.items() if name not in landed]
    assert not new, f"add to {FROZEN.name} once the text is final: {new}"


def test_each_says_when_it_may_run() -> None:
    rows = re.findall(r"^\| `(\S+\.sql)` \| (\w+) \| \S.* \|$", PAGE.read_text(), re.MULTILINE)
    told = dict(rows)
    assert [name for name, _ in rows] == FILES, "docs/migrations.md has a row for each, in order"
    assert {*told.values()} <= {"before", "after", "stopped"}
    silent = [
        name
        for name, sql in read_migrations().items()
        if name > LAST_WITHOUT_A_LINE and f"-- Deploy: {told[name]}." not in sql
    ]
    assert not silent, "its header says it as the page does: `-- Deploy: before.`"
    stopped = [name for name, when in told.items() if when == "stopped"]
    assert max(stopped) < LAST_WITHOUT_A_LINE, "expand in one release, contract in a later one"
