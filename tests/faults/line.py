"""The line to Postgres, which can fall silent with all connections open."""

import asyncio
from contextlib import suppress

from tests.faults.listener import CHUNK, Listener, server_of, until_one_ends


class Line(Listener):
    """Carries everything, or holds it back while it is silent."""

    def __init__(self, database_url: str) -> None:
        """`database_url` is that of the database at its end."""
        super().__init__()
        self._database_url = database_url
        self._speaks = asyncio.Event()
        self._speaks.set()
        self.heard = bytearray()
        """What went over it, in both directions."""

    @property
    def url(self) -> str:
        """Of the database, by this line."""
        return self.url_of(self._database_url)

    def fall_silent(self) -> None:
        self._speaks.clear()

    def speak_again(self) -> None:
        self._speaks.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer, there = await asyncio.open_connection(*server_of(self._database_url))
        try:
            await until_one_ends(self._pump(reader, there), self._pump(answer, writer))
        finally:
            there.close()

    async def _pump(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(CHUNK):
                await self._speaks.wait()
                self.heard += data
                to.write(data)
                await to.drain()
