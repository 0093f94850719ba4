"""The databases that tests live in: nothing that one test has left meets the next."""

import pytest

from store.world import import_world
from tests.domain.builders import NOW
from tests.homes import Home, Homes
from tests.store.support import Life, world_of

TABLES = """
select relname from pg_class
where relnamespace = 'public'::regnamespace and relkind = 'r'
    and relname not in ('migrations', 'transaction_ids')
"""


async def rows_in(home: Home) -> dict[str, int]:
    names = [row["relname"] for row in await home.database.fetch(TABLES)]
    return {name: await home.database.fetchval(f"select count(*) from {name}") for name in names}


async def test_the_next_finds_the_same_database_without_a_row(homes: Homes) -> None:
    async with homes.lent(new=False) as home:
        await import_world(home.database, world_of(), NOW)
        await Life(home.database).live()
        assert (await rows_in(home))["events"] > 0
    async with homes.lent(new=False) as next_home:
        assert next_home.name == home.name
        assert set((await rows_in(next_home)).values()) == {0}
        await import_world(next_home.database, world_of(), NOW)
        assert await next_home.database.fetchval("select min(global_position) from events") == 1


@pytest.mark.parametrize(
    "change",
    [
        "drop index quotes_by_time",
        "alter table outbox drop constraint outbox_notice_id_key",
        "alter table events disable trigger user",
        "create or replace function our_transaction_id() returns xid8 language sql"
        " as 'select pg_current_xact_id()'",
        "update transaction_ids set ahead = ahead + 1",
        "delete from migrations where name like '0001%'",
    ],
)
async def test_who_changes_more_than_rows_leaves_it_to_nobody(homes: Homes, change: str) -> None:
    async with homes.lent(new=False) as home:
        await home.database.execute(change)
    async with homes.lent(new=False) as next_home:
        assert next_home.name != home.name


async def test_a_new_one_was_nobodys_and_is_nobodys(homes: Homes) -> None:
    async with homes.lent(new=False) as used:
        pass
    async with homes.lent(new=True) as home:
        assert home.name != used.name
    async with homes.lent(new=False) as next_home:
        assert next_home.name == used.name
