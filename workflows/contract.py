"""The names and shapes that callers and operators of the workflow rely on. Rename none.

Without temporalio: a caller that only asks the database need not wait a second for its import. The
search attributes stand in `workflows.search_attributes`.
"""

from typing import Literal, NamedTuple

from domain.free_text import fault_in
from domain.values import Value

TASK_QUEUE = "plan-upgrades"
MOVE_TASK_QUEUE = "user-moves"
"""Moves, and their undo, have workers or at least slots of their own: a million users who move keep
nobody waiting for a credit decision."""
TASK_QUEUES = (TASK_QUEUE, MOVE_TASK_QUEUE)
WORKFLOW_TYPE = "PlanUpgrade"
CHANGE_WORKFLOW_TYPE = "ChangePlan"
"""Of a change by hand; it understands the same messages."""

SUBMIT_ORDER = "submit_order"
DECIDE_CREDIT_CHECK = "decide_credit_check"
CANCEL = "cancel"
RESOLVE_ATTENTION = "resolve_attention"
PROGRESS = "progress"

UNRECORDED = "parked_unrecorded"
"""Value of `UpgradeAlert` of a run that is parked, and the database cannot be told."""

BAD_INPUT = "bad_input"
"""Error type of a message that is refused before it touches the history."""


class CreditDecision(Value):
    """What the credit service or an operator decided (B41); checked by `problem_with`."""

    decision: str
    reference: str
    reason: str = ""


class CancelRequest(Value):
    """Why the customer wants out (B57)."""

    reason: str


class AttentionResolution(Value):
    """How a parked run goes on: `retry` the failed step, `undo` the upgrade, or `skip` users."""

    action: Literal["retry", "undo", "skip"]
    reason: str = ""
    users: tuple[str, ...] | None = None
    """Whom to `skip`; all who cannot be moved where it is None."""


class Problem(NamedTuple):
    """What is wrong with a message: the field, and the fault with its mend."""

    field: str
    fault: str


def problem_with(message: CreditDecision | CancelRequest | AttentionResolution) -> Problem | None:
    """What is wrong with a message; None where nothing is."""
    match message:
        case CreditDecision():
            if message.decision not in ("approved", "declined"):
                return Problem("decision", f"is {message.decision!r}: write approved or declined")
            return _problem_with_text("reference", message.reference) or _problem_with_text(
                "reason", message.reason, required=False
            )
        case CancelRequest():
            return _problem_with_text("reason", message.reason)
        case AttentionResolution():
            return _problem_with_text("reason", message.reason, required=False)


def _problem_with_text(field: str, text: str, *, required: bool = True) -> Problem | None:
    fault = fault_in(text, required=required)
    return None if fault is None else Problem(field, fault)
