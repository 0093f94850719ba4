"""Admin changes on real tables: each is one event, locked out by moves, and true under any race."""

import asyncio
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import get_args

import pytest

from api.errors import BadInput, NotFound
from api.service.administration import Administration, SubscriptionView
from domain.catalog.policy import AdminLockPolicy, CapacityPolicy, Policy
from domain.upgrade.events import AdminEvent, SubscriptionRevised
from domain.values import rejections
from store.database import Database
from store.errors import Overtaken, PromiseBroken
from store.rebuild import rebuild
from store.verify import verify
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.store.support import Life, holders, world_of, world_subscription, world_tenant

ZOE = "zoe@contoso.example"


@pytest.fixture
def admin(database: Database) -> Administration:
    return Administration(database, lambda: NOW)


async def _all_is_true(database: Database) -> None:
    assert (await verify(database)).ok
    assert (await rebuild(database)).ok


async def test_the_database_knows_the_domains_admin_events(database: Database) -> None:
    names = [event.__name__ for event in (*get_args(AdminEvent), SubscriptionRevised)]
    assert await database.fetchval(
        "select bool_and(is_admin_event(name)) from unnest($1::text[]) name", names
    )
    others = ["SubscriptionImported", "SubscriptionLocked", "BillingStarted", "UsersMoved"]
    assert not await database.fetchval(
        "select bool_or(is_admin_event(name)) from unnest($1::text[]) name", others
    )
    definition = await database.fetchval("select pg_get_functiondef('is_admin_event'::regproc)")
    assert definition.count("'::text") == len(names) or definition.count("'") == 2 * len(names)


async def test_a_user_gets_a_license_once_and_loses_it_once(
    database: Database, life: Life, admin: Administration
) -> None:
    given = await admin.assign(OPERATOR, "contoso-basic", ZOE)
    assert (given.changed, given.assigned) == (True, 8)
    again = await admin.assign(OPERATOR, "contoso-basic", ZOE)
    assert (again.changed, again.assigned) == (False, 8)
    taken = await admin.unassign(OPERATOR, "contoso-basic", ZOE)
    assert (taken.changed, taken.assigned) == (True, 7)
    assert not (await admin.unassign(OPERATOR, "contoso-basic", ZOE)).changed
    with pytest.raises(NotFound):
        await admin.unassign(OPERATOR, "contoso-basic", "nobody@contoso.example")
    with pytest.raises(NotFound):
        await admin.assign(OPERATOR, "nowhere", ZOE)
    assert ZOE not in await holders(database, "contoso-basic")
    await _all_is_true(database)


async def test_the_last_license_goes_to_one_of_many(
    database: Database, life: Life, admin: Administration
) -> None:
    await admin.set_licenses(OPERATOR, "contoso-basic", 9)
    outcomes = await asyncio.gather(
        *(admin.assign(OPERATOR, "contoso-basic", f"new-{n}") for n in range(8)),
        return_exceptions=True,
    )
    refused = [each for each in outcomes if isinstance(each, rejections.NoLicenseFree)]
    assert (len(refused), len(await holders(database, "contoso-basic"))) == (6, 9)
    await _all_is_true(database)


async def test_a_payment_counts_once_under_its_reference(
    database: Database, admin: Administration
) -> None:
    owing = world_subscription(balance_due=Decimal("10.00"))
    await import_world(database, world_of(world_tenant("contoso", owing)), NOW)
    views = await asyncio.gather(
        *(admin.pay(OPERATOR, "contoso-basic", Decimal(4), "PAY-1") for _ in range(10))
    )
    assert Counter(view.changed for view in views) == {True: 1, False: 9}
    assert {str(view.balance_due) for view in views} == {"6.00"}
    with pytest.raises(rejections.PaymentReferenceReused):
        await admin.pay(OPERATOR, "contoso-basic", Decimal(5), "PAY-1")
    with pytest.raises(rejections.AmountAboveBalance):
        await admin.pay(OPERATOR, "contoso-basic", Decimal("6.01"))
    for amount in (Decimal(0), Decimal("0.001")):
        with pytest.raises(BadInput):
            await admin.pay(OPERATOR, "contoso-basic", amount)
    assert str((await admin.pay(OPERATOR, "contoso-basic", Decimal("6.0"))).balance_due) == "0.00"
    await _all_is_true(database)


async def test_a_file_loaded_again_takes_back_what_admins_changed(
    database: Database, life: Life, admin: Administration
) -> None:
    await admin.set_licenses(OPERATOR, "contoso-basic", 50)
    await admin.block(OPERATOR, "contoso-basic", "not_eligible")
    await admin.open_incident(OPERATOR, "exchange", "EX-9")
    await import_world(database, world_of(), NOW)
    view = await admin.unblock(OPERATOR, "contoso-basic")
    assert (view.changed, view.licenses) == (False, 10)
    assert (await admin.close_incident(OPERATOR, "exchange", "EX-9")).changed, "no file names it"
    await _all_is_true(database)


async def test_from_the_start_of_a_move_to_its_end_both_subscriptions_are_locked(
    database: Database, admin: Administration
) -> None:
    policy = Policy(admin_lock=AdminLockPolicy(expected_minutes=45))
    await import_world(database, world_of(policy=policy), NOW)
    life = Life(database)
    await life.quote()
    await life.order()
    await admin.assign(OPERATOR, "contoso-basic", ZOE)  # nothing is locked before the move
    moved = await life.move()
    new = moved.new_subscription_id
    assert new is not None
    for subscription in ("contoso-basic", new):
        with pytest.raises(rejections.AdminLocked) as refused:
            await admin.set_licenses(OPERATOR, subscription, 60)
        expected_end = NOW + timedelta(minutes=45)
        assert refused.value.details["retry_after"] - expected_end < timedelta(seconds=5)
        assert refused.value.details["upgrade_id"] == life.upgrade_id
        # Upstream systems are not locked out (B49), who writes events past the rules is.
        with pytest.raises(Overtaken):
            await database.execute(
                "select append_to_stream($1, (select version from streams where stream = $1),"
                ' \'forced\', \'[{"type": "SubscriptionUnblocked", "schema_version": 1,'
                ' "data": {}, "metadata": {}}]\')',
                f"subscription-{subscription}",
            )
    life.later(seconds=1)
    await life.switch()
    assert (await admin.set_licenses(OPERATOR, new, 60)).licenses == 60
    with pytest.raises(rejections.CanceledForGood):
        await admin.assign(OPERATOR, "contoso-basic", ZOE)
    await _all_is_true(database)


async def test_an_undone_move_lets_admins_in_again(
    database: Database, life: Life, admin: Administration
) -> None:
    await life.quote()
    await life.order()
    await life.move()
    await life.cancel()
    with pytest.raises(rejections.AdminLocked):
        await admin.unassign(OPERATOR, "contoso-basic", "ada@contoso.example")
    await life.undo()
    assert (await admin.unassign(OPERATOR, "contoso-basic", "ada@contoso.example")).assigned == 6
    await _all_is_true(database)


async def test_a_change_and_the_start_of_a_move_have_one_order(
    database: Database, admin: Administration
) -> None:
    tenants = [world_tenant(f"t{n}") for n in range(8)]
    await import_world(database, world_of(*tenants), NOW)
    outcomes: Counter[str] = Counter()
    for tenant in tenants:
        id = f"{tenant.id}-basic"
        life = Life(database, subscription_id=id, tenant_id=tenant.id)
        await life.quote()
        await life.order()
        results = await asyncio.gather(
            life.move(),
            *(admin.block(OPERATOR, id, f"code-{n}") for n in range(4)),
            *(admin.assign(OPERATOR, id, f"new-{n}") for n in range(2)),
            return_exceptions=True,
        )
        assert not isinstance(results[0], BaseException), results[0]
        for result in results[1:]:
            known = (rejections.AdminLocked, rejections.CanceledForGood)
            assert not isinstance(result, BaseException) or isinstance(result, known), result
        outcomes.update(type(result).__name__ for result in results[1:])
    print(outcomes)
    await _all_is_true(database)


# ---- ending a subscription ----------------------------------------------------------------------


async def test_only_what_nobody_uses_can_be_canceled(
    database: Database, admin: Administration
) -> None:
    two = [world_subscription("one"), world_subscription("two", users=())]
    await import_world(database, world_of(world_tenant("contoso", *two)), NOW)
    with pytest.raises(rejections.UsersStillAssigned):
        await admin.cancel(OPERATOR, "one")
    ended = await admin.cancel(OPERATOR, "two")
    assert (ended.status, ended.billed, ended.changed) == ("canceled", False, True)
    assert not (await admin.cancel(OPERATOR, "two")).changed
    with pytest.raises(PromiseBroken) as refused:
        await database.execute("insert into assignments values ('two', 'late')")
    assert refused.value.constraint == "closed_has_no_users"
    await _all_is_true(database)


async def test_an_order_and_a_cancellation_have_one_order(
    database: Database, admin: Administration
) -> None:
    tenants = [
        world_tenant(f"t{n}", world_subscription(f"t{n}-basic", users=())) for n in range(20)
    ]
    await import_world(database, world_of(*tenants), NOW)
    endings: Counter[str] = Counter()
    for n, tenant in enumerate(tenants):
        id = f"{tenant.id}-basic"
        life = await Life(database, subscription_id=id, tenant_id=tenant.id).quote()

        async def cancel(id: str = id, seconds: float = n / 1000) -> SubscriptionView:
            await asyncio.sleep(seconds)  # so that now the one and now the other is faster
            return await admin.cancel(OPERATOR, id)

        ordered, canceled = await asyncio.gather(life.order(), cancel(), return_exceptions=True)
        if isinstance(canceled, rejections.UpgradeStillOpen):
            assert not isinstance(ordered, BaseException)
            endings[ordered.stage] += 1
            continue
        assert not isinstance(canceled, BaseException), canceled
        if isinstance(ordered, rejections.Rejection):
            endings[ordered.code] += 1
            continue
        assert not isinstance(ordered, BaseException), ordered
        assert ordered.stage == "refused"
        endings["refused"] += 1
    print(endings)
    await _all_is_true(database)


# ---- capacity (B15) -----------------------------------------------------------------------------


@pytest.mark.parametrize("max_connections", [None, 4])
async def test_capacity_is_never_passed_by_one(
    database: Database, max_connections: int | None
) -> None:
    """100 tenants order at once where 10 may: near the capacity, and from where all go side by side."""
    if max_connections is not None:
        # As if the server had few connections: the first orders are let in without a queue.
        definition = await database.fetchval(
            "select pg_get_functiondef('require_a_place'::regproc)"
        )
        told = "current_setting('max_connections')::integer"
        assert told in definition
        await database.execute(definition.replace(told, str(max_connections)))
    policy = Policy(capacity=CapacityPolicy(max_open_upgrades=10))
    tenants = [world_tenant(f"t{n}") for n in range(100)]
    await import_world(database, world_of(*tenants, policy=policy), NOW)
    lives = [
        await Life(database, subscription_id=f"{each.id}-basic", tenant_id=each.id).quote()
        for each in tenants
    ]
    async with asyncio.timeout(120):
        views = await asyncio.gather(*(life.order() for life in lives))
    assert Counter(view.stage for view in views) == {"moving_users": 10, "refused": 90}
    codes = {refusal.code for view in views for refusal in view.refusals}
    assert codes == {"temporarily_unavailable"}
    # A place that is given back can be taken again.
    winner = next(life for life, view in zip(lives, views, strict=True) if view.stage != "refused")
    await winner.cancel()
    loser = next(life for life, view in zip(lives, views, strict=True) if view.stage == "refused")
    loser.key = "key-2"
    await loser.quote()
    assert (await loser.order()).stage == "moving_users"
    assert await database.fetchval("select count(*) from upgrades where is_open") == 10
    await _all_is_true(database)
