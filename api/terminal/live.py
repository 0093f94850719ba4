"""Following upgrades live: redrawn in place on a terminal, a line per change elsewhere."""

from rich.console import Group
from rich.live import Live

from api.cli.desk import console
from api.service import UpgradeService
from api.terminal.text import words
from api.terminal.upgrades import WORDS, rate_of, show_upgrade, upgrade_parts, waits_until
from domain.read_models import UpgradeView

REDRAWS_PER_SECOND = 10


async def watch_upgrade(service: UpgradeService, upgrade_id: str) -> UpgradeView:
    """Show one upgrade until it rests, and answer with it."""
    out = console()
    view = await service.status(upgrade_id)
    if not out.is_terminal:
        async for view in service.follow(upgrade_id):
            out.print(words(line_of(view)))
        show_upgrade(out, view)
        return view
    with Live(console=out, refresh_per_second=REDRAWS_PER_SECOND) as live:
        async for view in service.follow(upgrade_id):
            live.update(Group(*upgrade_parts(view)))
    return view


def line_of(view: UpgradeView) -> str:
    """One upgrade in one line."""
    users = view.users
    parts = ["users move back" if view.undoing else WORDS[view.stage]]
    if view.stage == "moving_users":
        parts.append(f"{users.moved:,} of {users.total:,} moved{rate_of(view)}")
    if waiting := waits_until(view):
        parts.append(waiting)
    return f"{view.subscription_id}: {', '.join(parts)}"
