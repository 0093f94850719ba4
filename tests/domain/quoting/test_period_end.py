"""A change by hand as the paid period ends: on that day only, and only while it ends there (B60, B67).

Contoso pays 100 x 6.00 from 18 June to 17 July, or for a term in advance until then; 80 x 12.50 = 1000.00
are bought in its place on 18 July.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.catalog.customer import Subscription
from domain.quoting.meanwhile import request_again, stops_the_move
from domain.quoting.paid_period import day_after_period
from domain.quoting.quote import Quote, digest_now, make_quote
from domain.quoting.request import Going
from domain.upgrade.events import OrderPlaced, UpgradeScheduled
from domain.values.rejections import QuoteForAnotherDay, QuoteStale
from tests.domain.builders import NOW, a_subscription, facts
from tests.domain.scenario import given
from tests.domain.upgrades import Weekdays, a_purchase, a_quote, later, place

PERIOD_END = date(2026, 7, 18)
EVERYBODY = Going(users=80)
TWO_DAYS_BEFORE = NOW + timedelta(days=21)
"""16 July."""


def monthly(**changes: Any) -> Subscription:
    return a_subscription(**changes)


def prepaid(until: date) -> Subscription:
    term = {"kind": "upfront", "paid": "7200.00", "from": date(2025, 7, 18), "until": until}
    return a_subscription(prepaid=term)


ON_TERM = prepaid(date(2026, 7, 17))
RENEWED = prepaid(date(2027, 7, 17))
MOVED = monthly(cycle_anchor=date(2026, 7, 10))


def quoted(old: Subscription, at: Any = NOW, day: date = PERIOD_END, *, flag: bool = True) -> Quote:
    asked = a_purchase(80, listed=False, users=80, old="canceled", at_period_end=flag)
    return a_quote(facts(subscription=old), at, switch_on=day, **asked)


def stopped(quote: Quote, old: Subscription) -> list[str]:
    return [each.code for each in stops_the_move(quote, old, EVERYBODY, None)]


@pytest.mark.parametrize("old", [monthly(), ON_TERM])
def test_the_day_is_the_first_that_is_not_paid_for(old: Subscription) -> None:
    assert day_after_period(old, date(2026, 6, 25)) == PERIOD_END
    assert stopped(quoted(old), old) == []


def test_after_a_term_that_has_ended_nothing_is_paid_for_today() -> None:
    assert day_after_period(prepaid(date(2026, 6, 20)), date(2026, 6, 25)) == date(2026, 6, 25)
    assert day_after_period(prepaid(date(2026, 6, 24)), date(2026, 6, 25)) == date(2026, 6, 25)
    assert day_after_period(prepaid(date(2026, 6, 25)), date(2026, 6, 25)) == date(2026, 6, 26)


def test_a_term_that_has_become_shorter_is_no_reason_to_stop() -> None:
    """It ends on 30 June instead of 17 July: on 18 July nothing is unused, as was quoted."""
    quote, shorter = quoted(ON_TERM), prepaid(date(2026, 6, 30))
    assert stopped(quote, shorter) == []


@pytest.mark.parametrize(("old", "by_then"), [(ON_TERM, RENEWED), (monthly(), MOVED)])
def test_a_period_that_was_renewed_or_moved_is_not_given_up_without_credit(
    old: Subscription, by_then: Subscription
) -> None:
    quote = quoted(old)
    assert (quote.total, quote.credit_applied) == (Decimal("1000.00"), Decimal(0))
    assert stopped(quote, by_then) == ["period_changed"]
    assert request_again(quote, by_then, EVERYBODY) is None
    assert stopped(quoted(old, flag=False), by_then) == []


def test_the_customer_is_told_how_long_it_is_paid_for_now() -> None:
    (refusal,) = stops_the_move(quoted(ON_TERM), RENEWED, EVERYBODY, None)
    assert refusal.evidence == {
        "subscription_id": "contoso-basic", "day": "2026-07-18", "paid_until": "2027-07-17",
    }  # fmt: skip
    assert refusal.message.en == (
        "The change was to begin on July 18, 2026, as the paid period of contoso-basic ends. It is now "
        "paid through July 17, 2027, which would not be credited."
    )
    assert refusal.remedy.action == "quote_again"


@pytest.mark.parametrize(("old", "by_then"), [(ON_TERM, RENEWED), (monthly(), MOVED)])
def test_its_quote_is_stale_once_the_period_ends_on_another_day(
    old: Subscription, by_then: Subscription
) -> None:
    quote, calendar = quoted(old), Weekdays()
    unchanged = digest_now(facts(subscription=old), quote, at=NOW, calendar=calendar)
    assert unchanged == quote.digest
    now = digest_now(facts(subscription=by_then), quote, at=NOW, calendar=calendar)
    assert now is None
    order = place(facts(subscription=by_then), quote).model_copy(update={"current_digest": now})
    given([]).when(order).then_rejected(QuoteStale)


def test_its_quote_is_for_that_day_only() -> None:
    """Valid for seven days from 16 July; three days after it was made the next period has begun."""
    quote = quoted(monthly(), TWO_DAYS_BEFORE)
    assert [(each.day, each.total) for each in quote.days] == [(PERIOD_END, Decimal("1000.00"))]
    assert quote.shows(PERIOD_END)
    assert not quote.shows(PERIOD_END + timedelta(days=1))
    given([]).when(place(facts(), quote, TWO_DAYS_BEFORE)).then_types(OrderPlaced, UpgradeScheduled)
    too_late = later(days=24)  # 19 July
    given([]).when(place(facts(), quote, too_late)).then_rejected(QuoteForAnotherDay)
    without = quoted(monthly(), TWO_DAYS_BEFORE, flag=False)
    assert len(without.days) > 1


def test_what_is_quoted_in_its_place_is_for_now_and_credits_what_is_unused() -> None:
    """On 25 June 23 of 30 days are unused: 100 x 6.00 x 23/30 = 460.00."""
    request = request_again(quoted(monthly()), monthly(licenses=100), EVERYBODY)
    assert request is not None
    assert request.change is not None
    assert (request.switch_on, request.change.at_period_end) == (None, False)
    again = make_quote(facts(), request, quote_id="q-2", at=NOW, calendar=Weekdays())
    assert again.credit_applied == Decimal("460.00")
