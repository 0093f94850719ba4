"""Writes `docs/steps.md` from the steps' own words and policies:

    .venv/bin/python -m tests.workflows.steps_page

`test_steps.py` says when it has to be written anew.
"""

from datetime import timedelta
from pathlib import Path

from temporalio.common import RetryPolicy

from activities.steps import UpgradeSteps
from workflows.steps.table import STEPS, StepPolicy

PAGE = Path(__file__).parents[2] / "docs" / "steps.md"

HEAD = """\
# The steps

Every step, with its time-outs, its retries and what takes it back. Written from
`workflows/steps/table.py` and `activities/steps.py` by `tests/workflows/steps_page.py`; a test keeps
it true.

* A **quick** step is a local activity: somebody waits for its answer. A **long** one is an activity
  of the server, under the id in the first column: operators can see, pause and reset it.
* **One attempt** may take that long; **silent** is how long a step may give no sign of life before
  another worker goes on with it.
* No step has a last attempt for what heals by itself (Postgres or the network out of reach). What
  the rules reject is never retried. What nobody foresaw is tried five times, and then waits for an
  operator in `needs_attention`, with the step's id and the cause.

| step | does | kind | one attempt | silent | tried again | taken back by | why so |
|---|---|---|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_row(step, policy) for step, policy in STEPS.items())


def _row(step: str, policy: StepPolicy) -> str:
    cells = (
        f"`{step}`",
        does(step),
        policy.kind,
        _span(policy.timeout),
        _span(policy.heartbeat) if policy.heartbeat else "",
        _retry(policy.retry),
        policy.undo,
        policy.why,
    )
    return "| " + " | ".join(cells) + " |\n"


def does(step: str) -> str:
    """What a step does, as its interface says."""
    said = getattr(UpgradeSteps, step.replace("-", "_")).__doc__
    assert said, f"{step} does not say what it does"
    return " ".join(said.split("\n\n")[0].split()).rstrip(".").replace("`", "")


def _retry(retry: RetryPolicy) -> str:
    assert retry.maximum_interval is not None
    assert retry.maximum_attempts == 0, "no step has a last attempt"
    return (
        f"after {_span(retry.initial_interval)}, then up to every {_span(retry.maximum_interval)}"
    )


def _span(span: timedelta) -> str:
    for unit, seconds in (("h", 3600), ("min", 60), ("s", 1)):
        if span >= timedelta(seconds=seconds) and not span % timedelta(seconds=seconds):
            return f"{span // timedelta(seconds=seconds)} {unit}"
    return f"{span.total_seconds():g} s"


if __name__ == "__main__":
    PAGE.write_text(page())
