"""Telling a run who a message is from (B71): in a header of Temporal, beside what the message says.

Workers that do not know the header ignore it.
"""

from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    StartWorkflowUpdateInput,
    StartWorkflowUpdateWithStartInput,
    WorkflowHandle,
    WorkflowUpdateHandle,
)

from domain.text.actor import Actor
from workflows.acting import CALLER_HEADER, header_of


def acting_as(by: Actor, client: Client) -> Client:
    """The same connection; runs that are started and updated by it are told that `by` did so."""
    config = client.config()
    config["interceptors"] = [*config["interceptors"], _Named(by)]
    return Client(**config)


class _Named(Interceptor):
    """Names who acts."""

    def __init__(self, by: Actor) -> None:
        self._header = {CALLER_HEADER: header_of(by)}

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        """Put the header on what goes out."""
        return _Outbound(next, self._header)


class _Outbound(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, header: dict[str, Payload]) -> None:
        super().__init__(next)
        self._header = header

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:
        input.headers = {**input.headers, **self._header}
        return await super().start_workflow(input)

    async def start_workflow_update(
        self, input: StartWorkflowUpdateInput
    ) -> WorkflowUpdateHandle[Any]:
        input.headers = {**input.headers, **self._header}
        return await super().start_workflow_update(input)

    async def start_update_with_start_workflow(
        self, input: StartWorkflowUpdateWithStartInput
    ) -> WorkflowUpdateHandle[Any]:
        for each in (input.start_workflow_input, input.update_workflow_input):
            each.headers = {**each.headers, **self._header}
        return await super().start_update_with_start_workflow(input)
