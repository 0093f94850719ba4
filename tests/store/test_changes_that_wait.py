"""Changes by hand that wait for a credit check while licenses are bought and users come and go (B60)."""

from decimal import Decimal
from typing import Any

import pytest

from api.service.administration import Administration
from domain.values import rejections
from domain.views.read_models import UpgradeView
from domain.world.model import World
from store.database import Database
from store.quotes import read_quote
from store.verify import verify
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW, a_plan
from tests.store.changes import ADA, BOB, BUY, CY, SOURCE, TARGET, ZOE, ChangeLife
from tests.store.support import USERS, holders, world_of, world_subscription, world_tenant


def by_invoice(**source: Any) -> World:
    """Contoso pays by invoice, so what it buys waits for a credit check."""
    there = world_subscription(TARGET, plan="standard", licenses=5, users=(ZOE,))
    basic = world_subscription(SOURCE, **source)
    return world_of(world_tenant("contoso", basic, there, payment_method="invoice"))


@pytest.fixture
async def change(database: Database) -> ChangeLife:
    await import_world(database, by_invoice(), NOW)
    return ChangeLife(database)


@pytest.fixture
def admin(database: Database) -> Administration:
    return Administration(database, lambda: NOW)


async def licenses(database: Database) -> int:
    return await database.fetchval(
        "select licenses from subscriptions where subscription_id = $1", SOURCE
    )


async def approved(change: ChangeLife) -> UpgradeView:
    """The order is approved, and its move begins."""
    await change.decide("approved")
    change.later(minutes=1)
    return await change.move()


async def sound(database: Database) -> None:
    verified = await verify(database)
    assert verified.ok, verified.violations


async def test_the_number_that_was_quoted_goes_of_however_many_there_are(
    change: ChangeLife, admin: Administration
) -> None:
    """Ten licenses, two of them go; forty by the time of the approval: thirty-eight are left, not eight."""
    quote = await change.ask(ADA, BOB, buy=BUY, old="reduced")
    assert (await change.order()).stage == "awaiting_credit_check"
    await admin.set_licenses(OPERATOR, SOURCE, 40)
    await approved(change)
    assert (await change.switch()).stage == "awaiting_invoice"
    assert await licenses(change.database) == 38
    await change.wait()
    await change.invoice()
    # 2 x 6.00 x 23/30 is what was quoted for the two
    assert quote.credit_applied == Decimal("9.20")
    billed = await change.database.fetchval("select body ->> 'credit_applied' from invoices")
    assert billed == "9.20"
    await sound(change.database)


async def test_a_file_changes_nothing_of_what_was_quoted_while_it_waits(
    change: ChangeLife,
) -> None:
    """The file is told why: so ten licenses are there at the switch, and eight are left."""
    await change.ask(ADA, BOB, buy=BUY, old="reduced")
    await change.order()
    loaded = await import_world(change.database, by_invoice(licenses=40), NOW)
    (kept,) = loaded.kept
    assert (kept.id, kept.code) == (SOURCE, "upgrade_open")
    assert kept.reason.startswith(f"change {change.upgrade_id} was quoted for it as it is")
    await approved(change)
    assert (await change.switch()).stage == "awaiting_invoice"
    assert await licenses(change.database) == 8
    await sound(change.database)


async def test_where_that_no_longer_fits_it_ends_with_the_numbers_and_a_new_quote(
    change: ChangeLife, admin: Administration
) -> None:
    await change.ask(ADA, BOB, buy=BUY, old="reduced")
    await change.order()
    await admin.unassign(OPERATOR, SOURCE, BOB)
    await admin.set_licenses(OPERATOR, SOURCE, 6)  # six users: one to move, five to stay
    refused = await approved(change)
    assert refused.stage == "refused"
    (refusal,) = refused.refusals
    assert refusal.code == "licenses_do_not_fit"
    assert refusal.evidence == {
        "subscription_id": SOURCE, "licenses": 6, "given_up": 2, "kept": 4, "staying": 5,
        "quote_id": f"q-{change.upgrade_id}",
    }  # fmt: skip
    assert len(await holders(change.database, SOURCE)) == 6, "nobody was moved"
    assert await change.move() == refused, "a repeat changes nothing"
    new = await read_quote(change.database, refusal.evidence["quote_id"])
    assert new is not None
    # 5 x 12.50, and 1 x 6.00 x 23/30
    assert (new.users_to_move, new.total, new.credit_applied) == (
        1, Decimal("57.90"), Decimal("4.60"),
    )  # fmt: skip
    change.key = "key-2"
    change.order_on(new)
    await change.order()
    await approved(change)
    assert (await change.switch()).stage == "awaiting_invoice"
    assert await licenses(change.database) == 5
    assert BOB not in await holders(change.database, SOURCE)
    await sound(change.database)


@pytest.mark.parametrize(
    "asked", [{"users": (ADA, BOB), "old": "reduced", "kept": 6}, {"users": (), "old": "canceled"}]
)
async def test_another_count_than_was_priced_ends_it_before_anybody_moves(
    change: ChangeLife, admin: Administration, asked: dict[str, Any]
) -> None:
    """Six were to stay, or none: whoever buys thirty more has not asked to give those up."""
    users, buy = asked.pop("users"), {**BUY, "licenses": 7}
    await change.ask(*users, buy=buy, **asked)
    await change.order()
    await admin.set_licenses(OPERATOR, SOURCE, 40)
    refused = await approved(change)
    assert [each.code for each in refused.refusals] == ["licenses_changed"]
    told = await change.database.fetchval(
        "select text ->> 'en' from notices where kind = 'upgrade_refused'"
    )
    assert "had 10 licenses when this was quoted, and has 40 licenses now" in told
    new = await read_quote(change.database, f"q-{change.upgrade_id}")
    assert new is not None
    given_up = 34 if users else 40
    assert new.inputs.old.licenses == given_up
    assert await licenses(change.database) == 40
    assert len(await holders(change.database, SOURCE)) == len(USERS)
    await sound(change.database)


VISIO = a_plan("visio", {"apps": 1}, kind="add_on")


async def test_add_ons_go_along_and_an_undo_leaves_them_where_they_were(database: Database) -> None:
    world = by_invoice(add_ons=("visio",))
    await import_world(database, world.model_copy(update={"plans": (*world.plans, VISIO)}), NOW)
    for key, ends_as in (("key-1", "canceled"), ("key-2", "awaiting_invoice")):
        change = ChangeLife(database, key=key)
        buy = {**BUY, "licenses": 7}
        with pytest.raises(rejections.QuoteRefused):
            await change.ask(buy=buy, old="canceled")
        await change.ask(buy=buy, old="canceled", keep_add_ons=True)
        await change.order()
        new = (await approved(change)).new_subscription_id
        if ends_as == "canceled":
            await change.cancel()
            ended = await change.undo()
        else:
            ended = await change.switch()
        assert ended.stage == ends_as
        rows = await database.fetch(
            "select subscription_id, status, add_ons from subscriptions"
            " where subscription_id in ($1, $2) order by subscription_id = $1 desc",
            SOURCE,
            new,
        )
        old, bought = (dict(row) for row in rows)
        assert (old["add_ons"], bought["add_ons"]) == (["visio"], ["visio"])
        statuses = ("active", "canceled") if ends_as == "canceled" else ("canceled", "active")
        assert (old["status"], bought["status"]) == statuses
    await sound(database)


async def test_an_add_on_bought_while_it_waits_does_not_end_unasked(database: Database) -> None:
    world = by_invoice()
    await import_world(database, world.model_copy(update={"plans": (*world.plans, VISIO)}), NOW)
    change = ChangeLife(database)
    await change.ask(buy={**BUY, "licenses": 7}, old="canceled")
    await change.order()
    await Administration(database, lambda: NOW).add_add_on(OPERATOR, SOURCE, "visio")
    assert [each.code for each in (await approved(change)).refusals] == ["add_ons_changed"]
    await sound(database)


async def test_whoever_has_left_is_not_counted_at_the_order(
    database: Database, admin: Administration
) -> None:
    """Two are listed for one free license; one of them leaves."""
    await import_world(database, by_invoice(), NOW)
    change = ChangeLife(database)
    await admin.set_licenses(OPERATOR, TARGET, 3)
    await change.ask(ADA, BOB)
    await database.execute("insert into assignments values ($1, 'new')", TARGET)
    with pytest.raises(rejections.InsufficientLicenses):
        await change.order()
    await admin.unassign(OPERATOR, SOURCE, BOB)
    assert (await change.order()).users.total == 1
    await change.move()
    assert (await change.switch()).stage == "completed"
    await sound(database)


async def test_who_stays_is_counted_at_the_order_too(
    change: ChangeLife, admin: Administration
) -> None:
    """Of two who were listed one leaves and another joins: six stay, on five licenses."""
    await change.ask(ADA, BOB, buy=BUY, old="reduced", kept=5)
    await admin.unassign(OPERATOR, SOURCE, BOB)
    await admin.assign(OPERATOR, SOURCE, "new")
    with pytest.raises(rejections.InsufficientLicenses) as few:
        await change.order()
    assert (few.value.details["licenses"], few.value.details["assigned"]) == (5, 6)


async def test_nobody_is_charged_for_moving_nobody(
    change: ChangeLife, admin: Administration
) -> None:
    """The only one leaves: before the order, while it waits, or while it moves."""
    await change.ask(CY, buy=BUY)
    await change.order()
    await admin.unassign(OPERATOR, SOURCE, CY)
    (refusal,) = (await approved(change)).refusals
    assert (refusal.code, refusal.evidence["quoted_users"]) == ("nobody_to_move", 1)
    again = ChangeLife(change.database, key="key-2", at=change.at)
    await again.ask(ADA, buy=BUY)
    await admin.unassign(OPERATOR, SOURCE, ADA)
    with pytest.raises(rejections.NobodyToMove):
        await again.order()
    await again.ask(BOB, buy=BUY)
    await again.order()
    await again.decide("approved")
    await again.block(BOB)
    with pytest.raises(Exception, match="1 users cannot be moved"):
        await again.move()
    await change.database.execute("delete from assignments where user_id = $1", BOB)
    await again.move()
    undoing = await again.switch()
    assert (undoing.undoing, undoing.reason) == (
        True, "nobody was left to move when billing was to switch",
    )  # fmt: skip
    assert (await again.undo()).stage == "undone"
    assert await change.database.fetchval("select count(*) from ledger_entries") == 0
    await sound(change.database)
