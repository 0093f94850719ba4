"""The table of steps: one row a step, with its time-outs, its retries, its undo, and the reason.

Two kinds of step. Somebody waits for the answer of a *quick* one (the order, a decision, a cancel):
it runs as a local activity, without a round trip through the server. A *long* one is worth seeing,
pausing and resetting by operators: it runs as an ordinary activity under an id they can type.

No step has a last attempt: the store may be out of reach for as long as it likes, and a step says
itself when trying again is of no use (`activities.failures`). Workers register their activities by
this table. `docs/steps.md` shows it to people; a test keeps the two the same.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from temporalio.common import Priority, RetryPolicy

from activities.steps import UpgradeSteps
from domain.views.read_models import UpgradeView
from workflows.contract import MOVE_TASK_QUEUE, TASK_QUEUE

BACKOFF = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(seconds=30),
)
"""Soon, because most faults pass at once; at most every 30 s, so that recovery is seen quickly."""

QUICK_TIMEOUT = timedelta(seconds=10)
"""Two or three round trips to Postgres; a local activity should end within the workflow task."""

SWITCH_TIMEOUT = timedelta(seconds=30)
"""One transaction; longer than any lock another transaction of ours holds."""

MOVE_TIMEOUT = timedelta(hours=24)
"""Backstop; missed heartbeats detect dead workers sooner."""

HEARTBEAT = timedelta(seconds=10)
"""A step beats ten times as often, also while a statement runs; silence means a dead worker, and
another one goes on from what is committed."""


ASK_TIMEOUT = timedelta(seconds=30)
"""The request itself gives up after 10 s; the rest is for reading and recording."""

ASKING = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(hours=1),
)
"""Soon, because a restart takes seconds; hourly in the end, as a decision may take two days anyway."""


class StepPolicy(NamedTuple):
    """How one step runs, what takes it back, and why it is so."""

    kind: Literal["quick", "long"]
    timeout: timedelta
    """Of one attempt, from its start to its end."""
    undo: str
    why: str
    heartbeat: timedelta | None = None
    retry: RetryPolicy = BACKOFF
    task_queue: str | None = None
    """Its own; None: that of the workflow."""


def _quick(undo: str, why: str) -> StepPolicy:
    return StepPolicy("quick", QUICK_TIMEOUT, undo, why)


_NOTHING = "nothing to take back"

STEPS: Mapping[str, StepPolicy] = {
    "check-order": _quick(
        "cancel: nothing has changed yet",
        "the caller waits for the answer to the order",
    ),
    "start-scheduled": _quick(
        "cancel: nothing has changed yet",
        "one transaction at the beginning of a day; nobody waits, but an activity of the server"
        " would only make it dearer",
    ),
    "ask-credit-service": StepPolicy(
        "long",
        ASK_TIMEOUT,
        "nothing to take back: the service is asked, not told",
        "one request to somebody else's server; while that is down the upgrade waits on, operators"
        " can decide, and the deadline runs",
        heartbeat=HEARTBEAT,
        retry=ASKING,
    ),
    "decide-credit-check": _quick(
        "cancel, for an approval; after a decline the tenant may order on a new quote",
        "the reviewer waits for the answer",
    ),
    "expire-credit-check": _quick(
        "none: the tenant may order on a new quote at once",
        "one transaction at the deadline",
    ),
    "move-users": StepPolicy(
        "long",
        MOVE_TIMEOUT,
        "undo-move",
        "as long as there are users; a dead worker is noticed by its silence, and the next one goes"
        " on after the last committed batch",
        heartbeat=HEARTBEAT,
        task_queue=MOVE_TASK_QUEUE,
    ),
    "undo-move": StepPolicy(
        "long",
        MOVE_TIMEOUT,
        "none: it is the undo, and goes on until everybody is back",
        "like the move, in the other direction",
        heartbeat=HEARTBEAT,
        task_queue=MOVE_TASK_QUEUE,
    ),
    "switch-billing": StepPolicy(
        "long",
        SWITCH_TIMEOUT,
        "none: from here there is only forward",
        "one transaction, which may wait for a lock; operators want to see, pause and reset it",
        heartbeat=HEARTBEAT,
    ),
    "issue-invoice": StepPolicy(
        "long",
        SWITCH_TIMEOUT,
        "none: from the switch on there is only forward",
        "one transaction, in which all invoices of a seller stand in line for their numbers",
        heartbeat=HEARTBEAT,
    ),
    "cancel": _quick(_NOTHING, "the customer waits for the answer"),
    "begin-undo": _quick(_NOTHING, "an operator may wait for the answer"),
    "report-license-conflict": _quick(
        _NOTHING, "one count and one transaction; then users go back"
    ),
    "look": _quick(
        _NOTHING,
        "one round trip, when a report is older than what the run knows: either it was overtaken, or"
        " an older backup was restored, and the database is right",
    ),
    "raise-alert": _quick(
        _NOTHING,
        "runs beside whatever takes so long, and must not disturb it: if it fails for good, the run"
        " goes on without it",
    ),
    "report-problem": _quick("resolve-attention", "short, so that the run is parked at once"),
    "resolve-attention": _quick(_NOTHING, "the operator waits for the answer"),
    "skip-users": _quick(
        "undo, before billing has switched: their license is theirs until then",
        "the operator waits for the answer",
    ),
}
"""By the step's id: its method's name, with hyphens. It is also the id of a long step's activity."""


def step_id_of(step: Callable[..., Any]) -> str:
    """The id of a step, given as its method."""
    return step.__name__.replace("_", "-")


def activities_on(task_queue: str, steps: UpgradeSteps) -> list[Callable[..., Any]]:
    """The activities that a worker of that task queue registers: every step that runs there.

    Raises `ValueError` unless every step has one row, and every row a step.
    """
    of_table, of_interface = set(STEPS), set(map(step_id_of, steps.all()))
    if of_table != of_interface:
        wrong = ", ".join(sorted(of_table ^ of_interface))
        raise ValueError(f"activities/steps.py and workflows/steps/table.py differ in {wrong}")
    return [
        step
        for step in steps.all()
        if (STEPS[step_id_of(step)].task_queue or TASK_QUEUE) == task_queue
    ]


SMALL_MOVE = 10_000
"""Users of a move that takes about a second, and goes before larger ones."""

LONGEST_FAIRNESS_KEY = 64


def priority_of(view: UpgradeView) -> Priority:
    """Small upgrades before large ones; if the server shares fairly, each tenant gets its part."""
    return Priority(
        priority_key=2 if view.users.total <= SMALL_MOVE else 4,
        fairness_key=view.tenant_id[:LONGEST_FAIRNESS_KEY],
    )
