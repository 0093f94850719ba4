"""Databases that sequences begin on: one with a small world, and each that older code left."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from activities.holiday_calendar import holiday_calendar
from api.files.world_reader import WorldFile, read_world
from deploy.local_stack.postgres import PostgresServer
from store.database import Database
from store.migrate import migrate
from store.rebuild import rebuild, refresh
from store.verify import verify
from store.world import import_world
from tests.domain.builders import NOW
from tests.domain.world_documents import catalog, subscription, tenant
from tests.sequences.life import Life
from tests.sequences.sequence import ADD_ON, PEOPLE, Do

FRESH = "fresh"
DUMPS = Path(__file__).parent.parent / "dumps"
TENANTS_AT_ONCE = 3
"""Few, so that what happens meets what has happened."""
_numbers = count(1)


def kinds() -> list[str]:
    """A fresh database, and the schemas that there is a dump of."""
    return [FRESH, *sorted(path.stem for path in DUMPS.glob("*.sql"))]


@dataclass
class Ground:
    """One such database, to be copied for each sequence."""

    server: PostgresServer
    name: str
    tenants: Sequence[str]
    begins: datetime
    """The moment at which it was left."""

    async def live(self, beginning: int, steps: Sequence[Do]) -> Life:
        """Let a sequence happen to some of the tenants: every promise holds then, and after a rebuild.

        Raises `AssertionError` with what is broken.
        """
        async with self.copied() as database:
            return await self.live_in(database, beginning, steps)

    @asynccontextmanager
    async def copied(self) -> AsyncGenerator[Database]:
        """A database of one's own."""
        name = f"sequence_{next(_numbers)}"
        await self._administer(f"create database {name} template {self.name} strategy wal_log")
        try:
            database = await Database.open(self.server.url(name), max_connections=10)
            try:
                yield database
            finally:
                await database.close()
        finally:
            await self._administer(f"drop database {name} with (force)")

    async def live_in(self, database: Database, beginning: int, steps: Sequence[Do]) -> Life:
        """The same in this copy."""
        life = Life(database, self.some_tenants(beginning), self.begins)
        await life.live(steps)
        await require_promises(life)
        rebuilt = await rebuild(database)
        assert rebuilt.ok, rebuilt.differences
        written = await refresh(database)
        assert (written.ok, written.written) == (True, 0), written.differences
        await require_promises(life)
        return life

    def some_tenants(self, beginning: int) -> Sequence[str]:
        """Those that a sequence happens to."""
        return [
            self.tenants[(beginning + n) % len(self.tenants)]
            for n in range(min(TENANTS_AT_ONCE, len(self.tenants)))
        ]

    async def _administer(self, statement: str) -> None:
        admin = await asyncpg.connect(self.server.url())
        try:
            await admin.execute(statement)
        finally:
            await admin.close()


async def require_promises(life: Life) -> None:
    """Raise `AssertionError` unless `verify` finds nothing."""
    verified = await verify(life.database, calendar_of=holiday_calendar, now=life.at)
    assert verified.ok, verified.violations


async def make_ground(server: PostgresServer, kind: str, *, name: str | None = None) -> Ground:
    """That database as it is today: with every migration, and with an add-on to buy."""
    name = name or f"ground_{kind}"
    server.create_database(name)
    if kind != FRESH:
        connection = await asyncpg.connect(server.url(name))
        await connection.execute((DUMPS / f"{kind}.sql").read_text(encoding="utf-8"))
        await connection.close()
    database = await Database.open(server.url(name), max_connections=2)
    try:
        await migrate(database)
        refreshed = await refresh(database)
        assert refreshed.ok, refreshed.differences
        left_at = await database.fetchval("select max(recorded_at) from events")
        begins: datetime = left_at or NOW
        await import_world(database, _new_world() if kind == FRESH else _an_add_on(), begins)
        rows = await database.fetch("select tenant_id from tenants order by tenant_id")
    finally:
        await database.close()
    return Ground(server, name, [row["tenant_id"] for row in rows], begins)


def _an_add_on() -> WorldFile:
    price = {"currency": "USD", "monthly": "1.00", "annual": "12.00"}
    plan = {"id": ADD_ON, "product": ADD_ON, "name": "Calling", "kind": "add_on"}
    return read_world({"plans": [{**plan, "services": {"apps": 1}, "prices": [price]}]})


def _new_world() -> WorldFile:
    """Tenants with one subscription and with two, paid by card, by invoice, in advance; one owes a balance."""
    users: list[dict[str, Any]] = [{"id": user} for user in PEOPLE[:4]]
    users[0]["disabled_services"] = ["teams"]
    term = {"kind": "upfront", "paid": "720.00", "from": "2026-01-01", "until": "2026-12-31"}
    of_card = [
        subscription(id="card-basic", users=users),
        subscription(id="card-standard", plan="standard", users=users[:1]),
    ]
    of_invoice = [
        subscription(id="invoice-basic", users=users),
        subscription(id="invoice-premium", plan="premium", users=users[2:]),
    ]
    of_upfront = [
        subscription(id="upfront-standard", plan="standard", users=users, prepaid=term),
        subscription(id="upfront-basic", users=users[:2], balance_due="9.00"),
    ]
    document: dict[str, Any] = catalog()
    document["plans"].append(_an_add_on().plans[0].value.model_dump(mode="json"))
    document["tenants"] = [
        tenant(*of_card, id="card"),
        tenant(*of_invoice, id="invoice", payment_method="invoice"),
        tenant(*of_upfront, id="upfront", billing_day=28),
        tenant(subscription(id="single-basic", users=users), id="single"),
        tenant(subscription(id="yearly-basic", users=users, billing="annual"), id="yearly"),
    ]
    return read_world(document)
