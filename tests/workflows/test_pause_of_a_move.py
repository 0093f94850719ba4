"""A move that is paused stops within its batch, and a database that is silent shows while it is (B48)."""

import json
from typing import Any

from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflow.v1 import PendingActivityInfo

from domain.views.read_models import UpgradeView
from tests.callers import OPERATOR
from tests.workflows import paths
from tests.workflows.story import Story, eventually


async def the_move(story: Story, upgrade: UpgradeView) -> PendingActivityInfo | None:
    """The step that moves users, as Temporal has it."""
    described = await story.handle(upgrade).describe()
    for pending in described.raw_description.pending_activities:
        if pending.activity_id == "move-users":
            return pending
    return None


async def test_a_batch_that_gets_no_answer_shows_how_long(story: Story) -> None:
    await story.load()
    moving, held = await paths.order_held_in_the_move(story, 1)

    async def said() -> dict[str, Any] | None:
        pending = await the_move(story, moving)
        if pending is None or not pending.heartbeat_details.payloads:
            return None
        details = json.loads(pending.heartbeat_details.payloads[0].data)
        return details if details["seconds_since_last_batch"] >= 1 else None

    told = await eventually("a heartbeat tells the age of the last answer", said)
    assert told["total"] == 7
    held.release()
    await story.until(moving, "awaiting_invoice")


async def test_a_pause_is_heard_within_a_batch_and_nobody_is_lost(story: Story) -> None:
    await story.load()
    moving, held = await paths.order_held_in_the_move(story, 1)
    await story.pause_step(moving, "move-users")

    async def paused() -> bool:
        pending = await the_move(story, moving)
        return (
            pending is not None
            and pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_PAUSED
        )

    await eventually("the step has stopped, in the middle of its batch", paused)
    held.release()
    assert (await story.service.reading.status(OPERATOR, moving.upgrade_id)).users.moved == 3
    await story.unpause_step(moving, "move-users")
    complete = await story.until(moving, "awaiting_invoice")
    assert (complete.users.moved, complete.users.failed) == (7, 0)
