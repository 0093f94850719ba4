"""Whether Temporal and the database agree about every upgrade.

An upgrade that has not ended has a run that is open; one that has ended has none; and the stage that
operators see on a run is the one in the database. A run is told a moment after the database, so
whatever disagrees is looked at again before it counts.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import WorkflowExecutionStatus
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    ListWorkflowExecutionsRequest,
)
from temporalio.client import Client

from api.errors import NotRunning
from api.temporal import translated
from domain.read_models import upgrade_id_of, workflow_id_for
from domain.upgrade_states import ENDED_STAGES
from store.database import Database
from store.verify import Verified, Violation
from store.views import read_stages
from workflows import contract

HAS_A_RUN = "upgrades_that_go_on_have_a_run"
HAS_NO_RUN = "upgrades_that_have_ended_have_no_run"
SAME_STAGE = "runs_show_the_stage_of_the_database"

PAGE = 1000
LOOKS = 8
SECONDS_BETWEEN_LOOKS = 0.4

_OPEN = (
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING,
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_PAUSED,
)


@dataclass(frozen=True)
class Run:
    """What Temporal says about the run of one upgrade."""

    is_open: bool
    stage: str | None
    """None also of a run that failed: its order was rejected, and had no stage."""


async def check_agreement(database: Database, client: Client) -> Verified:
    """Compare every upgrade with its run. Raises `Unavailable`, `StoreUnavailable`."""
    runs = await _list_runs(client)
    stages = await read_stages(database)
    suspects = {id: stage for id, stage in stages.items() if _disagreements(stage, runs.get(id))}
    for look in range(LOOKS):
        if not suspects:
            break
        if look:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        # Asked one by one, Temporal answers from the run itself, not from its list.
        runs |= {id: await _describe_run(client, id) for id in suspects}
        stages |= await read_stages(database, list(suspects))
        suspects = {id: stages[id] for id in suspects if _disagreements(stages[id], runs[id])}
    found = [
        Violation(invariant=promise, evidence=_evidence(id, stage, runs[id]))
        for id, stage in suspects.items()
        for promise in _disagreements(stage, runs[id])
    ]
    return Verified(ok=not found, checked=_counts(stages, runs), violations=tuple(found))


def _disagreements(stage: str, run: Run | None) -> list[str]:
    found: list[str] = []
    is_open = run is not None and run.is_open
    if stage in ENDED_STAGES and is_open:
        found.append(HAS_NO_RUN)
    if stage not in ENDED_STAGES and not is_open:
        found.append(HAS_A_RUN)
    if run is not None and run.stage is not None and run.stage != stage:
        found.append(SAME_STAGE)
    return found


def _counts(stages: dict[str, str], runs: dict[str, Run | None]) -> dict[str, int]:
    ended = sum(stage in ENDED_STAGES for stage in stages.values())
    return {
        HAS_A_RUN: len(stages) - ended,
        HAS_NO_RUN: ended,
        SAME_STAGE: sum(runs.get(id) is not None for id in stages),
    }


def _evidence(upgrade_id: str, stage: str, run: Run | None) -> dict[str, Any]:
    return {
        "upgrade_id": upgrade_id,
        "stage": stage,
        "workflow_id": workflow_id_for(upgrade_id),
        "run_is_open": None if run is None else run.is_open,
        "run_shows_stage": None if run is None else run.stage,
    }


async def _list_runs(client: Client) -> dict[str, Run | None]:
    """The latest run of every upgrade that Temporal still lists, by the upgrade's id."""
    latest: dict[str, WorkflowExecutionInfo] = {}
    async for info in _pages(client):
        id = info.execution.workflow_id
        known = latest.get(id)
        if known is None or known.start_time.ToDatetime() < info.start_time.ToDatetime():
            latest[id] = info
    return {upgrade_id_of(id): _run_of(info) for id, info in latest.items()}


async def _pages(client: Client) -> AsyncGenerator[WorkflowExecutionInfo]:
    # Not by the SDK's list, which cannot read the status of a paused run.
    token = b""
    while True:
        async with translated():
            page = await client.workflow_service.list_workflow_executions(
                ListWorkflowExecutionsRequest(
                    namespace=client.namespace,
                    page_size=PAGE,
                    next_page_token=token,
                    query=(
                        f"WorkflowType IN ('{contract.WORKFLOW_TYPE}',"
                        f" '{contract.CHANGE_WORKFLOW_TYPE}')"
                    ),
                )
            )
        for info in page.executions:
            yield info
        token = page.next_page_token
        if not token:
            return


async def _describe_run(client: Client, upgrade_id: str) -> Run | None:
    try:
        async with translated():
            found = await client.workflow_service.describe_workflow_execution(
                DescribeWorkflowExecutionRequest(
                    namespace=client.namespace,
                    execution=WorkflowExecution(workflow_id=workflow_id_for(upgrade_id)),
                )
            )
    except NotRunning:
        return None
    return _run_of(found.workflow_execution_info)


def _run_of(info: WorkflowExecutionInfo) -> Run:
    payload = info.search_attributes.indexed_fields.get("UpgradeStage")
    failed = info.status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_FAILED
    stage = None if failed or payload is None or not payload.data else json.loads(payload.data)
    return Run(is_open=info.status in _OPEN, stage=stage)
