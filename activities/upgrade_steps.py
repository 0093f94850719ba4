"""The steps of an upgrade, made true in Postgres: one transaction each, safe to repeat."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from temporalio import activity

from activities.acting import act_as, event_metadata
from activities.changes_by_hand import ChangesByHand, going_now
from activities.clock import workflow_clock
from activities.credit_review import CreditReview, OperatorReview, question_about
from activities.failures import require_own_run
from activities.heartbeats import heartbeating
from activities.steps import (
    DecisionInput,
    OrderInput,
    ProblemInput,
    ReasonInput,
    SkipInput,
    StepInput,
    UpgradeSteps,
)
from activities.user_moves import MoveLimits, UserMoves
from domain.catalog.facts import Facts, Owed
from domain.quoting.orders import Order, OrderRequest, order_on
from domain.quoting.quote import Quote, digest_now, requote
from domain.quoting.renewal import refusals_on_its_day
from domain.subscriptions.subscription import SubscriptionState
from domain.text.actor import CREDIT_SERVICE
from domain.text.messages import read_message
from domain.upgrade.commands import (
    BeginUndo,
    Cancel,
    Command,
    DecideCreditCheck,
    ExpireCreditCheck,
    PlaceOrder,
    RaiseAlert,
    ReportLicenseConflict,
    ReportProblem,
    ResolveAttention,
    SkipUsers,
    StartMove,
    StartScheduled,
    SwitchBilling,
    command_id,
)
from domain.upgrade.credit_check import credit_decision_rejection
from domain.upgrade.decider import decide
from domain.upgrade.events import UpgradeEvent
from domain.upgrade.states import (
    AwaitingCreditCheck,
    Moved,
    NotPlaced,
    PlacedState,
    ReadyToMove,
    Scheduled,
    UpgradeState,
)
from domain.values import rejections
from domain.values.business_days import BusinessCalendar, CalendarOf, decision_deadline
from domain.values.cycles import local_day
from domain.views.read_models import UpgradeView, upgrade_view
from store.database import Database, Executor
from store.errors import FactsChanged, PromiseBroken
from store.facts import read_facts
from store.moves import (
    end_skipped_licenses,
    skip_users,
    users_left_behind,
    users_to_move,
    users_without_license,
)
from store.payments import read_sources
from store.quotes import read_quote
from store.retries import until_it_stands
from store.upgrades import ATTEMPTS, UpgradeHistory, carry_out, issue_invoice, read_history

JOINED_MEANWHILE = "ended_has_no_users"
"""A user got a license of the old subscription in the very moment of the switch."""

TRIES_OF_A_SWITCH = 5
MOST_UNKNOWN_USERS = 20
"""Of those who were to be skipped and do not fail; no rejection names more."""

_log = structlog.get_logger()


class PostgresUpgradeSteps(UpgradeSteps):
    """Every step of an upgrade, on one database."""

    def __init__(
        self,
        database: Database,
        calendar_of: CalendarOf,
        limits: MoveLimits,
        credit_review: CreditReview | None = None,
    ) -> None:
        """`limits` bounds what moves may take of the database.

        Without a `credit_review` operators decide.
        """
        self._database = database
        self._calendar_of = calendar_of
        self._moves = UserMoves(database, limits)
        self._by_hand = ChangesByHand(database, calendar_of)
        self._credit_review = credit_review or OperatorReview()

    # ---- the order --------------------------------------------------------------------------

    async def check_order(self, step: OrderInput) -> UpgradeView:
        """Ask every rule; record the order, or why it is refused."""
        quote = None
        try:
            request = read_message(OrderRequest, step.order)
            quote = await read_quote(self._database, request.quote_id)
            if quote is None:
                raise rejections.UnknownQuote(quote_id=request.quote_id)
            order = order_on(quote, request)
            await self._require_day_to_come(request, quote, order, step.ordered_at)
            require_own_run(order.upgrade_id)
            return await self._place(order, quote, workflow_clock(step.at)())
        except rejections.Rejection as rejection:
            rejection.known = _known_from(quote)
            raise

    async def _require_day_to_come(
        self, request: OrderRequest, quote: Quote, order: Order, ordered_at: datetime
    ) -> None:
        """Raise `BadInput` for a day that had passed when it was ordered, unless it was ordered before."""
        today = local_day(ordered_at, quote.inputs.time_zone)
        if request.schedule is None or request.schedule >= today:
            return
        history = await read_history(self._database, order.upgrade_id, order.subscription_id)
        if isinstance(history.state, NotPlaced):
            raise rejections.BadMessage(
                "schedule",
                f"is {request.schedule}, which has passed: choose {today} or a later day",
            )

    async def _place(self, order: Order, quote: Quote, at: datetime) -> UpgradeView:
        while True:
            facts = await self._facts(order.subscription_id)
            command = PlaceOrder(
                at=at,
                order=order,
                quote=quote,
                facts=facts,
                current_digest=digest_now(facts, quote, at=at, calendar=self._calendar(facts)),
                going=await going_now(self._database, quote),
                **self._credit_check(facts, at),
            )
            try:
                history = await carry_out(
                    self._database,
                    order.upgrade_id,
                    order.subscription_id,
                    command,
                    event_metadata(),
                )
            except FactsChanged as change:
                # Another order or an admin was faster; the facts now show it, the rules decide.
                activity.logger.info("decided anew: %s", change)
            else:
                return _view(history.state)

    async def start_scheduled(self, step: StepInput) -> UpgradeView:
        """On its day, check and quote a scheduled order anew (B36)."""
        return await until_it_stands(lambda: self._start_scheduled(step), attempts=ATTEMPTS)

    async def _start_scheduled(self, step: StepInput) -> UpgradeView:
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
        credit_check = self._credit_check(facts, at)
        if state.upgrade.change is not None:
            started = await self._by_hand.start_on_its_day(history, state, facts, at, credit_check)
            return _view(started.state)
        ordered, renewed = state.upgrade.quote, None
        if not (refusals := refusals_on_its_day(facts, ordered, at)):
            renewed = requote(facts, ordered, at=at, calendar=self._calendar(facts))
        command = StartScheduled(at=at, refusals=refusals, renewed_quote=renewed, **credit_check)
        return await self._carry_out(step, command)

    # ---- the credit check -------------------------------------------------------------------

    async def ask_credit_service(self, step: StepInput) -> UpgradeView:
        """Ask the credit service, and record its decision where it answers at once (B41).

        Where the decision comes later, or came from somebody else meanwhile, nothing is recorded.
        """
        now = workflow_clock(step.at)
        state = (await self._history(step)).state
        if not isinstance(state, AwaitingCreditCheck):
            return _view(state)
        async with heartbeating():
            answer = await self._credit_review.ask(question_about(state))
        if answer is None:
            return _view(state)
        act_as(CREDIT_SERVICE)
        command = DecideCreditCheck(
            at=now(), decision=answer.decision, reference=answer.reference, reason=answer.reason
        )
        return await self._carry_out(step, command)

    async def decide_credit_check(self, step: DecisionInput) -> UpgradeView:
        """Record a credit decision; one that does not count is recorded, then rejected (B41)."""
        command = DecideCreditCheck(
            at=step.at, decision=step.decision, reference=step.reference, reason=step.reason
        )
        history = await self._carried_out(step, command)
        if rejection := credit_decision_rejection(command, history.state):
            raise rejection
        return _view(history.state)

    async def expire_credit_check(self, step: StepInput) -> UpgradeView:
        """Record that nobody decided in time (B42)."""
        return await self._carry_out(step, ExpireCreditCheck(at=workflow_clock(step.at)()))

    # ---- the move, and its undo -------------------------------------------------------------

    async def move_users(self, step: StepInput) -> UpgradeView:
        """Open the new subscription and move every user, batch by batch (B43-B49).

        Resumes from what the database says, wherever an earlier attempt stopped. Ends early when
        the upgrade is canceled meanwhile.
        """
        now = workflow_clock(step.at)
        history = await until_it_stands(lambda: self._begun(step, now()), attempts=ATTEMPTS)
        return _view((await self._moves.move(history, now)).state)

    async def _begun(self, step: StepInput, at: datetime) -> UpgradeHistory:
        users = await users_to_move(self._database, step.upgrade_id, step.subscription_id)
        history = await self._history(step)
        state = history.state
        if isinstance(state, ReadyToMove) and state.upgrade.change is not None:
            return await self._by_hand.begin(history, state, at, users)
        return await self._carried_out(step, StartMove(at=at, users=users))

    async def undo_move(self, step: StepInput) -> UpgradeView:
        """Every user back to the old subscription, with the switches they had (B57, B58)."""
        now = workflow_clock(step.at)
        history = await self._history(step)
        return _view((await self._moves.take_back(history, now)).state)

    async def skip_users(self, step: SkipInput) -> UpgradeView:
        """Go on without users who cannot be moved: their license ends when billing switches."""
        history = await self._history(step)
        async with self._database.transaction() as transaction:
            skipped, unknown = await skip_users(
                transaction, step.upgrade_id, step.users, at=step.at, reason=step.reason
            )
            if unknown:
                raise rejections.UsersDoNotFail(users=unknown[:MOST_UNKNOWN_USERS])
            command = SkipUsers(at=step.at, users=skipped, reason=step.reason)
            events = decide(command, history.state)
            return _view((await self._append(transaction, history, events, command)).state)

    # ---- billing ----------------------------------------------------------------------------

    async def switch_billing(self, step: StepInput) -> UpgradeView:
        """Switch billing, once, whatever crashes or repeats (B53).

        Users who joined the old subscription after the move send the upgrade back to moving (B49).
        """
        now = workflow_clock(step.at)
        async with heartbeating():
            for _ in range(TRIES_OF_A_SWITCH):
                try:
                    return await self._switch_billing(step, now())
                except PromiseBroken as error:
                    if error.constraint != JOINED_MEANWHILE:
                        raise
            return await self._switch_billing(step, now())

    async def _switch_billing(self, step: StepInput, at: datetime) -> UpgradeView:
        history = await self._history(step)
        state = _placed(history)
        left_behind, staying = await users_left_behind(
            self._database, step.upgrade_id, step.subscription_id, state.upgrade.list_id
        )
        old = history.subscriptions[step.subscription_id].state
        command = SwitchBilling(
            at=at,
            users_left_behind=left_behind,
            users_staying=staying,
            old_licenses=None if old is None else old.subscription.licenses,
            owed=await self._owed_before(old),
        )
        events = decide(command, state)
        ends_licenses = (
            isinstance(state, Moved) and state.upgrade.skipped and state.upgrade.ends_old
        )
        if left_behind or not ends_licenses:
            return _view((await self._append(self._database, history, events, command)).state)
        async with self._database.transaction() as transaction:
            await end_skipped_licenses(transaction, step.upgrade_id, step.subscription_id)
            return _view((await self._append(transaction, history, events, command)).state)

    async def _owed_before(self, old: SubscriptionState | None) -> tuple[Owed, ...]:
        """What is owed of what has paid for the old subscription; what was imported nobody has invoiced."""
        if old is None or old.opened_by is None:
            return ()
        return await read_sources(self._database, old.subscription.id)

    async def issue_invoice(self, step: StepInput) -> UpgradeView:
        """Issue the one invoice under the next number; account credit pays what it can (B31, B54)."""
        now = workflow_clock(step.at)
        async with heartbeating():
            history = await issue_invoice(
                self._database,
                step.upgrade_id,
                step.subscription_id,
                now(),
                event_metadata(),
            )
            return _view(history.state)

    # ---- ending early, and asking for help --------------------------------------------------

    async def cancel(self, step: ReasonInput) -> UpgradeView:
        """Record that the customer wants out (B57)."""
        return await self._carry_out(step, Cancel(at=step.at, reason=step.reason))

    async def begin_undo(self, step: ReasonInput) -> UpgradeView:
        """Record that the upgrade is given up (B58)."""
        return await self._carry_out(step, BeginUndo(at=step.at, reason=step.reason))

    async def report_license_conflict(self, step: StepInput) -> UpgradeView:
        """Give the upgrade up where there are more users than licenses (B58); else it goes on."""
        at = workflow_clock(step.at)()
        missing = await users_without_license(self._database, step.upgrade_id)
        return await self._carry_out(
            step, ReportLicenseConflict(at=at, users_without_license=missing)
        )

    async def look(self, step: StepInput) -> UpgradeView:
        """Read how the upgrade stands in the database, and change nothing."""
        return _view((await self._history(step)).state)

    async def raise_alert(self, step: StepInput) -> UpgradeView:
        """Record that operators know how long it takes, and tell them in the log (B51)."""
        view = await self._carry_out(step, RaiseAlert(at=workflow_clock(step.at)()))
        if view.alert is not None:
            _log.warning(
                "upgrade takes longer than it should",
                alert=view.alert,
                stage=view.stage,
                deadline=view.deadline,
                expected_by=view.expected_by,
            )
        return view

    async def report_problem(self, step: ProblemInput) -> UpgradeView:
        """Record that an operator must look."""
        command = ReportProblem(at=step.at, step=step.step, cause=step.cause, forward=step.forward)
        return await self._carry_out(step, command)

    async def resolve_attention(self, step: StepInput) -> UpgradeView:
        """Record that an operator lets the run go on."""
        return await self._carry_out(step, ResolveAttention(at=step.at))

    # ---- shared -----------------------------------------------------------------------------

    async def _carry_out(self, step: StepInput, command: Command) -> UpgradeView:
        return _view((await self._carried_out(step, command)).state)

    async def _carried_out(self, step: StepInput, command: Command) -> UpgradeHistory:
        return await carry_out(
            self._database, step.upgrade_id, step.subscription_id, command, event_metadata()
        )

    async def _append(
        self,
        executor: Executor,
        history: UpgradeHistory,
        events: Sequence[UpgradeEvent],
        command: Command,
    ) -> UpgradeHistory:
        return await history.append(executor, events, command_id(command), event_metadata())

    async def _history(self, step: StepInput) -> UpgradeHistory:
        return await read_history(self._database, step.upgrade_id, step.subscription_id)

    async def _facts(self, subscription_id: str) -> Facts:
        facts = await read_facts(self._database, subscription_id)
        if facts is None:
            raise rejections.UnknownSubscription(subscription_id=subscription_id)
        return facts

    def _calendar(self, facts: Facts) -> BusinessCalendar:
        return self._calendar_of(facts.tenant.country, facts.tenant.subdivision)

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
            "reviewer": self._credit_review.reviewer,
        }


def _known_from(quote: Quote | None) -> dict[str, Any]:
    """What is known of an order from its quote alone, for the run to show."""
    if quote is None:
        return {}
    fields = {"tenant_id", "subscription_id", "target_plan_id"}
    return {**quote.model_dump(include=fields), "users": quote.users_to_move}


def _placed(history: UpgradeHistory) -> PlacedState:
    if isinstance(history.state, NotPlaced):
        raise rejections.NotOrdered
    return history.state


def _view(state: UpgradeState) -> UpgradeView:
    if isinstance(state, NotPlaced):
        raise rejections.NotOrdered
    return upgrade_view(state)
