"""A subscription as its own stream tells it, and what an upgrade does to the two it involves."""

from datetime import date
from typing import assert_never

from domain.customer import Subscription
from domain.cycles import local_day
from domain.events import (
    BillingStarted,
    BillingSwitched,
    Event,
    MoveStarted,
    SubscriptionCanceled,
    SubscriptionEvent,
    SubscriptionImported,
    SubscriptionLocked,
    SubscriptionOpened,
    SubscriptionUnlocked,
    SubscriptionWithdrawn,
    UpgradeCanceled,
    UpgradeUndone,
)
from domain.upgrade_states import PlacedState
from domain.values import Value


class SubscriptionState(Value):
    """A subscription, and what upgrades did to it."""

    subscription: Subscription
    billed: bool = True
    """Whether its billing is on."""
    opened_by: str | None = None
    """The upgrade that opened it."""
    locked_by: str | None = None
    """The upgrade that keeps admins from changing it now (B51)."""
    ended_by: str | None = None
    """The upgrade that canceled or withdrew it."""
    ended_on: date | None = None


def evolve_subscription(
    state: SubscriptionState | None, event: SubscriptionEvent
) -> SubscriptionState | None:
    """The subscription after `event`; None while there is none."""
    match event:
        case SubscriptionImported():
            billed = event.subscription.status not in ("canceled", "expired")
            return SubscriptionState(subscription=event.subscription, billed=billed)
        case SubscriptionOpened():
            return SubscriptionState(
                subscription=event.subscription,
                billed=False,
                opened_by=event.upgrade_id,
                locked_by=event.upgrade_id,
            )
        case _:
            return None if state is None else _changed(state, event)


def _changed(
    state: SubscriptionState,
    event: SubscriptionLocked
    | SubscriptionUnlocked
    | BillingStarted
    | SubscriptionCanceled
    | SubscriptionWithdrawn,
) -> SubscriptionState:
    match event:
        case SubscriptionLocked():
            return state.model_copy(update={"locked_by": event.upgrade_id})
        case SubscriptionUnlocked():
            return state.model_copy(update={"locked_by": None})
        case BillingStarted():
            anchored = state.subscription.model_copy(update={"cycle_anchor": event.cycle_anchor})
            return state.model_copy(
                update={"subscription": anchored, "billed": True, "locked_by": None}
            )
        case SubscriptionCanceled():
            return _ended(state, event.upgrade_id, event.canceled_on)
        case SubscriptionWithdrawn():
            return _ended(state, event.upgrade_id, None)
        case _:
            assert_never(event)


def _ended(state: SubscriptionState, by: str, on: date | None) -> SubscriptionState:
    canceled = state.subscription.model_copy(update={"status": "canceled"})
    return state.model_copy(
        update={
            "subscription": canceled,
            "billed": False,
            "locked_by": None,
            "ended_by": by,
            "ended_on": on,
        }
    )


def consequences(event: Event, after: PlacedState) -> dict[str, SubscriptionEvent]:
    """What an upgrade's event means for subscriptions: subscription id to event.

    `after` is the upgrade's state once `event` has happened.
    """
    old_id, new_id = after.order.subscription_id, after.new_subscription_id
    by = after.order.upgrade_id
    if new_id is None:
        return {}
    match event:
        case MoveStarted():
            opened = SubscriptionOpened(
                at=event.at, subscription=_subscription_to_open(event, after), upgrade_id=by
            )
            return {old_id: SubscriptionLocked(at=event.at, upgrade_id=by), new_id: opened}
        case BillingSwitched():
            day = event.switched_on
            return {
                old_id: SubscriptionCanceled(at=event.at, upgrade_id=by, canceled_on=day),
                new_id: BillingStarted(at=event.at, upgrade_id=by, cycle_anchor=day),
            }
        case UpgradeCanceled() | UpgradeUndone():
            return {
                old_id: SubscriptionUnlocked(at=event.at, upgrade_id=by),
                new_id: SubscriptionWithdrawn(at=event.at, upgrade_id=by),
            }
        case _:
            return {}


def _subscription_to_open(event: MoveStarted, upgrade: PlacedState) -> Subscription:
    """What was quoted, at the quoted price: later changes of the catalog do not reach it."""
    quote = upgrade.quote
    return Subscription(
        id=event.new_subscription_id,
        tenant_id=upgrade.order.tenant_id,
        plan_id=quote.target_plan_id,
        licenses=quote.licenses,
        status="active",
        billing=quote.billing,
        cycle_anchor=local_day(event.at, upgrade.time_zone),
        price=quote.inputs.new.unit_price,
    )
