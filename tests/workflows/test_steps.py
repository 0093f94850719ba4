"""Every step has one row in the table, is carried out, and is registered: none can be forgotten."""

from collections import Counter
from datetime import timedelta
from types import FunctionType
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import Client

from activities.heartbeats import BEATS_PER_TIMEOUT
from activities.holiday_calendar import holiday_calendar
from activities.steps import STEP_NAMES, StepInput, UpgradeSteps
from activities.upgrade_steps import PostgresUpgradeSteps
from activities.user_moves import MoveLimits
from domain.views.read_models import UpgradeView
from store.database import Database
from tests.workflows.steps_page import PAGE, page
from worker import build_workers
from workflows.contract import MOVE_TASK_QUEUE, TASK_QUEUE, TASK_QUEUES
from workflows.steps import table
from workflows.steps.table import STEPS, StepPolicy, activities_on

LIMITS = MoveLimits(users_per_batch=1)


def id_of(name: str) -> str:
    return name.replace("_", "-")


def test_the_page_says_what_the_code_does() -> None:
    assert PAGE.read_text() == page(), "write it again: .venv/bin/python -m tests.pages"


async def test_a_worker_registers_every_step_on_its_task_queue(
    database: Database, client: Client
) -> None:
    definition: Any = activity._Definition
    registered = Counter[tuple[str, str]]()
    # Begun and ended: a worker that never runs keeps its place at the server from others.
    async with build_workers(client, database, limits=LIMITS) as workers:
        for worker in workers._workers:
            config: Any = worker.config()
            for step in config["activities"]:
                registered[worker.task_queue, definition.must_from_callable(step).name] += 1
    assert registered == Counter(
        (MOVE_TASK_QUEUE if name in ("move_users", "undo_move") else TASK_QUEUE, name)
        for name in STEP_NAMES
    )
    assert set(map(id_of, STEP_NAMES)) == set(STEPS)


async def test_a_step_without_a_row_stops_the_worker(
    database: Database, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in STEP_NAMES:
        left = {step: policy for step, policy in STEPS.items() if step != id_of(name)}
        monkeypatch.setattr(table, "STEPS", left)
        with pytest.raises(ValueError, match=f"differ in {id_of(name)}$"):
            build_workers(client, database, limits=LIMITS)


async def test_a_row_without_a_step_stops_the_worker(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = {**STEPS, "fly": STEPS["cancel"]}
    monkeypatch.setattr(table, "STEPS", more)
    steps = PostgresUpgradeSteps(database, holiday_calendar, LIMITS)
    with pytest.raises(ValueError, match=r"differ in fly$"):
        activities_on(TASK_QUEUE, steps)


def test_a_step_that_nobody_carries_out_stops_the_worker() -> None:
    for name in STEP_NAMES:

        async def carry_out(self: UpgradeSteps, step: StepInput) -> UpgradeView:
            raise NotImplementedError

        others = {each: copy_of(carry_out) for each in STEP_NAMES if each != name}
        forgetful = type("Forgetful", (UpgradeSteps,), others)
        with pytest.raises(TypeError, match=rf"abstract method '?{name}'?$"):
            forgetful()


def copy_of(function: Any) -> FunctionType:
    """Another function of the same code: each is an activity of its own."""
    return FunctionType(function.__code__, function.__globals__)


def test_every_step_has_workers() -> None:
    assert {policy.task_queue or TASK_QUEUE for policy in STEPS.values()} == set(TASK_QUEUES)


@pytest.mark.parametrize("step", STEPS)
def test_a_policy_can_be_kept(step: str) -> None:
    policy: StepPolicy = STEPS[step]
    assert policy.why
    assert policy.undo
    if policy.kind == "quick":
        assert policy.timeout <= timedelta(seconds=10), "it would outlive its workflow task"
        assert policy.heartbeat is None, "local activities have no heartbeat"
    elif policy.heartbeat is not None:
        assert policy.heartbeat < policy.timeout
        assert policy.heartbeat / BEATS_PER_TIMEOUT >= timedelta(seconds=1)
