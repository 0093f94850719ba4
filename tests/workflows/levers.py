"""Columns of the grid that are levers of Temporal: what anybody may pull in its UI, by mistake or not.

A run that is gone is started again by `starter.py resume`, as the runbook says.
"""

import asyncio
from contextlib import suppress
from uuid import uuid4

from temporalio.api.batch.v1 import BatchOperationTermination
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import StartBatchOperationRequest
from temporalio.service import RPCError, RPCStatusCode

from api.errors import NotFound, NotRunning
from api.runs.resuming import resume
from domain.values.rejections import AlreadyEnded
from tests.callers import OPERATOR
from tests.workflows.cell import Cell, Happen
from tests.workflows.story import eventually


async def _resumed(cell: Cell) -> str:
    """What was held goes on or dies, and the upgrade's run is started again, however it stands."""
    cell.let_go()
    runs = cell.story.runs

    async def stands() -> str:
        try:
            done = await resume(cell.story.database, runs, cell.upgrade_id, OPERATOR.actor)
        except AlreadyEnded:
            return "ended"
        except NotFound:
            # The run went before the order was placed: who ordered asks again, with the same key.
            with suppress(NotRunning):
                await cell.story.order(
                    cell.subscription, quote=cell.quote, idempotency_key=cell.key
                )
            return ""
        return "resumed" if done.resumed or done.running else ""

    await eventually(f"{cell.tenant} is resumed", stands)
    return ""


async def terminate(cell: Cell) -> str:
    """*Terminate*, and then `resume`."""
    await cell.row.reach(cell)
    with suppress(RPCError):  # it has ended
        await cell.story.handle(cell.upgrade_id).terminate("by mistake")
    return await _resumed(cell)


async def delete(cell: Cell) -> str:
    """*Delete*: nothing of the run is left."""
    await cell.row.reach(cell)
    run = await cell.story.runs.last_run(cell.upgrade_id)
    assert run is not None
    await cell.story.delete(cell.upgrade_id)
    if run.is_open:  # one that is closed goes half a minute later
        await cell.story.until_deleted(cell.upgrade_id)
    return await _resumed(cell)


async def pause(cell: Cell) -> str:
    """*Pause*, and after a while *Unpause*: nothing is lost that came meanwhile."""
    await cell.row.reach(cell)
    with suppress(RPCError):  # it has ended
        await cell.story.pause(cell.upgrade_id)
        cell.let_go()
        await asyncio.sleep(0.3)
        await cell.story.unpause(cell.upgrade_id)
    return ""


async def batch(cell: Cell) -> str:
    """A batch operation terminates every run that a query finds; and then `resume`."""
    await cell.row.reach(cell)
    run = await cell.story.runs.last_run(cell.upgrade_id)
    assert run is not None
    if run.is_open:
        await _terminate_by_batch(cell)
    return await _resumed(cell)


async def _terminate_by_batch(cell: Cell) -> None:
    service = cell.story.client.workflow_service
    request = StartBatchOperationRequest(
        namespace=cell.story.client.namespace,
        job_id=uuid4().hex,
        reason="a test",
        executions=[WorkflowExecution(workflow_id=cell.story.handle(cell.upgrade_id).id)],
        termination_operation=BatchOperationTermination(),
    )

    async def started() -> bool:
        try:
            await service.start_batch_operation(request)
        except RPCError as error:
            if error.status is not RPCStatusCode.RESOURCE_EXHAUSTED:  # some others run
                raise
            return False
        return True

    await eventually(f"{cell.tenant}: a batch is started", started)

    async def gone() -> bool:
        return await cell.story.status_of_run(cell.upgrade_id) != "RUNNING"

    await eventually(f"{cell.tenant}: the batch has terminated it", gone)


LEVERS: dict[str, Happen] = {
    "terminate": terminate,
    "delete": delete,
    "pause": pause,
    "batch": batch,
}
