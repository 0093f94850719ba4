"""Runs that began on older code must go on: every recorded history replays on the code of today.

The histories in `tests/histories` were recorded by `record_histories.py`, one for each path.
"""

import base64
import re
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.exceptions import FailureError
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from activities.steps import UpgradeSteps
from tests.workflows.change_paths import CHANGE_PATHS
from tests.workflows.paths import PATHS, REJECTED
from workflows.messages.raw import data_converter
from workflows.replay import NotAHistory, read_history
from workflows.steps.runner import StepRunner
from workflows.story import ChangePlan, PlanUpgrade, UpgradeStory

HISTORIES = Path(__file__).parents[1] / "histories"
FILES = sorted(HISTORIES.glob("*.json"))


def test_every_path_has_a_history() -> None:
    assert {file.stem for file in FILES} >= {*PATHS, *CHANGE_PATHS, *REJECTED}, (
        "record the missing ones: see record_histories.py"
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_history_tells_nothing_of_the_machine_it_was_made_on(file: Path) -> None:
    text = file.read_text()
    for payload in re.findall(r'"data": "([^"]+)"', text):
        text += base64.b64decode(payload).decode()
    assert '"idempotency_key"' in text, "payloads are read too"
    assert re.findall(r"[0-9]+@[A-Za-z]\w*", text) == [], "processes at hosts"
    assert re.findall(r"(?:/[\w.-]+){2,}\.py", text) == [], "paths"
    assert "Traceback" not in text
    assert len(text) < 100_000


# ---- a changed workflow must fail -------------------------------------------------------------


async def _skip_the_switch(self: UpgradeStory) -> None:
    changed = {"stage": "invoiced", "version": 1000}
    self._known.take_in(self.progress().model_copy(update=changed))


async def _invoice_at_once(self: UpgradeStory) -> None:
    await self._steps.long(UpgradeSteps.issue_invoice, "Issue it")


async def _expire_at_once(self: UpgradeStory) -> None:
    await self._steps.quick_or_park(
        UpgradeSteps.expire_credit_check, self._known.step(), "Too late"
    )


async def _never_undo(self: StepRunner, step: str, error: FailureError, *, forward: bool) -> None:
    await self.park(step, error, forward=forward)


async def _undo_by_moving(self: UpgradeStory) -> None:
    await self._steps.long(UpgradeSteps.move_users, "Move them")


async def _sleep_then_check(self: UpgradeStory) -> None:
    await workflow.sleep(1)
    await _check_order(self)


_check_order = UpgradeStory._check_order

MUTANTS: dict[str, tuple[type, dict[str, object], set[str]]] = {
    "the switch is skipped": (
        UpgradeStory,
        {"_switch_billing": _skip_the_switch},
        {"invoiced", "changed_into"},
    ),
    "move and switch are swapped": (
        UpgradeStory,
        {"_move_users": UpgradeStory._switch_billing, "_switch_billing": UpgradeStory._move_users},
        {"invoiced", "undone", "canceled_in_the_move", "needs_attention"},
    ),
    "the invoice does not wait": (
        UpgradeStory,
        {"_wait_for_billing_day": _invoice_at_once},
        {"invoiced"},
    ),
    "a credit check has no deadline": (
        UpgradeStory,
        {"_wait_for_credit_decision": _expire_at_once},
        {"awaiting_credit_check", "credit_approved", "credit_declined", "credit_expired"},
    ),
    "too many users park the run": (StepRunner, {"_undo_or_park": _never_undo}, {"undone"}),
    "undoing moves on": (
        UpgradeStory,
        {"_move_users_back": _undo_by_moving},
        {"undone", "canceled_in_the_move", "attention_then_undone", "change_canceled_in_the_move"},
    ),
    "the order is checked later": (
        UpgradeStory,
        {"_check_order": _sleep_then_check},
        {*PATHS, *CHANGE_PATHS, "rejected"},
    ),
}
"""What is changed, and which histories must notice at the least."""


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_a_changed_workflow_fails_the_replay(
    mutant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The sandbox would import the workflow again, without the change.
    replayer = Replayer(
        workflows=[PlanUpgrade, ChangePlan],
        data_converter=data_converter,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    changed, methods, must_notice = MUTANTS[mutant]
    files = [file for file in FILES if file.stem in must_notice]
    assert {file.stem for file in files} == must_notice
    for file in files:
        await replayer.replay_workflow(read_history(file.stem, file.read_text()))
    for name, method in methods.items():
        monkeypatch.setattr(changed, name, method)
    for file in files:
        result = await replayer.replay_workflow(
            read_history(file.stem, file.read_text()), raise_on_replay_failure=False
        )
        assert isinstance(result.replay_failure, NondeterminismError), (
            f"{file.stem} did not notice that {mutant}: {result.replay_failure!r}"
        )


@pytest.mark.parametrize(
    "text",
    [
        "root:hunter2:20228",
        '["hunter2"]',
        '{"hunter2": 1}',
        '{"events": "hunter2"}',
        '{"events": [{"eventId": "hunter2"}]}',
        "[" * 100_000,
    ],
)
def test_of_a_file_that_is_no_history_nothing_is_told(text: str) -> None:
    with pytest.raises(NotAHistory, match="temporal workflow show") as refused:
        read_history("any", text)
    assert "hunter2" not in str(refused.value)
