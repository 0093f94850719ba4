"""A receiver of webhooks on a real port, which can be as bad as receivers are."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Receiver:
    """Keeps every request; `answers` are given one after the other, then `otherwise` for good."""

    port: int = 0
    answers: list[Answer] = field(default_factory=list[Answer])
    otherwise: Answer = field(default_factory=lambda: status(204))
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    bodies: list[bytes] = field(default_factory=list[bytes])
    lines: list[str] = field(default_factory=list[str])
    _open: set[asyncio.StreamWriter] = field(default_factory=set[asyncio.StreamWriter])

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def events(self) -> list[dict[str, Any]]:
        """What was received, repeats included."""
        return [json.loads(body) for body in self.bodies]

    @property
    def ids(self) -> list[str]:
        return [event["id"] for event in self.events]

    def hang_up(self) -> None:
        """Close every connection."""
        for writer in self._open:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            fields = (line.split(": ", 1) for line in head[1:] if line)
            headers = {name.lower(): value for name, value in fields}
            body = await reader.readexactly(int(headers["content-length"]))
            self.lines.append(head[0])
            self.headers.append(headers)
            self.bodies.append(body)
            await (self.answers.pop(0) if self.answers else self.otherwise)(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def receiving(*answers: Answer, otherwise: Answer | None = None) -> AsyncGenerator[Receiver]:
    """A receiver that listens for as long as the block lasts."""
    receiver = Receiver(answers=list(answers), otherwise=otherwise or status(204))
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        receiver.hang_up()


def status(code: int, *headers: str) -> Answer:
    """Answer with a status, at once."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {code} X", "content-length: 0", "connection: close", *headers]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await writer.drain()

    return answer


async def close(writer: asyncio.StreamWriter) -> None:
    """Close the connection without an answer."""


async def hang(writer: asyncio.StreamWriter) -> None:
    """Say nothing, for as long as the other side has patience."""
    with suppress(ConnectionError):
        await writer.wait_closed()


async def nonsense(writer: asyncio.StreamWriter) -> None:
    """Speak another protocol."""
    writer.write(b"220 mail.example ESMTP\r\n")
    await writer.drain()


async def endless_body(writer: asyncio.StreamWriter) -> None:
    """A good status, and then a body without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def endless_head(writer: asyncio.StreamWriter) -> None:
    """A header without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\nx-long: ")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()
