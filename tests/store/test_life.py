"""Whole upgrades, carried out step by step; after each, every promise is checked."""

import pytest

from domain.values import rejections
from store.database import Database
from store.errors import PromiseBroken
from store.rebuild import rebuild
from store.verify import verify
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.support import (
    USERS,
    Life,
    an_incident,
    holders,
    run_step,
    world_of,
    world_subscription,
    world_tenant,
)

SWITCHES = {user.id: sorted(user.disabled_services) for user in USERS}


async def test_an_upgrade_goes_from_its_order_to_its_invoice(
    database: Database, life: Life
) -> None:
    await life.quote()
    assert (await life.order()).stage == "moving_users"
    moved = await life.move()
    assert (moved.stage, moved.users.moved, moved.users.remaining) == ("switching_billing", 7, 0)
    assert moved.new_subscription_id is not None
    assert await holders(database, moved.new_subscription_id) == {user.id: [] for user in USERS}
    assert await holders(database, "contoso-basic") == {}
    assert (await life.switch()).stage == "awaiting_invoice"
    await life.wait()
    invoiced = await life.invoice()
    assert (invoiced.stage, invoiced.invoice_number) == ("invoiced", "INV-00000001")

    await an_incident(database)
    report = await rebuild(database)
    assert report.ok, report.differences
    empty = {table for table, rows in report.compared.items() if not rows}
    assert empty == {"credit_notes"}, "no invoice was taken back"
    verified = await verify(database)
    assert verified.ok, verified.violations
    assert verified.checked["one_switch_per_completed_upgrade"] == 1
    assert verified.checked["moved_users_hold_a_license"] == 7


async def test_every_step_may_be_repeated(database: Database, life: Life) -> None:
    await life.quote()
    for step in (life.order, life.move, life.switch):
        first = await step()
        assert await step() == first
    await life.wait()
    first = await life.invoice()
    assert await life.invoice() == first
    assert await database.fetchval("select last from invoice_numbers") == 1


async def test_switches_are_kept_where_the_order_asks_for_it(
    database: Database, life: Life
) -> None:
    """B45."""
    await life.quote(keep_disabled_services=True)
    await life.order()
    moved = await life.move()
    assert moved.new_subscription_id is not None
    assert await holders(database, moved.new_subscription_id) == SWITCHES
    await life.switch()


async def contents(database: Database) -> dict[str, str]:
    """A digest of every table."""
    tables = await database.fetch("select tablename from pg_tables where schemaname = 'public'")
    return {
        name: await database.fetchval(
            f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {name} as t"
        )
        for name in (row["tablename"] for row in tables)
    }


async def test_a_move_changes_licenses_and_nothing_else_that_is_known_of_users(
    database: Database,
) -> None:
    """B46, B47: who holds which license, what is told of the move, and no more."""
    beside = world_subscription("contoso-premium", plan="premium")
    world = world_of(world_tenant("contoso", world_subscription(), beside))
    await import_world(database, world, NOW)
    life = await Life(database).quote()
    await life.order()
    kept, before = await holders(database, "contoso-premium"), await contents(database)
    assert (await life.move()).users.moved == len(USERS)
    after = await contents(database)
    assert {name for name in after if after[name] != before[name]} == {
        *("assignments", "subscriptions"),  # who holds which, and the new one
        *("events", "streams", "upgrades"),  # what is told of it
        *("move_batches", "moved_users"),  # what everybody had before
    }
    assert await holders(database, "contoso-premium") == kept == SWITCHES


async def test_a_cancel_in_the_middle_of_the_move_restores_everything(
    database: Database, life: Life
) -> None:
    before = await holders(database, "contoso-basic")
    await life.quote()
    await life.order()
    steps, batches = life.steps, 0
    move_one_batch = steps._moves._move_one_batch

    async def move_then_cancel(*given: object) -> object:
        nonlocal batches
        batches += 1
        moved = await move_one_batch(*given)  # pyright: ignore[reportArgumentType]
        if batches == 2:
            await life.cancel()
        return moved

    steps._moves._move_one_batch = move_then_cancel  # pyright: ignore[reportAttributeAccessIssue]
    view = await run_step(steps.move_users, life.step)
    assert (view.undoing, view.users.moved) == (True, 6)
    assert (await life.undo()).stage == "canceled"
    assert await holders(database, "contoso-basic") == before == SWITCHES
    assert await database.fetchval("select count(*) from ledger_entries") == 0
    assert (await life.cancel()).stage == "canceled"
    again = Life(database, key="key-2")
    assert (await again.live()).stage == "invoiced"


async def test_after_the_switch_nobody_can_cancel(life: Life) -> None:
    await life.quote()
    await life.order()
    await life.move()
    await life.switch()
    with pytest.raises(rejections.AlreadySwitched):
        await life.cancel()


@pytest.mark.parametrize("decision", ["approved", "declined"])
async def test_a_credit_decision_counts_once(database: Database, decision: str) -> None:
    await import_world(database, world_of(world_tenant(payment_method="invoice")), NOW)
    life = await Life(database).quote()
    assert (await life.order()).stage == "awaiting_credit_check"
    life.later(hours=3)
    stage = "moving_users" if decision == "approved" else "declined"
    assert (await life.decide(decision)).stage == stage
    assert (await life.decide(decision)).stage == stage
    other = "declined" if decision == "approved" else "approved"
    for _ in range(3):
        with pytest.raises(rejections.DecisionContradicts):
            await life.decide(other)
    refused = "select count(*) from events where type = 'CreditDecisionRefused'"
    assert await database.fetchval(refused) == 1


async def test_a_late_credit_decision_is_kept_and_changes_nothing(database: Database) -> None:
    await import_world(database, world_of(world_tenant(payment_method="invoice")), NOW)
    life = await Life(database).quote()
    await life.order()
    life.later(days=10)
    for _ in range(3):
        with pytest.raises(rejections.DecisionTooLate):
            await life.decide("approved")
    assert (await life.expire()).stage == "expired"
    with pytest.raises(rejections.DecisionTooLate):
        await life.decide("approved", "R-2")


@pytest.mark.parametrize("users_per_batch", [1, 7, 3, 100])
async def test_who_joins_after_the_move_is_not_left_behind(
    database: Database, life: Life, users_per_batch: int
) -> None:
    life.users_per_batch = users_per_batch
    await life.quote()
    await life.order()
    await life.move()
    for user in ("zoe@contoso.example", "zed@contoso.example"):
        await database.execute("insert into assignments values ('contoso-basic', $1)", user)
        life.later(seconds=1)
        assert (await life.switch()).stage == "moving_users"
        life.later(seconds=1)
        assert (await life.switch()).stage == "moving_users", "its reply may have been lost"
        assert (await life.move()).stage == "switching_billing"
    life.later(seconds=1)
    assert (await life.switch()).users.moved == 9


async def test_more_users_than_licenses_can_never_be_moved(database: Database, life: Life) -> None:
    await life.quote(licenses=7)
    await life.order()
    await database.execute("insert into assignments values ('contoso-basic', 'zoe')")
    with pytest.raises(PromiseBroken) as refused:
        await life.move()
    assert refused.value.constraint == "opened_has_licenses_for_all"
