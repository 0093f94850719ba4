"""What is lost of a prepaid term, and from when on nothing is (B35, B36)."""

from bisect import bisect_left
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.pricing.inputs import PricingInputs
from domain.pricing.price import price_upgrade
from domain.values.rejections import ForfeitureNotAccepted

if TYPE_CHECKING:
    from domain.quoting.quote import Quote  # which asks here for its day


def first_day_without_forfeiture(inputs: PricingInputs, from_day: date) -> date | None:
    """The first day from `from_day` on at which nothing is forfeited.

    None where nothing is forfeited on `from_day` already. The remaining value never grows from one
    day to the next, so the day is found by bisection; it is the day after the term at the latest.
    """
    prepaid = inputs.old.prepaid
    if prepaid is None or prepaid.until is None:
        return None

    def forfeits_nothing(days_later: int) -> bool:
        return not price_upgrade(inputs, from_day + timedelta(days=days_later)).forfeited

    if forfeits_nothing(0):
        return None
    days_left = (prepaid.until - from_day).days + 1
    return from_day + timedelta(days=bisect_left(range(days_left), True, key=forfeits_nothing))


def require_forfeiture_accepted(quote: "Quote", starts_on: date, accepted: Decimal | None) -> None:
    """B35: what is lost on the day it starts must be accepted to the cent, and nothing else can be.

    Raises `ForfeitureNotAccepted`.
    """
    forfeited = price_upgrade(quote.inputs, starts_on).forfeited
    if forfeited != (accepted or 0):
        raise ForfeitureNotAccepted(
            quote_id=quote.quote_id,
            forfeited=str(forfeited),
            accepted=None if accepted is None else str(accepted),
            no_forfeiture_from=quote.no_forfeiture_from,
        )
