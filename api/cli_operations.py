"""Verbs of whoever runs the service: load, verify, rebuild, replay, time, and the demo."""

from datetime import timedelta
from typing import Annotated

import typer

from api import inputs
from api.cli import AsJson, Parts, UpgradeId, desk_of
from domain.read_models import UpgradeView
from domain.world import parse_world, world_schema
from store.world import Imported

LATEST_TIME_ZONE = timedelta(hours=14)


def load(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="YAML, or JSON as *.json.")],
    as_json: AsJson = False,
) -> None:
    """Import a world file: catalog, tenants, incidents, policy. All of it or nothing.

    Example: starter.py load deploy/sample-world.yaml
    """
    from api.terminal_records import show_import  # noqa: PLC0415
    from api.world_file import read_world_file  # noqa: PLC0415

    document = read_world_file(file)

    async def ask(parts: Parts) -> Imported:
        # The latest day that it is anywhere: a tenant may be ahead of UTC.
        world = parse_world(document, today=(parts.clock() + LATEST_TIME_ZONE).date())
        return await parts.service.load(world)

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
    as_json: AsJson = False,
) -> None:
    """Live through a time of one upgrade in moments; on the local stack only.

    Example: starter.py fast-forward up-0123456789abcdef0123 2d1s
    """
    wanted = inputs.id_of("upgrade", upgrade_id)
    time = inputs.duration_of("duration", duration)
    from api.terminal_upgrades import show_upgrade  # noqa: PLC0415

    async def ask(parts: Parts) -> UpgradeView:
        from api.time_travel import live_through  # noqa: PLC0415

        return await live_through(parts.service, await parts.temporal(), wanted, time)

    view = desk_of(context).ask(ask)
    desk_of(context).tell(view, as_json=as_json, show=lambda console: show_upgrade(console, view))


def migrate(context: typer.Context, as_json: AsJson = False) -> None:
    """Create or renew the tables. Workers do that too when they start.

    Example: starter.py migrate
    """
    from api.terminal_records import show_migrations  # noqa: PLC0415
    from store.migrate import migrate as apply_migrations  # noqa: PLC0415

    applied = desk_of(context).ask(lambda parts: apply_migrations(parts.database))
    desk_of(context).tell(
        {"applied": applied},
        as_json=as_json,
        show=lambda console: show_migrations(console, applied),
    )
