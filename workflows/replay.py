"""Replaying histories on the code of today: whether it can go on with runs that began before.

And whether it goes on with them as they would have: see `workflows.replay_differences`.
"""

import json
from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from typing import Any, cast

from temporalio.client import WorkflowHistory
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import Replayer, WorkflowRunner

from workflows.acting import Acting
from workflows.messages.raw import data_converter
from workflows.replay_differences import Listener, differences
from workflows.sandbox import sandbox
from workflows.story import ChangePlan, PlanUpgrade

_WRITE_IT = "write it with `temporal workflow show --output json`"


class NotAHistory(Exception):
    """The file does not hold a workflow's history."""


@dataclass(frozen=True)
class Failed:
    """A history that this code cannot go on with, or goes on with otherwise."""

    history: str
    """Its file, or the workflow id of its run."""
    reason: str


@dataclass
class Replayed:
    """How many histories were replayed, which of them failed, and which go on otherwise."""

    replayed: int = 0
    failed: list[Failed] = field(default_factory=list[Failed])
    differing: list[Failed] = field(default_factory=list[Failed])
    """Those that it can go on with, but otherwise than recorded; each with its first difference."""


def read_history(name: str, text: str) -> WorkflowHistory:
    """The history in a file's text, as `temporal workflow show --output json` writes it.

    `name` is that of a run which does not say its own. Raises `NotAHistory`, which quotes nothing of
    the text: it may be that of any file.
    """
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAHistory(f"is not JSON: {_WRITE_IT}") from None
    if not isinstance(document, dict) or not cast("dict[str, Any]", document).get("events"):
        raise NotAHistory(f"has no events: {_WRITE_IT}")
    try:
        history = WorkflowHistory.from_json(name, cast("dict[str, Any]", document))
    except Exception:  # noqa: BLE001 - the parser of protobuf raises whatever it likes
        raise NotAHistory(f"is not a history: {_WRITE_IT}") from None
    started = history.events[0].workflow_execution_started_event_attributes
    return WorkflowHistory(started.workflow_id or name, history.events)


async def replay(
    histories: AsyncIterable[tuple[str, WorkflowHistory]], runner: WorkflowRunner | None = None
) -> Replayed:
    """Replay each history, under its name, and tell which fail; one is in memory at a time.

    In the sandbox, unless another `runner` is given.
    """
    listener = Listener(runner or sandbox())
    replayer = Replayer(
        workflows=[PlanUpgrade, ChangePlan],
        data_converter=data_converter,
        workflow_runner=listener,
        interceptors=[Acting()],
        # Its own log would go to stdout; what it would say is in the failure.
        runtime=Runtime(telemetry=TelemetryConfig(logging=None)),
    )
    found = Replayed()
    async for name, history in histories:
        listener.commands.clear()
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        found.replayed += 1
        if result.replay_failure is not None:
            found.failed.append(Failed(name, " ".join(str(result.replay_failure).split())))
        elif first := next(differences(history.events, listener.commands), None):
            found.differing.append(Failed(name, first))
    return found
