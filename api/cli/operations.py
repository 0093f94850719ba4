"""Verbs of whoever runs the service: load, verify, rebuild, replay, time, and the demo."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api import inputs
from api.cli.context import AsJson, Lang, Parts, UpgradeId, desk_of
from api.cli.orders import tell_upgrade
from api.cli.output import ExitCode
from api.errors import BadInput
from api.files.given_file import CannotRead, read_given
from api.files.world_reader import read_world, world_schema
from api.service.operations import Imported
from domain.views.read_models import UpgradeView
from domain.world.importing import SECTIONS

if TYPE_CHECKING:
    from rich.console import Console
    from temporalio.client import WorkflowHistory

    from api.service.operations import RebuildReport
    from workflows.replay import Replayed

MOST_HISTORY_BYTES = 256 * 1024**2
"""As JSON; Temporal itself ends a history at 50 MB."""


def load(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="YAML, or JSON as *.json.")],
    *,
    replace: Annotated[
        str,
        typer.Option(
            "--replace",
            metavar="SECTION,...",
            help=f"Sections that become exactly those of the file: {', '.join(SECTIONS)}.",
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import a world file: catalog, tenants, incidents, policy. All of it or nothing.

    Sections and keys that the file leaves out stay as they are stored.

    Example: starter.py load deploy/sample-world.yaml
    """
    from api.files.world_file import read_world_file  # noqa: PLC0415
    from api.terminal.imported import show_import  # noqa: PLC0415

    replaced = inputs.sections_of("replace", replace)
    world = read_world(read_world_file(file))

    async def ask(parts: Parts) -> Imported:
        return await parts.service.operations.load(
            parts.caller, world, replace=replaced, dry_run=dry_run
        )

    found = desk_of(context).ask(ask)
    desk_of(context).tell(found, as_json=as_json, show=lambda console: show_import(console, found))


def schema(context: typer.Context, as_json: AsJson = False) -> None:
    """The JSON Schema of the world file, for editors and validators.

    Example: starter.py schema --json > world.schema.json
    """
    document = world_schema()
    desk_of(context).tell(
        document, as_json=as_json, show=lambda console: console.print_json(data=document)
    )


def fast_forward(
    context: typer.Context,
    upgrade_id: UpgradeId,
    duration: Annotated[
        str, typer.Argument(metavar="DURATION", help="Such as 90s, 45m, 6h, 30d or 2d1s.")
    ],
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Live through a time of one upgrade in moments; on the local stack only.

    Example: starter.py fast-forward up-0123456789abcdef0123 2d1s
    """
    wanted = inputs.id_of("upgrade", upgrade_id)
    time = inputs.duration_of("duration", duration)

    async def ask(parts: Parts) -> UpgradeView:
        return await parts.service.operations.live_through(parts.caller, wanted, time)

    tell_upgrade(context, wanted, ask, lang=lang, as_json=as_json)


def verify(
    context: typer.Context,
    *,
    no_temporal: Annotated[
        bool, typer.Option("--no-temporal", help="Check the database alone.")
    ] = False,
    anchors: Annotated[
        str | None, typer.Option(metavar="FILE", help="Compare with anchors exported before.")
    ] = None,
    export_anchors: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write where every stream ends now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every promise of the database, and that Temporal agrees with it.

    It looks at data. Whether workers are there to go on, and what needs somebody, `watch` says.

    Example: starter.py verify --anchors before.jsonl --export-anchors now.jsonl
    """
    from api.terminal.records import (  # noqa: PLC0415
        show_checks,
        show_exported,
        show_what_else,
    )

    found, exported = desk_of(context).ask(
        lambda parts: parts.service.operations.verify(
            parts.caller,
            with_temporal=not no_temporal,
            anchors=anchors,
            export_anchors=export_anchors,
        )
    )

    def show(console: "Console") -> None:
        wrong = [each.model_dump(mode="json") for each in found.violations]
        show_checks(console, ok=found.ok, counts=found.checked, wrong=wrong)
        show_what_else(console)
        if export_anchors is not None:
            show_exported(console, exported)

    document = found.model_dump(mode="json")
    if export_anchors is not None:
        document["exported"] = exported and exported.model_dump(mode="json")
    desk_of(context).tell(
        document,
        as_json=as_json,
        show=show,
        exit_code=ExitCode.DONE if found.ok else ExitCode.VIOLATED,
    )


def rebuild(
    context: typer.Context,
    write: Annotated[
        bool, typer.Option("--write", help="Write rows anew that differ from their events.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Rebuild every read model from events alone, and compare it with the live tables.

    Example: starter.py rebuild --write
    """
    from api.terminal.records import show_checks  # noqa: PLC0415

    async def ask(parts: Parts) -> "RebuildReport":
        operations = parts.service.operations
        return await (operations.rebuild if write else operations.compare_rows)(parts.caller)

    found = desk_of(context).ask(ask)
    desk_of(context).tell(
        found,
        as_json=as_json,
        show=lambda console: show_checks(
            console,
            ok=found.ok,
            counts={**found.compared, **({"written anew": found.written} if write else {})},
            wrong=[each.model_dump(mode="json") for each in found.differences],
        ),
        exit_code=ExitCode.DONE if found.ok else ExitCode.VIOLATED,
    )


def replay(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILES", help="Histories as JSON.")
    ] = None,
    query: Annotated[
        str, typer.Option("--query", help="Runs that Temporal finds by this list filter.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Replay histories on this code: can it go on with runs that began on older code?

    Those in files, those of the runs that a query finds, or those of all runs. Exit code 1 names those
    that it cannot go on with, and those that it goes on with otherwise: another timer, say.

    Example: starter.py replay --query "ExecutionStatus = 'Running'"
    """
    from api.terminal.records import show_replays  # noqa: PLC0415
    from workflows.replay import replay as replay_all  # noqa: PLC0415

    if files and query:
        raise BadInput("query", "give either files or a query")

    async def ask(parts: Parts) -> "Replayed":
        return await parts.service.operations.replay(parts.caller, query)

    found = asyncio.run(replay_all(_in_files(files))) if files else desk_of(context).ask(ask)
    desk_of(context).tell(
        asdict(found),
        as_json=as_json,
        show=lambda console: show_replays(console, found),
        exit_code=ExitCode.VIOLATED if found.failed or found.differing else ExitCode.DONE,
    )


async def _in_files(files: Sequence[Path]) -> "AsyncIterator[tuple[str, WorkflowHistory]]":
    from workflows.replay import NotAHistory, read_history  # noqa: PLC0415

    for file in files:
        try:
            text = read_given(file, most_bytes=MOST_HISTORY_BYTES)
            yield str(file), read_history(file.stem, text)
        except (CannotRead, NotAHistory) as error:
            raise BadInput("files", f"{file} {error}") from None


def migrate(context: typer.Context, as_json: AsJson = False) -> None:
    """Create or renew the tables. Workers do that too when they start.

    Example: starter.py migrate
    """
    from api.terminal.records import show_migrations  # noqa: PLC0415

    applied = desk_of(context).ask(lambda parts: parts.service.operations.migrate(parts.caller))
    desk_of(context).tell(
        {"applied": applied},
        as_json=as_json,
        show=lambda console: show_migrations(console, applied),
    )


def demo(context: typer.Context, as_json: AsJson = False) -> None:
    """Several upgrades from order to invoice, side by side; on the local stack only.

    Example: ./dev demo
    """
    from api.cli.demo import play  # noqa: PLC0415
    from api.terminal.demo import Stage  # noqa: PLC0415
    from api.terminal.text import console  # noqa: PLC0415

    wiring = desk_of(context).wiring
    stage = Stage(None if as_json else console())
    told = desk_of(context).ask(
        lambda parts: play(
            parts,
            wiring.sample_world(),
            stage,
            wiring.temporal_ui(),
            stays=wiring.stack_stays(),
        )
    )
    desk_of(context).tell(told.document, as_json=as_json, show=lambda _console: None)
