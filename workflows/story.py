"""One upgrade, or one change by hand (B59-B61), from its order to its end: *when* each step happens.

    check the order -> (wait for its day) -> (credit check) -> move users -> switch billing
                    -> wait for the billing day -> invoice, if something was bought

Which step is next follows from the stage that the last step answered with, so a run always goes on
from what is true in the database: after a crash, a reset, a cancel, or an operator's help. What makes
a change by hand different is in the quote of its order: who moves, where to, and what becomes of the
subscription they leave. It begins at once, or waits for the day that it was quoted for.

What can be sent to a run meanwhile is in `workflows.messages`; how steps run, and what happens if one
fails, in `workflows.steps`.
"""

from typing import assert_never

from temporalio import workflow
from temporalio.common import RawValue

from activities.steps import UpgradeSteps
from domain.upgrade.states import ENDED_STAGES
from domain.views.read_models import UpgradeView
from workflows import contract
from workflows.messages.updates import Messages
from workflows.steps.credit_asking import ask_in_background
from workflows.steps.failures import nothing_follows


class UpgradeStory(Messages):
    """Which step follows which stage, until the upgrade has ended."""

    async def _story(self) -> UpgradeView:
        known, without_change = self._known, 0
        while True:
            if known.view is None:
                await self._check_order()
            if known.rejection is not None or known.upgrade.stage in ENDED_STAGES:
                break
            before = known.view
            await self._next_step()
            without_change = without_change + 1 if known.view is before else 0
            if without_change:
                await self._steps.pause_or_park(without_change)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return known.upgrade

    async def _next_step(self) -> None:
        upgrade = self._known.upgrade
        match upgrade.stage:
            case "scheduled":
                await self._wait_for_scheduled_day()
            case "awaiting_credit_check":
                await self._wait_for_credit_decision()
            case "moving_users":
                await (self._move_users_back() if upgrade.undoing else self._move_users())
            case "switching_billing":
                await self._switch_billing()
            case "awaiting_invoice":
                await self._wait_for_billing_day()
            case "needs_attention":
                await self._steps.wait_for_operator()
            case "checking" | "completed" | "invoiced" | "refused":
                nothing_follows(upgrade.stage)
            case "declined" | "expired" | "canceled" | "undone":
                nothing_follows(upgrade.stage)
            case _:
                assert_never(upgrade.stage)

    async def _wait_for_scheduled_day(self) -> None:
        if await self._steps.changes_before_deadline("Waiting for the scheduled day"):
            return
        await self._steps.quick_or_park(
            UpgradeSteps.start_scheduled,
            self._known.step(),
            "Check and quote the order again on its day",
        )

    async def _wait_for_credit_decision(self) -> None:
        asking = ask_in_background(self._steps)
        decided = await self._steps.changes_before_deadline(
            "Waiting for the credit decision, until its deadline"
        )
        if asking is not None:
            asking.cancel()
        if decided:
            return
        await self._steps.quick_or_park(
            UpgradeSteps.expire_credit_check,
            self._known.step(),
            "Nobody decided in time: end the order",
        )

    async def _move_users(self) -> None:
        users = self._known.upgrade.users.total
        await self._steps.long(
            UpgradeSteps.move_users, f"Move {users} users to the new subscription"
        )

    async def _move_users_back(self) -> None:
        await self._steps.long(
            UpgradeSteps.undo_move, "Move every user back, with the switches they had"
        )

    async def _switch_billing(self) -> None:
        await self._steps.long(
            UpgradeSteps.switch_billing,
            "Old billing off, new billing on, credit booked: exactly once",
        )

    async def _wait_for_billing_day(self) -> None:
        if await self._steps.changes_before_deadline("Waiting for the billing day"):
            return
        await self._steps.long(
            UpgradeSteps.issue_invoice, "Issue the one invoice, with the credit in it"
        )


@workflow.defn(name=contract.WORKFLOW_TYPE)
class PlanUpgrade(UpgradeStory):
    """Carries one upgrade out."""

    @workflow.run
    async def run(self, *order: RawValue) -> UpgradeView:
        """Carry the upgrade out and return it as it ended; a rejected order fails the run.

        `order` is an `OrderRequest`: a quote and an idempotency key are enough.
        """
        return await self._carry_out()


@workflow.defn(name=contract.CHANGE_WORKFLOW_TYPE)
class ChangePlan(UpgradeStory):
    """Carries one change by hand out; operators see at once that it is none of the customer's own."""

    @workflow.run
    async def run(self, *order: RawValue) -> UpgradeView:
        """Carry the change out and return it as it ended; a rejected order fails the run.

        `order` is an `OrderRequest`: a quote and an idempotency key are enough.
        """
        return await self._carry_out()
