"""As the paid period of the old subscription ends: the day, and whether it still is that day (B60).

What begins then is credited nothing, as nothing is unused. That is only right while the period ends where
it did when it was quoted: a term that was renewed meanwhile is paid for.
"""

from datetime import date, timedelta

from domain.catalog.customer import Subscription
from domain.quoting.request import QuoteRequest
from domain.values.cycles import cycle_containing


def day_after_period(old: Subscription, today: date) -> date:
    """The first day from `today` on that is not paid for: after a prepaid term, else after the cycle of `today`.

    After a term that has ended, it is `today`.
    """
    if old.prepaid is not None and old.prepaid.until is not None:
        return max(today, old.prepaid.until + timedelta(days=1))
    cycle = cycle_containing(old.cycle_anchor, old.billing, max(today, old.cycle_anchor))
    return cycle.last + timedelta(days=1)


def period_has_moved(old: Subscription, request: QuoteRequest, quoted_day: date) -> bool:
    """Whether what was to begin as the paid period ends would now begin while it is paid for.

    A term that has become shorter has nothing unused by then either, so that is no reason.
    `quoted_day` is the day of the quote, for a request that names none. False for all that does not
    begin at the end of a period.
    """
    if request.change is None or not request.change.at_period_end:
        return False
    day = request.switch_on or quoted_day
    return day_after_period(old, day - timedelta(days=1)) > day
