"""Code that replays and then stalls: another timer, argument or task queue, or no time-out any more.

Each mutant replays every history, as Temporal compares kinds and ids alone, and is found all the same.
"""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import UnsandboxedWorkflowRunner

from activities.steps import StepInput
from domain.views.read_models import UpgradeView
from tests.workflows.test_replay import FILES
from workflows.replay import Replayed, read_history, replay
from workflows.steps import runner, table
from workflows.steps.alarm import Alarm
from workflows.steps.known import KnownUpgrade
from workflows.steps.runner import StepRunner

BY_NAME = {file.stem: file for file in FILES}
Change = Callable[[pytest.MonkeyPatch], None]


async def replayed(*files: Path) -> Replayed:
    async def recorded() -> AsyncIterator[tuple[str, WorkflowHistory]]:
        for file in files:
            yield file.stem, read_history(file.stem, file.read_text())

    # The sandbox would import the workflow again, without the change.
    return await replay(recorded(), UnsandboxedWorkflowRunner())


# ---- what must be found -------------------------------------------------------------------------

_set_alarm, _step_fields, _changes_before_deadline = (
    Alarm.set,
    KnownUpgrade.step_fields,
    StepRunner.changes_before_deadline,
)


def _alert_an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def later(self: Alarm, at: datetime | None) -> None:
        _set_alarm(self, at and at + timedelta(hours=1))

    monkeypatch.setattr(Alarm, "set", later)


def _alert_in_place_of_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    take_in = KnownUpgrade.take_in

    def swapped(self: KnownUpgrade, view: UpgradeView) -> None:
        take_in(self, view.model_copy(update={"alert_at": view.alert_at and view.deadline}))
        self.view = view

    async def wait(self: StepRunner, waiting_for: str) -> bool:
        view = self.known.upgrade
        self.known.view = view.model_copy(update={"deadline": view.alert_at or view.deadline})
        return await _changes_before_deadline(self, waiting_for)

    monkeypatch.setattr(KnownUpgrade, "take_in", swapped)
    monkeypatch.setattr(StepRunner, "changes_before_deadline", wait)


def _wait_a_second_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    sleep = runner.workflow.sleep

    async def longer(duration: timedelta, **given: Any) -> None:
        await sleep(duration + timedelta(seconds=1), **given)

    monkeypatch.setattr(runner.workflow, "sleep", longer)


def _ask_for_another_subscription(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(self: KnownUpgrade) -> StepInput:
        fields: dict[str, Any] = {**_step_fields(self), "subscription_id": "another"}
        return StepInput(**fields)

    monkeypatch.setattr(KnownUpgrade, "step", other)


def _act_a_day_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(self: KnownUpgrade) -> StepInput:
        fields = _step_fields(self)
        fields["at"] += timedelta(days=1)
        return StepInput(**fields)

    monkeypatch.setattr(KnownUpgrade, "step", other)


def _policy(step: str, **changes: Any) -> Change:
    def change(monkeypatch: pytest.MonkeyPatch) -> None:
        steps = dict(table.STEPS)
        steps[step] = steps[step]._replace(**changes)
        monkeypatch.setattr(table, "STEPS", steps)

    return change


MUTANTS: dict[str, tuple[Change, set[str], str]] = {
    "the alert comes an hour later": (
        _alert_an_hour_later,
        {"awaiting_credit_check", "invoiced"},
        "a timer of ",
    ),
    "the deadline is in the alert's place, and the alert in its": (
        _alert_in_place_of_the_deadline,
        {"awaiting_credit_check"},
        "a timer of ",
    ),
    "every timer is a second longer": (
        _wait_a_second_longer,
        {"scheduled", "awaiting_invoice", "credit_service_approved"},
        "a timer of ",
    ),
    "steps are given another subscription": (
        _ask_for_another_subscription,
        {"invoiced", "undone", "changed_into"},
        "is given another subscription_id by this code",
    ),
    "steps act at another moment": (
        _act_a_day_later,
        {"invoiced", "credit_service_approved"},
        "is given another at by this code",
    ),
    "moves wait where nobody moves users": (
        _policy("move-users", task_queue="plan-upgrades"),
        {"invoiced", "canceled_in_the_move"},
        "move_users was for the task queue user-moves, and by this code is for plan-upgrades",
    ),
    "a dead worker is not noticed in the switch": (
        _policy("switch-billing", heartbeat=None),
        {"invoiced", "needs_attention"},
        "switch_billing had a heartbeat time-out, and by this code has none",
    ),
}
"""How the code is changed, which histories must notice, and what is said."""


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_code_that_replays_and_stalls_is_found(
    mutant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, must_notice, said = MUTANTS[mutant]
    change(monkeypatch)
    found = await replayed(*(BY_NAME[name] for name in sorted(must_notice)))
    assert found.failed == [], "plain replay notices it too: it proves nothing"
    assert {each.history for each in found.differing} == must_notice
    assert all(said in each.reason for each in found.differing), found.differing


# ---- what must not be found ---------------------------------------------------------------------


def _say_it_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    long, sleep = StepRunner.long, runner.workflow.sleep

    async def reworded(self: StepRunner, step: Any, summary: str) -> None:
        await long(self, step, f"Now: {summary}")

    async def unsaid(duration: timedelta, **given: Any) -> None:
        await sleep(duration, summary="Zzz")

    monkeypatch.setattr(StepRunner, "long", reworded)
    monkeypatch.setattr(runner.workflow, "sleep", unsaid)


def _be_more_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    longer = timedelta(minutes=7)
    _policy("move-users", timeout=longer, heartbeat=longer)(monkeypatch)


class _KnowsMore(StepInput):
    priority: int = 1


def _know_a_field_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def step(self: KnownUpgrade) -> StepInput:
        return _KnowsMore(**_step_fields(self))

    monkeypatch.setattr(KnownUpgrade, "step", step)


@pytest.mark.parametrize("change", [_say_it_otherwise, _be_more_patient, _know_a_field_more])
async def test_what_stalls_nothing_does_not_count(
    change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch)
    names = ("invoiced", "undone", "credit_service_approved", "scheduled_then_invoiced")
    assert await replayed(*(BY_NAME[name] for name in names)) == Replayed(len(names))
