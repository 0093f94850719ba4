"""The addresses of a host, asked of the system without holding anybody up."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from threading import Thread

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host, for connections to a port."""


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host. Raises `OSError`, `UnicodeError`.

    In a thread of its own: a name server that says nothing for long must not use up the threads that
    all others' names are asked for in, nor keep the process from ending.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def tell(found: list[str] | Exception) -> None:
        if answer.done():  # nobody waits any more
            return
        if isinstance(found, Exception):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def ask() -> None:
        found: list[str] | Exception
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = list(dict.fromkeys(str(info[4][0]) for info in infos))
        except (OSError, UnicodeError) as error:
            found = error
        with suppress(RuntimeError):  # the loop has closed meanwhile
            loop.call_soon_threadsafe(tell, found)

    Thread(target=ask, name="resolve", daemon=True).start()
    return await answer
