"""Starts and updates as they come: raw, so that one that cannot be read is answered (B70).

The SDK decodes arguments before our code sees them, and fails the workflow task, over and over, for
a start that it cannot decode. So `run` and the handlers take `*given: RawValue`: whatever is sent,
and however many arguments, reaches them as it is. Validators read strictly, and what they refuse
leaves no trace in the history; handlers trust the validator, so that a message which was taken
under another rule, older or newer, still replays.

What our own code says to itself, inputs of steps and their answers, may be of another version of it.
It grows by fields with defaults: whoever does not know one leaves it out (docs/rolling-deploys.md).
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.contrib.pydantic import (
    PydanticJSONPlainPayloadConverter,
    PydanticPayloadConverter,
    pydantic_data_converter,
)
from temporalio.converter import (
    CompositePayloadConverter,
    DefaultFailureConverter,
    PayloadConverter,
)
from temporalio.exceptions import ApplicationError

from domain.text.faults import quoted
from domain.text.messages import MESSAGE, M, Message, read_message
from domain.values.base import Value
from domain.values.rejections import BadMessage


class OfAnyVersion(PydanticJSONPlainPayloadConverter):
    """Reads what code of another version said."""

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """Decode it without the fields that only newer code knows."""
        if isinstance(type_hint, type) and issubclass(type_hint, Value):
            return type_hint.of_any_version(payload.data)
        return super().from_payload(payload, cast("Any", type_hint))


class RawArguments(CompositePayloadConverter):
    """Leaves arguments as they are where a handler has no type for each: `*given` has none."""

    def __init__(self) -> None:
        """The SDK's converters, but for that of JSON."""
        json_of_any_version = OfAnyVersion()
        super().__init__(
            *(
                json_of_any_version if each.encoding == json_of_any_version.encoding else each
                for each in PydanticPayloadConverter().converters.values()
            )
        )

    def from_payloads(
        self, payloads: Sequence[Payload], type_hints: list[type] | None = None
    ) -> list[Any]:
        """Decode what has types."""
        if type_hints is None:
            return [RawValue(payload) for payload in payloads]
        return super().from_payloads(payloads, type_hints)


class DecodedDetails(DefaultFailureConverter):
    """Decodes the details of failures, which have no types either."""

    def from_failure(self, failure: Failure, payload_converter: PayloadConverter) -> BaseException:
        """Decode them as any client does."""
        return super().from_failure(failure, pydantic_data_converter.payload_converter)


data_converter = replace(
    pydantic_data_converter,
    payload_converter_class=RawArguments,
    failure_converter_class=DecodedDetails,
)
"""What every worker and replayer of our workflows uses."""


def for_workers(client: Client) -> Client:
    """The same client for a worker, which takes arguments raw; a codec stays."""
    config = client.config()
    config["data_converter"] = replace(
        config["data_converter"],
        payload_converter_class=data_converter.payload_converter_class,
        failure_converter_class=data_converter.failure_converter_class,
    )
    return Client(**config)


def text_of(kind: type[Message], given: Sequence[RawValue]) -> str:
    """The one argument's JSON, whatever it says; empty where there is none. Raises `BadMessage`."""
    if not given:
        return ""
    payload = given[0].payload
    encoding = payload.metadata.get("encoding", b"").decode("ascii", "replace")
    if len(given) > 1:
        fault = f"comes as {len(given)} arguments: send one JSON object"
    elif encoding == "binary/null":
        return ""
    elif encoding != "json/plain":
        fault = f"has the encoding {quoted(encoding)}: send one JSON object, as json/plain"
    else:
        try:
            return payload.data.decode()
        except UnicodeDecodeError:
            fault = "is not UTF-8: send one JSON object in UTF-8"
    raise BadMessage(MESSAGE, fault, example=kind.example)


def read(kind: type[M], given: Sequence[RawValue]) -> M:
    """The message, for a validator: raises what refuses it, with field, fault and an example."""
    try:
        return read_message(kind, text_of(kind, given))
    except BadMessage as fault:
        raise bad_input(fault) from None


def taken(kind: type[M], given: Sequence[RawValue]) -> M:
    """The message that the validator has let through, for its handler."""
    return kind.model_construct(**json.loads(given[0].payload.data))


def bad_input(fault: BadMessage) -> ApplicationError:
    """The fault as callers of updates and starters of runs receive it."""
    return ApplicationError(fault.message, dict(fault.details), type=fault.code, non_retryable=True)
