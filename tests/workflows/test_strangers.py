"""Steps are run by their upgrade's own run alone, whoever else can reach the task queue (B70)."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
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


Ask = Callable[[str, dict[str, Any]], Awaitable[ApplicationError]]
"""Asks for a step, and tells how it failed."""


@asynccontextmanager
async def another_workflow(story: Story) -> AsyncGenerator[Ask]:
    """Another workflow asks."""
    queue = f"strangers-{uuid4().hex}"

    async def ask(step: str, given: dict[str, Any]) -> ApplicationError:
        asking = story.client.execute_workflow(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
            Stranger.run, args=[step, given], id=f"stranger-{uuid4().hex}", task_queue=queue
        )
        with pytest.raises(WorkflowFailureError) as failed:
            await asyncio.wait_for(asking, SECONDS)
        assert isinstance(failed.value.cause, ActivityError)
        assert isinstance(failed.value.cause.cause, ApplicationError)
        return failed.value.cause.cause

    # One worker for all steps: the server may give a task to the last poll of one that has stopped.
    async with Worker(
        story.client,
        task_queue=queue,
        workflows=[Stranger],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        yield ask


@asynccontextmanager
async def a_client(story: Story) -> AsyncGenerator[Ask]:
    """A client asks for the activity alone."""

    async def ask(step: str, given: dict[str, Any]) -> ApplicationError:
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

    yield ask


@pytest.mark.parametrize("stranger", [another_workflow, a_client])
async def test_no_step_is_run_for_a_stranger(
    story: Story, stranger: Callable[[Story], AbstractAsyncContextManager[Ask]]
) -> None:
    waiting = await paths.awaiting_credit_check(story)
    before = await story.contents("events", "upgrades", "assignments")
    told: dict[str, str | None] = {}
    async with stranger(story) as ask:
        for step, own in STEPS.items():
            given = own | {"upgrade_id": waiting.upgrade_id, "at": f"{now():%Y-%m-%dT%H:%M:%SZ}"}
            if step != "check_order":
                given |= {"subscription_id": BASIC, "tenant_id": "contoso"}
            told[step] = (await ask(step, given)).type
            assert await story.contents("events", "upgrades", "assignments") == before, step
    assert told == dict.fromkeys(STEPS, "bad_input")
