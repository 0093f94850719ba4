"""The names and shapes that callers and operators of the workflow rely on. Rename none.

Without temporalio: a caller that only asks the database need not wait a second for its import. The
search attributes stand in `workflows.search_attributes`.
"""

from typing import Literal

from domain.values import Value

TASK_QUEUE = "plan-upgrades"
WORKFLOW_TYPE = "PlanUpgrade"

SUBMIT_ORDER = "submit_order"
DECIDE_CREDIT_CHECK = "decide_credit_check"
CANCEL = "cancel"
RESOLVE_ATTENTION = "resolve_attention"
PROGRESS = "progress"

BAD_INPUT = "bad_input"
"""Error type of a message that is refused before it touches the history."""

UNEXPECTED = "unexpected"
PROMISE_BROKEN = "PromiseBroken"
UNEXPECTED_FAILURES = frozenset({UNEXPECTED, PROMISE_BROKEN})
"""Error types of steps that failed for a reason nobody foresaw: an operator must look."""

LICENSE_CONFLICT = "license_conflict"
"""Error type of a move that would give out more licenses than were bought: it is undone (B58)."""

MAX_TEXT = 2000
"""Characters in a reference or a reason."""


class CreditDecision(Value):
    """What the credit service or an operator decided (B41); checked by `problem_with`."""

    decision: str
    reference: str
    reason: str = ""


class CancelRequest(Value):
    """Why the customer wants out (B57)."""

    reason: str


class AttentionResolution(Value):
    """How a parked run goes on: `retry` the failed step, or `undo` the upgrade."""

    action: Literal["retry", "undo"]
    reason: str = ""


def problem_with(message: CreditDecision | CancelRequest) -> str | None:
    """What is wrong with a message, naming the field and the mend; None where nothing is."""
    match message:
        case CreditDecision():
            if message.decision not in ("approved", "declined"):
                return f"decision is {message.decision!r}: write approved or declined"
            return _problem_with_text("reference", message.reference) or _problem_with_text(
                "reason", message.reason, required=False
            )
        case CancelRequest():
            return _problem_with_text("reason", message.reason)


def _problem_with_text(field: str, text: str, *, required: bool = True) -> str | None:
    if required and not text.strip():
        return f"{field} is empty: say what it is"
    if len(text) > MAX_TEXT:
        return f"{field} has {len(text)} characters: write at most {MAX_TEXT}"
    if "\x00" in text:
        return f"{field} has a NUL character: leave it out"
    return None
