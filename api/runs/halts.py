"""Nobody works: task queues without a worker, runs whose code fails, and what somebody has paused.

A look costs one call for each kind of task of a queue, one for the runs whose code fails, one for those
in which something is paused, and one for each of the first `MOST_ASKED` of both. Temporal lists a run
whose workflow task fails after five attempts in a row, about a minute (on the local stack after two).
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from google.protobuf.duration_pb2 import Duration
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.deployment.v1 import WorkerDeploymentVersion
from temporalio.api.enums.v1 import EventType, TaskQueueType, WorkerVersioningMode
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue, TaskQueueVersioningInfo
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from api.runs.descriptions import OPEN, list_runs, seen_run, utc
from api.runs.halted import Halt
from domain.text.escaping import one_line
from domain.text.formats import operators_moment
from domain.values.actions import Action, action
from domain.views.read_models import workflow_id_for
from workflows import contract


class Build(NamedTuple):
    """A build of the workers (docs/rolling-deploys.md)."""

    deployment: str
    id: str


MOST_ASKED = 50
"""Runs of a kind that are asked for one by one; the others come up once these are mended."""

POLL_LASTS = timedelta(seconds=75)
"""A worker that lives asks for work anew at least once a minute."""

WAITS_FOR_LONG = timedelta(seconds=30)

ATTEMPTS = 2
"""A workflow task that fails is tried again at once; at the second attempt something is wrong."""

UNTOLD_ATTEMPTS = 4
"""If the first attempt was only not answered, its worker may have died; at the fourth it is the code."""

LONGEST_REASON = 300

_FAILING = f"{OPEN} AND TemporalReportedProblems IS NOT NULL"
_PAUSED = f"{OPEN} AND TemporalPauseInfo IS NOT NULL"
_QUEUES = (
    (contract.TASK_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, "no order, decision or cancel"),
    (contract.TASK_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY, "no switch and no invoice"),
    (contract.MOVE_TASK_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY, "no move of users"),
)
"""Task queues, and what goes on without a worker there."""


async def find_halts(client: Client, at: datetime) -> tuple[Halt, ...]:
    """Everything that keeps runs from going on at that moment. Raises `RPCError`."""
    found = [halt async for halt in queue_halts(client, at)]
    suspects: dict[str, None] = {}
    for query in (_FAILING, _PAUSED):
        suspects |= dict.fromkeys(await list_runs(client, query, most=MOST_ASKED))
    for upgrade_id in suspects:
        found += await run_halts(client, upgrade_id)
    return tuple(found)


# ---- task queues --------------------------------------------------------------------------------


async def queue_halts(client: Client, at: datetime) -> AsyncGenerator[Halt]:
    """Task queues on which nobody works, or too few; each at most once. Raises `RPCError`."""
    told: set[str] = set()
    for queue, kind, what in _QUEUES:
        if queue not in told and (halt := await _queue_halt(client, queue, kind, what, at)):
            told.add(queue)
            yield halt


async def _queue_halt(
    client: Client, queue: str, kind: TaskQueueType.ValueType, what: str, at: datetime
) -> Halt | None:
    found = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=kind,
            report_stats=True,
            report_pollers=True,
        )
    )
    waiting = found.stats.approximate_backlog_count
    age = _duration(found.stats.approximate_backlog_age) if waiting else timedelta(0)
    tasks = f"; tasks that wait: about {waiting:,}" if waiting else ""
    for build in _builds_with_work(found.versioning_info):
        of_build = [poller for poller in found.pollers if _build_of(poller) == build]
        last = _last_seen(of_build)
        if last is not None and last >= at - POLL_LASTS:
            continue
        others = [
            poller for poller in found.pollers if utc(poller.last_access_time) >= at - POLL_LASTS
        ]
        seen = "" if last is None else f" since {operators_moment(last)}"
        return Halt(
            kind="no_worker",
            since=at - age if last is None else last,
            message=f"{_nobody(build, others)} on {queue}{seen}: {what} goes on{tasks}",
            next_actions=(_way_to_work(others),),
        )
    if age < WAITS_FOR_LONG:
        return None
    return Halt(
        kind="tasks_wait",
        since=at - age,
        message=f"workers on {queue} cannot keep up: the oldest task waits since"
        f" {operators_moment(at - age)}{tasks}",
        next_actions=(action("start_worker"),),
    )


def _builds_with_work(info: TaskQueueVersioningInfo) -> list[Build | None]:
    """The builds that get tasks, each of which needs a worker; None: workers without a build."""
    builds = [_build(info.current_deployment_version)]
    if info.ramping_version_percentage > 0:
        builds.append(_build(info.ramping_deployment_version))
    return builds


def _build(version: WorkerDeploymentVersion) -> Build | None:
    return Build(version.deployment_name, version.build_id) if version.build_id else None


def _build_of(poller: PollerInfo) -> Build | None:
    options = poller.deployment_options
    if options.worker_versioning_mode != WorkerVersioningMode.WORKER_VERSIONING_MODE_VERSIONED:
        return None
    return Build(options.deployment_name, options.build_id)


def _last_seen(pollers: Iterable[PollerInfo]) -> datetime | None:
    return max((utc(poller.last_access_time) for poller in pollers), default=None)


def _nobody(build: Build | None, others: Iterable[PollerInfo]) -> str:
    if build is not None:
        return f"no worker of build {one_line(build.id)}, which gets the work,"
    if any(_build_of(poller) for poller in others):
        return "no build is current, so that workers get no work"
    return "no worker"


def _way_to_work(others: Sequence[PollerInfo]) -> Action:
    """Start a worker, or let the work go to a build that has some."""
    for poller in sorted(others, key=lambda each: utc(each.last_access_time), reverse=True):
        if build := _build_of(poller):
            return action("make_build_current", deployment=build.deployment, build_id=build.id)
    return action("start_worker")


# ---- runs ---------------------------------------------------------------------------------------


async def run_halts(client: Client, upgrade_id: str) -> list[Halt]:
    """What keeps one run from going on; nothing of a run that has ended, or is not there.

    Raises `RPCError`.
    """
    execution = WorkflowExecution(workflow_id=workflow_id_for(upgrade_id))
    try:
        run = await client.workflow_service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(namespace=client.namespace, execution=execution)
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return []
        raise
    seen = seen_run(run.workflow_execution_info)
    if not seen.is_open:
        return []
    ids = {"upgrade_id": upgrade_id, "tenant_id": seen.tenant_id}
    found: list[Halt] = []
    if seen.status == "paused":
        found.append(_paused_run(run, upgrade_id).model_copy(update=ids))
    elif run.pending_workflow_task.attempt >= ATTEMPTS:
        why = await _why_it_fails(client, run)
        if why is not None:
            found.append(_failing_run(run, upgrade_id, why).model_copy(update=ids))
    return found + [
        _paused_activity(activity, upgrade_id).model_copy(update=ids)
        for activity in run.pending_activities
        if activity.paused
    ]


def _paused_run(run: DescribeWorkflowExecutionResponse, upgrade_id: str) -> Halt:
    pause = run.workflow_extended_info.pause_info
    since = utc(pause.paused_time)
    return Halt(
        kind="run_paused",
        since=since,
        message=f"paused by {_who(pause.identity)} since {operators_moment(since)}"
        f"{_because(pause.reason)}",
        next_actions=(action("unpause_run", workflow_id=workflow_id_for(upgrade_id)),),
    )


def _paused_activity(activity: PendingActivityInfo, upgrade_id: str) -> Halt:
    pause = activity.pause_info
    since = utc(pause.pause_time)
    by_hand = pause.manual
    who = _who(by_hand.identity) if pause.HasField("manual") else "a rule of Temporal"
    workflow, id = workflow_id_for(upgrade_id), activity.activity_id
    return Halt(
        kind="activity_paused",
        since=since,
        message=f"its step {id} is paused by {who} since {operators_moment(since)}"
        f"{_because(by_hand.reason)}",
        next_actions=(action("unpause_step", workflow_id=workflow, activity_id=id),),
    )


def _failing_run(run: DescribeWorkflowExecutionResponse, upgrade_id: str, why: str) -> Halt:
    task = run.pending_workflow_task
    query = f"WorkflowId = '{workflow_id_for(upgrade_id)}'"
    return Halt(
        kind="run_fails",
        since=utc(task.original_scheduled_time),
        message=f"its code fails: {why} (attempt {task.attempt}); a fixed worker lets it go on",
        next_actions=(action("replay_run", query=query),),
    )


async def _why_it_fails(client: Client, run: DescribeWorkflowExecutionResponse) -> str | None:
    """What the workflow task failed with; None if it only was not answered.

    Histories keep the first attempt alone. If that one was not answered, as its worker was killed, nothing
    says why the later ones fail.
    """
    page = await client.workflow_service.get_workflow_execution_history_reverse(
        GetWorkflowExecutionHistoryReverseRequest(
            namespace=client.namespace,
            execution=run.workflow_execution_info.execution,
            maximum_page_size=10,
        )
    )
    for event in page.history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            break
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            failure = event.workflow_task_failed_event_attributes.failure
            kind = failure.application_failure_info.type
            said = one_line(failure.message)[:LONGEST_REASON]
            return f"{kind}: {said}" if kind else said
    if run.pending_workflow_task.attempt < UNTOLD_ATTEMPTS:
        return None
    return "no attempt at its task succeeds, and why is only in the log of the workers"


def _who(identity: str) -> str:
    return one_line(identity)[:LONGEST_REASON] or "somebody"


def _because(reason: str) -> str:
    said = one_line(reason)[:LONGEST_REASON]
    return f": {said}" if said else ""


def _duration(lasts: Duration) -> timedelta:
    return lasts.ToTimedelta()
