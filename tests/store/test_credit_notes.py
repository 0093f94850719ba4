"""An invoice is taken back by a credit note of its own number, once, and the ledger says so (B65).

The upgrade of `annual`: 8 licenses for 1,200.00 a year on 25 June, less 46.00 of credit for ten licenses of
the old plan at 6.00, of which 23 of 30 days are unused: 1,154.00, issued on 15 July. No tax, unless it is said.
"""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from activities import upgrade_steps
from api.errors import Forbidden, NotFound
from api.service.administration import Administration
from api.service.bills import Bills
from api.service.payments import Payments, invoice_now
from domain.catalog.policy import InvoicePolicy, Policy
from domain.ledger.statement import CurrencyStatement, statement_of
from domain.quoting.quote import Quote
from domain.quoting.request import Going
from domain.values import rejections
from domain.views.credit_notes import CreditNote
from domain.views.read_models import Invoice
from store.database import Database, Executor
from store.errors import StoreError
from store.facts import read_facts
from store.rebuild import rebuild
from store.verify import verify
from store.views import read_ledger, read_notices, read_upgrade
from store.world import import_world
from tests.callers import OPERATOR, caller_with
from tests.domain.builders import NOW
from tests.store.changes import ChangeLife
from tests.store.support import Life, world_of, world_subscription, world_tenant

THERE = "contoso-premium"


async def lived(database: Database, policy: Policy | None = None) -> Life:
    """The upgrade up to its invoice."""
    there = world_subscription(THERE, plan="premium", licenses=20, users=(), user_count=0)
    tenant = world_tenant("contoso", world_subscription(), there)
    await import_world(database, world_of(tenant, policy=policy), NOW)
    life = await Life(database, licenses=8).quote(billing="annual", payment_method="bank_transfer")
    await life.order()
    await life.move()
    await life.switch()
    await life.wait()
    await life.invoice()
    return life


@pytest.fixture
async def annual(database: Database) -> Life:
    return await lived(database)


def payments(life: Life) -> Payments:
    return Payments(life.database, lambda: life.at)


async def void(life: Life, reason: str = "ordered by mistake") -> CreditNote:
    return await payments(life).void(OPERATOR, life.upgrade_id, reason)


async def now_of(life: Life) -> Invoice:
    return await invoice_now(life.database, life.upgrade_id, life.at)


async def statement(life: Life) -> CurrencyStatement:
    ledger = await read_ledger(life.database, life.tenant_id)
    assert ledger is not None
    (one,) = statement_of(ledger.entries, tenant_id="contoso", time_zone="UTC").currencies
    assert one.debits == one.credits
    return one


async def balances(life: Life) -> dict[str, Decimal]:
    return {each.account: each.balance for each in (await statement(life)).accounts}


async def in_one_transaction(database: Database, sql: str) -> None:
    async with database.transaction() as connection:
        await connection.execute(sql)
        await connection.execute("set constraints all immediate")


async def all_holds(database: Database) -> None:
    verified = await verify(database)
    assert verified.ok, verified.violations
    report = await rebuild(database)
    assert report.ok, report.differences


async def opened_by(life: Life) -> str:
    view = await read_upgrade(life.database, life.upgrade_id)
    assert view is not None
    assert view.new_subscription_id is not None
    return view.new_subscription_id


def change_of(life: Life, subscription_id: str, key: str = "key-2") -> ChangeLife:
    return ChangeLife(life.database, subscription_id=subscription_id, key=key, at=life.at)


async def test_an_open_invoice_is_void_and_nothing_is_owed(annual: Life) -> None:
    stands = {"status", "open_amount", "payments", "credit_note"}
    before = (await now_of(annual)).model_dump(exclude=stands)
    note = await void(annual)
    assert (note.number, note.total, note.no_longer_due, note.account_credit) == (
        "CN-00000001",
        Decimal("1154.00"),
        Decimal("1154.00"),
        Decimal("0.00"),
    )
    assert (note.invoice.number, note.reason) == ("INV-00000001", "ordered by mistake")
    invoice = await now_of(annual)
    assert (invoice.status, invoice.open_amount, invoice.credit_note) == (
        "void",
        Decimal("0.00"),
        "CN-00000001",
    )
    assert invoice.model_dump(exclude=stands) == before, "the invoice itself never changes"
    assert await balances(annual) == {
        "receivable": Decimal("0.00"),
        "revenue": Decimal("0.00"),
        "unused_service": Decimal("0.00"),
    }
    await all_holds(annual.database)


async def test_it_is_void_once_whatever_repeats_and_however_many_at_once(annual: Life) -> None:
    notes = await asyncio.gather(*(void(annual, f"reason {n}") for n in range(4)))
    assert len({each.model_dump_json() for each in notes}) == 1
    annual.later(days=300)
    assert await void(annual, "long after the window") == notes[0]
    assert await annual.database.fetchval("select count(*) from credit_notes") == 1
    assert await annual.database.fetchval("select last from credit_note_numbers") == 1
    await all_holds(annual.database)


async def test_what_was_paid_is_account_credit(annual: Life) -> None:
    """154.00 were paid: 1,000.00 are no longer owed, and 154.00 can be spent or paid out."""
    await payments(annual).pay(OPERATOR, annual.upgrade_id, "P-1", Decimal("154.00"))
    note = await void(annual)
    assert (note.no_longer_due, note.account_credit) == (Decimal("1000.00"), Decimal("154.00"))
    books = await statement(annual)
    assert (books.owed, books.account_credit) == (Decimal("0.00"), Decimal("154.00"))
    await all_holds(annual.database)
    with pytest.raises(rejections.AmountAboveOpen, match="void, by credit note CN-00000001"):
        await payments(annual).pay(OPERATOR, annual.upgrade_id, "P-2", Decimal("1.00"))
    out = await payments(annual).pay_out(OPERATOR, annual.upgrade_id, "O-1", Decimal("100.00"))
    assert out.left == Decimal("54.00")
    assert await balances(annual) == {
        "receivable": Decimal("0.00"),
        "revenue": Decimal("0.00"),
        "unused_service": Decimal("0.00"),
        "account_credit": Decimal("-54.00"),
        "cash": Decimal("54.00"),
    }
    await all_holds(annual.database)


async def test_tax_is_booked_back_at_its_rate(database: Database) -> None:
    """1,200.00 + 228.00 - 46.00 - 8.74 = 1,373.26, of which 373.26 were paid."""
    life = await lived(database, Policy(tax={"US": Decimal("0.19")}))
    invoice = await now_of(life)
    assert invoice.total == Decimal("1373.26")
    paid = Decimal("373.26")
    await payments(life).pay(OPERATOR, life.upgrade_id, "P-1", paid)
    note = await void(life)
    assert (note.no_longer_due, note.account_credit) == (Decimal("1000.00"), paid)
    books = await statement(life)
    (tax,) = books.taxes
    assert (tax.rate, tax.base, tax.tax) == (Decimal("0.19"), 0, 0)
    assert (books.owed, books.account_credit) == (Decimal("0.00"), paid)
    await all_holds(database)


async def test_the_window_is_the_policy_of_the_order(database: Database) -> None:
    """Issued on 15 July with a window of 3 days: 18 July is the last one."""
    life = await lived(database, Policy(invoice=InvoicePolicy(void_within_days=3)))
    assert (await now_of(life)).issued_on.isoformat() == "2026-07-15"
    life.later(days=4)
    with pytest.raises(rejections.VoidTooLate) as late:
        await void(life)
    assert late.value.details == {
        "number": "INV-00000001",
        "days": 3,
        "last_day": "2026-07-18",
    }
    assert await database.fetchval("select count(*) from credit_note_numbers") == 0
    life.later(days=-1)
    assert (await void(life)).issued_on.isoformat() == "2026-07-18"


async def test_only_operators_void_and_only_what_there_is(annual: Life) -> None:
    desk = payments(annual)
    for role in ("viewer", "customer_admin", "credit_reviewer", "finance", "auditor"):
        with pytest.raises(Forbidden):
            await desk.void(caller_with(role), annual.upgrade_id, "mine")
    with pytest.raises(NotFound):
        await desk.void(OPERATOR, "INV-00000009", "none")
    with pytest.raises(NotFound, match="its invoice INV-00000001 stands"):
        await Bills(annual.database, lambda: annual.at).credit_note(OPERATOR, annual.upgrade_id)


async def test_what_a_later_switch_credits_is_not_given_back_twice(annual: Life) -> None:
    """While the change waits or moves, and after it has switched; once it is canceled it may be void."""
    opened = await opened_by(annual)
    change = change_of(annual, opened)
    await change.ask(into=THERE, old="canceled")
    await change.order()
    with pytest.raises(rejections.CreditedSince) as credited:
        await void(annual)
    assert credited.value.details["upgrade_id"] == change.upgrade_id
    await change.cancel()
    assert (await void(annual)).number == "CN-00000001"
    await all_holds(annual.database)


async def test_what_was_credited_by_a_later_switch_is_not_given_back_twice(annual: Life) -> None:
    change = change_of(annual, await opened_by(annual))
    await change.ask(into=THERE, old="canceled")
    await change.order()
    await change.move()
    await change.switch()
    annual.later(hours=1)
    with pytest.raises(rejections.CreditedSince):
        await void(annual)


async def test_a_period_that_is_void_is_credited_with_what_earlier_credit_had_paid(
    annual: Life,
) -> None:
    """46.00 for 8 licenses: 5.75 each until 24 June 2027, then the 150.00 of the plan.

    Moving away on 15 July, with 345 of 365 days left: 8 x 5.75 x 345/365 = 43.48, not 1,134.25.
    """
    await void(annual)
    opened = await opened_by(annual)
    facts = await read_facts(annual.database, opened)
    assert facts is not None
    assert facts.void_charge is not None
    assert (facts.void_charge.paid, facts.void_charge.licenses) == (Decimal("46.00"), 8)
    change = change_of(annual, opened)
    await change.ask(into=THERE, old="canceled")
    await change.order()
    await change.move()
    await change.switch()
    annual.later(hours=1)
    assert (await statement(annual)).account_credit == Decimal("43.48")
    await all_holds(annual.database)


async def test_licenses_that_were_added_after_it_share_what_was_paid(annual: Life) -> None:
    """46.00 had paid for eight: 1.15 for each of forty, so that forty are not credited with 230.00."""
    await void(annual)
    opened = await opened_by(annual)
    await Administration(annual.database, lambda: annual.at).set_licenses(OPERATOR, opened, 40)
    change = change_of(annual, opened)
    await change.ask(into=THERE, old="canceled")
    await change.order()
    await change.move()
    await change.switch()
    annual.later(hours=1)
    # 40 x 1.15 x 345/365
    assert (await statement(annual)).account_credit == Decimal("43.48")
    await all_holds(annual.database)


async def test_a_void_between_an_orders_look_and_its_commit_is_seen(
    annual: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the charge would be given back by the credit note, and again by the switch."""
    change = change_of(annual, await opened_by(annual))
    await change.ask(into=THERE, old="canceled")
    looked = upgrade_steps.going_now

    async def void_meanwhile(executor: Executor, quote: Quote) -> Going | None:
        monkeypatch.setattr(upgrade_steps, "going_now", looked)
        await void(annual)
        return await looked(executor, quote)

    monkeypatch.setattr(upgrade_steps, "going_now", void_meanwhile)
    with pytest.raises(rejections.QuoteStale):
        await change.order()
    assert (await now_of(annual)).status == "void"
    await change.ask(into=THERE, old="canceled")
    await change.order()
    await change.move()
    await change.switch()
    annual.later(hours=1)
    assert (await statement(annual)).account_credit == Decimal("43.48")
    await all_holds(annual.database)


async def test_the_customer_is_told_once(annual: Life) -> None:
    await payments(annual).pay(OPERATOR, annual.upgrade_id, "P-1", Decimal("154.00"))
    for _ in range(2):
        await void(annual)
    told = await read_notices(annual.database, annual.tenant_id)
    assert told is not None
    (notice,) = (each for each in told if each.kind == "invoice_void")
    for said in ("INV-00000001", "CN-00000001", "$1,154.00", "$1,000.00", "$154.00"):
        assert said in notice.text.en
        assert said.lstrip("$") in notice.text.zh_tw


async def test_the_database_takes_no_note_past_its_rules(annual: Life) -> None:
    database = annual.database
    await void(annual)
    for statement_, broken in (
        ("update credit_notes set number = 'CN-00000002'", "append-only"),
        ("delete from credit_notes", "append-only"),
        ("update credit_note_numbers set last = last + 2", "invoice_numbers_grow_by_one"),
        ("update credit_note_numbers set last = last + 1", "numbers_have_a_credit_note"),
    ):
        with pytest.raises(StoreError, match=broken):
            await in_one_transaction(database, statement_)


async def test_numbers_of_notes_run_without_a_gap_beside_those_of_invoices(
    database: Database,
) -> None:
    tenants = [
        world_tenant(id, world_subscription(f"{id}-basic"), payment_method="bank_transfer")
        for id in ("one", "two", "three")
    ]
    await import_world(database, world_of(*tenants), NOW)
    lives = [
        Life(database, subscription_id=f"{id}-basic", tenant_id=id)
        for id in ("one", "two", "three")
    ]
    for life in lives:
        await life.live()
    notes = await asyncio.gather(*(void(life) for life in lives))
    assert sorted(each.number for each in notes) == ["CN-00000001", "CN-00000002", "CN-00000003"]
    assert {each.tenant_id for each in notes} == {"one", "two", "three"}
    lives[0].at += timedelta(days=1)
    await all_holds(database)
