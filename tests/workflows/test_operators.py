"""What operators see of a run at each stage in which it rests, without reading code."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import UserMetadata, WorkflowMetadata
from temporalio.common import SearchAttributeKey

from domain.views.read_models import UpgradeView
from tests.callers import OPERATOR
from tests.workflows import paths
from tests.workflows.story import SWITCHES, Story, eventually
from workflows.contract import AttentionResolution

pytestmark = pytest.mark.usefixtures("impatient")

ATTRIBUTES: list[SearchAttributeKey[Any]] = [
    SearchAttributeKey.for_keyword("UpgradeTenant"),
    SearchAttributeKey.for_keyword("UpgradeSubscription"),
    SearchAttributeKey.for_keyword("UpgradeTargetPlan"),
    SearchAttributeKey.for_int("UpgradeUsers"),
    SearchAttributeKey.for_keyword("UpgradeStage"),
    SearchAttributeKey.for_datetime("UpgradeDeadline"),
    SearchAttributeKey.for_keyword("UpgradeAlert"),
]


@dataclass
class Seen:
    """What the pages of Temporal show of a run."""

    summary: str | None
    ordered: str | None
    """What the page says for good: what was ordered."""
    attributes: dict[str, Any]
    details: str
    """What the page says now."""
    handlers: dict[str, str]
    activities: dict[str, str] = field(default_factory=dict[str, str])
    """Id of each activity, local ones by their type, and what it says it does."""
    timers: list[str] = field(default_factory=list[str])


async def look(story: Story, upgrade: UpgradeView) -> Seen:
    """Look at the run as an operator does: its page, its history, its current details."""
    handle = story.handle(upgrade)
    described = await handle.describe()
    metadata: WorkflowMetadata = await handle.query(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    definition = metadata.definition
    found = {key.name: described.typed_search_attributes.get(key) for key in ATTRIBUTES}
    seen = Seen(
        summary=await described.static_summary(),
        ordered=await described.static_details(),
        attributes={name: value for name, value in found.items() if value is not None},
        details=metadata.current_details,
        handlers={
            each.name: each.description
            for each in (*definition.query_definitions, *definition.update_definitions)
        },
    )
    for event in await story.history_of(upgrade):
        says = summary_of(story, event.user_metadata)
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            seen.activities[event.activity_task_scheduled_event_attributes.activity_id] = says
        elif event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            marker = event.marker_recorded_event_attributes.details["data"].payloads[0]
            step = story.client.data_converter.payload_converter.from_payload(marker)
            seen.activities[step["activity_type"]] = says
        elif event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            seen.timers.append(says)
    return seen


def summary_of(story: Story, metadata: UserMetadata) -> str:
    if not metadata.HasField("summary"):
        return ""
    return story.client.data_converter.payload_converter.from_payload(metadata.summary)


AT_REST: dict[str, tuple[str, list[str], list[str]]] = {
    "scheduled": ("Waiting for the scheduled day", ["check_order"], ["the scheduled day"]),
    "awaiting_credit_check": (
        "Waiting for a credit decision",
        ["check_order"],
        ["the credit decision"],
    ),
    "awaiting_invoice": (
        "Complete. Waiting for the billing day",
        ["check_order", "move-users", "switch-billing"],
        ["the billing day"],
    ),
    "needs_attention": (
        "Parked: an operator must look",
        ["check_order", "move-users", "switch-billing", "report_problem"],
        [],
    ),
    "past_the_hour": (
        "Parked: an operator must look",
        ["check_order", "move-users", "switch-billing", "report_problem", "raise_alert"],
        [],
    ),
    "invoiced": (
        "Done: the invoice is issued",
        ["check_order", "move-users", "switch-billing", "issue-invoice"],
        ["the billing day"],
    ),
    "refused": ("Ended: the order was refused", ["check_order"], []),
    "credit_declined": (
        "Ended: the credit check was declined",
        ["check_order", "decide_credit_check"],
        ["the credit decision"],
    ),
    "credit_expired": (
        "Ended: nobody decided the credit check in time",
        ["check_order", "raise_alert", "expire_credit_check"],
        ["the credit decision"],
    ),
    "canceled_in_the_move": (
        "Ended: canceled by the customer",
        ["check_order", "move-users", "cancel", "undo-move"],
        [],
    ),
    "undone": (
        "Ended: undone, everything is as before",
        ["check_order", "move-users", "report_license_conflict", "undo-move"],
        [],
    ),
}
"""Path to what its page says, which activities are in its history, and what its timers wait for."""


@pytest.mark.parametrize("path", AT_REST)
async def test_an_operator_sees_where_a_run_stands(story: Story, path: str) -> None:
    view = await paths.PATHS[path](story)
    doing, activities, timers = AT_REST[path]

    async def shown() -> Seen | None:
        # The database knows of an alert a moment before its run shows it.
        seen = await look(story, view)
        return seen if seen.attributes.get("UpgradeAlert") == view.alert else None

    seen = await eventually("its run shows its alert", shown)
    assert seen.summary == "`contoso`: `contoso-basic` to `standard`, 10 licenses, monthly"
    assert seen.ordered is not None
    for fact in ("`contoso`", view.upgrade_id, view.quote_id, "Plan basic", "Plan standard"):
        assert fact in seen.ordered

    deadline = seen.attributes.pop("UpgradeDeadline", None)
    assert seen.attributes.pop("UpgradeAlert", None) == view.alert
    assert seen.attributes == {
        "UpgradeTenant": "contoso",
        "UpgradeSubscription": "contoso-basic",
        "UpgradeTargetPlan": "standard",
        "UpgradeUsers": 7,
        "UpgradeStage": view.stage,
    }
    assert same_moment(deadline, view.deadline)

    assert seen.details.startswith(f"**{doing}**"), seen.details
    assert f"users: {view.users.moved} of {view.users.total} moved" in seen.details
    assert "runbook" in seen.details
    if view.deadline:
        assert f"until: {view.deadline:%Y-%m-%d %H:%M:%S} UTC" in seen.details
    running = await story.status_of_run(view) == "RUNNING"
    assert ("- next: " in seen.details) == running
    assert "{" not in seen.details.replace('{"action"', ""), "nothing is left to be filled in"

    assert list(seen.activities) == activities
    assert all(seen.activities.values()), "every activity says what it does"
    assert [each for timer in seen.timers for each in timers if each in timer] == timers
    assert set(seen.handlers) >= {
        "progress",
        "submit_order",
        "decide_credit_check",
        "cancel",
        "resolve_attention",
    }
    own = {name: says for name, says in seen.handlers.items() if not name.startswith("__")}
    assert all(own.values()), "every handler says what it does"


def same_moment(one: datetime | None, other: datetime | None) -> bool:
    """To the millisecond, which is what search attributes keep."""
    if one is None or other is None:
        return one is other
    return abs((one - other).total_seconds()) < 0.001


@pytest.mark.parametrize("path", paths.PATHS)
async def test_the_run_tells_the_same_as_the_database_and_names_no_person(
    story: Story, path: str
) -> None:
    view = await paths.PATHS[path](story)
    status = await story.service.reading.status(OPERATOR, view.upgrade_id)
    run = story.handle(view)
    answer = await run.query("progress", result_type=UpgradeView)  # pyright: ignore[reportUnknownMemberType] - open in the SDK
    assert answer == status

    raw: dict[str, Any] = await run.query("progress")  # pyright: ignore[reportUnknownMemberType] - open in the SDK
    promised = {
        "upgrade_id", "workflow_id", "tenant_id", "subscription_id", "new_subscription_id",
        "target_plan_id", "stage", "deadline", "quote_id", "users", "refusals", "placed_at",
        "completed_at", "invoice_number", "timeline",
    }  # fmt: skip
    assert promised <= set(raw)
    assert set(raw["users"]) >= {"total", "moved", "failed", "remaining"}
    assert all(set(mark) >= {"stage", "at"} for mark in raw["timeline"])
    assert raw["placed_at"].endswith("Z")

    # Ids, attributes and summaries are never encrypted; nor are the details of a run.
    seen = repr(await look(story, view))
    assert "contoso-basic" in seen
    for person in (*SWITCHES, "zoe@", "Contoso", "Main Street"):
        assert person not in seen


async def test_a_rejected_order_says_why_in_its_run(story: Story) -> None:
    upgrade_id = await paths.rejected(story)
    handle = story.handle(upgrade_id)
    metadata: WorkflowMetadata = await handle.query(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    assert metadata.current_details.startswith(
        "**Rejected:** `What the quote was based on has changed"
    )


async def test_operators_find_runs_by_what_they_ask_for(story: Story) -> None:
    view = await paths.awaiting_credit_check(story)
    assert view.deadline is not None
    query = (
        "UpgradeStage = 'awaiting_credit_check' and UpgradeTenant = 'contoso'"
        " and UpgradeTargetPlan = 'standard' and UpgradeUsers = 7"
        f" and UpgradeDeadline < '{view.deadline + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}'"
    )

    async def found() -> bool:
        runs = [run.id async for run in story.client.list_workflows(query)]
        return view.workflow_id in runs

    await eventually("the run is listed", found)


async def test_an_operator_resolves_by_the_update_that_the_page_names(story: Story) -> None:
    """As one does who has only Temporal's own pages."""
    parked = await paths.needs_attention(story)
    seen = await look(story, parked)
    assert "`resolve_attention`" in seen.details
    assert '`{"action": "retry"}`' in seen.details
    story.hooks.before.clear()
    await story.send(parked, "resolve_attention", {"action": "retry"}, id="by-hand")
    assert (await story.until(parked, "awaiting_invoice")).attention is None
    assert AttentionResolution.model_validate({"action": "undo"}).reason == ""
