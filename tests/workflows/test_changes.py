"""Changes by hand on a real server: their own workflow, of the same steps (B59-B61)."""

import pytest

from activities.holiday_calendar import holiday_calendar
from api.errors import BadInput
from api.service.changes import ChangeRequest, Purchase
from domain.values import rejections
from domain.views.read_models import UpgradeView
from store.quotes import read_quote
from store.verify import verify
from tests.callers import OPERATOR
from tests.workflows.change_paths import (
    ADA,
    CHANGE_PATHS,
    LISTED,
    TARGET,
    ZOE,
    quoted,
    two_subscriptions,
)
from tests.workflows.paths import live_to_the_invoice, order_held
from tests.workflows.story import BASIC, SWITCHES, Story

pytestmark = pytest.mark.usefixtures("impatient")

THERE = {ZOE.id: ["apps"]}
STAYING = {user: off for user, off in SWITCHES.items() if user not in LISTED}
ENDINGS = {
    "changed_into": "completed",
    "changed_and_bought": "invoiced",
    "all_changed": "invoiced",
    "change_refused": "refused",
    "change_canceled_in_the_move": "canceled",
    "change_undone_by_an_operator": "undone",
    "change_short_of_licenses": "undone",
    "change_parked_at_the_switch": "completed",
}


async def where(story: Story, change: UpgradeView) -> dict[str, dict[str, list[str]]]:
    new = change.new_subscription_id or TARGET
    return {each: await story.holders(each) for each in (BASIC, TARGET, new)}


@pytest.mark.parametrize("name", CHANGE_PATHS)
async def test_every_way_ends_with_everybody_where_they_belong(story: Story, name: str) -> None:
    change = await CHANGE_PATHS[name](story)
    assert change.stage == ENDINGS[name]
    assert change.workflow_id == f"plan-change-{change.upgrade_id}"
    described = await story.handle(change).describe()
    assert described.workflow_type == "ChangePlan"
    assert await story.result(change) == change
    held = await where(story, change)
    on = {user: list[str]() for user in LISTED}
    match name:
        case "changed_into" | "change_parked_at_the_switch":
            assert held == {BASIC: STAYING, TARGET: THERE | on}
            assert await story.count("invoices") == 0
        case "changed_and_bought":
            assert held == {BASIC: STAYING, TARGET: THERE, change.new_subscription_id: on}
        case "all_changed":
            everybody = {user: list[str]() for user in SWITCHES}
            assert held == {BASIC: {}, TARGET: THERE, change.new_subscription_id: everybody}
        case "change_short_of_licenses":
            assert held == {BASIC: SWITCHES, TARGET: {**THERE, "new": []}}
        case _:
            assert held == {BASIC: SWITCHES, TARGET: THERE}
    verified = await verify(story.database, calendar_of=holiday_calendar)
    assert verified.ok, verified.violations


async def test_ordering_again_gives_the_same_change_also_after_a_cancel(story: Story) -> None:
    """B66: who wants a new one takes a new quote."""
    quote = await quoted(story)
    moving, held = await order_held(story, story.change(quote), 1)
    assert (await story.change(quote)).upgrade_id == moving.upgrade_id
    with pytest.raises(rejections.QuoteRefused) as refused:
        await story.quote_change("gus@contoso.example", into=TARGET)  # B9
    assert refused.value.details["refusals"][0]["code"] == "upgrade_in_progress"
    canceling = story.begin(story.service.orders.cancel(OPERATOR, moving.upgrade_id, "no budget"))
    await story.until_happened(moving, "UndoStarted")
    held.release()
    assert (await canceling).stage == "canceled"
    assert await story.change(quote) == await canceling
    anew = await story.change(await story.quote_change(*LISTED, into=TARGET))
    assert anew.upgrade_id != moving.upgrade_id
    assert (await story.until(anew, "completed")).users.moved == len(LISTED)
    told = await story.notices()
    assert sorted(told) == ["switches_not_kept", "upgrade_canceled", "upgrade_complete"]


async def test_a_quote_ordered_with_and_without_a_key_is_ordered_once_without(story: Story) -> None:
    """B66: an order under a key of its own was refused meanwhile, and does not count for the quote's."""
    await story.load(two_subscriptions(payment_method="invoice"))
    quote = await story.quote_change(*LISTED)
    waiting = await story.until(await story.change(quote), "awaiting_credit_check")
    own = await story.change(quote, idempotency_key=story.key()[0])
    assert (own.stage, own.refusals[0].code) == ("refused", "credit_check_pending")
    assert await story.change(quote) == waiting
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    complete = await story.until(waiting, "awaiting_invoice")
    assert await story.change(quote) == complete
    assert await story.count("upgrades") == 2


async def test_a_stale_quote_comes_with_a_new_one_for_who_can_still_be_moved(story: Story) -> None:
    await story.load(two_subscriptions())
    quote = await story.quote_change(*LISTED, old="reduced")
    await story.load(two_subscriptions(payment_method="bank_transfer"))
    await story.database.execute("delete from assignments where user_id = $1", ADA)
    with pytest.raises(rejections.QuoteStale) as stale:
        await story.change(quote)
    fresh = stale.value.details["quote"]
    assert (fresh["users_to_move"], fresh["request"]["change"]["licenses_kept"]) == (4, 6)


async def test_a_change_that_no_longer_fits_ends_before_anybody_moves(story: Story) -> None:
    """All ten licenses were to be given up; by the time of the approval there are twelve."""
    await story.load(two_subscriptions(payment_method="invoice"))
    quote = await story.quote_change(old="canceled")
    waiting = await story.until(await story.change(quote), "awaiting_credit_check")
    await story.service.administration.set_licenses(OPERATOR, BASIC, 12)
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    ended = await story.until(waiting, "refused")
    assert await story.result(waiting) == ended
    (refusal,) = ended.refusals
    assert (refusal.code, refusal.evidence["licenses"]) == ("licenses_changed", 12)
    assert await story.holders(BASIC) == SWITCHES
    new = await read_quote(story.database, refusal.evidence["quote_id"])
    assert new is not None
    assert (await story.change(new)).stage == "awaiting_credit_check"
    assert "upgrade_refused" in await story.notices()


async def test_a_change_waits_for_the_end_of_the_paid_period_and_credits_nothing(
    story: Story,
) -> None:
    await story.load(two_subscriptions())
    bought = Purchase(plan_id="standard", licenses=10, billing="monthly")
    request = ChangeRequest(to=bought, old="canceled", switch_on="period-end")
    quote = await story.service.quotes.make_for_change(OPERATOR, BASIC, request, None)
    assert [line.kind for line in quote.lines] == ["charge"]
    waiting = await story.until(await story.change(quote), "scheduled")
    assert await story.holders(BASIC) == SWITCHES
    assert waiting.deadline is not None
    await story.skip_to(waiting, waiting.deadline)
    ended = await live_to_the_invoice(story, waiting)
    invoice = await story.service.bills.invoice(OPERATOR, ended.upgrade_id)
    assert (invoice.total, invoice.credit_applied) == (quote.total, 0)
    assert await story.count("ledger_entries") > 0
    assert await story.holders(BASIC) == {}


async def test_a_quote_is_ordered_by_the_verb_it_is_for(story: Story) -> None:
    change = await quoted(story)
    upgrade = await story.quote()
    with pytest.raises(BadInput, match="is for a change by hand"):
        await story.service.orders.upgrade(OPERATOR, BASIC, change.quote_id)
    with pytest.raises(BadInput, match="is for an upgrade"):
        await story.service.orders.change(OPERATOR, BASIC, upgrade.quote_id)
