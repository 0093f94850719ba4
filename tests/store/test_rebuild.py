"""Read models follow from events alone, and whatever does not is told row by row."""

import pytest

from api.service.payments import Payments
from store import rebuild as rebuild_module
from store.database import Database
from store.rebuild import Difference, RebuildReport, rebuild, refresh
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.store.support import (
    Life,
    an_incident,
    tampering,
    world_of,
    world_subscription,
    world_tenant,
)


async def _after(database: Database, statement: str) -> RebuildReport:
    async with tampering(database) as connection:
        assert await connection.execute(statement) not in ("UPDATE 0", "DELETE 0", "INSERT 0 0")
    return await rebuild(database)


async def test_rebuilding_compares_every_row_of_every_read_model(
    database: Database, life: Life
) -> None:
    await life.live()
    await Payments(database, lambda: life.at).void(OPERATOR, life.upgrade_id, "by mistake")
    await an_incident(database)
    report = await rebuild(database)
    assert report.ok
    assert report.differences == ()
    for table, compared in report.compared.items():
        assert compared == await database.fetchval(f"select count(*) from {table}") > 0
    assert set(report.compared) == {
        "upgrades",
        "subscriptions",
        "notices",
        "invoices",
        "credit_notes",
        "ledger_entries",
        "incidents",
    }


@pytest.mark.breaks_promises
@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("upgrades", "stage", "'moving_users'"),
        ("upgrades", "deadline", "now()"),
        ("subscriptions", "price", "price + 0.01"),
        ("subscriptions", "locked_by", "'somebody'"),
        ("incidents", "closed_at", "null"),
        ("notices", "text", "'{}'::jsonb"),
        ("invoices", "issued_on", "issued_on + 1"),
        ("ledger_entries", "amount_minor", "amount_minor + 1"),
    ],
)
async def test_a_changed_row_is_told_with_what_it_should_be(
    database: Database, life: Life, table: str, column: str, value: str
) -> None:
    await life.live()
    await an_incident(database)
    report = await _after(database, f"update {table} set {column} = {value}")
    assert {each.table for each in report.differences} == {table}
    for each in report.differences:
        assert each.live is not None
        assert each.rebuilt is not None
        assert each.live[column] != each.rebuilt[column]
        assert each.live | {column: 0} == each.rebuilt | {column: 0}


async def test_rows_that_follow_the_newest_event_are_written_anew(
    database: Database, life: Life
) -> None:
    await life.live()
    await an_incident(database)
    before = await rebuild(database)
    report = await _after(
        database,
        "update upgrades set stage = 'moving_users', view = view - 'timeline';"
        " update subscriptions set price = price + 0.01; update incidents set closed_at = now()",
    )
    assert not report.ok
    refreshed = await refresh(database)
    assert (refreshed.ok, refreshed.differences) == (True, ())
    assert refreshed.written >= len(report.differences)
    assert refreshed.compared == before.compared


@pytest.mark.breaks_promises
async def test_what_was_told_or_billed_is_never_written_anew(
    database: Database, life: Life
) -> None:
    await life.live()
    changed = (
        "update invoices set issued_on = issued_on + 1;"
        " update ledger_entries set amount_minor = amount_minor + 1;"
        " insert into notices select 'n-1', tenant_id, kind, 'up-ghost', created_at, text"
        " from notices limit 1"
    )
    report = await _after(database, changed)
    assert await refresh(database) == report


@pytest.mark.breaks_promises
@pytest.mark.parametrize(
    "words",
    [
        """'{"en": "Put otherwise.", "zh-TW": "換句話說。"}'""",
        """text || '{"en": "Put otherwise."}'""",
    ],
)
async def test_a_notice_may_be_in_the_words_of_its_time(
    database: Database, life: Life, words: str
) -> None:
    await life.live()
    report = await _after(database, f"update notices set text = {words}::jsonb")
    assert report.ok, report.differences


@pytest.mark.breaks_promises
@pytest.mark.parametrize(
    "table", ["upgrades", "subscriptions", "notices", "invoices", "ledger_entries", "incidents"]
)
async def test_a_missing_row_is_told(database: Database, life: Life, table: str) -> None:
    await life.live()
    await an_incident(database)
    report = await _after(database, f"delete from {table}")
    assert not report.ok
    assert {(each.table, each.live) for each in report.differences} == {(table, None)}


@pytest.mark.breaks_promises
async def test_a_row_that_no_event_leads_to_is_told(database: Database, life: Life) -> None:
    await life.live()
    report = await _after(
        database,
        "insert into notices select 'n-1', tenant_id, kind, 'up-ghost', created_at, text"
        " from notices limit 1",
    )
    (difference,) = report.differences
    assert (difference.table, difference.key, difference.rebuilt) == ("notices", "n-1", None)
    report = await _after(
        database,
        "insert into ledger_entries select upgrade_id, 9, tenant_id, account, currency,"
        " amount_minor, booked_at, booking, credit_of from ledger_entries limit 1",
    )
    assert [each.key for each in report.differences if each.table == "ledger_entries"] == [
        f"{life.upgrade_id}/9"
    ]


@pytest.mark.breaks_promises
async def test_an_event_that_cannot_be_read_is_told_and_hides_nothing_else(
    database: Database, life: Life
) -> None:
    await life.live()
    report = await _after(
        database, "update events set data = '{}' where type = 'UsersMoved' and version = 4"
    )
    tables = {each.table for each in report.differences}
    assert {"events", "upgrades", "invoices"} <= tables
    assert "subscriptions" not in tables
    (unread,) = [each for each in report.differences if each.table == "events"]
    assert unread.key == f"upgrade-{life.upgrade_id}"
    assert "UsersMoved" in str(unread.rebuilt)


@pytest.mark.breaks_promises
async def test_many_histories_are_compared_some_at_a_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild_module, "_HISTORIES_AT_ONCE", 7)
    monkeypatch.setattr(rebuild_module, "MOST_DIFFERENCES", 20)
    subscriptions = [world_subscription(f"contoso-{n}", users=()) for n in range(100)]
    await import_world(database, world_of(world_tenant("contoso", *subscriptions)), NOW)
    report = await rebuild(database)
    assert (report.ok, report.compared["subscriptions"]) == (True, 100)
    report = await _after(
        database, "update subscriptions set licenses = 11 where subscription_id like '%9'"
    )
    assert sorted(each.key for each in report.differences) == sorted(
        f"contoso-{n}" for n in range(100) if n % 10 == 9
    )
    report = await _after(database, "update subscriptions set licenses = 12")
    assert (report.ok, len(report.differences)) == (False, 20)
    assert isinstance(report.differences[0], Difference)
