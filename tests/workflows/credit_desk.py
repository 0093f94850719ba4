"""A credit service for tests: a real HTTP server that can be slow, wrong, late, or down."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from pydantic_core import from_json, to_json
from standardwebhooks import Webhook

from activities.credit_service import HttpCreditService
from api.http.credit_decisions import CallbackKeys

SERVICE_KEY = b"a key that the service shares..."
CALLBACK_KEY = b"a key that nobody else has......"
KEYS = CallbackKeys(SERVICE_KEY, CALLBACK_KEY)
CALLBACK_URL = "http://upgrades.example/credit-decisions"

Answer = Callable[[], Awaitable[Response]]


async def later() -> Response:
    return Response(status_code=202)


def decides(decision: str, reference: str = "CS-1", **more: Any) -> Answer:
    async def answer() -> Response:
        return JSONResponse({"decision": decision, "reference": reference, "score": 7} | more)

    return answer


def says(status: int, text: str = "", **headers: str) -> Answer:
    async def answer() -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return PlainTextResponse(text, status, headers=named)

    return answer


async def silent() -> Response:
    await asyncio.sleep(60)
    return Response()


async def drips() -> Response:
    async def drops() -> AsyncGenerator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    return StreamingResponse(drops())


async def floods() -> Response:
    return PlainTextResponse("x" * 100_000)


WRONG: dict[str, tuple[Answer, str]] = {
    "500": (says(500, "oops"), "it answered 500 instead of 200 or 202"),
    "redirects": (says(302, location="http://elsewhere.example"), "it answered 302"),
    "refuses": (says(401), "it answered 401"),
    "busy": (says(503, retry_after="2"), "it answered 503"),
    "no json": (says(200, "<html>"), "its answer cannot be read"),
    "no reference": (says(200, '{"decision": "approved"}'), "reference: Field required"),
    "empty reference": (decides("approved", " "), "cannot be used: reference is empty"),
    "another word": (decides("maybe"), "its decision 'maybe' is not one that we know"),
    "silent": (silent, "no answer within 0.5 s"),
    "drips": (drips, "no answer within 0.5 s"),
    "floods": (floods, "its answer is longer than 65536 bytes"),
}
"""How a service can be wrong, and what operators read of it."""


@dataclass
class CreditDesk:
    """The service: what it was asked, and how it answers; its last answer for all that follow."""

    answers: list[Answer] = field(default_factory=lambda: [later])
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    keys_seen: list[str] = field(default_factory=list[str])
    port: int = 0

    @property
    def review(self) -> HttpCreditService:
        """How a worker asks it."""
        return HttpCreditService(
            url=f"http://127.0.0.1:{self.port}/checks",
            key=SERVICE_KEY,
            callback_key=CALLBACK_KEY,
            callback_url=CALLBACK_URL,
            answer_seconds=0.5,
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
            Webhook(SERVICE_KEY).verify(body, dict(request.headers))
            self.asked.append(from_json(body))
            self.keys_seen.append(request.headers["idempotency-key"])
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            return await answer()

        with socket.create_server(("127.0.0.1", self.port)) as listening:
            self.port = listening.getsockname()[1]
            config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=0)
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server._serve([listening]))
            try:
                yield self
            finally:
                server.should_exit = True
                server.force_exit = True
                await serving


def signed(
    body: dict[str, Any] | bytes,
    *,
    id: str | None = None,
    key: bytes = SERVICE_KEY,
    age: timedelta = timedelta(0),
) -> dict[str, Any]:
    """A callback, signed, as keyword arguments of `httpx.AsyncClient.post`."""
    content = body if isinstance(body, bytes) else to_json(body)
    at, id = datetime.now(UTC) - age, id or f"msg-{uuid4().hex}"
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
