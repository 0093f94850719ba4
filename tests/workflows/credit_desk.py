"""A credit service for tests: a real HTTP server that can be slow, wrong, late, or down."""

import asyncio
import gzip
import json
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from pydantic_core import from_json, to_json
from standardwebhooks import Webhook, WebhookVerificationError

from activities.credit_service import HttpCreditService
from api.http.credit_decisions import CallbackKeys
from domain.integrations.callback_reference import callback_reference
from tests.clock import machine_now

SERVICE_KEY = b"a key that the service shares..."
CALLBACK_KEY = b"a key that nobody else has......"
KEYS = CallbackKeys(SERVICE_KEY, CALLBACK_KEY)
CALLBACK_URL = "http://upgrades.example/credit-decisions"

Question = dict[str, Any]
Answer = Callable[[Question], Awaitable[Response]]
LIFETIME = timedelta(days=1)


async def later(_: Question) -> Response:
    return Response(status_code=202)


def answers(
    body: dict[str, Any] | bytes,
    *,
    key: bytes = SERVICE_KEY,
    age: timedelta = timedelta(0),
    as_signed: bytes | None = None,
    type: str = "application/json",
    **headers: str,
) -> Answer:
    """A signed answer with this body, with the question's reference unless it has one of its own.

    `as_signed`: what is signed instead of it.
    """

    async def answer(question: Question) -> Response:
        content = body
        if isinstance(content, dict):
            reference = question["callback"]["reference"]
            content = to_json({"callback_reference": reference} | content)
        message = signed(as_signed or content, key=key, age=age)
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        return Response(content, headers=message["headers"] | {"content-type": type} | changed)

    return answer


def decides(decision: str, reference: str = "CS-1", **more: Any) -> Answer:
    return answers({"decision": decision, "reference": reference, "score": 7} | more)


def says(status: int, text: str = "", **headers: str) -> Answer:
    async def answer(_: Question) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return PlainTextResponse(text, status, headers=named)

    return answer


def unsigned(*names: str) -> Answer:
    """An approval without some of the headers that sign it."""

    async def answer(question: Question) -> Response:
        approval = await decides("approved")(question)
        for name in names:
            del approval.headers[name]
        return approval

    return answer


async def squeezed(question: Question) -> Response:
    """Signed as it was before it was compressed, although nobody said that it may be."""
    approval = await decides("approved")(question)
    packed = gzip.compress(bytes(approval.body))
    headers = {name: value for name, value in approval.headers.items() if name != "content-length"}
    return Response(packed, headers=headers | {"content-encoding": "gzip"})


async def echoes(question: Question) -> Response:
    """What we have signed ourselves, sent back."""
    return await answers(to_json(question))(question)


async def silent(_: Question) -> Response:
    await asyncio.sleep(60)
    return Response()


async def drips(_: Question) -> Response:
    async def drops() -> AsyncGenerator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    return StreamingResponse(drops())


def about(upgrade_id: str, key: bytes = CALLBACK_KEY, *, ends_in: timedelta = LIFETIME) -> str:
    """A callback reference."""
    return callback_reference(key, upgrade_id, machine_now() + ends_in)


def approves(callback_reference: str) -> Answer:
    """An approval with a reference of its own."""
    return decides("approved", callback_reference=callback_reference)


SHORT_SECONDS, LONG_SECONDS = 2.0, 30.0
"""How long an answer may take: one that never comes, and one that comes on a busy machine too."""


def answer_seconds_of(request: pytest.FixtureRequest) -> float:
    """By how the service is wrong, in tests that are given `how`."""
    test = request.node
    how = test.callspec.params.get("how") if hasattr(test, "callspec") else None
    return SHORT_SECONDS if how in ("silent", "drips") else LONG_SECONDS


APPROVAL = {"decision": "approved", "reference": "CS-1"}
NOT_SIGNED = "its answer is not taken: webhook-signature is missing or made with another key"
WRONG: dict[str, tuple[Answer, str]] = {
    "500": (says(500, "oops"), "it answered 500 instead of 200 or 202"),
    "redirects": (says(302, location="http://elsewhere.example"), "it answered 302"),
    "refuses": (says(401), "it answered 401"),
    "busy": (says(503, retry_after="2"), "it answered 503"),
    "says OK and no more": (says(200, "ok"), "its answer is not application/json"),
    "no json": (answers(b"<html>"), "its answer cannot be read"),
    "no reference": (answers({"decision": "approved"}), "reference: is missing"),
    "empty reference": (decides("approved", " "), "cannot be used: reference is empty"),
    "another word": (decides("maybe"), "its decision 'maybe' is not one that we know"),
    "silent": (silent, f"no answer within {SHORT_SECONDS:g} s"),
    "drips": (drips, f"no answer within {SHORT_SECONDS:g} s"),
    "floods": (answers(b"x" * 100_000), "its answer is longer than 65536 bytes"),
}
"""How a service can be wrong, and what operators read of it."""

FORGED: dict[str, tuple[Answer, str]] = {
    "no signature": (unsigned("webhook-signature"), NOT_SIGNED),
    "no id": (unsigned("webhook-id"), "its answer is not taken: webhook-id is missing"),
    "no time": (unsigned("webhook-timestamp"), "webhook-timestamp is missing or not a number"),
    "another key": (answers(APPROVAL, key=b"another key, not the one"), NOT_SIGNED),
    "our own key": (answers(APPROVAL, key=CALLBACK_KEY), NOT_SIGNED),
    "other bytes": (answers(APPROVAL, as_signed=b"{}"), NOT_SIGNED),
    "another id": (answers(APPROVAL, webhook_id="msg-other"), NOT_SIGNED),
    "nonsense": (answers(APPROVAL, webhook_signature="v1,,% v2,AAAA v1"), NOT_SIGNED),
    "no number": (answers(APPROVAL, webhook_timestamp="1e9"), "webhook-timestamp is missing or"),
    "replayed later": (answers(APPROVAL, age=timedelta(minutes=6)), "s behind our clock"),
    "clock ahead": (answers(APPROVAL, age=timedelta(minutes=-6)), "s ahead of our clock"),
    "about another order": (approves(about("up-another")), "is that of another order"),
    "a reference of its own": (approves(about("up-1", SERVICE_KEY)), "is not one that was given"),
    "no reference at all": (answers(to_json(APPROVAL)), "callback_reference: is missing"),
    "our question": (echoes, "callback_reference: is missing"),
    "another type": (answers(APPROVAL, type="text/html"), "its answer is not application/json"),
    "compressed": (squeezed, NOT_SIGNED),
}
"""What somebody between the service and us could send, or a service that signs wrongly."""


@dataclass
class CreditDesk:
    """The service: what it was asked, and how it answers; its last answer for all that follow."""

    answers: list[Answer] = field(default_factory=lambda: [later])
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    keys_seen: list[str] = field(default_factory=list[str])
    port: int = 0
    answer_seconds: float = LONG_SECONDS
    keys: tuple[bytes, ...] = (SERVICE_KEY,)
    """Those it takes questions by: one is enough."""

    @property
    def review(self) -> HttpCreditService:
        """How a worker asks it."""
        return HttpCreditService(
            url=f"http://127.0.0.1:{self.port}/checks",
            key=SERVICE_KEY,
            callback_key=CALLBACK_KEY,
            callback_url=CALLBACK_URL,
            answer_seconds=self.answer_seconds,
        )

    @property
    def reference(self) -> str:
        """The callback reference of the last question."""
        return self.asked[-1]["callback"]["reference"]

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["CreditDesk"]:
        """Answer on the port; on a free one, the first time."""
        app = FastAPI()

        @app.post("/checks")
        async def check(request: Request) -> Response:
            body = await request.body()
            assert any(_is_signed(key, body, request) for key in self.keys)
            self.asked.append(from_json(body))
            self.keys_seen.append(request.headers["idempotency-key"])
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            return await answer(self.asked[-1])

        with socket.create_server(("127.0.0.1", self.port)) as listening:
            self.port = listening.getsockname()[1]
            config = uvicorn.Config(
                app, lifespan="off", log_config=None, timeout_graceful_shutdown=0
            )
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server._serve([listening]))
            try:
                yield self
            finally:
                server.should_exit = True
                server.force_exit = True
                await serving


def _is_signed(key: bytes, body: bytes, request: Request) -> bool:
    try:
        Webhook(key).verify(body, dict(request.headers))
    except WebhookVerificationError:
        return False
    return True


def signed(
    body: dict[str, Any] | bytes,
    *,
    id: str | None = None,
    key: bytes = SERVICE_KEY,
    age: timedelta = timedelta(0),
) -> dict[str, Any]:
    """A callback, signed, as keyword arguments of `httpx.AsyncClient.post`."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    at, id = machine_now() - age, id or f"msg-{uuid4().hex}"
    return {
        "content": content,
        "headers": {
            "content-type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(key).sign(id, at, content.decode()),
        },
    }


def problem_of(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem document (RFC 9457)."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["title"]
    assert problem["detail"]
    assert "Traceback" not in response.text
    return response.status_code, problem["code"]
