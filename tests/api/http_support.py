"""The HTTP API on a real port, and callers that write bytes."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

import uvicorn
from temporalio.client import Client

from activities.holiday_calendar import holiday_calendar
from api.http.app import http_api
from api.http.connections import BoundedConfig, Limits
from api.runs.temporal import TemporalRuns
from api.service.upgrades import UpgradeService
from store.database import Database
from tests.clock import now
from tests.workflows.credit_desk import KEYS
from tests.workflows.story import eventually

USUAL = Limits()
HANG_SECONDS = 30.0
"""Longer than anything may take; a bound for what never ends."""


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """Of a problem document."""
        assert self.headers["content-type"] == "application/problem+json", self
        problem = json.loads(self.body)
        assert problem["status"] == self.status
        assert problem["detail"]
        return problem["code"]


@dataclass
class Caller:
    """One connection to the API."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        with suppress(ConnectionError):
            await self.writer.drain()

    async def answer(self, *, head: bool = False) -> Answer | None:
        """The next answer; None if the connection was closed without one. `head`: without a body."""
        async with asyncio.timeout(HANG_SECONDS):
            try:
                raw = await self.reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return None
            first, *lines = raw.decode("latin-1").split("\r\n")
            pairs = (line.partition(":") for line in lines if line)
            headers = {name.lower(): value.strip() for name, _, value in pairs}
            length = 0 if head else int(headers.get("content-length", 0))
            body = await self.reader.readexactly(length)
            return Answer(int(first.split(" ")[1]), headers, body)

    async def until_closed(self) -> None:
        """Until the other side has closed, whatever it says before."""
        async with asyncio.timeout(HANG_SECONDS):
            with suppress(ConnectionError):
                while await self.reader.read(65536):
                    pass

    def hang_up(self) -> None:
        self.writer.transport.abort()


@dataclass
class Api:
    """The API as callers reach it."""

    port: int
    server: uvicorn.Server
    serving: "asyncio.Task[None]"

    @asynccontextmanager
    async def caller(self) -> AsyncGenerator[Caller]:
        caller = Caller(*await asyncio.open_connection("127.0.0.1", self.port))
        try:
            yield caller
        finally:
            caller.hang_up()

    async def ask(self, data: bytes, *, head: bool = False) -> Answer | None:
        """What is answered to these bytes, on a connection of their own."""
        async with self.caller() as caller:
            await caller.say(data)
            return await caller.answer(head=head)

    async def get(self, path: str, host: str = "upgrades.example") -> Answer:
        answer = await self.ask(get(path, host))
        assert answer is not None
        return answer

    async def until_open(self, connections: int) -> None:
        """Until that many connections are open."""
        there = self.server.server_state.connections
        await eventually(f"{connections} are open", partial(_is, lambda: len(there) == connections))

    async def stop(self) -> None:
        """As a signal does."""
        self.server.should_exit = True
        async with asyncio.timeout(HANG_SECONDS):
            await asyncio.shield(self.serving)


def get(path: str, host: str = "upgrades.example") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


async def _is(true: Callable[[], bool]) -> bool:
    return true()


async def no_temporal() -> Client:
    raise AssertionError("nothing here asks Temporal")


@asynccontextmanager
async def api_of(
    database: Database, limits: Limits = USUAL, hosts: Collection[str] = ()
) -> AsyncGenerator[Api]:
    """The API over a database, in this process."""
    service = UpgradeService(database, TemporalRuns(no_temporal), holiday_calendar, now)
    app = http_api(service, KEYS, hosts)
    server = uvicorn.Server(BoundedConfig(app, limits))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        serving = asyncio.create_task(server._serve([listening]))
        await eventually("the API is up", partial(_is, lambda: server.started))
        try:
            yield Api(port, server, serving)
        finally:
            server.should_exit = True
            await serving
