"""What nobody foresaw parks the run where an operator sees it, and goes on as they say (B58)."""

import re
from typing import Literal

import pytest

from activities import failures
from api.errors import BadInput, ServiceError
from api.terminal.text import SafeConsole
from api.terminal.upgrades import show_upgrade
from domain.values import rejections
from domain.values.actions import retry_or_undo
from domain.views.read_models import UpgradeView
from tests.callers import OPERATOR
from tests.workflows import paths
from tests.workflows.hooks import Failing
from tests.workflows.story import BASIC, SWITCHES, Story, a_world, eventually
from workflows.contract import UNRECORDED

pytestmark = pytest.mark.usefixtures("impatient")


async def order_that_parks(story: Story, step: str) -> tuple[UpgradeView, Failing]:
    """An upgrade whose `step` fails as nobody foresaw; it has come to rest over it."""
    await story.load(a_world(payment_method="invoice" if "credit" in step else "card"))
    failing = story.hooks.fail(step)
    ordered = await story.order()
    if step in ("issue_invoice", "expire_credit_check"):
        waiting = await story.rest(ordered)
        await story.skip_to(waiting, waiting.deadline)
    parked = await story.until(ordered, "needs_attention")
    assert failing.times == failures.ATTEMPTS_WHEN_UNEXPECTED
    assert parked.attention is not None
    assert parked.attention.step == step.replace("_", "-"), "the id that operators know it by"
    assert f"unexpected: RuntimeError: {step} is broken for this test" in parked.attention.cause
    retry, undo = retry_or_undo(parked.upgrade_id)
    ways = (retry,) if step == "issue_invoice" else (retry, undo)
    assert parked.attention.next_actions == ways
    return parked, failing


async def test_a_stage_in_which_a_step_failed_is_not_shown_as_done(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    parked, failing = await order_that_parks(story, "switch_billing")
    marks = marks_of(parked, capsys)
    assert marks == [
        "● order checked",
        "● moving users",
        "✗ switching billing",
        "◉ needs attention",
    ]
    failing.mended()
    await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "retry")
    complete = await story.until(parked, "awaiting_invoice")
    assert marks_of(complete, capsys)[2:5] == [
        "✗ switching billing",
        "● needs attention",
        "● switching billing",
    ]


def marks_of(view: UpgradeView, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The timeline that people see: a mark and a stage for each line."""
    show_upgrade(SafeConsole(width=100, markup=False, emoji=False, highlight=False), view, "en")
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    marked = [line for line in lines if line and line[0] in "●✗◉"]
    return [re.sub(r" (?:[A-Z][a-z]{2} \d|\d).*", "", " ".join(line)) for line in marked]


STEPS_BEFORE_THE_SWITCH = ["move_users", "switch_billing"]
STEPS = [*STEPS_BEFORE_THE_SWITCH, "issue_invoice", "expire_credit_check"]


@pytest.mark.parametrize("step", STEPS)
async def test_an_operator_lets_the_step_run_again(story: Story, step: str) -> None:
    parked, failing = await order_that_parks(story, step)
    failing.mended()
    await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "retry")
    if step in STEPS_BEFORE_THE_SWITCH:
        complete = await story.until(parked, "awaiting_invoice")
        await story.skip_to(complete, complete.deadline)
    ended = await story.result(parked)
    assert ended.stage == ("expired" if step == "expire_credit_check" else "invoiced")
    types = await story.event_types(parked)
    assert (types.count("AttentionNeeded"), types.count("AttentionResolved")) == (1, 1)


async def test_a_retry_that_does_not_help_parks_again(story: Story) -> None:
    parked, failing = await order_that_parks(story, "switch_billing")
    await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "retry")

    await story.until_happened(parked, "AttentionNeeded", times=2)
    await story.until(parked, "needs_attention")
    failing.mended()
    await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "retry")
    assert (await story.until(parked, "awaiting_invoice")).attention is None


@pytest.mark.parametrize("step", STEPS_BEFORE_THE_SWITCH)
async def test_an_operator_takes_everything_back(story: Story, step: str) -> None:
    parked, _ = await order_that_parks(story, step)
    await story.service.repair.resolve_attention(
        OPERATOR, parked.upgrade_id, "undo", "cannot be mended"
    )
    undone = await story.result(parked)
    assert (undone.stage, undone.reason) == ("undone", "cannot be mended")
    assert await story.holders(BASIC) == SWITCHES
    assert "upgrade_undone" in await story.notices()
    assert await story.count("ledger_entries") == 0


@pytest.mark.parametrize("step", STEPS_BEFORE_THE_SWITCH)
async def test_the_customer_cancels_what_is_parked(story: Story, step: str) -> None:
    parked, _ = await order_that_parks(story, step)
    canceled = await story.service.orders.cancel(OPERATOR, parked.upgrade_id, "took too long")
    assert canceled.stage == "canceled"
    assert await story.result(parked) == canceled
    assert await story.holders(BASIC) == SWITCHES


async def test_after_the_switch_nothing_is_taken_back(story: Story) -> None:
    parked, failing = await order_that_parks(story, "issue_invoice")
    with pytest.raises(rejections.AlreadySwitched):
        await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "undo")
    with pytest.raises(rejections.AlreadySwitched):
        await story.service.orders.cancel(OPERATOR, parked.upgrade_id, "took too long")
    assert (await story.until(parked, "needs_attention")).completed_at is not None
    failing.mended()
    await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "retry")
    assert (await story.result(parked)).stage == "invoiced"


async def test_an_undo_that_fails_parks_and_goes_on(story: Story) -> None:
    parked, moving_fails = await order_that_parks(story, "switch_billing")
    failing = story.hooks.fail("undo_move")
    await story.service.repair.resolve_attention(
        OPERATOR, parked.upgrade_id, "undo", "cannot be mended"
    )

    await story.until_happened(parked, "AttentionNeeded", times=2)
    failing.mended()
    moving_fails.mended()
    await story.until(parked, "needs_attention")
    await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "retry")
    assert (await story.result(parked)).stage == "undone"
    assert await story.holders(BASIC) == SWITCHES


# ---- where the database cannot be told --------------------------------------------------------


async def test_an_order_that_cannot_be_checked_waits_visibly_for_an_operator(story: Story) -> None:
    upgrade_id = await paths.unchecked(story)
    details = await story.details_of(upgrade_id)
    assert details.startswith("**Parked: an operator must look")
    assert "failed step: `check-order`" in details
    assert "cause: `unexpected: RuntimeError: check_order is broken for this test" in details
    assert f"`starter.py retry {upgrade_id}`" in details
    assert f'`starter.py undo {upgrade_id} --reason "WHY"`' in details

    with pytest.raises(ServiceError, match="still cannot be checked: unexpected: RuntimeError"):
        await story.service.repair.resolve_attention(OPERATOR, upgrade_id, "retry")
    assert await story.count("upgrades") == 0

    story.hooks.before.clear()
    ordered = await story.service.repair.resolve_attention(OPERATOR, upgrade_id, "retry")
    complete = await story.rest(ordered)
    assert (complete.upgrade_id, complete.stage) == (upgrade_id, "awaiting_invoice")
    await story.until_alerted(upgrade_id, None)


async def test_an_order_that_cannot_be_checked_can_be_given_up(
    story: Story,
) -> None:
    await story.load()
    failing = story.hooks.fail("check_order")
    key, upgrade_id = story.key()
    quote = await story.quote()
    ordering = story.begin(story.order(quote=quote, idempotency_key=key))
    await story.until_alerted(upgrade_id, UNRECORDED)
    with pytest.raises(rejections.OrderGivenUp):
        await story.service.repair.resolve_attention(
            OPERATOR, upgrade_id, "undo", "nobody needs it"
        )
    with pytest.raises(rejections.OrderGivenUp):
        await ordering
    assert await story.count("upgrades") == 0
    failing.mended()
    with pytest.raises(rejections.OrderGivenUp):
        await story.order(quote=quote, idempotency_key=key)
    again = await story.rest(await story.order(quote=quote))
    assert again.stage == "awaiting_invoice"


@pytest.mark.parametrize("step", STEPS_BEFORE_THE_SWITCH)
@pytest.mark.parametrize("way", ["retry", "undo", "cancel"])
async def test_a_failure_that_cannot_be_recorded_is_shown_all_the_same(
    story: Story, step: str, way: Literal["retry", "undo", "cancel"]
) -> None:
    parked = await paths.unrecorded(story, step)
    assert parked.attention is None
    details = await story.details_of(parked.upgrade_id)
    assert details.startswith("**Parked: an operator must look, and the database could not be told")
    assert f"failed step: `{step.replace('_', '-')}`" in details
    assert f"`starter.py retry {parked.upgrade_id}`" in details
    assert f'`starter.py undo {parked.upgrade_id} --reason "WHY"`' in details

    if way == "retry":
        story.hooks.before.clear()
        await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "retry")
        ended = await story.until(parked, "awaiting_invoice")
    elif way == "undo":
        await story.service.repair.resolve_attention(
            OPERATOR, parked.upgrade_id, "undo", "cannot be mended"
        )
        ended = await story.until(parked, "undone")
    else:
        ended = await story.service.orders.cancel(OPERATOR, parked.upgrade_id, "took too long")
        assert ended.stage == "canceled"
    await story.until_alerted(parked.upgrade_id, None)
    assert "Parked" not in await story.details_of(parked.upgrade_id)
    if way != "retry":
        assert await story.holders(BASIC) == SWITCHES


async def test_no_resolution_that_is_nonsense_touches_a_run(story: Story) -> None:
    parked, _ = await order_that_parks(story, "switch_billing")
    for reason in ("x" * 2001, "a\x00b"):
        with pytest.raises(BadInput, match="reason"):
            await story.service.repair.resolve_attention(
                OPERATOR, parked.upgrade_id, "undo", reason
            )
    assert (await story.event_types(parked))[-1] == "AttentionNeeded"


@pytest.mark.patient
async def test_five_attempts_come_before_an_operator_is_called(story: Story) -> None:
    parked, failing = await order_that_parks(story, "switch_billing")
    assert failing.times == 5
    failing.mended()
    await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "retry")
    assert (await story.rest(parked)).stage == "awaiting_invoice"


async def test_what_heals_by_itself_needs_nobody(story: Story) -> None:
    await story.load()
    failing = story.hooks.fail("move_users")
    ordered = await story.order()

    async def failed_once() -> bool:
        return failing.times == 1

    await eventually("the step has failed once", failed_once)
    failing.mended()
    assert (await story.rest(ordered)).stage == "awaiting_invoice"
    assert "AttentionNeeded" not in await story.event_types(ordered)


async def test_a_run_that_is_not_parked_has_nothing_to_resolve(story: Story) -> None:
    await story.load()
    complete = await story.rest(await story.order())
    before = await story.event_types(complete)
    view = await story.service.repair.resolve_attention(OPERATOR, complete.upgrade_id, "retry")
    assert view == complete
    assert await story.event_types(complete) == before
