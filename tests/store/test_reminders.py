"""Customers are told once that an invoice falls due, and once that it is overdue (B65).

The invoice of `annual` is 1,154.00, issued on 15 July by bank transfer: due on 14 August.
"""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from activities import invoice_reminders
from activities.invoice_reminders import InvoiceReminders
from api.service.lists import Lists
from domain.upgrade.stored_events import UnknownEvent
from store.database import Database
from store.lists import InvoiceItem
from store.payments import ToRemind, read_to_remind
from store.rebuild import rebuild
from store.upgrades import carry_out
from store.verify import verify
from store.views import read_notices
from tests.callers import OPERATOR
from tests.store.support import Life
from tests.store.test_credit_notes import lived, payments, void

DUE = datetime(2026, 8, 14, 12, tzinfo=UTC)
OVERDUE = datetime(2026, 8, 15, 12, tzinfo=UTC)


@pytest.fixture
async def annual(database: Database) -> Life:
    return await lived(database)


async def told(life: Life) -> list[str]:
    """The reminders that the tenant has had, in the order of time."""
    notices = await read_notices(life.database, life.tenant_id)
    assert notices is not None
    return [each.kind for each in notices if each.kind in {"invoice_due", "invoice_overdue"}]


async def look(life: Life, at: datetime) -> list[str]:
    await InvoiceReminders(life.database).look(at)
    return await told(life)


async def test_each_is_told_once_however_many_workers_look_and_however_often(annual: Life) -> None:
    day_before = datetime(2026, 8, 13, 12, tzinfo=UTC)
    assert await look(annual, day_before) == []
    workers = [InvoiceReminders(annual.database) for _ in range(3)]
    for at, expected in ((DUE, ["invoice_due"]), (OVERDUE, ["invoice_due", "invoice_overdue"])):
        for _ in range(2):
            await asyncio.gather(*(each.look(at) for each in workers))
            assert await told(annual) == expected
    count = "select count(*) from events where type = 'InvoiceReminded'"
    assert await annual.database.fetchval(count) == 2
    verified = await verify(annual.database)
    assert verified.ok, verified.violations
    assert (await rebuild(annual.database)).ok


async def test_it_says_what_is_open_by_then_in_both_languages(annual: Life) -> None:
    await payments(annual).pay(OPERATOR, annual.upgrade_id, "P-1", Decimal("154.00"))
    await look(annual, OVERDUE)
    notices = await read_notices(annual.database, annual.tenant_id)
    assert notices is not None
    (overdue,) = (each for each in notices if each.kind == "invoice_overdue")
    assert "Invoice INV-00000001 for Plan standard was due on" in overdue.text.en
    for said in ("$1,000.00", "INV-00000001"):
        assert said in overdue.text.en
        assert said in overdue.text.zh_tw.replace("US$", "$")
    assert "已於" in overdue.text.zh_tw


async def test_one_that_cannot_be_told_holds_up_nobody_else(
    annual: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    one = ToRemind(upgrade_id="up-0", subscription_id="contoso-basic", reminder="due")

    async def with_another(*given: Any, **named: Any) -> list[ToRemind]:
        return [one, *await read_to_remind(*given, **named)]

    async def fails_first(database: Database, upgrade_id: str, *given: Any) -> Any:
        tried.append(upgrade_id)
        if upgrade_id == one.upgrade_id:
            raise UnknownEvent("InvoiceFramed")
        return await carry_out(database, upgrade_id, *given)

    monkeypatch.setattr(invoice_reminders, "read_to_remind", with_another)
    monkeypatch.setattr(invoice_reminders, "carry_out", fails_first)
    assert await look(annual, DUE) == ["invoice_due"]
    assert tried == [one.upgrade_id, annual.upgrade_id]


async def test_who_has_paid_is_not_reminded_nor_whose_invoice_is_void(annual: Life) -> None:
    await payments(annual).pay(OPERATOR, annual.upgrade_id, "P-1")
    assert await look(annual, DUE) == []
    await void(annual)
    assert await look(annual, OVERDUE) == []


async def test_where_no_worker_ran_on_the_day_only_overdue_is_told_and_not_months_later(
    annual: Life,
) -> None:
    assert await look(annual, datetime(2026, 10, 1, tzinfo=UTC)) == []
    assert await look(annual, datetime(2026, 9, 10, tzinfo=UTC)) == ["invoice_overdue"]


async def test_an_invoice_from_before_payments_were_recorded_is_not_reminded_of(
    annual: Life,
) -> None:
    await annual.database.execute(
        "insert into invoices_before_payments select upgrade_id, number from invoices"
    )
    assert await look(annual, OVERDUE) == []


async def test_a_list_of_invoices_says_how_each_stands(annual: Life) -> None:
    lists = Lists(annual.database, lambda: annual.at)

    async def stands() -> tuple[str | None, Decimal | None]:
        (item,) = (await lists.page(OPERATOR, "invoices", {})).items
        assert isinstance(item, InvoiceItem)
        return item.status, item.open_amount

    assert await stands() == ("open", Decimal("1154.00"))
    await payments(annual).pay(OPERATOR, annual.upgrade_id, "P-1", Decimal("154.00"))
    assert await stands() == ("partly_paid", Decimal("1000.00"))
    issued, annual.at = annual.at, OVERDUE
    assert await stands() == ("overdue", Decimal("1000.00"))
    annual.at = issued
    await void(annual)
    assert await stands() == ("void", Decimal("0.00"))
