"""A credit service over HTTP: one question, answered at once or by a callback.

    us       POST CREDIT_SERVICE_URL     the question, where to call back, a signed reference
    service  200 the callback's body     decided at once
             202                         it will call back: POST /credit-decisions (api/http)
             anything else, or silence   asked again, with the same Idempotency-Key

Question, answer and callback are all signed as Standard Webhooks say, with a key that the service
shares, and what decides carries the reference that came with the question: a decision about another
order is none about this one. docs/credit-service.md describes them for whoever builds a service.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpx
from pydantic import ConfigDict, TypeAdapter, ValidationError
from standardwebhooks import Webhook

from activities.credit_review import CreditAnswer, CreditQuestion, CreditServiceFailed
from activities.retry_after import retry_after_seconds
from activities.unanswered import why_unanswered
from domain.integrations.callback_reference import (
    CALLBACK_GRACE,
    ReferenceRefused,
    callback_reference,
    upgrade_of_reference,
)
from domain.integrations.signed_messages import SignatureRefused, verified_id
from domain.text.escaping import one_line
from domain.text.faults import fault_of
from domain.text.free_text import MAX_TEXT, fault_in
from domain.upgrade.events import Decision, Reviewer
from domain.values.base import Value

ANSWER_SECONDS = 10.0
"""How long one question may take, from connecting to the last byte."""

CONNECT_SECONDS = 3.0
MAX_ANSWER_BYTES = 64 * 1024
LONGEST_WISH_SECONDS = 3600.0
"""The most that a service's `Retry-After` is heeded: the deadline comes closer all the while."""


class _Answer(Value):
    """What we read of an answer; a service may say more."""

    model_config = ConfigDict(extra="ignore")

    callback_reference: str
    decision: str
    reference: str
    reason: str = ""


@dataclass(frozen=True)
class HttpCreditService:
    """Asks the service at `url`."""

    url: str
    key: bytes = field(repr=False)
    """Shared with the service: signs what we send, and what it sends."""
    callback_key: bytes = field(repr=False)
    """Ours alone: signs the reference that it gives back."""
    callback_url: str
    """Where the service sends a decision that takes its time."""
    retired_keys: tuple[bytes, ...] = field(default=(), repr=False)
    """Those the service may still have: they sign beside `key`, and are taken."""
    retired_callback_keys: tuple[bytes, ...] = field(default=(), repr=False)
    """Those that references were signed with before."""
    answer_seconds: float = ANSWER_SECONDS
    reviewer: Reviewer = "credit_service"

    async def ask(self, question: CreditQuestion) -> CreditAnswer | None:
        """See `CreditReview`."""
        headers, body = self.message(question, datetime.now(UTC))
        try:
            async with (
                # A time-out of httpx is for one read: a service that drips would hold us for ever.
                asyncio.timeout(self.answer_seconds),
                httpx.AsyncClient(
                    timeout=self._timeout(),
                    follow_redirects=False,
                    # Plain HTTP stays on this machine, so it goes to no proxy.
                    trust_env=not self.url.startswith("http://"),
                ) as client,
                client.stream("POST", self.url, content=body, headers=headers) as response,
            ):
                content = await _read(response)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise CreditServiceFailed(f"no answer within {self.answer_seconds:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CreditServiceFailed(f"out of reach: {why_unanswered(error)}") from error
        if response.status_code == HTTPStatus.ACCEPTED:
            return None
        self._check(response, content)
        return self._understood(question, content)

    def message(self, question: CreditQuestion, at: datetime) -> tuple[dict[str, str], bytes]:
        """Headers and body of the question, as they are sent at a moment."""
        body = TypeAdapter(dict[str, Any]).dump_json(self._body(question))
        return self._headers(question, body, at), body

    def _timeout(self) -> httpx.Timeout:
        return httpx.Timeout(self.answer_seconds, connect=min(CONNECT_SECONDS, self.answer_seconds))

    def _body(self, question: CreditQuestion) -> dict[str, Any]:
        expires_at = question.deadline + CALLBACK_GRACE
        return {
            **question.model_dump(mode="json"),
            "callback": {
                "url": self.callback_url,
                "reference": callback_reference(self.callback_key, question.upgrade_id, expires_at),
                "expires_at": expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        }

    def _headers(self, question: CreditQuestion, body: bytes, at: datetime) -> dict[str, str]:
        message_id = f"credit-{question.upgrade_id}"
        return {
            "content-type": "application/json",
            "accept": "application/json",
            # The bytes that are signed are the bytes that come, and as many as are counted.
            "accept-encoding": "identity",
            "user-agent": "plan-upgrade",
            "idempotency-key": question.upgrade_id,
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(
                Webhook(key).sign(message_id, at, body.decode())
                for key in (self.key, *self.retired_keys)
            ),
        }

    def _check(self, response: httpx.Response, content: bytes) -> None:
        """Raise `CreditServiceFailed` unless it is an answer of the service's own, made just now."""
        if response.status_code != HTTPStatus.OK:
            raise CreditServiceFailed(
                f"it answered {response.status_code} instead of 200 or 202",
                retry_after_seconds=retry_after_seconds(response, at_most=LONGEST_WISH_SECONDS),
            )
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if media_type.strip().lower() != "application/json":
            raise CreditServiceFailed("its answer is not application/json")
        try:
            verified_id(
                (self.key, *self.retired_keys), response.headers, content, datetime.now(UTC)
            )
        except SignatureRefused as refused:
            raise CreditServiceFailed(f"its answer is not taken: {refused}") from None

    def _understood(self, question: CreditQuestion, content: bytes) -> CreditAnswer:
        answer = _read_answer(content)
        try:
            about = upgrade_of_reference(
                self.callback_key,
                answer.callback_reference,
                datetime.now(UTC),
                retired=self.retired_callback_keys,
            )
        except ReferenceRefused as refused:
            raise CreditServiceFailed(f"its answer's callback_reference {refused}") from None
        if about != question.upgrade_id:
            raise CreditServiceFailed("its answer's callback_reference is that of another order")
        if answer.decision not in ("approved", "declined"):
            raise CreditServiceFailed(
                f"its decision {answer.decision[:40]!r} is not one that we know"
            )
        if fault := fault_in(answer.reference):
            raise CreditServiceFailed(f"its answer cannot be used: reference {fault}")
        # Only told to people, so a fault in it is no cause to leave the customer without a decision.
        reason = one_line(answer.reason)[:MAX_TEXT]
        decision: Decision = "approved" if answer.decision == "approved" else "declined"
        return CreditAnswer(decision=decision, reference=answer.reference, reason=reason)


async def _read(response: httpx.Response) -> bytes:
    content = b""
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise CreditServiceFailed(f"its answer is longer than {MAX_ANSWER_BYTES} bytes")
    return content


def _read_answer(content: bytes) -> _Answer:
    try:
        return _Answer.model_validate_json(content)
    except ValidationError as error:
        fault = fault_of(error.errors()[0], _Answer, "")
        where = fault.place or "body"
        raise CreditServiceFailed(f"its answer cannot be read: {where}: {fault.message}") from None
