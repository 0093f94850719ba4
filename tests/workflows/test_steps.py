"""Every step has one row of policy, and the page that shows them says the same."""

import inspect
from datetime import timedelta

import pytest

from activities.heartbeats import BEATS_PER_TIMEOUT
from activities.steps import UpgradeSteps
from tests.workflows.steps_page import PAGE, page
from workflows.policies import STEPS, StepPolicy, step_id_of

METHODS = {
    step_id_of(step)
    for name, step in inspect.getmembers(UpgradeSteps, inspect.isfunction)
    if not name.startswith("_")
}


def test_every_step_has_its_policy() -> None:
    assert set(STEPS) == METHODS


def test_the_page_says_what_the_code_does() -> None:
    assert PAGE.read_text() == page(), "write it anew: python -m tests.workflows.steps_page"


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
