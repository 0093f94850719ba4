"""Who has asked for a step, as the run tells it in a header: it ends up in the metadata of events (B71)."""

from contextvars import ContextVar
from typing import Any

from temporalio import activity
from temporalio.api.common.v1 import Payload
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from domain.text.actor import Actor, actor_from

CALLER_HEADER = "plan-upgrade-caller"
"""Header of a start, an update or a step that says who it is from, as the JSON of an `Actor`."""

_acts: ContextVar[Actor | None] = ContextVar("acts", default=None)
"""Who has asked for the step that goes on; None if its run, of older code, does not say."""


def act_as(actor: Actor) -> None:
    """From here on the step is somebody else's doing."""
    _acts.set(actor)


def event_metadata() -> dict[str, str]:
    """Where an event came from, for whoever reads the history later."""
    info, actor = activity.info(), _acts.get()
    whose = {} if actor is None else actor.metadata
    return {"step": info.activity_type, "workflow_id": info.workflow_id or "", **whose}


def header_of(actor: Actor) -> Payload:
    """The header that says so."""
    data = actor.model_dump_json(exclude_none=True).encode()
    return Payload(metadata={"encoding": b"json/plain"}, data=data)


class ActingSteps(ActivityInboundInterceptor):
    """Lets each step know who has asked for it."""

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Run the step."""
        header = input.headers.get(CALLER_HEADER)
        _acts.set(None if header is None else actor_from(header.data))
        return await super().execute_activity(input)
