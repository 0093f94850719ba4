"""Why a command is rejected. Each class is one code; its docstring is the message by default.

    Rejection
    |-- InsufficientLicenses        quote
    |-- TooManyLicenses             quote
    |-- SwitchDayInThePast          quote
    |-- PriceUnknown                quote, options
    |-- QuoteRefused                quote: the subscription or the target is not eligible
    |-- UnknownSubscription         quote, order
    |-- UnknownQuote                order
    |-- QuoteExpired                order
    |-- QuoteStale                  order
    |-- ForfeitureNotAccepted       order
    |-- IdempotencyKeyReused        order
    |-- NotWaitingForDecision       credit check
    |-- DecisionContradicts         credit check
    |-- DecisionTooLate             credit check
    |-- AlreadySwitched             cancel
    |-- AlreadyEnded                cancel
    |-- UsersDoNotFail              skip
    |-- NotReached                  any step before its turn

A rejection knows nothing of HTTP, exit codes or Temporal: the edges translate it once.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class Rejection(Exception):
    """The command is rejected."""

    code: ClassVar[str] = "rejected"

    def __init__(self, message: str | None = None, **details: Any) -> None:
        """`details` are the numbers and ids behind the rejection, ready for JSON."""
        self.message = message or (type(self).__doc__ or self.code)
        self.details: Mapping[str, Any] = details
        super().__init__(self.message)


class InsufficientLicenses(Rejection):
    """The license count does not cover all users: order more licenses, or unassign users first."""

    code = "insufficient_licenses"


class TooManyLicenses(Rejection):
    """The license count is above the plan's maximum: order fewer, or choose a larger plan."""

    code = "too_many_licenses"


class SwitchDayInThePast(Rejection):
    """The day to switch on has passed: choose today or a later day."""

    code = "switch_day_in_the_past"


class PriceUnknown(Rejection):
    """What the subscription costs now is not known: give it a price, or its plan one in its currency."""

    code = "price_unknown"


class QuoteRefused(Rejection):
    """This subscription cannot be upgraded to that plan now; the refusals say why."""

    code = "not_upgradable"


class UnknownSubscription(Rejection):
    """There is no such subscription: check its id."""

    code = "subscription_not_found"


class UnknownQuote(Rejection):
    """There is no such quote of this subscription: ask for a quote, and order by its id."""

    code = "quote_not_found"


class QuoteExpired(Rejection):
    """The quote has expired: order by the new one."""

    code = "quote_expired"


class QuoteStale(Rejection):
    """What the quote was computed from has changed: order by the new one."""

    code = "quote_stale"


class ForfeitureNotAccepted(Rejection):
    """Part of the prepaid value would be forfeited: accept exactly that amount, or wait."""

    code = "forfeiture_not_accepted"


class IdempotencyKeyReused(Rejection):
    """This idempotency key belongs to an order with another body: use a new key."""

    code = "idempotency_key_reused"


class NotWaitingForDecision(Rejection):
    """The upgrade is not waiting for a credit decision."""

    code = "not_waiting_for_decision"


class DecisionContradicts(Rejection):
    """Another credit decision stands already."""

    code = "decision_contradicts"


class DecisionTooLate(Rejection):
    """The credit check's deadline has passed."""

    code = "decision_too_late"


class AlreadySwitched(Rejection):
    """Billing has switched, so the upgrade can no longer be canceled."""

    code = "already_switched"


class AlreadyEnded(Rejection):
    """The upgrade has already ended."""

    code = "already_ended"


class UsersDoNotFail(Rejection):
    """Only users who cannot be moved can be skipped; these can: see `moved UPGRADE --failed`."""

    code = "users_do_not_fail"


class NotReached(Rejection):
    """The upgrade has not reached this step."""

    code = "step_not_reached"


def rejection_of(code: str, message: str, details: Mapping[str, Any]) -> Rejection | None:
    """The rejection that `code` stands for, as it was raised elsewhere; None for no such code."""
    found = next((kind for kind in Rejection.__subclasses__() if kind.code == code), None)
    return None if found is None else found(message, **details)
