"""Importing world files: an upsert, all or nothing, that leaves upgrades alone."""

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.facts import Incident
from domain.policy import CapacityPolicy, Policy
from domain.world import World, WorldFaults, WorldUser, parse_world
from store.database import Database
from store.errors import PromiseBroken, StoreUnavailable
from store.facts import read_facts
from store.rebuild import rebuild
from store.world import import_world
from tests.domain.builders import NOW, SERVICES
from tests.store.support import (
    USERS,
    Life,
    holders,
    world_of,
    world_subscription,
    world_tenant,
)

SAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "sample-world.yaml"
LATER = NOW + timedelta(days=1)


def changed(**changes: Any) -> World:
    """The world with another subscription of contoso's."""
    return world_of(world_tenant("contoso", world_subscription(**changes)))


async def _events(database: Database) -> int:
    return await database.fetchval("select count(*) from events")


async def test_the_sample_world_is_imported_whole_and_only_once(database: Database) -> None:
    document = yaml.safe_load(SAMPLE.read_text())
    world = parse_world(document, today=date(2026, 12, 31))
    imported = await import_world(database, world, NOW)
    told = imported.subscriptions + len(world.incidents)
    assert told == await _events(database) > 10
    assert imported.assignments == await database.fetchval("select count(*) from assignments")
    for table in ("services", "plans", "tenants"):
        assert getattr(imported, table) == await database.fetchval(f"select count(*) from {table}")
    assert (await rebuild(database)).ok

    again = await import_world(database, world, LATER)
    assert again == imported
    assert await _events(database) == told
    for tenant in world.tenants:
        for subscription in tenant.subscriptions:
            facts = await read_facts(database, subscription.id)
            assert facts is not None
            assert facts.subscription == subscription.to_subscription(tenant)
            assert facts.tenant == tenant.to_tenant()
            assert facts.policy == world.policy


async def test_a_changed_subscription_gets_one_event(database: Database, life: Life) -> None:
    await import_world(database, changed(licenses=12), LATER)
    assert await _events(database) == 2
    facts = await read_facts(database, "contoso-basic")
    assert facts is not None
    assert (facts.subscription.licenses, facts.subscription.assigned) == (12, 7)
    await import_world(database, changed(licenses=10), LATER)
    assert await _events(database) == 3


async def test_users_join_leave_and_change_their_switches(database: Database, life: Life) -> None:
    users = (
        WorldUser(id="ada@contoso.example"),
        WorldUser(id="bob@contoso.example", disabled_services=("teams", "exchange")),
        WorldUser(id="zoe@contoso.example"),
    )
    await import_world(database, changed(users=users), LATER)
    assert await holders(database, "contoso-basic") == {
        "ada@contoso.example": [],
        "bob@contoso.example": ["exchange", "teams"],
        "zoe@contoso.example": [],
    }
    facts = await read_facts(database, "contoso-basic")
    assert facts is not None
    assert facts.subscription.users_with_disabled_services == 1
    await import_world(database, changed(user_count=3), LATER)
    assert sorted(await holders(database, "contoso-basic")) == [
        f"user-000000{n}@contoso-basic" for n in (1, 2, 3)
    ]


async def test_incidents_and_policy_become_those_of_the_file(database: Database) -> None:
    incident = Incident(service="exchange", reference="EX-1")
    policy = Policy(capacity=CapacityPolicy(max_open_upgrades=5))
    world = world_of(policy=policy).model_copy(update={"incidents": (incident, incident)})
    await import_world(database, world, NOW)
    facts = await read_facts(database, "contoso-basic")
    assert facts is not None
    assert (facts.incidents, facts.policy) == ((incident,), policy)
    await import_world(database, world_of(), LATER)
    facts = await read_facts(database, "contoso-basic")
    assert facts is not None
    assert (facts.incidents, facts.policy) == ((), Policy())


async def test_an_import_that_fails_in_the_middle_imports_nothing(
    database: Database, life: Life
) -> None:
    # Users come last: by then catalog, tenants and events are written.
    await database.execute(
        "alter table assignments add constraint no_zoe check (user_id <> 'zoe@contoso.example')"
    )
    users = (*USERS, WorldUser(id="zoe@contoso.example"))
    world = world_of(
        world_tenant("contoso", world_subscription(users=users, licenses=11), name="Renamed"),
        world_tenant("fabrikam"),
    )
    before = await _everything(database)
    with pytest.raises(PromiseBroken) as refused:
        await import_world(database, world, LATER)
    assert refused.value.constraint == "no_zoe"
    assert await _everything(database) == before


async def _everything(database: Database) -> dict[str, str]:
    tables = "services plans tenants incidents policy subscriptions assignments events streams"
    return {
        table: await database.fetchval(
            f"select jsonb_agg(to_jsonb(t) order by to_jsonb(t))::text from {table} t"
        )
        for table in tables.split()
    }


async def test_what_an_upgrade_holds_is_kept_as_it_is(database: Database, life: Life) -> None:
    await life.quote()
    await life.order()
    await life.move()
    imported = await import_world(database, changed(licenses=99), LATER)
    assert imported.kept == ("contoso-basic",)
    assert await holders(database, "contoso-basic") == {}
    await life.switch()
    imported = await import_world(database, changed(licenses=99), LATER)
    assert imported.kept == ("contoso-basic",)
    await life.wait()
    await life.invoice()


async def test_imports_at_once_wait_for_each_other(database: Database) -> None:
    worlds = [changed(licenses=10 + n, user_count=5 + n) for n in range(8)]
    async with asyncio.timeout(30):
        await asyncio.gather(*(import_world(database, world, NOW) for world in worlds))
    assert await _events(database) == 8
    facts = await read_facts(database, "contoso-basic")
    assert facts is not None
    assert facts.subscription.licenses - facts.subscription.assigned == 5


@pytest.mark.parametrize("round_", range(6))
async def test_an_import_and_an_order_at_once_never_undo_each_other(
    database: Database, life: Life, round_: int
) -> None:
    life.key = f"key-{round_}"
    await life.quote()
    await life.order()

    async def import_again() -> None:
        for n in range(6):
            await import_world(database, changed(licenses=10 + n), LATER)

    async def upgrade() -> None:
        while True:
            try:
                await life.move()
                break
            except StoreUnavailable:
                continue
        await life.switch()

    async with asyncio.timeout(60):
        await asyncio.gather(import_again(), upgrade())
    assert len(SERVICES) == await database.fetchval("select count(*) from services")
    assert await holders(database, "contoso-basic") == {}


async def test_a_file_cannot_take_the_price_of_a_subscription_it_does_not_hold(
    database: Database,
) -> None:
    await import_world(database, world_of(), NOW)
    whole = world_of()
    cheaper = [plan.model_copy(update={"prices": ()}) for plan in whole.plans]
    with pytest.raises(WorldFaults) as refused:
        await import_world(database, World(services=whole.services, plans=tuple(cheaper)), LATER)
    (fault,) = refused.value.faults
    assert "'contoso-basic' of tenant 'contoso'" in fault.message
    assert "has none in USD" in fault.message
    facts = await read_facts(database, "contoso-basic")
    assert facts is not None
    assert facts.plan.prices, "nothing was imported"
