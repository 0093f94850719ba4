"""A TCP proxy in front of one server, which can hurt every connection that goes through it.

    client -> Proxy -> server

Connections are reset, swallowed, delayed, or cut around a commit. Each fault returns how often it did
bite, so that whoever injects it can assert that it happened.
"""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Literal

from tests.faults.listener import CHUNK, Listener, until_one_ends

Moment = Literal["before", "after"]
"""Of a commit: its statement never reaches the server, or its reply never reaches the client."""

_WRITES = b'"type": "'
"""In the arguments of every statement that appends an event."""
_OVERLAP = len(_WRITES) - 1
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER without waiting: the peer sees a reset, not an orderly end."""


class Proxy(Listener):
    """Carries connections to one server, whose port may come and go."""

    def __init__(self, host: str, port: int) -> None:
        """The address of the server."""
        super().__init__()
        self._to = (host, port)
        self._connections: set[_Connection] = set()
        self._swallows = False
        self._swallowed = 0
        self._delay_seconds = 0.0
        self._delayed = 0
        self._armed: Moment | None = None
        self._cut = asyncio.Event()

    def before_the_end(self) -> None:
        self.reset()

    def lead_to(self, host: str, port: int) -> int:
        """Lead to another server, as after a failover; how many connections to the old one were reset."""
        self._to = (host, port)
        return self.reset()

    # ---- faults -----------------------------------------------------------------------------

    def reset(self) -> int:
        """Reset every connection; how many there were."""
        hurt = list(self._connections)
        for connection in hurt:
            connection.reset()
        return len(hurt)

    async def black_hole(self, seconds: float) -> int:
        """Swallow everything for so long, then reset all connections; how many chunks were lost."""
        before = self._swallowed
        self._swallows = True
        try:
            await asyncio.sleep(seconds)
        finally:
            self._swallows = False
            self.reset()
        return self._swallowed - before

    async def delay(self, each_seconds: float, seconds: float) -> int:
        """Hold every chunk back a little, for so long; how many chunks were late."""
        before = self._delayed
        self._delay_seconds = each_seconds
        try:
            await asyncio.sleep(seconds)
        finally:
            self._delay_seconds = 0.0
        return self._delayed - before

    async def cut_commit(self, moment: Moment, at_most_seconds: float) -> int:
        """Cut the connection of the next commit that appends an event; 0 if none came in time."""
        self._armed = moment
        self._cut.clear()
        try:
            await asyncio.wait_for(self._cut.wait(), at_most_seconds)
        except TimeoutError:
            return 0
        finally:
            self._armed = None
        return 1

    # ---- carrying ---------------------------------------------------------------------------

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self, writer)
        self._connections.add(connection)
        try:
            await connection.carry(reader, self._to)
        except OSError:
            connection.reset()
        finally:
            self._connections.discard(connection)
            connection.close()

    async def pass_on(self, data: bytes, to: asyncio.StreamWriter) -> None:
        """Send a chunk the way that chunks go now: not at all, late, or at once."""
        if self._delay_seconds:
            self._delayed += 1
            await asyncio.sleep(self._delay_seconds)
        if self._swallows:
            self._swallowed += 1
            return
        to.write(data)
        await to.drain()

    def takes(self, moment: Moment) -> bool:
        """Whether the commit that is about to be is the one to cut; only one is."""
        if self._armed != moment:
            return False
        self._armed = None
        return True

    def has_cut(self) -> None:
        """A connection was cut around its commit."""
        self._cut.set()


class _Connection:
    """One client's connection, and the one to the server behind it."""

    def __init__(self, proxy: Proxy, client: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._client = client
        self._server: asyncio.StreamWriter | None = None
        self._silent = False
        """The commit has gone to the server, whose reply is to be lost."""

    async def carry(self, from_client: asyncio.StreamReader, to: tuple[str, int]) -> None:
        from_server, self._server = await asyncio.open_connection(*to)
        await until_one_ends(
            self._to_server(from_client, self._server), self._to_client(from_server)
        )

    async def _to_server(
        self, from_client: asyncio.StreamReader, server: asyncio.StreamWriter
    ) -> None:
        in_transaction = written = False
        end = b""
        while data := await from_client.read(CHUNK):
            seen, end = end + data, data[-_OVERLAP:]
            in_transaction = (in_transaction or b"BEGIN;" in data) and b"ROLLBACK;" not in data
            written = (written and in_transaction) or _WRITES in seen
            if written and (not in_transaction or b"COMMIT;" in data):
                if self._proxy.takes("before"):
                    self.reset()
                    self._proxy.has_cut()
                    return
                self._silent = self._silent or self._proxy.takes("after")
                written = False
            await self._proxy.pass_on(data, server)
            in_transaction = in_transaction and b"COMMIT;" not in data

    async def _to_client(self, from_server: asyncio.StreamReader) -> None:
        while data := await from_server.read(CHUNK):
            if self._silent:  # this is the reply: what was sent is committed
                self.reset()
                self._proxy.has_cut()
                return
            await self._proxy.pass_on(data, self._client)

    def reset(self) -> None:
        for writer in (self._client, self._server):
            if writer is not None and not writer.is_closing():
                sock = writer.get_extra_info("socket")
                with suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                writer.transport.abort()

    def close(self) -> None:
        for writer in (self._client, self._server):
            if writer is not None:
                writer.close()
