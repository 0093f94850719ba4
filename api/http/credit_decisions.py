"""`POST /credit-decisions`: where the credit service calls back with a decision (B41).

What is checked, in this order, before anything is done:

1. the signature and its time (Standard Webhooks: five minutes either way), over the bytes as sent;
2. the shape of the body;
3. the reference: given out by us, for this upgrade, not expired;
4. the id: one id, one body, for good. The same one again is a repeat, and is answered the same.

Then the decision is given as an operator's would be: the first one in time counts, a late or
contradicting one is refused with 409, and recorded.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from api.caller import Caller
from api.http.problems import Problem, unreadable
from api.service.upgrades import UpgradeService
from domain.integrations.callback_reference import ReferenceRefused, upgrade_of_reference
from domain.integrations.signed_messages import OutOfWindow, SignatureRefused, verified_id
from domain.text.free_text import fault_in
from domain.upgrade.events import Decision
from domain.upgrade.states import Stage
from domain.values.base import Value

MAX_BODY_BYTES = 64 * 1024
MAX_ID = 200


@dataclass(frozen=True)
class CallbackKeys:
    """What callbacks are checked by."""

    service_key: bytes = field(repr=False)
    """Shared with the credit service: it signs its callbacks."""
    callback_key: bytes = field(repr=False)
    """Ours alone: it signed the references that we gave out."""
    retired_service_keys: tuple[bytes, ...] = field(default=(), repr=False)
    """Those the service may still sign with."""
    retired_callback_keys: tuple[bytes, ...] = field(default=(), repr=False)
    """Those that references were signed with before."""


class CreditDecisionCallback(Value):
    """What the credit service sends."""

    model_config = ConfigDict(extra="ignore")

    callback_reference: str = Field(min_length=1, max_length=500)
    """As it came with the question."""
    decision: Decision
    reference: str
    """The reviewer's own."""
    reason: str = ""

    @field_validator("reference", "reason")
    @classmethod
    def _is_one_line(cls, value: str, field: ValidationInfo) -> str:
        if fault := fault_in(value, required=field.field_name == "reference"):
            raise ValueError(fault)
        return value


class CreditDecisionTaken(Value):
    """Where the decision has brought the upgrade."""

    upgrade_id: str
    stage: Stage
    result: Literal["taken"] = "taken"


CALLER = Caller(
    subject="credit-service",
    roles=frozenset({"credit_reviewer"}),
    tenants="all",
    door="http",
)
"""Whoever has signed with the shared key."""


def credit_decisions(service: UpgradeService, keys: CallbackKeys | None) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.post("/credit-decisions", summary="The credit service's decision, signed")
    async def take_decision(request: Request) -> CreditDecisionTaken:
        if keys is None:
            raise Problem(
                HTTPStatus.NOT_FOUND,
                "no_credit_service",
                "no credit service is set here: set CREDIT_SERVICE_URL and its keys",
            )
        body = await _body_of(request)
        message_id = _verified(keys, body, request.headers)
        callback = _read(body)
        upgrade_id = _upgrade_of(keys, callback)
        digest = hashlib.sha256(body).hexdigest()
        orders, caller = service.orders, CALLER.model_copy(update={"request_id": message_id})
        if not await orders.note_callback(caller, message_id, upgrade_id, digest):
            raise Problem(
                HTTPStatus.CONFLICT,
                "callback_id_reused",
                f"webhook-id {message_id!r} came with another body before: give each its own id",
            )
        view = await orders.decide(
            caller,
            upgrade_id,
            callback.decision,
            reference=callback.reference,
            reason=callback.reason,
        )
        return CreditDecisionTaken(upgrade_id=view.upgrade_id, stage=view.stage)

    return router


async def _body_of(request: Request) -> bytes:
    # What is announced is not waited for; what is not announced is counted.
    announced = request.headers.get("content-length", "0")
    body = b""
    too_long = len(announced) > 9 or int(announced) > MAX_BODY_BYTES
    if not too_long:
        async for chunk in request.stream():
            body += chunk
            if too_long := len(body) > MAX_BODY_BYTES:
                break
    if too_long:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "body_too_large",
            f"the body is longer than {MAX_BODY_BYTES} bytes: send the decision alone",
        )
    return body


def _verified(keys: CallbackKeys, body: bytes, headers: Mapping[str, str]) -> str:
    """The message's id, once its signature and its time are found to be right."""
    of_service = (keys.service_key, *keys.retired_service_keys)
    try:
        message_id = verified_id(of_service, headers, body, datetime.now(UTC))
    except SignatureRefused as refused:
        late = isinstance(refused, OutOfWindow)
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "timestamp_out_of_window" if late else "signature_refused",
            f"{refused}: sign the bytes that are sent with the shared key and the present time",
        ) from None
    if len(message_id) > MAX_ID:
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "bad_input",
            f"webhook-id has {len(message_id)} characters: send at most {MAX_ID}",
        )
    return message_id


def _read(body: bytes) -> CreditDecisionCallback:
    try:
        return CreditDecisionCallback.model_validate_json(body)
    except ValidationError as error:
        raise unreadable(error.errors(), CreditDecisionCallback) from None


def _upgrade_of(keys: CallbackKeys, callback: CreditDecisionCallback) -> str:
    try:
        return upgrade_of_reference(
            keys.callback_key,
            callback.callback_reference,
            datetime.now(UTC),
            retired=keys.retired_callback_keys,
        )
    except ReferenceRefused as refused:
        raise Problem(
            HTTPStatus.GONE if refused.expired else HTTPStatus.UNAUTHORIZED,
            "reference_expired" if refused.expired else "reference_refused",
            f"callback_reference {refused}",
        ) from None
