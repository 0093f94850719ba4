"""A credit service over HTTP: one question, answered at once or by a callback.

    us       POST CREDIT_SERVICE_URL     the question, where to call back, a signed reference
    service  200 {decision, reference}   decided at once
             202                         it will call back: POST /credit-decisions (api/http)
             anything else, or silence   asked again, with the same Idempotency-Key

Question and callback are both signed as Standard Webhooks say, with a key that the service shares.
docs/credit-service.md describes both for whoever builds one.
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
from domain.callback_reference import CALLBACK_GRACE, callback_reference
from domain.escaping import one_line
from domain.events import Decision, Reviewer
from domain.free_text import MAX_TEXT, fault_in
from domain.values import Value

ANSWER_SECONDS = 10.0
"""How long one question may take, from connecting to the last byte."""

CONNECT_SECONDS = 3.0
MAX_ANSWER_BYTES = 64 * 1024
LONGEST_WISH_SECONDS = 3600.0
"""The most that a service's `Retry-After` is heeded: the deadline comes closer all the while."""


class _Answer(Value):
    """What we read of an answer; a service may say more."""

    model_config = ConfigDict(extra="ignore")

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
    answer_seconds: float = ANSWER_SECONDS
    reviewer: Reviewer = "credit_service"

    async def ask(self, question: CreditQuestion) -> CreditAnswer | None:
        """See `CreditReview`."""
        body = TypeAdapter(dict[str, Any]).dump_json(self._body(question))
        try:
            async with (
                # A time-out of httpx is for one read: a service that drips would hold us for ever.
                asyncio.timeout(self.answer_seconds),
                httpx.AsyncClient(timeout=self._timeout(), follow_redirects=False) as client,
                client.stream(
                    "POST", self.url, content=body, headers=self._headers(question, body)
                ) as response,
            ):
                content = await _read(response)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise CreditServiceFailed(
                f"no answer within {self.answer_seconds:g} s ({type(error).__name__})"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CreditServiceFailed(f"out of reach ({type(error).__name__}: {error})") from error
        return _understood(response, content)

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

    def _headers(self, question: CreditQuestion, body: bytes) -> dict[str, str]:
        now = datetime.now(UTC)
        message_id = f"credit-{question.upgrade_id}"
        return {
            "content-type": "application/json",
            "accept": "application/json",
            "user-agent": "plan-upgrade",
            "idempotency-key": question.upgrade_id,
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self.key).sign(message_id, now, body.decode()),
        }


async def _read(response: httpx.Response) -> bytes:
    content = b""
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise CreditServiceFailed(f"its answer is longer than {MAX_ANSWER_BYTES} bytes")
    return content


def _understood(response: httpx.Response, content: bytes) -> CreditAnswer | None:
    status = response.status_code
    if status == HTTPStatus.ACCEPTED:
        return None
    if status != HTTPStatus.OK:
        raise CreditServiceFailed(
            f"it answered {status} instead of 200 or 202",
            retry_after_seconds=retry_after_seconds(response, at_most=LONGEST_WISH_SECONDS),
        )
    try:
        answer = _Answer.model_validate_json(content)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "body"
        raise CreditServiceFailed(f"its answer cannot be read: {where}: {fault['msg']}") from None
    if answer.decision not in ("approved", "declined"):
        raise CreditServiceFailed(f"its decision {answer.decision[:40]!r} is not one that we know")
    if fault := fault_in(answer.reference):
        raise CreditServiceFailed(f"its answer cannot be used: reference {fault}")
    # Only told to people, so a fault in it is no cause to leave the customer without a decision.
    reason = one_line(answer.reason)[:MAX_TEXT]
    decision: Decision = "approved" if answer.decision == "approved" else "declined"
    return CreditAnswer(decision=decision, reference=answer.reference, reason=reason)
