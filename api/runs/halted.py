"""What keeps runs from going on, as values (see `api.runs.halts`)."""

from typing import Literal

from domain.values.actions import Action
from domain.values.base import Instant, Value

HaltKind = Literal["no_worker", "tasks_wait", "run_fails", "run_paused", "activity_paused"]


class Halt(Value):
    """One thing that keeps a run, or all of a task queue, from going on."""

    kind: HaltKind
    since: Instant
    message: str
    next_actions: tuple[Action, ...]
    upgrade_id: str | None = None
    tenant_id: str | None = None
