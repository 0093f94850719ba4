"""Living through days of one upgrade in moments: the local server skips the time of its run."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import WorkflowExecutionStatus
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from api.errors import NotRunning, ServiceError, Unavailable
from api.service import AT_REST, POLL_SECONDS, UpgradeService
from api.temporal import NO_WORKER, translated
from domain.read_models import UpgradeView, workflow_id_for
from domain.rejections import AlreadyEnded
from domain.upgrade_states import ENDED_STAGES

SETTLING_SECONDS = 60.0
"""How long a run may take for what the skipped time brings, such as moving its users."""


class CannotSkipTime(Unavailable):
    """The Temporal server does not skip time."""

    code = "cannot_skip_time"


async def live_through(
    service: UpgradeService, client: Client, upgrade_id: str, time: timedelta
) -> UpgradeView:
    """Let `time` pass for one upgrade, and answer once what it brings has been done.

    Raises `NotFound`, `AlreadyEnded`, `CannotSkipTime`, and `Unavailable` when no worker answers.
    """
    view = await service.status(upgrade_id)
    if view.stage in ENDED_STAGES:
        raise AlreadyEnded(
            "The upgrade has ended: there is no time left to live through.", stage=view.stage
        )
    skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
    handle = client.get_workflow_handle(workflow_id_for(upgrade_id))
    try:
        async with asyncio.timeout(SETTLING_SECONDS):
            async with _skipping():
                await skipper.fast_forward(handle, time)
            return await _settled(service, client, upgrade_id)
    except TimeoutError:
        raise Unavailable("worker", NO_WORKER) from None
    except NotRunning:
        # It ended just now, or its run was terminated.
        view = await service.status(upgrade_id)
        if view.stage in ENDED_STAGES:
            return view
        raise ServiceError(
            f"upgrade {upgrade_id} is {view.stage}, but has no run: order it again by its key"
        ) from None


async def live_until(
    service: UpgradeService, client: Client, upgrade_id: str, moment: datetime
) -> UpgradeView:
    """The same, until `moment` has just passed; its run may have lived ahead already."""
    handle = client.get_workflow_handle(workflow_id_for(upgrade_id))
    async with _skipping():
        now = await TimeSkipper(client).get_current_time(handle)
    return await live_through(service, client, upgrade_id, moment - now + timedelta(seconds=1))


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


async def _settled(service: UpgradeService, client: Client, upgrade_id: str) -> UpgradeView:
    """The upgrade, once its run has nothing to do but wait."""
    while True:
        busy = await _is_busy(client, workflow_id_for(upgrade_id))
        view = await service.status(upgrade_id)
        if not busy and view.stage in AT_REST:
            return view
        await asyncio.sleep(POLL_SECONDS / 4)


async def _is_busy(client: Client, workflow_id: str) -> bool:
    # Not by the SDK's `describe`, which cannot read the status of a paused run.
    async with translated():
        found = await client.workflow_service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(
                namespace=client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
            )
        )
    if (
        found.workflow_execution_info.status
        != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING
    ):
        return False
    return found.HasField("pending_workflow_task") or bool(found.pending_activities)
