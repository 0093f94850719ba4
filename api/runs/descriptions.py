"""Reading runs from Temporal, past the SDK: it cannot read the status of a run that is paused.

A list is answered by Temporal's index, which lags a moment behind; a description by the run itself.
All of it raises `RPCError`; `api.runs.temporal.translated` makes our errors of it.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable
from datetime import UTC, datetime
from typing import get_args

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import WorkflowExecutionStatus
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    ListWorkflowExecutionsRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from api.runs.port import RunStatus, SeenRun
from domain.views.read_models import upgrade_id_of, workflow_id_for
from workflows import contract

PAGE = 1000
AT_ONCE = 16
"""Runs that are asked for at the same time."""

OF_UPGRADES = f"WorkflowType IN ('{contract.WORKFLOW_TYPE}', '{contract.CHANGE_WORKFLOW_TYPE}')"
OPEN = f"{OF_UPGRADES} AND CloseTime IS NULL"
"""Also those that are paused, which have an execution status of their own."""


async def list_runs(client: Client, query: str, *, most: int | None = None) -> dict[str, SeenRun]:
    """The latest run of every upgrade among those that a query finds, by the upgrade's id.

    One call to Temporal for each `PAGE` of runs; with `most` a single one for that many.
    """
    latest: dict[str, SeenRun] = {}
    async for info in list_infos(client, query, most=most):
        upgrade_id, run = upgrade_id_of(info.execution.workflow_id), seen_run(info)
        known = latest.get(upgrade_id)
        if known is None or known.started_at < run.started_at:
            latest[upgrade_id] = run
    return latest


async def list_infos(
    client: Client, query: str, *, most: int | None = None
) -> AsyncGenerator[WorkflowExecutionInfo]:
    """What Temporal lists for a query, page by page, or the first `most`."""
    token = b""
    while True:
        page = await client.workflow_service.list_workflow_executions(
            ListWorkflowExecutionsRequest(
                namespace=client.namespace,
                page_size=most or PAGE,
                next_page_token=token,
                query=query,
            ),
            retry=True,  # a server closes each connection from time to time
        )
        for info in page.executions:
            yield info
        token = page.next_page_token
        if not token or most is not None:
            return


async def describe_run(client: Client, upgrade_id: str) -> SeenRun | None:
    """The latest run of an upgrade; None if Temporal has none."""
    execution = WorkflowExecution(workflow_id=workflow_id_for(upgrade_id))
    try:
        found = await client.workflow_service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(namespace=client.namespace, execution=execution),
            retry=True,
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return seen_run(found.workflow_execution_info)


async def describe_runs(client: Client, upgrade_ids: Iterable[str]) -> dict[str, SeenRun | None]:
    """`describe_run` of several, `AT_ONCE` at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def describe(upgrade_id: str) -> tuple[str, SeenRun | None]:
        async with gate:
            return upgrade_id, await describe_run(client, upgrade_id)

    return dict(await asyncio.gather(*map(describe, upgrade_ids)))


def seen_run(info: WorkflowExecutionInfo) -> SeenRun:
    """What a list or a description says of a run."""
    status = _status_of(info)
    closed = info.HasField("close_time")
    return SeenRun(
        run_id=info.execution.run_id,
        status=status,
        stage=None if status == "failed" else _attribute(info, "UpgradeStage"),
        alert=_attribute(info, "UpgradeAlert"),
        tenant_id=_attribute(info, "UpgradeTenant"),
        started_at=utc(info.start_time),
        closed_at=utc(info.close_time) if closed else None,
    )


def _status_of(info: WorkflowExecutionInfo) -> RunStatus:
    name = WorkflowExecutionStatus.Name(info.status).removeprefix("WORKFLOW_EXECUTION_STATUS_")
    known: dict[str, RunStatus] = {each.upper(): each for each in get_args(RunStatus)}
    return known.get(name, "unknown")


def _attribute(info: WorkflowExecutionInfo, name: str) -> str | None:
    payload = info.search_attributes.indexed_fields.get(name)
    return json.loads(payload.data) if payload is not None and payload.data else None


def utc(at: Timestamp) -> datetime:
    """A moment as Temporal says it."""
    return at.ToDatetime(UTC)
