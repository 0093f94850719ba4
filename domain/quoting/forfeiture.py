"""What is lost of a prepaid term, and from when on nothing is (B35, B36)."""

from bisect import bisect_left
from datetime import date, timedelta

from domain.pricing.inputs import PricingInputs
from domain.pricing.price import price_upgrade


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
