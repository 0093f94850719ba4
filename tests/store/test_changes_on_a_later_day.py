"""Changes by hand for a later day, the end of the paid period among them (B36, B60)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from api.errors import BadInput
from api.service.administration import Administration
from domain.views.read_models import UpgradeView
from store.database import Database
from store.verify import verify
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.store.changes import ADA, BOB, BUY, SOURCE, TARGET, ChangeLife, two_subscriptions
from tests.store.support import USERS, holders, run_step

PERIOD_END = date(2026, 7, 18)
"""The cycle is 18 June to 17 July."""


async def on_its_day(change: ChangeLife) -> UpgradeView:
    await change.wait()
    return await run_step(change.steps.start_scheduled, change.step)


async def old(database: Database) -> dict[str, Any]:
    found = await database.fetchrow(
        "select status, licenses, billed from subscriptions where subscription_id = $1", SOURCE
    )
    return dict(found)


async def sound(database: Database) -> None:
    verified = await verify(database)
    assert verified.ok, verified.violations


@pytest.mark.parametrize("day", ["period-end", PERIOD_END])
async def test_everybody_goes_as_the_paid_period_ends_and_nothing_is_credited(
    change: ChangeLife, day: Any
) -> None:
    """7 x 12.50 are due, and of what was paid until 17 July nothing is left."""
    quote = await change.ask(into=None, buy={**BUY, "licenses": 7}, old="canceled", switch_on=day)
    assert (quote.switch_on, quote.total, quote.credit_applied, quote.account_credit) == (
        PERIOD_END, Decimal("87.50"), Decimal(0), Decimal(0),
    )  # fmt: skip
    assert [line.kind for line in quote.lines] == ["charge"]
    scheduled = await change.order()
    assert scheduled.stage == "scheduled"
    assert len(await holders(change.database, SOURCE)) == len(USERS)
    assert (await on_its_day(change)).stage == "moving_users"
    await change.move()
    assert (await change.switch()).stage == "awaiting_invoice"
    assert await old(change.database) == {"status": "canceled", "licenses": 10, "billed": False}
    await change.wait()
    await change.invoice()
    assert await change.database.fetchval("select body ->> 'total' from invoices") == "87.50"
    await sound(change.database)


@pytest.mark.parametrize(("day", "credited"), [(date(2026, 7, 1), "6.80"), ("period-end", "0.00")])
async def test_on_its_day_the_number_that_was_quoted_goes_of_as_many_as_there_are(
    change: ChangeLife, day: Any, credited: str
) -> None:
    """On 1 July 17 of 30 days are unused: 2 x 6.00 x 17/30 = 6.80, though there are forty by then."""
    quote = await change.ask(ADA, BOB, buy=BUY, old="reduced", switch_on=day)
    assert quote.credit_applied == Decimal(credited)
    await change.order()
    await Administration(change.database, lambda: NOW).set_licenses(OPERATOR, SOURCE, 40)
    assert (await on_its_day(change)).stage == "moving_users"
    await change.move()
    await change.switch()
    assert (await old(change.database))["licenses"] == 38
    await change.wait()
    await change.invoice()
    billed = await change.database.fetchval("select body ->> 'credit_applied' from invoices")
    assert Decimal(billed) == Decimal(credited)
    await sound(change.database)


async def test_a_move_into_what_is_there_waits_for_its_day_too(change: ChangeLife) -> None:
    quote = await change.ask(ADA, old="reduced", switch_on="period-end")
    assert (quote.lines, quote.account_credit) == ((), Decimal(0))
    assert (await change.order()).stage == "scheduled"
    await on_its_day(change)
    await change.move()
    assert (await change.switch()).stage == "completed"
    assert (await old(change.database))["licenses"] == 9
    assert ADA in await holders(change.database, TARGET)
    assert await change.database.fetchval("select count(*) from ledger_entries") == 0
    await sound(change.database)


async def test_until_its_day_it_can_be_canceled_and_nothing_has_happened(
    change: ChangeLife,
) -> None:
    await change.ask(ADA, buy=BUY, switch_on="period-end")
    await change.order()
    assert (await change.cancel()).stage == "canceled"
    assert len(await holders(change.database, SOURCE)) == len(USERS)
    assert (await old(change.database))["licenses"] == 10
    await sound(change.database)


async def test_what_has_become_impossible_ends_it_on_its_day(change: ChangeLife) -> None:
    await change.ask(ADA, buy=BUY, old="reduced", switch_on=date(2026, 7, 1))
    await change.order()
    await Administration(change.database, lambda: NOW).unassign(OPERATOR, SOURCE, ADA)
    refused = await on_its_day(change)
    assert [each.code for each in refused.refusals] == ["nobody_to_move"]
    again = ChangeLife(change.database, key="key-2", at=change.at)
    await again.ask(BOB, buy=BUY, switch_on=date(2026, 7, 9))
    await again.order()
    await Administration(change.database, lambda: NOW).block(OPERATOR, SOURCE, "fraud")
    refused = await on_its_day(again)
    assert [each.code for each in refused.refusals] == ["unknown"]
    await sound(change.database)


async def test_a_day_is_to_come_and_today_is_at_once(change: ChangeLife) -> None:
    with pytest.raises(BadInput, match="2026-06-24 has passed: choose 2026-06-25 or a later day"):
        await change.ask(ADA, switch_on=date(2026, 6, 24))
    quote = await change.ask(ADA, old="reduced", switch_on=date(2026, 6, 25))
    assert quote.request.switch_on is None
    assert (await change.order()).stage == "moving_users"


@pytest.mark.parametrize("day", ["period-end", date(2026, 7, 16)])
async def test_a_period_that_moves_meanwhile_is_not_given_up_without_credit(
    change: ChangeLife, day: Any
) -> None:
    """The cycle is 20 June to 19 July by then: what begins on 16 July is credited, and goes on."""
    await change.ask(into=None, buy={**BUY, "licenses": 7}, old="canceled", switch_on=day)
    assert (await change.order()).stage == "scheduled"
    moved = two_subscriptions(cycle_anchor=date(2026, 6, 20))
    await import_world(change.database, moved, NOW)
    stopped = await on_its_day(change)
    if day == "period-end":
        assert [each.code for each in stopped.refusals] == ["period_changed"]
        assert len(await holders(change.database, SOURCE)) == len(USERS)
    else:
        assert stopped.stage == "moving_users"
    await sound(change.database)
