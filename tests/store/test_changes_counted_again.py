"""What is counted again on the day of a change by hand, and before its move or an upgrade's (B22, B36, B60).

Contoso has ten licenses of `basic` with seven users, and five of `standard` with zoe.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from activities import changes_by_hand
from activities.changes_by_hand import going_now
from api.service.administration import Administration
from domain.quoting.quote import Quote
from domain.quoting.request import Going
from domain.values.rejections import InsufficientLicenses
from domain.views.read_models import UpgradeView
from store.database import Database, Executor
from store.quotes import read_quote
from store.verify import verify
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.store.changes import ADA, BOB, BUY, CY, SOURCE, TARGET, ChangeLife, two_subscriptions
from tests.store.support import (
    USERS,
    Life,
    holders,
    run_step,
    world_of,
    world_subscription,
    world_tenant,
)

DAY = date(2026, 7, 1)
"""17 of 30 days are unused."""


@pytest.fixture
def admin(database: Database) -> Administration:
    return Administration(database, lambda: NOW)


async def on_its_day(change: ChangeLife) -> UpgradeView:
    await change.wait()
    return await run_step(change.steps.start_scheduled, change.step)


async def nobody_has_moved(database: Database) -> None:
    assert len(await holders(database, SOURCE)) >= len(USERS)
    assert await database.fetchval("select count(*) from moved_users") == 0
    verified = await verify(database)
    assert verified.ok, verified.violations


async def test_room_where_they_go_is_counted_on_its_day(
    change: ChangeLife, admin: Administration
) -> None:
    """Two are to join zoe on five licenses; by then two are left."""
    await change.ask(ADA, BOB, switch_on=DAY)
    assert (await change.order()).stage == "scheduled"
    await admin.set_licenses(OPERATOR, TARGET, 2)
    (refusal,) = (await on_its_day(change)).refusals
    assert (refusal.code, refusal.evidence) == (
        "insufficient_licenses", {"ordered": 2, "assigned": 3},
    )  # fmt: skip
    assert "contoso-standard has 2 licenses now, too few for 3 users" in refusal.message.en
    assert "at least 3 licenses of contoso-standard" in refusal.remedy.text.en
    await nobody_has_moved(change.database)


async def test_what_is_bought_must_be_enough_for_who_has_joined_by_then(
    change: ChangeLife, admin: Administration
) -> None:
    """Seven licenses for everybody; an eighth user joins before the day."""
    await change.ask(into=None, buy={**BUY, "licenses": 7}, old="canceled", switch_on=DAY)
    await change.order()
    await admin.assign(OPERATOR, SOURCE, "new@contoso.example")
    (refusal,) = (await on_its_day(change)).refusals
    assert (refusal.code, refusal.evidence) == (
        "insufficient_licenses", {"ordered": 7, "assigned": 8},
    )  # fmt: skip
    await nobody_has_moved(change.database)


async def test_the_largest_number_of_the_plan_counts_on_its_day(change: ChangeLife) -> None:
    await change.ask(ADA, buy=BUY, switch_on=DAY)
    await change.order()
    await change.database.execute(
        "update plans set body = body || '{\"max_licenses\": 4}' where plan_id = 'standard'"
    )
    (refusal,) = (await on_its_day(change)).refusals
    assert (refusal.code, refusal.evidence) == (
        "too_many_licenses", {"ordered": 5, "max_licenses": 4},
    )  # fmt: skip
    await nobody_has_moved(change.database)


async def test_a_refusal_on_its_day_has_a_new_quote(
    change: ChangeLife, admin: Administration
) -> None:
    """All of ten licenses were to be given up; by then there are twelve: 12 x 6.00 x 17/30 = 40.80."""
    await change.ask(into=None, buy={**BUY, "licenses": 7}, old="canceled", switch_on=DAY)
    await change.order()
    await admin.set_licenses(OPERATOR, SOURCE, 12)
    refused = await on_its_day(change)
    (refusal,) = refused.refusals
    assert (refusal.code, refusal.evidence["licenses"]) == ("licenses_changed", 12)
    assert refusal.evidence["quote_id"] == f"q-{change.upgrade_id}"
    assert await run_step(change.steps.start_scheduled, change.step) == refused, "a repeat"
    new = await read_quote(change.database, refusal.evidence["quote_id"])
    assert new is not None
    assert (new.switch_on, new.credit_applied) == (DAY, Decimal("40.80"))
    again = ChangeLife(change.database, key="key-2", at=change.at)
    again.order_on(new)
    assert (await again.order()).stage == "moving_users"
    await again.move()
    assert (await again.switch()).stage == "awaiting_invoice"


async def test_the_list_goes_along_to_the_new_quote(
    change: ChangeLife, admin: Administration
) -> None:
    """Ada, bob and cy were to go, and five licenses to stay; there are twelve by then, and bob has left."""
    await change.ask(ADA, BOB, CY, buy=BUY, old="reduced", kept=5, switch_on=DAY)
    await change.order()
    await admin.unassign(OPERATOR, SOURCE, BOB)
    await admin.set_licenses(OPERATOR, SOURCE, 12)
    (refusal,) = (await on_its_day(change)).refusals
    assert refusal.code == "licenses_changed"
    listed = await change.database.fetch(
        "select user_id from users_to_move where quote_id = $1 order by user_id",
        refusal.evidence["quote_id"],
    )
    assert [row["user_id"] for row in listed] == [ADA, CY]


async def test_a_number_that_was_named_is_kept_though_as_many_go_as_users(
    database: Database, admin: Administration
) -> None:
    """Two go and eight were named to stay: whoever buys two more wants eight, and is asked again."""
    there = world_subscription(TARGET, plan="standard", licenses=5, users=())
    world = world_tenant("contoso", world_subscription(), there, payment_method="invoice")
    await import_world(database, world_of(world), NOW)
    for key, kept, stage in (("key-1", None, "switching_billing"), ("key-2", 8, "refused")):
        change = ChangeLife(database, key=key)
        quote = await change.ask(ADA, BOB, buy=BUY, old="reduced", kept=kept)
        assert quote.request.change is not None
        assert (quote.request.change.licenses_kept, quote.inputs.old.licenses) == (8, 2)
        await change.order()
        await admin.set_licenses(OPERATOR, SOURCE, 12)
        await change.decide("approved")
        change.later(minutes=1)
        view = await change.move()
        if stage == "refused":
            assert [each.code for each in view.refusals] == ["licenses_changed"]
            new = await read_quote(database, f"q-{change.upgrade_id}")
            assert new is not None
            assert new.inputs.old.licenses == 4, "eight stay"
        else:
            assert view.stage == "switching_billing"
            await change.cancel()
            await change.undo()
            await admin.set_licenses(OPERATOR, SOURCE, 10)


# ---- upgrades ---------------------------------------------------------------------------------


def waiting(**source: Any) -> Any:
    """Contoso pays by invoice, so its upgrade waits for a credit check."""
    return world_of(world_tenant("contoso", world_subscription(**source), payment_method="invoice"))


@pytest.mark.parametrize("licenses", [9, 12])
async def test_an_upgrade_costs_what_was_quoted_whatever_is_bought_meanwhile(
    database: Database, admin: Administration, licenses: int
) -> None:
    """Its quote binds (B26). Ten were quoted: 10 x 6.00 x 23/30 = 46.00."""
    await import_world(database, waiting(), NOW)
    life = Life(database)
    await life.quote()
    await life.order()
    await admin.set_licenses(OPERATOR, SOURCE, licenses)
    await life.decide("approved")
    life.later(minutes=1)
    await life.move()
    assert (await life.switch()).stage == "awaiting_invoice"
    credited = await database.fetchval(
        "select data #>> '{pricing,credit_applied}' from events where type = 'BillingSwitched'"
    )
    assert credited == "46.00"


async def test_who_left_a_list_does_not_count_as_remaining(database: Database) -> None:
    """Of six who were quoted four have left by the order: two are to move, not six."""
    await import_world(database, two_subscriptions(), NOW)
    await Administration(database, lambda: NOW).set_licenses(OPERATOR, TARGET, 10)
    change = ChangeLife(database, users_per_batch=1)
    users = [user.id for user in USERS]
    await change.ask(*users[:6])
    await database.execute("delete from assignments where user_id = any($1)", users[2:6])
    assert (await change.order()).users.total == 2
    await change.move()
    told = await database.fetch(
        "select (data ->> 'remaining')::integer as remaining from events where type = 'UsersMoved'"
        " order by global_position"
    )
    assert [row["remaining"] for row in told] == [1, 0]


async def test_room_is_counted_before_the_move_too(
    database: Database, admin: Administration
) -> None:
    """At the order three fit; one more user joins where they go while an earlier step is still at work."""
    await import_world(database, two_subscriptions(), NOW)
    change = ChangeLife(database)
    await admin.set_licenses(OPERATOR, TARGET, 3)
    await change.ask(ADA, BOB)
    await change.order()
    await admin.assign(OPERATOR, TARGET, CY)
    (refusal,) = (await change.move()).refusals
    assert refusal.code == "insufficient_licenses"
    await nobody_has_moved(database)
    with pytest.raises(InsufficientLicenses):
        await ChangeLife(database, key="key-2").ask(ADA, BOB)


async def test_a_cancel_that_is_faster_than_the_count_ends_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes after the step has read the history, and before the step writes."""
    await import_world(database, two_subscriptions(), NOW)
    life = ChangeLife(database)
    await life.ask(ADA, BOB)
    await life.order()
    cancels = [life.cancel]

    async def and_cancel(executor: Executor, quote: Quote) -> Going | None:
        if cancels:
            assert (await cancels.pop()()).stage == "canceled"
        return await going_now(executor, quote)

    monkeypatch.setattr(changes_by_hand, "going_now", and_cancel)
    assert (await life.move()).stage == "canceled"
    await nobody_has_moved(database)


async def test_a_cancel_that_is_faster_on_its_day_ends_it(
    change: ChangeLife, monkeypatch: pytest.MonkeyPatch
) -> None:
    await change.ask(ADA, BOB, switch_on=DAY)
    await change.order()
    cancels = [change.cancel]

    async def and_cancel(executor: Executor, quote: Quote) -> Going | None:
        if cancels:
            assert (await cancels.pop()()).stage == "canceled"
        return await going_now(executor, quote)

    monkeypatch.setattr(changes_by_hand, "going_now", and_cancel)
    assert (await on_its_day(change)).stage == "canceled"
    await nobody_has_moved(change.database)
