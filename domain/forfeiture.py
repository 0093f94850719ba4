"""From when on a prepaid term can be left without losing anything (B36)."""

from bisect import bisect_left
from datetime import date, timedelta

from domain.pricing import price_upgrade
from domain.pricing_inputs import PricingInputs


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
