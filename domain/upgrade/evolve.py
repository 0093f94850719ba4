"""What each event leads to: `evolve(state, event)`, for every event in every state.

It never fails, so that a history can always be read, whichever version wrote it.
"""

from collections.abc import Sequence
from functools import reduce
from typing import assert_never

from domain.pricing.account_credit import CreditUse
from domain.upgrade.events import (
    AttentionNeeded,
    AttentionResolved,
    BillingSwitched,
    CreditCheckApproved,
    CreditCheckDeclined,
    CreditCheckExpired,
    CreditCheckReminded,
    CreditCheckRequired,
    CreditDecisionRefused,
    CreditPaidOut,
    EligibilityConfirmed,
    InvoiceIssued,
    InvoicePaid,
    InvoiceReminded,
    InvoiceSettled,
    InvoiceVoided,
    LicenseConflictFound,
    MoveCompleted,
    MoveStarted,
    OrderPlaced,
    QuoteRenewed,
    UndoStarted,
    UpgradeCanceled,
    UpgradeDelayed,
    UpgradeEvent,
    UpgradeRefused,
    UpgradeScheduled,
    UpgradeUndone,
    UsersFailed,
    UsersLeftBehind,
    UsersMoved,
    UsersReturned,
    UsersSkipped,
)
from domain.upgrade.states import (
    AwaitingCreditCheck,
    AwaitingInvoice,
    BatchMark,
    Canceled,
    Checking,
    Completed,
    Declined,
    Expired,
    Invoiced,
    Moved,
    Moving,
    NeedsAttention,
    NotPlaced,
    Payment,
    PlacedState,
    ReadyToMove,
    Refused,
    Scheduled,
    Switched,
    Undoing,
    Undone,
    Upgrade,
    UpgradeState,
    ended,
)
from domain.values.cycles import local_day

RECENT_BATCHES = 10
"""The speed of a move is the mean of this many batches, so an outage is forgotten after them."""


def evolve(state: UpgradeState, event: UpgradeEvent) -> UpgradeState:
    """The state after `event`, with its stage added to the timeline if it is a new one."""
    following = _next(state, event)
    if isinstance(following, NotPlaced):
        return following
    version = 1 if isinstance(state, NotPlaced) else state.upgrade.version + 1
    known = following.upgrade.with_(version=version).reached(following.stage, event.at)
    return following.with_upgrade(known)


def fold(events: Sequence[UpgradeEvent]) -> UpgradeState:
    """The state that a whole history leads to."""
    return reduce(evolve, events, NotPlaced())


def _next(state: UpgradeState, event: UpgradeEvent) -> UpgradeState:
    if isinstance(event, OrderPlaced):
        return _placed(event)
    if isinstance(state, NotPlaced):
        return state
    upgrade = state.upgrade
    match event:
        case EligibilityConfirmed():
            return ReadyToMove(upgrade=upgrade)
        case UpgradeRefused():
            return Refused(upgrade=upgrade, refusals=event.refusals)
        case UpgradeScheduled():
            begins_on = local_day(event.starts_at, upgrade.time_zone)
            later = upgrade.with_(begins_on=begins_on)
            return Scheduled(upgrade=later, starts_at=event.starts_at)
        case QuoteRenewed():
            return state.with_(quote=event.quote)
        case (
            CreditCheckRequired()
            | CreditCheckReminded()
            | CreditCheckApproved()
            | CreditCheckDeclined()
            | CreditCheckExpired()
            | CreditDecisionRefused()
        ):
            return _after_credit_check(state, event)
        case MoveStarted() | UsersMoved() | UsersFailed() | UsersSkipped():
            return _after_move(state, event)
        case MoveCompleted() | UsersLeftBehind() | LicenseConflictFound() | UpgradeDelayed():
            return _after_move(state, event)
        case BillingSwitched():
            if event.pricing.charges:
                return AwaitingInvoice(upgrade=upgrade, switch=event)
            return Completed(upgrade=upgrade, switch=event)
        case InvoiceIssued():
            if not isinstance(state, Switched):
                return state
            return Invoiced(upgrade=upgrade, switch=state.switch, invoice=event)
        case InvoiceSettled() | InvoicePaid() | CreditPaidOut():
            return _after_payment(state, event)
        case InvoiceVoided():
            return state.with_(voided=event)
        case InvoiceReminded():
            return state.with_(reminders=(*upgrade.reminders, event.reminder))
        case UndoStarted():
            known = upgrade.with_(batches=0, failed=0)
            return Undoing(upgrade=known, ending=event.ending, reason=event.reason)
        case UsersReturned():
            moved = max(0, upgrade.moved - event.users)
            return state.with_(moved=moved, batches=event.batch)
        case UpgradeCanceled():
            return Canceled(upgrade=upgrade, reason=event.reason)
        case UpgradeUndone():
            return Undone(upgrade=upgrade, reason=event.reason)
        case AttentionNeeded():
            return _parked(state, event)
        case AttentionResolved():
            return _unparked(state)
        case _:
            assert_never(event)


def _after_payment(
    state: PlacedState, event: InvoiceSettled | InvoicePaid | CreditPaidOut
) -> PlacedState:
    """It stays where it is: only what is owed becomes less."""
    upgrade = state.upgrade
    match event:
        case InvoiceSettled():
            use = CreditUse(upgrade_id=event.credit_of, amount=event.amount)
            return state.with_(settlements=(*upgrade.settlements, use))
        case InvoicePaid():
            paid = Payment(reference=event.reference, amount=event.amount)
            return state.with_(payments=(*upgrade.payments, paid))
        case CreditPaidOut():
            paid = Payment(reference=event.reference, amount=event.amount)
            return state.with_(payouts=(*upgrade.payouts, paid))
        case _:
            assert_never(event)


def _placed(event: OrderPlaced) -> Checking:
    """The first state of every upgrade."""
    return Checking(
        upgrade=Upgrade(
            order=event.order,
            quote=event.quote,
            policy=event.policy,
            plan_name=event.plan_name,
            time_zone=event.time_zone,
            billing_day=event.billing_day,
            target_services=event.target_services,
            begins_on=local_day(event.at, event.time_zone),
            placed_at=event.at,
            users=event.users,
        )
    )


CreditCheckEvent = (
    CreditCheckRequired
    | CreditCheckReminded
    | CreditCheckApproved
    | CreditCheckDeclined
    | CreditCheckExpired
    | CreditDecisionRefused
)


def _after_credit_check(state: PlacedState, event: CreditCheckEvent) -> PlacedState:
    upgrade = state.upgrade
    match event:
        case CreditCheckRequired():
            return AwaitingCreditCheck(
                upgrade=upgrade, deadline=event.deadline, reviewer=event.reviewer
            )
        case CreditCheckReminded():
            return state.with_upgrade(upgrade.alerted("credit_check_due"))
        case CreditCheckApproved():
            return ReadyToMove(upgrade=upgrade.with_(credit=event))
        case CreditCheckDeclined():
            return Declined(upgrade=upgrade.with_(credit=event))
        case CreditCheckExpired():
            return Expired(upgrade=upgrade)
        case CreditDecisionRefused():
            return state
        case _:
            assert_never(event)


MoveEvent = (
    MoveStarted
    | UsersMoved
    | UsersFailed
    | UsersSkipped
    | MoveCompleted
    | UsersLeftBehind
    | LicenseConflictFound
    | UpgradeDelayed
)


def _after_move(state: PlacedState, event: MoveEvent) -> PlacedState:
    upgrade = state.upgrade
    match event:
        case MoveStarted():
            begun = upgrade.with_(
                new_subscription_id=event.new_subscription_id,
                users=event.users,
                locked_at=event.at,
            )
            return Moving(upgrade=begun, recent=(BatchMark(at=event.at, users=0),))
        case UsersMoved():
            return _after_batch(state, event)
        case UsersFailed():
            users = max(upgrade.users, upgrade.moved + upgrade.skipped + event.users)
            return state.with_(failed=event.users, users=users)
        case UsersSkipped():
            failed = max(0, upgrade.failed - event.users)
            return state.with_(failed=failed, skipped=upgrade.skipped + event.users)
        case MoveCompleted():
            return Moved(upgrade=upgrade.with_(users=upgrade.moved + upgrade.skipped))
        case UsersLeftBehind():
            users = upgrade.moved + upgrade.skipped + event.users
            again = upgrade.with_(users=users)
            return Moving(upgrade=again, recent=(BatchMark(at=event.at, users=0),))
        case LicenseConflictFound():
            return state
        case UpgradeDelayed():
            return state.with_upgrade(upgrade.alerted("past_the_hour"))
        case _:
            assert_never(event)


def _after_batch(state: PlacedState, event: UsersMoved) -> PlacedState:
    moved = state.upgrade.moved + event.users
    users = moved + state.upgrade.skipped + event.remaining
    upgrade = state.upgrade.with_(moved=moved, users=users, batches=event.batch)
    if not isinstance(state, Moving):
        return state.with_upgrade(upgrade)
    mark = BatchMark(at=event.at, users=event.users)
    return Moving(upgrade=upgrade, recent=(*state.recent, mark)[-RECENT_BATCHES - 1 :])


def _parked(state: PlacedState, event: AttentionNeeded) -> PlacedState:
    if isinstance(state, NeedsAttention) or ended(state):
        return state
    return NeedsAttention(upgrade=state.upgrade, before=state, step=event.step, cause=event.cause)


def _unparked(state: PlacedState) -> PlacedState:
    if not isinstance(state, NeedsAttention):
        return state
    now = state.upgrade
    return state.before.with_(
        timeline=now.timeline,
        version=now.version,
        alerts=now.alerts,
        settlements=now.settlements,
        payments=now.payments,
        payouts=now.payouts,
    )
