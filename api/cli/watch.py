"""Verb `watch`: what needs an operator, looked at again and again."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

import typer

from api.cli.context import AsJson, Parts, desk_of
from api.cli.output import ExitCode
from api.runs.findings import Finding

LOOK_SECONDS = 5.0


def watch(
    context: typer.Context,
    *,
    once: Annotated[bool, typer.Option("--once", help="Look once, and end.")] = False,
    as_json: AsJson = False,
) -> None:
    """What needs an operator: parked runs, credit checks, upgrades past the hour, invoices, dead letters.

    Looks again every few seconds until Ctrl-C; once, with --once or --json, and then ends with exit
    code 1 if there is anything.

    Example: starter.py watch --once
    """
    from api.terminal.text import console  # noqa: PLC0415
    from api.terminal.watch import show_findings  # noqa: PLC0415

    async def look_on(parts: Parts) -> None:
        out = console()
        seen: list[object] | None = None
        while True:
            at, found = await _look(parts)
            # Only what has changed: in a log, nothing is said twice.
            told = [each.model_dump(exclude={"since"}) for each in found]
            if told != seen:
                if out.is_terminal:
                    out.clear()
                show_findings(out, at, found)
            seen = list(told)
            await asyncio.sleep(LOOK_SECONDS)

    if not (once or as_json):
        desk_of(context).ask(look_on)
        return
    at, found = desk_of(context).ask(_look)
    document: dict[str, Any] = {
        "at": at,
        "findings": [each.model_dump(mode="json", exclude_none=True) for each in found],
    }
    desk_of(context).tell(
        document,
        as_json=as_json,
        show=lambda out: show_findings(out, at, found),
        exit_code=ExitCode.VIOLATED if found else ExitCode.DONE,
    )


async def _look(parts: Parts) -> tuple[datetime, tuple[Finding, ...]]:
    return await parts.service.repair.findings(parts.caller)
