"""What the database refuses whoever asks: it does not rely on anybody's care."""

import pytest

from store.database import Database
from store.errors import PromiseBroken
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.support import Life, holders, world_of, world_subscription, world_tenant

BOOK = (
    "insert into ledger_entries select 'up-1', entry, 'contoso', 'revenue', currency, amount,"
    " now(), 'switch', null from unnest($1::integer[], $2::text[], $3::bigint[]) each (entry, currency, amount)"
)


@pytest.mark.parametrize(
    ("currencies", "amounts"),
    [(["USD", "USD"], [5, -4]), (["USD", "EUR"], [5, -5]), (["USD"], [5])],
)
async def test_a_ledger_that_does_not_balance_cannot_be_committed(
    database: Database, currencies: list[str], amounts: list[int]
) -> None:
    with pytest.raises(PromiseBroken) as refused:
        await database.execute(BOOK, list(range(len(amounts))), currencies, amounts)
    assert refused.value.constraint == "ledger_balances"
    assert await database.fetchval("select count(*) from ledger_entries") == 0


@pytest.mark.breaks_promises  # no event leads to them
async def test_a_ledger_may_balance_at_the_end_of_its_transaction(database: Database) -> None:
    async with database.transaction() as transaction:
        await transaction.execute(BOOK, [1], ["USD"], [5])
        await transaction.execute(BOOK, [2, 3], ["USD", "USD"], [-2, -3])
    assert await database.fetchval("select sum(amount_minor) from ledger_entries") == 0


async def test_a_subscription_of_ours_takes_no_more_users_than_it_has_licenses(
    database: Database, life: Life
) -> None:
    await life.quote(licenses=8)
    await life.order()
    await life.move()
    view = await life.switch()
    join = "insert into assignments values ($1, $2)"
    await database.execute(join, view.new_subscription_id, "eighth")
    with pytest.raises(PromiseBroken) as refused:
        await database.execute(join, view.new_subscription_id, "ninth")
    assert refused.value.constraint == "opened_has_licenses_for_all"
    with pytest.raises(PromiseBroken) as refused:
        await database.execute(join, "contoso-basic", "late")
    assert refused.value.constraint == "ended_has_no_users"


async def test_counters_stay_true_whatever_one_statement_does(database: Database) -> None:
    subscriptions = [world_subscription(f"s{n}", user_count=20, licenses=99) for n in range(3)]
    await import_world(database, world_of(world_tenant("contoso", *subscriptions)), NOW)
    for statement in (
        "update assignments set disabled_services = '{teams}' where user_id < 'user-0000011'",
        "update assignments set disabled_services = '{}' where user_id < 'user-0000004'",
        "update assignments set subscription_id = 's2', user_id = subscription_id || user_id"
        " where subscription_id in ('s0', 's1') and user_id > 'user-0000005'",
        "delete from assignments where user_id like '%7%'",
        "insert into assignments select 's0', 'n' || n, '{teams}' from generate_series(1, 9) n",
        "insert into assignments values ('s0', 'n1') on conflict do nothing",
        "delete from assignments where false",
    ):
        await database.execute(statement)
        counted = await database.fetch(
            "select assigned, users_with_disabled_services as off,"
            " (select count(*) from assignments a where a.subscription_id = s.subscription_id) n,"
            " (select count(*) from assignments a where a.subscription_id = s.subscription_id"
            "  and disabled_services <> '{}') d from subscriptions s"
        )
        assert all((row["assigned"], row["off"]) == (row["n"], row["d"]) for row in counted)


async def test_joins_leaves_and_switches_are_logged_once_an_upgrade_is_ordered(
    database: Database, life: Life
) -> None:
    steps = (
        "insert into assignments values ('contoso-basic', 'zoe')",
        "update assignments set disabled_services = '{teams}' where user_id = 'zoe'",
        "update assignments set disabled_services = '{teams}' where user_id = 'zoe'",
        "delete from assignments where user_id = 'zoe'",
    )
    log = "select change from license_changes where user_id = 'zoe' order by position"
    for statement in steps:
        await database.execute(statement)
    assert await database.fetch(log) == []
    await life.quote()
    await life.order()
    for statement in steps:
        await database.execute(statement)
    assert [row["change"] for row in await database.fetch(log)] == ["joined", "switched", "left"]
    await life.move()
    assert await database.fetchval("select count(*) from license_changes") == 3


async def test_who_was_moved_and_joins_the_old_subscription_again_keeps_the_new_license(
    database: Database, life: Life
) -> None:
    await life.quote()
    await life.order()
    moved = await life.move()
    assert moved.new_subscription_id is not None
    await database.execute(
        "insert into assignments values ('contoso-basic', 'ada@contoso.example')"
    )
    life.later(seconds=1)
    assert (await life.switch()).stage == "moving_users"
    assert (await life.move()).stage == "switching_billing"
    assert len(await holders(database, moved.new_subscription_id)) == 7
    life.later(seconds=1)
    assert (await life.switch()).stage == "awaiting_invoice"


async def test_who_joins_while_others_are_on_their_way_back_is_not_lost(
    database: Database, life: Life
) -> None:
    await life.quote()
    await life.order()
    moved = await life.move()
    join = "insert into assignments values ($1, $2, $3)"
    await database.execute(join, "contoso-basic", "ada@contoso.example", ["teams"])
    await database.execute(join, moved.new_subscription_id, "zoe", [])
    await life.cancel()
    assert (await life.undo()).stage == "canceled"
    back = await holders(database, "contoso-basic")
    assert len(back) == 8
    assert back["ada@contoso.example"] == ["teams"]
    assert back["zoe"] == []
