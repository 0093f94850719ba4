"""What admins and operators can change by hand, each one method; most remedies are one of these.

Raises `Rejection`s, `ServiceError`s.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from api import inputs
from api.arguments import Licenses, allowed
from api.caller import Caller
from api.errors import NotFound
from domain.catalog.customer import Block, Prepaid, SubscriptionStatus
from domain.subscriptions.administration import (
    ActivateSubscription,
    AddAddOn,
    AssignLicense,
    BlockSubscription,
    CancelSubscription,
    Change,
    PayBalance,
    RemoveAddOn,
    SetLicenses,
    Standing,
    UnassignLicense,
    UnblockSubscription,
)
from domain.subscriptions.incidents import CloseIncident, IncidentCommand, OpenIncident
from domain.text.messages import Key, OptionalWords, WrittenAmount
from domain.values import rejections
from domain.values.base import Amount, Billing, Currency, Id, Instant, Value
from domain.values.money import with_currency_digits
from store.administration import carry_out_change, carry_out_incident, read_standing
from store.database import Database
from store.moved import block_user, unblock_user
from store.views import read_owner


class SubscriptionView(Value):
    """A subscription as it stands after a change."""

    subscription_id: str
    changed: bool
    """Whether the command changed anything; a repeat does not."""
    tenant_id: str
    plan_id: str
    status: SubscriptionStatus
    licenses: int
    assigned: int
    users_with_disabled_services: int
    billing: Billing
    billed: bool
    cycle_anchor: date
    price: Amount | None
    prepaid: Prepaid | None
    balance_due: Amount
    currency: Currency
    add_ons: tuple[str, ...]
    blocked: Block | None
    locked_by: str | None
    """The upgrade that keeps admins from changing it (B51)."""
    locked_until: Instant | None
    ended_on: date | None


class ServiceView(Value):
    """A service's health after an incident was opened or closed."""

    service: str
    reference: str
    changed: bool
    healthy: bool
    open_incidents: tuple[str, ...]
    """The references of those that are open."""


class Administration:
    """Everything that can be changed by hand."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Time comes from `clock`, never from inside the rules."""
        self._database = database
        self._clock = clock

    @allowed("customer_admin", "operator")
    async def assign(self, caller: Caller, subscription_id: Id, user_id: Id) -> SubscriptionView:
        """Give a user a license; who holds one keeps it."""
        return await self._change(
            caller, subscription_id, AssignLicense(at=self._clock(), user_id=user_id)
        )

    @allowed("customer_admin", "operator")
    async def unassign(self, caller: Caller, subscription_id: Id, user_id: Id) -> SubscriptionView:
        """Take a user's license away. `NotFound` for somebody who never held one.

        An operator may also while users are being moved, if that waits for an operator (B51).
        """
        command = UnassignLicense(
            at=self._clock(), user_id=user_id, by_operator="operator" in caller.roles
        )
        return await self._change(caller, subscription_id, command)

    @allowed("customer_admin", "operator")
    async def set_licenses(
        self, caller: Caller, subscription_id: Id, licenses: Licenses
    ) -> SubscriptionView:
        """Say how many licenses there are now: bought ones are paid for where they are bought."""
        command = SetLicenses(at=self._clock(), licenses=licenses)
        return await self._change(caller, subscription_id, command)

    @allowed("customer_admin", "operator")
    async def pay(
        self,
        caller: Caller,
        subscription_id: Id,
        amount: WrittenAmount,
        reference: Key | None = None,
    ) -> SubscriptionView:
        """Pay some or all of the balance (B18)."""
        standing = await read_standing(self._database, subscription_id)
        if standing is None or not caller.has(standing.tenant.id):
            raise NotFound("subscription", subscription_id)
        paid = inputs.payment_of(amount, standing.tenant.currency)
        command = PayBalance(at=self._clock(), amount=paid, reference=reference)
        return await self._change(caller, subscription_id, command)

    @allowed("operator")
    async def block(
        self, caller: Caller, subscription_id: Id, code: Key, note: OptionalWords = ""
    ) -> SubscriptionView:
        """Keep it from being upgraded; a later block takes the place of an earlier one (B11, B20)."""
        command = BlockSubscription(at=self._clock(), code=code, note=note)
        return await self._change(caller, subscription_id, command)

    @allowed("operator")
    async def unblock(self, caller: Caller, subscription_id: Id) -> SubscriptionView:
        """Take the block away."""
        return await self._change(caller, subscription_id, UnblockSubscription(at=self._clock()))

    @allowed("operator")
    async def activate(self, caller: Caller, subscription_id: Id) -> SubscriptionView:
        """Say that it is set up, reactivated or renewed (B7, B19)."""
        return await self._change(caller, subscription_id, ActivateSubscription(at=self._clock()))

    @allowed("customer_admin", "operator")
    async def add_add_on(self, caller: Caller, subscription_id: Id, add_on: Id) -> SubscriptionView:
        """Buy an add-on for it."""
        return await self._change(
            caller, subscription_id, AddAddOn(at=self._clock(), add_on=add_on)
        )

    @allowed("customer_admin", "operator")
    async def remove_add_on(
        self, caller: Caller, subscription_id: Id, add_on: Id
    ) -> SubscriptionView:
        """Give an add-on up (B17). `NotFound` for one that it never had."""
        return await self._change(
            caller, subscription_id, RemoveAddOn(at=self._clock(), add_on=add_on)
        )

    @allowed("customer_admin", "operator")
    async def cancel(self, caller: Caller, subscription_id: Id) -> SubscriptionView:
        """End a subscription that nobody holds a license of any more (B12, B59)."""
        return await self._change(caller, subscription_id, CancelSubscription(at=self._clock()))

    @allowed("operator", all_tenants=True)
    async def open_incident(self, caller: Caller, service: Id, reference: Key) -> ServiceView:
        """A service is not healthy (B8)."""
        command = OpenIncident(at=self._clock(), service=service, reference=reference)
        return await self._incident(caller, command)

    @allowed("operator", all_tenants=True)
    async def close_incident(self, caller: Caller, service: Id, reference: Key) -> ServiceView:
        """That incident is over; the service is healthy once none is open."""
        command = CloseIncident(at=self._clock(), service=service, reference=reference)
        return await self._incident(caller, command)

    # ---- users whom no move may touch ---------------------------------------------------------

    @allowed("operator")
    async def block_user(
        self,
        caller: Caller,
        subscription_id: Id,
        user_id: Id,
        *,
        code: Id,
        note: OptionalWords = "",
    ) -> None:
        """Keep a user's license from being changed; moves leave them where they are."""
        await self._require_subscription(caller, subscription_id)
        if not await block_user(self._database, subscription_id, user_id, code=code, note=note):
            raise NotFound(
                "license holder of this subscription", user_id, subscription_id=subscription_id
            )

    @allowed("operator")
    async def unblock_user(self, caller: Caller, subscription_id: Id, user_id: Id) -> None:
        """Let a user's license be changed again."""
        await self._require_subscription(caller, subscription_id)
        if not await unblock_user(self._database, subscription_id, user_id):
            raise NotFound(f"block in {subscription_id} of user", user_id)

    async def _require_subscription(self, caller: Caller, subscription_id: str) -> None:
        """Raise `NotFound` unless it is one of the caller's; who has all tenants need not wait for it."""
        if caller.has_all:
            return
        owner = await read_owner(self._database, subscription_id)
        if owner is None or not caller.has(owner):
            raise NotFound("subscription", subscription_id)

    async def _change(
        self, caller: Caller, subscription_id: str, command: Change
    ) -> SubscriptionView:
        try:
            done = await carry_out_change(
                self._database, subscription_id, command, caller.actor.metadata, caller.has
            )
        except rejections.NotALicenseHolder as rejection:
            raise NotFound(
                "license holder of this subscription",
                rejection.details["user_id"],
                subscription_id=subscription_id,
            ) from None
        except rejections.AddOnNotHeld as rejection:
            raise NotFound("add-on of this subscription", rejection.details["add_on"]) from None
        if done is None:
            raise NotFound("subscription", subscription_id)
        return _view(*done)

    async def _incident(self, caller: Caller, command: IncidentCommand) -> ServiceView:
        try:
            done = await carry_out_incident(self._database, command, caller.actor.metadata)
        except rejections.UnknownIncident:
            raise NotFound("incident of this service", command.reference) from None
        if done is None:
            raise NotFound("service", command.service)
        health, changed = done
        return ServiceView(
            service=command.service,
            reference=command.reference,
            changed=changed,
            healthy=not health.open,
            open_incidents=tuple(sorted(health.open)),
        )


def _view(standing: Standing, changed: bool) -> SubscriptionView:
    sub, state = standing.subscription, standing.state
    return SubscriptionView(
        subscription_id=sub.id,
        changed=changed,
        tenant_id=sub.tenant_id,
        plan_id=sub.plan_id,
        status=sub.status,
        licenses=sub.licenses,
        assigned=sub.assigned,
        users_with_disabled_services=sub.users_with_disabled_services,
        billing=sub.billing,
        billed=state.billed,
        cycle_anchor=sub.cycle_anchor,
        price=sub.price,
        prepaid=sub.prepaid,
        balance_due=with_currency_digits(sub.balance_due or Decimal(0), standing.tenant.currency),
        currency=standing.tenant.currency,
        add_ons=sub.add_ons,
        blocked=sub.blocked,
        locked_by=state.locked_by,
        locked_until=state.locked_until,
        ended_on=state.ended_on,
    )
