"""What every run has in common, an upgrade's and that of a change by hand: its steps and messages.

What happens is decided in `domain.upgrade.decider` and made true by the steps, which answer with the
upgrade as it then stands. The stage of that answer says which step is next, so a run always goes
on from what is true in the database: after a crash, a reset, a cancel, or an operator's help.
Which step follows which stage is the story that each kind of run tells itself.
"""

import asyncio
from abc import ABC, abstractmethod
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.steps import (
        UNEXPECTED_FAILURES,
        DecisionInput,
        OrderInput,
        ReasonInput,
        SkipInput,
        UpgradeSteps,
    )
    from domain.quoting.orders import OrderRequest, require_agreement
    from domain.text.escaping import one_line
    from domain.upgrade.states import ENDED_STAGES
    from domain.values.rejections import BadInput, IdempotencyKeyReused, OrderGivenUp
    from domain.views.read_models import UpgradeView
    from workflows import contract
    from workflows.contract import AttentionResolution, CancelRequest, CreditDecision
    from workflows.credit_asking import ask_until_answered
    from workflows.messages import bad_input, read, taken, text_of
    from workflows.step_runner import StepRunner, broken, cause_of, said

STEPS_WITHOUT_CHANGE = 6
"""How often in a row a step may change nothing, a minute in all, before the run is parked."""

LONGEST_REASON = 500
"""Characters of a reason given in Temporal that are kept."""


class Run(StepRunner, ABC):
    """Carries out one order. A kind of run adds `run`, which Temporal wants on the class itself."""

    @workflow.init
    def __init__(self, *order: RawValue) -> None:
        """Handlers may run before `run` does, so everything they need is here.

        What the order says is read by the step that checks it; nothing of it is believed before.
        """
        super().__init__()
        self._order = order
        self._cancels: list[asyncio.Task[None]] = []

    async def _carry_out(self) -> UpgradeView:
        """Carry the order out and return it as it ended.

        An order that is rejected fails the run: nothing was ordered, and its key can be used again.
        Temporal's *Request Cancellation* is the customer's cancel, and does not stop what goes on.
        """
        story = asyncio.create_task(self._story())
        while not story.done():
            try:
                await workflow.wait_condition(story.done)
            except asyncio.CancelledError:
                self._cancels.append(asyncio.create_task(self._cancel_for_temporal()))
        try:
            view = await story
        except ApplicationError as error:
            if self._cancels and error.type == OrderGivenUp.code:
                raise asyncio.CancelledError from None
            raise
        if self._cancels and view.stage == "canceled":
            raise asyncio.CancelledError  # the run ends as canceled too
        return view

    async def _story(self) -> UpgradeView:
        without_change = 0
        while True:
            if self._view is None:
                await self._check_order()
            if self._rejection is not None or self._known.stage in ENDED_STAGES:
                break
            before = self._view
            await self._next_step()
            without_change = without_change + 1 if self._view is before else 0
            if without_change:
                await self._pause_or_park(without_change)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._known

    async def _pause_or_park(self, times: int) -> None:
        """A step that changes nothing is not tried again at once, and not for ever."""
        if times < STEPS_WITHOUT_CHANGE:
            await workflow.sleep(timedelta(seconds=2**times), summary="Nothing changed: try again")
            return
        view = self._known
        cause = f"{times} times in a row the step changed nothing"
        await self._park(view.stage, broken(cause), forward=not view.undoing)

    async def _cancel_for_temporal(self) -> None:
        """Temporal's own *Request Cancellation*: the customer's cancel as long as that is possible.

        Later it is noted in the details, and the upgrade goes on (B72).
        """
        await workflow.wait_condition(
            lambda: self._view is not None or self._rejection is not None or bool(self._unrecorded)
        )
        if self._rejection is not None:
            return
        if self._view is None:
            self._give_up()
            return
        reason = (
            one_line(workflow.cancellation_reason() or "")[:LONGEST_REASON] or "no reason given"
        )
        step = ReasonInput(**self._step_fields(), reason=f"canceled in Temporal: {reason}")
        try:
            await self._answer(UpgradeSteps.cancel, step, "Cancellation requested in Temporal")
        except ApplicationError as error:
            self._note(f"cancellation was requested in Temporal ({reason}), but: {error.message}")

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
        if self._lost:
            await self._park_unrecorded("check-order", self._lost)
            self._lost = ""
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
                failure = cause_of(error)
                if failure.type in UNEXPECTED_FAILURES:
                    await self._park_unrecorded("check-order", said(failure))
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
        if self._known.reviewer != "credit_service":
            return None

        async def ask() -> None:
            step = UpgradeSteps.ask_credit_service
            once = RetryPolicy(maximum_attempts=1)
            answer = await ask_until_answered(
                lambda: self._activity(step, "Ask the credit service", retry=once), self._say
            )
            try:
                await self._learn(answer)
            except FailureError as error:
                self._forget(cause_of(error))

        return asyncio.create_task(ask())

    async def _move_users(self) -> None:
        users = self._known.users.total
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

    # ---- messages ---------------------------------------------------------------------------

    @workflow.query(name=contract.PROGRESS, description="The upgrade as it stands now")
    def progress(self, *nothing: RawValue) -> UpgradeView:
        """The upgrade as it stands now."""
        return self._known

    @workflow.update(name=contract.SUBMIT_ORDER, description="Order; answers once it is checked")
    async def submit_order(self, *order: RawValue) -> UpgradeView:
        """Answer with the checked order; a repeat answers the same."""
        await self._until_checked()
        try:
            require_agreement(taken(OrderRequest, order), self._known, "upgrade_id")
        except BadInput as fault:
            raise bad_input(fault) from None
        return self._known

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
            lambda: self._stage is None or self._stage in {*ENDED_STAGES, "needs_attention"}
        )
        return self._known

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
        return self._known

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
            self._give_up()
        self._resolutions += 1
        self._unrecorded = ""
        if await self._parked_before_its_order():
            raise broken(f"the order still cannot be checked: {self._unrecorded}")
        return self._known

    @workflow.update(
        name=contract.LOOK, description="Adopt what the database says, after a restore"
    )
    async def look(self, *nothing: RawValue) -> UpgradeView:
        """Adopt what the database says, also if that is older than what the run knows."""
        await self._until_checked()
        try:
            await self._look()
        except FailureError as error:
            raise self._lost_or(cause_of(error)) from None
        return self._known

    def _give_up(self) -> None:
        """Nothing is ordered, so there is nothing to undo."""
        self._reject(
            ApplicationError(OrderGivenUp().message, type=OrderGivenUp.code, non_retryable=True)
        )

    async def _until_checked(self) -> None:
        """Raises the rejection, or that the database has lost the order."""
        await workflow.wait_condition(
            lambda: self._view is not None or self._rejection is not None or bool(self._lost)
        )
        if self._view is None and self._rejection is None:
            raise broken(self._lost)
        if self._rejection is not None:
            raise self._rejection

    async def _change_before_deadline(self, waiting_for: str) -> bool:
        """Wait until the deadline comes; True if the stage or the deadline changed before."""
        view = self._known
        if view.deadline is None:
            raise broken(f"stage {view.stage} has no deadline")
        left = view.deadline - workflow.now()
        if left <= timedelta(0):
            return False
        # Not by the time-out of `wait_condition`: the order in which that one gives up its timer
        # differs between versions of Python, and no history would replay on the next one.
        timer = asyncio.create_task(workflow.sleep(left, summary=waiting_for))
        waits_for = (view.stage, view.deadline)
        await workflow.wait_condition(lambda: self._waits_for != waits_for or timer.done())
        timer.cancel()
        return self._waits_for != waits_for
