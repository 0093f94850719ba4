"""Connections that end: how long callers may take, and how many there may be.

uvicorn waits without end for a head or a body that comes byte by byte, and for a caller that takes no
answer, so a few hundred such callers live for as long as they like. Here every connection on which we
wait for its caller has a time limit:

    a whole request, head and body     `request_seconds`, from the connection or the answer before
    an answer that nobody takes        `response_seconds`

Nobody else waits for them: with `connections` open, a new one takes the place of the one that has let
us wait the longest. What is not HTTP is answered by a problem document as well.
"""

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

import h11
import uvicorn
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.http.problems import MAX_HEAD_BYTES, problem_document

if TYPE_CHECKING:
    from starlette.types import ASGIApp


class Limits(NamedTuple):
    """What a caller gets."""

    request_seconds: float = 5.0
    response_seconds: float = 10.0
    connections: int = 500
    stop_seconds: int = 10
    """How long what is under way may take once the server is asked to stop."""


class BoundedConfig(uvicorn.Config):
    """A server whose connections end."""

    def __init__(self, app: "ASGIApp", limits: Limits) -> None:
        """`app` is an ASGI app."""
        super().__init__(
            app,
            http=BoundedProtocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            # Whom a request comes from, and by what scheme, nothing here asks.
            proxy_headers=False,
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            timeout_graceful_shutdown=limits.stop_seconds,
        )
        self.limits = limits
        self.waiting: dict[BoundedProtocol, None] = {}
        """Connections on which we wait for the caller, the longest wait first."""


class BoundedProtocol(H11Protocol):
    """One connection."""

    config: BoundedConfig
    _late: asyncio.TimerHandle | None = None
    """Goes off when the caller has let us wait for too long."""
    _stuck: asyncio.TimerHandle | None = None
    """Goes off when the caller has not taken what we wrote."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - as uvicorn narrows it
        """A caller has come."""
        super().connection_made(transport)
        # So that we are told by `pause_writing` of any byte that the caller does not take.
        transport.set_write_buffer_limits(high=0)
        if len(self.connections) > self.config.limits.connections:
            self._take_a_place()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller has gone, or was sent away."""
        self._wait_no_longer()
        self._cancel_stuck()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some of a request."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """The next request may come, and has a time of its own."""
        super().on_response_complete()
        if self.conn.their_state is not h11.SEND_BODY:
            self._wait_no_longer()
        self._watch()

    def pause_writing(self) -> None:
        """The caller does not take what we write."""
        super().pause_writing()
        seconds = self.config.limits.response_seconds
        self._stuck = self._stuck or self.loop.call_later(seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The caller has taken it all."""
        super().resume_writing()
        self._cancel_stuck()

    def send_400_response(self, msg: str) -> None:
        """What came is not HTTP; uvicorn has said so in the log."""
        self._refuse(
            HTTPStatus.BAD_REQUEST,
            "bad_request",
            f"this is not HTTP/1.1, or its head is longer than {MAX_HEAD_BYTES} bytes",
        )

    def _should_upgrade(self) -> bool:
        return False

    def _watch(self) -> None:
        if self.transport.is_closing() or self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._wait_no_longer()
        elif self._late is None:
            seconds = self.config.limits.request_seconds
            self._late = self.loop.call_later(seconds, self.give_up)
            self.config.waiting[self] = None

    def _wait_no_longer(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
        self.config.waiting.pop(self, None)

    def _cancel_stuck(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def _take_a_place(self) -> None:
        """Send the longest wait away, or this caller if nobody lets us wait."""
        longest = next(iter(self.config.waiting), None)
        if longest is not None:
            longest.give_up()
        else:
            self._refuse(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "too_many_connections",
                "too many requests are under way: send the same again in a few seconds",
            )

    def give_up(self) -> None:
        """Send a caller away that has let us wait: with an answer if some of its request has come."""
        if self.conn.their_state is h11.SEND_BODY or self.conn.trailing_data[0]:
            seconds = self.config.limits.request_seconds
            self._refuse(
                HTTPStatus.REQUEST_TIMEOUT,
                "request_timeout",
                f"the request was not there within {seconds:g} s: send it in one go",
            )
        else:
            self._wait_no_longer()
            self.transport.close()

    def _refuse(self, status: int, code: str, detail: str) -> None:
        """Answer, unless the app has begun to, and close; the app is told that the caller is gone."""
        self._wait_no_longer()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._write(problem_document(status, code, detail))
        if self.cycle is not None and not self.cycle.response_complete:  # pyright: ignore[reportUnnecessaryComparison] - uvicorn begins with None
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def _write(self, answer: Response) -> None:
        answers_head = self.conn.our_state is h11.SEND_RESPONSE and self.scope["method"] == "HEAD"
        headers = [*answer.raw_headers, (b"connection", b"close")]
        for event in (
            h11.Response(
                status_code=answer.status_code,
                headers=headers,
                reason=HTTPStatus(answer.status_code).phrase.encode(),
            ),
            h11.Data(data=b"" if answers_head else bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
