"""It takes longer than it should: operators are told, once, and nothing of the upgrade is disturbed."""

from datetime import timedelta

import pytest

from domain.upgrade import alerts
from tests.callers import OPERATOR
from tests.workflows import paths
from tests.workflows.story import BASIC, SWITCHES, Story, a_world, eventually

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def short_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour of three seconds: the server skips no time while an activity runs."""
    monkeypatch.setattr(alerts, "MINUTE", timedelta(seconds=3) / 60)


@pytest.mark.usefixtures("short_hour")
@pytest.mark.parametrize("step", ["_move_one_batch", "switch_billing"])
async def test_an_upgrade_past_its_hour_is_reported_once_and_goes_on(
    story: Story, step: str
) -> None:
    await story.load()
    held = story.hooks.hold(step)
    ordered = await story.order()
    assert ordered.alert_at == ordered.expected_by == ordered.placed_at + timedelta(seconds=3)
    await held.reached()
    await story.until_alerted(ordered, "past_the_hour")
    assert await story.notices() == ["upgrade_delayed"]
    status = await story.service.reading.status(OPERATOR, ordered.upgrade_id)
    assert status.alert == "past_the_hour"

    held.release()
    complete = await story.rest(ordered)
    assert (complete.stage, complete.users.moved, complete.alert) == ("awaiting_invoice", 7, None)
    assert await story.alert_of_run(ordered) is None
    types = await story.event_types(ordered)
    assert (types.count("UpgradeDelayed"), types.count("BillingSwitched")) == (1, 1)
    assert story.hooks.begun["move_users"] == 1, "the move was not disturbed"
    told = await story.notices()
    assert sorted(told) == ["switches_not_kept", "upgrade_complete", "upgrade_delayed"]


@pytest.mark.usefixtures("short_hour")
async def test_an_undo_past_the_hour_alerts_operators_and_comes_to_its_end(story: Story) -> None:
    await story.load()
    moving, held = await paths.order_held_in_the_move(story, 1)
    returning = story.hooks.hold("_return_one_batch")
    canceling = story.begin(story.service.orders.cancel(OPERATOR, moving.upgrade_id, "no budget"))
    await story.until_happened(moving, "UndoStarted")
    held.release()
    await returning.reached()
    await story.until_alerted(moving, "past_the_hour")
    assert await story.notices() == [], "the customer wants out: nothing is late for them"
    returning.release()
    assert (await canceling).stage == "canceled"
    assert await story.holders(BASIC) == SWITCHES
    assert await story.notices() == ["upgrade_canceled"]
    assert story.hooks.begun["undo_move"] == 1, "the undo was not disturbed"


async def test_operators_are_reminded_of_a_credit_check_before_its_deadline(story: Story) -> None:
    waiting = await paths.awaiting_credit_check(story)
    assert waiting.deadline is not None
    assert waiting.alert_at == waiting.deadline - timedelta(hours=4)
    await story.skip_to(waiting, waiting.alert_at)
    await story.until_alerted(waiting, "credit_check_due")
    assert await story.notices() == ["credit_check_required"], "a customer cannot decide it"
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    complete = await story.rest(waiting)
    assert await story.alert_of_run(complete) is None
    types = await story.event_types(complete)
    assert types.count("CreditCheckReminded") == 1


async def test_an_upgrade_in_time_alerts_nobody(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    waiting = await story.rest(await story.order())
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    complete = await story.rest(waiting)
    await story.skip_to(complete, complete.deadline)
    await story.result(complete)
    types = await story.event_types(complete)
    assert not {"CreditCheckReminded", "UpgradeDelayed"} & set(types)
    assert story.hooks.begun["raise_alert"] == 0


@pytest.mark.usefixtures("short_hour")
async def test_an_alert_that_cannot_be_recorded_disturbs_nothing(story: Story) -> None:
    await story.load()
    held = story.hooks.hold("switch_billing")
    broken = story.hooks.fail("raise_alert")
    ordered = await story.order()
    await held.reached()

    async def given_up() -> bool:
        return broken.times >= 2

    await eventually("the alert was tried", given_up)
    held.release()
    complete = await story.rest(ordered)
    assert (complete.stage, complete.alert) == ("awaiting_invoice", None)
    assert "AttentionNeeded" not in await story.event_types(ordered)


async def test_a_license_conflict_is_told_with_its_number(story: Story) -> None:
    undone = await paths.undone(story)
    assert await story.notices() == ["license_conflict", "upgrade_undone"]
    (conflict, _) = await story.service.reading.notices(OPERATOR, "contoso")
    assert ": 1." in conflict.text.en, "seven and four users, ten licenses"
    assert undone.reason == "more users joined than licenses were ordered"


async def test_a_conflict_that_heals_before_it_is_counted_lets_the_move_go_on(
    story: Story,
) -> None:
    await story.load()
    moving, held = await paths.order_held_in_the_move(story, 1)
    newcomers = [f"zoe-{n}@contoso.example" for n in range(4)]
    await paths.join(story.database, *newcomers)
    counting = story.hooks.hold("report_license_conflict")
    held.release()
    await counting.reached()
    leave = "delete from assignments where user_id = any($1)"
    await story.database.execute(leave, newcomers[:2])
    counting.release()
    complete = await story.rest(moving)
    assert complete.stage == "awaiting_invoice"
    moved = await story.holders(complete.new_subscription_id)
    assert set(moved) == {*SWITCHES, *newcomers[2:]}
    assert "license_conflict" not in await story.notices()
