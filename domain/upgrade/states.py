"""The states of one upgrade, each a type of its own, and the stage that people know each by."""

from datetime import date
from typing import ClassVar, Literal, Self, TypedDict, Unpack, get_args

from domain.catalog.policy import Policy
from domain.eligibility.refusals import Refusal
from domain.pricing.account_credit import CreditUse
from domain.quoting.orders import Order
from domain.quoting.quote import Quote
from domain.quoting.request import ChangeByHand
from domain.upgrade.events import (
    BillingSwitched,
    CreditCheckApproved,
    CreditCheckDeclined,
    Ending,
    InvoiceIssued,
    InvoiceVoided,
    Reminder,
    Reviewer,
)
from domain.values.base import Amount, Instant, Value

Stage = Literal[
    "checking",
    "scheduled",
    "awaiting_credit_check",
    "moving_users",
    "switching_billing",
    "awaiting_invoice",
    "completed",
    "invoiced",
    "refused",
    "declined",
    "expired",
    "canceled",
    "undone",
    "needs_attention",
]

AlertKind = Literal["credit_check_due", "past_the_hour"]


class Milestone(Value):
    """When a stage was reached."""

    stage: Stage
    at: Instant


class BatchMark(Value):
    """When a batch of users had moved, and how many they were."""

    at: Instant
    users: int


class NotPlaced(Value):
    """Nobody has ordered yet."""

    stage: ClassVar[None] = None


class Payment(Value):
    """An amount that changed hands."""

    reference: str
    amount: Amount


class UpgradeChanges(TypedDict, total=False):
    """The fields of an `Upgrade` that events change. The type checker reads names and types here."""

    quote: Quote
    begins_on: date
    version: int
    timeline: tuple[Milestone, ...]
    credit: CreditCheckApproved | CreditCheckDeclined
    users: int
    moved: int
    failed: int
    skipped: int
    batches: int
    new_subscription_id: str
    locked_at: Instant
    alerts: tuple[AlertKind, ...]
    settlements: tuple[CreditUse, ...]
    payments: tuple[Payment, ...]
    payouts: tuple[Payment, ...]
    voided: InvoiceVoided | None
    reminders: tuple[Reminder, ...]


class Upgrade(Value):
    """What is known of an upgrade in every state: what was ordered, and how far it has come."""

    order: Order
    quote: Quote
    policy: Policy
    plan_name: str
    time_zone: str
    billing_day: int
    begins_on: date
    """The day it begins: that of the order, or the one it is scheduled for."""
    target_services: tuple[str, ...]
    placed_at: Instant
    version: int = 0
    """The number of events so far."""
    timeline: tuple[Milestone, ...] = ()
    credit: CreditCheckApproved | CreditCheckDeclined | None = None
    users: int
    """Users to move, including those moved and those skipped; joins and leaves count (B49)."""
    moved: int = 0
    failed: int = 0
    """Users who cannot be moved as things are."""
    skipped: int = 0
    """Users an operator decided to go on without; they no longer count as failed."""
    batches: int = 0
    new_subscription_id: str | None = None
    locked_at: Instant | None = None
    alerts: tuple[AlertKind, ...] = ()
    """What operators were told, each once."""
    settlements: tuple[CreditUse, ...] = ()
    """What credit from the subscription that it opened has paid of its total (B65)."""
    payments: tuple[Payment, ...] = ()
    """What was paid of its invoice."""
    payouts: tuple[Payment, ...] = ()
    """What was paid out of the account credit that its switch left, or its void invoice."""
    voided: InvoiceVoided | None = None
    """How its invoice was taken back; None of one that stands, and where there is none."""
    reminders: tuple[Reminder, ...] = ()
    """What the customer was told of its open invoice, each once."""

    @property
    def remaining(self) -> int:
        """Users who can be moved and were not yet."""
        return max(0, self.users - self.moved - self.failed - self.skipped)

    @property
    def kept_services(self) -> tuple[str, ...] | None:
        """Services whose switches survive the move, or None if every service comes on (B45)."""
        return self.target_services if self.quote.keep_disabled_services else None

    @property
    def change(self) -> ChangeByHand | None:
        """What makes it a change by hand (B59-B61); None for an upgrade."""
        return self.quote.request.change

    @property
    def list_id(self) -> str | None:
        """The quote whose list says which users move; None if all of them do."""
        return self.order.quote_id if self.change is not None and self.change.listed else None

    @property
    def given_up(self) -> int | None:
        """How many licenses a reduced old subscription gives up: as many as were credited (B60)."""
        if self.change is None or self.change.old != "reduced":
            return None
        return self.quote.inputs.old.licenses

    @property
    def opens_new(self) -> bool:
        """Whether a subscription is opened: always, unless a change by hand moves into one there is."""
        return self.change is None or self.change.into is None

    @property
    def ends_old(self) -> bool:
        """Whether the switch cancels the old subscription: always, unless a change by hand keeps it."""
        return self.change is None or self.change.old == "canceled"

    def with_(self, **changes: Unpack[UpgradeChanges]) -> Self:
        """The same upgrade with other values."""
        return self.model_copy(update=dict(changes))

    def alerted(self, kind: AlertKind) -> Self:
        """The same upgrade; operators have been told."""
        return self if kind in self.alerts else self.with_(alerts=(*self.alerts, kind))

    def reached(self, stage: Stage, at: Instant) -> Self:
        """The same upgrade with `stage` added to its timeline, unless it is the last one there."""
        if self.timeline and self.timeline[-1].stage == stage:
            return self
        return self.with_(timeline=(*self.timeline, Milestone(stage=stage, at=at)))


class Placed(Value):
    """Every state after the order: what is known of the upgrade, and what only this state knows.

    A transition calls the constructor of the next state, so that the type checker sees a forgotten
    or a wrong field: `Refused(upgrade=state.upgrade, refusals=event.refusals)`.
    """

    stage: ClassVar[Stage]

    upgrade: Upgrade

    def with_upgrade(self, upgrade: Upgrade) -> Self:
        """The same state of the upgrade as it is now."""
        return self.model_copy(update={"upgrade": upgrade})

    def with_(self, **changes: Unpack[UpgradeChanges]) -> Self:
        """The same state of the upgrade with other values."""
        return self.with_upgrade(self.upgrade.with_(**changes))


class Checking(Placed):
    """The rules are being asked."""

    stage: ClassVar[Stage] = "checking"


class Scheduled(Placed):
    """It waits for its day (B36)."""

    stage: ClassVar[Stage] = "scheduled"
    starts_at: Instant


class AwaitingCreditCheck(Placed):
    """It waits for a decision (B37-B42)."""

    stage: ClassVar[Stage] = "awaiting_credit_check"
    deadline: Instant
    reviewer: Reviewer


class ReadyToMove(Placed):
    """Nothing stands in the way; users move next."""

    stage: ClassVar[Stage] = "moving_users"


class Moving(Placed):
    """Users go over, batch by batch; admins are locked out of both subscriptions (B51)."""

    stage: ClassVar[Stage] = "moving_users"
    recent: tuple[BatchMark, ...] = ()
    """The last batches, and the moment before them."""

    @property
    def users_per_second(self) -> float | None:
        """How fast the last batches were; None before the first one."""
        moved = sum(mark.users for mark in self.recent[1:])
        if not moved:
            return None
        seconds = (self.recent[-1].at - self.recent[0].at).total_seconds()
        return moved / seconds if seconds > 0 else None

    @property
    def moves_again(self) -> bool:
        """Whether the switch has found users left behind, so that its repeat finds nothing to do."""
        return any(milestone.stage == "switching_billing" for milestone in self.upgrade.timeline)


class Moved(Placed):
    """Everybody is over; billing switches next."""

    stage: ClassVar[Stage] = "switching_billing"


class Undoing(Placed):
    """Users go back, batch by batch."""

    stage: ClassVar[Stage] = "moving_users"
    ending: Ending
    reason: str


class Switched(Placed):
    """Billing has switched: from here there is only forward (B58)."""

    switch: BillingSwitched


class AwaitingInvoice(Switched):
    """The upgrade is complete; its invoice comes on the billing day (B54)."""

    stage: ClassVar[Stage] = "awaiting_invoice"


class Completed(Switched):
    """All is done, and as nothing was bought there is nothing to invoice (B61)."""

    stage: ClassVar[Stage] = "completed"


class Invoiced(Switched):
    """All is done."""

    stage: ClassVar[Stage] = "invoiced"
    invoice: InvoiceIssued


class Refused(Placed):
    """A rule refused it (B6-B20)."""

    stage: ClassVar[Stage] = "refused"
    refusals: tuple[Refusal, ...]


class Declined(Placed):
    """The credit check said no (B42)."""

    stage: ClassVar[Stage] = "declined"


class Expired(Placed):
    """Nobody decided in time (B42)."""

    stage: ClassVar[Stage] = "expired"


class Canceled(Placed):
    """The customer changed their mind (B57)."""

    stage: ClassVar[Stage] = "canceled"
    reason: str


class Undone(Placed):
    """It could not be done and was taken back (B58)."""

    stage: ClassVar[Stage] = "undone"
    reason: str


class NeedsAttention(Placed):
    """An operator must look; then it goes on from `before`."""

    stage: ClassVar[Stage] = "needs_attention"
    before: "UnparkedState"
    step: str
    cause: str


UnparkedState = (
    Checking
    | Scheduled
    | AwaitingCreditCheck
    | ReadyToMove
    | Moving
    | Moved
    | Undoing
    | AwaitingInvoice
    | Completed
    | Invoiced
    | Refused
    | Declined
    | Expired
    | Canceled
    | Undone
)
PlacedState = UnparkedState | NeedsAttention
UpgradeState = NotPlaced | PlacedState
NeedsAttention.model_rebuild()

EndedState = Completed | Invoiced | Refused | Declined | Expired | Canceled | Undone
ENDED_STAGES: frozenset[Stage] = frozenset(state.stage for state in get_args(EndedState))
GIVEN_UP_STAGES: frozenset[Stage] = ENDED_STAGES - {Completed.stage, Invoiced.stage}
"""Those in which nothing has switched and nothing will: a new order takes a new quote (B66)."""


def ended(state: UpgradeState) -> bool:
    """Whether nothing can happen to it any more."""
    return isinstance(state, EndedState)


def is_open(state: UpgradeState) -> bool:
    """Whether it holds its tenant's and its subscription's one place (B9): until billing switched."""
    if isinstance(state, NeedsAttention):
        return is_open(state.before)
    return isinstance(state, Placed) and not ended(state) and not isinstance(state, Switched)
