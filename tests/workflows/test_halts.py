"""Nobody works, the code fails, or somebody has paused: it is found, and said to whoever waits."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import PollWorkflowTaskQueueRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from api.errors import Unavailable
from api.runs import halts, temporal
from api.runs.findings import SeenInTemporal, Unseen, findings_of, held_up
from api.runs.halted import Halt
from api.runs.halts import find_halts
from api.runs.looking import look_at_all, look_at_one
from api.terminal.ways_on import as_commands
from deploy.local_stack.temporal_server import TemporalServer
from domain.values.actions import action
from domain.views.read_models import UpgradeView, workflow_id_for
from store.database import Database
from store.errors import StoreUnavailable
from store.watch import read_watch
from tests.callers import OPERATOR
from tests.clock import now
from tests.faults.namespaces import a_namespace
from tests.workflows import paths
from tests.workflows.hooks import Hooks
from tests.workflows.story import Story, eventually
from worker import ensure_search_attributes
from workflows import contract

LATER = 2 * halts.POLL_LASTS


@pytest.fixture
async def deserted(temporal_server: TemporalServer, database: Database) -> AsyncGenerator[Story]:
    """A namespace on which no worker has ever worked."""
    namespace = await a_namespace(temporal_server)
    client = await Client.connect(
        temporal_server.address, namespace=namespace, data_converter=pydantic_data_converter
    )
    await ensure_search_attributes(client)
    story = Story(database, client, Hooks())
    yield story
    await story.end()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers wait two seconds for an answer."""
    monkeypatch.setattr(temporal, "ANSWER_TIMEOUT", timedelta(seconds=2))


async def until_halted(story: Story, kind: str, upgrade_id: str | None = None) -> Halt:
    """The halt, as soon as a look at everything finds it."""

    async def found() -> Halt | None:
        every = await find_halts(story.client, now())
        ours = [each for each in every if (each.kind, each.upgrade_id) == (kind, upgrade_id)]
        return ours[0] if ours else None

    return await eventually(f"{kind} is found", found)


async def seen_of(story: Story, upgrade: UpgradeView) -> list[str]:
    """What `status` adds of it."""

    async def connect() -> Client:
        return story.client

    seen = await look_at_one(story.database, connect, upgrade.upgrade_id, now())
    return [each.code for each in held_up(seen, now())]


# ---- nobody works -------------------------------------------------------------------------------


@pytest.mark.usefixtures("soon")
async def test_whoever_orders_where_nobody_works_is_told_so(deserted: Story) -> None:
    await deserted.load()
    with pytest.raises(Unavailable, match="no worker on plan-upgrades: ") as told_so:
        await deserted.order()
    assert told_so.value.next_actions == (action("start_worker"),)
    found = await find_halts(deserted.client, now())
    assert [each.kind for each in found] == ["no_worker", "no_worker"], "once for each queue"
    told = findings_of(await read_watch(deserted.database, now()), SeenInTemporal(halts=found))
    assert [(each.code, each.severity) for each in told] == [("no_worker", "critical")] * 2
    assert as_commands(told[0].next_actions) == ("./dev run worker.py",)


async def test_a_worker_that_has_left_is_missed_after_a_while(story: Story) -> None:
    waiting = await paths.awaiting_credit_check(story)
    assert await find_halts(story.client, now()) == ()
    await story.stop_worker()
    found = await find_halts(story.client, now() + LATER)
    assert [each.kind for each in found] == ["no_worker", "no_worker"]
    assert all("since" in each.message for each in found)
    assert all(each.since <= now() for each in found)
    await story.start_worker()
    assert await seen_of(story, waiting) == []


async def test_tasks_that_wait_are_shown_with_their_age(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(halts, "WAITS_FOR_LONG", timedelta(milliseconds=1))
    await story.load()
    quote = await story.quote()
    await story.stop_worker()
    ordering = story.begin(story.order(quote=quote))
    waits = await until_halted(story, "tasks_wait")
    assert "plan-upgrades cannot keep up" in waits.message
    assert waits.since < now()
    await story.start_worker()
    await story.until(await ordering, "awaiting_invoice")


# ---- the code fails -----------------------------------------------------------------------------


def fail() -> None:
    """A bug."""
    raise RuntimeError("a bad build")


@workflow.defn(name=contract.WORKFLOW_TYPE)
class BadBuild:
    """A version that cannot go on with any run."""

    @workflow.run
    async def run(self, *order: Any) -> None:
        """Fail the workflow task."""
        fail()

    @workflow.update(name=contract.SUBMIT_ORDER)
    async def submit_order(self, *order: Any) -> None:
        """So that it is no unknown handler that fails."""


@pytest.mark.usefixtures("soon")
async def test_a_bad_build_is_found_and_going_back_heals(story: Story) -> None:
    await story.load()
    quote = await story.quote()
    key, upgrade_id = story.key()
    await story.stop_worker()
    bad = Worker(
        story.client,
        task_queue=contract.TASK_QUEUE,
        workflows=[BadBuild],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with bad:
        with pytest.raises(Unavailable, match="its code fails: RuntimeError: a bad build"):
            await story.order(quote=quote, idempotency_key=key)
        fails = await until_halted(story, "run_fails", upgrade_id)
    assert fails.tenant_id == "contoso"
    assert as_commands(fails.next_actions) == (
        f"starter.py replay --query \"WorkflowId = 'plan-upgrade-{upgrade_id}'\"",
    )
    await story.start_worker()
    await story.until_ordered(upgrade_id, "awaiting_invoice")
    assert await find_halts(story.client, now()) == ()


async def test_a_bad_build_is_found_where_a_killed_worker_had_the_first_attempt(
    deserted: Story,
) -> None:
    upgrade_id = f"up-{uuid4().hex[:20]}"
    await deserted.client.start_workflow(
        contract.WORKFLOW_TYPE,
        id=workflow_id_for(upgrade_id),
        task_queue=contract.TASK_QUEUE,
        task_timeout=timedelta(seconds=1),
    )
    taken = await deserted.client.workflow_service.poll_workflow_task_queue(
        PollWorkflowTaskQueueRequest(
            namespace=deserted.client.namespace,
            task_queue=TaskQueue(name=contract.TASK_QUEUE),
            identity="killed",
        )
    )
    assert taken.attempt == 1
    bad = Worker(
        deserted.client,
        task_queue=contract.TASK_QUEUE,
        workflows=[BadBuild],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with bad:
        fails = await until_halted(deserted, "run_fails", upgrade_id)
    assert "why is only in the log of the workers" in fails.message
    assert await halts.run_halts(deserted.client, upgrade_id) != []


# ---- paused -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("soon")
async def test_a_paused_run_is_found_with_who_paused_it(story: Story) -> None:
    waiting = await paths.awaiting_credit_check(story)
    await story.pause(waiting, reason="ask\nlegal", identity="kim@contoso")
    paused = await until_halted(story, "run_paused", waiting.upgrade_id)
    assert paused.message.startswith("paused by kim@contoso since ")
    assert "ask" in paused.message
    assert "\n" not in paused.message
    assert as_commands(paused.next_actions) == (
        f"temporal workflow unpause -w {waiting.workflow_id}",
    )
    assert await seen_of(story, waiting) == ["run_paused"]
    with pytest.raises(Unavailable, match="paused by kim@contoso"):
        await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")

    await story.unpause(waiting)
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    await story.until(waiting, "awaiting_invoice")
    assert await seen_of(story, waiting) == []


async def test_a_paused_step_is_found_with_who_paused_it(story: Story) -> None:
    await story.load()
    failing = story.hooks.fail("switch_billing", StoreUnavailable("the disk is full"))
    ordered = await story.order()

    async def failed() -> bool:
        return failing.times > 0

    await eventually("the switch has failed", failed)
    await story.pause_step(
        ordered, "switch-billing", reason="the disk is full", identity="kim@contoso"
    )
    paused = await until_halted(story, "activity_paused", ordered.upgrade_id)
    assert paused.message.startswith("its step switch-billing is paused by kim@contoso since ")
    assert paused.message.endswith(": the disk is full")
    assert as_commands(paused.next_actions) == (
        f"temporal activity unpause -w {ordered.workflow_id} -a switch-billing",
    )
    failing.mended()
    await story.unpause_step(ordered, "switch-billing")
    await story.until(ordered, "awaiting_invoice")
    assert await seen_of(story, ordered) == []


# ---- Temporal does not answer -------------------------------------------------------------------


async def test_a_status_waits_for_no_temporal_that_is_silent(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.runs.looking.STATUS_SECONDS", 0.1)

    async def silent() -> Client:
        await asyncio.Event().wait()
        raise AssertionError("it never answers")

    async def away() -> Client:
        raise Unavailable("temporal", "nobody listens there", reason="refused", address="there:1")

    seen = await look_at_one(story.database, silent, "up-0123456789abcdef0123", now())
    (told,) = held_up(seen, now())
    assert (told.code, told.reason) == ("temporal_unreachable", "silent")
    unseen = await look_at_all(story.database, away, now())
    assert unseen == Unseen(reason="refused", address="there:1", why="nobody listens there")
