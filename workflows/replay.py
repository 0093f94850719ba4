"""Replaying histories on the code of today: whether it can go on with runs that began before."""

import json
from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from temporalio.client import WorkflowHistory
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import Replayer

from workflows.change_plan import ChangePlan
from workflows.messages import data_converter
from workflows.plan_upgrade import PlanUpgrade


class NotAHistory(Exception):
    """The file does not hold a workflow's history."""


@dataclass(frozen=True)
class Failed:
    """A history that this code cannot go on with."""

    history: str
    """Its file, or the workflow id of its run."""
    reason: str


@dataclass
class Replayed:
    """How many histories were replayed, and which of them failed."""

    replayed: int = 0
    failed: list[Failed] = field(default_factory=list[Failed])


def read_history(path: Path) -> WorkflowHistory:
    """The history in a file, as `temporal workflow show --output json` writes it.

    Raises `NotAHistory`.
    """
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotAHistory(f"cannot be read: {(error.strerror or str(error)).lower()}") from None
    except ValueError as error:
        raise NotAHistory(f"is not JSON: {error}") from None
    if not isinstance(document, dict) or not cast("dict[str, Any]", document).get("events"):
        raise NotAHistory("has no events: write it with `temporal workflow show --output json`")
    try:
        history = WorkflowHistory.from_json(path.stem, cast("dict[str, Any]", document))
    except Exception as error:  # noqa: BLE001 - the parser of protobuf raises whatever it likes
        raise NotAHistory(f"is not a history: {error}") from None
    started = history.events[0].workflow_execution_started_event_attributes
    return WorkflowHistory(started.workflow_id or path.stem, history.events)


async def replay(histories: AsyncIterable[tuple[str, WorkflowHistory]]) -> Replayed:
    """Replay each history, under its name, and tell which fail; one is in memory at a time."""
    replayer = Replayer(
        workflows=[PlanUpgrade, ChangePlan],
        data_converter=data_converter,
        # Its own log would go to stdout; what it would say is in the failure.
        runtime=Runtime(telemetry=TelemetryConfig(logging=None)),
    )
    found = Replayed()
    async for name, history in histories:
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        found.replayed += 1
        if result.replay_failure is not None:
            found.failed.append(Failed(name, " ".join(str(result.replay_failure).split())))
    return found
