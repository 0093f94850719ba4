"""Ids that are written much like one that is not there, and what looking for them costs."""

import pytest

from api.errors import NotFound
from api.service.near_ids import add_near, most_like
from store.database import Database, Executor
from store.near import Kind, read_near
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.crowd import crowd
from tests.store.support import Life, world_of, world_subscription, world_tenant

USERS = 200_000
ROWS = 20_000
LARGE = [
    "tenants",
    "subscriptions",
    "assignments",
    "users_of_tenants",
    "quotes",
    "upgrades",
    "invoices",
]


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


@pytest.fixture
async def crowded(database: Database) -> Database:
    """Very many of everything."""
    return await crowd(database, rows=ROWS, users=USERS)


@pytest.mark.breaks_promises
async def test_it_is_found_among_very_many_by_looking_at_few(crowded: Database) -> None:
    hashed: str = await crowded.fetchval("select substr(md5('777'), 1, 20)")
    wrong = hashed[:9] + ("0" if hashed[9] != "0" else "1") + hashed[10:]
    cases: list[tuple[Kind, str, str | None, str]] = [
        ("tenant", "contosso", None, "contoso"),
        ("tenant", "tneant-000777", None, "tenant-000777"),
        ("subscription", "sbu-000777", None, "sub-000777"),
        ("plan", "standrad", None, "standard"),
        ("service", "exchnage", None, "exchange"),
        (
            "license holder",
            "uesr-000777@contoso.example",
            "sub-000001",
            "user-000777@contoso.example",
        ),
        ("user", "uesr-000777@contoso.example", None, "user-000777@contoso.example"),
        ("invoice", "IVN-00000777", None, "INV-00000777"),
        ("quote", "q-" + wrong, None, "q-" + hashed),
        ("quote", "q-" + wrong, "sub-000777", "q-" + hashed),
        ("upgrade", "up-" + wrong, None, "up-" + hashed),
        ("upgrade", "up-" + hashed[:-1], None, "up-" + hashed),
    ]
    for mode in ("force_custom_plan", "force_generic_plan"):
        for kind, written, owner, meant in cases:
            async with crowded.transaction() as transaction:
                await transaction.execute(f"set local plan_cache_mode = {mode}")
                scanned, fetched = await _rows_read(transaction)
                found = await read_near(transaction, kind, written, owner)
                scanned_then, fetched_then = await _rows_read(transaction)
            case = (mode, kind, written)
            assert meant in most_like(written, found), case
            assert scanned_then == scanned, case
            assert fetched_then - fetched < 500, case


async def _rows_read(executor: Executor) -> tuple[int, int]:
    """Rows of the large tables that this connection has read: by whole scans, and by an index."""
    row = await executor.fetchrow(
        "select count(*), sum(seq_tup_read), sum(idx_tup_fetch) from pg_stat_xact_user_tables"
        " where relname = any($1)",
        LARGE,
    )
    tables, scanned, fetched = row
    assert tables == len(LARGE)
    return scanned, fetched


async def test_what_is_somebody_elses_is_not_named(database: Database) -> None:
    other = world_tenant("fabrikam", world_subscription("contoso-basis"))
    await import_world(database, world_of(world_tenant(), other), NOW)
    assert "contoso-basis" in await read_near(database, "subscription", "contoso-basik")
    found = await read_near(database, "subscription", "contoso-basik", "contoso")
    assert found == ["contoso-basic"]
    await Life(database).quote()
    quote = "q-contoso-basic-key-1"
    assert quote in await read_near(database, "quote", quote[:-1], "contoso-basic")
    assert await read_near(database, "quote", quote[:-1], "contoso-basis") == []


async def test_users_of_other_subscriptions_are_not_named(database: Database) -> None:
    await import_world(database, world_of(world_tenant()), NOW)
    users = await database.fetch("select user_id from assignments order by 1 limit 1")
    written = users[0]["user_id"] + "x"
    assert await read_near(database, "license holder", written, "contoso-basic") != []
    assert await read_near(database, "license holder", written, "another") == []
    assert await read_near(database, "license holder", written) == []


@pytest.mark.breaks_promises
async def test_a_hint_that_cannot_be_looked_up_leaves_the_answer_as_it_is(
    database: Database,
) -> None:
    error = NotFound("webhook endpoint", "we-1")
    await database.execute("alter table webhook_endpoints rename to elsewhere")
    await add_near(database, error)
    assert error.details["near"] == []
    assert error.message == "there is no webhook endpoint 'we-1': check the id"


@pytest.mark.parametrize(
    "written",
    ["x", "", "x" * 120, "%", "_", "'; drop table tenants; --", "é", "\n", "\u202e", "😀"],
)
async def test_whatever_was_written_can_be_looked_for(database: Database, written: str) -> None:
    await import_world(database, world_of(world_tenant()), NOW)
    assert isinstance(await read_near(database, "subscription", written), list)
