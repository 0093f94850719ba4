"""Ids that are written much like one that is not there, and what looking for them costs."""

import pytest

from api.near import most_like
from store.database import Database
from store.near import Kind, read_near
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.support import world_of, world_tenant

USERS = 200_000


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("contso-basic", "contoso-basic"),
        ("xontoso-basic", "contoso-basic"),
        ("contoso-basci", "contoso-basic"),
        ("ccontoso-basic", "contoso-basic"),
        ("Contoso-Basic", "contoso-basic"),
        ("contoso", "contoso-basic"),
        ("contoso-basic-1", "contoso-basic"),
        ("basic", None),
        ("nobody", None),
    ],
)
def test_what_was_probably_meant_is_the_first(written: str, meant: str | None) -> None:
    known = ["adatum", "contoso-basic", "fabrikam-standard", "tailspin-e5"]
    assert most_like(written, known)[:1] == ([] if meant is None else [meant])


def test_no_more_than_a_few_are_named() -> None:
    assert len(most_like("contoso", [f"contoso-{n}" for n in range(20)])) == 3


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        ("tenant", "contosso", "contoso"),
        ("subscription", "ontoso-basic", "contoso-basic"),
        ("plan", "standrad", "standard"),
        ("service", "exchnage", "exchange"),
        ("user", "user-1998@contoso.exampel", "user-199998@contoso.example"),
    ],
)
async def test_it_is_found_among_very_many_by_looking_at_few(
    database: Database, kind: Kind, written: str, meant: str
) -> None:
    await import_world(database, world_of(world_tenant()), NOW)
    await database.execute(
        "update subscriptions set licenses = $1 where subscription_id = 'contoso-basic'", USERS * 2
    )
    await database.execute(
        "insert into assignments (subscription_id, user_id)"
        " select 'contoso-basic', 'user-' || n || '@contoso.example'"
        " from generate_series(1, $1::integer) n",
        USERS,
    )
    await database.execute("analyze assignments")
    if kind == "user":  # one character is missing
        written = meant.replace("9998@", "998@")
    async with database.transaction() as transaction:
        found = await read_near(transaction, kind, written, "contoso-basic")
        read = await transaction.fetchrow(
            "select coalesce(sum(seq_tup_read), 0) as by_scan, sum(idx_tup_fetch) as by_index"
            " from pg_stat_xact_user_tables where relname = 'assignments'"
        )
    assert meant in most_like(written, found)
    assert read["by_scan"] == 0
    assert (read["by_index"] or 0) < 1_000


async def test_users_of_other_subscriptions_are_not_named(database: Database) -> None:
    await import_world(database, world_of(world_tenant()), NOW)
    users = await database.fetch("select user_id from assignments order by 1 limit 1")
    written = users[0]["user_id"] + "x"
    assert await read_near(database, "user", written, "contoso-basic") != []
    assert await read_near(database, "user", written, "another") == []


@pytest.mark.parametrize(
    "written", ["x", "", "x" * 120, "%", "_", "'; drop table tenants; --", "é"]
)
async def test_whatever_was_written_can_be_looked_for(database: Database, written: str) -> None:
    await import_world(database, world_of(world_tenant()), NOW)
    assert isinstance(await read_near(database, "subscription", written), list)
