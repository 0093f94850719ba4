"""One upgrade, from its order to its invoice: *when* each step happens.

    submit order -> check -> (scheduled day) -> (credit check) -> move users -> switch billing
                 -> billing day -> invoice

How each step runs, and what can be asked of a run meanwhile, stands in `workflows.run`.
"""

from typing import assert_never

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from activities.steps import UpgradeSteps
    from domain.views.read_models import UpgradeView
    from workflows import contract
    from workflows.run import Run
    from workflows.step_runner import nothing_follows


@workflow.defn(name=contract.WORKFLOW_TYPE)
class PlanUpgrade(Run):
    """Carries one upgrade out."""

    @workflow.run
    async def run(self, *order: RawValue) -> UpgradeView:
        """Carry the upgrade out and return it as it ended; a rejected order fails the run.

        `order` is an `OrderRequest`: a quote and an idempotency key are enough.
        """
        return await self._carry_out()

    async def _next_step(self) -> None:
        view = self._known
        match view.stage:
            case "scheduled":
                await self._wait_for_scheduled_day()
            case "awaiting_credit_check":
                await self._wait_for_credit_decision()
            case "moving_users":
                await (self._undo_move() if view.undoing else self._move_users())
            case "switching_billing":
                await self._switch_billing()
            case "awaiting_invoice":
                await self._wait_for_billing_day()
            case "needs_attention":
                await self._wait_for_operator()
            case "checking" | "completed" | "invoiced" | "refused":
                nothing_follows(view.stage)
            case "declined" | "expired" | "canceled" | "undone":
                nothing_follows(view.stage)
            case _:
                assert_never(view.stage)

    async def _wait_for_scheduled_day(self) -> None:
        if await self._change_before_deadline("Waiting for the scheduled day"):
            return
        await self._quick_or_park(
            UpgradeSteps.start_scheduled, self._step(), "Check and quote the order anew on its day"
        )
