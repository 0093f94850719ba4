"""Living through days of one upgrade in moments: the local server skips the time of its run."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Literal

from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.common.v1 import FastForwardConfig, WorkflowExecution
from temporalio.api.common.v1 import TimeSkippingConfig as TimeSkippingConfigProto
from temporalio.api.enums.v1 import FastForwardPollingResult, WorkflowExecutionStatus
from temporalio.api.workflow.v1 import WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    PollWorkflowExecutionTimeSkippingRequest,
    UpdateWorkflowExecutionOptionsRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from api.errors import NotFound, NotRunning, ServiceError, Unavailable
from api.runs.temporal import NO_WORKER, translated
from api.service.reading import AT_REST, POLL_SECONDS
from domain.upgrade.states import ENDED_STAGES
from domain.values.rejections import AlreadyEnded, Rejection
from domain.views.read_models import UpgradeView, workflow_id_for
from store.database import Database
from store.views import read_upgrade

SETTLING_SECONDS = 60.0
"""How long a run may take for what the skipped time brings, such as moving its users."""


class CannotSkipTime(Unavailable):
    """The Temporal server does not skip time."""

    code = "cannot_skip_time"


class NotADemoServer(Rejection):
    """This Temporal server does not skip time, so the demo's days would really have to pass."""

    code = "not_a_demo_server"


async def require_time_skipping(client: Client) -> None:
    """Raise `NotADemoServer` if the server does not skip time; `Unavailable` if it is out of reach."""
    try:
        await _require_skipping(client)
    except CannotSkipTime:
        raise NotADemoServer(
            "the demo skips days, and this Temporal server does not skip time: run ./dev demo, "
            "which starts a stack of its own"
        ) from None


async def _require_skipping(client: Client) -> None:
    """Ask the server whether it skips time, without changing anything there.

    Raises `CannotSkipTime`.
    """
    asked = PollWorkflowExecutionTimeSkippingRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id="no-workflow-has-this-id"),
        fast_forward_id="none",
    )
    try:
        async with _skipping():
            await client.workflow_service.poll_workflow_execution_time_skipping(asked)
    except NotRunning:
        return  # it looked for the workflow, so it has the feature


async def live_through(
    database: Database, client: Client, upgrade_id: str, time: timedelta
) -> UpgradeView:
    """Let `time` pass for one upgrade, and answer once what it brings has been done.

    Raises `NotFound`, `AlreadyEnded`, `CannotSkipTime`, and `Unavailable` when no worker answers.
    """
    view = await _status(database, upgrade_id)
    if view.stage in ENDED_STAGES:
        raise AlreadyEnded(
            "The upgrade has ended: there is no time left to live through.", stage=view.stage
        )

    return await _live(database, client, upgrade_id, lambda _now: time)


async def live_until(
    database: Database, client: Client, upgrade_id: str, moment: datetime
) -> UpgradeView:
    """Let time pass for one upgrade until `moment` is over, and answer as `live_through` does.

    The moment may be in the past, and the upgrade may go on by itself at any time: on a tenant's
    billing day the invoice waits for nothing. If it has ended, the answer is how it ended.
    """
    view = await _status(database, upgrade_id)
    if view.stage in ENDED_STAGES:
        return view
    return await _live(
        database, client, upgrade_id, lambda now: moment - now + timedelta(seconds=1)
    )


async def _live(
    database: Database,
    client: Client,
    upgrade_id: str,
    left_at: Callable[[datetime], timedelta],
) -> UpgradeView:
    """Skip what is left at the run's own time; answer once the run has nothing to do but wait."""
    skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
    handle = client.get_workflow_handle(workflow_id_for(upgrade_id))
    try:
        async with asyncio.timeout(SETTLING_SECONDS):
            await _require_skipping(client)
            async with _skipping():
                now = await skipper.get_current_time(handle)
                left = left_at(now)
                if left > timedelta(0):
                    await skip_time(client, handle.id, left)
            return await _settled(database, client, upgrade_id, now + left)
    except TimeoutError:
        raise Unavailable("worker", NO_WORKER) from None
    except NotRunning:
        # It ended just now, or its run was terminated.
        view = await _status(database, upgrade_id)
        if view.stage in ENDED_STAGES:
            return view
        raise ServiceError(
            f"upgrade {upgrade_id} is {view.stage}, but has no run: order it again by its key"
        ) from None


async def skip_time(client: Client, workflow_id: str, time: timedelta) -> None:
    """Let `time` pass for a run, and return when it has passed or the run has ended. Asks once only.

    The SDK's own `fast_forward` repeats its request if the answer is lost, and the server skips again
    for each: 28 days became 56. Raises `RPCError`; if that came after the request, look at the run's
    time before asking again.
    """
    skip_id = str(uuid.uuid4())
    length = Duration()
    length.FromTimedelta(time)
    await client.workflow_service.update_workflow_execution_options(
        UpdateWorkflowExecutionOptionsRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id),
            workflow_execution_options=WorkflowExecutionOptions(
                time_skipping_config=TimeSkippingConfigProto(
                    enabled=True,
                    fast_forward_config=FastForwardConfig(id=skip_id, duration=length),
                )
            ),
            update_mask=FieldMask(paths=["time_skipping_config"]),
            identity=client.identity,
        )
    )
    asked = PollWorkflowExecutionTimeSkippingRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=workflow_id),
        fast_forward_id=skip_id,
    )
    while True:
        answer = await client.workflow_service.poll_workflow_execution_time_skipping(
            asked, retry=True
        )
        if answer.fast_forward_polling_result in _OVER:
            return


_OVER = frozenset(
    {
        FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED,
        FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED,
    }
)
"""Failed is a skip whose run has ended, or that a later skip has replaced."""


async def _status(database: Database, upgrade_id: str) -> UpgradeView:
    view = await read_upgrade(database, upgrade_id)
    if view is None:
        raise NotFound("upgrade", upgrade_id)
    return view


@asynccontextmanager
async def _skipping() -> AsyncGenerator[None]:
    async with translated():
        try:
            yield
        except RPCError as error:
            if error.status == RPCStatusCode.UNIMPLEMENTED:
                raise CannotSkipTime(
                    "temporal",
                    "this server does not skip time; only the local stack does (./dev up)",
                ) from None
            raise


async def _settled(
    database: Database, client: Client, upgrade_id: str, lived_to: datetime
) -> UpgradeView:
    """The upgrade, once its run has nothing to do but wait for somebody or a moment after `lived_to`.

    A run's timer starts when its worker's answer arrives, so that it fires as long after the deadline as
    the worker took: seconds, on a busy machine.
    """
    while True:
        run = await _stands(client, workflow_id_for(upgrade_id))
        view = await _status(database, upgrade_id)
        overdue = view.deadline is not None and view.deadline <= lived_to and run == "waits"
        if run != "works" and view.stage in AT_REST and not overdue:
            return view
        await asyncio.sleep(POLL_SECONDS / 4)


async def _stands(
    client: Client, workflow_id: str
) -> Literal["works", "waits", "is paused or has ended"]:
    # Not by the SDK's `describe`, which cannot read the status of a paused run.
    async with translated():
        found = await client.workflow_service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(
                namespace=client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
            ),
            retry=True,
        )
    if (
        found.workflow_execution_info.status
        != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING
    ):
        return "is paused or has ended"
    works = found.HasField("pending_workflow_task") or bool(found.pending_activities)
    return "works" if works else "waits"
