"""The names and shapes that callers and operators of the workflow rely on. Rename none.

Without temporalio: a caller that only asks the database need not wait a second for its import. The
search attributes stand in `workflows.search_attributes`.
"""

from typing import Annotated, Literal

from pydantic import Field

from domain.text.messages import Message, OptionalWords, Words
from domain.upgrade.events import Decision
from domain.values.base import Id
from domain.values.rejections import BadMessage
from domain.views.read_models import CHANGE_WORKFLOW, UPGRADE_WORKFLOW

TASK_QUEUE = "plan-upgrades"
MOVE_TASK_QUEUE = "user-moves"
"""Moves, and their undo, have workers or at least slots of their own: a million users who move keep
nobody waiting for a credit decision."""
TASK_QUEUES = (TASK_QUEUE, MOVE_TASK_QUEUE)
WORKFLOW_TYPE = UPGRADE_WORKFLOW
CHANGE_WORKFLOW_TYPE = CHANGE_WORKFLOW
"""Of a change by hand; it understands the same messages."""

SUBMIT_ORDER = "submit_order"
DECIDE_CREDIT_CHECK = "decide_credit_check"
CANCEL = "cancel"
RESOLVE_ATTENTION = "resolve_attention"
LOOK = "look"
PROGRESS = "progress"

UNRECORDED = "parked_unrecorded"
"""Value of `UpgradeAlert` of a run that is parked, and the database cannot be told."""

MOST_SKIPPED = 1_000
"""Users that can be named in one `skip`; to skip all, none is named."""

BAD_INPUT = BadMessage.code
"""Error type of a start or update that cannot be read, or contradicts what is known (B70)."""


class CreditDecision(Message):
    """What the credit service or an operator decided (B41)."""

    example = '{"decision": "approved", "reference": "CR-4711", "reason": "checked by Kim"}'

    decision: Decision
    reference: Words
    reason: OptionalWords = ""


class CancelRequest(Message):
    """Why the customer wants out (B57)."""

    example = '{"reason": "no budget this year"}'

    reason: Words


class AttentionResolution(Message):
    """How a parked run goes on: `retry` the failed step, `undo` the upgrade, or `skip` users."""

    example = '{"action": "retry"}'

    action: Literal["retry", "undo", "skip"]
    reason: OptionalWords = ""
    users: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_SKIPPED)] | None = None
    """Whom to `skip`; all who cannot be moved where it is None."""
