"""Upgrades at every stage in a worker that is a process of its own, to be killed there.

No hook reaches into that process. What holds a step is a lock of Postgres on the row that it needs
next, held by another connection; what breaks one is a trigger that refuses a tenant.
"""

import asyncio
from typing import Any

import asyncpg

from domain.catalog.facts import Incident
from domain.quoting.orders import new_subscription_id_for
from store.database import Database
from tests.callers import OPERATOR
from tests.clock import in_days
from tests.store.support import world_of
from tests.workflows.grid import ROWS, Cell
from tests.workflows.story import Story, a_subscription, a_tenant, eventually

LAST_USER, FIRST_USER = "gus@contoso.example", "ada@contoso.example"
TENANTS = {row: "kill-" + row.translate(str.maketrans("_ ", "--", "()")) for row in ROWS}
REFUSED_BY = {
    "ledger_entries": ("needs_attention", "undone"),
    "invoices": ("needs_attention (switched)",),
}
"""Into which tables the tenants of which rows may write nothing, until it is mended."""

HOLD_ORDER = "insert into streams values ('upgrade-' || $1, 1, '')"
HOLD_SWITCH = """insert into ledger_entries
    (upgrade_id, entry, tenant_id, account, currency, amount_minor, booked_at, booking)
    values ($1, 1, 'nobody', 'nothing', 'USD', 1, now(), 'switch')"""
HOLD_USER = "select from assignments where subscription_id = $1 and user_id = $2 for update"


class Locks:
    """Transactions that hold what steps need."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._held: list[asyncpg.Connection[asyncpg.Record]] = []

    async def take(self, statement: str, *arguments: Any) -> "asyncpg.Connection[asyncpg.Record]":
        connection = await asyncpg.connect(self._url)
        self._held.append(connection)
        await connection.execute("begin")
        await connection.execute(statement, *arguments)
        return connection

    async def release(self) -> None:
        for connection in self._held:
            if not connection.is_closed():
                await connection.execute("rollback")
                await connection.close()


async def cells_of(story: Story) -> dict[str, Cell]:
    """A cell for each row; the refused one is ordered already, while there is an incident."""
    world = world_of(
        *(
            a_tenant(
                TENANTS[name],
                a_subscription(f"{TENANTS[name]}-basic"),
                payment_method=row.pays_by,
            )
            for name, row in ROWS.items()
        )
    )
    await story.load(world)
    cells: dict[str, Cell] = {}
    for name, row in ROWS.items():
        key, upgrade_id = story.key(TENANTS[name])
        day = in_days(20) if name == "scheduled" else None
        quote = await story.quote(f"{TENANTS[name]}-basic", switch_on=day)
        cells[name] = Cell(story, row, TENANTS[name], key, upgrade_id, quote)
    incident = Incident(service="exchange", reference="EX-1")
    await story.load(world.model_copy(update={"incidents": (incident,)}))
    await cells["refused"].order()
    await cells["refused"].until("refused")
    await story.load(world)
    await story.database.execute(
        "create function refuse_tenant() returns trigger language plpgsql as"
        " $$ begin raise exception 'refused for this test'; end $$"
    )
    for table, rows in REFUSED_BY.items():
        tenants = ", ".join(f"'{TENANTS[row]}'" for row in rows)
        await story.database.execute(
            f"create trigger refused_here before insert on {table} for each row"
            f" when (new.tenant_id in ({tenants})) execute function refuse_tenant()"
        )
    return cells


async def mend(database: Database) -> None:
    """Every tenant may write again."""
    for table in REFUSED_BY:
        await database.execute(f"drop trigger refused_here on {table}")


async def bring(name: str, cell: Cell, locks: Locks) -> None:
    """Bring the cell to its stage, with the step that leads out of it begun and held."""
    if name == "refused":
        return
    if name == "checking":
        await locks.take(HOLD_ORDER, cell.upgrade_id)
        cell.order()
        await _waited_for(cell, "streams")
        return
    if name == "switching_billing":
        await locks.take(HOLD_SWITCH, cell.upgrade_id)
    on_the_last = None
    if name.startswith("moving_users"):
        on_the_last = await locks.take(HOLD_USER, cell.subscription, LAST_USER)
    cell.order(**({"schedule": in_days(20)} if name == "scheduled" else {}))
    match name:
        case "moving_users" | "moving_users (back)":
            await cell.until("moving_users")
            view = await cell.view()
            await cell.story.until_happened(view, "UsersMoved", times=2)
            if name == "moving_users (back)":
                assert on_the_last is not None
                new = new_subscription_id_for(cell.upgrade_id)
                await locks.take(HOLD_USER, new, FIRST_USER)
                cell.story.begin(cell.cancel())
                await cell.story.until_happened(view, "UndoStarted")
                await on_the_last.execute("rollback")
        case "needs_attention (switched)":
            complete = await cell.until("awaiting_invoice")
            await cell.story.skip_to(complete, complete.deadline)
            await cell.until("needs_attention")
        case "undone":
            await cell.until("needs_attention")
            await cell.story.service.repair.resolve_attention(
                OPERATOR, cell.upgrade_id, "undo", "cannot be mended"
            )
            await cell.until("undone")
        case "canceled":
            await cell.until("awaiting_credit_check")
            await cell.cancel()
        case "invoiced" | "declined" | "expired":
            await cell.live_on()
        case _:
            await cell.until(name)


async def _waited_for(cell: Cell, table: str) -> None:
    async def waits() -> bool:
        return await cell.story.database.fetchval(
            "select exists (select from pg_locks where not granted)"
        )

    await eventually(f"a step waits for {table}", waits)
    await asyncio.sleep(0.1)
