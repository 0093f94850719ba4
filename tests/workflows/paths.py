"""Every path an upgrade can take, each as a function that takes it.

A path ends where nothing moves by itself any more: the run has ended, or waits for somebody or for a
day. Operators' views are checked at these ends, and the histories in `tests/histories` are recorded
there.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from activities.credit_review import CreditAnswer, CreditQuestion, CreditServiceFailed
from domain.catalog.facts import Incident
from domain.quoting.quote import Quote
from domain.upgrade.events import Reviewer
from domain.values import rejections
from domain.views.read_models import UpgradeView, workflow_id_for
from domain.world.model import World
from store.database import Database
from tests.callers import OPERATOR
from tests.clock import in_days
from tests.workflows.backup import Backup
from tests.workflows.hooks import Held
from tests.workflows.raw import message, start
from tests.workflows.story import BASIC, Story, a_subscription, a_world
from workflows.contract import UNRECORDED, WORKFLOW_TYPE
from workflows.search_attributes import TENANT

Path = Callable[[Story], Awaitable[UpgradeView]]
PATHS: dict[str, Path] = {}


def path(take: Path) -> Path:
    PATHS[take.__name__] = take
    return take


# ---- what several stories have in common ------------------------------------------------------


def with_incident() -> World:
    """The world in which nothing of contoso's can be upgraded."""
    incident = Incident(service="exchange", reference="EX-1")
    return a_world().model_copy(update={"incidents": (incident,)})


async def join(database: Database, *users: str) -> None:
    """Users get a license of the old subscription, behind the back of everybody."""
    for user in users:
        await database.execute("insert into assignments values ($1, $2)", BASIC, user)


async def block(database: Database, *users: str) -> None:
    """Somebody upstream keeps these users' licenses from being changed."""
    for user in users:
        await database.execute("insert into user_blocks values ($1, $2, 'upstream')", BASIC, user)


async def order_held_in_the_move(story: Story, batch: int) -> tuple[UpgradeView, Held]:
    """An upgrade of which `batch` batches have moved, and the next one is held back."""
    return await order_held(story, story.order(), batch)


async def order_held(
    story: Story, ordering: Awaitable[UpgradeView], batch: int
) -> tuple[UpgradeView, Held]:
    """The same of whatever is ordered."""
    held = story.hooks.hold("_move_one_batch", after=True, nth=batch)
    ordered = await ordering
    await held.reached()
    view = await story.service.reading.status(OPERATOR, ordered.upgrade_id)
    assert view.users.moved == min(view.users.total, 3 * batch)
    return view, held


async def undo_held(
    story: Story, batches: int, step: str, *, after: bool = False
) -> tuple[UpgradeView, Held]:
    """An upgrade that was canceled in its move, and whose undo is held at `step`."""
    await story.load()
    ordered, moving = await order_held_in_the_move(story, batches)
    back = story.hooks.hold(step, after=after)
    story.begin(story.service.orders.cancel(OPERATOR, ordered.upgrade_id, "no budget"))
    await story.until_happened(ordered, "UndoStarted")
    moving.release()
    await back.reached()
    return await story.service.reading.status(OPERATOR, ordered.upgrade_id), back


async def order_lost(story: Story, *, ended: bool = False) -> tuple[UpgradeView, Quote]:
    """An order that waits for its invoice, or has it, and a database restored from before it."""
    await story.load()
    quote = await story.quote()
    backup = await Backup.taken(story.database)
    complete = await story.until(await story.order(quote=quote), "awaiting_invoice")
    if ended:
        await story.skip_to(complete, complete.deadline)
        await story.result(complete)
    await backup.restored()
    return complete, quote


async def order(story: Story, **tenant: Any) -> UpgradeView:
    await story.load(a_world(**tenant))
    return await story.rest(await story.order())


async def live_to_the_invoice(story: Story, upgrade: UpgradeView) -> UpgradeView:
    complete = await story.until(upgrade, "awaiting_invoice")
    await story.skip_to(complete, complete.deadline)
    return await story.until(complete, "invoiced")


# ---- the order --------------------------------------------------------------------------------


@path
async def awaiting_invoice(story: Story) -> UpgradeView:
    return await order(story)


@path
async def invoiced(story: Story) -> UpgradeView:
    return await live_to_the_invoice(story, await order(story))


@path
async def refused(story: Story) -> UpgradeView:
    await story.load()
    quote = await story.quote()
    await story.load(with_incident())
    return await story.until(await story.order(quote=quote), "refused")


async def rejected(story: Story) -> str:
    """Not an upgrade: nothing was ordered, only the failed run is left; the id it would have had."""
    await story.load()
    quote = await story.quote()
    key, upgrade_id = story.key()
    await story.load(a_world(a_subscription(), country="US", subdivision="OR"))
    await story.load(a_world(payment_method="invoice"))
    with pytest.raises(rejections.QuoteStale):
        await story.order(quote=quote, idempotency_key=key)
    return upgrade_id


@path
async def started_raw(story: Story) -> UpgradeView:
    """By another client, which says as little as it can, and something wrong of the tenant."""
    await story.load()
    quote = await story.quote()
    key, upgrade_id = story.key()
    order = message({"quote_id": quote.quote_id, "idempotency_key": key})
    lies = TypedSearchAttributes([SearchAttributePair(TENANT, "fabrikam")])
    id = workflow_id_for(upgrade_id)
    await start(story.client, WORKFLOW_TYPE, order, id=id, search_attributes=lies)
    return await story.until_ordered(upgrade_id, "awaiting_invoice")


async def contradicting(story: Story) -> str:
    """The id of an upgrade that would have been another tenant's than its quote."""
    await story.load()
    quote = await story.quote()
    key, upgrade_id = story.key()
    order = {"quote_id": quote.quote_id, "idempotency_key": key, "tenant_id": "fabrikam"}
    await start(story.client, WORKFLOW_TYPE, message(order), id=workflow_id_for(upgrade_id))
    await story.until_failed(upgrade_id)
    return upgrade_id


async def unreadable(story: Story) -> str:
    """The id under which two arguments came, and none of them an order."""
    key, upgrade_id = story.key()
    twice = message({"idempotency_key": key}) * 2
    await start(story.client, WORKFLOW_TYPE, twice, id=workflow_id_for(upgrade_id))
    await story.until_failed(upgrade_id)
    return upgrade_id


REJECTED = {"rejected": rejected, "contradicting": contradicting, "unreadable": unreadable}
"""Paths that end before there is an upgrade."""


# ---- scheduled --------------------------------------------------------------------------------


@path
async def scheduled(story: Story) -> UpgradeView:
    await story.load()
    return await story.until(await story.order(schedule=in_days(20)), "scheduled")


@path
async def scheduled_then_invoiced(story: Story) -> UpgradeView:
    waiting = await scheduled(story)
    await story.skip_to(waiting, waiting.deadline)
    return await live_to_the_invoice(story, waiting)


@path
async def scheduled_then_refused(story: Story) -> UpgradeView:
    waiting = await scheduled(story)
    await story.load(with_incident())
    await story.skip_to(waiting, waiting.deadline)
    return await story.until(waiting, "refused")


@path
async def scheduled_then_canceled(story: Story) -> UpgradeView:
    waiting = await scheduled(story)
    return await story.service.orders.cancel(OPERATOR, waiting.upgrade_id, "no budget")


@path
async def scheduled_then_credit_approved(story: Story) -> UpgradeView:
    await story.load(a_world(payment_method="invoice"))
    waiting = await story.until(await story.order(schedule=in_days(20)), "scheduled")
    await story.skip_to(waiting, waiting.deadline)
    await story.until(waiting, "awaiting_credit_check")
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    return await live_to_the_invoice(story, waiting)


# ---- the credit check -------------------------------------------------------------------------


@path
async def awaiting_credit_check(story: Story) -> UpgradeView:
    return await order(story, payment_method="invoice")


@path
async def credit_approved(story: Story) -> UpgradeView:
    waiting = await awaiting_credit_check(story)
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    with pytest.raises(rejections.DecisionContradicts):
        await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "declined", reference="R-2")
    return await live_to_the_invoice(story, waiting)


@path
async def credit_declined(story: Story) -> UpgradeView:
    waiting = await awaiting_credit_check(story)
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "declined", reference="R-1")
    return await story.until(waiting, "declined")


@path
async def credit_expired(story: Story) -> UpgradeView:
    waiting = await awaiting_credit_check(story)
    await story.skip_to(waiting, waiting.deadline)
    return await story.until(waiting, "expired")


class ForgetfulService:
    """A credit service that is out of order once, and approves when it is asked again."""

    reviewer: Reviewer = "credit_service"

    def __init__(self) -> None:
        self.asked = 0

    async def ask(self, question: CreditQuestion) -> CreditAnswer | None:
        self.asked += 1
        if self.asked == 1:
            raise CreditServiceFailed("it answered 500 instead of 200 or 202")
        return CreditAnswer(decision="approved", reference="CS-1")


@path
async def credit_service_approved(story: Story) -> UpgradeView:
    await story.stop_worker()
    story.credit_review = ForgetfulService()
    await story.start_worker()
    await story.load(a_world(payment_method="invoice"))
    return await live_to_the_invoice(story, await story.order())


@path
async def canceled_in_the_credit_check(story: Story) -> UpgradeView:
    waiting = await awaiting_credit_check(story)
    return await story.service.orders.cancel(OPERATOR, waiting.upgrade_id, "no budget")


# ---- the move ---------------------------------------------------------------------------------


@path
async def canceled_in_the_move(story: Story) -> UpgradeView:
    await story.load()
    moving, held = await order_held_in_the_move(story, 1)
    canceling = story.begin(story.service.orders.cancel(OPERATOR, moving.upgrade_id, "no budget"))
    await story.until_happened(moving, "UndoStarted")
    held.release()
    return await canceling


@path
async def joined_after_the_move(story: Story) -> UpgradeView:
    await story.load()
    held = story.hooks.hold("switch_billing")
    ordered = await story.order()
    await held.reached()
    await join(story.database, "zoe@contoso.example")
    held.release()
    return await live_to_the_invoice(story, ordered)


@path
async def undone(story: Story) -> UpgradeView:
    await story.load()
    moving, held = await order_held_in_the_move(story, 1)
    await join(story.database, *(f"zoe-{n}@contoso.example" for n in range(4)))
    held.release()
    return await story.until(moving, "undone")


# ---- an operator must look --------------------------------------------------------------------


@path
async def needs_attention(story: Story) -> UpgradeView:
    await story.load()
    story.hooks.fail("switch_billing")
    return await story.until(await story.order(), "needs_attention")


@path
async def attention_then_retried(story: Story) -> UpgradeView:
    parked = await needs_attention(story)
    story.hooks.before.clear()
    await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "retry")
    return await live_to_the_invoice(story, parked)


@path
async def attention_then_undone(story: Story) -> UpgradeView:
    parked = await needs_attention(story)
    await story.service.repair.resolve_attention(
        OPERATOR, parked.upgrade_id, "undo", "cannot be mended"
    )
    return await story.until(parked, "undone")


async def unchecked(story: Story) -> str:
    """An order that cannot be checked, so that the database knows nothing of it; its id."""
    await story.load()
    story.hooks.fail("check_order")
    key, upgrade_id = story.key()
    story.begin(story.order(idempotency_key=key))
    await story.until_alerted(upgrade_id, UNRECORDED)
    return upgrade_id


@path
async def unchecked_then_retried(story: Story) -> UpgradeView:
    upgrade_id = await unchecked(story)
    story.hooks.before.clear()
    return await story.rest(
        await story.service.repair.resolve_attention(OPERATOR, upgrade_id, "retry")
    )


async def unrecorded(story: Story, step: str = "switch_billing") -> UpgradeView:
    """A step failed, and even that cannot be recorded."""
    await story.load()
    story.hooks.fail(step)
    story.hooks.fail("report_problem")
    ordered = await story.order()
    await story.until_alerted(ordered.upgrade_id, UNRECORDED)
    return await story.service.reading.status(OPERATOR, ordered.upgrade_id)


@path
async def unrecorded_then_retried(story: Story) -> UpgradeView:
    parked = await unrecorded(story)
    story.hooks.before.clear()
    await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "retry")
    return await story.until(parked, "awaiting_invoice")


@path
async def past_the_hour(story: Story) -> UpgradeView:
    parked = await needs_attention(story)
    await story.skip_to(parked, parked.alert_at)
    await story.until_happened(parked, "UpgradeDelayed")
    return await story.until(parked, "needs_attention")


@path
async def past_the_hour_then_invoiced(story: Story) -> UpgradeView:
    delayed = await past_the_hour(story)
    story.hooks.before.clear()
    await story.service.repair.resolve_attention(OPERATOR, delayed.upgrade_id, "retry")
    return await live_to_the_invoice(story, delayed)


@path
async def invoice_failed_then_retried(story: Story) -> UpgradeView:
    complete = await awaiting_invoice(story)
    story.hooks.fail("issue_invoice")
    await story.skip_to(complete, complete.deadline)
    parked = await story.until(complete, "needs_attention")
    story.hooks.before.clear()
    await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "retry")
    return await story.until(parked, "invoiced")


@path
async def users_failed_then_skipped(story: Story) -> UpgradeView:
    await story.load()
    await block(story.database, "gus@contoso.example")
    parked = await story.until(await story.order(), "needs_attention")
    await story.service.repair.skip_users(
        OPERATOR, parked.upgrade_id, ["gus@contoso.example"], "on leave"
    )
    return await live_to_the_invoice(story, parked)
