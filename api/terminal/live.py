"""Following upgrades live: redrawn in place on a terminal, a line per change elsewhere."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Group
from rich.live import Live

from api.cli.desk import console
from api.service import UpgradeService
from api.terminal.text import words
from api.terminal.upgrades import WORDS, show_upgrade, upgrade_parts, waits_until
from domain.read_models import UpgradeView

REDRAWS_PER_SECOND = 10


@dataclass
class Rate:
    """Users moved per second, since the first of them."""

    _since: tuple[float, int] | None = None
    _clock: Callable[[], float] = field(default=time.monotonic)

    def of(self, view: UpgradeView) -> float | None:
        """The rate, once there is one; None while nobody moves."""
        if view.stage != "moving_users":
            return None
        if self._since is None:
            self._since = (self._clock(), view.users.moved)
            return None
        began, moved_then = self._since
        moved = view.users.moved - moved_then
        seconds = self._clock() - began
        return moved / seconds if moved > 0 and seconds > 0 else None


async def watch_upgrade(service: UpgradeService, upgrade_id: str) -> UpgradeView:
    """Show one upgrade until it rests, and answer with it."""
    out = console()
    rate = Rate()
    view = await service.status(upgrade_id)
    if not out.is_terminal:
        async for view in service.follow(upgrade_id):
            out.print(words(line_of(view)))
        show_upgrade(out, view)
        return view
    with Live(console=out, refresh_per_second=REDRAWS_PER_SECOND) as live:
        async for view in service.follow(upgrade_id):
            live.update(Group(*upgrade_parts(view, rate.of(view))))
    return view


def line_of(view: UpgradeView) -> str:
    """One upgrade in one line."""
    users = view.users
    parts = ["users move back" if view.undoing else WORDS[view.stage]]
    if view.stage == "moving_users":
        parts.append(f"{users.moved:,} of {users.total:,} moved")
    if waiting := waits_until(view):
        parts.append(waiting)
    return f"{view.subscription_id}: {', '.join(parts)}"
