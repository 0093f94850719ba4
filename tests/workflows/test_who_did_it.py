"""Every event says who made it and by which door, however it came to be (B71)."""

from typing import Any

import pytest

from api.errors import Forbidden, NotFound
from domain.text.actor import CREDIT_SERVICE, TEMPORAL, THE_RUN
from domain.upgrade.stored_events import RecordedEvent, subscription_stream
from domain.views.read_models import UpgradeView
from store.event_store import read_streams
from store.verify import verify
from tests.callers import OPERATOR, caller_with
from tests.workflows import paths
from tests.workflows.story import BASIC, Story, a_world
from workflows import contract
from workflows.contract import CreditDecision

CONTOSO = frozenset({"contoso"})
KIM = caller_with("customer_admin", tenants=CONTOSO, subject="kim")
RAE = caller_with("credit_reviewer", tenants=CONTOSO, subject="rae")
LEE = caller_with("customer_admin", tenants=CONTOSO, subject="lee")


async def order_by(story: Story, caller: Any) -> UpgradeView:
    """Contoso's order, which waits for a credit decision."""
    await story.load(a_world(payment_method="invoice"))
    quote = await story.quote()
    view = await story.service.orders.upgrade(caller, BASIC, quote.quote_id)
    story.upgrade_ids.append(view.upgrade_id)
    return await story.until(view, "awaiting_credit_check")


async def events_of(story: Story, upgrade: UpgradeView) -> list[RecordedEvent]:
    return await story.service.reading.events(OPERATOR, upgrade.upgrade_id)


async def doers(story: Story, upgrade: UpgradeView) -> dict[str, set[tuple[str, str | None]]]:
    """By type of event, who made those and by which door."""
    found: dict[str, set[tuple[str, str | None]]] = {}
    for event in await events_of(story, upgrade):
        assert event.actor is not None, event
        found.setdefault(event.type, set()).add((event.actor.by, event.actor.door))
    return found


async def test_each_event_names_whose_doing_it_is(story: Story) -> None:
    waiting = await order_by(story, KIM)
    held = story.hooks.hold("_move_one_batch", after=True, nth=1)
    await story.service.orders.decide(RAE, waiting.upgrade_id, "approved", reference="R-1")
    await held.reached()
    canceling = story.begin(story.service.orders.cancel(LEE, waiting.upgrade_id, "no budget"))
    await story.until_happened(waiting, "UndoStarted")
    held.release()
    assert (await canceling).stage == "canceled"

    kim, rae, lee = ({(who.subject, "http")} for who in (KIM, RAE, LEE))
    run = {(THE_RUN.by, None)}
    assert await doers(story, waiting) == {
        "OrderPlaced": kim,
        "CreditCheckRequired": kim,
        "CreditCheckApproved": rae,
        "MoveStarted": run,
        "UsersMoved": run,
        "UndoStarted": lee,
        "UsersReturned": run,
        "UpgradeCanceled": run,
    }
    stream = subscription_stream(BASIC)
    of_subscription = (await read_streams(story.database, [stream]))[stream]
    told = [(each.type, each.actor and each.actor.by) for each in of_subscription]
    assert told == [
        ("SubscriptionImported", "olga"),
        ("SubscriptionLocked", THE_RUN.by),
        ("SubscriptionUnlocked", THE_RUN.by),
    ]
    assert (await verify(story.database)).ok


async def test_who_did_what_is_a_list(story: Story) -> None:
    waiting = await order_by(story, KIM)
    await story.service.administration.assign(OPERATOR, BASIC, "new@contoso.example")
    await story.service.orders.cancel(LEE, waiting.upgrade_id, "no budget")
    lists = story.service.lists
    done = await lists.actions(KIM)
    assert [(each.by, each.door, each.events[0]) for each in done.items] == [
        ("lee", "http", "UpgradeCanceled"),
        ("olga", "command line", "LicenseAssigned"),
        ("kim", "http", "OrderPlaced"),
        ("olga", "command line", "SubscriptionImported"),
    ]
    assert {each.tenant_id for each in done.items} == {"contoso"}
    assert done.items[2].stream == f"upgrade-{waiting.upgrade_id}"
    by_lee = await lists.actions(OPERATOR, by="lee")
    assert by_lee.items == done.items[:1]
    first = await lists.actions(OPERATOR, tenant_id="contoso", limit=3)
    assert first.next is not None
    rest = await lists.actions(OPERATOR, tenant_id="contoso", limit=3, before=first.next)
    assert (first.items + rest.items, rest.next) == (done.items, None)
    assert (await lists.actions(OPERATOR, by="nobody")).items == ()
    with pytest.raises(NotFound):
        await lists.actions(OPERATOR, tenant_id="no-such")
    with pytest.raises(NotFound):
        await lists.actions(KIM, tenant_id="fabrikam")


async def test_a_wrong_role_is_refused_before_anything_is_written(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    quote = await story.quote()
    before = await story.count("events")
    viewer = caller_with("viewer", "auditor", tenants=CONTOSO, subject="vic")
    with pytest.raises(Forbidden, match="needs the role customer_admin, and vic has") as refused:
        await story.service.orders.upgrade(viewer, BASIC, quote.quote_id)
    assert refused.value.details["needed_roles"] == ["customer_admin"]
    assert await story.count("events") == before
    assert [run async for run in story.client.list_workflows("ExecutionStatus = 'Running'")] == []

    waiting = await story.until(
        await story.service.orders.upgrade(KIM, BASIC, quote.quote_id), "awaiting_credit_check"
    )
    story.upgrade_ids.append(waiting.upgrade_id)
    before, tasks = await story.count("events"), len(await story.history_of(waiting))
    with pytest.raises(Forbidden):
        await story.service.orders.decide(KIM, waiting.upgrade_id, "approved", reference="R-1")
    with pytest.raises(Forbidden):
        await story.service.orders.cancel(RAE, waiting.upgrade_id, "no budget")
    with pytest.raises(Forbidden):
        await story.service.repair.resolve_attention(LEE, waiting.upgrade_id, "retry")
    assert await story.count("events") == before
    assert len(await story.history_of(waiting)) == tasks, "its run was not asked either"


async def test_what_comes_by_temporal_is_told_apart(story: Story) -> None:
    waiting = await order_by(story, KIM)
    await story.handle(waiting).execute_update(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
        contract.DECIDE_CREDIT_CHECK, CreditDecision(decision="declined", reference="R-1")
    )
    done = await doers(story, waiting)
    assert done["CreditCheckDeclined"] == {(TEMPORAL.by, TEMPORAL.door)}

    again = await order_by(story, KIM)
    await story.handle(again).cancel(reason="by mistake")
    await story.until_happened(again, "UpgradeCanceled")
    assert (await doers(story, again))["UpgradeCanceled"] == {(TEMPORAL.by, TEMPORAL.door)}


async def test_what_time_brings_is_the_runs_doing(story: Story) -> None:
    """An alarm that somebody's message set is nobody's message when it goes off."""
    waiting = await order_by(story, KIM)
    await story.skip_to(waiting, waiting.deadline)
    await story.until_happened(waiting, "CreditCheckExpired")
    done = await doers(story, waiting)
    assert done["CreditCheckExpired"] == {(THE_RUN.by, None)}
    assert done["CreditCheckReminded"] == {(THE_RUN.by, None)}


async def test_the_credit_service_has_decided_what_it_answers(story: Story) -> None:
    approved = await paths.credit_service_approved(story)
    done = await doers(story, approved)
    assert done["CreditCheckApproved"] == {(CREDIT_SERVICE.by, CREDIT_SERVICE.door)}
    assert done["InvoiceIssued"] == {(THE_RUN.by, None)}


@pytest.mark.usefixtures("impatient")
async def test_an_operators_help_is_the_operators(story: Story) -> None:
    parked = await paths.needs_attention(story)
    story.hooks.before.clear()
    otto = caller_with("operator", subject="otto")
    await story.service.repair.resolve_attention(otto, parked.upgrade_id, "retry")
    await paths.live_to_the_invoice(story, parked)
    done = await doers(story, parked)
    assert done["AttentionNeeded"] == {(THE_RUN.by, None)}
    assert done["AttentionResolved"] == {("otto", "http")}
    assert done["OrderPlaced"] == {("olga", "command line")}
