"""Messages as any client of Temporal may send them: well made, malformed, and none at all."""

import asyncio
import json
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import (
    Client,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from domain.quoting.orders import OrderRequest
from domain.text.messages import Message
from workflows import contract
from workflows.contract import AttentionResolution, CancelRequest, CreditDecision

SECONDS = 10.0
"""How long a caller may wait for an answer: far more than one takes, far less than for ever."""

KINDS: dict[str, type[Message]] = {
    contract.SUBMIT_ORDER: OrderRequest,
    contract.DECIDE_CREDIT_CHECK: CreditDecision,
    contract.CANCEL: CancelRequest,
    contract.RESOLVE_ATTENTION: AttentionResolution,
}
"""What each update takes."""

Arguments = tuple[Payload, ...]


def payload(data: bytes, encoding: str = "json/plain") -> Payload:
    """One argument, as it travels."""
    return Payload(metadata={"encoding": encoding.encode()}, data=data)


def message(document: Any) -> Arguments:
    """One argument: a JSON document."""
    return (payload(json.dumps(document).encode()),)


HOLDS_NO_OBJECT: dict[str, tuple[Arguments, str]] = {
    "nothing": ((), "is missing"),
    "null": (message(None), "is missing"),
    "null as the SDKs write it": ((payload(b"", "binary/null"),), "is missing"),
    "a string": (message("please"), "is text"),
    "an object in a string": (message('{"reason": "x"}'), "is text"),
    "a list": (message([{}]), "is a list"),
    "a number": (message(7), "is a number"),
    "true": (message(True), "is true"),
    "two arguments": (message({}) + message({}), "comes as 2 arguments"),
    "two that cannot be decoded": (
        (payload(b"{", "binary/encrypted"), payload(b"\xff")),
        "comes as 2 arguments",
    ),
    "no JSON": ((payload(b"reason: no budget"),), "is not JSON"),
    "half of it": ((payload(b'{"reason": "no'),), "is not JSON"),
    "no UTF-8": ((payload(b'{"reason": "\xff"}'),), "is not UTF-8"),
    "half a character": ((payload(b'{"reason": "\\ud800"}'),), "is not JSON"),
    "encrypted": ((payload(b"\x00\x01", "binary/encrypted"),), "binary/encrypted"),
    "bytes": ((payload(b"{}", "binary/plain"),), "binary/plain"),
    "very deep": ((payload(b"[" * 100_000),), "is not JSON"),
    "one key twice": ((payload(b'{"reason": "a", "reason": "b"}'),), "twice"),
    "very long": ((payload(json.dumps({"reason": "x" * 1_500_000}).encode()),), "characters"),
}
"""Arguments that no handler can read, and what their callers are told of the `message`."""


async def start(
    client: Client, type: str, arguments: Arguments, *, id: str, **options: Any
) -> "WorkflowHandle[Any, Any]":
    """Start a run with exactly these arguments."""
    return await client.start_workflow(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
        type,
        args=[RawValue(each) for each in arguments],
        id=id,
        task_queue=contract.TASK_QUEUE,
        **options,
    )


async def failure_of(handle: "WorkflowHandle[Any, Any]") -> ApplicationError:
    """How the run fails, soon."""
    with pytest.raises(WorkflowFailureError) as failed:
        await asyncio.wait_for(handle.result(), SECONDS)
    assert isinstance(failed.value.cause, ApplicationError), failed.value.cause
    return failed.value.cause


async def refusal_of(
    handle: "WorkflowHandle[Any, Any]", update: str, arguments: Arguments
) -> ApplicationError:
    """How the update is refused, soon."""
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await asyncio.wait_for(
            handle.execute_update(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
                update, args=[RawValue(each) for each in arguments]
            ),
            SECONDS,
        )
    assert isinstance(refused.value.cause, ApplicationError), refused.value.cause
    return refused.value.cause


async def failed_tasks(handle: "WorkflowHandle[Any, Any]") -> int:
    """How often the worker could not go on with the run."""
    failed = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    return sum([event.event_type == failed async for event in handle.fetch_history_events()])
