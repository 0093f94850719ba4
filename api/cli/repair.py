"""Verbs that bring upgrades back on their way, and for what a failover has lost."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from api import inputs
from api.cli.context import AsJson, Lang, Parts, desk_of
from api.cli.orders import tell_upgrade
from api.cli.output import ExitCode
from api.errors import BadInput
from api.runs.resuming import Resumed
from api.service.repair import CAUSES

if TYPE_CHECKING:
    # At run time only where something is shown.
    from rich.console import Console

OneUpgrade = Annotated[
    str | None, typer.Argument(metavar="[UPGRADE]", help="Its id, as the order gave it.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]


def resume(
    context: typer.Context,
    *,
    upgrade_id: OneUpgrade = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every open upgrade that has no run.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Start the run of an open upgrade that has none: terminated, deleted, or lost with Temporal's data.

    It goes on from what the database says, in whatever stage, and may be repeated. A run that stands
    elsewhere than the database, as after a restore, is told to look. Exit code 1 if any upgrade failed.

    Example: starter.py resume up-0123456789abcdef0123

    Example: starter.py resume --all --dry-run
    """
    from api.terminal.repair import show_resumed  # noqa: PLC0415

    wanted = one_or_all(upgrade_id, everything=everything)

    async def ask(parts: Parts) -> Resumed:
        if wanted is not None:
            return await parts.service.repair.resume(parts.caller, wanted, dry_run=dry_run)
        return await parts.service.repair.resume_all(parts.caller, dry_run=dry_run)

    _tell(context, ask, show_resumed, as_json=as_json)


def retry(
    context: typer.Context,
    *,
    upgrade_id: OneUpgrade = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every upgrade that needs attention.")
    ] = False,
    cause: Annotated[
        str | None,
        typer.Option(metavar="CAUSE", help=f"With --all, only this kind: {', '.join(CAUSES)}."),
    ] = None,
    dry_run: DryRun = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Let an upgrade that needs attention try its failed step again, once the cause is fixed; or all.

    Exit code 1 if any of all failed.

    Example: starter.py retry up-0123456789abcdef0123

    Example: starter.py retry --all --cause unexpected --dry-run
    """
    wanted = one_or_all(upgrade_id, everything=everything)
    if wanted is None:
        _retry_all(context, cause, dry_run=dry_run, as_json=as_json)
        return
    for name, given in (("cause", cause is not None), ("dry_run", dry_run)):
        if given:
            raise BadInput(name, "goes with --all: leave it out for one upgrade")
    tell_upgrade(
        context,
        wanted,
        lambda parts: parts.service.repair.resolve_attention(parts.caller, wanted, "retry"),
        lang=lang,
        as_json=as_json,
    )


def _retry_all(context: typer.Context, cause: str | None, *, dry_run: bool, as_json: bool) -> None:
    from api.terminal.repair import show_retried  # noqa: PLC0415

    async def ask(parts: Parts) -> Resumed:
        return await parts.service.repair.retry_all(parts.caller, cause=cause, dry_run=dry_run)

    _tell(context, ask, show_retried, as_json=as_json)


def _tell(
    context: typer.Context,
    ask: Callable[[Parts], Awaitable[Resumed]],
    show: "Callable[[Console, Resumed], None]",
    *,
    as_json: bool,
) -> None:
    """Do it, and say what was done; exit code 1 if any upgrade failed."""
    found = desk_of(context).ask(ask)
    desk_of(context).tell(
        found,
        as_json=as_json,
        show=lambda console: show(console, found),
        exit_code=ExitCode.VIOLATED if found.failed else ExitCode.DONE,
    )


def lost_invoices(
    context: typer.Context,
    *,
    since: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Only upgrades that ended on it or later, in UTC."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find invoices that customers were told of and the database does not know, after a failover or a restore.

    Ask before any worker runs again: the numbers would be given to others, and have to be void first.
    Exit code 1 if there is any.

    Example: starter.py lost-invoices

    Example: starter.py lost-invoices --since 2026-11-28 --json
    """
    from api.terminal.repair import show_lost_invoices  # noqa: PLC0415

    after = None
    if since is not None:
        after = datetime.combine(inputs.day_of("since", since), time(), UTC)

    found = desk_of(context).ask(
        lambda parts: parts.service.repair.lost_invoices(parts.caller, after)
    )
    desk_of(context).tell(
        found,
        as_json=as_json,
        show=lambda console: show_lost_invoices(console, found),
        exit_code=ExitCode.VIOLATED if found.lost else ExitCode.DONE,
    )


def one_or_all(upgrade_id: str | None, *, everything: bool) -> str | None:
    """The upgrade that is meant; None for all. Raises `BadInput` unless it is exactly one of both."""
    if upgrade_id is None and not everything:
        raise BadInput("upgrade", "name one, or write --all")
    if upgrade_id is not None and everything:
        raise BadInput("all", "name an upgrade or write --all, not both")
    return None if upgrade_id is None else inputs.id_of("upgrade", upgrade_id)
