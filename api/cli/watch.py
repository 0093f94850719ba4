"""Verb `watch`: what needs an operator, looked at again and again."""

import asyncio
from typing import Annotated

import typer

from api.cli.desk import AsJson, Parts, console, desk_of
from api.errors import NotRunning, Unavailable
from store.watch import Watch, read_watch

LOOK_SECONDS = 5.0


def watch(
    context: typer.Context,
    *,
    once: Annotated[bool, typer.Option("--once", help="Look once, and end.")] = False,
    as_json: AsJson = False,
) -> None:
    """What needs an operator: parked runs, credit checks, upgrades past the hour, invoices, dead letters.

    Looks again every few seconds until Ctrl-C; once, with --once or --json.

    Example: starter.py watch --once
    """
    from api.terminal.watch import show_watch  # noqa: PLC0415

    async def look(parts: Parts) -> Watch:
        found = await read_watch(parts.database, parts.clock())
        return found.model_copy(update={"unrecorded": await _unrecorded(parts)})

    async def look_on(parts: Parts) -> None:
        out = console()
        seen: Watch | None = None
        while True:
            found = await look(parts)
            # Only what has changed: in a log, nothing is said twice.
            if seen is None or found.model_dump(exclude={"at"}) != seen.model_dump(exclude={"at"}):
                if out.is_terminal:
                    out.clear()
                show_watch(out, found)
            seen = found
            await asyncio.sleep(LOOK_SECONDS)

    if not (once or as_json):
        desk_of(context).ask(look_on)
        return
    found = desk_of(context).ask(look)
    desk_of(context).tell(found, as_json=as_json, show=lambda out: show_watch(out, found))


async def _unrecorded(parts: Parts) -> tuple[str, ...] | None:
    from api.temporal import unrecorded_upgrades  # noqa: PLC0415

    try:
        return await unrecorded_upgrades(await parts.temporal())
    except (Unavailable, NotRunning):  # the server, or its namespace, is not there
        return None
