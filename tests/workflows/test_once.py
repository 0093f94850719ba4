"""However often something is asked, and whoever is away meanwhile, it happens once."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from activities import failures
from api.errors import Unavailable
from api.runs import temporal
from api.runs.port import SeenRun
from domain.quoting.orders import upgrade_id_for
from domain.values import rejections
from domain.views.read_models import UpgradeView
from tests.callers import OPERATOR
from tests.clock import in_days
from tests.workflows.story import BASIC, Story, a_subscription, a_tenant, a_world, eventually


async def test_a_hundred_orders_at_once_are_one_upgrade(story: Story) -> None:
    await story.load()
    quote = await story.quote()
    answers = await asyncio.gather(*(story.order(quote=quote) for _ in range(100)))
    assert Counter(view.upgrade_id for view in answers) == {answers[0].upgrade_id: 100}
    first = [view for view in answers if view.stage == "moving_users"]
    assert first, "somebody was answered right after the check"
    assert all(view == first[0] for view in first if view.version == first[0].version)
    complete = await story.rest(answers[0])
    assert complete.stage == "awaiting_invoice"
    assert await story.count("upgrades") == 1
    runs = [run async for run in story.runs_of(complete)]
    assert len(runs) == 1, runs
    assert story.hooks.done["check_order"] == 1


@pytest.mark.parametrize(
    ("payment_method", "stage", "code"),
    [
        ("card", "moving_users", "upgrade_in_progress"),
        ("invoice", "awaiting_credit_check", "credit_check_pending"),
    ],
)
async def test_of_a_hundred_orders_of_one_tenant_one_wins_and_all_others_are_told_why(
    story: Story, payment_method: str, stage: str, code: str
) -> None:
    two = (a_subscription("one"), a_subscription("two", plan="standard"))  # B9, B10
    await story.load(a_world(*two, payment_method=payment_method))
    held = story.hooks.hold("move_users")
    quotes = {id: await story.quote(id, target_plan_id="premium") for id in ("one", "two")}
    keys = [story.key()[0] for _ in range(100)]
    orders = [
        story.order(id, quote=quotes[id], idempotency_key=key)
        for key, id in zip(keys, ("one", "two") * 50, strict=True)
    ]
    views = await asyncio.gather(*orders)
    assert Counter(view.stage for view in views) == {stage: 1, "refused": 99}
    assert {refusal.code for view in views for refusal in view.refusals} == {code}
    winner = next(view for view in views if view.stage == stage)
    if payment_method == "card":
        await held.reached()
        held.release()
    else:
        await story.service.orders.decide(OPERATOR, winner.upgrade_id, "declined", reference="R-1")
    await story.rest(winner)


async def test_an_order_repeated_at_every_stage_gives_the_same_upgrade(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    quote = await story.quote()
    key, upgrade_id = story.key()

    async def again() -> UpgradeView:
        view = await story.order(quote=quote, idempotency_key=key)
        assert view.upgrade_id == upgrade_id
        return view

    first = await again()
    assert (await again()).stage == "awaiting_credit_check"
    await story.service.orders.decide(OPERATOR, upgrade_id, "approved", reference="R-1")
    complete = await story.until(first, "awaiting_invoice")
    assert await again() == complete
    await story.skip_to(complete, complete.deadline)
    invoiced = await story.result(complete)
    assert await again() == invoiced
    assert (await story.event_types(first)).count("OrderPlaced") == 1
    assert len([run async for run in story.runs_of(first)]) == 1


# ---- without a key the quote is the key (B66) -------------------------------------------------


async def test_a_late_repeat_answers_with_the_upgrade_that_was_canceled(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    quote = await story.quote()
    first = await story.order(quote=quote)
    canceled = await story.service.orders.cancel(OPERATOR, first.upgrade_id, "not now")
    for _ in range(2):
        assert await story.order(quote=quote) == canceled
    with pytest.raises(rejections.IdempotencyKeyReused, match="take a new quote") as told:
        await story.order(quote=quote, schedule=in_days(3))
    assert told.value.details["upgrade_id"] == first.upgrade_id
    assert await story.count("upgrades") == 1
    anew = await story.order()
    assert (anew.stage, anew.upgrade_id != first.upgrade_id) == ("awaiting_credit_check", True)


async def test_a_late_repeat_answers_with_the_upgrade_that_was_declined(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    quote = await story.quote()
    first = await story.order(quote=quote)
    decide = story.service.orders.decide
    declined = await decide(OPERATOR, first.upgrade_id, "declined", reference="R-1")
    assert await story.order(quote=quote) == declined
    own = await story.order(quote=quote, idempotency_key=story.key()[0])
    assert (own.stage, own.upgrade_id != first.upgrade_id) == ("awaiting_credit_check", True)
    assert await story.order(quote=quote) == declined


async def test_orders_under_keys_of_their_own_do_not_count_for_the_quote(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    quote = await story.quote()
    own = await story.order(quote=quote, idempotency_key=story.key()[0])
    await story.service.orders.cancel(OPERATOR, own.upgrade_id, "not now")
    first = await story.order(quote=quote)
    assert first.stage == "awaiting_credit_check"
    assert first.upgrade_id == upgrade_id_for("contoso", quote.quote_id)
    assert await story.order(quote=quote) == first


async def test_an_order_that_older_code_gave_a_number_is_what_its_repeat_means(
    story: Story,
) -> None:
    """It was placed without a key, after one with a key had ended: under the quote and a number."""
    await story.load(a_world(payment_method="invoice"))
    quote = await story.quote()
    old = await story.order(quote=quote, idempotency_key=f"{quote.quote_id}/1")
    assert await story.order(quote=quote) == old
    canceled = await story.service.orders.cancel(OPERATOR, old.upgrade_id, "not now")
    assert await story.order(quote=quote) == canceled
    own = await story.order(quote=quote, idempotency_key=f"{quote.quote_id}/x")
    await story.service.orders.cancel(OPERATOR, own.upgrade_id, "not now")
    assert await story.order(quote=quote) == canceled


async def test_of_two_orders_of_a_tenant_at_once_one_wins(story: Story) -> None:
    await story.load(a_world(a_subscription("one"), a_subscription("two", plan="standard")))
    quotes = [await story.quote(each, target_plan_id="premium") for each in ("one", "two")]
    held = story.hooks.hold("move_users")
    answers = await asyncio.gather(
        *(story.order(quote.subscription_id, quote=quote) for quote in quotes)
    )
    assert Counter(view.stage for view in answers) == {"moving_users": 1, "refused": 1}
    refused = next(view for view in answers if view.stage == "refused")
    assert [each.code for each in refused.refusals] == ["upgrade_in_progress"]
    held.release()
    await story.rest(next(view for view in answers if view is not refused))


async def test_two_tenants_do_not_stand_in_each_others_way(story: Story) -> None:
    fabrikam = a_tenant("fabrikam", a_subscription("fabrikam-basic"))
    await story.load(a_world(tenants=(fabrikam,)))
    both = await asyncio.gather(story.order(BASIC), story.order("fabrikam-basic"))
    ended = await asyncio.gather(*map(story.rest, both))
    assert [view.stage for view in ended] == ["awaiting_invoice", "awaiting_invoice"]


@pytest.mark.parametrize("when", ["while it waits", "after its end"])
async def test_a_key_belongs_to_one_order_body(story: Story, when: str) -> None:
    await story.load()
    complete = await story.rest(await story.order(idempotency_key=(key := story.key()[0])))
    if when == "after its end":
        await story.skip_to(complete, complete.deadline)
        await story.result(complete)
    before = len(await story.history_of(complete))
    await story.load(a_world(a_subscription("new"), a_subscription()))
    other = await story.quote("new", target_plan_id="premium")
    with pytest.raises(rejections.IdempotencyKeyReused) as refused:
        await story.order("new", quote=other, idempotency_key=key)
    assert refused.value.details["upgrade_id"] == complete.upgrade_id
    assert len(await story.history_of(complete)) == before, "it left no trace in the run"
    assert (
        await story.service.reading.status(OPERATOR, complete.upgrade_id)
    ).subscription_id == BASIC


@pytest.mark.usefixtures("impatient")
async def test_a_run_refuses_another_body_by_itself(story: Story) -> None:
    """Two bodies under one key at once: the database does not know either of them yet."""
    await story.load()
    failing = story.hooks.fail("check_order")
    key, upgrade_id = story.key()
    first, second = await story.quote(), await story.quote(licenses=8)
    ordering = story.begin(story.order(quote=first, idempotency_key=key))

    async def waits_for_an_operator() -> bool:
        return failing.times == failures.ATTEMPTS_WHEN_UNEXPECTED

    await eventually("the check waits for an operator", waits_for_an_operator)
    with pytest.raises(rejections.IdempotencyKeyReused):
        await story.order(quote=second, idempotency_key=key)
    failing.mended()
    await story.handle(upgrade_id).execute_update("resolve_attention", {"action": "retry"})  # pyright: ignore[reportUnknownMemberType] - open in the SDK
    assert (await ordering).quote_id == first.quote_id
    assert (await story.rest(await ordering)).stage == "awaiting_invoice"


# ---- nobody works -----------------------------------------------------------------------------


async def test_an_order_without_a_worker_is_carried_out_later(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(temporal, "ANSWER_TIMEOUT", timedelta(seconds=1))
    await story.load()
    quote = await story.quote()
    await story.stop_worker()
    key, upgrade_id = story.key()
    with pytest.raises(Unavailable) as told:
        await story.order(quote=quote, idempotency_key=key)
    assert told.value.details["dependency"] == "worker"
    assert await story.count("upgrades") == 0

    await story.start_worker()
    ordered = await story.order(quote=quote, idempotency_key=key)
    assert ordered.upgrade_id == upgrade_id
    assert (await story.rest(ordered)).stage == "awaiting_invoice"
    assert len([run async for run in story.runs_of(ordered)]) == 1


async def test_without_a_worker_the_status_can_be_read_and_nothing_is_lost(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.load(a_world(payment_method="invoice"))
    waiting = await story.rest(await story.order())
    await story.stop_worker()
    monkeypatch.setattr(temporal, "ANSWER_TIMEOUT", timedelta(seconds=1))
    with pytest.raises(Unavailable):
        await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    assert (
        await story.service.reading.status(OPERATOR, waiting.upgrade_id)
    ).stage == "awaiting_credit_check"
    monkeypatch.undo()
    story.hooks.install(monkeypatch)
    await story.start_worker()
    decided = await story.service.orders.decide(
        OPERATOR, waiting.upgrade_id, "approved", reference="R-1"
    )
    assert decided.version > waiting.version
    assert (await story.rest(waiting)).stage == "awaiting_invoice"
    assert (await story.event_types(waiting)).count("CreditCheckApproved") == 1


async def test_a_worker_may_go_away_at_every_step(story: Story) -> None:
    """Each worker stops as soon as it has begun a step of its own; the next one goes on."""
    await story.load()
    steps = ("move_users", "switch_billing")
    ordered = None
    for step in steps:
        held = story.hooks.hold(step, after=True)
        ordered = ordered or await story.order()
        await held.reached()
        await story.stop_worker()  # the step is cut off between its commit and its reply
        story.hooks.after.clear()
        await story.start_worker()
    assert ordered is not None
    complete = await story.rest(ordered)
    assert complete.stage == "awaiting_invoice"
    assert all(story.hooks.begun[step] == 2 for step in steps), story.hooks.begun
    types = await story.event_types(ordered)
    assert (types.count("MoveCompleted"), types.count("BillingSwitched")) == (1, 1)


async def test_a_terminated_run_goes_on_when_its_order_is_repeated(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    quote = await story.quote()
    waiting = await story.rest(await story.order(quote=quote))
    await story.handle(waiting).terminate("by mistake")
    assert (await story.order(quote=quote)).stage == "awaiting_credit_check"
    assert await story.status_of_run(waiting) == "RUNNING"
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    assert (await story.rest(waiting)).stage == "awaiting_invoice"
    assert (await story.event_types(waiting)).count("OrderPlaced") == 1


async def test_an_order_repeated_while_it_ends_is_answered_with_its_end(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.load()
    quote = await story.quote()
    complete = await story.rest(await story.order(quote=quote))
    runs = story.runs
    look = runs.last_run

    async def last_run(upgrade_id: str) -> SeenRun | None:
        await story.skip_to(complete, complete.deadline)
        await story.result(complete)
        return await look(upgrade_id)

    monkeypatch.setattr(runs, "last_run", last_run)
    assert (await story.order(quote=quote)).stage == "invoiced"
    assert await story.count("upgrades") == 1


async def test_a_step_whose_reply_was_lost_is_not_done_again(story: Story) -> None:
    """Error after commit, once for every step: the repeat finds everything done."""
    await story.load(a_world(payment_method="invoice"))
    lost: Counter[str] = Counter()

    def lose(step: str):
        async def reply() -> None:
            lost[step] += 1
            if lost[step] == 1:
                raise ConnectionResetError(f"the reply of {step} was lost")

        return reply

    steps = ("check_order", "decide_credit_check", "move_users", "switch_billing", "issue_invoice")
    story.hooks.after.update({step: lose(step) for step in steps})
    ordered = await story.order()
    await story.service.orders.decide(OPERATOR, ordered.upgrade_id, "approved", reference="R-1")
    complete = await story.until(ordered, "awaiting_invoice")
    await story.skip_to(complete, complete.deadline)
    assert (await story.result(ordered)).stage == "invoiced"
    assert lost == dict.fromkeys(steps, 2)
    types = Counter(await story.event_types(ordered))
    assert types.pop("UsersMoved") == 3
    assert set(types.values()) == {1}
    assert await story.count("invoices") == 1
