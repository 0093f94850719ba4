"""Following upgrades live: redrawn in place on a terminal, a line per change elsewhere."""

from rich.console import Group
from rich.live import Live

from api.caller import Caller
from api.service.upgrades import UpgradeService
from api.terminal.text import console, words
from api.terminal.upgrades import (
    moved_of,
    rate_of,
    show_upgrade,
    show_ways_on,
    stage_of,
    upgrade_parts,
    waits_until,
)
from api.terminal.words import comma
from domain.values.base import Language
from domain.views.read_models import UpgradeView

REDRAWS_PER_SECOND = 10


async def watch_upgrade(
    service: UpgradeService, caller: Caller, upgrade_id: str, language: Language
) -> UpgradeView:
    """Show one upgrade until it rests, and answer with it."""
    out = console()
    view = await service.reading.status(caller, upgrade_id)
    if not out.is_terminal:
        async for view in service.reading.follow(caller, upgrade_id):
            out.print(words(line_of(view, language)))
        show_upgrade(out, view, language)
        return view
    with Live(console=out, refresh_per_second=REDRAWS_PER_SECOND) as live:
        async for view in service.reading.follow(caller, upgrade_id):
            live.update(Group(*upgrade_parts(view, language)))
    show_ways_on(out, view, language)
    return view


def line_of(view: UpgradeView, language: Language) -> str:
    """One upgrade in one line."""
    parts = [stage_of(view, language)]
    if view.stage == "moving_users":
        parts.append(moved_of(view, language) + rate_of(view, language))
    if waiting := waits_until(view, language):
        parts.append(waiting)
    return f"{view.subscription_id}: {comma(language).join(parts)}"
