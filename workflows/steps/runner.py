"""How a run carries out its steps, and what it does if one fails.

Postgres has the truth. Every step answers with the upgrade as it then stands, and the run takes that
in. An answer that is older than what the run knows makes it look again and adopt what it finds: if an
older backup was restored, what the run remembers never happened.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError

from activities.steps import LICENSE_CONFLICT, ProblemInput, RunInput, StepInput, UpgradeSteps
from domain.values.rejections import NotOrdered
from domain.views.read_models import UpgradeView
from workflows.steps import table
from workflows.steps.alarm import Alarm
from workflows.steps.failures import broken, cause_of, one_line_of
from workflows.steps.known import KnownUpgrade

LOOKS_AT_ONCE = 5
"""How often a run looks again because it was told something while it looked."""

STEPS_WITHOUT_CHANGE = 6
"""How often in a row a step may change nothing, a minute in all, before the run is parked."""

Step = Callable[..., Awaitable[UpgradeView]]
"""A method of `UpgradeSteps`."""


class StepRunner:
    """Runs the steps of one upgrade. What they answer is in `known`."""

    def __init__(self) -> None:
        """Nothing has run yet."""
        self.known = KnownUpgrade(Alarm(self._raise_alert))
        self.resolutions = 0
        """How often an operator let the parked run go on."""
        self.unrecorded = ""
        """Why the run is parked, if Postgres could not record it."""

    # ---- kinds of steps ---------------------------------------------------------------------

    async def quick(self, step: Step, argument: RunInput, summary: str) -> None:
        """Run a quick step. Raises `FailureError`."""
        await self.learn(await self._local(step, argument, summary))

    async def quick_or_park(self, step: Step, argument: StepInput, summary: str) -> None:
        """Run a quick step; if it fails, an operator must look."""
        try:
            await self.quick(step, argument, summary)
        except FailureError as error:
            await self.park(table.step_id_of(step), error, forward=True)

    async def answer(self, step: Step, argument: StepInput, summary: str) -> UpgradeView:
        """Run a step for a caller who waits; what the domain rejects is their answer."""
        try:
            await self.quick(step, argument, summary)
        except FailureError as error:
            raise self.known.lost_or(cause_of(error)) from None
        return self.known.upgrade

    async def long(self, step: Step, summary: str) -> None:
        """Run a long step; if it fails, take back what has to be, or park."""
        forward = not self.known.upgrade.undoing
        try:
            await self.learn(await self.activity(step, summary))
        except FailureError as error:
            await self._undo_or_park(table.step_id_of(step), error, forward=forward)

    async def activity(
        self, step: Step, summary: str, *, retry: RetryPolicy | None = None
    ) -> UpgradeView:
        """Run a long step as an activity that operators see. Raises `FailureError`."""
        step_id = table.step_id_of(step)
        policy = table.STEPS[step_id]
        return await workflow.execute_activity_method(
            step,
            args=[self.known.step()],
            activity_id=step_id,
            task_queue=policy.task_queue,
            priority=table.priority_of(self.known.upgrade),
            start_to_close_timeout=policy.timeout,
            heartbeat_timeout=policy.heartbeat,
            retry_policy=retry or policy.retry,
            summary=summary,
        )

    async def _local(self, step: Step, argument: RunInput, summary: str) -> UpgradeView:
        policy = table.STEPS[table.step_id_of(step)]
        return await workflow.execute_local_activity_method(
            step,
            args=[argument],
            start_to_close_timeout=policy.timeout,
            retry_policy=policy.retry,
            summary=summary,
        )

    # ---- what goes wrong --------------------------------------------------------------------

    async def _undo_or_park(self, step: str, error: FailureError, *, forward: bool) -> None:
        """Take back what cannot be done (B58); what is not understood waits for an operator."""
        if cause_of(error).type != LICENSE_CONFLICT or self.known.upgrade.undoing:
            await self.park(step, error, forward=forward)
            return
        await self.quick_or_park(
            UpgradeSteps.report_license_conflict,
            self.known.step(),
            "More users than licenses: undo",
        )

    async def park(self, step: str, error: FailureError, *, forward: bool) -> None:
        """Record that an operator must look; if even that fails, wait for one all the same.

        Nothing is recorded if a cancel was faster than a step that was to take the upgrade `forward`.
        """
        failure = cause_of(error)
        if failure.type == NotOrdered.code:
            self.known.forget(failure)
            return
        cause = one_line_of(failure)
        problem = ProblemInput(**self.known.step_fields(), step=step, cause=cause, forward=forward)
        try:
            await self.quick(UpgradeSteps.report_problem, problem, f"Parked: {step} failed")
        except FailureError as unrecorded:
            if cause_of(unrecorded).type == NotOrdered.code:
                self.known.forget(cause_of(unrecorded))
            else:
                await self.park_unrecorded(step, cause)

    async def park_unrecorded(self, step: str, cause: str) -> None:
        """Park when the failure cannot be recorded in Postgres: Temporal's own pages show it."""
        self.known.display.parked_unrecorded(self.known.upgrade_id, self.known.view, step, cause)
        self.unrecorded = cause
        await self.wait_for_operator()
        self.unrecorded = ""
        self.known.display.goes_on(self.known.view)

    async def pause_or_park(self, times: int) -> None:
        """A step that changed nothing, `times` in a row, is not run again at once, nor forever."""
        if times < STEPS_WITHOUT_CHANGE:
            await workflow.sleep(timedelta(seconds=2**times), summary="Nothing changed: try again")
            return
        view = self.known.upgrade
        cause = f"{times} times in a row the step changed nothing"
        await self.park(view.stage, broken(cause), forward=not view.undoing)

    # ---- waiting ----------------------------------------------------------------------------

    async def wait_for_operator(self) -> None:
        """Wait until an operator's `resolve_attention` arrives, or somebody cancels."""
        known, seen, before = self.known, self.resolutions, self.known.goes_on_as
        await workflow.wait_condition(
            lambda: (
                self.resolutions > seen or known.goes_on_as != before or known.rejection is not None
            )
        )

    async def changes_before_deadline(self, waiting_for: str) -> bool:
        """Wait until the deadline comes; True if the stage or the deadline changed before."""
        view = self.known.upgrade
        if view.deadline is None:
            raise broken(f"stage {view.stage} has no deadline")
        left = view.deadline - workflow.now()
        if left <= timedelta(0):
            return False
        # Not by the time-out of `wait_condition`: the order in which that one gives up its timer
        # differs between versions of Python, and no history would replay on the next one.
        timer = asyncio.create_task(workflow.sleep(left, summary=waiting_for))
        waits_for = (view.stage, view.deadline)
        await workflow.wait_condition(lambda: self.known.waits_for != waits_for or timer.done())
        timer.cancel()
        return self.known.waits_for != waits_for

    async def _raise_alert(self) -> None:
        try:
            await self.quick(
                UpgradeSteps.raise_alert, self.known.step(), "It takes too long: alert"
            )
        except FailureError as error:
            workflow.logger.warning("alert could not be recorded: %s", cause_of(error).message)

    # ---- what the database says -------------------------------------------------------------

    async def learn(self, view: UpgradeView) -> None:
        """Take in what a step has answered, and show it to operators.

        An answer that is older than what is known was overtaken, or a backup was restored. The
        database says which: what it says now is adopted, unless a newer answer came meanwhile.
        """
        for _ in range(LOOKS_AT_ONCE):
            known = self.known.view
            if known is None or view.version >= known.version:
                break
            view = await self._ask_database()
            if self.known.view is known:
                break
        else:
            return
        self.known.take_in(view)

    async def look(self) -> None:
        """Adopt what the database says, even if that is older than what is known."""
        known = self.known.view
        view = await self._ask_database()
        if self.known.view is known:
            self.known.take_in(view)

    async def _ask_database(self) -> UpgradeView:
        return await self._local(UpgradeSteps.look, self.known.step(), "What the database says")
