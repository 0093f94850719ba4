"""A subscription as its own stream tells it, and what an upgrade does to the two it involves."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict, Unpack, assert_never

from domain.catalog.customer import Block, Subscription, SubscriptionStatus
from domain.catalog.taxes import plain_rate
from domain.upgrade.events import (
    AddOnAdded,
    AddOnRemoved,
    AdminEvent,
    BalancePaid,
    BillingStarted,
    BillingSwitched,
    Event,
    LicenseAssigned,
    LicensesGivenUp,
    LicensesSet,
    LicenseUnassigned,
    MoveStarted,
    SubscriptionActivated,
    SubscriptionBlocked,
    SubscriptionCanceled,
    SubscriptionClosed,
    SubscriptionEvent,
    SubscriptionImported,
    SubscriptionLocked,
    SubscriptionOpened,
    SubscriptionRevised,
    SubscriptionUnblocked,
    SubscriptionUnlocked,
    SubscriptionWithdrawn,
    UpgradeCanceled,
    UpgradeUndone,
)
from domain.upgrade.states import PlacedState
from domain.values.base import Instant, Value
from domain.values.cycles import local_day


class SubscriptionChanges(TypedDict, total=False):
    """The fields of a `Subscription` that events change. The type checker reads names and types here."""

    licenses: int
    status: SubscriptionStatus
    cycle_anchor: date
    balance_due: Decimal
    blocked: Block | None
    add_ons: tuple[str, ...]


class SubscriptionStateChanges(TypedDict, total=False):
    """The fields of a `SubscriptionState` that events change, for the type checker."""

    subscription: Subscription
    billed: bool
    locked_by: str | None
    locked_until: Instant | None
    ended_by: str | None
    ended_on: date | None


class SubscriptionState(Value):
    """A subscription, and what upgrades did to it."""

    subscription: Subscription
    billed: bool = True
    """Whether its billing is on."""
    opened_by: str | None = None
    """The upgrade that opened it."""
    locked_by: str | None = None
    """The upgrade that keeps admins from changing it now (B51)."""
    locked_until: Instant | None = None
    """When that should be over."""
    ended_by: str | None = None
    """The upgrade that canceled or withdrew it; None also where an admin did."""
    ended_on: date | None = None


_UNBILLED: frozenset[SubscriptionStatus] = frozenset({"canceled", "expired"})


def evolve_subscription(
    state: SubscriptionState | None, event: SubscriptionEvent
) -> SubscriptionState | None:
    """The subscription after `event`; None while there is none."""
    match event:
        case SubscriptionImported():
            billed = event.subscription.status not in _UNBILLED
            return SubscriptionState(subscription=event.subscription, billed=billed)
        case SubscriptionOpened():
            return SubscriptionState(
                subscription=event.subscription,
                billed=False,
                opened_by=event.upgrade_id,
                locked_by=event.upgrade_id,
                locked_until=event.expected_until,
            )
        case _ if state is None:
            return None
        case (
            SubscriptionLocked()
            | SubscriptionUnlocked()
            | BillingStarted()
            | SubscriptionCanceled()
            | LicensesGivenUp()
            | SubscriptionWithdrawn()
            | SubscriptionRevised()
        ):
            return _changed(state, event)
        case _:
            return _administered(state, event)


def _changed(
    state: SubscriptionState,
    event: SubscriptionLocked
    | SubscriptionUnlocked
    | BillingStarted
    | SubscriptionCanceled
    | LicensesGivenUp
    | SubscriptionWithdrawn
    | SubscriptionRevised,
) -> SubscriptionState:
    match event:
        case SubscriptionLocked():
            return _with(state, locked_by=event.upgrade_id, locked_until=event.expected_until)
        case SubscriptionUnlocked():
            return _unlocked(state)
        case BillingStarted():
            billed = _with(_unlocked(state), billed=True)
            return _with_facts(billed, cycle_anchor=event.cycle_anchor)
        case SubscriptionCanceled():
            return _ended(state, event.upgrade_id, event.canceled_on)
        case LicensesGivenUp():
            return _with_facts(_unlocked(state), licenses=event.licenses)
        case SubscriptionWithdrawn():
            return _ended(state, event.upgrade_id, None)
        case SubscriptionRevised():
            return _revised(state, event.subscription)
        case _:
            assert_never(event)


def _revised(state: SubscriptionState, now: Subscription) -> SubscriptionState:
    """Billing goes on or off with the status only: an upgrade may have decided otherwise."""
    same = now.status == state.subscription.status
    billed = state.billed if same else now.status not in _UNBILLED
    return _with(state, subscription=now, billed=billed)


def _administered(state: SubscriptionState, event: AdminEvent) -> SubscriptionState:
    sub = state.subscription
    match event:
        case LicenseAssigned() | LicenseUnassigned():
            # Who holds a license is a table that upstream systems write too, and no history tells.
            return state
        case LicensesSet():
            return _with_facts(state, licenses=event.licenses)
        case BalancePaid():
            return _with_facts(state, balance_due=(sub.balance_due or Decimal(0)) - event.amount)
        case SubscriptionBlocked():
            return _with_facts(state, blocked=Block(code=event.code, note=event.note))
        case SubscriptionUnblocked():
            return _with_facts(state, blocked=None)
        case SubscriptionActivated():
            return _with_facts(_with(state, billed=True), status="active")
        case AddOnAdded():
            return _with_facts(state, add_ons=(*sub.add_ons, event.add_on))
        case AddOnRemoved():
            others = tuple(each for each in sub.add_ons if each != event.add_on)
            return _with_facts(state, add_ons=others)
        case SubscriptionClosed():
            closed = _with(state, billed=False, ended_on=event.closed_on)
            return _with_facts(closed, status="canceled")
        case _:
            assert_never(event)


def _ended(state: SubscriptionState, by: str, on: date | None) -> SubscriptionState:
    ended = _with(_unlocked(state), billed=False, ended_by=by, ended_on=on)
    return _with_facts(ended, status="canceled")


def _unlocked(state: SubscriptionState) -> SubscriptionState:
    return _with(state, locked_by=None, locked_until=None)


def _with(
    state: SubscriptionState, **changes: Unpack[SubscriptionStateChanges]
) -> SubscriptionState:
    """The state with other values."""
    return state.model_copy(update=dict(changes))


def _with_facts(
    state: SubscriptionState, **changes: Unpack[SubscriptionChanges]
) -> SubscriptionState:
    """The state with other values in its subscription."""
    return _with(state, subscription=state.subscription.model_copy(update=dict(changes)))


def consequences(
    event: Event, after: PlacedState, old_licenses: int | None = None
) -> dict[str, SubscriptionEvent]:
    """What an upgrade's event means for subscriptions: subscription id to event.

    `after` is the upgrade's state once `event` has happened. Before the move it means nothing for them
    (B40); the switch ends the old one and begins a billing period of the new one (B30, B53).
    `old_licenses` is how many the old one has until then; None: as many as were quoted.
    """
    old_id, new_id = after.upgrade.order.subscription_id, after.upgrade.new_subscription_id
    by, opens = after.upgrade.order.upgrade_id, after.upgrade.opens_new
    if new_id is None:
        return {}
    unlocked = SubscriptionUnlocked(at=event.at, upgrade_id=by)
    match event:
        case MoveStarted():
            until = event.at + timedelta(minutes=after.upgrade.policy.admin_lock.expected_minutes)
            opened = SubscriptionOpened(
                at=event.at,
                subscription=_subscription_to_open(event, after),
                upgrade_id=by,
                expected_until=until,
            )
            locked = SubscriptionLocked(at=event.at, upgrade_id=by, expected_until=until)
            return {old_id: locked, new_id: opened if opens else locked}
        case BillingSwitched():
            started = BillingStarted(at=event.at, upgrade_id=by, cycle_anchor=event.switched_on)
            left_behind = _left_behind(event, after, old_licenses)
            return {old_id: left_behind, new_id: started if opens else unlocked}
        case UpgradeCanceled() | UpgradeUndone():
            withdrawn = SubscriptionWithdrawn(at=event.at, upgrade_id=by)
            return {old_id: unlocked, new_id: withdrawn if opens else unlocked}
        case _:
            return {}


def _left_behind(
    event: BillingSwitched, state: PlacedState, licenses: int | None
) -> SubscriptionEvent:
    """What becomes of the old subscription: canceled, or by hand kept, with fewer licenses or not.

    It gives up the number that was credited, of as many as it has by then (B60).
    """
    by, change = state.upgrade.order.upgrade_id, state.upgrade.change
    if state.upgrade.ends_old:
        return SubscriptionCanceled(at=event.at, upgrade_id=by, canceled_on=event.switched_on)
    given_up = state.upgrade.given_up
    if change is not None and given_up is not None:
        kept = change.licenses_kept or 0 if licenses is None else licenses - given_up
        return LicensesGivenUp(at=event.at, upgrade_id=by, licenses=max(0, kept))
    return SubscriptionUnlocked(at=event.at, upgrade_id=by)


def _subscription_to_open(event: MoveStarted, state: PlacedState) -> Subscription:
    """What was quoted, at the quoted price and tax: later changes of catalog and table do not reach it."""
    quote = state.upgrade.quote
    return Subscription(
        id=event.new_subscription_id,
        tenant_id=state.upgrade.order.tenant_id,
        plan_id=quote.target_plan_id,
        licenses=quote.licenses,
        status="active",
        billing=quote.billing,
        cycle_anchor=local_day(event.at, state.upgrade.time_zone),
        price=quote.inputs.new.unit_price,
        add_ons=() if state.upgrade.change is None else state.upgrade.change.add_ons,
        tax_rate=Decimal(0) if quote.inputs.tax is None else plain_rate(quote.inputs.tax.rate),
    )
