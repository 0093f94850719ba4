"""B31 on the real database: later invoices use a credit up, the oldest first, exactly once.

Every test ends with `verify`: what is left of each credit equals the ledger, and every invoice is
settled by what it used and what is due.
"""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.pricing.account_credit import CreditUse
from domain.views.read_models import Invoice
from store.database import Database
from store.errors import CreditUsedMeanwhile, PromiseBroken
from store.rebuild import rebuild
from store.views import read_invoice
from store.world import import_world
from tests.domain.builders import NOW, a_plan, a_price
from tests.store.support import Life, tampering, world_of, world_subscription, world_tenant

LARGE, SMALL = 1_000, 10
LEFT = Decimal("4475.00")
"""1,000 licenses at 6.00, 23 of 30 days unused: 4600.00. Ten new ones cost 125.00."""
TOTAL = Decimal("79.00")
"""Ten licenses at 12.50, less ten at 6.00 for 23 of 30 days: 125.00 - 46.00."""

_OLD = (a_price(), a_price(currency="EUR"))
_NEW = (a_price("12.50", "150.00"), a_price("12.50", "150.00", currency="EUR"))
PLANS = tuple(
    plan
    for n in range(12)
    for plan in (a_plan(f"old-{n}", prices=_OLD), a_plan(f"new-{n}", prices=_NEW))
)
"""Each of a product of its own, for two live subscriptions of one stand in each other's way."""


async def load(database: Database, *licenses: int, **tenant: Any) -> list[Life]:
    """Contoso has subscriptions of so many licenses; each can be upgraded to ten, an hour apart."""
    subscriptions = [
        world_subscription(f"sub-{n}", plan=f"old-{n}", licenses=count, users=())
        for n, count in enumerate(licenses)
    ]
    world = world_of(world_tenant("contoso", *subscriptions, **tenant))
    await import_world(database, world.model_copy(update={"plans": PLANS}), NOW)
    return [
        Life(
            database,
            subscription_id=each.id,
            key=each.id,
            licenses=10,
            at=NOW + timedelta(hours=n),
        )
        for n, each in enumerate(subscriptions)
    ]


async def complete(life: Life) -> Life:
    """Up to the moment its invoice is due."""
    await life.quote(target_plan_id=life.subscription_id.replace("sub", "new"))
    await life.order()
    await life.move()
    await life.switch()
    await life.wait()
    return life


async def invoiced(life: Life) -> Invoice:
    """Its invoice, issued now."""
    await life.invoice()
    invoice = await read_invoice(life.database, life.upgrade_id)
    assert invoice is not None
    return invoice


async def left_of(life: Life) -> Decimal:
    """What is left of the credit that this upgrade has left."""
    minor = await life.database.fetchval(
        "select remaining_minor from account_credits where upgrade_id = $1", life.upgrade_id
    )
    return Decimal(minor) / 100


async def test_what_a_credit_leaves_pays_the_next_invoices_until_nothing_is_left(
    database: Database,
) -> None:
    # 40 licenses leave 184.00 - 125.00 = 59.00, which is less than one invoice.
    lives = [await complete(life) for life in await load(database, 40, LARGE, SMALL, SMALL)]
    first, second, third, fourth = [await invoiced(life) for life in lives]
    assert (first.account_credit, first.total, first.amount_due) == (Decimal("59.00"), 0, 0)
    assert (second.account_credit, second.account_credit_used) == (LEFT, 0)

    assert third.account_credit_uses == (
        CreditUse(upgrade_id=first.upgrade_id, amount=Decimal("59.00")),
        CreditUse(upgrade_id=second.upgrade_id, amount=Decimal("20.00")),
    )
    assert (third.total, third.account_credit_used, third.amount_due) == (TOTAL, TOTAL, 0)
    assert (fourth.account_credit_used, fourth.amount_due) == (TOTAL, 0)
    assert [await left_of(life) for life in lives[:2]] == [0, LEFT - 20 - TOTAL]

    report = await rebuild(database)
    assert report.ok, report.differences


async def test_a_credit_can_be_used_before_its_own_upgrade_is_invoiced(database: Database) -> None:
    large, small = [await complete(life) for life in await load(database, LARGE, SMALL)]
    assert (await invoiced(small)).account_credit_used == TOTAL
    own = await invoiced(large)
    assert (own.account_credit, own.account_credit_used) == (LEFT, 0)


async def test_a_repeated_invoice_uses_nothing_again(database: Database) -> None:
    large, small = [await complete(life) for life in await load(database, LARGE, SMALL)]
    first = await invoiced(small)
    for _ in range(3):
        assert await invoiced(small) == first
    assert await left_of(large) == LEFT - TOTAL


@pytest.mark.parametrize("credit", ["less than all need", "enough for all"])
async def test_invoices_at_once_share_a_credit_and_never_use_more_than_there_is(
    database: Database, credit: str
) -> None:
    # 80 licenses leave 368.00 - 125.00 = 243.00: enough for three of the ten, and a bit.
    scarce = credit == "less than all need"
    lives = await load(database, 80 if scarce else LARGE, *[SMALL] * 10)
    large, *small = [await complete(life) for life in lives]
    before = await left_of(large)
    async with asyncio.timeout(60):
        # Each three times at once, as workers do that have lost their connection.
        invoices = await asyncio.gather(*(invoiced(life) for life in small for _ in range(3)))
    used = {each.number: each.account_credit_used for each in invoices}
    assert len(used) == 10
    assert sum(used.values()) == min(before, 10 * TOTAL)
    assert await left_of(large) == before - sum(used.values())
    shares = sorted(used.values(), reverse=True)
    assert shares == ([TOTAL] * 3 + [Decimal("6.00")] + [0] * 6 if scarce else [TOTAL] * 10)


async def test_a_credit_stays_in_its_currency(database: Database) -> None:
    large, *_ = await load(database, LARGE, SMALL, SMALL)
    await complete(large)
    await _pay_in(database, "EUR")
    _, in_euro, _ = await load(database, LARGE, SMALL, SMALL, currency="EUR")
    await complete(in_euro)
    euro = await invoiced(in_euro)
    assert (euro.currency, euro.account_credit_used, euro.amount_due) == ("EUR", 0, TOTAL)
    await _pay_in(database, "USD")
    *_, in_dollar = await load(database, LARGE, SMALL, SMALL, currency="USD")
    await complete(in_dollar)
    assert (await invoiced(in_dollar)).account_credit_used == TOTAL


async def _pay_in(database: Database, currency: str) -> None:
    """What no file may do: give Contoso another currency, although it has subscriptions."""
    async with tampering(database) as connection:
        await connection.execute(
            "update tenants set body = jsonb_set(body, '{currency}', to_jsonb($1::text))", currency
        )


async def test_another_tenant_has_no_part_in_it(database: Database) -> None:
    (large,) = await load(database, LARGE)
    await complete(large)
    await import_world(database, world_of(world_tenant("other")), NOW)
    other = Life(database, subscription_id="other-basic", tenant_id="other", key="other")
    assert (await other.live()).stage == "invoiced"
    invoice = await read_invoice(database, other.upgrade_id)
    assert invoice is not None
    assert (invoice.account_credit_used, await left_of(large)) == (0, LEFT)


async def test_an_invoice_before_the_credit_arose_uses_nothing_of_it(database: Database) -> None:
    large, small = await load(database, LARGE, SMALL)
    await complete(small)
    large.at = small.at + timedelta(days=1)  # its run lives ahead of the other one
    await complete(large)
    assert (await invoiced(small)).account_credit_used == 0


BOOK = (
    "insert into ledger_entries values ($1, 90, $2, 'account_credit', 'USD', $3, now(), 'invoice',"
    " $4), ($1, 91, $2, 'receivable', 'USD', -$3, now(), 'invoice', null)"
)


async def test_the_database_refuses_whoever_uses_more_credit_than_is_left(
    database: Database,
) -> None:
    (large,) = await load(database, LARGE)
    await complete(large)
    with pytest.raises(CreditUsedMeanwhile):
        await database.execute(BOOK, "up-1", "contoso", 447_501, large.upgrade_id)
    assert await left_of(large) == LEFT


@pytest.mark.parametrize(
    ("upgrade", "tenant", "minor", "of", "constraint"),
    [
        ("up-1", "other", 1, "large", "account_credit_is_the_tenants_own"),
        ("up-1", "contoso", 1, "nobody", "account_credit_is_the_tenants_own"),
        ("up-1", "contoso", -1, "large", "account_credit_names_its_origin"),
        ("up-1", "contoso", 1, None, "account_credit_names_its_origin"),
    ],
)
async def test_the_database_refuses_whoever_books_credit_that_is_not_there(
    database: Database, upgrade: str, tenant: str, minor: int, of: str | None, constraint: str
) -> None:
    (large,) = await load(database, LARGE)
    await complete(large)
    credit_of = large.upgrade_id if of == "large" else of
    with pytest.raises(PromiseBroken) as refused:
        await database.execute(BOOK, upgrade, tenant, minor, credit_of)
    assert refused.value.constraint == constraint
    assert await left_of(large) == LEFT
