"""Postgres cannot serve for a while: upgrades wait, none is parked, and all go on by themselves (B72).

Upgrades are in every kind of step when trouble comes, and every step meets it more often than an
unexpected failure would be tried. What is left is to wait: nobody does anything about any upgrade.
"""

import asyncio
import subprocess
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

import asyncpg
import pytest
from temporalio.client import Client

from activities import failures
from activities.holiday_calendar import holiday_calendar
from deploy.local_stack.postgres import PostgresServer
from store.database import Database
from store.migrate import migrate
from store.verify import verify
from tests.callers import OPERATOR
from tests.faults.lives import acknowledged
from tests.roles import set_up_roles, url_as
from tests.store.support import world_of
from tests.workflows.hooks import Held, Hooks
from tests.workflows.story import SWITCHES, Story, a_subscription, a_tenant, eventually

ATTEMPTS = 2
"""As many as an unexpected failure has here, before it parks its upgrade."""
TENANTS = ("contoso", "fabrikam", "northwind", "tailspin", "wingtip")
DISK_MIB = 128
CONNECTIONS = 4
"""Of the worker."""
STEPS = ("check_order", "decide_credit_check", "move_users", "switch_billing", "issue_invoice")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "ATTEMPTS_WHEN_UNEXPECTED", ATTEMPTS)


class Upgrades:
    """Five upgrades, each about to begin another step."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.ids: list[str] = []
        self._held: list[Held] = []

    async def bring(self) -> None:
        """Let each come to its step, which is held before it begins."""
        story = self.story
        payers = dict(zip(TENANTS, ("card", "invoice", "card", "card", "card"), strict=True))
        contoso, *others = (
            a_tenant(each, a_subscription(f"{each}-basic"), payment_method=payers[each])
            for each in TENANTS
        )
        await story.load(world_of(contoso, *others))
        for tenant, step in zip(TENANTS, STEPS, strict=True):
            key, upgrade_id = story.key(tenant)
            self.ids.append(upgrade_id)
            part, nth = ("_move_one_batch", 2) if step == "move_users" else (step, 1)
            held = story.hooks.hold(part, of=upgrade_id, nth=nth)
            quote = await story.quote(f"{tenant}-basic")
            order = partial(
                story.service.orders.upgrade,
                OPERATOR,
                f"{tenant}-basic",
                quote.quote_id,
                idempotency_key=key,
            )
            story.begin(acknowledged(order))
            if step == "decide_credit_check":
                await story.until_ordered(upgrade_id, "awaiting_credit_check")
                story.begin(
                    acknowledged(
                        partial(
                            story.service.orders.decide,
                            OPERATOR,
                            upgrade_id,
                            "approved",
                            reference="R-1",
                        )
                    )
                )
            if step == "issue_invoice":
                complete = await story.until_ordered(upgrade_id, "awaiting_invoice")
                await story.skip_to(complete, complete.deadline)
            await held.reached()
            self._held.append(held)

    def release(self) -> None:
        """Every step begins."""
        for held in self._held:
            held.release()

    def failures(self) -> dict[str, int]:
        """How often each step has begun and not come to its end."""
        hooks = self.story.hooks
        return {step: hooks.begun[step] - hooks.done[step] for step in STEPS}

    async def end(self) -> None:
        """All of them end, once, by themselves; nobody was asked for anything."""
        story = self.story
        for upgrade_id in self.ids:
            complete = await story.until_ordered(upgrade_id, "awaiting_invoice", "invoiced")
            if complete.stage != "invoiced":
                await story.skip_to(complete, complete.deadline)
            ended = await story.until(complete, "invoiced")
            types = Counter(await story.event_types(ended))
            once = ("OrderPlaced", "MoveStarted", "BillingSwitched", "InvoiceIssued")
            assert [types[each] for each in once] == [1] * len(once), types
            assert types["AttentionNeeded"] == 0, "it was parked"
            assert set(await story.holders(ended.new_subscription_id)) == set(SWITCHES)
        verified = await verify(story.database, calendar_of=holiday_calendar)
        assert verified.ok, verified.violations


@pytest.fixture
async def worker_database(database: Database, database_url: str) -> AsyncGenerator[Database]:
    """The worker's own connections, by its own role, whose limits are lifted again."""
    await set_up_roles(database_url)
    of_worker = await Database.open(url_as("worker", database_url), max_connections=CONNECTIONS)
    yield of_worker
    await of_worker.close()
    await database.execute("alter role plan_upgrade_worker connection limit -1")


@pytest.fixture
async def upgrades(
    database: Database, worker_database: Database, client: Client, hooks: Hooks
) -> AsyncGenerator[Upgrades]:
    story = Story(database, client, hooks, of_worker=worker_database)
    await story.start_worker()
    yield Upgrades(story)
    await story.end()


async def tried_in_vain(upgrades: Upgrades, steps: int = len(STEPS)) -> None:
    """Wait until so many steps have failed more often than a bug would be tried."""

    async def failed() -> bool:
        return sum(times > ATTEMPTS for times in upgrades.failures().values()) >= steps

    await eventually(f"{steps} steps are tried in vain", failed)


async def test_upgrades_wait_while_a_stranger_holds_the_locks(
    upgrades: Upgrades, database: Database, database_url: str
) -> None:
    name = await database.fetchval("select current_database()")
    await database.execute(
        f"alter role plan_upgrade_worker in database {name} set lock_timeout = '100ms'"
    )
    assert upgrades.story.of_worker is not None
    await upgrades.story.of_worker._pool.expire_connections()
    await upgrades.bring()
    stranger = await asyncpg.connect(database_url)
    async with stranger.transaction():
        await stranger.execute("lock table events in access exclusive mode")
        upgrades.release()
        await tried_in_vain(upgrades)
    await stranger.close()
    await upgrades.end()


async def test_upgrades_wait_while_no_connection_of_the_pool_is_free(upgrades: Upgrades) -> None:
    await upgrades.bring()
    assert upgrades.story.of_worker is not None
    pool = upgrades.story.of_worker._pool
    taken = [await pool.acquire() for _ in range(CONNECTIONS)]
    done = upgrades.story.hooks.done.total()
    upgrades.release()
    waiting = cast(Any, pool)._queue._getters

    async def all_wait() -> bool:
        return len(waiting) >= len(STEPS)

    await eventually("every step waits for a connection", all_wait)
    assert upgrades.story.hooks.done.total() == done
    for connection in taken:
        await pool.release(connection)
    await upgrades.end()


async def test_upgrades_wait_while_others_have_all_connections_of_the_server(
    upgrades: Upgrades, database: Database, database_url: str
) -> None:
    await upgrades.bring()
    await database.execute(f"alter role plan_upgrade_worker connection limit {CONNECTIONS}")
    assert upgrades.story.of_worker is not None
    strangers: list[asyncpg.Connection[asyncpg.Record]] = []
    # Whoever takes the place of a connection of ours is a stranger, until ours have none.
    while len(strangers) < CONNECTIONS:
        await database.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = 'plan_upgrade_worker' and application_name = 'plan-upgrade'"
        )
        with suppress(asyncpg.TooManyConnectionsError):
            strangers.append(await asyncpg.connect(url_as("worker", database_url)))
    upgrades.release()
    await tried_in_vain(upgrades)
    for stranger in strangers:
        await stranger.close()
    await upgrades.end()


# ---- the disk -----------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path]:
    """A file system of its own; only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    size = f"size={DISK_MIB}m"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False, timeout=60)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip(f"may not mount here: {done.stderr.decode()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=60)


def fill(file: Path) -> None:
    """Take every byte that is left."""
    with file.open("wb", buffering=0) as ballast:
        for chunk in (2**20, 4096, 1):
            with suppress(OSError):
                while True:
                    ballast.write(b"\0" * chunk)


async def test_upgrades_wait_while_the_disk_is_full(
    small_disk: Path, client: Client, hooks: Hooks
) -> None:
    with PostgresServer(
        small_disk / "postgres", durable=False, log=small_disk.parent / "postgres.log"
    ) as server:
        database = await Database.open(server.url(), max_connections=10)
        await migrate(database)
        story = Story(database, client, hooks)
        await story.start_worker()
        try:
            upgrades = Upgrades(story)
            await upgrades.bring()
            ballast = small_disk / "ballast"
            await asyncio.to_thread(fill, ballast)
            upgrades.release()
            await tried_in_vain(upgrades, steps=2)
            assert b"No space left on device" in server.log.read_bytes()
            ballast.unlink()
            await upgrades.end()
        finally:
            await story.end()
            await database.close()
