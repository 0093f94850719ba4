"""What can be asked of an upgrade. Commands bring the time and every id along with them."""

from typing import assert_never

from domain.catalog.facts import Facts, Owed
from domain.eligibility.refusals import Refusal
from domain.pricing.account_credit import OpenCredit
from domain.quoting.orders import Order
from domain.quoting.quote import Quote
from domain.quoting.request import Going
from domain.upgrade.events import Decision, Reminder, Reviewer
from domain.values.base import Amount, Instant, Value


class _Command(Value):
    at: Instant


class _Clearing(_Command):
    """What a credit check would be held to, worked out beforehand by the business calendar."""

    credit_deadline: Instant
    calendar: str
    calendar_version: str
    reviewer: Reviewer = "operators"


class PlaceOrder(_Clearing):
    """Order on a quote; `current_digest` is what the same quote would have now (B25).

    None where the plan has no price in the tenant's currency any more.
    """

    order: Order
    quote: Quote
    facts: Facts
    current_digest: str | None
    going: Going | None = None
    """Who of a change by hand can go now; None of an upgrade, or where nobody has counted."""


class StartScheduled(_Clearing):
    """The scheduled day has come (B36)."""

    refusals: tuple[Refusal, ...] = ()
    renewed_quote: Quote | None = None


class DecideCreditCheck(_Command):
    """The credit service or an operator has decided (B41)."""

    decision: Decision
    reference: str
    reason: str = ""


class ExpireCreditCheck(_Command):
    """The deadline has passed (B42)."""


class StartMove(_Command):
    """Open the new subscription and lock both, unless something has come up meanwhile."""

    users: int
    refusals: tuple[Refusal, ...] = ()
    """Why a change by hand no longer is what was quoted (`domain.quoting.meanwhile`)."""


class RecordMovedUsers(_Command):
    """A batch went over, in this very transaction."""

    batch: int
    users: int
    remaining: int
    """Users who are still to go, as the same transaction sees it."""


class RecordFailedUsers(_Command):
    """Everybody was tried; so many cannot go now, seen in this very transaction."""

    users: int
    reasons: dict[str, int]
    """Code to how many users."""


class CompleteMove(_Command):
    """Nobody is left on the old subscription, seen in this very transaction."""

    batch: int
    """The last batch: a move may complete again after users were left behind."""


class SkipUsers(_Command):
    """An operator goes on without users who cannot be moved, marked so in this very transaction."""

    users: int
    """In all, those of earlier skips included."""
    reason: str


class SwitchBilling(_Command):
    """Switch billing; `users_left_behind` are still on the old subscription (B49)."""

    users_left_behind: int
    users_staying: int = 0
    """On an old subscription that is kept, when the switch is done (B60)."""
    old_licenses: int | None = None
    """That the old subscription has now; None: as many as were quoted."""
    owed: tuple[Owed, ...] = ()
    """What is owed of what has paid for the old subscription, the last first (B65)."""


class IssueInvoice(_Command):
    """Issue the invoice under a number that is taken in the very statement that appends the event."""

    number: str
    open_credits: tuple[OpenCredit, ...] = ()
    """The tenant's, in the currency of the invoice."""


class Cancel(_Command):
    """The customer wants out (B57)."""

    reason: str


class BeginUndo(_Command):
    """Take back what was done before the switch (B58)."""

    reason: str


class RecordReturnedUsers(_Command):
    """A batch went back, in this very transaction."""

    batch: int
    users: int


class FinishUndo(_Command):
    """Everybody is back, seen in this very transaction."""


class ReportLicenseConflict(_Command):
    """The move would give out more licenses than were bought (B58)."""

    users_without_license: int
    """Counted anew: 0 where users have left meanwhile, and the move can go on."""


class RaiseAlert(_Command):
    """It takes longer than it should: tell operators, if that is still true."""


class ReportProblem(_Command):
    """A step failed in a way that no retry heals."""

    step: str
    cause: str
    forward: bool = False
    """Whether the step was to take the upgrade forward: once users go back, it no longer matters."""


class ResolveAttention(_Command):
    """An operator has mended the cause: try the step again."""


class SettleInvoice(_Command):
    """A switch away from the subscription that the upgrade opened has left a credit (B65)."""

    credit_of: str
    """The upgrade or change by hand that switched."""
    credit: Amount


class PayInvoice(_Command):
    """Record a payment of its invoice (B65)."""

    amount: Amount | None
    """None: all that is open."""
    reference: str


class PayOutCredit(_Command):
    """Record that account credit which its switch left was paid out."""

    amount: Amount | None
    """None: all that is left."""
    reference: str
    left: Amount
    """What is left of the credit."""


class VoidInvoice(_Command):
    """Take the whole invoice back, by a credit note whose number is taken in the appending statement."""

    number: str
    reason: str
    left_by: str | None = None
    """An upgrade or change by hand that credits, or is about to, what this invoice charged."""


class RemindOfInvoice(_Command):
    """Remind of what is open of its invoice: on the day it is due, and once it is overdue (B65)."""

    reminder: Reminder


Command = (
    PlaceOrder
    | StartScheduled
    | DecideCreditCheck
    | ExpireCreditCheck
    | StartMove
    | RecordMovedUsers
    | RecordFailedUsers
    | CompleteMove
    | SkipUsers
    | SwitchBilling
    | IssueInvoice
    | SettleInvoice
    | PayInvoice
    | PayOutCredit
    | VoidInvoice
    | RemindOfInvoice
    | Cancel
    | BeginUndo
    | RecordReturnedUsers
    | FinishUndo
    | ReportLicenseConflict
    | RaiseAlert
    | ReportProblem
    | ResolveAttention
)


def command_id(command: Command) -> str:
    """Tells repeats of a command from new ones: the event store never writes one of them twice.

    Most commands can succeed once in an upgrade's life. The others say what makes them new.
    """
    match command:
        case DecideCreditCheck():
            return f"decide-{command.decision}-{command.reference}"
        case RecordMovedUsers() | CompleteMove():
            return f"move-{command.batch}"
        case RecordFailedUsers():
            return f"{type(command).__name__}-{command.at.isoformat()}"
        case SkipUsers():
            return f"skip-{command.users}"
        case RecordReturnedUsers():
            return f"return-{command.batch}"
        case SwitchBilling(users_left_behind=0):
            return "switch-billing"
        case SwitchBilling() | ReportProblem() | ResolveAttention() | Cancel() | BeginUndo():
            return f"{type(command).__name__}-{command.at.isoformat()}"
        case RaiseAlert() | ReportLicenseConflict():
            return f"{type(command).__name__}-{command.at.isoformat()}"
        case PlaceOrder() | StartScheduled() | ExpireCreditCheck() | StartMove():
            return type(command).__name__
        case SettleInvoice():
            return f"settle-{command.credit_of}"
        case PayInvoice() | PayOutCredit():
            return f"{type(command).__name__}-{command.reference}"
        case RemindOfInvoice():
            return f"remind-{command.reminder}"
        case IssueInvoice() | VoidInvoice() | FinishUndo():
            return type(command).__name__
        case _:
            assert_never(command)
