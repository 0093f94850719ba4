"""What plans have cost, and since when: files change the list, and no cycle that has begun (B64)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.catalog.facts import Facts
from domain.quoting.inputs_from_facts import pricing_inputs
from domain.world.model import World
from store.database import Database
from store.facts import read_facts
from store.recomputed import CREDIT_WITHIN_PAID
from store.verify import verify
from store.world import import_world
from tests.domain.builders import BASIC, NOW, PREMIUM, STANDARD, a_price
from tests.store.support import Life, tampering, world_of, world_subscription, world_tenant


def costing(monthly: str, **sub: Any) -> World:
    plan = BASIC.model_copy(update={"prices": (a_price(monthly, "120.00"),)})
    world = world_of(world_tenant("contoso", world_subscription(**sub)))
    return world.model_copy(update={"plans": (plan, STANDARD, PREMIUM)})


async def facts_of(database: Database) -> Facts:
    found = await read_facts(database, "contoso-basic")
    assert found is not None
    return found


async def prices(database: Database, day: date) -> list[Decimal]:
    """Of the cycle of that day, and of those from which on another one holds."""
    facts = await facts_of(database)
    old = pricing_inputs(facts, "standard", 1, "monthly", facts.tenant.sold_to, first_day=day).old
    return [old.unit_price, *(each.unit_price for each in old.later_prices)]


async def test_a_cycle_that_has_begun_keeps_its_price_whatever_a_file_says(
    database: Database,
) -> None:
    """The cycle began on 18 June, the subscription is first known on the 25th."""
    today, next_cycle = date(2026, 6, 25), date(2026, 7, 18)
    await import_world(database, costing("10.00"), NOW)
    for days, monthly in ((1, "12.00"), (1, "12.00"), (2, "8.00")):
        await import_world(database, costing(monthly), NOW + timedelta(days=days))
    assert await prices(database, today) == [Decimal(10), Decimal(8)]
    assert await prices(database, next_cycle) == [Decimal(8)]
    assert [str(each.price.monthly) for each in (await facts_of(database)).list_prices] == [
        *("10.00", "12.00", "8.00")
    ]
    assert (await facts_of(database)).known_since == NOW


async def test_a_dry_run_notes_no_price(database: Database) -> None:
    await import_world(database, costing("10.00"), NOW)
    await import_world(database, costing("12.00"), NOW + timedelta(days=1), dry_run=True)
    assert await prices(database, date(2026, 7, 18)) == [Decimal(10)]


async def test_a_file_without_plans_and_one_of_the_plan_alone_leave_the_price_paid(
    database: Database,
) -> None:
    """B69: a subscription that changes is known since its first file."""
    await import_world(database, costing("10.00"), NOW)
    await import_world(database, costing("12.00", licenses=20), NOW + timedelta(days=1))
    facts = await facts_of(database)
    assert (facts.known_since, facts.subscription.licenses) == (NOW, 20)
    assert await prices(database, date(2026, 6, 25)) == [Decimal(10), Decimal(12)]


async def test_the_invoice_of_a_switch_is_of_the_price_paid(database: Database) -> None:
    """10 x 10.00 x 22/30 = 73.33, on 26 June of the cycle from 18 June; 12 would make it 88.00."""
    await import_world(database, costing("10.00"), NOW)
    life = await Life(database, at=NOW + timedelta(days=1)).quote()
    await import_world(database, costing("12.00"), NOW + timedelta(days=1))
    life = await Life(database, key="key-2", at=NOW + timedelta(days=1)).quote()
    await life.order()
    await life.move()
    await life.switch()
    await life.wait()
    await life.invoice()
    lines = await database.fetchval("select body -> 'lines' from invoices")
    assert [line["amount"] for line in lines] == ["125.00", "-73.33"]
    verified = await verify(database)
    assert verified.ok, verified.violations


@pytest.mark.breaks_promises
async def test_what_was_paid_for_another_cycle_is_no_bound_of_a_credit(database: Database) -> None:
    """100.00 were paid for the cycle of the switch, 120.00 is what the next one costs: 73.33 and 36.00 are
    more than the one and less than the other."""
    await import_world(database, costing("10.00"), NOW)
    await import_world(database, costing("12.00"), NOW + timedelta(days=1))
    life = await Life(database, at=NOW + timedelta(days=1)).quote()
    await life.order()
    await life.move()
    await life.switch()
    async with tampering(database) as connection:
        await connection.execute(
            "update events set data = jsonb_set(data, '{pricing,account_credit}', '\"36.00\"')"
            " where type = 'BillingSwitched'"
        )
    broken = {each.invariant: each.evidence for each in (await verify(database)).violations}
    assert broken[CREDIT_WITHIN_PAID]["paid_minor"] == 10_000
