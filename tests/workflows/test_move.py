"""While users move: cancels, joins, too many users, and what no longer can be taken back."""

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.steps import LICENSE_CONFLICT, USERS_FAILED
from api.service.administration import Administration
from domain.values import rejections
from tests.callers import OPERATOR
from tests.clock import now
from tests.workflows.paths import join, order_held_in_the_move
from tests.workflows.story import BASIC, SWITCHES, Story, a_subscription, a_world

WORLD = ("subscriptions", "assignments", "ledger_entries", "invoices")


@pytest.mark.parametrize("batch", [1, 2, 3])
async def test_a_cancel_during_the_move_puts_everybody_back(story: Story, batch: int) -> None:
    await story.load()
    before = await story.contents(*WORLD)
    moving, held = await order_held_in_the_move(story, batch)
    canceling = story.begin(story.service.orders.cancel(OPERATOR, moving.upgrade_id, "no budget"))

    await story.until_happened(moving, "UndoStarted")
    assert not canceling.done(), "it answers once everything is as before"
    held.release()
    canceled = await canceling
    assert (canceled.stage, canceled.reason) == ("canceled", "no budget")
    assert await story.result(moving) == canceled

    after = await story.contents(*WORLD)
    opened = [s for s in after["subscriptions"] if s["subscription_id"] != BASIC]
    assert [(s["status"], s["billed"], s["assigned"]) for s in opened] == [("canceled", False, 0)]
    after["subscriptions"] = [s for s in after["subscriptions"] if s not in opened]
    assert after == before
    assert await story.notices() == ["upgrade_canceled"]
    assert (await story.rest(await story.order())).stage == "awaiting_invoice"


@pytest.mark.parametrize("fault", [LICENSE_CONFLICT, USERS_FAILED])
async def test_a_cancel_is_not_parked_by_the_move_that_it_overtakes(
    story: Story, fault: str
) -> None:
    await story.load()
    moving, held = await order_held_in_the_move(story, 1)
    failed = ApplicationError("the move cannot go on", type=fault, non_retryable=True)
    failing = story.hooks.fail("move_users", failed, after=True)
    canceling = story.begin(story.service.orders.cancel(OPERATOR, moving.upgrade_id, "no budget"))
    await story.until_happened(moving, "UndoStarted")
    held.release()
    assert (await canceling).stage == "canceled"
    assert failing.times == 1
    assert "AttentionNeeded" not in await story.event_types(moving)
    assert await story.holders(BASIC) == SWITCHES


async def test_a_cancel_before_the_first_batch_moves_nobody(story: Story) -> None:
    await story.load()
    held = story.hooks.hold("move_users")
    ordered = await story.order()
    await held.reached()
    canceled = await story.service.orders.cancel(OPERATOR, ordered.upgrade_id, "no budget")
    assert canceled.stage == "canceled"
    held.release()
    assert await story.result(ordered) == canceled
    assert await story.event_types(ordered) == [
        "OrderPlaced",
        "EligibilityConfirmed",
        "UpgradeCanceled",
    ]
    assert await story.holders(BASIC) == SWITCHES


async def test_a_cancel_between_the_move_and_the_switch_puts_everybody_back(story: Story) -> None:
    await story.load()
    held = story.hooks.hold("switch_billing")
    ordered = await story.order()
    await held.reached()
    canceling = story.begin(story.service.orders.cancel(OPERATOR, ordered.upgrade_id, "no budget"))

    await story.until_happened(ordered, "UndoStarted")
    held.release()
    assert (await canceling).stage == "canceled"
    assert (await story.result(ordered)).stage == "canceled"
    assert await story.holders(BASIC) == SWITCHES
    assert "BillingSwitched" not in await story.event_types(ordered)


async def test_a_cancel_of_a_switch_that_has_not_answered_yet_is_refused(story: Story) -> None:
    """It has committed; its worker has not said so."""
    await story.load()
    held = story.hooks.hold("switch_billing", after=True)
    ordered = await story.order()
    await held.reached()
    with pytest.raises(rejections.AlreadySwitched):
        await story.service.orders.cancel(OPERATOR, ordered.upgrade_id, "no budget")
    held.release()
    assert (await story.rest(ordered)).stage == "awaiting_invoice"
    types = await story.event_types(ordered)
    assert (types.count("BillingSwitched"), types.count("UndoStarted")) == (1, 0)


async def test_while_users_move_admins_are_locked_out_and_others_are_not(story: Story) -> None:
    await story.load()
    admin = Administration(story.database, now)
    moving, held = await order_held_in_the_move(story, 2)
    new = (await story.service.reading.status(OPERATOR, moving.upgrade_id)).new_subscription_id
    assert new is not None
    for subscription in (BASIC, new):  # B51
        with pytest.raises(rejections.AdminLocked) as refused:
            await admin.assign(OPERATOR, subscription, "zoe@contoso.example")
        left = refused.value.details["retry_after"] - now()
        assert timedelta(0) < left <= timedelta(hours=1)
    await join(story.database, "zed@contoso.example")  # B49
    held.release()
    complete = await story.rest(moving)
    assert complete.users.moved == 8
    given = await admin.assign(OPERATOR, new, "zoe@contoso.example")
    assert (given.changed, given.assigned) == (True, 9)
    with pytest.raises(rejections.CanceledForGood):
        await admin.assign(OPERATOR, BASIC, "zoe@contoso.example")


@pytest.mark.parametrize("when", ["while it waits for its invoice", "after its end"])
async def test_after_the_switch_a_cancel_is_refused(story: Story, when: str) -> None:
    await story.load()
    complete = await story.rest(await story.order())
    if when == "after its end":
        await story.skip_to(complete, complete.deadline)
        await story.result(complete)
    before = await story.contents(*WORLD, "events")
    with pytest.raises(rejections.AlreadySwitched):
        await story.service.orders.cancel(OPERATOR, complete.upgrade_id, "no budget")
    assert await story.contents(*WORLD, "events") == before


async def test_a_cancel_twice_is_one_cancel(story: Story) -> None:
    await story.load()
    moving, held = await order_held_in_the_move(story, 1)
    both = [
        story.begin(story.service.orders.cancel(OPERATOR, moving.upgrade_id, "no"))
        for _ in range(2)
    ]

    await story.until_happened(moving, "UndoStarted")
    held.release()
    assert [(await each).stage for each in both] == ["canceled", "canceled"]
    types = await story.event_types(moving)
    assert (types.count("UndoStarted"), types.count("UpgradeCanceled")) == (1, 1)


# ---- users who join and leave -----------------------------------------------------------------


@pytest.mark.parametrize("users_per_batch", [1, 3, 7, 100])
async def test_who_joins_between_move_and_switch_moves_too(
    story: Story, users_per_batch: int
) -> None:
    await story.stop_worker()
    story.users_per_batch = users_per_batch
    await story.start_worker()
    await story.load()
    held = story.hooks.hold("switch_billing")
    ordered = await story.order()
    await held.reached()
    await join(story.database, "zed@contoso.example", "zoe@contoso.example")
    held.release()
    complete = await story.rest(ordered)
    assert (complete.stage, complete.users.moved) == ("awaiting_invoice", 9)
    assert await story.holders(BASIC) == {}
    moved = await story.holders(complete.new_subscription_id)
    assert set(moved) == {*SWITCHES, "zed@contoso.example", "zoe@contoso.example"}
    types = await story.event_types(ordered)
    assert (types.count("UsersLeftBehind"), types.count("BillingSwitched")) == (1, 1)


async def test_who_joins_or_leaves_during_the_move_is_where_they_should_be(story: Story) -> None:
    await story.load()
    moving, held = await order_held_in_the_move(story, 1)
    await join(story.database, "aaa@contoso.example", "zoe@contoso.example")
    leave = "delete from assignments where user_id = any($1)"
    await story.database.execute(leave, ["ada@contoso.example", "gus@contoso.example"])
    held.release()
    complete = await story.rest(moving)
    assert complete.stage == "awaiting_invoice"
    assert await story.holders(BASIC) == {}
    stayed = set(SWITCHES) - {"ada@contoso.example", "gus@contoso.example"}
    assert set(await story.holders(complete.new_subscription_id)) == stayed | {
        "aaa@contoso.example",
        "zoe@contoso.example",
    }


@pytest.mark.parametrize("when", ["during the move", "after the move"])
async def test_more_users_than_licenses_undo_the_upgrade(story: Story, when: str) -> None:
    await story.load(a_world(a_subscription(licenses=20)))
    newcomers = [f"zoe-{n}@contoso.example" for n in range(4)]
    if when == "during the move":
        moving, held = await order_held_in_the_move(story, 1)
    else:
        held = story.hooks.hold("switch_billing")
        moving = await story.order()
        await held.reached()
    await join(story.database, *newcomers)
    held.release()
    undone = await story.result(moving)
    assert undone.stage == "undone", await story.event_types(moving)
    assert undone.reason == "more users joined than licenses were ordered"
    assert await story.holders(BASIC) == SWITCHES | {user: [] for user in newcomers}
    assert "upgrade_undone" in await story.notices()
    assert "BillingSwitched" not in await story.event_types(moving)


async def test_an_undo_that_lacks_licenses_waits_for_an_operator(story: Story) -> None:
    await story.load()
    between = (await story.rest(await story.order())).new_subscription_id
    assert between is not None
    again = await story.quote(between, target_plan_id="premium", licenses=20)
    held = story.hooks.hold("switch_billing")
    moved = await story.order(between, quote=again)
    await held.reached()
    new = (await story.service.reading.status(OPERATOR, moved.upgrade_id)).new_subscription_id
    newcomers = [f"zoe-{n}@contoso.example" for n in range(4)]
    for each in newcomers:
        await story.database.execute("insert into assignments values ($1, $2)", new, each)
    canceling = story.begin(story.service.orders.cancel(OPERATOR, moved.upgrade_id, "no budget"))
    await story.until_happened(moved, "UndoStarted")
    held.release()
    parked = await canceling
    assert (parked.stage, parked.attention and parked.attention.step) == (
        "needs_attention",
        "undo-move",
    )
    assert parked.attention is not None
    assert "has licenses" in parked.attention.cause
    await story.database.execute("delete from assignments where user_id = any($1)", newcomers[:1])
    await story.service.repair.resolve_attention(OPERATOR, moved.upgrade_id, "retry")
    assert (await story.result(moved)).stage == "canceled"
    assert set(await story.holders(between)) == {*SWITCHES, *newcomers[1:]}
