"""Importing world files: all or nothing, and what a file does not say stays as it is."""

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.files.world_reader import read_world
from api.service.administration import Administration
from domain.catalog.facts import Incident
from domain.catalog.policy import Policy, QuotePolicy
from domain.catalog.taxes import table_rate
from domain.text.faults import WorldFaults
from domain.world.differences import UsersChanged
from domain.world.importing import Section
from domain.world.model import World, WorldUser
from store.database import Database
from store.errors import PromiseBroken, StoreUnavailable
from store.facts import read_facts
from store.rebuild import rebuild
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW, SERVICES, a_plan
from tests.domain.world_documents import catalog, file, subscription, tenant, users
from tests.store.support import (
    USERS,
    Life,
    holders,
    world_of,
    world_subscription,
    world_tenant,
)
from tests.world_parsing import parse_world

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
    assert (again.changed, again.kept) == ((), ())
    assert again == imported.model_copy(update={"changed": ()})
    assert await _events(database) == told
    for owner in world.tenants:
        for held in owner.subscriptions:
            facts = await read_facts(database, held.id)
            assert facts is not None
            charged = table_rate(world.policy, owner.sold_to)  # B63
            expected = held.to_subscription(owner).model_copy(update={"tax_rate": charged})
            assert facts.subscription == expected
            assert facts.tenant == owner.to_tenant()
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
        WorldUser(id="ada@contoso.example", disabled_services=()),
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


async def test_users_whom_a_file_does_not_name_stay_and_so_do_switches(
    database: Database, life: Life
) -> None:
    before = await holders(database, "contoso-basic")
    await import_world(database, file(subscription(licenses=11)), LATER)
    assert await holders(database, "contoso-basic") == before
    imported = await import_world(database, file(subscription(users=users("ada", cy=[]))), LATER)
    assert await holders(database, "contoso-basic") == {
        "ada@contoso.example": ["sharepoint"],
        "cy@contoso.example": [],
    }
    (counted,) = [each for each in imported.changed if isinstance(each, UsersChanged)]
    assert (counted.joined, counted.left, counted.switched) == (0, 5, 1)
    await import_world(database, file(subscription(user_count=0)), LATER)
    assert await holders(database, "contoso-basic") == {}


async def test_who_joins_and_leaves_is_told_by_an_event(database: Database, life: Life) -> None:
    await import_world(database, file(subscription(users=users("bob", "zoe"))), LATER)
    await import_world(database, file(subscription(users=users("bob", "zoe"))), LATER)
    rows = await database.fetch(
        "select type, data #> '{subscription,assigned}' as assigned from events order by version"
    )
    assert [(row["type"], row["assigned"]) for row in rows] == [
        ("SubscriptionImported", 7),
        ("SubscriptionRevised", 2),
    ]


async def test_a_file_with_one_tenant_leaves_policy_and_incidents(database: Database) -> None:
    policy = {"tax": {"US": "0.08"}, "seller": {"name": "Ours", "country": "IE"}}
    incident = {"service": "exchange", "reference": "EX-1"}
    whole = {**catalog(), "policy": policy, "incidents": [incident], "tenants": [tenant()]}
    await import_world(database, read_world(whole), NOW)
    imported = await import_world(database, file(subscription()), LATER)
    assert [(each.what, each.id) for each in imported.changed] == [
        ("subscription", "contoso-basic")
    ]
    facts = await read_facts(database, "contoso-basic")
    assert facts is not None
    assert facts.policy == Policy.model_validate(policy)
    assert facts.incidents == (Incident.model_validate(incident),)
    replaced = frozenset[Section](["incidents", "policy"])
    given = file(incidents=[], policy={"quote": {"valid_days": 3}})
    await import_world(database, given, LATER, replace=replaced)
    facts = await read_facts(database, "contoso-basic")
    assert facts is not None
    assert (facts.policy, facts.incidents) == (Policy(quote=QuotePolicy(valid_days=3)), ())
    assert (await rebuild(database)).ok


async def test_a_dry_run_answers_the_same_and_changes_nothing(
    database: Database, life: Life
) -> None:
    given = read_world(
        {
            "tenants": [tenant(subscription(licenses=12, users=users("zoe")), name="Renamed")],
            "policy": {"tax": {"US": "0.08"}},
            "incidents": [{"service": "exchange", "reference": "EX-1"}],
        }
    )
    before = await _everything(database)
    tried = await import_world(database, given, LATER, dry_run=True)
    assert await _everything(database) == before
    done = await import_world(database, given, LATER)
    assert tried == done.model_copy(update={"dry_run": True})
    assert len(done.changed) == 5
    with pytest.raises(WorldFaults):
        await import_world(database, file(subscription(plan="gone")), LATER, dry_run=True)


async def test_a_replaced_catalog_keeps_what_is_needed(database: Database, life: Life) -> None:
    await life.quote(target_plan_id="premium")
    await Administration(database, lambda: NOW).open_incident(OPERATOR, "apps", "AP-1")
    given = read_world(
        {
            "services": [{"id": "exchange", "name": "Exchange"}],
            "plans": [
                {"id": "other", "product": "other", "name": "O", "services": {"exchange": 1}}
            ],
        }
    )
    replaced = frozenset[Section](["services", "plans"])
    with pytest.raises(WorldFaults) as refused:
        await import_world(database, given, LATER, replace=replaced)
    services, plans = map(str, refused.value.faults)
    assert '"apps" (incident AP-1 is of it)' in services
    assert "teams" not in services, "no plan that stays has it"
    assert '"basic" (subscription contoso-basic has it)' in plans
    assert '"premium" (quote q-contoso-basic-key-1 is for it)' in plans
    assert "standard" not in plans
    kept = {**catalog(), "plans": catalog()["plans"][::2]}
    imported = await import_world(
        database, read_world(kept), LATER, replace=frozenset[Section](["plans"])
    )
    assert [(each.what, each.id, each.new) for each in imported.changed] == [
        ("plan", "standard", None)
    ]
    assert await database.fetchval("select count(*) from plans") == 2


async def test_what_is_changed_and_kept_is_counted_where_it_is_too_much_to_list(
    database: Database, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.world.MOST_ROWS", 2)
    many = [subscription(id=f"contoso-{n}", plan="premium") for n in range(5)]
    imported = await import_world(database, file(*many), LATER)
    assert (len(imported.changed), imported.more_changed) == (2, 3)


async def test_a_file_cannot_make_a_plan_of_an_add_on_that_somebody_has(
    database: Database, life: Life
) -> None:
    add_on = a_plan("calling", kind="add_on").model_dump(mode="json")
    await import_world(database, file(subscription(add_ons=["calling"]), plans=[add_on]), LATER)
    with pytest.raises(WorldFaults) as refused:
        await import_world(database, file(plans=[add_on | {"kind": "plan"}]), LATER)
    (fault,) = refused.value.faults
    assert fault.place == "plans[0]"
    assert "'contoso-basic'" in fault.message


async def test_a_file_cannot_take_the_price_of_a_subscription_it_does_not_hold(
    database: Database,
) -> None:
    await import_world(database, world_of(), NOW)
    whole = world_of()
    cheaper = [plan.model_copy(update={"prices": ()}) for plan in whole.plans]
    with pytest.raises(WorldFaults) as refused:
        await import_world(database, World(services=whole.services, plans=tuple(cheaper)), LATER)
    (fault,) = refused.value.faults
    assert fault.place == "plans[0]"
    assert "'contoso-basic' of tenant 'contoso'" in fault.message
    assert "has none in USD" in fault.message
    facts = await read_facts(database, "contoso-basic")
    assert facts is not None
    assert facts.plan.prices, "nothing was imported"
