"""The demo on days that matter to its customers: the sample world's days are moved to around today."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow

from api.cli import demo
from api.cli.context import Parts
from api.files.world_file import read_world_file
from api.terminal.demo import Stage
from tests import clock
from tests.callers import OPERATOR
from tests.workflows.story import Story, a_world

SAMPLE_WORLD = Path(__file__).parents[2] / "deploy" / "sample-world.yaml"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "CREDIT_CHECK_SECONDS", 0.1)


def sample_world(folder: Path, *, billing: int | None = None, cycle: int | None = None) -> Path:
    """The sample world with the `billing` day and the `cycle`'s first day so many days from today.

    Each in its tenant's own time zone; as in the file where none is given.
    """
    world: Any = read_world_file(SAMPLE_WORLD)
    for tenant in world["tenants"]:
        zone = tenant["time_zone"]
        if billing is not None:
            tenant["billing_day"] = clock.in_days(billing, zone).day
        for subscription in tenant["subscriptions"]:
            if subscription.get("user_count"):
                subscription["user_count"] = 20  # thousands only take longer
            if cycle is not None:
                began = clock.in_days(cycle, zone)
                anchor = began.replace(year=began.year - 1, day=min(began.day, 28))
                subscription["cycle_anchor"] = anchor.isoformat()
    path = folder / "world.json"
    path.write_text(json.dumps(world, default=str), encoding="utf-8")
    return path


async def play(story: Story, world: Path) -> demo.Told:
    """The demo, as `starter.py demo` plays it."""

    async def client() -> Any:
        return story.client

    parts = Parts(service=story.service, caller=OPERATOR, temporal=client)
    told = await demo.play(parts, world, Stage(None), None, stays=False)
    story.upgrade_ids += [view.upgrade_id for view in told.upgrades]
    return told


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("billing", "cycle"), [(-1, 0), (0, 1), (1, -1)])
async def test_the_demo_is_played_twice_around_its_customers_days(
    story: Story, tmp_path: Path, billing: int, cycle: int
) -> None:
    world = sample_world(tmp_path, billing=billing, cycle=cycle)
    for _ in range(2):
        told = await play(story, world)
        assert told.verified.ok
        stages = {view.tenant_id: view.stage for view in told.upgrades}
        assert set(stages.values()) == {"invoiced", "expired"}
        assert stages["adatum"] == "expired"
        assert len(told.invoices) == list(stages.values()).count("invoiced")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "moment",
    [
        "2026-12-01T00:00:01+01:00",  # Fabrikam's billing day has just begun
        "2027-01-19T23:59:58+08:00",  # Proseware's is about to
        "2027-12-31T23:59:58+00:00",
        "2028-02-29T12:00:00+00:00",
        "2029-06-01T12:00:00+00:00",  # no term that was paid upfront is left
    ],
)
async def test_the_demo_is_played_at_any_moment(story: Story, tmp_path: Path, moment: str) -> None:
    with clock.living_at(datetime.fromisoformat(moment)):
        told = await play(story, sample_world(tmp_path))
    assert told.verified.ok
    assert [view.stage for view in told.upgrades].count("invoiced") == len(told.invoices) == 4


async def test_a_timer_that_comes_late_is_waited_for(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a busy machine: it starts only when the worker's answer has arrived."""
    as_usual = workflow.now
    monkeypatch.setattr(workflow, "now", lambda: as_usual() - timedelta(seconds=3))
    await story.load()
    complete = await story.rest(await story.order())
    assert complete.stage == "awaiting_invoice"
    assert complete.deadline is not None
    lived = await story.service.operations.live_until(
        OPERATOR, complete.upgrade_id, complete.deadline
    )
    assert lived.stage == "invoiced"


@pytest.mark.parametrize("waits", [True, False])
async def test_an_upgrade_that_went_on_by_itself_is_adopted(story: Story, waits: bool) -> None:
    """Its billing day is today, and somebody still has it in hand as it was a moment before."""
    await story.load(a_world(billing_day=clock.today("America/Los_Angeles").day))
    held = story.hooks.hold("issue_invoice")
    seen = await story.service.reading.status(OPERATOR, (await story.order()).upgrade_id)
    await held.reached()
    seen = await story.service.reading.status(OPERATOR, seen.upgrade_id)
    assert (seen.stage, seen.deadline is None) == ("awaiting_invoice", False)
    assert seen.deadline is not None
    living = story.service.operations.live_until(OPERATOR, seen.upgrade_id, seen.deadline)
    if waits:
        lived = story.begin(living)
        held.release()
        assert (await lived).stage == "invoiced"
    else:
        held.release()
        await story.result(seen)
        assert (await living).stage == "invoiced"
