"""Every way of a change by hand (B59-B61), to the point where it ends or waits; see `paths`."""

from typing import Any

from domain.quoting.quote import Quote
from domain.views.read_models import UpgradeView
from domain.world.model import World, WorldUser
from tests.callers import OPERATOR
from tests.workflows.paths import Path, block, live_to_the_invoice, order_held
from tests.workflows.story import Story, a_subscription, a_world

TARGET = "contoso-standard"
ADA, BOB, CY, DEE, EVE = (f"{name}@contoso.example" for name in ("ada", "bob", "cy", "dee", "eve"))
ZOE = WorldUser(id="zoe@contoso.example", disabled_services=("apps",))
LISTED = (ADA, BOB, CY, DEE, EVE)
"""Five of the seven users take two batches."""
CHANGE_PATHS: dict[str, Path] = {}


def path(take: Path) -> Path:
    CHANGE_PATHS[take.__name__] = take
    return take


def two_subscriptions(**tenant: Any) -> World:
    """Contoso with seven users of `basic`, and zoe alone on six licenses of `standard`."""
    there = a_subscription(TARGET, plan="standard", licenses=6, users=(ZOE,))
    return a_world(a_subscription(), there, **tenant)


async def quoted(story: Story, **tenant: Any) -> Quote:
    await story.load(two_subscriptions(**tenant))
    return await story.quote_change(*LISTED, into=TARGET)


@path
async def changed_into(story: Story) -> UpgradeView:
    return await story.until(await story.change(await quoted(story)), "completed")


@path
async def changed_and_bought(story: Story) -> UpgradeView:
    await story.load(two_subscriptions(payment_method="invoice"))
    quote = await story.quote_change(*LISTED, old="reduced")
    waiting = await story.until(await story.change(quote), "awaiting_credit_check")
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    return await live_to_the_invoice(story, waiting)


@path
async def all_changed(story: Story) -> UpgradeView:
    await story.load(two_subscriptions())
    quote = await story.quote_change(old="canceled")
    return await live_to_the_invoice(story, await story.change(quote))


@path
async def change_refused(story: Story) -> UpgradeView:
    quote = await quoted(story)
    blocked = a_subscription(status="suspended")
    there = a_subscription(TARGET, plan="standard", licenses=6, users=(ZOE,))
    await story.load(a_world(blocked, there))
    return await story.until(await story.change(quote), "refused")


@path
async def change_canceled_in_the_move(story: Story) -> UpgradeView:
    quote = await quoted(story)
    moving, held = await order_held(story, story.change(quote), 1)
    canceling = story.begin(story.service.orders.cancel(OPERATOR, moving.upgrade_id, "no budget"))
    await story.until_happened(moving, "UndoStarted")
    held.release()
    return await canceling


@path
async def change_undone_by_an_operator(story: Story) -> UpgradeView:
    quote = await quoted(story)
    await block(story.database, BOB)
    parked = await story.until(await story.change(quote), "needs_attention")
    await story.service.repair.resolve_attention(
        OPERATOR, parked.upgrade_id, "undo", "not without bob"
    )
    return await story.until(parked, "undone")


@path
async def change_short_of_licenses(story: Story) -> UpgradeView:
    quote = await quoted(story)
    moving, held = await order_held(story, story.change(quote), 1)
    await story.database.execute("insert into assignments values ($1, 'new')", TARGET)
    held.release()
    return await story.until(moving, "undone")


@path
async def change_parked_at_the_switch(story: Story) -> UpgradeView:
    quote = await quoted(story)
    story.hooks.fail("switch_billing")
    parked = await story.until(await story.change(quote), "needs_attention")
    story.hooks.before.clear()
    await story.service.repair.resolve_attention(OPERATOR, parked.upgrade_id, "retry")
    return await story.until(parked, "completed")
