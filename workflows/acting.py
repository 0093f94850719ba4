"""Who acts (B71): from the header of a start or an update, on to the steps that follow from it.

The steps of an update are those of whoever sent it. The check of the order is that of whoever ordered.
Whatever follows as time passes, the run does itself. Headers are no part of what a replay compares, so
histories that were recorded without them replay.

The story and the handlers of messages know nothing of this: it is all in how their steps are sent.
"""

from contextvars import ContextVar
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.worker import (
    ActivityInboundInterceptor,
    HandleUpdateInput,
    Interceptor,
    StartActivityInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from activities.acting import CALLER_HEADER, ActingSteps, header_of
from domain.text.actor import TEMPORAL, THE_RUN, Actor, actor_from

_acts: ContextVar[Actor] = ContextVar("acts", default=THE_RUN)

Input = TypeVar("Input", StartActivityInput, StartLocalActivityInput)


class Acting(Interceptor):
    """For workers: runs tell their steps who acts, and steps write it down."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Let steps know."""
        return ActingSteps(next)

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        """Let runs tell."""
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:
        header = input.headers.get(CALLER_HEADER)
        # Each handler runs in a task of its own, so it ends with the handler.
        _acts.set(actor_from(None if header is None else header.data))
        return await super().handle_update_handler(input)


class _Outbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        return super().start_activity(_named(input))

    def start_local_activity(self, input: StartLocalActivityInput) -> workflow.ActivityHandle[Any]:
        return super().start_local_activity(_named(input))


def _named(input: Input) -> Input:
    input.headers = {**input.headers, CALLER_HEADER: header_of(_actor_of(input.activity))}
    return input


def _actor_of(step: str) -> Actor:
    acts = _acts.get()
    match step:
        case "check_order":  # of whoever started the run
            header = workflow.info().headers.get(CALLER_HEADER)
            return actor_from(None if header is None else header.data)
        case "raise_alert":  # time has passed, whoever's message set the alarm
            return THE_RUN
        case "cancel" if acts is THE_RUN:  # no update: *Request Cancellation* in Temporal
            return TEMPORAL
        case _:
            return acts
