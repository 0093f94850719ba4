"""What every run has in common, an upgrade's and that of a change by hand: its steps and messages.

What happens is decided in `domain.upgrade` and made true by the steps, which answer with the
upgrade as it then stands. The stage of that answer says which step is next, so a run always goes
on from what is true in the database: after a crash, a reset, a cancel, or an operator's help.
Which step follows which stage is the story that each kind of run tells itself.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NoReturn

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.steps import (
        LICENSE_CONFLICT,
        UNEXPECTED,
        UNEXPECTED_FAILURES,
        DecisionInput,
        OrderInput,
        ProblemInput,
        ReasonInput,
        RunInput,
        SkipInput,
        StepInput,
        UpgradeSteps,
    )
    from domain.orders import OrderRequest, require_agreement
    from domain.read_models import UpgradeView, upgrade_id_of
    from domain.rejections import BadInput, IdempotencyKeyReused, OrderGivenUp
    from domain.upgrade_states import ENDED_STAGES, Stage
    from workflows import contract, policies
    from workflows.contract import AttentionResolution, CancelRequest, CreditDecision
    from workflows.credit_asking import ask_until_answered
    from workflows.details import details_of, details_of_rejected, details_of_unrecorded
    from workflows.messages import bad_input, read, taken, text_of
    from workflows.shown import show, show_alert, show_rejected


class Run(ABC):
    """Carries out one order. A kind of run adds `run`, which Temporal wants on the class itself."""

    @workflow.init
    def __init__(self, *order: RawValue) -> None:
        """Handlers may run before `run` does, so everything they need is here.

        What the order says is read by the step that checks it; nothing of it is believed before.
        """
        self._order = order
        self._upgrade_id = upgrade_id_of(workflow.info().workflow_id)
        self._view: UpgradeView | None = None
        self._rejection: ApplicationError | None = None
        self._resolutions = 0
        self._unrecorded = ""
        self._said = ""
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at: datetime | None = None

    async def _carry_out(self) -> UpgradeView:
        """Carry the order out and return it as it ended.

        An order that is rejected fails the run: nothing was ordered, and its key can be used again.
        """
        await self._check_order()
        while self._rejection is None and self.progress().stage not in ENDED_STAGES:
            await self._next_step()
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._rejection is not None:
            raise self._rejection
        return self.progress()

    @abstractmethod
    async def _next_step(self) -> None:
        """The step that the stage asks for."""

    # ---- steps of the story -----------------------------------------------------------------

    async def _check_order(self) -> None:
        info = workflow.info()
        try:
            order = text_of(OrderRequest, self._order)
            if info.execution_timeout or info.run_timeout:
                raise BadInput("timeout", "is set: a run lasts until its invoice, so leave it out")
        except BadInput as fault:
            self._reject(bad_input(fault), {})
            return
        step = OrderInput(
            upgrade_id=self._upgrade_id,
            at=workflow.now(),
            order=order,
            ordered_at=info.start_time,
        )
        while self._view is None and self._rejection is None:
            try:
                await self._quick(
                    UpgradeSteps.check_order, step, "Check the order against every rule"
                )
            except FailureError as error:
                failure = _cause(error)
                if failure.type in UNEXPECTED_FAILURES:
                    await self._park_unrecorded("check-order", _said(failure))
                else:
                    self._reject(failure, *failure.details[1:])

    async def _wait_for_credit_decision(self) -> None:
        asking = self._ask_credit_service()
        decided = await self._change_before_deadline(
            "Waiting for the credit decision, until its deadline"
        )
        if asking is not None:
            asking.cancel()
        if decided:
            return
        await self._quick_or_park(
            UpgradeSteps.expire_credit_check, self._step(), "Nobody decided in time: end the order"
        )

    def _ask_credit_service(self) -> "asyncio.Task[None] | None":
        """Ask in the background, where a credit service is asked at all."""
        if self.progress().reviewer != "credit_service":
            return None

        async def ask() -> None:
            step = UpgradeSteps.ask_credit_service
            once = RetryPolicy(maximum_attempts=1)
            self._know(
                await ask_until_answered(
                    lambda: self._activity(step, "Ask the credit service", retry=once), self._say
                )
            )

        return asyncio.create_task(ask())

    async def _move_users(self) -> None:
        users = self.progress().users.total
        await self._long(UpgradeSteps.move_users, f"Move {users} users to the new subscription")

    async def _undo_move(self) -> None:
        await self._long(UpgradeSteps.undo_move, "Move every user back, with the switches they had")

    async def _switch_billing(self) -> None:
        await self._long(
            UpgradeSteps.switch_billing,
            "Old billing off, new billing on, credit booked: exactly once",
        )

    async def _wait_for_billing_day(self) -> None:
        if await self._change_before_deadline("Waiting for the billing day"):
            return
        await self._long(UpgradeSteps.issue_invoice, "Issue the one invoice, with the credit in it")

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

    # ---- messages ---------------------------------------------------------------------------

    @workflow.query(name=contract.PROGRESS, description="The upgrade as it stands now")
    def progress(self, *nothing: RawValue) -> UpgradeView:
        """The upgrade as it stands now."""
        if self._rejection is not None:
            raise self._rejection
        if self._view is None:
            raise ApplicationError("the order has not been checked yet", type="not_checked_yet")
        return self._view

    @workflow.update(name=contract.SUBMIT_ORDER, description="Order; answers once it is checked")
    async def submit_order(self, *order: RawValue) -> UpgradeView:
        """Answer with the checked order; a repeat answers the same."""
        await self._until_checked()
        try:
            require_agreement(taken(OrderRequest, order), self.progress(), "upgrade_id")
        except BadInput as fault:
            raise bad_input(fault) from None
        return self.progress()

    @submit_order.validator
    def _refuse_another_order(self, *order: RawValue) -> None:
        asked = read(OrderRequest, order)
        try:
            ordered = read(OrderRequest, self._order)
        except ApplicationError:
            return  # the check says what is wrong with it, to whoever asks
        if not asked.asks_the_same_as(ordered):
            raise ApplicationError(
                IdempotencyKeyReused().message,
                {"upgrade_id": self._upgrade_id},
                type=IdempotencyKeyReused.code,
            )

    @workflow.update(
        name=contract.DECIDE_CREDIT_CHECK, description="Record the credit service's decision"
    )
    async def decide_credit_check(self, *decision: RawValue) -> UpgradeView:
        """Record a decision; a repeat changes nothing, a contradiction is kept and rejected."""
        await self._until_checked()
        decided = taken(CreditDecision, decision)
        step = DecisionInput(**self._step_fields(), **decided.model_dump())
        return await self._answer(
            UpgradeSteps.decide_credit_check, step, f"Credit check: {decided.decision}"
        )

    @decide_credit_check.validator
    def _refuse_bad_decision(self, *decision: RawValue) -> None:
        read(CreditDecision, decision)

    @workflow.update(
        name=contract.CANCEL, description="Cancel, as long as billing has not switched"
    )
    async def cancel(self, *request: RawValue) -> UpgradeView:
        """Cancel, and answer once everything is as it was before."""
        await self._until_checked()
        step = ReasonInput(**self._step_fields(), reason=taken(CancelRequest, request).reason)
        await self._answer(UpgradeSteps.cancel, step, "Cancel for the customer")
        await workflow.wait_condition(
            lambda: (
                self.progress().stage in ENDED_STAGES or self.progress().stage == "needs_attention"
            )
        )
        return self.progress()

    @cancel.validator
    def _refuse_bad_cancel(self, *request: RawValue) -> None:
        read(CancelRequest, request)

    @workflow.update(
        name=contract.RESOLVE_ATTENTION, description="Let a parked run go on: retry, undo or skip"
    )
    async def resolve_attention(self, *resolution: RawValue) -> UpgradeView:
        """Let a parked run go on, and answer with the upgrade as it then stands."""
        resolved = taken(AttentionResolution, resolution)
        if await self._parked_before_its_order():
            return await self._check_again_or_give_up(resolved)
        match resolved.action:
            case "retry":
                await self._answer(
                    UpgradeSteps.resolve_attention, self._step(), "Operator: try again"
                )
            case "undo":
                step = ReasonInput(
                    **self._step_fields(), reason=resolved.reason or "undone by an operator"
                )
                await self._answer(UpgradeSteps.begin_undo, step, "Operator: undo")
            case "skip":
                step = SkipInput(
                    **self._step_fields(), reason=resolved.reason, users=resolved.users
                )
                await self._answer(
                    UpgradeSteps.skip_users, step, "Operator: go on without users who cannot move"
                )
        self._resolutions += 1
        return self.progress()

    @resolve_attention.validator
    def _refuse_bad_resolution(self, *resolution: RawValue) -> None:
        read(AttentionResolution, resolution)

    async def _parked_before_its_order(self) -> bool:
        """Whether the order cannot be checked; False as soon as it is. Raises its rejection."""
        await workflow.wait_condition(
            lambda: bool(self._unrecorded) or self._view is not None or self._rejection is not None
        )
        if self._view is None and self._rejection is None:
            return True
        await self._until_checked()
        return False

    async def _check_again_or_give_up(self, resolution: AttentionResolution) -> UpgradeView:
        """Nothing is ordered yet, so there is nothing to undo."""
        if resolution.action != "retry":
            self._reject(
                ApplicationError(OrderGivenUp().message, type=OrderGivenUp.code, non_retryable=True)
            )
        self._resolutions += 1
        self._unrecorded = ""
        if await self._parked_before_its_order():
            raise _broken(f"the order still cannot be checked: {self._unrecorded}")
        return self.progress()

    # ---- how steps run ----------------------------------------------------------------------

    async def _quick(
        self, step: Callable[..., Awaitable[UpgradeView]], argument: RunInput, summary: str
    ) -> None:
        policy = policies.STEPS[policies.step_id_of(step)]
        self._know(
            await workflow.execute_local_activity_method(
                step,
                args=[argument],
                start_to_close_timeout=policy.timeout,
                retry_policy=policy.retry,
                summary=summary,
            )
        )

    async def _quick_or_park(
        self, step: Callable[..., Awaitable[UpgradeView]], argument: StepInput, summary: str
    ) -> None:
        try:
            await self._quick(step, argument, summary)
        except FailureError as error:
            await self._park(policies.step_id_of(step), error, forward=True)

    async def _long(self, step: Callable[..., Awaitable[UpgradeView]], summary: str) -> None:
        forward = not self.progress().undoing
        try:
            view = await self._activity(step, summary)
        except FailureError as error:
            await self._undo_or_park(policies.step_id_of(step), error, forward=forward)
        else:
            self._know(view)

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
            priority=policies.priority_of(self.progress()),
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
            raise _cause(error) from None
        return self.progress()

    async def _undo_or_park(self, step: str, error: FailureError, *, forward: bool) -> None:
        """Take back what cannot be done (B58); what is not understood waits for an operator."""
        cause = _cause(error)
        if cause.type != LICENSE_CONFLICT or self.progress().undoing:
            await self._park(step, error, forward=forward)
            return
        await self._quick_or_park(
            UpgradeSteps.report_license_conflict, self._step(), "More users than licenses: undo"
        )

    async def _park(self, step: str, error: FailureError, *, forward: bool) -> None:
        """Record that an operator must look; if even that fails, wait for one all the same.

        Nothing is recorded if a cancel was faster than a step that was to take the upgrade `forward`.
        """
        cause = _said(_cause(error))
        problem = ProblemInput(**self._step_fields(), step=step, cause=cause, forward=forward)
        try:
            await self._quick(UpgradeSteps.report_problem, problem, f"Parked: {step} failed")
        except FailureError:
            await self._park_unrecorded(step, cause)

    async def _park_unrecorded(self, step: str, cause: str) -> None:
        """Park where the database cannot be told: Temporal's own pages show it all the same."""
        workflow.set_current_details(
            details_of_unrecorded(self._upgrade_id, self._view, step, cause)
        )
        show_alert(contract.UNRECORDED)
        self._unrecorded = cause
        await self._wait_for_operator()
        self._unrecorded = ""
        show_alert(self._view and self._view.alert)
        if self._view is not None:
            workflow.set_current_details(details_of(self._view, self._said))

    def _reject(self, rejection: ApplicationError, known: Mapping[str, Any] | None = None) -> None:
        """The order is rejected: nothing was ordered, and the run fails with the reason.

        `known` is what its quote says of it, if anybody has looked.
        """
        self._rejection = rejection
        workflow.set_current_details(details_of_rejected(rejection.message))
        if known is not None:
            show_rejected(known)

    async def _until_checked(self) -> None:
        await workflow.wait_condition(lambda: self._view is not None or self._rejection is not None)
        if self._rejection is not None:
            raise self._rejection

    async def _change_before_deadline(self, waiting_for: str) -> bool:
        """Wait until the stage changes or the deadline comes; whether the stage changed."""
        view = self.progress()
        if view.deadline is None:
            raise _broken(f"stage {view.stage} has no deadline")
        left = view.deadline - workflow.now()
        if left <= timedelta(0):
            return False
        # Not by the time-out of `wait_condition`: the order in which that one gives up its timer
        # differs between versions of Python, and no history would replay on the next one.
        timer = asyncio.create_task(workflow.sleep(left, summary=waiting_for))
        await workflow.wait_condition(lambda: self.progress().stage != view.stage or timer.done())
        timer.cancel()
        return self.progress().stage != view.stage

    def _say(self, said: str) -> None:
        """Tell operators how the credit service stands."""
        self._said = said
        workflow.set_current_details(details_of(self.progress(), said))

    def _know(self, view: UpgradeView) -> None:
        """Take in the newest view, and show it to operators."""
        before = self._view
        if before is not None and view.version < before.version:
            return
        self._view = view
        self._set_alarm(view.alert_at)
        if view.stage != "awaiting_credit_check":
            self._said = ""
        workflow.set_current_details(details_of(view, self._said))
        show(view, before)

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
            workflow.logger.warning("alert could not be recorded: %s", _cause(error).message)

    def _step(self) -> StepInput:
        return StepInput(**self._step_fields())

    def _step_fields(self) -> dict[str, Any]:
        view = self.progress()
        return {
            "upgrade_id": view.upgrade_id,
            "subscription_id": view.subscription_id,
            "tenant_id": view.tenant_id,
            "at": workflow.now(),
        }


def _cause(error: FailureError) -> ApplicationError:
    """What made the step fail, as its caller should see it.

    The failure of an ordinary activity is wrapped in an `ActivityError`, that of a local one is not.
    """
    cause = error if isinstance(error, ApplicationError) else error.cause
    if isinstance(cause, ApplicationError):
        return ApplicationError(cause.message, *cause.details, type=cause.type, non_retryable=True)
    return ApplicationError(str(cause or error), type=UNEXPECTED, non_retryable=True)


def _said(cause: ApplicationError) -> str:
    """What operators read of a cause: one line."""
    return " ".join(f"{cause.type}: {cause.message}".split())[:500]


def nothing_follows(stage: Stage) -> NoReturn:
    """A run asks for the next step of a stage that has none."""
    raise _broken(f"stage {stage} has no next step")


def _broken(what: str) -> ApplicationError:
    """The run cannot go on: a fault of ours, told apart from everything the business knows."""
    return ApplicationError(what, type=UNEXPECTED, non_retryable=True)
