"""B53 on real servers: two workers, two runs of one switch at once, and a reset to before it."""

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from contextvars import ContextVar
from datetime import datetime

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities import upgrade_steps
from activities.steps import StepInput
from activities.upgrade_steps import PostgresUpgradeSteps
from deploy.local_stack.temporal_server import TemporalServer
from domain.views.read_models import UpgradeView
from store.errors import VersionConflict
from store.upgrades import UpgradeHistory
from tests.workflows.hooks import Held
from tests.workflows.story import Story, eventually
from tests.workflows.test_reset import BOOKS, run_id_of


class Overtaken:
    """The first switch is held when it has read, and is let go when another one has been made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.held = Held("switch_billing", 1)
        self.ended: list[UpgradeView | BaseException] = []
        """What became of each switch, in the order they ended in."""
        switching = ContextVar("switching", default=False)
        switch = PostgresUpgradeSteps._switch_billing  # pyright: ignore[reportPrivateUsage]
        history = PostgresUpgradeSteps._history  # pyright: ignore[reportPrivateUsage]

        async def observed(
            steps: PostgresUpgradeSteps, step: StepInput, at: datetime
        ) -> UpgradeView:
            switching.set(True)
            try:
                view = await switch(steps, step, at)
            except BaseException as error:
                self.ended.append(error)
                raise
            self.ended.append(view)
            return view

        async def read(steps: PostgresUpgradeSteps, step: StepInput) -> UpgradeHistory:
            found = await history(steps, step)
            if switching.get():  # other steps read it too
                await self.held()
            return found

        # Cut off from the server, it never hears that its run is over.
        monkeypatch.setattr(upgrade_steps, "heartbeating", nullcontext)
        monkeypatch.setattr(PostgresUpgradeSteps, "_switch_billing", observed)
        monkeypatch.setattr(PostgresUpgradeSteps, "_history", read)


async def test_a_switch_under_way_is_overtaken_by_that_of_a_reset_run(
    story: Story, temporal_server: TemporalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    another = await Client.connect(temporal_server.address, data_converter=pydantic_data_converter)
    first = Overtaken(monkeypatch)
    await story.load()
    ordered = await story.order()
    await first.held.reached()
    # The first worker has read, and will write what it has decided when it is let go.
    run_id = await run_id_of(story, ordered)
    tasks = await story.completed_tasks(ordered)
    await story.start_worker(another)
    await story.reset(ordered, run_id, tasks[-1])
    complete = await story.until(ordered, "awaiting_invoice")
    before = await story.contents(*BOOKS)
    assert [type(each) for each in first.ended] == [UpgradeView], "the reset run's own"

    first.held.release()
    await eventually("the first one has tried", _tried(first))
    assert isinstance(first.ended[1], VersionConflict), "its version is gone"
    assert await story.contents(*BOOKS) == before
    assert story.hooks.begun["switch_billing"] == 2

    await story.skip_to(complete, complete.deadline)
    assert (await story.result(ordered)).stage == "invoiced"
    types = Counter(await story.event_types(ordered))
    assert (types["BillingSwitched"], types["InvoiceIssued"]) == (1, 1)


def _tried(first: Overtaken) -> Callable[[], Awaitable[bool]]:
    async def ended() -> bool:
        return len(first.ended) == 2

    return ended
