"""A wire between a worker and Postgres that a test can stop at one exact moment.

    worker -> Wire -> Postgres

It watches what the worker sends for the first event of some type. `before` its write the wire stops
carrying anything to Postgres; `after` it, the write is committed and the reply never arrives.
"""

import asyncio
from contextlib import suppress
from typing import Literal

import pytest

from tests.faults.listener import CHUNK, Listener, server_of, until_one_ends

Moment = Literal["before", "after"]
PATIENCE_SECONDS = 60.0


class Wire(Listener):
    """Carries every connection, until the moment that it waits for has come."""

    def __init__(self, url: str, event_type: str, moment: Moment) -> None:
        """`url` is that of the database at its end."""
        super().__init__()
        self._database_url = url
        self._marker = f'"type": "{event_type}"'.encode()
        self._moment = moment
        self._stopped = asyncio.Event()
        self._cut = asyncio.Event()

    @property
    def url(self) -> str:
        """Of the database, by this wire."""
        return self.url_of(self._database_url)

    def before_the_end(self) -> None:
        self._cut.set()

    async def stopped(self) -> None:
        """Until the moment has come, and the wire is silent."""
        try:
            await asyncio.wait_for(self._stopped.wait(), PATIENCE_SECONDS)
        except TimeoutError:
            pytest.fail(f"nothing was stopped: {self._marker.decode()} was never written")

    def cut(self) -> None:
        """Break the connection that is silent; the other ones and later ones carry on."""
        self._cut.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer, database = await asyncio.open_connection(*server_of(self._database_url))
        except OSError:
            return
        silent = asyncio.Event()
        try:
            await until_one_ends(
                self._to_database(reader, database, silent),
                self._to_worker(answer, writer, silent),
            )
        finally:
            database.close()

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
