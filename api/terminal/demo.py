"""What people see of the demo: scenes, and a board of all upgrades that is redrawn while they run."""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from api.terminal.live import REDRAWS_PER_SECOND, line_of
from api.terminal.text import bullet, indented, say, words
from api.terminal.upgrades import bar_of, rate_of, stage_of, style_of
from domain.text.formats import short_moment
from domain.values.base import Language
from domain.views.read_models import Notice, UpgradeView

LANGUAGE: Language = "en"
"""What the story is told in."""
BAR = 20
PAUSE_SECONDS = 1.0
"""Between scenes, so that a person can read along; nobody reads along a file."""


class Stage:
    """Where the demo is shown: nowhere, as lines, or live."""

    def __init__(self, console: Console | None) -> None:
        """None shows nothing."""
        self.console = console
        self._scenes = 0

    @property
    def is_live(self) -> bool:
        """Whether somebody watches a terminal."""
        return self.console is not None and self.console.is_terminal

    async def scene(self, headline: str) -> None:
        """A new chapter."""
        self._scenes += 1
        self.show("", words(f"{self._scenes}. {headline}", "bold cyan"))
        await self.pause()

    async def pause(self) -> None:
        """Leave a reader time."""
        if self.is_live:
            await asyncio.sleep(PAUSE_SECONDS)

    def show(self, *parts: RenderableType) -> None:
        """Print parts one below the other."""
        if self.console is not None:
            say(self.console, *parts)

    def line(self, line: str, style: str = "") -> None:
        """One line of a story."""
        self.show(indented(bullet("•", words(line, style))))

    def notice(self, notice: Notice) -> None:
        """What a customer was told, in both languages."""
        told = Text("\n").join([words(notice.text.en), words(notice.text.zh_tw)])
        self.show(indented(bullet("✉", told, "yellow")))

    def board(self, names: Mapping[str, str]) -> "Board":
        """A board of upgrades that run side by side; `names` tells the story of each quote."""
        return Board(self, names)


class Board:
    """Upgrades side by side: redrawn on a terminal, a line per step elsewhere."""

    def __init__(self, stage: Stage, names: Mapping[str, str]) -> None:
        """Use it as a context while the upgrades run; `names` tells the story of each quote."""
        self._stage = stage
        self._names = names
        self._views: dict[str, UpgradeView] = {}
        self._told: dict[str, str] = {}
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self._stage.is_live:
            self._live = Live(
                console=self._stage.console, refresh_per_second=REDRAWS_PER_SECOND
            ).__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)

    def update(self, view: UpgradeView) -> None:
        """Something has changed."""
        self._views[view.upgrade_id] = view
        if self._live is not None:
            self._live.update(self._table())
            return
        # A line per stage, and one per quarter of the users.
        quarter = 4 * view.users.moved // max(1, view.users.total)
        mark = f"{view.stage} {quarter if view.stage == 'moving_users' else ''}"
        if self._told.get(view.upgrade_id) != mark:
            self._told[view.upgrade_id] = mark
            self._stage.line(line_of(view, LANGUAGE))

    def _table(self) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        for name in ("upgrade", "stage", "users"):
            table.add_column(name, overflow="fold")
        order = list(self._names)
        views = sorted(self._views.values(), key=lambda view: order.index(view.quote_id))
        for view in views:
            name = Text(view.subscription_id, "bold")
            name.append(f"\n{self._names.get(view.quote_id, '')}", style="not bold dim")
            stage = Text(stage_of(view, LANGUAGE))
            stage.stylize(style_of(view.stage))
            if view.deadline is not None:
                stage.append(f"\nuntil {short_moment(view.deadline, 'UTC').en}", style="dim")
            users = bar_of(view, BAR)
            counts = f"{view.users.moved:,} of {view.users.total:,}{rate_of(view, LANGUAGE)}"
            users.append(f"\n{counts}", style="dim")
            table.add_row(name, stage, users)
        return table
