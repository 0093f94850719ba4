"""World files over upgrades: joins, leaves, payments and prices are taken in, and nothing an upgrade has
made is weakened; what is left alone is told (B69)."""

from typing import Any

import pytest

from api.files.world_reader import read_world
from api.service.administration import Administration
from domain.text.faults import WorldFaults
from domain.views.read_models import UpgradeView
from domain.world.differences import Kept, UsersChanged
from store.database import Database
from store.errors import PromiseBroken
from store.rebuild import rebuild
from store.world import Imported, import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW, STANDARD
from tests.domain.world_documents import file, subscription, tenant, users
from tests.store.changes import ADA, BOB, SOURCE, TARGET, ChangeLife, two_subscriptions
from tests.store.support import Life, holders, run_step, world_of, world_tenant

ALL = users("ada", "bob", "cy", "dee", "eve", "fay", "gus")


async def load(database: Database, *subscriptions: dict[str, Any], **sections: Any) -> Imported:
    """Load a file; the read models then still follow from their events."""
    imported = await import_world(database, file(*subscriptions, **sections), NOW)
    report = await rebuild(database)
    assert report.ok, report.differences
    return imported


async def refused(database: Database, *subscriptions: dict[str, Any], **sections: Any) -> str:
    """The one fault of a file that is not loaded; nothing has changed."""
    before = await everything(database)
    with pytest.raises(WorldFaults) as caught:
        await load(database, *subscriptions, **sections)
    (fault,) = caught.value.faults
    assert await everything(database) == before
    return str(fault)


async def everything(database: Database) -> dict[str, str]:
    tables = "services plans tenants incidents policy subscriptions assignments events streams"
    return {
        table: await database.fetchval(
            f"select jsonb_agg(to_jsonb(t) order by to_jsonb(t))::text from {table} t"
        )
        for table in tables.split()
    }


async def row(database: Database, subscription_id: str) -> dict[str, Any]:
    found = await database.fetchrow(
        "select * from subscriptions where subscription_id = $1", subscription_id
    )
    return dict(found)


def kept_fields(kept: tuple[Kept, ...]) -> dict[tuple[str, str], list[str]]:
    return {(each.id, each.code): [field.field for field in each.fields] for each in kept}


async def upgraded(life: Life) -> UpgradeView:
    """Contoso is on its new subscription, which has ten licenses of `standard` and seven users."""
    await life.quote()
    await life.order()
    await life.move()
    return await life.switch()


# ---- the subscription that an upgrade has opened -------------------------------------------------


async def test_joins_leaves_payments_and_prices_reach_what_an_upgrade_has_opened(
    database: Database, life: Life
) -> None:
    new = (await upgraded(life)).new_subscription_id
    assert new is not None
    before = await row(database, new)
    listed = users("bob", "cy", "zoe", ada=["teams"])
    given = subscription(
        id=new, plan="standard", licenses=12, price="11.00", balance_due="8.00", users=listed
    )
    imported = await load(database, given)
    assert kept_fields(imported.kept) == {(new, "opened_by_upgrade"): ["cycle_anchor"]}
    after = await row(database, new)
    assert after["licenses"] == 12
    assert (str(after["price"]), str(after["balance_due"])) == ("11.00", "8.00")
    for made in ("plan_id", "cycle_anchor", "opened_by", "billed", "status"):
        assert after[made] == before[made]
    assert await holders(database, new) == {
        f"{name}@contoso.example": ["teams"] if name == "ada" else []
        for name in ("ada", "bob", "cy", "zoe")
    }
    (counted,) = [each for each in imported.changed if isinstance(each, UsersChanged)]
    assert (counted.old, counted.new) == (7, 4)
    assert (counted.joined, counted.left, counted.switched) == (1, 4, 1)
    assert imported.assignments == 4
    again = await load(database, given)
    assert (again.changed, again.kept) == ((), imported.kept)
    await life.wait()
    assert (await life.invoice()).stage == "invoiced"


async def test_what_an_upgrade_has_opened_is_not_weakened(database: Database, life: Life) -> None:
    new = (await upgraded(life)).new_subscription_id
    assert new is not None
    before = await row(database, new)
    imported = await load(
        database,
        subscription(
            id=new, plan="basic", licenses=8, status="canceled", billing="annual", price="12.50"
        ),
    )
    assert kept_fields(imported.kept) == {
        (new, "opened_by_upgrade"): ["plan", "licenses", "status", "billing", "cycle_anchor"]
    }
    told = {each.field: (each.stored, each.file) for each in imported.kept[0].fields}
    assert told["licenses"] == (10, 8)
    assert told["plan"] == ("standard", "basic")
    assert imported.kept[0].upgrade_id == life.upgrade_id
    assert await row(database, new) == before


async def test_more_users_than_the_opened_subscription_has_licenses_are_refused(
    database: Database, life: Life
) -> None:
    new = (await upgraded(life)).new_subscription_id
    assert new is not None
    fault = await refused(database, subscription(id=new, plan="standard", user_count=11))
    assert fault == (
        "tenants[0].subscriptions[0].users: 11 users would hold a license of "
        f"{new}, which has 10: write more licenses, or fewer users"
    )


# ---- the subscription that an upgrade has ended --------------------------------------------------


async def test_what_an_upgrade_has_ended_stays_canceled_and_takes_in_payments(
    database: Database, life: Life
) -> None:
    new = (await upgraded(life)).new_subscription_id
    imported = await load(
        database, subscription(balance_due="3.00", price="5.00", users=[*ALL, *users("zoe")])
    )
    assert kept_fields(imported.kept) == {
        (SOURCE, "ended_by_upgrade"): ["status", "users"],
    }
    assert f"its users are on {new}" in imported.kept[0].reason
    assert imported.assignments == 0
    assert {each.field for each in imported.changed} == {"balance_due", "price"}
    after = await row(database, SOURCE)
    assert (after["status"], after["billed"], after["ended_by"]) == (
        "canceled",
        False,
        life.upgrade_id,
    )
    assert (str(after["balance_due"]), str(after["price"])) == ("3.00", "5.00")
    assert await holders(database, SOURCE) == {}


async def test_what_an_upgrade_that_was_given_up_had_opened_stays_withdrawn(
    database: Database, life: Life
) -> None:
    await life.quote()
    await life.order()
    new = (await life.move()).new_subscription_id
    await life.cancel()
    assert (await life.undo()).stage == "canceled"
    assert new is not None
    imported = await load(database, subscription(id=new, plan="standard", user_count=3))
    assert kept_fields(imported.kept) == {
        (new, "ended_by_upgrade"): ["status", "cycle_anchor", "users"]
    }
    assert f"its users are on {SOURCE}" in imported.kept[0].reason
    imported = await load(database, subscription(licenses=11, users=users("ada", "zoe")))
    assert imported.kept == ()
    assert len(await holders(database, SOURCE)) == 2, "the old one is as any other again"


async def test_what_an_administrator_has_canceled_stays_canceled(
    database: Database, life: Life
) -> None:
    admin = Administration(database, lambda: NOW)
    await load(database, subscription(users=[]))
    await admin.cancel(OPERATOR, "contoso-basic")
    imported = await load(database, subscription(users=ALL, balance_due="1.00"))
    assert kept_fields(imported.kept) == {(SOURCE, "canceled_for_good"): ["status", "users"]}
    after = await row(database, SOURCE)
    assert (after["status"], str(after["balance_due"])) == ("canceled", "1.00")
    assert after["ended_on"] is not None


# ---- while an upgrade is under way ---------------------------------------------------------------


async def test_what_an_open_upgrade_was_quoted_on_stays_and_users_come_and_go(
    database: Database,
) -> None:
    await import_world(database, world_of(world_tenant(payment_method="invoice")), NOW)
    life = await Life(database).quote()
    assert (await life.order()).stage == "awaiting_credit_check"
    imported = await load(
        database,
        subscription(plan="premium", licenses=9, status="canceled", users=users("ada", "zoe")),
    )
    assert kept_fields(imported.kept) == {(SOURCE, "upgrade_open"): ["plan", "licenses", "status"]}
    assert "awaiting_credit_check" in imported.kept[0].reason
    assert set(await holders(database, SOURCE)) == {ADA, "zoe@contoso.example"}
    await life.decide("approved")
    assert (await life.move()).users.moved == 2
    assert (await life.switch()).stage == "awaiting_invoice"


async def test_while_users_move_a_file_changes_neither_subscription(
    database: Database, life: Life
) -> None:
    await life.quote()
    await life.order()
    steps = life.steps
    move_one_batch = steps._moves._move_one_batch
    seen: list[Imported] = []

    async def move_then_load(*given: object) -> object:
        moved = await move_one_batch(*given)  # pyright: ignore[reportArgumentType]
        if not seen:
            seen.append(await load(database, subscription(licenses=99, users=ALL)))
        return moved

    steps._moves._move_one_batch = move_then_load  # pyright: ignore[reportAttributeAccessIssue]
    view = await run_step(steps.move_users, life.step)
    assert view.users.moved == 7
    assert kept_fields(seen[0].kept) == {(SOURCE, "upgrade_moves_users"): ["licenses", "users"]}
    assert seen[0].kept[0].upgrade_id == life.upgrade_id
    assert await holders(database, SOURCE) == {}
    assert (await life.switch()).stage == "awaiting_invoice"


async def test_days_and_currency_of_an_open_upgrade_stay(database: Database) -> None:
    await import_world(database, world_of(world_tenant(payment_method="invoice")), NOW)
    life = await Life(database).quote()
    await life.order()
    fault = await refused(database, tenants=[tenant(time_zone="Asia/Tokyo")])
    assert fault.startswith('tenants[0].time_zone: "Asia/Tokyo" is not "America/Los_Angeles"')
    assert life.upgrade_id in fault
    fault = await refused(database, tenants=[tenant(currency="EUR")])
    assert fault.startswith('tenants[0].currency: "EUR" is not "USD"')
    await life.decide("declined")
    assert (await load(database, tenants=[tenant(time_zone="Asia/Tokyo")])).changed
    assert "currency" in await refused(
        database, tenants=[tenant(currency="EUR", time_zone="Asia/Tokyo")]
    )


async def test_a_plan_that_an_open_upgrade_leads_to_keeps_its_data_services(
    database: Database,
) -> None:
    await import_world(database, world_of(world_tenant(payment_method="invoice")), NOW)
    life = await Life(database).quote()
    await life.order()
    poorer = STANDARD.model_dump(mode="json") | {"services": {"exchange": 1, "apps": 1}}
    fault = await refused(database, plans=[poorer])
    assert "would lack a service of basic that users keep data in" in fault
    assert life.upgrade_id in fault
    await life.decide("declined")
    assert (await load(database, plans=[poorer])).changed


async def test_the_id_of_a_subscription_to_come_is_taken(database: Database) -> None:
    await import_world(database, world_of(world_tenant(payment_method="invoice")), NOW)
    life = await Life(database).quote()
    await life.order()
    to_come = "sub-" + life.upgrade_id.removeprefix("up-")
    fault = await refused(database, subscription(id=to_come))
    assert f"upgrade {life.upgrade_id} opens" in fault
    await life.decide("approved")
    assert (await life.move()).new_subscription_id == to_come


# ---- moving to another tenant --------------------------------------------------------------------


@pytest.mark.parametrize("when", ["untouched", "open", "ended"])
async def test_no_file_moves_a_subscription_to_another_tenant(
    database: Database, life: Life, when: str
) -> None:
    if when != "untouched":
        await life.quote()
        await life.order()
    if when == "ended":
        await life.move()
        await life.switch()
    document = {"tenants": [tenant(subscription(), id="fabrikam")]}
    before = await everything(database)
    with pytest.raises(WorldFaults) as caught:
        await import_world(database, read_world(document), NOW)
    (fault,) = caught.value.faults
    assert str(fault) == (
        'tenants[0].subscriptions[0].id: subscription "contoso-basic" belongs to tenant "contoso", '
        'not to "fabrikam": a subscription never changes its tenant'
    )
    assert await everything(database) == before


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("update subscriptions set tenant_id = 'other'", "subscriptions_keep_their_tenant"),
        (
            "update tenants set body = jsonb_set(body, '{currency}', '\"EUR\"')",
            "tenants_keep_their_currency",
        ),
        (
            "update subscriptions set status = 'active' where ended_by is not null",
            "ended_stays_canceled",
        ),
        (
            "update subscriptions set billed = true where ended_by is not null",
            "ended_stays_canceled",
        ),
    ],
)
async def test_the_database_itself_refuses_what_no_file_may_do(
    database: Database, life: Life, statement: str, constraint: str
) -> None:
    await upgraded(life)
    with pytest.raises(PromiseBroken) as broken:
        await database.execute(statement)
    assert broken.value.constraint == constraint


# ---- changes by hand -----------------------------------------------------------------------------


async def test_whom_a_change_by_hand_has_moved_stays_moved_and_others_come_and_go(
    database: Database,
) -> None:
    await import_world(database, two_subscriptions(), NOW)
    change = ChangeLife(database)
    await change.ask(ADA, BOB, old="reduced")
    await change.order()
    await change.move()
    await change.switch()
    stale = subscription(licenses=10, users=[*ALL[:4], *users("new")])
    there = subscription(id=TARGET, plan="standard", licenses=5, users=users("zoe", "more"))
    imported = await load(database, stale, there)
    assert kept_fields(imported.kept) == {
        (SOURCE, "users_moved_away"): ["licenses", "users"],
        (TARGET, "users_moved_in"): ["users"],
    }
    assert [field.users for each in imported.kept for field in each.fields] == [None, 2, 2]
    names = {user.split("@")[0] for user in await holders(database, SOURCE)}
    assert names == {"cy", "dee", "new"}
    names = {user.split("@")[0] for user in await holders(database, TARGET)}
    assert names == {"ada", "bob", "zoe", "more"}
    assert (await row(database, SOURCE))["licenses"] == 8
    # Who has left where they were moved to may join the old one like anybody else.
    await Administration(database, lambda: NOW).unassign(OPERATOR, TARGET, ADA)
    await load(database, stale)
    assert ADA in await holders(database, SOURCE)
