"""The steps of an upgrade, made true in Postgres: one transaction each, safe to repeat."""

from datetime import datetime
from typing import Any

from temporalio import activity

from activities.clock import workflow_clock
from activities.heartbeats import heartbeating
from activities.steps import (
    DecisionInput,
    OrderInput,
    ProblemInput,
    ReasonInput,
    StepInput,
    UpgradeSteps,
)
from domain import rejections
from domain.business_days import BusinessCalendar, CalendarOf, decision_deadline
from domain.commands import (
    BeginUndo,
    Cancel,
    Command,
    CompleteMove,
    DecideCreditCheck,
    ExpireCreditCheck,
    FinishUndo,
    PlaceOrder,
    RecordMovedUsers,
    RecordReturnedUsers,
    ReportProblem,
    ResolveAttention,
    StartMove,
    StartScheduled,
    SwitchBilling,
)
from domain.eligibility import check_order
from domain.facts import Facts
from domain.quote import Quote, requote
from domain.read_models import UpgradeView, upgrade_view
from domain.upgrade import credit_decision_rejection, decide, evolve
from domain.upgrade_states import Moving, NotPlaced, Scheduled, Undoing, UpgradeState
from store.database import Database
from store.errors import AnotherUpgradeIsOpen, VersionConflict
from store.facts import read_facts
from store.moves import assigned_users, move_batch, return_batch
from store.quotes import read_quote
from store.upgrades import UpgradeHistory, carry_out, issue_invoice, read_history


class PostgresUpgradeSteps(UpgradeSteps):
    """Every step of an upgrade, on one database."""

    def __init__(self, database: Database, calendar_of: CalendarOf, users_per_batch: int) -> None:
        """`users_per_batch` bounds how many licenses one transaction moves."""
        self._database = database
        self._calendar_of = calendar_of
        self._users_per_batch = users_per_batch

    # ---- the order --------------------------------------------------------------------------

    @activity.defn(name="check_order")
    async def check_order(self, step: OrderInput) -> UpgradeView:
        """Ask every rule; record the order, or why it is refused."""
        order, at = step.order, workflow_clock(step.at)()
        quote = await read_quote(self._database, order.quote_id)
        if quote is None or quote.subscription_id != order.subscription_id:
            raise rejections.UnknownQuote(quote_id=order.quote_id)
        while True:
            facts = await self._facts(order.subscription_id)
            try:
                return await self._carry_out(
                    step,
                    PlaceOrder(
                        at=at,
                        order=order,
                        quote=quote,
                        facts=facts,
                        current_digest=self._requote(facts, quote, at).digest,
                        **self._credit_check(facts, at),
                    ),
                )
            except AnotherUpgradeIsOpen:
                # Another order was faster; the facts now show it, and the rules will refuse.
                activity.logger.info("another upgrade was opened meanwhile")

    @activity.defn(name="start_scheduled")
    async def start_scheduled(self, step: StepInput) -> UpgradeView:
        """On its day, check and quote a scheduled order anew (B36)."""
        at = workflow_clock(step.at)()
        history = await self._history(step)
        state = history.state
        if not isinstance(state, Scheduled):
            return _view(state)
        facts = await self._facts(step.subscription_id)
        others = tuple(u for u in facts.open_upgrades if u.upgrade_id != step.upgrade_id)
        in_service = facts.open_upgrades_in_service - 1  # without this one, which holds its place
        facts = facts.model_copy(
            update={"open_upgrades": others, "open_upgrades_in_service": in_service}
        )
        refusals = check_order(facts, state.quote.target_plan_id, at)
        renewed = None if refusals else self._requote(facts, state.quote, at)
        command = StartScheduled(
            at=at, refusals=refusals, renewed_quote=renewed, **self._credit_check(facts, at)
        )
        return await self._carry_out(step, command)

    # ---- the credit check -------------------------------------------------------------------

    @activity.defn(name="decide_credit_check")
    async def decide_credit_check(self, step: DecisionInput) -> UpgradeView:
        """Record a credit decision; one that does not count is recorded, then rejected (B41)."""
        command = DecideCreditCheck(
            at=step.at, decision=step.decision, reference=step.reference, reason=step.reason
        )
        history = await self._carried_out(step, command)
        if rejection := credit_decision_rejection(command, history.state):
            raise rejection
        return _view(history.state)

    @activity.defn(name="expire_credit_check")
    async def expire_credit_check(self, step: StepInput) -> UpgradeView:
        """Record that nobody decided in time (B42)."""
        return await self._carry_out(step, ExpireCreditCheck(at=workflow_clock(step.at)()))

    # ---- the move, and its undo -------------------------------------------------------------

    @activity.defn(name="move_users")
    async def move_users(self, step: StepInput) -> UpgradeView:
        """Open the new subscription and move every user, batch by batch (B43-B49).

        Resumes from what the database says, wherever an earlier attempt stopped. Ends early when
        the upgrade is canceled meanwhile.
        """
        now = workflow_clock(step.at)
        users = await assigned_users(self._database, step.subscription_id)
        history = await self._carried_out(step, StartMove(at=now(), users=users))
        async with heartbeating(lambda: history.version):
            while isinstance(history.state, Moving):
                try:
                    history = await self._move_one_batch(history, now())
                except VersionConflict:
                    # A cancel came in between: go on from what is true now.
                    history = await self._history(step)
        return _view(history.state)

    async def _move_one_batch(self, history: UpgradeHistory, at: datetime) -> UpgradeHistory:
        """Move a batch and say so, in one transaction; the last batch completes the move."""
        state = history.state
        assert isinstance(state, Moving)
        assert state.new_subscription_id is not None
        batch = state.batches + 1
        async with self._database.transaction() as transaction:
            moved, is_last = await move_batch(
                transaction,
                upgrade_id=history.upgrade_id,
                old=state.order.subscription_id,
                new=state.new_subscription_id,
                batch=batch,
                users_at_most=self._users_per_batch,
                at=at,
                kept_services=state.kept_services,
            )
            events = decide(RecordMovedUsers(at=at, batch=batch, users=moved), state)
            if is_last:
                for event in events:
                    state = evolve(state, event)
                events += decide(CompleteMove(at=at, batch=batch), state)
            # Not by the batch: an empty one may complete the move, and be tried again later.
            return await history.append(transaction, events, f"move-{history.version}", _metadata())

    @activity.defn(name="undo_move")
    async def undo_move(self, step: StepInput) -> UpgradeView:
        """Every user back to the old subscription, with the switches they had (B57, B58)."""
        now = workflow_clock(step.at)
        history = await self._history(step)
        async with heartbeating(lambda: history.version):
            while isinstance(history.state, Undoing):
                history = await self._return_one_batch(history, now())
        return _view(history.state)

    async def _return_one_batch(self, history: UpgradeHistory, at: datetime) -> UpgradeHistory:
        state = history.state
        assert isinstance(state, Undoing)
        async with self._database.transaction() as transaction:
            returned = 0
            if state.new_subscription_id is not None:
                returned = await return_batch(
                    transaction,
                    upgrade_id=history.upgrade_id,
                    old=state.order.subscription_id,
                    new=state.new_subscription_id,
                    users_at_most=self._users_per_batch,
                    at=at,
                )
            batch = history.version
            events = decide(RecordReturnedUsers(at=at, batch=batch, users=returned), state)
            if returned < self._users_per_batch:
                events += decide(FinishUndo(at=at), state)
            return await history.append(transaction, events, f"return-{batch}", _metadata())

    # ---- billing ----------------------------------------------------------------------------

    @activity.defn(name="switch_billing")
    async def switch_billing(self, step: StepInput) -> UpgradeView:
        """Switch billing, once, whatever crashes or repeats (B53).

        Users who joined the old subscription after the move send the upgrade back to moving (B49).
        """
        now = workflow_clock(step.at)
        async with heartbeating():
            left_behind = await assigned_users(self._database, step.subscription_id)
            command = SwitchBilling(at=now(), users_left_behind=left_behind)
            return await self._carry_out(step, command)

    @activity.defn(name="issue_invoice")
    async def issue_invoice(self, step: StepInput) -> UpgradeView:
        """Issue the one invoice under the next number (B54)."""
        now = workflow_clock(step.at)
        async with heartbeating():
            history = await issue_invoice(
                self._database, step.upgrade_id, step.subscription_id, now(), _metadata()
            )
            return _view(history.state)

    # ---- ending early, and asking for help --------------------------------------------------

    @activity.defn(name="cancel")
    async def cancel(self, step: ReasonInput) -> UpgradeView:
        """Record that the customer wants out (B57)."""
        return await self._carry_out(step, Cancel(at=step.at, reason=step.reason))

    @activity.defn(name="begin_undo")
    async def begin_undo(self, step: ReasonInput) -> UpgradeView:
        """Record that the upgrade is given up (B58)."""
        return await self._carry_out(step, BeginUndo(at=step.at, reason=step.reason))

    @activity.defn(name="report_problem")
    async def report_problem(self, step: ProblemInput) -> UpgradeView:
        """Record that an operator must look."""
        command = ReportProblem(at=step.at, step=step.step, cause=step.cause)
        return await self._carry_out(step, command)

    @activity.defn(name="resolve_attention")
    async def resolve_attention(self, step: StepInput) -> UpgradeView:
        """Record that an operator lets the run go on."""
        return await self._carry_out(step, ResolveAttention(at=step.at))

    # ---- shared -----------------------------------------------------------------------------

    async def _carry_out(self, step: StepInput, command: Command) -> UpgradeView:
        return _view((await self._carried_out(step, command)).state)

    async def _carried_out(self, step: StepInput, command: Command) -> UpgradeHistory:
        return await carry_out(
            self._database, step.upgrade_id, step.subscription_id, command, _metadata()
        )

    async def _history(self, step: StepInput) -> UpgradeHistory:
        return await read_history(self._database, step.upgrade_id, step.subscription_id)

    async def _facts(self, subscription_id: str) -> Facts:
        facts = await read_facts(self._database, subscription_id)
        if facts is None:
            raise rejections.UnknownSubscription(subscription_id=subscription_id)
        return facts

    def _calendar(self, facts: Facts) -> BusinessCalendar:
        return self._calendar_of(facts.tenant.country, facts.tenant.subdivision)

    def _requote(self, facts: Facts, quote: Quote, at: datetime) -> Quote:
        return requote(facts, quote, at=at, calendar=self._calendar(facts))

    def _credit_check(self, facts: Facts, at: datetime) -> dict[str, Any]:
        """What a credit check that begins now would be held to (B39)."""
        calendar = self._calendar(facts)
        deadline = decision_deadline(
            at, facts.tenant.time_zone, calendar, facts.policy.credit_check.business_days
        )
        return {
            "credit_deadline": deadline,
            "calendar": calendar.name,
            "calendar_version": calendar.version,
        }


def _view(state: UpgradeState) -> UpgradeView:
    if isinstance(state, NotPlaced):
        raise rejections.NotReached("no such upgrade has been ordered")
    return upgrade_view(state)


def _metadata() -> dict[str, str]:
    """Where an event came from, for whoever reads the history later."""
    info = activity.info()
    return {"step": info.activity_type, "workflow_id": info.workflow_id or ""}
