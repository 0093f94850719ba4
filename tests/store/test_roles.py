"""The roles of deploy/postgres-roles.sql: none of them can lift what stays for good."""

import re
from collections.abc import AsyncGenerator
from typing import TypeAlias

import asyncpg
import pytest

from store.database import Database
from store.verify import verify
from tests import roles
from tests.roles import set_up_roles, url_as
from tests.store.support import Life

INSUFFICIENT = (asyncpg.InsufficientPrivilegeError,)
STAY_AS_THEY_ARE = (
    "credit_notes",
    "credits_before_sources",
    "events",
    "invoices",
    "invoices_before_payments",
    "ledger_entries",
    "license_changes",
    "migrations",
    "move_batches",
    "notices",
    "outbox",
    "plan_prices",
    "quotes",
    "rates_before_tax",
    "users_to_move",
    "void_invoice_numbers",
)
NEVER_SHRINK = (
    "account_credits",
    "credit_callbacks",
    "credit_note_numbers",
    "invoice_numbers",
    "streams",
    "upgrades",
)


@pytest.fixture
async def url(database: Database, database_url: str) -> str:
    """A database with its roles, in which an upgrade has been lived through."""
    await set_up_roles(database_url)
    return database_url


@pytest.fixture(params=["worker", "api", "reader"])
async def role(
    request: pytest.FixtureRequest, url: str
) -> "AsyncGenerator[asyncpg.Connection[asyncpg.Record]]":
    """A connection as each role that works."""
    connection = await asyncpg.connect(url_as(request.param, url))
    yield connection
    await connection.close()


Role: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def refused(role: Role, *statements: str) -> None:
    for statement in statements:
        with pytest.raises(INSUFFICIENT):
            await role.execute(statement)


@pytest.mark.parametrize("table", STAY_AS_THEY_ARE)
async def test_nobody_changes_what_stays(role: Role, table: str) -> None:
    column = await role.fetchval(
        "select attname::text from pg_attribute where attrelid = $1::text::regclass and attnum = 2",
        table,
    )
    await refused(
        role,
        f"update {table} set {column} = {column}",
        f"delete from {table}",
        f"truncate {table}",
        f"alter table {table} disable trigger all",
        f"alter table {table} drop column {column}",
        f"alter table {table} owner to current_user",
        f"create trigger mine before insert on {table} execute function refuse_change()",
        f"create rule mine as on insert to {table} do instead nothing",
        f"drop table {table}",
    )


@pytest.mark.parametrize("table", NEVER_SHRINK)
async def test_nobody_removes_what_only_grows(role: Role, table: str) -> None:
    await refused(role, f"delete from {table}", f"truncate {table}", f"drop table {table}")


async def test_nobody_lifts_the_rules(role: Role) -> None:
    await refused(
        role,
        "set session_replication_role = replica",
        "alter role current_user set session_replication_role = replica",
        "drop trigger events_stay on events",
        "alter function refuse_change() owner to current_user",
        "create or replace function refuse_change() returns trigger language plpgsql"
        " as $$ begin return new; end $$",
        "drop function append_to_stream(text, integer, text, jsonb)",
        "create function mine() returns integer language sql return 1",
        "create table mine (id integer)",
        "create schema mine",
        "set role plan_upgrade_owner",
        "grant plan_upgrade_owner to current_user",
        "alter role current_user superuser",
        "create role mine",
        "select void_invoice_numbers('INV-00000009', 'mine', 'id:mine')",
        "alter system set fsync = off",
        "copy (select 1) to program 'true'",
        "copy (select 1) to '/tmp/mine'",
        "select pg_read_file('/etc/passwd')",
    )


async def test_nobody_but_the_owner_applies_migrations(role: Role) -> None:
    await refused(role, "insert into migrations (name, checksum) values ('x', 'y')")


async def test_the_reader_only_reads(url: str, life: Life) -> None:
    await life.live()
    reader = await asyncpg.connect(url_as("reader", url))
    tables = await reader.fetch(
        "select tablename::text as name from pg_tables where schemaname = 'public'"
    )
    for table in (row["name"] for row in tables):
        for privilege in ("insert", "update", "delete", "truncate", "references", "trigger"):
            assert not await reader.fetchval(
                "select has_any_column_privilege($1, $2)"
                if privilege in ("insert", "update", "references")
                else "select has_table_privilege($1, $2)",
                table,
                privilege,
            ), (table, privilege)
    await refused(
        reader,
        "select secret from webhook_endpoints",
        "select * from webhook_endpoints",
        "select secret from retired_webhook_secrets",
        "create temporary table mine (id integer)",
    )
    await reader.fetch("select endpoint_id, url from webhook_endpoints")
    await reader.close()

    verified = await verify(read := await Database.open(url_as("reader", url)))
    await read.close()
    assert verified.ok, verified.violations


async def test_every_table_is_on_the_list(database: Database) -> None:
    """A new table needs a line: what may the worker and the api write there?"""
    rows = await database.fetch(
        "select tablename::text as name from pg_tables where schemaname = 'public'"
    )
    listed = re.findall(r"^ {12}\('(\w+)',", roles.SQL, re.MULTILINE)
    assert sorted(listed) == sorted(row["name"] for row in rows)


async def test_what_is_marked_as_append_only_is_so(url: str, database: Database) -> None:
    marked = re.findall(r"^ {12}\('(\w+)',.*-- \+$", roles.SQL, re.MULTILINE)
    assert set(marked) == set(STAY_AS_THEY_ARE) - {"migrations"}
    for table in marked:
        for role in ("worker", "api", "reader"):
            for privilege in ("update", "delete", "truncate"):
                assert not await database.fetchval(
                    "select has_table_privilege($1, $2, $3)",
                    f"plan_upgrade_{role}",
                    table,
                    privilege,
                )


async def test_the_file_may_be_run_again_also_by_the_owner(url: str) -> None:
    await set_up_roles(url)
    await set_up_roles(url_as("owner", url))
