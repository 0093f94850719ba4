"""One change by hand (B59-B61), from its order to its end: *when* each step happens.

    submit order -> check -> (credit check) -> move those users -> switch billing
                 -> billing day -> invoice, where something was bought

It is built of the steps of an upgrade; what is different stands in the order's quote, which says who
goes, where to, and what becomes of the subscription they leave. It begins at once: nothing is
scheduled by hand.
"""

from typing import assert_never

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from domain.views.read_models import UpgradeView
    from workflows import contract
    from workflows.run import Run
    from workflows.step_runner import nothing_follows


@workflow.defn(name=contract.CHANGE_WORKFLOW_TYPE)
class ChangePlan(Run):
    """Carries one change by hand out."""

    @workflow.run
    async def run(self, *order: RawValue) -> UpgradeView:
        """Carry the change out and return it as it ended; a rejected order fails the run.

        `order` is an `OrderRequest`: a quote and an idempotency key are enough.
        """
        return await self._carry_out()

    async def _next_step(self) -> None:
        view = self._known
        match view.stage:
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
            case "checking" | "scheduled" | "completed" | "invoiced" | "refused":
                nothing_follows(view.stage)
            case "declined" | "expired" | "canceled" | "undone":
                nothing_follows(view.stage)
            case _:
                assert_never(view.stage)
