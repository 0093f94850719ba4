"""One cell of the grid: an upgrade of a tenant of its own, and what anybody can do to it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal

from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from api.errors import ServiceError
from domain.quoting.quote import Quote
from domain.upgrade.states import ENDED_STAGES
from domain.views.read_models import UpgradeView
from tests.callers import OPERATOR
from tests.workflows.hooks import Failing, Held
from tests.workflows.story import Story, eventually


@dataclass
class Cell:
    """One upgrade on its way through its row and its column."""

    story: Story
    row: "Row"
    tenant: str
    key: str
    upgrade_id: str
    quote: Quote
    held: list[Held] = field(default_factory=list[Held])
    broken: list[Failing] = field(default_factory=list[Failing])
    ordering: "asyncio.Task[UpgradeView] | None" = None

    @property
    def subscription(self) -> str:
        return f"{self.tenant}-basic"

    # ---- what people do to it ---------------------------------------------------------------

    def order(self, **order: Any) -> "asyncio.Task[UpgradeView]":
        """Order, in the background: the answer waits for the check."""

        async def ordered() -> UpgradeView:
            return await self.story.order(
                self.subscription, quote=self.quote, idempotency_key=self.key, **order
            )

        self.ordering = self.story.begin(ordered())
        return self.ordering

    def hold(self, step: str, **how: Any) -> Held:
        held = self.story.hooks.hold(step, of=self.upgrade_id, **how)
        self.held.append(held)
        return held

    def fail(self, step: str, **how: Any) -> Failing:
        failing = self.story.hooks.fail(step, of=self.upgrade_id, **how)
        self.broken.append(failing)
        return failing

    def let_go(self) -> None:
        """Nothing is held any more."""
        for held in self.held:
            held.release()

    def mend(self) -> None:
        """Nothing is broken any more."""
        for failing in self.broken:
            failing.mended()

    async def decide(self, decision: str, reference: str = "R-1") -> None:
        await self.story.service.orders.decide(
            OPERATOR, self.upgrade_id, decision, reference=reference
        )

    async def cancel(self) -> None:
        await self.story.service.orders.cancel(OPERATOR, self.upgrade_id, "no budget")

    async def send(self, name: str, message: Any, *, id: str) -> str:
        """An update by the caller's own hand; the code that it was refused with, or nothing."""
        try:
            await self.story.handle(self.upgrade_id).execute_update(name, message, id=id)  # pyright: ignore[reportUnknownMemberType] - open in the SDK
        except WorkflowUpdateFailedError as error:
            return (error.cause.type or "") if isinstance(error.cause, ApplicationError) else "?"
        return ""

    # ---- how it stands ----------------------------------------------------------------------

    async def view(self) -> UpgradeView:
        return await self.story.service.reading.status(OPERATOR, self.upgrade_id)

    async def until(self, *stages: str) -> UpgradeView:
        async def there() -> UpgradeView | None:
            try:
                view = await self.view()
            except ServiceError:
                return None
            if view.stage in stages and await self.story.stage_of_run(view) == view.stage:
                return view
            return None

        return await eventually(f"{self.tenant} is {' or '.join(stages)}", there)

    async def live_on(self) -> UpgradeView:
        """Let come whatever it waits for, until it has ended."""
        self.let_go()
        done: set[tuple[str, int]] = set()

        async def ended() -> UpgradeView | None:
            try:
                view = await self.view()
            except ServiceError:
                return None  # it is being checked
            if view.stage in ENDED_STAGES:
                return view if await self._is_over() else None
            if (view.stage, view.version) in done:
                return None
            if await self.story.stage_of_run(view) != view.stage:
                return None
            done.add((view.stage, view.version))
            await self.let_come(view)
            return None

        return await eventually(f"{self.tenant} ends", ended, seconds=60)

    async def _is_over(self) -> bool:
        run = await self.story.runs.last_run(self.upgrade_id)
        return run is None or not run.is_open

    async def let_come(self, view: UpgradeView) -> None:
        """What the upgrade waits for in this stage."""
        match view.stage:
            case "awaiting_credit_check" if self.row.decision:
                await self.decide(self.row.decision)
            case "scheduled" | "awaiting_credit_check" | "awaiting_invoice":
                try:
                    await self.story.skip_to(view, view.deadline)
                except RPCError:  # it ended meanwhile
                    return
            case "needs_attention":
                self.mend()
                await self.story.service.repair.resolve_attention(
                    OPERATOR, self.upgrade_id, self.row.resolution
                )
            case _:
                return


Reach = Callable[[Cell], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Row:
    """How a stage is reached, which step belongs to it, and how it ends by itself."""

    reach: Reach
    step: str
    """The step that leads out of the stage; for an ended one, the one that led into it."""
    ends: str
    pays_by: str = "card"
    decision: str | None = "approved"
    """What the reviewer says; None: nothing, so that it expires."""
    resolution: Literal["retry", "undo"] = "retry"
    incident: bool = False


Happen = Callable[[Cell], Awaitable[str]]
"""A column: what happens to a cell, and what its caller was told."""
