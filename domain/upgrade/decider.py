"""The heart: one upgrade, from its order to its invoice, as states, events, commands and a decider.

    NotPlaced -> Checking -> ReadyToMove -> Moving -> Moved -> AwaitingInvoice -> Invoiced
                    |  ^         ^             |        |
                    |  |         |             +--------+--> Undoing -> Canceled | Undone
                    |  Scheduled |
                    |            |
                    +-> AwaitingCreditCheck -> Declined | Expired
                    +-> Refused

Read in this order: `states`, `events`, `evolve` (what an event leads to), `commands`, and `decide`
here (which events a command leads to; those of the credit check and of the move are in
`credit_check` and `moving`). All are pure: time and ids arrive inside commands. A repeated command
leads to no events, a forbidden one raises a `Rejection`.
A change by hand (B59-B61) takes the same way; if it buys nothing, `Moved` ends in `Completed`.
`NeedsAttention` can wrap any state that has not ended; a customer may cancel until billing has
switched.
"""

from typing import Literal, assert_never

from domain.pricing.account_credit import settle_in_order, use_oldest_first
from domain.pricing.billing_days import invoice_day
from domain.quoting.integrity import is_as_made
from domain.quoting.orders import require_agreement, require_forfeiture_accepted
from domain.quoting.plan_changes import check_licenses_of_change, check_request
from domain.quoting.quote import Quote
from domain.quoting.renewal import not_agreed_to
from domain.upgrade.alerts import next_alert
from domain.upgrade.commands import (
    BeginUndo,
    Cancel,
    Command,
    CompleteMove,
    DecideCreditCheck,
    ExpireCreditCheck,
    FinishUndo,
    IssueInvoice,
    PayInvoice,
    PayOutCredit,
    PlaceOrder,
    RaiseAlert,
    RecordFailedUsers,
    RecordMovedUsers,
    RecordReturnedUsers,
    RemindOfInvoice,
    ReportLicenseConflict,
    ReportProblem,
    ResolveAttention,
    SettleInvoice,
    SkipUsers,
    StartMove,
    StartScheduled,
    SwitchBilling,
    VoidInvoice,
)
from domain.upgrade.credit_check import decide_credit_check, expire_credit_check
from domain.upgrade.events import (
    AttentionNeeded,
    AttentionResolved,
    BillingSwitched,
    CreditCheckReminded,
    CreditCheckRequired,
    EligibilityConfirmed,
    InvoiceIssued,
    LicenseConflictFound,
    OrderPlaced,
    QuoteRenewed,
    UndoStarted,
    UpgradeCanceled,
    UpgradeDelayed,
    UpgradeEvent,
    UpgradeRefused,
    UpgradeScheduled,
    UpgradeUndone,
    UsersLeftBehind,
    UsersReturned,
)
from domain.upgrade.moving import decide_move
from domain.upgrade.payments import decide_payment, decide_reminder, open_amount
from domain.upgrade.states import (
    AwaitingCreditCheck,
    AwaitingInvoice,
    Canceled,
    Checking,
    Invoiced,
    Moved,
    Moving,
    NeedsAttention,
    NotPlaced,
    PlacedState,
    ReadyToMove,
    Scheduled,
    Switched,
    Undoing,
    Undone,
    UpgradeState,
    ended,
)
from domain.upgrade.voiding import decide_void
from domain.values import rejections
from domain.values.cycles import local_day, start_of_local_day


def decide(command: Command, state: UpgradeState) -> list[UpgradeEvent]:
    """The events that `command` leads to in `state`.

    Returns an empty list where the command has been carried out before. Raises a `Rejection` where
    it is forbidden.
    """
    if isinstance(command, PlaceOrder):
        return _place_order(command, state)
    if isinstance(state, NotPlaced):
        raise rejections.NotOrdered
    match command:
        case StartScheduled():
            return _start_scheduled(command, state)
        case DecideCreditCheck():
            return decide_credit_check(command, state)
        case ExpireCreditCheck():
            return expire_credit_check(command, state)
        case StartMove() | RecordMovedUsers() | RecordFailedUsers() | CompleteMove() | SkipUsers():
            return decide_move(command, state)
        case SwitchBilling():
            return _switch_billing(command, state)
        case IssueInvoice():
            return _issue_invoice(command, state)
        case SettleInvoice() | PayInvoice() | PayOutCredit():
            return decide_payment(command, state)
        case VoidInvoice():
            return decide_void(command, state)
        case RemindOfInvoice():
            return decide_reminder(command, state)
        case Cancel():
            return _cancel(command, state)
        case BeginUndo() | RecordReturnedUsers() | FinishUndo():
            return _undo(command, state)
        case ReportLicenseConflict():
            return _report_license_conflict(command, state)
        case RaiseAlert():
            return _raise_alert(command, state)
        case ReportProblem():
            return _report_problem(command, state)
        case ResolveAttention():
            return _resolve_attention(command, state)
        case _:
            assert_never(command)


def _place_order(command: PlaceOrder, state: UpgradeState) -> list[UpgradeEvent]:
    """B25, B67: on a quote that still holds and shows the day, once per key.

    Refused orders are kept with every reason.
    """
    order, quote, facts = command.order, command.quote, command.facts
    if not isinstance(state, NotPlaced):
        if state.upgrade.order.digest == order.digest:
            return []
        raise rejections.IdempotencyKeyReused(upgrade_id=order.upgrade_id)
    require_agreement(order, quote)
    if quote.is_expired(command.at):
        raise rejections.QuoteExpired(quote_id=quote.quote_id, expired_at=quote.expires_at)
    refusals = check_request(facts, quote.request, command.at)
    if quote.digest != command.current_digest and not (refusals and command.current_digest is None):
        raise rejections.QuoteStale(quote_id=quote.quote_id)
    if command.current_digest is not None and not is_as_made(quote, facts):
        raise rejections.QuoteAltered(quote_id=quote.quote_id)
    today = local_day(command.at, facts.tenant.time_zone)
    starts_on = max(order.schedule or quote.switch_on, today)
    if not quote.shows(starts_on):
        raise rejections.QuoteForAnotherDay(
            day=starts_on.isoformat(),
            first=min(max(quote.switch_on, today), quote.last_day).isoformat(),
            last=quote.last_day.isoformat(),
        )
    require_forfeiture_accepted(quote, order, starts_on)
    if quote.request.change is not None:
        check_licenses_of_change(facts, quote.request, command.going)
    elif facts.subscription.assigned > quote.licenses:
        raise rejections.insufficient_licenses(quote.licenses, facts.subscription.assigned)
    plan = facts.catalog.plans[quote.target_plan_id]
    placed = OrderPlaced(
        at=command.at,
        order=order,
        quote=quote.as_history_keeps_it(),
        policy=facts.policy,
        plan_name=plan.name,
        target_services=tuple(sorted(plan.services)),
        time_zone=facts.tenant.time_zone,
        billing_day=facts.tenant.billing_day,
        users=_users_to_move(command),
    )
    if refusals:
        return [placed, UpgradeRefused(at=command.at, refusals=refusals)]
    if starts_on > today:
        starts_at = start_of_local_day(starts_on, facts.tenant.time_zone)
        return [placed, UpgradeScheduled(at=command.at, starts_at=starts_at)]
    return [placed, *_clear(command, quote)]


def _users_to_move(command: PlaceOrder) -> int:
    """Everybody, or by hand who can go now; who was quoted, if nobody has counted again."""
    if command.quote.request.change is None:
        return command.facts.subscription.assigned
    return command.quote.users_to_move if command.going is None else command.going.users


def _clear(command: PlaceOrder | StartScheduled, quote: Quote) -> list[UpgradeEvent]:
    """Nothing refuses it: the way is free, or a credit check stands in it (B37)."""
    if not quote.credit_check.required:
        return [EligibilityConfirmed(at=command.at)]
    return [
        CreditCheckRequired(
            at=command.at,
            reasons=quote.credit_check.reasons,
            deadline=command.credit_deadline,
            calendar=command.calendar,
            calendar_version=command.calendar_version,
            reviewer=command.reviewer,
        )
    ]


def _start_scheduled(command: StartScheduled, state: PlacedState) -> list[UpgradeEvent]:
    """B36: on its day a scheduled order is checked and quoted anew, and ends if it costs more."""
    if not isinstance(state, Scheduled):
        return []
    if command.at < state.starts_at:
        raise rejections.NotReached("its day has not come", starts_at=state.starts_at)
    if command.refusals:
        return [UpgradeRefused(at=command.at, refusals=command.refusals)]
    if command.renewed_quote is None:
        raise rejections.NotReached("a scheduled order starts with a renewed quote")
    renewed = command.renewed_quote
    if refusals := not_agreed_to(state.upgrade.order, state.upgrade.quote, renewed):
        return [UpgradeRefused(at=command.at, refusals=refusals)]
    return [
        QuoteRenewed(at=command.at, quote=renewed.as_history_keeps_it()),
        *_clear(command, renewed),
    ]


def _switch_billing(command: SwitchBilling, state: PlacedState) -> list[UpgradeEvent]:
    """B53: once, for everybody, on the day it happens.

    Not before all who are to move have moved: whoever joined meanwhile moves first (B49, B50).
    """
    if isinstance(state, Switched) or (isinstance(state, Moving) and state.moves_again):
        return []
    if isinstance(state, Undoing | Canceled | Undone):
        return []  # a cancel was faster
    if not isinstance(state, Moved):
        raise rejections.NotReached("billing cannot switch before every user has moved")
    if command.users_left_behind > 0:
        return [UsersLeftBehind(at=command.at, users=command.users_left_behind)]
    if _is_bought_for_nobody(state):
        reason = "nobody was left to move when billing was to switch"
        return [UndoStarted(at=command.at, ending="undone", reason=reason)]
    _require_licenses_for_who_stays(state, command)
    switched_on = local_day(command.at, state.upgrade.time_zone)
    invoice_on = invoice_day(
        switched_on, state.upgrade.billing_day, state.upgrade.policy.invoice.within_days
    )
    quote = state.upgrade.quote
    pricing = quote.price_at_switch(state.upgrade.begins_on, switched_on)
    return [
        BillingSwitched(
            at=command.at,
            switched_on=switched_on,
            pricing=pricing,
            invoice_on=invoice_on,
            invoice_due_at=max(command.at, start_of_local_day(invoice_on, state.upgrade.time_zone)),
            settles=settle_in_order(command.owed, pricing.account_credit, quote.currency),
        )
    ]


def _is_bought_for_nobody(state: PlacedState) -> bool:
    """Whether all whom a change by hand buys licenses for have left, and no operator has skipped them.

    Not where it was for seats that nobody holds.
    """
    upgrade = state.upgrade
    if upgrade.change is None or upgrade.change.is_for_nobody or not upgrade.opens_new:
        return False
    return not upgrade.moved and not upgrade.skipped


def _require_licenses_for_who_stays(state: PlacedState, command: SwitchBilling) -> None:
    """As many licenses are given up as were credited, so no more users may be left than that leaves."""
    change, given_up = state.upgrade.change, state.upgrade.given_up
    if change is None or given_up is None:
        return
    licenses, users = command.old_licenses, command.users_staying
    kept = change.licenses_kept or 0 if licenses is None else licenses - given_up
    if users > kept:
        old = state.upgrade.order.subscription_id
        raise rejections.InsufficientLicenses(
            f"{old} is to keep {kept} licenses and has {users} users: unassign {users - kept} of them, "
            "which operators may while it waits, and retry, or undo the change",
            licenses=kept,
            assigned=users,
        )


def _issue_invoice(command: IssueInvoice, state: PlacedState) -> list[UpgradeEvent]:
    match state:
        case Invoiced():
            return []
        case AwaitingInvoice():
            if command.at < state.switch.invoice_due_at:
                raise rejections.NotReached(
                    "the billing day has not come", invoice_on=state.switch.invoice_on
                )
            return [
                InvoiceIssued(
                    at=command.at,
                    number=command.number,
                    issued_on=local_day(command.at, state.upgrade.time_zone),
                    account_credit_uses=(
                        *state.upgrade.settlements,
                        *use_oldest_first(
                            command.open_credits,
                            open_amount(state),
                            state.upgrade.quote.currency,
                            command.at,
                        ),
                    ),
                )
            ]
        case _:
            raise rejections.NotReached("there is nothing to invoice yet", stage=state.stage)


def _cancel(command: Cancel, state: PlacedState) -> list[UpgradeEvent]:
    """B57: until billing has switched; moved users go back first."""
    match state:
        case Switched() | NeedsAttention(before=Switched()):
            raise rejections.AlreadySwitched(
                stage=state.stage, new_subscription_id=state.upgrade.new_subscription_id
            )
        case (
            Canceled()
            | Undoing(ending="canceled")
            | NeedsAttention(before=Undoing(ending="canceled"))
        ):
            return []
        case Moving() | Moved() | NeedsAttention(before=Moving() | Moved()):
            return [*_unpark(command, state), _undo_for(command, "canceled")]
        case NeedsAttention(before=Undoing()) | Undoing():
            raise rejections.AlreadyEnded("the upgrade is being undone already")
        case Checking() | Scheduled() | AwaitingCreditCheck() | ReadyToMove() | NeedsAttention():
            return [
                *_unpark(command, state),
                UpgradeCanceled(at=command.at, reason=command.reason),
            ]
        case _:
            raise rejections.AlreadyEnded(stage=state.stage)


def _unpark(command: Cancel | BeginUndo, state: PlacedState) -> list[UpgradeEvent]:
    if isinstance(state, NeedsAttention):
        return [AttentionResolved(at=command.at, action="undo")]
    return []


def _undo_for(command: Cancel | BeginUndo, ending: Literal["canceled", "undone"]) -> UndoStarted:
    return UndoStarted(at=command.at, ending=ending, reason=command.reason)


def _undo(
    command: BeginUndo | RecordReturnedUsers | FinishUndo, state: PlacedState
) -> list[UpgradeEvent]:
    """B58: what was done before the switch is taken back; after the switch there is only forward."""
    match command, state:
        case _, (Canceled() | Undone()):
            return []
        case BeginUndo(), Undoing():
            return []
        case BeginUndo(), NeedsAttention(before=Undoing()):
            return _unpark(command, state)
        case BeginUndo(), (Switched() | NeedsAttention(before=Switched())):
            raise rejections.AlreadySwitched(
                stage=state.stage, new_subscription_id=state.upgrade.new_subscription_id
            )
        case BeginUndo(), (Moving() | Moved() | NeedsAttention(before=Moving() | Moved())):
            return [*_unpark(command, state), _undo_for(command, "undone")]
        case BeginUndo(), _ if not ended(state):
            return [*_unpark(command, state), UpgradeUndone(at=command.at, reason=command.reason)]
        case RecordReturnedUsers(), Undoing():
            if command.batch <= state.upgrade.batches or command.users == 0:
                return []
            return [UsersReturned(at=command.at, batch=command.batch, users=command.users)]
        case FinishUndo(), Undoing():
            done = UpgradeCanceled if state.ending == "canceled" else UpgradeUndone
            return [done(at=command.at, reason=state.reason)]
        case _:
            raise rejections.NotReached("there is nothing to undo", stage=state.stage)


def _report_license_conflict(
    command: ReportLicenseConflict, state: PlacedState
) -> list[UpgradeEvent]:
    """The customer is told how many licenses are missing, and everything is taken back."""
    if not isinstance(state, Moving) or command.users_without_license <= 0:
        return []
    return [
        LicenseConflictFound(at=command.at, users_without_license=command.users_without_license),
        UndoStarted(at=command.at, ending="undone", reason=_conflict_in_words(state)),
    ]


def _conflict_in_words(state: Moving) -> str:
    """More users than licenses: than were ordered, or than the subscription that was there has."""
    if state.upgrade.opens_new:
        return "more users joined than licenses were ordered"
    return f"{state.upgrade.new_subscription_id} has fewer licenses than users who move or joined"


def _raise_alert(command: RaiseAlert, state: PlacedState) -> list[UpgradeEvent]:
    """Once for each kind; nothing where the upgrade has gone on meanwhile."""
    alert = next_alert(state)
    if alert is None or command.at < alert.at:
        return []
    match alert.kind:
        case "past_the_hour":
            return [UpgradeDelayed(at=command.at, expected_by=alert.at)]
        case "credit_check_due":
            waiting = state.before if isinstance(state, NeedsAttention) else state
            assert isinstance(waiting, AwaitingCreditCheck), "only a credit check falls due"
            return [CreditCheckReminded(at=command.at, deadline=waiting.deadline)]


def _report_problem(command: ReportProblem, state: PlacedState) -> list[UpgradeEvent]:
    if isinstance(state, NeedsAttention) or ended(state):
        return []
    if command.forward and isinstance(state, Undoing):
        return []  # a cancel was faster
    return [AttentionNeeded(at=command.at, step=command.step, cause=command.cause)]


def _resolve_attention(command: ResolveAttention, state: PlacedState) -> list[UpgradeEvent]:
    if ended(state):
        raise rejections.AlreadyEnded(stage=state.stage)
    if not isinstance(state, NeedsAttention):
        return []
    return [AttentionResolved(at=command.at, action="retry")]
