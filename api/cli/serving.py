"""The verb that runs the HTTP API."""

import asyncio
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api import inputs
from api.cli.context import AsJson, Parts, desk_of
from api.cli.output import write_json
from api.errors import BadInput

if TYPE_CHECKING:
    # At run time only inside: most verbs need no HTTP.
    from fastapi import FastAPI


def serve(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option(metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[str, typer.Option(metavar="PORT", help="0 takes any free one.")] = "8080",
    as_json: AsJson = False,
) -> None:
    """Run the HTTP API until Ctrl-C or SIGTERM: callbacks of the credit service.

    Example: starter.py serve --port 8080
    """
    number = inputs.number_of("port", port, 0, 65535)
    desk = desk_of(context)
    callback_keys, hosts = desk.wiring.callback_keys(), desk.wiring.http_hosts()
    listening = _listen(host, number)
    url = f"http://{host}:{listening.getsockname()[1]}"

    def ready() -> None:
        if as_json:
            write_json({"url": url})
        else:
            typer.echo(f"http api ready on {url}")

    async def run(parts: Parts) -> None:
        from api.http.app import http_api  # noqa: PLC0415
        from api.http.credit_decisions import CallbackKeys  # noqa: PLC0415

        await parts.service.operations.require_migrated(parts.caller)
        keys = CallbackKeys(*callback_keys) if callback_keys else None
        await _serve(http_api(parts.service, keys, hosts), listening, ready)

    with listening:
        desk.ask(run, stays=True)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise BadInput(
            "port" if port else "host",
            f"{host}:{port} cannot be listened on ({error.strerror or error}): choose another,"
            " or 0 for any free port",
        ) from None


async def _serve(app: "FastAPI", listening: socket.socket, ready: Callable[[], None]) -> None:
    import uvicorn  # noqa: PLC0415

    from api.http.connections import BoundedConfig, Limits  # noqa: PLC0415

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()

        @contextmanager
        def capture_signals(self) -> Generator[None]:
            # uvicorn's own would raise the signal again when all is done: an asked stop ends with 0.
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self.handle_exit, number, None)
            yield

    loop = asyncio.get_running_loop()
    server = Server(BoundedConfig(app, Limits()))
    await server.serve(sockets=[listening])
