"""Waiting for a credit decision: each decision, at each moment, once and again."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from api.errors import BadInput
from domain.upgrade.events import Decision
from domain.values import rejections
from domain.views.read_models import UpgradeView
from store.quotes import read_quote
from tests.callers import OPERATOR
from tests.clock import in_days
from tests.workflows.story import BASIC, SWITCHES, Story, a_world
from workflows.contract import CreditDecision

TRIES = 8


async def order_that_waits(story: Story) -> UpgradeView:
    await story.load(a_world(payment_method="invoice"))
    ordered = await story.order()
    assert ordered.stage == "awaiting_credit_check"
    assert await story.notices() == ["credit_check_required"]
    assert await story.holders(BASIC) == SWITCHES
    return await story.rest(ordered)


async def test_an_approved_upgrade_goes_on(story: Story) -> None:
    waiting = await order_that_waits(story)
    approved = await story.service.orders.decide(
        OPERATOR, waiting.upgrade_id, "approved", reference="R-1"
    )
    assert approved.stage == "moving_users"
    complete = await story.rest(waiting)
    assert complete.stage == "awaiting_invoice"
    await story.skip_to(complete, complete.deadline)
    assert (await story.result(waiting)).stage == "invoiced"


async def test_a_declined_upgrade_ends(story: Story) -> None:
    waiting = await order_that_waits(story)
    declined = await story.service.orders.decide(
        OPERATOR, waiting.upgrade_id, "declined", reference="R-1", reason="owes too much"
    )
    assert (declined.stage, declined.reason) == ("declined", "owes too much")
    assert await story.result(waiting) == declined
    assert await story.holders(BASIC) == SWITCHES
    assert await story.notices() == ["credit_check_required", "credit_check_declined"]

    other_payment = await story.quote(payment_method="card")
    again = await story.order(quote=other_payment)
    assert (await story.rest(again)).stage == "awaiting_invoice"


async def test_licenses_bought_during_the_check_change_nothing_of_an_upgrade(story: Story) -> None:
    """Its quote binds (B26)."""
    waiting = await order_that_waits(story)
    await story.service.administration.set_licenses(OPERATOR, BASIC, 11)
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    assert (await story.rest(waiting)).stage == "awaiting_invoice"
    switched = await story.database.fetchval(
        "select data #> '{pricing,lines}' from events where type = 'BillingSwitched'"
    )
    quote = await read_quote(story.database, waiting.quote_id)
    assert quote is not None
    assert [line["amount"] for line in switched] == [str(line.amount) for line in quote.lines]


@pytest.mark.parametrize("decision", ["approved", "declined"])
async def test_a_decision_counts_one_second_before_the_deadline(
    story: Story, decision: str
) -> None:
    """Clocks run on after a skip: on a busy machine the second may be over before it is heard."""
    await story.load(a_world(payment_method="invoice"))
    for _ in range(TRIES):
        waiting = await story.rest(await story.order())
        assert waiting.deadline is not None
        await story.skip_to(waiting, waiting.deadline - timedelta(seconds=1))
        try:
            decided = await story.service.orders.decide(
                OPERATOR, waiting.upgrade_id, decision, reference="R-1"
            )
        except rejections.DecisionTooLate:
            assert (await story.result(waiting)).stage == "expired"
            continue
        assert decided.stage == ("moving_users" if decision == "approved" else "declined")
        events = await story.service.reading.events(OPERATOR, waiting.upgrade_id)
        at = next(e.event().at for e in events if e.type == f"CreditCheck{decision.title()}")
        assert timedelta(0) <= waiting.deadline - at <= timedelta(seconds=1)
        return
    pytest.fail(f"too slow, {TRIES} times in a row, to decide within a second")


@pytest.mark.parametrize("decision", ["approved", "declined"])
async def test_a_decision_is_too_late_one_second_after_the_deadline(
    story: Story, decision: str
) -> None:
    waiting = await order_that_waits(story)
    assert waiting.deadline is not None
    await story.skip_to(waiting, waiting.deadline + timedelta(seconds=1))
    with pytest.raises(rejections.DecisionTooLate):
        await story.service.orders.decide(OPERATOR, waiting.upgrade_id, decision, reference="R-1")
    expired = await story.result(waiting)
    assert expired.stage == "expired"
    assert (await story.event_types(waiting))[-2:] == [
        "CreditCheckExpired",
        "CreditDecisionRefused",
    ]
    assert await story.holders(BASIC) == SWITCHES
    assert (await story.order()).stage == "awaiting_credit_check", "it may be ordered anew at once"


async def test_without_a_decision_the_order_expires(story: Story) -> None:
    waiting = await order_that_waits(story)
    assert waiting.deadline is not None
    await story.skip_to(waiting, waiting.deadline - timedelta(seconds=3))
    assert (
        await story.service.reading.status(OPERATOR, waiting.upgrade_id)
    ).stage == "awaiting_credit_check"
    await story.skip_to(waiting, waiting.deadline)
    expired = await story.result(waiting)
    assert expired.stage == "expired"
    assert await story.holders(BASIC) == SWITCHES
    assert await story.notices() == ["credit_check_required", "credit_check_expired"]

    for decision in ("approved", "declined"):
        with pytest.raises(rejections.DecisionTooLate):
            await story.service.orders.decide(
                OPERATOR, waiting.upgrade_id, decision, reference="R-1"
            )
    types = await story.event_types(waiting)
    assert types[-3:] == ["CreditCheckExpired", "CreditDecisionRefused", "CreditDecisionRefused"]
    assert (await story.service.reading.status(OPERATOR, waiting.upgrade_id)).stage == "expired"


@pytest.mark.parametrize("decision", ["approved", "declined"])
async def test_a_decision_that_comes_with_the_expiry_is_too_late(
    story: Story, decision: Decision
) -> None:
    """Nobody works while the deadline passes; timer and decision reach the next worker together."""
    waiting = await order_that_waits(story)
    await story.skip_to(waiting, waiting.alert_at)
    await story.until_happened(waiting, "CreditCheckReminded")
    await story.stop_worker()
    await story.skip_to(waiting, waiting.deadline)
    message = CreditDecision(decision=decision, reference="R-1")
    decided = story.send(waiting, "decide_credit_check", message, id="late")
    await story.until_update_waits(waiting, "late")
    await story.start_worker()
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await decided
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "decision_too_late"
    assert (await story.result(waiting)).stage == "expired"
    types = await story.event_types(waiting)
    assert sorted(types[-2:]) == ["CreditCheckExpired", "CreditDecisionRefused"]


@pytest.mark.parametrize("decision", ["approved", "declined"])
@pytest.mark.parametrize("when", ["at once", "after the end"])
async def test_repeated_and_contradicting_decisions(story: Story, decision: str, when: str) -> None:
    waiting = await order_that_waits(story)
    held = story.hooks.hold("move_users")
    first = await story.service.orders.decide(
        OPERATOR, waiting.upgrade_id, decision, reference="R-1"
    )
    if when == "after the end":
        held.release()
        ended = await story.rest(waiting)
        if ended.stage == "awaiting_invoice":
            await story.skip_to(ended, ended.deadline)
        await story.result(waiting)
    before = await story.event_types(waiting)

    repeated = await story.service.orders.decide(
        OPERATOR, waiting.upgrade_id, decision, reference="R-1"
    )
    assert repeated.placed_at == first.placed_at
    assert await story.event_types(waiting) == before, "a repeat writes nothing"

    other = "declined" if decision == "approved" else "approved"
    for _ in range(2):
        with pytest.raises(rejections.DecisionContradicts):
            await story.service.orders.decide(OPERATOR, waiting.upgrade_id, other, reference="R-2")
    assert await story.event_types(waiting) == [*before, "CreditDecisionRefused"]
    held.release()


async def test_a_decision_nobody_asked_for_is_refused(story: Story) -> None:
    await story.load()
    ordered = await story.rest(await story.order())
    for _ in range(2):
        with pytest.raises(rejections.NotWaitingForDecision):
            await story.service.orders.decide(
                OPERATOR, ordered.upgrade_id, "approved", reference="R-1"
            )
    types = await story.event_types(ordered)
    assert types.count("CreditDecisionRefused") == 1, "kept once, however often it is repeated"


async def test_bad_messages_leave_no_trace(story: Story) -> None:
    waiting = await order_that_waits(story)
    before = len(await story.history_of(waiting))
    for decision, reference in (("maybe", "R-1"), ("approved", " "), ("approved", "R" * 2001)):
        with pytest.raises(BadInput):
            await story.service.orders.decide(
                OPERATOR, waiting.upgrade_id, decision, reference=reference
            )
    with pytest.raises(BadInput):
        await story.service.orders.cancel(OPERATOR, waiting.upgrade_id, "")
    assert len(await story.history_of(waiting)) == before
    types = await story.event_types(waiting)
    assert types == ["OrderPlaced", "CreditCheckRequired"]


async def test_a_waiting_upgrade_is_canceled(story: Story) -> None:
    waiting = await order_that_waits(story)
    canceled = await story.service.orders.cancel(OPERATOR, waiting.upgrade_id, "no budget")
    assert canceled.stage == "canceled"
    assert await story.result(waiting) == canceled
    assert (
        await story.service.orders.cancel(OPERATOR, waiting.upgrade_id, "no budget")
    ).stage == "canceled"
    with pytest.raises(rejections.NotWaitingForDecision):
        await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    types = await story.event_types(waiting)
    assert types[-2:] == ["UpgradeCanceled", "CreditDecisionRefused"], "it is kept all the same"
    assert (await story.service.reading.status(OPERATOR, waiting.upgrade_id)).stage == "canceled"
    assert await story.holders(BASIC) == SWITCHES


async def test_a_decision_before_its_check_has_begun_can_be_given_again(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    scheduled = await story.order(schedule=in_days(20))
    with pytest.raises(rejections.NotWaitingForDecision):
        await story.service.orders.decide(
            OPERATOR, scheduled.upgrade_id, "approved", reference="R-1"
        )
    assert "CreditDecisionRefused" not in await story.event_types(scheduled)
    await story.skip_to(scheduled, scheduled.deadline)
    await story.until(scheduled, "awaiting_credit_check")
    approved = await story.service.orders.decide(
        OPERATOR, scheduled.upgrade_id, "approved", reference="R-1"
    )
    assert approved.stage == "moving_users"
    assert (await story.rest(scheduled)).stage == "awaiting_invoice"


async def test_who_cancels_and_who_decides_at_once_are_told_what_became_of_both(
    story: Story,
) -> None:
    await story.load(a_world(payment_method="invoice"))
    for n in range(TRIES):
        waiting = await story.rest(await story.order())
        doing = [
            story.service.orders.cancel(OPERATOR, waiting.upgrade_id, "no budget"),
            story.service.orders.decide(
                OPERATOR, waiting.upgrade_id, "declined", reference=f"R-{n}"
            ),
        ]
        canceled, decided = await asyncio.gather(*doing, return_exceptions=True)
        ended = await story.service.reading.status(OPERATOR, waiting.upgrade_id)
        if ended.stage == "canceled":
            assert isinstance(canceled, UpgradeView)
            assert canceled.stage == "canceled"
            assert isinstance(decided, rejections.NotWaitingForDecision)
            assert "CreditDecisionRefused" in await story.event_types(waiting)
        else:
            assert (ended.stage, decided) == ("declined", ended)
            assert isinstance(canceled, rejections.AlreadyEnded)


async def test_two_who_cancel_at_once_are_answered_alike(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    for _ in range(TRIES):
        waiting = await story.rest(await story.order())
        cancels = [
            story.service.orders.cancel(OPERATOR, waiting.upgrade_id, "no budget") for _ in range(3)
        ]
        assert {view.stage for view in await asyncio.gather(*cancels)} == {"canceled"}
