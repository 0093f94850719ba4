"""The runbook's queries, on a real server: each finds the runs that its name says, and no others."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.views.read_models import UpgradeView
from tests.workflows import paths
from tests.workflows.story import Story, eventually

pytestmark = pytest.mark.usefixtures("impatient")

RUNBOOK = (Path(__file__).resolve().parents[2] / "docs" / "runbook.md").read_text()
QUERIES = RUNBOOK.partition("\n## Queries\n")[2].partition("\n## ")[0]
SAVED = dict(re.findall(r"^\| ([^|]+) \| `([^`]+)` \|$", QUERIES, re.MULTILINE))
"""Those to save in the Temporal UI, by their names."""
CHECKS_OVERDUE, INVOICES_OVERDUE, INVOICES_LATE = re.findall(
    r'^temporal workflow list --query "(.+)"$', QUERIES, re.MULTILINE
)
ELSEWHERE = re.findall(r"in the UI[^`|]*: `([^`]+)`", RUNBOOK)

SECOND = timedelta(seconds=1)


async def reminded(story: Story) -> UpgradeView:
    """Nobody has decided, and the deadline is near."""
    waiting = await paths.awaiting_credit_check(story)
    await story.skip_to(waiting, waiting.alert_at)
    await story.until_happened(waiting, "CreditCheckReminded")
    return waiting


async def moving(story: Story) -> UpgradeView:
    """Users move, and one batch is over."""
    await story.load()
    return (await paths.order_held_in_the_move(story, 1))[0]


async def unrecorded(story: Story) -> UpgradeView:
    """Parked, and the database could not be told."""
    return await paths.unrecorded(story)


@pytest.mark.parametrize(
    ("reach", "names"),
    [
        (unrecorded, ["needs me", "users are moving"]),
        (paths.awaiting_credit_check, ["credit checks"]),
        (reminded, ["needs me", "credit checks", "credit checks, reminded"]),
        (moving, ["users are moving"]),
        (paths.past_the_hour, ["needs me", "past the hour"]),
        (paths.needs_attention, ["needs me"]),
        (paths.awaiting_invoice, ["invoices to come"]),
        (paths.credit_declined, []),
    ],
)
async def test_a_saved_query_finds_what_its_name_says(
    story: Story, reach: Callable[[Story], Awaitable[UpgradeView]], names: list[str]
) -> None:
    upgrade = await reach(story)

    async def as_named() -> bool:
        return [
            name for name, query in SAVED.items() if await finds(story, query, upgrade)
        ] == names

    await eventually(f"found by {names}", as_named)


async def finds(story: Story, query: str, upgrade: UpgradeView) -> bool:
    found = [run.id async for run in story.client.list_workflows(query)]
    return upgrade.workflow_id in found


def at(query: str, moment: datetime) -> str:
    """As the shell would fill it in."""
    return re.sub(r"\$\w+", f"{moment:%Y-%m-%dT%H:%M:%SZ}", query)


@pytest.mark.parametrize(
    ("reach", "query"),
    [
        (paths.awaiting_credit_check, CHECKS_OVERDUE),
        (paths.awaiting_invoice, INVOICES_OVERDUE),
        (paths.awaiting_invoice, INVOICES_LATE),
    ],
)
async def test_what_is_overdue_is_found_by_the_moment(
    story: Story, reach: Callable[[Story], Awaitable[UpgradeView]], query: str
) -> None:
    upgrade = await reach(story)
    assert upgrade.deadline is not None
    due = upgrade.placed_at if "StartTime" in query else upgrade.deadline

    async def overdue() -> bool:
        return await finds(story, at(query, due + 5 * SECOND), upgrade)

    await eventually("it is overdue", overdue)
    assert not await finds(story, at(query, due - 5 * SECOND), upgrade)


async def test_the_server_understands_every_query_of_the_runbook(story: Story) -> None:
    assert len(ELSEWHERE) == 3
    for query in ELSEWHERE:
        await story.client.count_workflows(query)
