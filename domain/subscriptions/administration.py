"""What admins and operators may change of a subscription by hand: most remedies are one of these.

`decide_change(command, standing)` says which event follows. A repeated command decides nothing, a
forbidden one raises a `Rejection`. While an upgrade moves the users, every change is `AdminLocked`
(B51); the database refuses it a second time, should the move begin in the same moment. Only while its
run waits for an operator can operators take users off: too many of them is what it often waits for.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, assert_never

from pydantic import Field

from domain.catalog.customer import Block, Subscription, Tenant
from domain.catalog.plans import Plan
from domain.eligibility.target_rules import can_add
from domain.quoting.orders import is_change
from domain.subscriptions.subscription import SubscriptionState
from domain.upgrade.events import (
    AddOnAdded,
    AddOnRemoved,
    AdminEvent,
    BalancePaid,
    LicenseAssigned,
    LicensesSet,
    LicenseUnassigned,
    SubscriptionActivated,
    SubscriptionBlocked,
    SubscriptionClosed,
    SubscriptionUnblocked,
)
from domain.values import rejections
from domain.values.base import Amount, Id, Instant, Value
from domain.values.cycles import local_day

A_LITTLE_LATER = timedelta(minutes=10)
"""When to try again where a lock has lasted longer than expected."""


class Standing(Value):
    """A subscription as a command meets it: its own state, and what the command needs to know."""

    version: int
    """Of its stream."""
    state: SubscriptionState
    """With the counters of users as they are now."""
    tenant: Tenant
    plan: Plan
    open_upgrade: str | None = None
    """An upgrade of this subscription that has not ended or switched."""
    parked: bool = False
    """Whether the run of the upgrade that has locked it waits for an operator."""
    holds_license: bool = False
    """Whether the user of the command holds one."""
    held_license_before: bool = False
    """Whether an admin has taken one from the user of the command."""
    add_on: Plan | None = None
    """The add-on of the command, as the catalog has it."""
    had_add_on_before: bool = False
    """Whether an admin has removed the add-on of the command."""
    paid_before: Amount | None = None
    """What was paid under the reference of the command."""

    @property
    def subscription(self) -> Subscription:
        """The subscription itself."""
        return self.state.subscription


# ---- commands ---------------------------------------------------------------------------------


class _Command(Value):
    at: Instant


class AssignLicense(_Command):
    """Give a user a license."""

    user_id: Id


class UnassignLicense(_Command):
    """Take a user's license away."""

    user_id: Id
    by_operator: bool = False
    """An operator may while the run that has locked the subscription is parked."""


class SetLicenses(_Command):
    """So many licenses have been bought, all in all."""

    licenses: Annotated[int, Field(ge=1)]


class PayBalance(_Command):
    """So much of the balance has been paid; repeats under one reference are one payment."""

    amount: Annotated[Amount, Field(gt=0)]
    reference: str | None = None


class BlockSubscription(_Command):
    """Keep it from being upgraded, for a reason of whoever says so."""

    code: Annotated[str, Field(min_length=1)]
    note: str = ""


class UnblockSubscription(_Command):
    """Take the block away."""


class ActivateSubscription(_Command):
    """It is set up, reactivated or renewed."""


class AddAddOn(_Command):
    """Buy an add-on for it."""

    add_on: Id


class RemoveAddOn(_Command):
    """Give an add-on up."""

    add_on: Id


class CancelSubscription(_Command):
    """End it; nobody may hold a license of it any more."""


Change = (
    AssignLicense
    | UnassignLicense
    | SetLicenses
    | PayBalance
    | BlockSubscription
    | UnblockSubscription
    | ActivateSubscription
    | AddAddOn
    | RemoveAddOn
    | CancelSubscription
)


def change_id(command: Change, version: int) -> str:
    """Tells repeats of a change from new ones: a payment by its reference, others by what it met."""
    if isinstance(command, PayBalance) and command.reference is not None:
        return payment_id(command.reference)
    return f"{type(command).__name__}-{version + 1}"


def payment_id(reference: str) -> str:
    """The command id of the payment under that reference."""
    return f"payment-{reference}"


# ---- decide -----------------------------------------------------------------------------------


def decide_change(command: Change, standing: Standing) -> list[AdminEvent]:
    """The event that `command` leads to; none where it changes nothing (any more).

    Raises `AdminLocked` while an upgrade moves the users, and the rejections of each command.
    """
    if standing.state.locked_by is not None and not _may_while_parked(command, standing):
        raise _locked(command, standing)
    if _is_done(command, standing):
        return []
    match command:
        case AssignLicense() | UnassignLicense() | SetLicenses():
            return [_change_licenses(command, standing)]
        case PayBalance():
            return [_pay(command, standing)]
        case BlockSubscription():
            return [SubscriptionBlocked(at=command.at, code=command.code, note=command.note)]
        case UnblockSubscription():
            return [SubscriptionUnblocked(at=command.at)]
        case ActivateSubscription():
            _require_not_canceled(standing)
            return [SubscriptionActivated(at=command.at)]
        case AddAddOn() | RemoveAddOn():
            return [_change_add_ons(command, standing)]
        case CancelSubscription():
            return [_cancel(command, standing)]
        case _:
            assert_never(command)


def _is_done(command: Change, standing: Standing) -> bool:
    """Whether what is asked for is so already, or was so once and the question is its repeat."""
    sub = standing.subscription
    match command:
        case AssignLicense():
            return standing.holds_license
        case UnassignLicense():
            return not standing.holds_license and standing.held_license_before
        case SetLicenses():
            return sub.licenses == command.licenses
        case PayBalance():
            return standing.paid_before == command.amount
        case BlockSubscription():
            return sub.blocked == Block(code=command.code, note=command.note)
        case UnblockSubscription():
            return sub.blocked is None
        case ActivateSubscription():
            return sub.status == "active"
        case AddAddOn():
            return command.add_on in sub.add_ons
        case RemoveAddOn():
            return command.add_on not in sub.add_ons and standing.had_add_on_before
        case CancelSubscription():
            return sub.status == "canceled"
        case _:
            assert_never(command)


def _may_while_parked(command: Change, standing: Standing) -> bool:
    return standing.parked and isinstance(command, UnassignLicense) and command.by_operator


def _locked(command: Change, standing: Standing) -> rejections.AdminLocked:
    """What stands in the way, and until when; of a change by hand it says so."""
    state, earliest = standing.state, command.at + A_LITTLE_LATER
    return rejections.AdminLocked(
        _said_by_hand(rejections.AdminLocked, state.locked_by),
        subscription_id=state.subscription.id,
        upgrade_id=state.locked_by,
        retry_after=max(state.locked_until or earliest, earliest),
    )


def _said_by_hand(kind: type[rejections.Rejection], upgrade_id: str | None) -> str | None:
    """The message where a change by hand stands in the way; None where an upgrade does."""
    by_hand = upgrade_id is not None and is_change(upgrade_id)
    return rejections.BY_HAND[kind.code] if by_hand else None


def _change_licenses(
    command: AssignLicense | UnassignLicense | SetLicenses, standing: Standing
) -> LicenseAssigned | LicenseUnassigned | LicensesSet:
    sub, at = standing.subscription, command.at
    match command:
        case AssignLicense():
            _require_not_canceled(standing)
            if sub.assigned >= sub.licenses:
                raise rejections.NoLicenseFree(
                    subscription_id=sub.id, licenses=sub.licenses, assigned=sub.assigned
                )
            return LicenseAssigned(at=at, user_id=command.user_id)
        case UnassignLicense():
            if not standing.holds_license:
                raise rejections.NotALicenseHolder(subscription_id=sub.id, user_id=command.user_id)
            return LicenseUnassigned(at=at, user_id=command.user_id)
        case SetLicenses():
            _require_not_canceled(standing)
            # A conflict may be healed step by step (B6), and never be made or made worse.
            if command.licenses < min(sub.assigned, sub.licenses):
                raise rejections.insufficient_licenses(
                    command.licenses, sub.assigned, subscription_id=sub.id
                )
            most = standing.plan.max_licenses
            if most is not None and command.licenses > max(most, sub.licenses):
                raise rejections.TooManyLicenses(
                    subscription_id=sub.id, licenses=command.licenses, max_licenses=most
                )
            return LicensesSet(at=at, licenses=command.licenses)


def _pay(command: PayBalance, standing: Standing) -> BalancePaid:
    if standing.paid_before is not None:
        raise rejections.PaymentReferenceReused(
            reference=command.reference, paid=f"{standing.paid_before:f}"
        )
    due = standing.subscription.balance_due or Decimal(0)
    if command.amount > due:
        raise rejections.AmountAboveBalance(
            subscription_id=standing.subscription.id,
            amount=f"{command.amount:f}",
            balance_due=f"{due:f}",
            currency=standing.tenant.currency,
        )
    return BalancePaid(at=command.at, amount=command.amount, reference=command.reference)


def _change_add_ons(command: AddAddOn | RemoveAddOn, standing: Standing) -> AdminEvent:
    sub, add_on = standing.subscription, standing.add_on
    if isinstance(command, RemoveAddOn):
        if command.add_on not in sub.add_ons:
            raise rejections.AddOnNotHeld(
                subscription_id=sub.id, add_on=command.add_on, add_ons=sorted(sub.add_ons)
            )
        return AddOnRemoved(at=command.at, add_on=command.add_on)
    _require_not_canceled(standing)
    if add_on is None or not can_add(standing.tenant, add_on):
        raise rejections.AddOnNotAvailable(subscription_id=sub.id, add_on=command.add_on)
    return AddOnAdded(at=command.at, add_on=command.add_on)


def _cancel(command: CancelSubscription, standing: Standing) -> SubscriptionClosed:
    sub = standing.subscription
    if standing.open_upgrade is not None:
        raise rejections.UpgradeStillOpen(
            _said_by_hand(rejections.UpgradeStillOpen, standing.open_upgrade),
            subscription_id=sub.id,
            upgrade_id=standing.open_upgrade,
        )
    if sub.assigned:
        raise rejections.UsersStillAssigned(subscription_id=sub.id, assigned=sub.assigned)
    closed_on = local_day(command.at, standing.tenant.time_zone)
    return SubscriptionClosed(at=command.at, closed_on=closed_on)


def _require_not_canceled(standing: Standing) -> None:
    if standing.subscription.status == "canceled":
        raise rejections.CanceledForGood(subscription_id=standing.subscription.id)
