"""What happened, in the past tense. Events are stored for good: never rename a type or a field.

To change a shape, raise the type's `schema_version` and add an upcaster in `domain.upgrade.stored_events`.
Every event carries `at`, the business moment that its command brought along.
"""

from datetime import date
from typing import ClassVar, Literal

from domain.catalog.customer import Subscription
from domain.catalog.policy import Policy
from domain.eligibility.refusals import Refusal
from domain.pricing.account_credit import CreditUse, SettlesFirst
from domain.pricing.price import Pricing
from domain.quoting.orders import Order
from domain.quoting.quote import Quote
from domain.values.base import Amount, Id, Instant, Value

Decision = Literal["approved", "declined"]
Ending = Literal["canceled", "undone"]
Reminder = Literal["due", "overdue"]
Reviewer = Literal["operators", "credit_service"]
"""Who is asked for a credit decision; an operator's counts in any case."""


class Event(Value):
    """Something that happened at a moment."""

    schema_version: ClassVar[int] = 1
    at: Instant


# ---- streams upgrade-<id> ---------------------------------------------------------------------


class OrderPlaced(Event):
    """The customer ordered; quote and policy are pinned from here on (B25, B26)."""

    order: Order
    quote: Quote
    policy: Policy
    plan_name: str
    time_zone: str
    billing_day: int
    users: int
    """Users who hold a license of the old subscription now."""
    target_services: tuple[str, ...]
    """The services of the new plan, for switches that are to be kept (B45)."""


class EligibilityConfirmed(Event):
    """No rule refused it (B6-B20)."""


class UpgradeRefused(Event):
    """At least one rule refused it; the order ends here."""

    refusals: tuple[Refusal, ...]


class UpgradeScheduled(Event):
    """The upgrade waits for a later day (B36)."""

    starts_at: Instant


class QuoteRenewed(Event):
    """On its scheduled day the order was quoted again (B36)."""

    quote: Quote


class CreditCheckRequired(Event):
    """The order waits for a credit decision, until `deadline` at the latest (B37-B39)."""

    reasons: tuple[str, ...]
    deadline: Instant
    calendar: str
    """Country and subdivision whose business days were counted."""
    calendar_version: str
    """Library and version that knew them; the deadline stands even if the library changes."""
    reviewer: Reviewer = "operators"


class CreditCheckApproved(Event):
    """The reviewer said yes."""

    reference: str
    reason: str


class CreditCheckDeclined(Event):
    """The reviewer said no; the order ends, nothing has changed (B42)."""

    reference: str
    reason: str


class CreditCheckExpired(Event):
    """Nobody decided by the deadline; the order ends, nothing has changed (B42)."""

    deadline: Instant


class CreditCheckReminded(Event):
    """Nobody has decided and the deadline is near: operators were reminded. It changes nothing."""

    deadline: Instant


class CreditDecisionRefused(Event):
    """A contradicting or late decision arrived; it changes nothing and is kept (B41)."""

    decision: Decision
    reference: str
    reason: str
    why: str


class MoveStarted(Event):
    """The new subscription is open and both are locked for admins (B51)."""

    new_subscription_id: str
    users: int


class UsersMoved(Event):
    """One batch of users went over, with their licenses (B43-B45)."""

    batch: int
    users: int
    remaining: int
    """Users who were still to go then; joins and leaves are in it (B49)."""


class UsersFailed(Event):
    """Everybody was tried; so many cannot be moved as things are. None: those who could not, can."""

    users: int
    reasons: dict[str, int]
    """Code of the reason to how many users; who they are stands in table `failed_users`."""


class UsersSkipped(Event):
    """An operator goes on without users who cannot be moved: their license ends at the switch."""

    users: int
    reason: str


class MoveCompleted(Event):
    """No user is left on the old subscription."""


class UsersLeftBehind(Event):
    """Users joined the old subscription after the move had completed; they move too (B49)."""

    users: int


class LicenseConflictFound(Event):
    """More users than licenses: the move cannot be completed and is undone (B58)."""

    users_without_license: int


class UpgradeDelayed(Event):
    """It was expected to be complete by now; operators and the customer know, and it goes on (B51)."""

    expected_by: Instant


class BillingSwitched(Event):
    """Old billing off, new billing on, credit booked: exactly once (B53)."""

    switched_on: date
    pricing: Pricing
    invoice_on: date
    invoice_due_at: Instant
    settles: SettlesFirst = ()
    """What the credit that it leaves pays of what was owed; only the rest is account credit (B65)."""


class InvoiceIssued(Event):
    """The one invoice of this upgrade (B54)."""

    number: str
    issued_on: date
    account_credit_uses: tuple[CreditUse, ...] = ()
    """What it used of earlier credits, the oldest first (B31)."""


class UndoStarted(Event):
    """From here on the switch is impossible: users go back (B57, B58)."""

    ending: Ending
    reason: str


class UsersReturned(Event):
    """One batch of users went back, with the switches they had."""

    batch: int
    users: int


class UpgradeCanceled(Event):
    """The customer's wish; everything is as before, no money moved (B57)."""

    reason: str


class UpgradeUndone(Event):
    """A failure that retries could not heal; everything is as before (B58)."""

    reason: str


class InvoiceSettled(Event):
    """Credit from the subscription that it opened paid what was still owed for it (B65)."""

    credit_of: str
    """The upgrade or change by hand whose switch left the credit."""
    amount: Amount


class InvoicePaid(Event):
    """Some or all of its invoice was paid."""

    amount: Amount
    reference: str
    """The payment's own id: one reference is one payment of a tenant."""


class CreditPaidOut(Event):
    """Some or all of the account credit that its switch left was paid out to the tenant."""

    amount: Amount
    reference: str


class InvoiceVoided(Event):
    """An operator took the whole invoice back, by a credit note of its own number."""

    number: str
    """Of the credit note."""
    issued_on: date
    reason: str
    account_credit: Amount
    """What was paid of the invoice, and is account credit now; the rest was open, and no longer is."""


class InvoiceReminded(Event):
    """The customer was reminded of what is still open of its invoice."""

    reminder: Reminder
    open_amount: Amount


class AttentionNeeded(Event):
    """The run is parked for an operator."""

    step: str
    cause: str


class AttentionResolved(Event):
    """An operator let the run go on."""

    action: Literal["retry", "undo", "skip"]


# ---- streams subscription-<id> ----------------------------------------------------------------


class SubscriptionImported(Event):
    """A world file said so, for the first time; or again, before there was `SubscriptionRevised`."""

    subscription: Subscription


class SubscriptionRevised(Event):
    """A later world file changed it, or who holds its licenses; what upgrades made of it stays (B69)."""

    subscription: Subscription
    """As it is from here on."""


class SubscriptionOpened(Event):
    """An upgrade opened it: users can be moved in, nothing is billed yet."""

    subscription: Subscription
    upgrade_id: str
    expected_until: Instant
    """As in `SubscriptionLocked`: it is locked from the start."""


class SubscriptionLocked(Event):
    """Admins cannot change it while the upgrade moves its users (B51)."""

    upgrade_id: str
    expected_until: Instant
    """When the lock should be over; it may take longer."""


class SubscriptionUnlocked(Event):
    """The upgrade was given up; admins can change it again."""

    upgrade_id: str


class BillingStarted(Event):
    """The new subscription's first billing cycle begins (B30)."""

    upgrade_id: str
    cycle_anchor: date


class SubscriptionCanceled(Event):
    """The upgrade replaced it: billing is off (B53)."""

    upgrade_id: str
    canceled_on: date


class LicensesGivenUp(Event):
    """A change by hand left it with fewer licenses, and unlocked (B60)."""

    upgrade_id: str
    licenses: int
    """That it keeps."""


class SubscriptionWithdrawn(Event):
    """The upgrade that opened it was given up before anything was billed."""

    upgrade_id: str


# ---- what admins and operators do: streams subscription-<id>, and service-<id> -----------------


class LicenseAssigned(Event):
    """An admin gave a user a license."""

    user_id: Id


class LicenseUnassigned(Event):
    """An admin took a user's license away."""

    user_id: Id


class LicensesSet(Event):
    """Licenses were bought or given back: so many there are now."""

    licenses: int


class BalancePaid(Event):
    """Some or all of the balance was paid (B18)."""

    amount: Amount
    reference: str | None = None
    """The payment's own id, where the payer gave one."""


class SubscriptionBlocked(Event):
    """An operator or an upstream system keeps it from being upgraded (B11, B20)."""

    code: str
    note: str


class SubscriptionUnblocked(Event):
    """The block was taken away."""


class SubscriptionActivated(Event):
    """It was set up, reactivated or renewed (B7, B19)."""


class AddOnAdded(Event):
    """An add-on was bought for it."""

    add_on: Id


class AddOnRemoved(Event):
    """An add-on was given up (B17)."""

    add_on: Id


class SubscriptionClosed(Event):
    """An admin canceled it, when no user held a license any more (B12, B59)."""

    closed_on: date


class IncidentOpened(Event):
    """A service is not healthy (B8)."""

    service: Id
    reference: str


class IncidentClosed(Event):
    """That is over; the service is healthy once no incident is open."""

    service: Id
    reference: str


UpgradeEvent = (
    OrderPlaced
    | EligibilityConfirmed
    | UpgradeRefused
    | UpgradeScheduled
    | QuoteRenewed
    | CreditCheckRequired
    | CreditCheckApproved
    | CreditCheckDeclined
    | CreditCheckExpired
    | CreditCheckReminded
    | CreditDecisionRefused
    | MoveStarted
    | UsersMoved
    | UsersFailed
    | UsersSkipped
    | MoveCompleted
    | UsersLeftBehind
    | LicenseConflictFound
    | UpgradeDelayed
    | BillingSwitched
    | InvoiceIssued
    | InvoiceSettled
    | InvoicePaid
    | CreditPaidOut
    | InvoiceVoided
    | InvoiceReminded
    | UndoStarted
    | UsersReturned
    | UpgradeCanceled
    | UpgradeUndone
    | AttentionNeeded
    | AttentionResolved
)
AdminEvent = (
    LicenseAssigned
    | LicenseUnassigned
    | LicensesSet
    | BalancePaid
    | SubscriptionBlocked
    | SubscriptionUnblocked
    | SubscriptionActivated
    | AddOnAdded
    | AddOnRemoved
    | SubscriptionClosed
)
"""What no lock lets through (B51); the database keeps the same list."""
ServiceEvent = IncidentOpened | IncidentClosed
SubscriptionEvent = (
    SubscriptionImported
    | SubscriptionRevised
    | SubscriptionOpened
    | SubscriptionLocked
    | SubscriptionUnlocked
    | BillingStarted
    | SubscriptionCanceled
    | LicensesGivenUp
    | SubscriptionWithdrawn
    | AdminEvent
)
