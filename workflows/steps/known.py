"""What a run knows of its upgrade. Postgres has the truth; this is what it last said.

Whatever is learned is shown to operators at once.
"""

from collections.abc import Mapping
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from activities.steps import StepInput
from domain.upgrade.states import Stage
from domain.values.rejections import NotOrdered
from domain.views.read_models import UpgradeView, upgrade_id_of
from workflows.operators.display import Display
from workflows.steps.alarm import Alarm
from workflows.steps.failures import one_line_of


class KnownUpgrade:
    """One upgrade, as far as its run knows it."""

    def __init__(self, alarm: Alarm) -> None:
        """Nothing is known but its id, until its order is checked. `alarm` rings if it takes too long."""
        self.upgrade_id = upgrade_id_of(workflow.info().workflow_id)
        self.view: UpgradeView | None = None
        """The upgrade as it stands; None while its order is being checked, or is lost."""
        self.rejection: ApplicationError | None = None
        """Why the order was rejected."""
        self.lost = ""
        """How it was found that the database does not know the order any more."""
        self.display = Display()
        self._alarm = alarm

    @property
    def upgrade(self) -> UpgradeView:
        """The upgrade as it stands. Raises its order's rejection, or that it was not checked yet."""
        if self.rejection is not None:
            raise self.rejection
        if self.view is None:
            raise ApplicationError("the order has not been checked yet", type="not_checked_yet")
        return self.view

    @property
    def stage(self) -> Stage | None:
        """Its stage; None while the order is being checked."""
        return self.view and self.view.stage

    @property
    def is_settled(self) -> bool:
        """Whether the order was checked: it stands, or is rejected."""
        return self.view is not None or self.rejection is not None

    @property
    def waits_for(self) -> object:
        """What a wait for a deadline ends with, if it changes."""
        return self.view and (self.view.stage, self.view.deadline)

    @property
    def goes_on_as(self) -> object:
        """What the next step depends on."""
        return self.view and (self.view.stage, self.view.undoing)

    def take_in(self, view: UpgradeView) -> None:
        """Take in that the upgrade now stands like this."""
        before, self.view = self.view, view
        self._alarm.set(view.alert_at)
        self.display.upgrade(view, before)

    def forget(self, cause: ApplicationError) -> None:
        """Take in that the database does not know the order: what the run remembers never happened."""
        self._alarm.set(None)
        self.view = None
        self.display.order_lost()
        self.lost = one_line_of(cause)

    def lost_or(self, cause: ApplicationError) -> ApplicationError:
        """The cause of a failure; if it is that the order is lost, the run knows that from here on."""
        if cause.type == NotOrdered.code:
            self.forget(cause)
        return cause

    def reject(self, rejection: ApplicationError, known: Mapping[str, Any] | None = None) -> None:
        """Take in that the order is rejected: nothing was ordered, and the run fails with the reason.

        `known` is what its quote says of it, if it was looked up.
        """
        self.rejection = rejection
        self.display.rejected(rejection.message, known)

    def step(self) -> StepInput:
        """What every step is told."""
        return StepInput(**self.step_fields())

    def step_fields(self) -> dict[str, Any]:
        """The same as fields, for a step that is told more."""
        view = self.upgrade
        return {
            "upgrade_id": view.upgrade_id,
            "subscription_id": view.subscription_id,
            "tenant_id": view.tenant_id,
            "at": workflow.now(),
        }
