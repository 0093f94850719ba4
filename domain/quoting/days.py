"""The days on which an order can begin by one quote, and what each costs (B67).

They are the day that the quote is for, every later one until it expires, and the first on which nothing
of a prepaid term is forfeited (B36). A change as a paid period ends can begin on that day only (B60).
Whoever wants another day takes a quote for that day.
"""

from datetime import date, datetime, timedelta

from domain.pricing.inputs import PricingInputs
from domain.pricing.price import amounts_on
from domain.values.base import Amount, Value
from domain.values.cycles import local_day


class DayTotal(Value):
    """What an upgrade costs that begins on one day."""

    day: date
    total: Amount
    account_credit: Amount
    forfeited: Amount


def last_day(switch_on: date, expires_at: datetime, time_zone: str) -> date:
    """The last day, in the tenant's time zone, on which an order by the quote can begin."""
    last_moment = expires_at - timedelta(microseconds=1)
    return max(switch_on, local_day(last_moment, time_zone))


def totals_of_days(
    inputs: PricingInputs, switch_on: date, last: date, free_from: date | None
) -> tuple[DayTotal, ...]:
    """What each day from `switch_on` through `last` costs, and `free_from` if that is later."""
    days = [switch_on + timedelta(days=n) for n in range((last - switch_on).days + 1)]
    if free_from is not None and free_from > last:
        days.append(free_from)
    return tuple(_total_of(inputs, day) for day in days)


def _total_of(inputs: PricingInputs, day: date) -> DayTotal:
    amounts = amounts_on(inputs, day)
    return DayTotal(
        day=day,
        total=amounts.total,
        account_credit=amounts.account_credit,
        forfeited=amounts.forfeited,
    )
