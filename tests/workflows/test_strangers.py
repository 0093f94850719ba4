"""Steps are run by their upgrade's own run alone, whoever else can reach the task queue (B70)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.client import ActivityFailureError, WorkflowFailureError
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tests.clock import now
from tests.workflows import paths
from tests.workflows.raw import SECONDS
from tests.workflows.story import BASIC, Story
from workflows import contract

STEPS = {
    "check_order": {"order": "{}", "ordered_at": f"{now():%Y-%m-%dT%H:%M:%SZ}"},
    "start_scheduled": {},
    "ask_credit_service": {},
    "decide_credit_check": {"decision": "approved", "reference": "R-1", "reason": ""},
    "expire_credit_check": {},
    "switch_billing": {},
    "issue_invoice": {},
    "cancel": {"reason": "x"},
    "begin_undo": {"reason": "x"},
    "report_license_conflict": {},
    "raise_alert": {},
    "report_problem": {"step": "x", "cause": "x"},
    "resolve_attention": {},
    "skip_users": {"reason": "x", "users": None},
    "move_users": {},
    "undo_move": {},
}


@workflow.defn(name="Stranger")
class Stranger:
    """Asks for a step of somebody else's upgrade."""

    @workflow.run
    async def run(self, step: str, given: dict[str, Any]) -> Any:
        """The step's answer."""
        return await workflow.execute_activity(
            step, given, task_queue=queue_of(step), start_to_close_timeout=timedelta(seconds=5)
        )


def queue_of(step: str) -> str:
    """Where its workers are."""
    moves = step in ("move_users", "undo_move")
    return contract.MOVE_TASK_QUEUE if moves else contract.TASK_QUEUE


async def ask_by_workflow(story: Story, step: str, given: dict[str, Any]) -> ApplicationError:
    """How it fails when another workflow asks."""
    async with Worker(
        story.client,
        task_queue="strangers",
        workflows=[Stranger],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        asking = story.client.execute_workflow(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
            Stranger.run, args=[step, given], id=f"stranger-{uuid4().hex}", task_queue="strangers"
        )
        with pytest.raises(WorkflowFailureError) as failed:
            await asyncio.wait_for(asking, SECONDS)
    assert isinstance(failed.value.cause, ActivityError)
    assert isinstance(failed.value.cause.cause, ApplicationError)
    return failed.value.cause.cause


async def ask_by_client(story: Story, step: str, given: dict[str, Any]) -> ApplicationError:
    """How it fails when a client asks for the activity alone."""
    asking = story.client.execute_activity(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
        step,
        given,
        id=f"stranger-{uuid4().hex}",
        task_queue=queue_of(step),
        start_to_close_timeout=timedelta(seconds=5),
    )
    with pytest.raises(ActivityFailureError) as failed:
        await asyncio.wait_for(asking, SECONDS)
    assert isinstance(failed.value.cause, ApplicationError)
    return failed.value.cause


@pytest.mark.parametrize("ask", [ask_by_workflow, ask_by_client])
async def test_no_step_is_run_for_a_stranger(
    story: Story, ask: Callable[[Story, str, dict[str, Any]], Awaitable[ApplicationError]]
) -> None:
    waiting = await paths.awaiting_credit_check(story)
    before = await story.contents("events", "upgrades", "assignments")
    told: dict[str, str | None] = {}
    for step, own in STEPS.items():
        given = own | {"upgrade_id": waiting.upgrade_id, "at": f"{now():%Y-%m-%dT%H:%M:%SZ}"}
        if step != "check_order":
            given |= {"subscription_id": BASIC, "tenant_id": "contoso"}
        told[step] = (await ask(story, step, given)).type
        assert await story.contents("events", "upgrades", "assignments") == before, step
    assert told == dict.fromkeys(STEPS, "bad_input")
