"""The steps a workflow can ask for: names and shapes only, so that workflows import nothing else.

`activities.upgrade_steps` makes them true. Every step takes the business moment it happens at, can
be repeated without harm, and answers with the upgrade as it then stands.
"""

from abc import ABC, abstractmethod

from temporalio import activity

from domain.upgrade.events import Decision
from domain.values.base import Instant, Value
from domain.views.read_models import UpgradeView

UNEXPECTED = "unexpected"
PROMISE_BROKEN = "PromiseBroken"
UNEXPECTED_FAILURES = frozenset({UNEXPECTED, PROMISE_BROKEN})
"""Error types of steps that failed for a reason nobody foresaw: an operator must look."""

LICENSE_CONFLICT = "license_conflict"
"""Error type of a move that would give out more licenses than were bought: it is undone (B58)."""

USERS_FAILED = "users_failed"
"""Error type of a move that took everybody along but some: an operator must look."""


CREDIT_SERVICE_FAILED = "credit_service_failed"
"""Error type of a credit service that is down, slow or wrong: it is asked again (B41)."""


class RunInput(Value):
    """Whose run it is, and when."""

    upgrade_id: str
    at: Instant
    """Now, as the workflow knows it."""


class StepInput(RunInput):
    """Which upgrade, and when; its ids as the database says them."""

    subscription_id: str
    tenant_id: str


class OrderInput(RunInput):
    """An order to check, as it came: nothing in it is known to be true, nor to be readable.

    Its `upgrade_id` is what the workflow's id says.
    """

    order: str
    """The JSON of an `OrderRequest`."""
    ordered_at: Instant
    """When its run was started."""


class DecisionInput(StepInput):
    """A credit decision."""

    decision: Decision
    reference: str
    reason: str


class ReasonInput(StepInput):
    """Why to cancel or undo."""

    reason: str


class SkipInput(ReasonInput):
    """Which users to go on without; all who fail where `users` is None."""

    users: tuple[str, ...] | None


class ProblemInput(StepInput):
    """Which step failed, and why."""

    step: str
    """Its id, such as `switch-billing`."""
    cause: str
    forward: bool = False
    """Whether the upgrade was not being undone when the step began."""


class UpgradeSteps(ABC):
    """Each step is one activity; what undoes it stands beside it."""

    @activity.defn(name="check_order")
    @abstractmethod
    async def check_order(self, step: OrderInput) -> UpgradeView:
        """Ask every rule; record the order, or why it is refused."""

    @activity.defn(name="start_scheduled")
    @abstractmethod
    async def start_scheduled(self, step: StepInput) -> UpgradeView:
        """On its day, check and quote a scheduled order anew."""

    @activity.defn(name="ask_credit_service")
    @abstractmethod
    async def ask_credit_service(self, step: StepInput) -> UpgradeView:
        """Ask the credit service, and record its decision where it answers at once."""

    @activity.defn(name="decide_credit_check")
    @abstractmethod
    async def decide_credit_check(self, step: DecisionInput) -> UpgradeView:
        """Record a credit decision."""

    @activity.defn(name="expire_credit_check")
    @abstractmethod
    async def expire_credit_check(self, step: StepInput) -> UpgradeView:
        """Record that nobody decided in time."""

    @activity.defn(name="move_users")
    @abstractmethod
    async def move_users(self, step: StepInput) -> UpgradeView:
        """Open the new subscription and move every user, batch by batch."""

    @activity.defn(name="undo_move")
    @abstractmethod
    async def undo_move(self, step: StepInput) -> UpgradeView:
        """Undo of `move_users`: every user back, with the switches they had."""

    @activity.defn(name="skip_users")
    @abstractmethod
    async def skip_users(self, step: SkipInput) -> UpgradeView:
        """Record that an operator goes on without users who cannot be moved."""

    @activity.defn(name="switch_billing")
    @abstractmethod
    async def switch_billing(self, step: StepInput) -> UpgradeView:
        """Old billing off, new billing on, credit booked. There is no undo: from here only forward."""

    @activity.defn(name="issue_invoice")
    @abstractmethod
    async def issue_invoice(self, step: StepInput) -> UpgradeView:
        """Issue the one invoice."""

    @activity.defn(name="cancel")
    @abstractmethod
    async def cancel(self, step: ReasonInput) -> UpgradeView:
        """Record that the customer wants out."""

    @activity.defn(name="begin_undo")
    @abstractmethod
    async def begin_undo(self, step: ReasonInput) -> UpgradeView:
        """Record that the upgrade is given up; the switch is impossible from here on."""

    @activity.defn(name="report_license_conflict")
    @abstractmethod
    async def report_license_conflict(self, step: StepInput) -> UpgradeView:
        """Record that users lack a license, and that the upgrade is given up for it."""

    @activity.defn(name="look")
    @abstractmethod
    async def look(self, step: StepInput) -> UpgradeView:
        """Read how the upgrade stands in the database, and change nothing."""

    @activity.defn(name="raise_alert")
    @abstractmethod
    async def raise_alert(self, step: StepInput) -> UpgradeView:
        """Record that operators know how long it takes, if it still does."""

    @activity.defn(name="report_problem")
    @abstractmethod
    async def report_problem(self, step: ProblemInput) -> UpgradeView:
        """Record that an operator must look."""

    @activity.defn(name="resolve_attention")
    @abstractmethod
    async def resolve_attention(self, step: StepInput) -> UpgradeView:
        """Undo of `report_problem`: record that an operator lets the run go on."""
