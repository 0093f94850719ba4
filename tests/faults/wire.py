"""A wire between a worker and Postgres that a test can stop at one exact moment.

    worker -> Wire -> Postgres

It watches what the worker sends for the first event of some type. `before` its write the wire stops
carrying anything to Postgres; `after` it, the write is committed and the reply never arrives.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

import pytest

Moment = Literal["before", "after"]
CHUNK = 65536
PATIENCE_SECONDS = 60.0


class Wire:
    """Carries every connection, until the moment that it waits for has come."""

    def __init__(self, url: str, event_type: str, moment: Moment) -> None:
        """`url` is that of the database at its end."""
        self._end = urlsplit(url)
        self._marker = f'"type": "{event_type}"'.encode()
        self._moment = moment
        self._stopped = asyncio.Event()
        self._cut = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""

    @asynccontextmanager
    async def laid(self) -> AsyncGenerator["Wire"]:
        """The wire, with `url` for the worker to connect to."""
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        login = self._end.netloc.rpartition("@")[0]
        self.url = urlunsplit(self._end._replace(netloc=f"{login}@127.0.0.1:{port}"))
        try:
            yield self
        finally:
            self._cut.set()
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stopped(self) -> None:
        """Until the moment has come, and the wire is silent."""
        try:
            await asyncio.wait_for(self._stopped.wait(), PATIENCE_SECONDS)
        except TimeoutError:
            pytest.fail(f"nothing was stopped: {self._marker.decode()} was never written")

    def cut(self) -> None:
        """Break the connection that is silent; the other ones and later ones carry on."""
        self._cut.set()

    async def _carry(self, worker: asyncio.StreamReader, reply: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            answer, database = await asyncio.open_connection(self._end.hostname, self._end.port)
        except OSError:
            reply.close()
            return
        silent = asyncio.Event()
        pumps = [
            asyncio.ensure_future(self._to_database(worker, database, silent)),
            asyncio.ensure_future(self._to_worker(answer, reply, silent)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            database.close()
            reply.close()
            self._tasks.discard(task)

    async def _to_database(
        self, worker: asyncio.StreamReader, database: asyncio.StreamWriter, silent: asyncio.Event
    ) -> None:
        in_transaction = written = False
        end = b""
        while data := await worker.read(CHUNK):
            seen, end = end + data, data[-len(self._marker) :]
            in_transaction = (in_transaction or b"BEGIN;" in data) and b"ROLLBACK;" not in data
            written = written or self._marker in seen
            committing = written and (not in_transaction or b"COMMIT;" in data)
            stop_now = written if self._moment == "before" else committing
            if stop_now and not self._stopped.is_set():
                if self._moment == "after":
                    silent.set()
                    await _send(database, data)
                self._stopped.set()
                await self._cut.wait()
                return
            await _send(database, data)
            in_transaction = in_transaction and b"COMMIT;" not in data

    async def _to_worker(
        self, answer: asyncio.StreamReader, reply: asyncio.StreamWriter, silent: asyncio.Event
    ) -> None:
        while data := await answer.read(CHUNK):
            if silent.is_set():
                await self._cut.wait()
                return
            await _send(reply, data)


async def _send(to: asyncio.StreamWriter, data: bytes) -> None:
    with suppress(ConnectionError):
        to.write(data)
        await to.drain()
