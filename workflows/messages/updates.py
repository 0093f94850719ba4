"""What can be sent to a run: decisions, cancels, an operator's help, and a question.

A validator refuses what cannot be read, and leaves no trace of it in the history; the handler runs the
step that records the rest, and answers with the upgrade as it then stands.
"""

import asyncio
from abc import ABC, abstractmethod

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, FailureError

from activities.steps import DecisionInput, ReasonInput, SkipInput, UpgradeSteps
from domain.text.escaping import one_line
from domain.upgrade.states import ENDED_STAGES
from domain.values.rejections import OrderGivenUp
from domain.views.read_models import UpgradeView
from workflows import contract
from workflows.contract import AttentionResolution, CancelRequest, CreditDecision
from workflows.messages.order import OrderMessage
from workflows.messages.raw import read, taken
from workflows.steps.failures import cause_of

LONGEST_REASON = 500
"""Characters of a reason given in Temporal that are kept."""


class Messages(OrderMessage, ABC):
    """A run that can be asked and told things while its story goes on."""

    @workflow.init
    def __init__(self, *order: RawValue) -> None:
        """Nobody has sent anything but the order."""
        super().__init__(*order)
        self._cancels: list[asyncio.Task[None]] = []

    @abstractmethod
    async def _story(self) -> UpgradeView:
        """Everything that happens, from the order to its end."""

    # ---- updates ----------------------------------------------------------------------------

    @workflow.query(name=contract.PROGRESS, description="The upgrade as it stands now")
    def progress(self, *nothing: RawValue) -> UpgradeView:
        """The upgrade as it stands now."""
        return self._known.upgrade

    @workflow.update(
        name=contract.DECIDE_CREDIT_CHECK, description="Record the credit service's decision"
    )
    async def decide_credit_check(self, *decision: RawValue) -> UpgradeView:
        """Record a decision; a repeat changes nothing, a contradiction is kept and rejected."""
        await self._until_checked()
        decided = taken(CreditDecision, decision)
        step = DecisionInput(
            **self._known.step_fields(),
            decision=decided.decision,
            reference=decided.reference,
            reason=decided.reason,
        )
        return await self._steps.answer(
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
        reason = taken(CancelRequest, request).reason
        step = ReasonInput(**self._known.step_fields(), reason=reason)
        await self._steps.answer(UpgradeSteps.cancel, step, "Cancel for the customer")
        known = self._known
        await workflow.wait_condition(
            lambda: known.stage is None or known.stage in {*ENDED_STAGES, "needs_attention"}
        )
        return known.upgrade

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
        fields = self._known.step_fields()
        match resolved.action:
            case "retry":
                await self._steps.answer(
                    UpgradeSteps.resolve_attention, self._known.step(), "Operator: try again"
                )
            case "undo":
                step = ReasonInput(**fields, reason=resolved.reason or "undone by an operator")
                await self._steps.answer(UpgradeSteps.begin_undo, step, "Operator: undo")
            case "skip":
                step = SkipInput(**fields, reason=resolved.reason, users=resolved.users)
                await self._steps.answer(
                    UpgradeSteps.skip_users, step, "Operator: go on without users who cannot move"
                )
        self._steps.resolutions += 1
        return self._known.upgrade

    @resolve_attention.validator
    def _refuse_bad_resolution(self, *resolution: RawValue) -> None:
        read(AttentionResolution, resolution)

    @workflow.update(
        name=contract.LOOK, description="Adopt what the database says, after a restore"
    )
    async def look(self, *nothing: RawValue) -> UpgradeView:
        """Adopt what the database says, even if that is older than what the run knows."""
        await self._until_checked()
        try:
            await self._steps.look()
        except FailureError as error:
            raise self._known.lost_or(cause_of(error)) from None
        return self._known.upgrade

    # ---- Temporal's own cancel --------------------------------------------------------------

    async def _carry_out(self) -> UpgradeView:
        """Carry the order out and return the upgrade as it ended.

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

    async def _cancel_for_temporal(self) -> None:
        """The customer's cancel, for as long as that is possible.

        Later it is noted in the details, and the upgrade goes on (B72).
        """
        known = self._known
        await workflow.wait_condition(lambda: known.is_settled or bool(self._steps.unrecorded))
        if known.rejection is not None:
            return
        if known.view is None:
            self._give_up()
            return
        reason = (
            one_line(workflow.cancellation_reason() or "")[:LONGEST_REASON] or "no reason given"
        )
        step = ReasonInput(**known.step_fields(), reason=f"canceled in Temporal: {reason}")
        try:
            await self._steps.answer(
                UpgradeSteps.cancel, step, "Cancellation requested in Temporal"
            )
        except ApplicationError as error:
            known.display.note(
                f"cancellation was requested in Temporal ({reason}), but: {error.message}",
                known.upgrade,
            )
