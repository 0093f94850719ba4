"""The order that a run begins with: it is read, checked, and answered."""

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, FailureError

from activities.steps import UNEXPECTED_FAILURES, OrderInput, UpgradeSteps
from domain.quoting.orders import OrderRequest, require_agreement
from domain.values.rejections import BadMessage, IdempotencyKeyReused, OrderGivenUp
from domain.views.read_models import UpgradeView
from workflows import contract
from workflows.contract import AttentionResolution
from workflows.messages.raw import bad_input, read, taken, text_of
from workflows.steps.failures import broken, cause_of, one_line_of
from workflows.steps.runner import StepRunner


class OrderMessage:
    """A run that begins with an order, and answers whoever sends that order."""

    def __init__(self, *order: RawValue) -> None:
        """Handlers may run before `run` does, so everything they need is here.

        What the order says is read by the step that checks it; nothing of it is believed before.
        """
        self._order = order
        self._steps = StepRunner()
        self._known = self._steps.known

    async def _check_order(self) -> None:
        """Check the order; from then on the upgrade is known, or the order is rejected."""
        info, known = workflow.info(), self._known
        try:
            order = text_of(OrderRequest, self._order)
            if info.execution_timeout or info.run_timeout:
                raise BadMessage(
                    "timeout", "is set: a run lasts until its invoice, so leave it out"
                )
        except BadMessage as fault:
            known.reject(bad_input(fault), {})
            return
        if known.lost:
            await self._steps.park_unrecorded("check-order", known.lost)
            known.lost = ""
        step = OrderInput(
            upgrade_id=known.upgrade_id,
            at=workflow.now(),
            order=order,
            ordered_at=info.start_time,
        )
        while not known.is_settled:
            try:
                await self._steps.quick(
                    UpgradeSteps.check_order, step, "Check the order against every rule"
                )
            except FailureError as error:
                failure = cause_of(error)
                if failure.type in UNEXPECTED_FAILURES:
                    await self._steps.park_unrecorded("check-order", one_line_of(failure))
                else:
                    known.reject(failure, *failure.details[1:])

    @workflow.update(name=contract.SUBMIT_ORDER, description="Order; answers once it is checked")
    async def submit_order(self, *order: RawValue) -> UpgradeView:
        """Answer with the checked order; a repeat answers the same."""
        await self._until_checked()
        try:
            require_agreement(taken(OrderRequest, order), self._known.upgrade, "upgrade_id")
        except BadMessage as fault:
            raise bad_input(fault) from None
        return self._known.upgrade

    @submit_order.validator
    def _refuse_another_order(self, *order: RawValue) -> None:
        asked = read(OrderRequest, order)
        try:
            ordered = read(OrderRequest, self._order)
        except ApplicationError:
            return  # the check tells every caller what is wrong with it
        if not asked.asks_the_same_as(ordered):
            raise ApplicationError(
                IdempotencyKeyReused().message,
                {"upgrade_id": self._known.upgrade_id},
                type=IdempotencyKeyReused.code,
            )

    async def _until_checked(self) -> None:
        """Wait until the order is checked. Raises its rejection, or that the database has lost it."""
        known = self._known
        await workflow.wait_condition(lambda: known.is_settled or bool(known.lost))
        if not known.is_settled:
            raise broken(known.lost)
        if known.rejection is not None:
            raise known.rejection

    # ---- parked before there is an order ----------------------------------------------------

    async def _parked_before_its_order(self) -> bool:
        """Whether the order cannot be checked; False as soon as it is. Raises its rejection."""
        await workflow.wait_condition(
            lambda: bool(self._steps.unrecorded) or self._known.is_settled
        )
        if not self._known.is_settled:
            return True
        await self._until_checked()
        return False

    async def _check_again_or_give_up(self, resolution: AttentionResolution) -> UpgradeView:
        """Do what an operator says. Nothing is ordered yet, so there is nothing to undo."""
        if resolution.action != "retry":
            self._give_up()
        self._steps.resolutions += 1
        self._steps.unrecorded = ""
        if await self._parked_before_its_order():
            raise broken(f"the order still cannot be checked: {self._steps.unrecorded}")
        return self._known.upgrade

    def _give_up(self) -> None:
        """Nothing is ordered, so there is nothing to undo."""
        self._known.reject(
            ApplicationError(OrderGivenUp().message, type=OrderGivenUp.code, non_retryable=True)
        )
