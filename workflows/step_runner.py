"""How a run carries out its steps, and what it knows of its upgrade.

The database is the truth. Every step answers with the upgrade as it then stands, and the run takes
that in; an answer that is older than what the run knows makes it look again, and adopt what it finds:
an older backup may have been restored, and then what the run remembers never happened.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NoReturn

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.steps import (
        LICENSE_CONFLICT,
        UNEXPECTED,
        ProblemInput,
        RunInput,
        StepInput,
        UpgradeSteps,
    )
    from domain.upgrade.states import Stage
    from domain.values.rejections import NotOrdered
    from domain.views.read_models import UpgradeView, upgrade_id_of
    from workflows import contract, policies
    from workflows.details import details_of, details_of_rejected, details_of_unrecorded
    from workflows.shown import show, show_alert, show_rejected

LOOKS_AT_ONCE = 5
"""How often a run looks again because it was told something while it looked."""


class StepRunner:
    """Runs the steps of one upgrade, and keeps what they answer."""

    def __init__(self) -> None:
        """Nothing is known of the upgrade but its id, until its order is checked."""
        self._upgrade_id = upgrade_id_of(workflow.info().workflow_id)
        self._view: UpgradeView | None = None
        self._rejection: ApplicationError | None = None
        self._resolutions = 0
        self._unrecorded = ""
        self._lost = ""
        self._said = ""
        self._noted = ""
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at: datetime | None = None

    @property
    def _known(self) -> UpgradeView:
        """The upgrade as it stands, as far as the run knows."""
        if self._rejection is not None:
            raise self._rejection
        if self._view is None:
            raise ApplicationError("the order has not been checked yet", type="not_checked_yet")
        return self._view

    @property
    def _stage(self) -> Stage | None:
        """Its stage; None while the order is being checked."""
        return self._view and self._view.stage

    @property
    def _waits_for(self) -> object:
        """What a wait for a deadline ends with."""
        return self._view and (self._view.stage, self._view.deadline)

    # ---- steps ------------------------------------------------------------------------------

    async def _quick(
        self, step: Callable[..., Awaitable[UpgradeView]], argument: RunInput, summary: str
    ) -> None:
        await self._learn(await self._local(step, argument, summary))

    async def _local(
        self, step: Callable[..., Awaitable[UpgradeView]], argument: RunInput, summary: str
    ) -> UpgradeView:
        policy = policies.STEPS[policies.step_id_of(step)]
        return await workflow.execute_local_activity_method(
            step,
            args=[argument],
            start_to_close_timeout=policy.timeout,
            retry_policy=policy.retry,
            summary=summary,
        )

    async def _quick_or_park(
        self, step: Callable[..., Awaitable[UpgradeView]], argument: StepInput, summary: str
    ) -> None:
        try:
            await self._quick(step, argument, summary)
        except FailureError as error:
            await self._park(policies.step_id_of(step), error, forward=True)

    async def _long(self, step: Callable[..., Awaitable[UpgradeView]], summary: str) -> None:
        forward = not self._known.undoing
        try:
            await self._learn(await self._activity(step, summary))
        except FailureError as error:
            await self._undo_or_park(policies.step_id_of(step), error, forward=forward)

    async def _activity(
        self,
        step: Callable[..., Awaitable[UpgradeView]],
        summary: str,
        *,
        retry: RetryPolicy | None = None,
    ) -> UpgradeView:
        step_id = policies.step_id_of(step)
        policy = policies.STEPS[step_id]
        return await workflow.execute_activity_method(
            step,
            args=[self._step()],
            activity_id=step_id,
            task_queue=policy.task_queue,
            priority=policies.priority_of(self._known),
            start_to_close_timeout=policy.timeout,
            heartbeat_timeout=policy.heartbeat,
            retry_policy=retry or policy.retry,
            summary=summary,
        )

    async def _answer(
        self, step: Callable[..., Awaitable[UpgradeView]], argument: StepInput, summary: str
    ) -> UpgradeView:
        """Run a step for somebody who waits; what the domain rejects is their answer."""
        try:
            await self._quick(step, argument, summary)
        except FailureError as error:
            raise self._lost_or(cause_of(error)) from None
        return self._known

    # ---- what goes wrong --------------------------------------------------------------------

    async def _undo_or_park(self, step: str, error: FailureError, *, forward: bool) -> None:
        """Take back what cannot be done (B58); what is not understood waits for an operator."""
        cause = cause_of(error)
        if cause.type != LICENSE_CONFLICT or self._known.undoing:
            await self._park(step, error, forward=forward)
            return
        await self._quick_or_park(
            UpgradeSteps.report_license_conflict, self._step(), "More users than licenses: undo"
        )

    async def _park(self, step: str, error: FailureError, *, forward: bool) -> None:
        """Record that an operator must look; if even that fails, wait for one all the same.

        Nothing is recorded if a cancel was faster than a step that was to take the upgrade `forward`.
        """
        failure = cause_of(error)
        if failure.type == NotOrdered.code:
            self._forget(failure)
            return
        cause = said(failure)
        problem = ProblemInput(**self._step_fields(), step=step, cause=cause, forward=forward)
        try:
            await self._quick(UpgradeSteps.report_problem, problem, f"Parked: {step} failed")
        except FailureError as unrecorded:
            if cause_of(unrecorded).type == NotOrdered.code:
                self._forget(cause_of(unrecorded))
            else:
                await self._park_unrecorded(step, cause)

    async def _park_unrecorded(self, step: str, cause: str) -> None:
        """Park where the failure cannot be recorded in Postgres: Temporal's own pages show it."""
        workflow.set_current_details(
            details_of_unrecorded(self._upgrade_id, self._view, step, cause)
        )
        show_alert(contract.UNRECORDED)
        self._unrecorded = cause
        await self._wait_for_operator()
        self._unrecorded = ""
        show_alert(self._view and self._view.alert)
        if self._view is not None:
            self._show_details(self._view)

    async def _wait_for_operator(self) -> None:
        """Until an operator's `resolve_attention` arrives, or somebody cancels."""
        seen, before = self._resolutions, self._goes_on_as()
        await workflow.wait_condition(
            lambda: (
                self._resolutions > seen
                or self._goes_on_as() != before
                or self._rejection is not None
            )
        )

    def _goes_on_as(self) -> object:
        """What the next step depends on."""
        return self._view and (self._view.stage, self._view.undoing)

    def _reject(self, rejection: ApplicationError, known: Mapping[str, Any] | None = None) -> None:
        """The order is rejected: nothing was ordered, and the run fails with the reason.

        `known` is what its quote says of it, if anybody has looked.
        """
        self._rejection = rejection
        workflow.set_current_details(details_of_rejected(rejection.message))
        if known is not None:
            show_rejected(known)

    # ---- what is known ----------------------------------------------------------------------

    async def _learn(self, view: UpgradeView) -> None:
        """Take in what a step has answered, and show it to operators.

        An answer that is older than what is known was overtaken, or a backup was restored. The
        database says which: what it says now is adopted, unless a newer answer came meanwhile.
        """
        for _ in range(LOOKS_AT_ONCE):
            known = self._view
            if known is None or view.version >= known.version:
                break
            view = await self._local(UpgradeSteps.look, self._step(), "What the database says")
            if self._view is known:
                break
        else:
            return
        self._take_in(view)

    async def _look(self) -> None:
        """Adopt what the database says, also if that is older than what is known."""
        known = self._view
        view = await self._local(UpgradeSteps.look, self._step(), "What the database says")
        if self._view is known:
            self._take_in(view)

    def _lost_or(self, cause: ApplicationError) -> ApplicationError:
        """The cause of a failure; if it is that the order is lost, the run knows that from here on."""
        if cause.type == NotOrdered.code:
            self._forget(cause)
        return cause

    def _forget(self, cause: ApplicationError) -> None:
        """The database does not know the order: what the run remembers never happened."""
        self._set_alarm(None)
        self._view = None
        self._said = ""
        self._lost = said(cause)

    def _take_in(self, view: UpgradeView) -> None:
        before, self._view = self._view, view
        self._set_alarm(view.alert_at)
        if view.stage != "awaiting_credit_check":
            self._said = ""
        self._show_details(view)
        show(view, before)

    def _say(self, what: str) -> None:
        """Tell operators how the credit service stands."""
        self._said = what
        self._show_details(self._known)

    def _note(self, what: str) -> None:
        """Tell operators what was asked in vain."""
        self._noted = what
        self._show_details(self._known)

    def _show_details(self, view: UpgradeView) -> None:
        workflow.set_current_details(details_of(view, self._said, self._noted))

    def _set_alarm(self, at: datetime | None) -> None:
        """Alert operators at that moment, unless the upgrade goes on before (B51)."""
        if at == self._alarm_at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = at
        self._alarm = None if at is None else asyncio.create_task(self._raise_alert(at))

    async def _raise_alert(self, at: datetime) -> None:
        left = at - workflow.now()
        if left > timedelta(0):
            await workflow.sleep(left, summary="By then it should have gone on; else: alert")
        self._alarm = None  # from here on nothing cancels it
        try:
            await self._quick(UpgradeSteps.raise_alert, self._step(), "It takes too long: alert")
        except FailureError as error:
            workflow.logger.warning("alert could not be recorded: %s", cause_of(error).message)

    def _step(self) -> StepInput:
        return StepInput(**self._step_fields())

    def _step_fields(self) -> dict[str, Any]:
        view = self._known
        return {
            "upgrade_id": view.upgrade_id,
            "subscription_id": view.subscription_id,
            "tenant_id": view.tenant_id,
            "at": workflow.now(),
        }


def cause_of(error: FailureError) -> ApplicationError:
    """What made the step fail, as its caller should see it.

    The failure of an ordinary activity is wrapped in an `ActivityError`, that of a local one is not.
    """
    cause = error if isinstance(error, ApplicationError) else error.cause
    if isinstance(cause, ApplicationError):
        return ApplicationError(cause.message, *cause.details, type=cause.type, non_retryable=True)
    return ApplicationError(str(cause or error), type=UNEXPECTED, non_retryable=True)


def said(cause: ApplicationError) -> str:
    """What operators read of a cause: one line."""
    return " ".join(f"{cause.type}: {cause.message}".split())[:500]


def nothing_follows(stage: Stage) -> NoReturn:
    """A run asks for the next step of a stage that has none."""
    raise broken(f"stage {stage} has no next step")


def broken(what: str) -> ApplicationError:
    """The run cannot go on: a fault of ours, told apart from everything the business knows."""
    return ApplicationError(what, type=UNEXPECTED, non_retryable=True)
