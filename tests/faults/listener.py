"""A port of this machine in front of one server, for whatever may happen on the way.

    client -> Listener -> server

`Proxy`, `Wire` and `Line` say what happens; this one accepts, connects, and ends with its block.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

CHUNK = 65536


class Listener(ABC):
    """Listens for as long as `opened` lasts, and gives each connection to `carry`."""

    def __init__(self) -> None:
        """Not listening yet."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self.address = ""
        """Host and port for clients, once it is open."""

    @abstractmethod
    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one client's connection until it ends."""

    def before_the_end(self) -> None:
        """Let go of what would keep connections waiting; nothing, unless somebody says so."""
        return

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[Self]:
        """Listen on a free port of this machine for as long as the block lasts."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            self.before_the_end()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def url_of(self, database_url: str) -> str:
        """The same database, by this way."""
        parts = urlsplit(database_url)
        login = parts.netloc.rpartition("@")[0]
        return urlunsplit(parts._replace(netloc=f"{login}@{self.address}"))

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self.carry(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()


def server_of(database_url: str) -> tuple[str, int]:
    """Host and port of a database's server."""
    parts = urlsplit(database_url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


async def until_one_ends(*pumps: Coroutine[Any, Any, None]) -> None:
    """Carry in both directions until one of them is over; then the other one is over too."""
    tasks = [asyncio.ensure_future(pump) for pump in pumps]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
