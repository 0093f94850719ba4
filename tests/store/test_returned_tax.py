"""B63 in the database: the rate that was charged is kept, and the ledger holds base and tax of each rate."""

from decimal import Decimal
from typing import Any

import pytest

from activities.holiday_calendar import holiday_calendar
from domain.catalog.policy import Policy
from domain.quoting.orders import new_subscription_id_for
from domain.quoting.quote import make_quote
from domain.quoting.request import QuoteRequest
from domain.world.model import World
from store.database import Database
from store.facts import read_facts
from store.migrate import migrate, read_migrations
from store.rebuild import rebuild
from store.verify import verify
from store.views import read_invoice
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.support import Life, tampering, world_of, world_subscription, world_tenant

IRISH = {"name": "Plan Upgrades Ltd.", "country": "IE", "tax_id": "IE1234567T"}


def taxed(rate: str) -> Policy:
    return Policy.model_validate({"tax": {"US": rate}})


async def load(database: Database, rate: str, **subscription: Any) -> None:
    world = world_of(
        world_tenant("contoso", world_subscription(**subscription)), policy=taxed(rate)
    )
    await import_world(database, world, NOW)


async def switched(life: Life, **request: Any) -> Life:
    """An upgrade on the moment of `life`, up to its switch."""
    await life.quote(**request)
    await life.order()
    await life.move()
    await life.switch()
    return life


async def rate_of(database: Database, subscription_id: str) -> str:
    """The rate that a quote would be made with."""
    facts = await read_facts(database, subscription_id)
    assert facts is not None
    return str(facts.subscription.tax_rate)


async def test_an_upgrade_returns_the_tax_that_the_one_before_it_charged(
    database: Database,
) -> None:
    """Ten licenses at 12.50 and 8 %, then on the same day of a better plan: all of both comes back."""
    await load(database, "0.08")
    first = await switched(Life(database))
    opened = new_subscription_id_for(first.upgrade_id)
    assert await rate_of(database, opened) == "0.08"
    await import_world(database, World(policy=taxed("0.10")), first.at)
    second = Life(database, subscription_id=opened, key="key-2", at=first.at)
    await switched(second, target_plan_id="premium")
    await second.wait()
    await second.invoice()
    invoice = await read_invoice(database, second.upgrade_id)
    assert invoice is not None
    charge, tax, credit, returned = (line.amount for line in invoice.lines)
    assert tax == charge * Decimal("0.10")
    assert (credit, returned) == (Decimal("-125.00"), Decimal("-10.00"))
    verified = await verify(database)
    assert verified.ok, verified.violations
    assert verified.checked["tax_is_booked_at_its_rate"] == 4, "charge and credit of two upgrades"
    assert (await rebuild(database)).ok


@pytest.mark.breaks_promises
async def test_what_older_code_has_opened_has_the_rate_it_was_quoted_at(database: Database) -> None:
    await load(database, "0.08")
    life = await switched(Life(database))
    opened = new_subscription_id_for(life.upgrade_id)
    async with tampering(database) as connection:
        await connection.execute("update subscriptions set tax_rate = null")
    await import_world(database, World(policy=taxed("0.10")), life.at)
    assert await rate_of(database, opened) == "0.08"
    assert await rate_of(database, "contoso-basic") == "None", "nobody has noted it"


async def test_what_older_code_has_imported_keeps_the_rate_of_the_day_it_was_noted(
    empty: Database,
) -> None:
    """8 % as tax began to be kept, for a customer who would account for it itself today; then 10 %."""
    migrations = read_migrations()
    older = {name: sql for name, sql in migrations.items() if name < "0025"}
    await migrate(empty, older)
    business = {
        "sold_to": {"name": "Kontor GmbH", "country": "DE", "tax_id": "DE123456788"},
        "country": "DE",
        "subdivision": None,
    }
    policy = {"tax": {"DE": "0.08"}, "seller": IRISH}
    tenants = (
        world_tenant("contoso", world_subscription(), **business),
        world_tenant("untaxed", world_subscription("untaxed-basic")),
        world_tenant("told", world_subscription("told-basic", tax_rate="0.05"), **business),
    )
    await import_world(empty, world_of(*tenants, policy=Policy.model_validate(policy)), NOW)
    await empty.execute("update subscriptions set tax_rate = null where tenant_id <> 'told'")
    assert "0025_rates_before_tax.sql" in await migrate(empty, migrations)
    later = Policy.model_validate(policy | {"tax": {"DE": "0.10", "US": "0.09"}})
    await import_world(empty, World(policy=later), NOW)
    for subscription_id, rate in (
        ("contoso-basic", "0.08"),
        ("untaxed-basic", "0"),
        ("told-basic", "0.05"),
    ):
        facts = await read_facts(empty, subscription_id)
        assert facts is not None
        quote = make_quote(
            facts,
            QuoteRequest(target_plan_id="standard", licenses=10, billing="monthly"),
            quote_id="q-1",
            at=NOW,
            calendar=holiday_calendar("US", None),
        )
        assert str(quote.inputs.old.tax_rate) == rate, subscription_id


async def test_a_row_of_older_code_takes_no_rate_away(database: Database) -> None:
    await load(database, "0.08", tax_rate="0.05")
    assert await rate_of(database, "contoso-basic") == "0.05"
    row = await database.fetchval(
        "select jsonb_agg(to_jsonb(s) - 'tax_rate') from subscriptions s"
        " where subscription_id = 'contoso-basic'"
    )
    await database.execute("select commit_step('[]', $1::jsonb)", {"subscriptions": row})
    assert await rate_of(database, "contoso-basic") == "0.05"
