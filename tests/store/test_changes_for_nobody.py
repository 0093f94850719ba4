"""Seats that nobody holds: bought, or exchanged for others, by hand, and nobody moves (B60).

Contoso has ten licenses of `basic` at 6.00 with seven users: three seats that nobody holds. `standard` costs
12.50. On 25 June 23 of 30 days are unused.
"""

from decimal import Decimal
from typing import Any

import pytest

from api.errors import BadInput
from api.service.administration import Administration
from domain.values.rejections import InsufficientLicenses
from domain.world.model import World
from store.database import Database
from store.quotes import read_quote
from store.verify import verify
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.store.changes import BUY, SOURCE, TARGET, ChangeLife
from tests.store.support import USERS, holders, world_of, world_subscription, world_tenant

THREE = {**BUY, "licenses": 3}


def without_users() -> World:
    return world_of(world_tenant("contoso", world_subscription(users=())))


async def row(database: Database, subscription_id: str | None) -> dict[str, Any]:
    found = await database.fetchrow(
        "select status, licenses, assigned from subscriptions where subscription_id = $1",
        subscription_id,
    )
    return dict(found)


async def sound(database: Database) -> None:
    verified = await verify(database)
    assert verified.ok, verified.violations


async def test_seats_that_nobody_holds_are_exchanged(change: ChangeLife) -> None:
    """3 x 12.50 = 37.50, less 3 x 6.00 x 23/30 = 13.80: 23.70."""
    quote = await change.ask(into=None, buy=THREE, old="reduced", kept=7, nobody=True)
    assert (quote.users_to_move, quote.total, quote.credit_applied) == (
        0, Decimal("23.70"), Decimal("13.80"),
    )  # fmt: skip
    placed = await change.order()
    assert (placed.stage, placed.users.total) == ("moving_users", 0)
    moved = await change.move()
    assert moved.stage == "switching_billing"
    assert (await change.switch()).stage == "awaiting_invoice"
    assert await row(change.database, SOURCE) == {"status": "active", "licenses": 7, "assigned": 7}
    assert await row(change.database, moved.new_subscription_id) == {
        "status": "active", "licenses": 3, "assigned": 0,
    }  # fmt: skip
    assert len(await holders(change.database, SOURCE)) == len(USERS)
    await change.wait()
    await change.invoice()
    assert await change.database.fetchval("select body ->> 'total' from invoices") == "23.70"
    await sound(change.database)


async def test_seats_are_bought_beside_what_is_there(change: ChangeLife) -> None:
    quote = await change.ask(into=None, buy=THREE, nobody=True)
    assert (quote.total, quote.credit_applied) == (Decimal("37.50"), Decimal(0))
    await change.order()
    await change.move()
    await change.switch()
    assert await row(change.database, SOURCE) == {"status": "active", "licenses": 10, "assigned": 7}
    await sound(change.database)


async def test_a_subscription_without_users_is_changed_as_a_whole(database: Database) -> None:
    """10 x 6.00 x 23/30 = 46.00 are credited, of 3 x 12.50 = 37.50: 8.50 are left on the account."""
    await import_world(database, without_users(), NOW)
    change = ChangeLife(database)
    quote = await change.ask(into=None, buy=THREE, old="canceled")
    assert (quote.total, quote.account_credit) == (Decimal("0.00"), Decimal("8.50"))
    await change.order()
    await change.move()
    assert (await change.switch()).stage == "awaiting_invoice"
    assert (await row(database, SOURCE))["status"] == "canceled"
    await sound(database)


async def test_who_joins_it_meanwhile_goes_along(database: Database) -> None:
    await import_world(database, without_users(), NOW)
    change = ChangeLife(database)
    await change.ask(into=None, buy=THREE, old="canceled")
    admin = Administration(database, lambda: NOW)
    await admin.assign(OPERATOR, SOURCE, "new@contoso.example")
    assert (await change.order()).users.total == 1
    moved = await change.move()
    await change.switch()
    assert (await row(database, moved.new_subscription_id))["assigned"] == 1
    await sound(database)


@pytest.mark.parametrize("undo", [True, False])
async def test_it_is_canceled_or_undone_as_any_change(change: ChangeLife, undo: bool) -> None:
    await change.ask(into=None, buy=THREE, old="reduced", kept=7, nobody=True)
    await change.order()
    moved = await change.move() if undo else None
    canceled = await change.cancel()
    ended = await change.undo() if undo else canceled
    assert ended.stage == "canceled"
    assert await row(change.database, SOURCE) == {"status": "active", "licenses": 10, "assigned": 7}
    if moved is not None:
        assert (await row(change.database, moved.new_subscription_id))["status"] == "canceled"
    assert await change.database.fetchval("select count(*) from ledger_entries") == 0
    await sound(change.database)


async def test_seats_that_somebody_takes_meanwhile_are_not_given_up(database: Database) -> None:
    """Contoso pays by invoice; while it waits an eighth user gets one of the three seats."""
    world = world_tenant("contoso", world_subscription(), payment_method="invoice")
    await import_world(database, world_of(world), NOW)
    change = ChangeLife(database)
    await change.ask(into=None, buy=THREE, old="reduced", kept=7, nobody=True)
    assert (await change.order()).stage == "awaiting_credit_check"
    admin = Administration(database, lambda: NOW)
    await admin.assign(OPERATOR, SOURCE, "new@contoso.example")
    await change.decide("approved")
    (refusal,) = (await change.move()).refusals
    assert (refusal.code, refusal.evidence["staying"], refusal.evidence["kept"]) == (
        "licenses_do_not_fit", 8, 7,
    )  # fmt: skip
    assert await read_quote(database, f"q-{change.upgrade_id}") is None, "seven cannot be kept"
    with pytest.raises(InsufficientLicenses):
        await change.ask(into=None, buy=THREE, old="reduced", kept=7, nobody=True)
    await sound(database)


@pytest.mark.parametrize(
    ("asked", "field", "fault"),
    [
        ({"into": TARGET}, "into", "buy the seats with --to PLAN"),
        ({"into": None, "buy": THREE, "old": "canceled"}, "cancel_old", "write --all"),
        ({"into": None, "buy": THREE, "old": "reduced"}, "reduce_old", "say --reduce-old-to N"),
    ],
)
async def test_what_only_makes_sense_for_users_is_refused(
    change: ChangeLife, asked: dict[str, Any], field: str, fault: str
) -> None:
    with pytest.raises(BadInput, match=fault) as told:
        await change.ask(nobody=True, **asked)
    assert told.value.details["field"] == field


async def test_nobody_cannot_be_moved_to_what_is_there(database: Database) -> None:
    there = world_subscription(TARGET, plan="standard", licenses=5, users=())
    await import_world(
        database, world_of(world_tenant("contoso", world_subscription(users=()), there)), NOW
    )
    with pytest.raises(BadInput, match="buy a plan for the seats"):
        await ChangeLife(database).ask()
