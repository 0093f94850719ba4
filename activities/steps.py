"""The steps a workflow can ask for: names and shapes only, so that workflows import nothing else.

`activities.upgrade_steps` carries them out. Every step takes the business moment it happens at, can be
repeated without harm, and answers with the upgrade as it then stands. Its method's name is the name of
its activity, for good: histories hold it. How it runs is its row in `workflows.steps.table`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

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
    """Each step is one activity; its undo is beside it."""

    def __init_subclass__(cls, **given: Any) -> None:
        """Make activities of the methods by which a class carries steps out."""
        super().__init_subclass__(**given)
        for name in STEP_NAMES:
            if name in vars(cls):
                activity.defn(name=name)(vars(cls)[name])

    def all(self) -> list[Callable[..., Any]]:
        """Every step, as a worker registers it."""
        return [getattr(self, name) for name in STEP_NAMES]

    @abstractmethod
    async def check_order(self, step: OrderInput) -> UpgradeView:
        """Ask every rule; record the order, or why it is refused."""

    @abstractmethod
    async def start_scheduled(self, step: StepInput) -> UpgradeView:
        """On its day, check and quote a scheduled order anew."""

    @abstractmethod
    async def ask_credit_service(self, step: StepInput) -> UpgradeView:
        """Ask the credit service, and record its decision where it answers at once."""

    @abstractmethod
    async def decide_credit_check(self, step: DecisionInput) -> UpgradeView:
        """Record a credit decision."""

    @abstractmethod
    async def expire_credit_check(self, step: StepInput) -> UpgradeView:
        """Record that nobody decided in time."""

    @abstractmethod
    async def move_users(self, step: StepInput) -> UpgradeView:
        """Open the new subscription and move every user, batch by batch."""

    @abstractmethod
    async def undo_move(self, step: StepInput) -> UpgradeView:
        """Undo of `move_users`: every user back, with the switches they had."""

    @abstractmethod
    async def skip_users(self, step: SkipInput) -> UpgradeView:
        """Record that an operator goes on without users who cannot be moved."""

    @abstractmethod
    async def switch_billing(self, step: StepInput) -> UpgradeView:
        """Old billing off, new billing on, credit booked. There is no undo: from here only forward."""

    @abstractmethod
    async def issue_invoice(self, step: StepInput) -> UpgradeView:
        """Issue the one invoice."""

    @abstractmethod
    async def cancel(self, step: ReasonInput) -> UpgradeView:
        """Record that the customer wants out."""

    @abstractmethod
    async def begin_undo(self, step: ReasonInput) -> UpgradeView:
        """Record that the upgrade is given up; the switch is impossible from here on."""

    @abstractmethod
    async def report_license_conflict(self, step: StepInput) -> UpgradeView:
        """Record that users lack a license, and that the upgrade is given up for it."""

    @abstractmethod
    async def look(self, step: StepInput) -> UpgradeView:
        """Read how the upgrade stands in the database, and change nothing."""

    @abstractmethod
    async def raise_alert(self, step: StepInput) -> UpgradeView:
        """Record that operators know how long it takes, if it still does."""

    @abstractmethod
    async def report_problem(self, step: ProblemInput) -> UpgradeView:
        """Record that an operator must look."""

    @abstractmethod
    async def resolve_attention(self, step: StepInput) -> UpgradeView:
        """Undo of `report_problem`: record that an operator lets the run go on."""


STEP_NAMES = tuple(name for name in vars(UpgradeSteps) if name in UpgradeSteps.__abstractmethods__)
"""In the order of the interface."""

for _name in STEP_NAMES:
    activity.defn(name=_name)(vars(UpgradeSteps)[_name])
