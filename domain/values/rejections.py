"""Why a command is rejected. Each class is one code; its docstring is the message by default.

    Rejection
    |-- InsufficientLicenses        quote
    |-- TooManyLicenses             quote
    |-- SwitchDayInThePast          quote
    |-- AmountTooLarge              quote
    |-- PriceUnknown                quote, options
    |-- PaidUpfront                 quote of a change by hand
    |-- NothingKept                 quote, order of a change by hand
    |-- NobodyToMove                order of a change by hand
    |-- QuoteRefused                quote: the subscription or the target is not eligible
    |-- UnknownSubscription         quote, order
    |-- UnknownQuote                order
    |-- QuoteExpired                order
    |-- QuoteStale                  order
    |-- QuoteAltered                order
    |-- QuoteForAnotherDay          order
    |-- ForfeitureNotAccepted       order
    |-- IdempotencyKeyReused        order
    |-- NotWaitingForDecision       credit check
    |-- DecisionContradicts         credit check
    |-- DecisionTooLate             credit check
    |-- AlreadySwitched             cancel
    |-- AlreadyEnded                cancel, operator's retry
    |-- OrderGivenUp                order, operator's undo
    |-- UsersDoNotFail              skip
    |-- NoEInvoice                  e-invoice
    |-- NotReached                  any step before its turn
    |-- NotOrdered                  any step of an order that the database does not have
    |-- AdminLocked                 admin: an upgrade is moving the users
    |-- NoLicenseFree               admin: assign
    |-- NotALicenseHolder           admin: unassign
    |-- AmountAboveBalance          admin: pay
    |-- AmountAboveOpen             admin: pay an invoice
    |-- AmountAboveCredit           admin: pay account credit out
    |-- VoidTooLate                 admin: void
    |-- CreditedSince               admin: void
    |-- PaymentReferenceReused      admin: pay
    |-- CanceledForGood             admin: whatever a canceled subscription cannot have
    |-- UsersStillAssigned          admin: cancel
    |-- UpgradeStillOpen            admin: cancel
    |-- AddOnNotAvailable           admin: add-on add
    |-- AddOnNotHeld                admin: add-on remove
    |-- UnknownIncident             admin: incident close
    |-- BadInput                    anything that a caller writes

A rejection knows nothing of HTTP, exit codes or Temporal: the edges translate it once.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar


class Rejection(Exception):
    """The command is rejected."""

    code: ClassVar[str] = "rejected"

    known: Mapping[str, Any] | None = None
    """What the quote says of an order that is rejected, for its run to show; None: nobody looked."""

    def __init__(self, message: str | None = None, **details: Any) -> None:
        """`details` are the numbers and ids behind the rejection, ready for JSON."""
        self.message = message or (type(self).__doc__ or self.code)
        self.details: Mapping[str, Any] = details
        super().__init__(self.message)


class BadMessage(Rejection):
    """What was sent cannot be read, or contradicts what is stored."""

    code = "bad_input"

    def __init__(self, field: str, fault: str, *, example: str | None = None) -> None:
        """`fault` follows its `field` in a sentence, and says how to fix it.

        `example` is a right message, where a wrong one is answered.
        """
        self.field, self.fault = field, fault
        said, details = f"{field} {fault}", {"field": field, "fault": fault}
        if example is not None:
            gap = " " if said.endswith("?") else ". "
            said, details = f"{said}{gap}Example: {example}", {**details, "example": example}
        super().__init__(said, **details)


class InsufficientLicenses(Rejection):
    """The license count does not cover all users: order more licenses, or unassign users first."""

    code = "insufficient_licenses"


def insufficient_licenses(licenses: int, assigned: int, **more: Any) -> InsufficientLicenses:
    """The rejection of a count of licenses that does not cover `assigned` users, in numbers (B22)."""
    asked = "1 license" if licenses == 1 else f"{licenses} licenses"
    return InsufficientLicenses(
        f"You asked for {asked}, too few for {assigned} users: order at least {assigned}, or unassign "
        "users first.",
        **more,
        licenses=licenses,
        assigned=assigned,
    )


class TooManyLicenses(Rejection):
    """The license count is above the plan's maximum: order fewer, or choose a larger plan."""

    code = "too_many_licenses"


class SwitchDayInThePast(Rejection):
    """The day to switch on has passed: choose today or a later day."""

    code = "switch_day_in_the_past"


class AmountTooLarge(Rejection):
    """An amount is larger than the ledger can hold: order fewer licenses, or contact support."""

    code = "amount_too_large"


class PriceUnknown(Rejection):
    """The current price of the subscription is not known: set one for it, or for its plan in its currency."""

    code = "price_unknown"


class PaidUpfront(Rejection):
    """Licenses paid upfront cannot be given back in part: keep all of them, or cancel all."""

    code = "licenses_paid_upfront"


class NothingKept(Rejection):
    """The old subscription would keep no license: cancel it with --all --cancel-old, or keep at least one."""

    code = "no_license_kept"


class NobodyToMove(Rejection):
    """Nobody who is to move holds a license of the old subscription any more: ask for a new quote."""

    code = "nobody_to_move"


class QuoteRefused(Rejection):
    """This subscription cannot be upgraded to that plan now; the refusals say why."""

    code = "not_upgradable"


class UnknownSubscription(Rejection):
    """There is no such subscription: check its id."""

    code = "subscription_not_found"


class UnknownQuote(Rejection):
    """This subscription has no such quote: ask for a quote, and order with its id."""

    code = "quote_not_found"


class QuoteExpired(Rejection):
    """The quote has expired: order with the new one."""

    code = "quote_expired"


class QuoteStale(Rejection):
    """What the quote was based on has changed: order with the new one."""

    code = "quote_stale"


class QuoteAltered(Rejection):
    """The quote differs from what was offered: order with the new one, and contact support."""

    code = "quote_altered"


class QuoteForAnotherDay(Rejection):
    """The quote does not say what it costs on that day: order with the new one, which does."""

    code = "quote_for_another_day"


class ForfeitureNotAccepted(Rejection):
    """Part of the prepaid value would be forfeited: accept exactly that amount, or wait."""

    code = "forfeiture_not_accepted"


class IdempotencyKeyReused(Rejection):
    """This idempotency key belongs to a different order: use a new key."""

    code = "idempotency_key_reused"


class NotWaitingForDecision(Rejection):
    """The upgrade is not waiting for a credit decision."""

    code = "not_waiting_for_decision"


class DecisionContradicts(Rejection):
    """The credit check has already been decided differently."""

    code = "decision_contradicts"


class DecisionTooLate(Rejection):
    """The credit check's deadline has passed."""

    code = "decision_too_late"


class AlreadySwitched(Rejection):
    """Billing has switched, so this can no longer be canceled: order a new upgrade, or a change by hand."""

    code = "already_switched"


class AlreadyEnded(Rejection):
    """The upgrade has already ended."""

    code = "already_ended"


class OrderGivenUp(Rejection):
    """The order could not be checked, and an operator gave it up: order again with another key."""

    code = "order_given_up"


class UsersDoNotFail(Rejection):
    """Only users who cannot be moved can be skipped; these can: see `moved UPGRADE --failed`."""

    code = "users_do_not_fail"


class NoEInvoice(Rejection):
    """There is no e-invoice for this invoice."""

    code = "no_e_invoice"


class NotReached(Rejection):
    """The upgrade has not reached this step."""

    code = "step_not_reached"


class NotOrdered(Rejection):
    """The database has no such order: it was never placed, or an older backup was restored."""

    code = "not_ordered"


class AdminLocked(Rejection):
    """An upgrade is moving the users of this subscription: try again when it is complete."""

    code = "admin_locked"


class NoLicenseFree(Rejection):
    """Every license is assigned: set more licenses, or unassign one first."""

    code = "no_license_free"


class NotALicenseHolder(Rejection):
    """This user holds no license of the subscription: list its users to see who does."""

    code = "not_a_license_holder"


class AmountAboveBalance(Rejection):
    """The amount is more than the balance due: pay at most the balance."""

    code = "amount_above_balance"


class AmountAboveOpen(Rejection):
    """The amount is more than what is open of the invoice: pay at most that."""

    code = "amount_above_open"


class AmountAboveCredit(Rejection):
    """The amount is more than what is left of the account credit: pay out at most that."""

    code = "amount_above_credit"


class VoidTooLate(Rejection):
    """The invoice can no longer be voided: its time for that is over."""

    code = "void_too_late"


class CreditedSince(Rejection):
    """What the invoice charged is credited by a later upgrade or change: it can no longer be voided."""

    code = "credited_since"


class PaymentReferenceReused(Rejection):
    """This reference belongs to a payment of another amount: give each payment its own."""

    code = "payment_reference_reused"


class CanceledForGood(Rejection):
    """The subscription is canceled for good: use another one, or buy a new one."""

    code = "subscription_canceled"


class UsersStillAssigned(Rejection):
    """Users still hold licenses of the subscription: move or unassign them first, then cancel it."""

    code = "users_still_assigned"


class UpgradeStillOpen(Rejection):
    """The subscription has an open upgrade: cancel it, or wait until it has ended."""

    code = "upgrade_still_open"


class AddOnNotAvailable(Rejection):
    """This add-on cannot be bought here: choose one that is sold to this kind of customer."""

    code = "add_on_not_available"


class AddOnNotHeld(Rejection):
    """The subscription has no such add-on: its options list those it has."""

    code = "add_on_not_held"


class UnknownIncident(Rejection):
    """The service has no incident with this reference: check the reference."""

    code = "incident_not_found"


BY_HAND: Mapping[str, str] = MappingProxyType(
    {
        AdminLocked.code: "A change by hand is moving the users of this subscription: try again "
        "when it is complete.",
        UpgradeStillOpen.code: "The subscription has an open change by hand: cancel it, or wait "
        "until it has ended.",
    }
)
"""What is said of a change by hand in place of the message for an upgrade, by code."""


def rejection_of(code: str, message: str, details: Mapping[str, Any]) -> Rejection | None:
    """The rejection that `code` stands for, as it was raised elsewhere; None for no such code."""
    found = next((kind for kind in Rejection.__subclasses__() if kind.code == code), None)
    return None if found is None else found(message, **details)
