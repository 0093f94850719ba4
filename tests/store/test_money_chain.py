"""The chain of `docs/money.md`, and a case of its kind, lived through on a database: to the cent."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from api.service.payments import Payments
from domain.catalog.plans import Plan
from domain.catalog.policy import Policy
from domain.pricing.price import Pricing
from domain.upgrade.events import BillingSwitched
from domain.world.model import World, WorldUser
from store.database import Database
from store.payments import read_credit_left, read_owed
from store.verify import verify
from store.views import read_events, read_invoice, read_upgrade
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import BASIC, PREMIUM, STANDARD, a_plan, a_price
from tests.store.changes import ChangeLife
from tests.store.support import Life, world_of, world_subscription, world_tenant

PAGE = Path(__file__).parents[2] / "docs" / "money.md"
BERLIN = {"name": "Kontor GmbH", "city": "Berlin", "country": "DE"}
THREE = tuple(WorldUser(id=f"{name}@kontor.example") for name in ("ada", "bob", "cy"))


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def in_euros(plan: Plan, id: str, monthly: str) -> Plan:
    price = a_price(monthly, "1000.00", "EUR")
    return plan.model_copy(update={"id": id, "product": id, "name": id.title(), "prices": (price,)})


def kontor(mail: str) -> World:
    """Ten licenses of Mail at this list price, and seats that are there already."""
    tenant = world_tenant(
        "kontor",
        world_subscription(
            "kontor-mail", plan="mail", users=THREE, cycle_anchor=date(2026, 11, 14)
        ),
        world_subscription("kontor-seats", plan="seats", users=(), cycle_anchor=date(2026, 11, 14)),
        currency="EUR",
        country="DE",
        subdivision=None,
        time_zone="Europe/Berlin",
        payment_method="bank_transfer",
        billing_day=28,
        sold_to=BERLIN,
        billed_to=BERLIN,
    )
    plans = (
        in_euros(BASIC, "mail", mail),
        in_euros(STANDARD, "office", "30.00"),
        in_euros(PREMIUM, "suite", "31.00"),
        in_euros(BASIC, "seats", "5.00"),
    )
    world = world_of(tenant, policy=Policy.model_validate({"tax": {"DE": "0.19"}}))
    return world.model_copy(update={"plans": plans})


async def carried_out(life: Life) -> Pricing:
    """From the order to the switch, and a minute on; what it came to."""
    await life.order()
    await life.move()
    await life.switch()
    life.later(minutes=1)  # a step's own clock goes on from where it began
    events = [each.event() for each in await read_events(life.database, life.upgrade_id)]
    (switched,) = [each for each in events if isinstance(each, BillingSwitched)]
    return switched.pricing


async def upgraded(life: Life, to: str) -> Pricing:
    await life.quote(target_plan_id=to)
    return await carried_out(life)


async def opened_by(life: Life) -> str:
    view = await read_upgrade(life.database, life.upgrade_id)
    assert view is not None
    assert view.new_subscription_id is not None
    return view.new_subscription_id


def amounts(pricing: Pricing) -> list[str]:
    return [str(line.amount) for line in pricing.lines]


async def open_for(life: Life) -> Decimal:
    (owed,) = await read_owed(life.database, upgrade_ids=[life.upgrade_id])
    return owed.open_amount


async def no_credit_is_left(database: Database, lives: Sequence[Life]) -> None:
    assert {await read_credit_left(database, each.upgrade_id) for each in lives} <= {None, 0}


async def test_a_chain_with_tax_a_price_change_and_an_open_invoice(database: Database) -> None:
    await import_world(database, kontor("9.00"), on(11, 14))
    await import_world(database, kontor("12.00"), on(11, 20))

    first = Life(database, "kontor-mail", "kontor", "key-1", on(11, 28))
    pricing = await upgraded(first, "office")
    assert amounts(pricing) == ["300.00", "57.00", "-48.00", "-9.12"]
    assert pricing.total == Decimal("299.88")
    await first.invoice()
    invoice = await read_invoice(database, first.upgrade_id)
    assert invoice is not None
    assert (invoice.issued_on, invoice.amount_due) == (date(2026, 11, 28), Decimal("299.88"))

    second = Life(database, await opened_by(first), "kontor", "key-2", on(12, 3), licenses=3)
    pricing = await upgraded(second, "suite")
    assert amounts(pricing) == ["93.00", "17.67", "-93.00", "-17.67"]
    assert (pricing.total, pricing.account_credit) == (Decimal("0.00"), Decimal("186.83"))
    assert await open_for(first) == Decimal("113.05")
    await no_credit_is_left(database, [first, second])

    change = ChangeLife(database, await opened_by(second), "kontor", "key-3", on(12, 8))
    await change.ask(into="kontor-seats", old="canceled")
    pricing = await carried_out(change)
    assert (pricing.total, pricing.account_credit) == (Decimal("0.00"), Decimal("92.82"))
    assert await open_for(first) == Decimal("20.23")
    await no_credit_is_left(database, [first, second, change])

    await Payments(database, lambda: change.at).pay(OPERATOR, invoice.number, "P-1")
    assert await open_for(first) == 0
    verified = await verify(database)
    assert verified.ok, verified.violations


def test_the_page_has_these_amounts() -> None:
    """Its sums are reckoned by `tests/domain/pricing/test_money_page.py`."""
    _, _, chain = PAGE.read_text().partition("## A chain, with everything in it")
    rows = [line.split("|")[1:-1] for line in chain.splitlines() if re.match(r"\| \d", line)]
    told = [[cell.strip().replace("−", "-") for cell in row][2:] for row in rows]
    assert told == [
        ["300.00", "57.00", "-48.00", "-9.12", "299.88", "0.00", "299.88", "0.00"],
        ["93.00", "17.67", "-93.00", "-17.67", "0.00", "186.83", "113.05", "0.00"],
        ["", "", "0.00", "0.00", "0.00", "92.82", "20.23", "0.00"],
        ["", "", "", "", "", "", "0.00", "0.00"],
    ]


async def test_credit_from_an_unpaid_subscription_pays_its_invoice_before_the_next(
    database: Database,
) -> None:
    """1,200.00 - 30.00 = 1,170.00 stay open. On the same day 1,200.00 are credited by hand against 15.00:
    1,185.00 are left, 1,170.00 pay the invoice, and 15.00 stay. 120.00 - 30.00 = 90.00 is the next
    invoice: 75.00 are due."""
    half_used: dict[str, Any] = {"cycle_anchor": date(2026, 6, 10)}  # 15 of 30 days are left
    ada, bob = (WorldUser(id=f"{name}@contoso.example") for name in ("ada", "bob"))
    tenant = world_tenant(
        "contoso",
        world_subscription("contoso-basic", users=(ada,), **half_used),
        world_subscription("contoso-plain", plan="plain", users=(bob,), **half_used),
        billing_day=25,
        payment_method="bank_transfer",
    )
    plans = (
        *(BASIC, STANDARD, a_plan("plain"), a_plan("small", prices=(a_price("15.00", "150.00"),))),
        a_plan("middle", dict(STANDARD.services), prices=(a_price("12.00", "120.00"),)),
    )
    at = datetime(2026, 6, 25, 16, tzinfo=UTC)
    await import_world(database, world_of(tenant).model_copy(update={"plans": plans}), at)

    annual = await Life(database, at=at, licenses=8).quote(billing="annual")
    assert (await carried_out(annual)).total == Decimal("1170.00")
    await annual.invoice()
    assert await open_for(annual) == Decimal("1170.00")

    change = ChangeLife(database, await opened_by(annual), key="key-2", at=annual.at)
    await change.ask(buy={"plan_id": "small", "licenses": 1, "billing": "monthly"}, old="canceled")
    pricing = await carried_out(change)
    assert (pricing.total, pricing.account_credit) == (Decimal("0.00"), Decimal("1185.00"))
    assert await open_for(annual) == 0
    assert await read_credit_left(database, change.upgrade_id) == 1500

    last = Life(database, "contoso-plain", key="key-3", at=change.at)
    assert (await upgraded(last, "middle")).total == Decimal("90.00")
    await last.invoice()
    invoice = await read_invoice(database, last.upgrade_id)
    assert invoice is not None
    assert (invoice.account_credit_used, invoice.amount_due) == (
        Decimal("15.00"),
        Decimal("75.00"),
    )
    assert await read_credit_left(database, change.upgrade_id) == 0
    verified = await verify(database)
    assert verified.ok, verified.violations
