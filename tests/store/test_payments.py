"""Invoices are paid, and credit pays what is owed for its own subscription first (B65)."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities import upgrade_steps
from api.errors import BadInput, NotFound
from api.service.payments import Payments, invoice_now
from domain.catalog.facts import Owed
from domain.documents.invoice_document import invoice_document
from domain.eligibility.subscription_rules import refusals_of
from domain.ledger.statement import CurrencyStatement, statement_of
from domain.values import rejections
from domain.views.read_models import Invoice
from store import upgrades
from store.database import Database, Executor
from store.errors import VersionConflict
from store.facts import read_facts
from store.payments import read_credit_left, read_sources
from store.quotes import read_quote
from store.rebuild import rebuild
from store.verify import verify
from store.views import read_ledger, read_upgrade
from store.world import import_world
from tests.callers import OPERATOR, caller_with
from tests.domain.builders import NOW
from tests.store.changes import ADA, ChangeLife
from tests.store.support import Life, world_of, world_subscription, world_tenant

THERE = "contoso-premium"
"""Twenty licenses of `premium`, where users can go by hand."""


@pytest.fixture
async def annual(database: Database) -> Life:
    """An upgrade to 8 x 150.00 = 1,200.00 a year, on 25 June; 10 x 6.00 x 23/30 = 46.00 are credited."""
    there = world_subscription(THERE, plan="premium", licenses=20, users=(), user_count=0)
    world = world_of(world_tenant("contoso", world_subscription(), there))
    await import_world(database, world, NOW)
    life = await Life(database, licenses=8).quote(billing="annual", payment_method="bank_transfer")
    await life.order()
    await life.move()
    await life.switch()
    return life


def payments(life: Life) -> Payments:
    return Payments(life.database, lambda: life.at)


async def invoice_as_it_stands(life: Life) -> Invoice:
    return await invoice_now(life.database, life.upgrade_id, life.at)


async def invoiced(life: Life) -> Invoice:
    await life.wait()
    await life.invoice()
    return await invoice_as_it_stands(life)


async def opened_by(life: Life) -> str:
    view = await read_upgrade(life.database, life.upgrade_id)
    assert view is not None
    assert view.new_subscription_id is not None
    return view.new_subscription_id


async def change_away(life: Life) -> ChangeLife:
    """Everybody goes by hand to what is there, and the annual subscription is canceled."""
    change = ChangeLife(
        life.database, subscription_id=await opened_by(life), key="key-2", at=life.at
    )
    await change.ask(into=THERE, old="canceled")
    await change.order()
    await change.move()
    assert (await change.switch()).stage == "completed"
    life.at += timedelta(hours=1)
    return change


async def statement(life: Life) -> CurrencyStatement:
    ledger = await read_ledger(life.database, life.tenant_id)
    assert ledger is not None
    (one,) = statement_of(ledger.entries, tenant_id="contoso", time_zone="UTC").currencies
    assert one.debits == one.credits
    return one


async def all_holds(database: Database) -> None:
    verified = await verify(database)
    assert verified.ok, verified.violations
    report = await rebuild(database)
    assert report.ok, report.differences


async def test_an_invoice_is_open_then_partly_paid_then_paid(annual: Life) -> None:
    invoice = await invoiced(annual)
    assert (invoice.total, invoice.status, invoice.open_amount) == (
        Decimal("1154.00"),  # 1,200.00 - 46.00
        "open",
        Decimal("1154.00"),
    )
    desk = payments(annual)
    for _ in range(2):  # a repeat of one reference is one payment
        paid = await desk.pay(OPERATOR, invoice.number, "P-1", Decimal("154.00"))
        assert (paid.status, paid.open_amount) == ("partly_paid", Decimal("1000.00"))
    with pytest.raises(rejections.PaymentReferenceReused):
        await desk.pay(OPERATOR, invoice.number, "P-1", Decimal("155.00"))
    with pytest.raises(rejections.AmountAboveOpen):
        await desk.pay(OPERATOR, invoice.number, "P-2", Decimal("1000.01"))
    paid = await desk.pay(OPERATOR, annual.upgrade_id, "P-3")
    assert (paid.status, paid.open_amount) == ("paid", Decimal("0.00"))
    assert [(each.reference, each.amount) for each in paid.payments] == [
        ("P-1", Decimal("154.00")),
        ("P-3", Decimal("1000.00")),
    ]
    with pytest.raises(rejections.AmountAboveOpen):
        await desk.pay(OPERATOR, invoice.number, "P-4", Decimal("0.01"))
    books = await statement(annual)
    assert (books.owed, {each.account: each.balance for each in books.accounts}["cash"]) == (
        Decimal("0.00"),
        Decimal("1154.00"),
    )
    await all_holds(annual.database)


async def test_what_cannot_be_a_payment_is_refused(annual: Life) -> None:
    desk = payments(annual)
    with pytest.raises(NotFound):
        await desk.pay(OPERATOR, annual.upgrade_id, "P-1")  # it is not issued yet
    invoice = await invoiced(annual)
    for amount, fault in (("0", "nothing would be paid"), ("1.001", "too many digits")):
        with pytest.raises(BadInput, match=fault):
            await desk.pay(OPERATOR, invoice.number, "P-1", Decimal(amount))
    for caller, number in (
        (OPERATOR, "INV-00000009"),
        (caller_with("finance", tenants=frozenset({"fabrikam"})), invoice.number),
    ):
        with pytest.raises(NotFound):
            await desk.pay(caller, number, "P-1")


async def test_an_overdue_invoice_is_an_unpaid_balance_of_its_subscription(annual: Life) -> None:
    """B18. It was issued on 15 July, by bank transfer: due on 14 August."""
    invoice = await invoiced(annual)
    subscription_id = await opened_by(annual)

    async def refused(days: int) -> Mapping[str, object] | None:
        facts = await read_facts(annual.database, subscription_id)
        assert facts is not None
        at = annual.at + timedelta(days=days)
        found = {each.code: each.evidence for each in refusals_of(facts, at)}
        return found.get("unpaid_balance")

    assert invoice.due_on.isoformat() == "2026-08-14"
    assert await refused(30) is None
    assert await refused(31) == {
        "subscription_id": subscription_id,
        "balance_due": "1154.00",
        "currency": "USD",
        "invoices": [invoice.number],
    }
    annual.at += timedelta(days=31)
    overdue = await invoice_as_it_stands(annual)
    assert overdue.status == "overdue"
    await payments(annual).pay(OPERATOR, invoice.number, "P-1")
    assert await refused(31) is None


async def test_an_invoice_from_before_payments_were_recorded_is_never_overdue(
    annual: Life,
) -> None:
    await invoiced(annual)
    await annual.database.execute(
        "insert into invoices_before_payments select upgrade_id, number from invoices"
    )
    annual.at += timedelta(days=100)
    assert (await invoice_as_it_stands(annual)).status == "open"


async def test_credit_settles_no_invoice_from_before_payments_were_recorded(annual: Life) -> None:
    """It may be paid: all of 1,200.00 x 345/365 = 1,134.25 is account credit."""
    await invoiced(annual)
    await annual.database.execute(
        "insert into invoices_before_payments select upgrade_id, number from invoices"
    )
    change = await change_away(annual)
    now = await invoice_as_it_stands(annual)
    assert (now.status, now.open_amount, now.payments) == ("open", Decimal("1154.00"), ())
    assert await read_credit_left(annual.database, change.upgrade_id) == 113425
    await all_holds(annual.database)


async def test_credit_settles_the_open_invoice_of_its_own_subscription_first(annual: Life) -> None:
    """On 15 July 345 of 365 days are left: 1,200.00 x 345/365 = 1,134.25 (B65).

    1,054.00 are open after a payment of 100.00, so 80.25 are left on the account.
    """
    invoice = await invoiced(annual)
    await payments(annual).pay(OPERATOR, invoice.number, "P-1", Decimal("100.00"))
    change = await change_away(annual)
    now = await invoice_as_it_stands(annual)
    assert (now.status, now.open_amount) == ("paid", Decimal("0.00"))
    assert [(each.credit_of, each.amount) for each in now.payments][1:] == [
        (change.upgrade_id, Decimal("1054.00"))
    ]
    assert await read_credit_left(annual.database, change.upgrade_id) == 8025
    books = await statement(annual)
    assert (books.owed, books.account_credit) == (Decimal("0.00"), Decimal("80.25"))
    await change.switch()  # once, whatever repeats
    assert await statement(annual) == books
    await all_holds(annual.database)

    # Nothing but the rest is spent, or paid out.
    with pytest.raises(rejections.AmountAboveCredit):
        await payments(annual).pay_out(OPERATOR, change.upgrade_id, "O-1", Decimal("80.26"))
    for _ in range(2):
        left = await payments(annual).pay_out(OPERATOR, change.upgrade_id, "O-1", Decimal("30.25"))
        assert left.left == Decimal("50.00")
    books = await statement(annual)
    assert books.account_credit == Decimal("50.00")
    assert {each.account: each.balance for each in books.accounts}["cash"] == Decimal("69.75")
    await all_holds(annual.database)


async def test_credit_that_does_not_reach_leaves_the_rest_owed(annual: Life) -> None:
    """1,154.00 - 1,134.25 = 19.75, and nothing on the account."""
    await invoiced(annual)
    change = await change_away(annual)
    now = await invoice_as_it_stands(annual)
    assert (now.status, now.open_amount) == ("partly_paid", Decimal("19.75"))
    assert await read_credit_left(annual.database, change.upgrade_id) == 0
    await all_holds(annual.database)


async def test_credit_settles_what_is_not_invoiced_yet(annual: Life) -> None:
    """On the day of the upgrade all 1,200.00 are credited: 1,154.00 settle it, 46.00 are left."""
    change = await change_away(annual)
    assert await read_credit_left(annual.database, change.upgrade_id) == 4600
    invoice = await invoiced(annual)
    assert (invoice.total, invoice.account_credit_used, invoice.amount_due) == (
        Decimal("1154.00"),
        Decimal("1154.00"),
        Decimal("0.00"),
    )
    assert [use.upgrade_id for use in invoice.account_credit_uses] == [change.upgrade_id]
    assert (invoice.status, invoice.open_amount) == ("paid", Decimal("0.00"))
    assert (await statement(annual)).account_credit == Decimal("46.00")
    await all_holds(annual.database)


async def upgrade_on(life: Life, key: str, **request: Any) -> Life:
    """Everybody goes from the subscription that `life` has opened to `premium`, at 22.00 a month."""
    again = Life(
        life.database, subscription_id=await opened_by(life), key=key, at=life.at, licenses=8
    )
    await again.quote(
        **({"target_plan_id": "premium", "payment_method": "bank_transfer"} | request)
    )
    await again.order()
    await again.move()
    await again.switch()
    again.later(hours=1)
    return again


async def test_credit_that_went_through_an_upgrade_pays_what_it_comes_from(annual: Life) -> None:
    """B65 along a chain. On the day of the first upgrade, of which 1,154.00 are owed:

    - 1,200.00 are credited against 8 x 22.00 = 176.00: total 0.00, and 1,024.00 pay of the 1,154.00, so
      130.00 stay owed;
    - everybody goes on by hand: 176.00 are credited, 130.00 pay the rest, 46.00 are left. That is what the
      tenant had paid in before the chain began.
    """
    second = await upgrade_on(annual, "key-2")
    assert await read_credit_left(annual.database, second.upgrade_id) == 0
    second.at += timedelta(minutes=1)
    change = ChangeLife(
        annual.database, subscription_id=await opened_by(second), key="key-3", at=second.at
    )
    await change.ask(into=THERE, old="canceled")
    await change.order()
    await change.move()
    await change.switch()
    assert await read_credit_left(annual.database, change.upgrade_id) == 4600
    books = await statement(annual)
    assert (books.owed, books.account_credit) == (Decimal("0.00"), Decimal("46.00"))
    await change.switch()  # once, whatever repeats
    assert await statement(annual) == books
    await all_holds(annual.database)


async def test_credit_pays_for_its_own_upgrade_before_those_that_led_to_it(annual: Life) -> None:
    """Of the first 1,154.00 are owed, of the second 8 x 264.00 - 1,200.00 = 912.00. By hand 2,112.00 are
    credited: 912.00 and 1,154.00 are paid, and 46.00 are left."""
    second = await upgrade_on(annual, "key-9", billing="annual")
    change = await change_away(second)
    assert await read_credit_left(annual.database, change.upgrade_id) == 4600
    paid = await annual.database.fetch(
        "select stream, data ->> 'amount' as amount from events where type = 'InvoiceSettled'"
    )
    assert {row["stream"]: row["amount"] for row in paid} == {
        f"upgrade-{second.upgrade_id}": "912.00",
        f"upgrade-{annual.upgrade_id}": "1154.00",
    }
    await all_holds(annual.database)


async def test_quote_and_invoice_say_what_the_credit_pays_first(annual: Life) -> None:
    """1,200.00 - 176.00 = 1,024.00 of credit, all for the 1,154.00: nothing stays on the account."""
    life = Life(
        annual.database,
        subscription_id=await opened_by(annual),
        key="key-2",
        at=annual.at,
        licenses=8,
    )
    await life.quote(target_plan_id="premium", payment_method="bank_transfer")
    quote = await read_quote(life.database, life.ordered.quote_id)
    assert quote is not None
    assert [(each.upgrade_id, each.number, each.amount) for each in quote.settles] == [
        (annual.upgrade_id, None, Decimal("1024.00"))
    ]
    told = {each.code: each.text.en for each in quote.notices}
    assert "account_credit" not in told
    assert told["credit_settles"].endswith(
        "$1,024.00 of it pays what is still owed for the service that it comes from: "
        f"order {annual.upgrade_id}, which is not invoiced yet."
    )
    await life.order()
    await life.move()
    await life.switch()
    invoice = await invoiced(life)
    assert (invoice.account_credit, invoice.account_credit_left) == (
        Decimal("1024.00"),
        Decimal("0.00"),
    )
    notes = " ".join(invoice_document(invoice).notes)
    assert "$1,024.00 of the credit pays what was still owed for" in notes
    assert "stays on your account" not in notes


async def test_of_a_credit_the_quote_names_the_invoice_it_pays_and_what_is_left(
    annual: Life,
) -> None:
    """On 15 July 1,134.25 are credited: 1,134.25 - 1,054.00 = 80.25."""
    invoice = await invoiced(annual)
    await payments(annual).pay(OPERATOR, invoice.number, "P-1", Decimal("100.00"))
    change = ChangeLife(
        annual.database, subscription_id=await opened_by(annual), key="key-2", at=annual.at
    )
    told = {
        each.code: each.text.en for each in (await change.ask(into=THERE, old="canceled")).notices
    }
    assert told["credit_settles"].endswith(f": invoice {invoice.number}.")
    assert "$1,054.00" in told["credit_settles"]
    assert "$80.25, stays on your account" in told["account_credit"]


async def test_what_is_paid_while_billing_switches_is_not_paid_twice(
    annual: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """154.00 of 1,154.00 were paid in between, so 1,000.00 are settled.

    The 1,200.00 of the day it began are credited, as a switch that waits costs no more (B26): 200.00 are left.
    """
    change = ChangeLife(
        annual.database, subscription_id=await opened_by(annual), key="key-2", at=annual.at
    )
    await change.ask(into=THERE, old="canceled")
    await change.order()
    await change.move()
    await annual.wait()
    change.at = annual.at

    async def and_some_is_paid(executor: Executor, subscription_id: str) -> tuple[Owed, ...]:
        monkeypatch.undo()
        owed = await read_sources(executor, subscription_id)
        await payments(annual).pay(
            OPERATOR, (await invoiced(annual)).number, "P-1", Decimal("154.00")
        )
        return owed

    monkeypatch.setattr(upgrade_steps, "read_sources", and_some_is_paid)
    with pytest.raises(VersionConflict):
        await change.switch()
    await change.switch()
    assert (await invoice_as_it_stands(annual)).status == "paid"
    assert await read_credit_left(annual.database, change.upgrade_id) == 20000
    await all_holds(annual.database)


async def test_an_invoice_that_is_overdue_speaks_against_what_its_credit_has_paid(
    annual: Life,
) -> None:
    """B18: the second subscription was paid with credit from the first, of which 130.00 stay owed."""
    second = await upgrade_on(annual, "key-2")
    invoice = await invoiced(annual)
    facts = await read_facts(annual.database, await opened_by(second))
    assert facts is not None
    found = {
        each.code: each.evidence for each in refusals_of(facts, annual.at + timedelta(days=31))
    }
    assert found["unpaid_balance"]["balance_due"] == "130.00"
    assert found["unpaid_balance"]["invoices"] == [invoice.number]
    assert "unpaid_balance" not in {each.code for each in refusals_of(facts, annual.at)}


async def test_the_walk_ends_where_no_credit_came_from_the_subscription_before(
    annual: Life,
) -> None:
    """By hand five licenses are bought, and the old subscription stays: nothing of it went over, so what
    is owed for it is no matter of the new one's credit."""
    change = ChangeLife(
        annual.database, subscription_id=await opened_by(annual), key="key-2", at=annual.at
    )
    await change.ask(ADA, buy={"plan_id": "premium", "licenses": 5, "billing": "monthly"})
    await change.order()
    await change.move()
    await change.switch()
    change.later(hours=1)
    facts = await read_facts(annual.database, await opened_by(change))
    assert facts is not None
    assert [each.upgrade_id for each in facts.owed] == [change.upgrade_id]


async def test_one_reference_is_one_payment_of_a_tenant(annual: Life) -> None:
    invoice = await invoiced(annual)
    await payments(annual).pay(OPERATOR, invoice.number, "P-1", Decimal("1154.00"))
    change = await change_away(annual)
    out = await payments(annual).pay_out(OPERATOR, change.upgrade_id, "P-1")
    assert out.left == 0, "paid in and paid out are two things"


async def test_where_nothing_is_open_or_left_it_says_so(annual: Life) -> None:
    desk = payments(annual)
    invoice = await invoiced(annual)
    await desk.pay(OPERATOR, invoice.number, "P-1")
    for amount in (None, Decimal("0.01")):
        with pytest.raises(rejections.AmountAboveOpen, match="it is paid"):
            await desk.pay(OPERATOR, invoice.number, "P-2", amount)
    change = await change_away(annual)
    await desk.pay_out(OPERATOR, change.upgrade_id, "O-1")
    for amount in (None, Decimal("0.01")):
        with pytest.raises(rejections.AmountAboveCredit, match="No account credit is left"):
            await desk.pay_out(OPERATOR, change.upgrade_id, "O-2", amount)


async def test_what_is_left_is_looked_at_again_where_another_payment_was_faster(
    annual: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 1,134.25 another one pays out 134.25 in between: this one pays out 1,000.00, not nothing."""
    desk = payments(annual)
    await desk.pay(OPERATOR, (await invoiced(annual)).number, "P-1")
    change = await change_away(annual)

    async def and_another_is_paid_out(executor: Executor, upgrade_id: str) -> int | None:
        monkeypatch.undo()
        left = await read_credit_left(executor, upgrade_id)
        other = await desk.pay_out(OPERATOR, upgrade_id, "O-1", Decimal("134.25"))
        assert other.left == Decimal("1000.00")
        return left

    monkeypatch.setattr(upgrades, "read_credit_left", and_another_is_paid_out)
    assert (await desk.pay_out(OPERATOR, change.upgrade_id, "O-2")).left == 0
    books = await statement(annual)
    assert {each.account: each.balance for each in books.accounts}["cash"] == Decimal("19.75")
    await all_holds(annual.database)
