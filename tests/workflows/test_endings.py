"""Every way an upgrade can end, on a real server: plain, refused, rejected, scheduled."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.catalog.customer import Prepaid
from domain.quoting.quote import Quote
from domain.values import rejections
from domain.world.model import World
from tests.callers import OPERATOR
from tests.clock import in_days, now
from tests.workflows.paths import join, with_incident
from tests.workflows.story import (
    BASIC,
    SWITCHES,
    Story,
    a_subscription,
    a_world,
)


async def test_an_upgrade_goes_from_its_order_to_its_invoice(story: Story) -> None:
    await story.load()
    ordered = await story.order()
    assert ordered.stage == "moving_users"
    complete = await story.until(ordered, "awaiting_invoice")
    assert (complete.users.moved, complete.users.remaining) == (7, 0)
    assert await story.holders(complete.new_subscription_id) == {user: [] for user in SWITCHES}
    assert await story.holders(BASIC) == {}

    await story.skip_to(ordered, complete.deadline)
    invoiced = await story.until(ordered, "invoiced")
    assert await story.result(ordered) == invoiced
    assert invoiced.invoice_number == "INV-00000001"
    assert (
        await story.service.bills.invoice(OPERATOR, ordered.upgrade_id)
    ).number == invoiced.invoice_number
    assert [mark.stage for mark in invoiced.timeline] == [
        "checking",
        "moving_users",
        "switching_billing",
        "awaiting_invoice",
        "invoiced",
    ]
    assert await story.notices() == ["switches_not_kept", "upgrade_complete", "invoice_issued"]


async def test_the_invoice_waits_for_the_billing_day(story: Story) -> None:
    await story.load()
    complete = await story.rest(await story.order())
    assert complete.deadline is not None
    await story.skip_to(complete, complete.deadline - timedelta(seconds=3))
    assert (
        await story.service.reading.status(OPERATOR, complete.upgrade_id)
    ).stage == "awaiting_invoice"
    assert await story.count("invoices") == 0
    await story.skip_to(complete, complete.deadline)
    assert (await story.result(complete)).stage == "invoiced"


async def test_an_order_that_a_rule_refuses_ends_at_once(story: Story) -> None:
    await story.load()
    quote = await story.quote()
    await story.load(with_incident())
    refused = await story.order(quote=quote)
    assert refused.stage == "refused"
    assert [refusal.code for refusal in refused.refusals] == ["service_incident"]
    assert await story.result(refused) == refused
    assert await story.event_types(refused) == ["OrderPlaced", "UpgradeRefused"]
    assert await story.holders(BASIC) == SWITCHES

    await story.load()  # the incident is over: the quote stands for what was refused (B66)
    assert await story.order(quote=quote) == refused
    again = await story.order(quote=quote, idempotency_key=story.key()[0])
    assert again.upgrade_id != refused.upgrade_id
    assert (await story.rest(again)).stage == "awaiting_invoice"


# ---- rejected: nothing was ordered ------------------------------------------------------------


async def test_an_order_on_a_stale_quote_is_rejected_and_its_key_stays_free(story: Story) -> None:
    await story.load()
    quote = await story.quote()
    key, upgrade_id = story.key()
    await story.load(a_world(a_subscription(price=Decimal("5.00"))))
    with pytest.raises(rejections.QuoteStale) as rejected:
        await story.order(quote=quote, idempotency_key=key)
    await nothing_was_written(story)
    assert await story.status_of_run(upgrade_id) == "FAILED"

    fresh = Quote.model_validate(rejected.value.details["quote"])
    assert fresh.quote_id != quote.quote_id
    assert fresh.credit_applied < quote.credit_applied
    ordered = await story.order(quote=fresh, idempotency_key=key)
    assert ordered.upgrade_id == upgrade_id
    assert (await story.rest(ordered)).stage == "awaiting_invoice"


async def test_a_quote_that_was_stale_can_be_ordered_on_once_all_is_as_it_was(story: Story) -> None:
    await story.load()
    quote = await story.quote()
    await story.load(a_world(a_subscription(price=Decimal("5.00"))))
    for _ in range(2):
        with pytest.raises(rejections.QuoteStale):
            await story.order(quote=quote)
    await story.load()
    ordered = await story.order(quote=quote)
    assert (await story.rest(ordered)).stage == "awaiting_invoice"
    assert await story.order(quote=quote) == await story.service.reading.status(
        OPERATOR, ordered.upgrade_id
    )


async def test_what_a_rejection_asks_for_lets_the_same_order_pass(story: Story) -> None:
    await story.load()
    quote = await story.quote()
    await join(story.database, *(f"zoe-{n}@contoso.example" for n in range(5)))
    for _ in range(2):
        with pytest.raises(rejections.InsufficientLicenses):
            await story.order(quote=quote)
    await story.database.execute("delete from assignments where user_id ~ '^zoe-[0-2]'")
    ordered = await story.order(quote=quote)
    assert (await story.rest(ordered)).users.moved == 9


async def test_an_order_on_an_expired_quote_is_rejected_and_its_key_stays_free(
    story: Story,
) -> None:
    await story.load()
    story.service.quotes._clock = lambda: now() - timedelta(days=7, minutes=1)
    quote = await story.quote()
    story.service.quotes._clock = now
    key, upgrade_id = story.key()
    with pytest.raises(rejections.QuoteExpired) as rejected:
        await story.order(quote=quote, idempotency_key=key)
    await nothing_was_written(story)
    assert await story.status_of_run(upgrade_id) == "FAILED"

    fresh = Quote.model_validate(rejected.value.details["quote"])
    ordered = await story.order(quote=fresh, idempotency_key=key)
    assert ordered.upgrade_id == upgrade_id
    assert (await story.rest(ordered)).stage == "awaiting_invoice"


async def test_a_forfeiture_must_be_accepted_to_the_cent(story: Story) -> None:
    prepaid = Prepaid.model_validate(
        {
            "kind": "upfront",
            "paid": "72000.00",
            "from": in_days(-30),
            "until": in_days(330),
        }
    )
    await story.load(a_world(a_subscription(prepaid=prepaid)))
    quote = await story.quote()
    assert quote.forfeited > 0
    key, upgrade_id = story.key()
    for accepted in (None, quote.forfeited - Decimal("0.01"), quote.forfeited + 1):
        with pytest.raises(rejections.ForfeitureNotAccepted):
            await story.order(quote=quote, accept_forfeiture=accepted, idempotency_key=key)
    await nothing_was_written(story)
    ordered = await story.order(quote=quote, accept_forfeiture=quote.forfeited, idempotency_key=key)
    assert ordered.upgrade_id == upgrade_id
    assert (await story.rest(ordered)).stage == "awaiting_invoice"


async def nothing_was_written(story: Story) -> None:
    assert await story.count("upgrades") == 0
    assert await story.count("events where stream like 'upgrade-%'") == 0
    assert await story.notices() == []
    assert await story.holders(BASIC) == SWITCHES


# ---- scheduled --------------------------------------------------------------------------------


async def test_a_scheduled_upgrade_starts_on_its_day(story: Story) -> None:
    await story.load()
    scheduled = await story.order(schedule=in_days(20))
    assert scheduled.stage == "scheduled"
    assert scheduled.deadline is not None
    assert await story.holders(BASIC) == SWITCHES
    await story.skip_to(scheduled, scheduled.deadline - timedelta(seconds=3))
    assert (await story.service.reading.status(OPERATOR, scheduled.upgrade_id)).stage == "scheduled"
    await story.skip_to(scheduled, scheduled.deadline)
    complete = await story.until(scheduled, "awaiting_invoice")
    assert complete.completed_at is not None
    assert complete.completed_at >= scheduled.deadline, "it lives in its own time"
    assert "QuoteRenewed" in await story.event_types(scheduled)
    await story.skip_to(complete, complete.deadline)
    assert (await story.result(scheduled)).stage == "invoiced"


async def test_a_scheduled_upgrade_is_checked_again_on_its_day(story: Story) -> None:
    await story.load()
    scheduled = await story.order(schedule=in_days(20))
    await story.load(with_incident())
    await story.skip_to(scheduled, scheduled.deadline)
    refused = await story.result(scheduled)
    assert (refused.stage, [each.code for each in refused.refusals]) == (
        "refused",
        ["service_incident"],
    )
    assert await story.notices() == ["upgrade_refused"]
    assert await story.holders(BASIC) == SWITCHES


@pytest.mark.parametrize(("price", "stage"), [("5.99", "refused"), ("6.01", "awaiting_invoice")])
async def test_a_scheduled_upgrade_goes_on_only_at_the_price_agreed_to(
    story: Story, price: str, stage: str
) -> None:
    """What is left of the old subscription is worth less, or more, by then."""
    await story.load()
    scheduled = await story.order(schedule=in_days(20))
    await story.load(a_world(a_subscription(price=Decimal(price))))
    await story.skip_to(scheduled, scheduled.deadline)
    rested = await story.until(scheduled, stage)
    if stage == "refused":
        assert [each.code for each in rested.refusals] == ["price_increased"]
        assert rested.refusals[0].remedy.action == "quote_again"
        assert await story.notices() == ["upgrade_refused"]
        assert await story.holders(BASIC) == SWITCHES
        assert await story.status_of_run(scheduled) == "COMPLETED"
        assert (await story.rest(await story.order())).stage == "awaiting_invoice"


async def test_a_scheduled_upgrade_forfeits_no_more_than_was_accepted(story: Story) -> None:
    def prepaid(paid: str) -> World:
        term = {"kind": "upfront", "paid": paid, "from": in_days(0), "until": in_days(364)}
        return a_world(a_subscription(prepaid=Prepaid.model_validate(term)))

    await story.load(prepaid("3650.00"))  # 10.00 a day: 3450.00 are left on the day
    quote = await story.quote(switch_on=in_days(20))
    scheduled = await story.order(quote=quote, accept_forfeiture=quote.forfeited)
    assert scheduled.stage == "scheduled"
    await story.load(prepaid("7300.00"))
    await story.skip_to(scheduled, scheduled.deadline)
    refused = await story.result(scheduled)
    assert [each.code for each in refused.refusals] == ["forfeiture_increased"]
    assert refused.refusals[0].evidence["accepted"] == str(quote.forfeited)
    assert await story.notices() == ["upgrade_refused"]


async def test_a_scheduled_upgrade_may_need_a_credit_check_on_its_day(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    scheduled = await story.order(schedule=in_days(20))
    assert scheduled.stage == "scheduled"
    await story.skip_to(scheduled, scheduled.deadline)
    waiting = await story.until(scheduled, "awaiting_credit_check")
    assert waiting.deadline is not None
    assert scheduled.deadline is not None
    assert waiting.deadline > scheduled.deadline
    approved = await story.service.orders.decide(
        OPERATOR, scheduled.upgrade_id, "approved", reference="R-1"
    )
    assert approved.stage == "moving_users"
    assert (await story.rest(scheduled)).stage == "awaiting_invoice"


async def test_a_scheduled_upgrade_is_canceled(story: Story) -> None:
    await story.load()
    scheduled = await story.order(schedule=in_days(20))
    canceled = await story.service.orders.cancel(OPERATOR, scheduled.upgrade_id, "no budget")
    assert (canceled.stage, canceled.reason) == ("canceled", "no budget")
    assert await story.result(scheduled) == canceled
    assert await story.notices() == ["upgrade_canceled"]
    again = await story.order()
    assert (await story.rest(again)).stage == "awaiting_invoice"
