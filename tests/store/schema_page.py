"""Writes `store/schema.sql` from a database that all migrations have made:

    .venv/bin/python -m tests.store.schema_page

`test_schema.py` says when it has to be written again.
"""

import asyncio
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple

from deploy.local_stack.postgres import PostgresServer
from store.database import Database, Executor
from store.migrate import migrate

PAGE = Path(__file__).parents[2] / "store" / "schema.sql"

HEAD = """\
-- The schema that all migrations together make: every table, function and trigger as it is today.
--
-- To read, and to compare a database with; databases themselves come from `store/migrations`, where the
-- reasons stand too. Written by `tests/store/schema_page.py`; a test keeps it true, and loads it.
--
-- Tables come first, by what they are about. Each names its triggers; those stand further down, each
-- below the function that it runs.

set check_function_bodies = off;
"""

GROUPS: Mapping[str, Mapping[str, str]] = {
    "The event store": {
        "streams": "The version of each stream, and the hash of its last event. Appending locks its row.",
        "events": "What happened in the business, one row each, for good.",
        "followers": "How far each reader that follows the events has come.",
        "transaction_ids": "By how much our transaction ids are ahead of this server's: 0, unless the "
        "database came from another server.",
        "migrations": "Which migrations were applied, when, and the checksum of each.",
    },
    "The world: catalog, tenants, subscriptions, licenses": {
        "services": "What a plan consists of.",
        "plans": "The catalog.",
        "plan_prices": "What plans have cost, and since when.",
        "tenants": "Customers.",
        "incidents": "Service incidents, open and closed.",
        "policy": "The rules that an operator may set; one row.",
        "subscriptions": "Read model of the streams `subscription-<id>`, with two counters that triggers "
        "keep.",
        "assignments": "Who holds a license of what, with which services switched off.",
        "user_blocks": "Users whose license cannot be changed now, and why.",
        "users_of_tenants": "Which tenants a user has ever held a license of.",
        "license_changes": "Who joined, left or was switched, once an upgrade has to do with a "
        "subscription.",
    },
    "Upgrades": {
        "quotes": "What was offered. A quote never changes; an order names one.",
        "upgrades": "Read model of the streams `upgrade-<id>`. Its partial unique indexes allow one open "
        "upgrade per tenant and per subscription.",
        "notices": "What customers are told: one per upgrade and kind.",
        "credit_callbacks": "Callbacks of the credit service: an id stands for one body.",
    },
    "Moving users": {
        "users_to_move": "The users that a quote names, if not everybody moves.",
        "move_batches": "Each batch of a move: from where, where to, when, how many.",
        "moved_users": "Each time a user was moved: what was off before and what is off now.",
        "failed_users": "Users whom a move could not take along, and what an operator decided.",
        "dropped_licenses": "Old licenses that ended in a move because the user held the new one already.",
    },
    "Money": {
        "invoices": "Issued invoices: one per upgrade, never changed.",
        "invoice_numbers": "The last number of each seller. It only grows by one.",
        "invoices_before_payments": "Invoices of which nobody knows whether they were paid.",
        "rates_before_tax": "The tax rate of tenants whose subscriptions were imported before it was kept.",
        "credits_before_sources": "Account credits from before credit paid all that it comes from first.",
        "void_invoice_numbers": "Numbers that nobody gets any more, and why.",
        "credit_note_numbers": "The last number of each seller's credit notes. It only grows by one.",
        "credit_notes": "Credit notes: each takes back one invoice, and is never changed.",
        "ledger_entries": "The ledger: each booking sums to zero per currency.",
        "account_credits": "What is left of each account credit.",
    },
    "Webhooks": {
        "outbox": "Which notices go out, in which order.",
        "webhook_endpoints": "Where a tenant wants to be told, and who sends there now.",
        "retired_webhook_secrets": "Secrets that an endpoint had before and that still sign for a while.",
        "deliveries": "One notice for one endpoint: pending, delivered or dead.",
    },
}
"""Every table, in groups, with what it holds. One that another refers to comes first."""

COLUMNS = """
select a.attname as name, replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz') as type, a.attnotnull as required,
       a.attidentity::text as identity, a.attgenerated::text as generated,
       pg_get_expr(d.adbin, d.adrelid, true) as value
from pg_attribute a
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped
order by a.attnum
"""
CONSTRAINTS = """
select conname as name, pg_get_constraintdef(oid, true) as definition from pg_constraint
where conrelid = $1::text::regclass and contype not in ('n', 't')
order by array_position(array['p', 'u', 'f', 'c'], contype::text), conname
"""
INDEXES = """
select pg_get_indexdef(i.indexrelid, 0, true) as definition from pg_index i
where i.indrelid = $1::text::regclass
  and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype <> 'f')
order by i.indexrelid::regclass::text
"""
TRIGGERS = """
select tgname as name, tgrelid::regclass::text as of_table, proname as runs,
       pg_get_triggerdef(t.oid, true) as definition
from pg_trigger t join pg_proc p on p.oid = t.tgfoid
where not tgisinternal order by 3, 2, 1
"""
FUNCTIONS = """
select proname as name, pg_get_functiondef(oid) as definition from pg_proc
where pronamespace = 'public'::regnamespace order by 1, oid
"""
NEEDED = """
select distinct p.proname as name, coalesce(c.relname, '') as by_table, coalesce(f.proname, '') as by
from pg_depend d
join pg_proc p on d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid
left join pg_attrdef a on d.classid = 'pg_attrdef'::regclass and d.objid = a.oid
left join pg_constraint k on d.classid = 'pg_constraint'::regclass and d.objid = k.oid
left join pg_class i on d.classid = 'pg_class'::regclass and d.objid = i.oid
left join pg_index x on x.indexrelid = i.oid
left join pg_class c on c.oid = coalesce(a.adrelid, nullif(k.conrelid, 0), x.indrelid)
left join pg_proc f on d.classid = 'pg_proc'::regclass and d.objid = f.oid
where p.pronamespace = 'public'::regnamespace
order by 1, 2, 3
"""
"""Which functions tables need (in a default, a check or an index), and which other functions do."""

RULER = 100


class Trigger(NamedTuple):
    """When a function runs."""

    name: str
    of_table: str
    runs: str
    definition: str


async def schema_of(executor: Executor) -> str:
    """The schema of a database as readable SQL, the same for all that have the same schema."""
    triggers = [Trigger(**row) for row in await executor.fetch(TRIGGERS)]
    functions = {
        row["name"]: _function(row["definition"]) for row in await executor.fetch(FUNCTIONS)
    }
    needed = await executor.fetch(NEEDED)
    order = _in_order(functions, needed)
    first = _with_what_they_need({row["name"] for row in needed if row["by_table"]}, needed)
    parts = [HEAD, _title("Functions that tables need")]
    parts += [functions[name] for name in order if name in first]
    for group, tables in GROUPS.items():
        parts.append(_title(group))
        for table, holds in tables.items():
            parts.append(await _table(executor, table, holds, triggers))
    parts.append(_title("Functions, each with the triggers that run it"))
    for name in order:
        if name not in first:
            runs = "".join(_trigger(each) for each in triggers if each.runs == name)
            parts.append(functions[name] + ("\n" + runs if runs else ""))
    return "\n".join(parts)


async def _table(executor: Executor, table: str, holds: str, triggers: Sequence[Trigger]) -> str:
    rows = await executor.fetch(COLUMNS, table)
    names, types = (max(len(row[key]) for row in rows) for key in ("name", "type"))
    lines = [_column(row, names, types) for row in rows]
    lines += [
        f"constraint {row['name']} {_plain(row['definition'])}"
        for row in await executor.fetch(CONSTRAINTS, table)
    ]
    body = ",\n".join(f"    {line}" for line in lines)
    mine = [each.name for each in triggers if each.of_table == table]
    comment = [holds, *([f"Triggers: {', '.join(mine)}."] if mine else [])]
    indexes = "".join(
        _plain(row["definition"]) + ";\n" for row in await executor.fetch(INDEXES, table)
    )
    return "".join(map(_comment, comment)) + f"create table {table} (\n{body}\n);\n{indexes}"


def _column(row: Mapping[str, Any], names: int, types: int) -> str:
    value = row["value"]
    after = [
        "not null" if row["required"] else "",
        {"a": "generated always as identity", "d": "generated by default as identity"}.get(
            row["identity"], ""
        ),
    ]
    if value is not None:
        after.append(
            f"generated always as ({value}) stored" if row["generated"] else f"default {value}"
        )
    said = " ".join(word for word in after if word)
    return f"{row['name']:{names}} {row['type']:{types}} {said}".rstrip()


def _function(definition: str) -> str:
    """A function as Postgres writes it, its first lines in small letters."""
    head, quoted, body = definition.partition("AS $")
    if not quoted:
        head, quoted, body = definition.partition("\nRETURN ")
    head = head.replace("CREATE OR REPLACE FUNCTION public.", "create function ")
    head = head.lower().replace("timestamp with time zone", "timestamptz")
    return head + quoted.lower() + body.rstrip() + ";\n"


def _trigger(trigger: Trigger) -> str:
    return _plain(trigger.definition) + ";\n"


def _plain(definition: str) -> str:
    """What Postgres writes, with its words in small letters and without the schema's name."""
    words = re.sub(r"'[^']*'|\b[A-Z]+\b", _small, definition)
    return words.replace("timestamp with time zone", "timestamptz").replace(" public.", " ")


def _small(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("'") else found[0].lower()


def _comment(text: str) -> str:
    words, lines = text.split(), ["--"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > RULER:
            lines.append("--")
        lines[-1] += f" {word}"
    return "\n".join(lines) + "\n"


def _title(text: str) -> str:
    return f"-- {'-' * (RULER - len(text) - 4)} {text}\n"


def _in_order(functions: Mapping[str, str], needed: Sequence[Mapping[str, str]]) -> list[str]:
    """Functions, each after those it needs, otherwise by name."""
    needs = {name: {row["name"] for row in needed if row["by"] == name} for name in functions}
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    return list(_names(sorter))


def _names(sorter: "TopologicalSorter[str]") -> Iterator[str]:
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield from ready
        sorter.done(*ready)


def _with_what_they_need(names: set[str], needed: Sequence[Mapping[str, str]]) -> set[str]:
    more = names | {row["name"] for row in needed if row["by"] in names}
    return names if more == names else _with_what_they_need(more, needed)


def page() -> str:
    """The whole file, from a server that lives as long as this takes."""
    with (
        tempfile.TemporaryDirectory() as folder,
        PostgresServer(Path(folder), durable=False) as server,
    ):
        return asyncio.run(_read(server.url()))


async def _read(url: str) -> str:
    database = await Database.open(url)
    try:
        await migrate(database)
        return await schema_of(database)
    finally:
        await database.close()


if __name__ == "__main__":
    PAGE.write_text(page())
