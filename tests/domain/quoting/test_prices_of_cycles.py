"""A billing cycle keeps the price that was in force as it began, whatever the list says later (B64)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.facts import Facts, ListPrice
from domain.pricing.price import price_upgrade
from domain.quoting.integrity import is_as_made
from domain.quoting.orders import Order
from domain.quoting.quote import Quote, QuoteRequest, digest_now, make_quote, requote
from domain.quoting.renewal import not_agreed_to
from domain.values.cycles import cycle_containing
from domain.values.rejections import PriceUnknown
from tests.domain.builders import a_catalog, a_plan, a_price, a_subscription, a_tenant, facts
from tests.domain.upgrades import Weekdays

ANCHOR = date(2026, 11, 14)
"""The cycle is 14 Nov - 13 Dec, 30 days; the next one 14 Dec - 13 Jan, 31 days."""
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
"""On the 28th 3 days of November and 13 of December are left: 16."""
TARGET = a_plan("premium", prices=(a_price("23.00", "276.00"),))


def on(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def of_prices(
    *listed: tuple[datetime, str], known_since: datetime | None = None, **sub: Any
) -> Facts:
    """Ten licenses of a plan that cost so much since each of these moments."""
    now = listed[-1][1] if listed else "10.00"
    fields: dict[str, Any] = {"licenses": 10, "assigned": 4, "cycle_anchor": ANCHOR} | sub
    return facts(
        tenant=a_tenant(time_zone="UTC"),
        subscription=a_subscription(**fields),
        catalog=a_catalog(a_plan("basic", prices=(a_price(now, "120.00"),)), TARGET),
        known_since=known_since or on(11, 1),
        list_prices=tuple(
            ListPrice(since=since, price=a_price(price, "120.00")) for since, price in listed
        ),
    )


def quoted(of: Facts, at: datetime = NOW, **changes: Any) -> Quote:
    asked: dict[str, Any] = {"target_plan_id": "premium", "licenses": 10, "billing": "monthly"}
    request = QuoteRequest(**(asked | changes))
    return make_quote(of, request, quote_id="q-1", at=at, calendar=Weekdays())


@pytest.mark.parametrize("now", ["12.00", "8.00", "10.00"])
def test_the_credit_is_of_the_price_that_was_paid_for_the_cycle(now: str) -> None:
    """10 x 10.00 x 16/30 = 53.33; a price of 12 would make it 64.00, one of 8 42.67."""
    quote = quoted(of_prices((on(11, 1), "10.00"), (on(11, 20), now)))
    assert quote.credit_applied == Decimal("53.33")
    assert quote.total == Decimal("176.67")  # 10 x 23.00 - 53.33
    # On the last day of the cycle 1/30 is left; on the next day all of a cycle at the new price.
    assert price_upgrade(quote.inputs, date(2026, 12, 13)).credit_applied == Decimal("3.33")
    assert price_upgrade(quote.inputs, date(2026, 12, 14)).credit_applied == 10 * Decimal(now)
    assert is_as_made(quote, of_prices((on(11, 1), "10.00"), (on(11, 20), now)))


def test_the_next_cycle_has_the_price_that_was_in_force_on_its_first_day() -> None:
    """12 from the 20th, 8 from the 25th: December's cycle began at 8. 9 comes in it, and is January's."""
    listed = [(on(11, 1), "10.00"), (on(11, 20), "12.00"), (on(11, 25), "8.00")]
    assert quoted(of_prices(*listed), on(12, 14)).credit_applied == Decimal("80.00")
    listed.append((on(12, 20), "9.00"))
    # 10 x 8.00 x 10/31 = 25.806
    assert quoted(of_prices(*listed), on(1, 4).replace(year=2027)).credit_applied == Decimal(
        "25.81"
    )


@pytest.mark.parametrize(
    ("hour", "price"),
    [(0, "12.00"), (1, "10.00")],
    ids=["as the day begins", "an hour later"],
)
def test_a_price_that_comes_on_the_first_day_counts_as_the_day_begins(
    hour: int, price: str
) -> None:
    quote = quoted(of_prices((on(11, 1), "10.00"), (on(11, 14, hour), "12.00")))
    assert quote.inputs.old.unit_price == Decimal(price)


def test_a_subscription_that_came_later_has_the_price_of_the_moment_it_was_first_known() -> None:
    listed = [(on(10, 1), "10.00"), (on(11, 20), "12.00"), (on(11, 24), "14.00")]
    quote = quoted(of_prices(*listed, known_since=on(11, 22)))
    assert quote.credit_applied == Decimal("64.00")  # 10 x 12.00 x 16/30
    # What it cost before anything was noted is not known: the first that was.
    assert quoted(of_prices((on(11, 20), "10.00"))).credit_applied == Decimal("53.33")


def test_a_year_keeps_its_price_for_all_its_months() -> None:
    listed = (
        ListPrice(since=on(1, 1), price=a_price("10.00", "120.00")),
        ListPrice(since=on(2, 1), price=a_price("12.00", "144.00")),
    )
    given_ = of_prices((on(1, 1), "10.00"), known_since=on(1, 1), billing="annual",
                       cycle_anchor=date(2026, 1, 14))  # fmt: skip
    quote = quoted(given_.model_copy(update={"list_prices": listed}))
    # 28 Nov - 13 Jan: 3 + 31 + 13 = 47 of 365 days; 10 x 120.00 x 47/365 = 154.52
    assert quote.credit_applied == Decimal("154.52")


def test_its_own_price_is_for_every_cycle() -> None:
    quote = quoted(of_prices((on(11, 1), "10.00"), (on(11, 20), "12.00"), price=Decimal("3.00")))
    assert quote.credit_applied == Decimal("16.00")  # 10 x 3.00 x 16/30
    assert quote.inputs.old.later_prices == ()


def test_a_plan_that_is_not_sold_in_the_currency_any_more_had_its_price() -> None:
    known = of_prices((on(11, 1), "10.00"))
    unsold = a_catalog(a_plan("basic", prices=()), TARGET)
    lost = known.model_copy(update={"catalog": unsold})
    assert quoted(lost).credit_applied == Decimal("53.33")
    with pytest.raises(PriceUnknown):
        quoted(lost.model_copy(update={"list_prices": ()}))


def test_a_quote_holds_until_a_price_changes_that_it_was_computed_from() -> None:
    before = of_prices((on(11, 1), "10.00"))
    quote = quoted(before)
    later = on(12, 2)
    assert digest_now(before, quote, at=later, calendar=Weekdays()) == quote.digest
    # Its price list shows the new cycle's price; this one's stays.
    changed = of_prices((on(11, 1), "10.00"), (on(12, 1), "12.00"))
    assert digest_now(changed, quote, at=later, calendar=Weekdays()) != quote.digest
    assert requote(changed, quote, at=NOW, calendar=Weekdays()).total == quote.total


def test_a_quote_that_outlives_the_cycle_is_the_same_offer_in_the_next_one() -> None:
    known = of_prices((on(11, 1), "10.00"), (on(11, 20), "12.00"))
    quote = quoted(known, on(12, 12))
    assert digest_now(known, quote, at=on(12, 15), calendar=Weekdays()) == quote.digest


@pytest.mark.parametrize("now", ["12.00", "8.00"])
def test_a_scheduled_order_goes_on_though_the_old_plan_has_another_price(now: str) -> None:
    before, day = of_prices((on(11, 1), "10.00")), date(2026, 12, 10)
    quote = quoted(before, switch_on=day)
    order = Order(
        upgrade_id="up-1", idempotency_key="k", tenant_id="contoso", schedule=day,
        subscription_id="contoso-basic", target_plan_id="premium", quote_id="q-1",
    )  # fmt: skip
    changed = of_prices((on(11, 1), "10.00"), (on(12, 1), now))
    renewed = requote(changed, quote, at=on(12, 10), calendar=Weekdays())
    assert renewed.total == quote.total == Decimal("216.67")  # 230.00 - 100.00 x 4/30
    assert not_agreed_to(order, quote, renewed) == ()


LATER_DAY = date(2026, 12, 20)
"""In the cycle 14 Dec - 13 Jan: 12 days of December and 13 of January are left, 25 of 31."""


def on_its_day(
    before: Facts, by_then: Facts, day: date = LATER_DAY
) -> tuple[Quote, Quote, list[str]]:
    """An order for `day`: what it was quoted, what it is quoted then, and why it is refused."""
    quote = quoted(before, switch_on=day)
    order = Order(
        upgrade_id="up-1", idempotency_key="k", tenant_id="contoso", schedule=day,
        subscription_id="contoso-basic", target_plan_id="premium", quote_id="q-1",
    )  # fmt: skip
    renewed = requote(by_then, quote, at=on(day.month, day.day), calendar=Weekdays())
    return quote, renewed, [each.code for each in not_agreed_to(order, quote, renewed)]


def test_a_cheaper_old_plan_refuses_no_order_for_a_later_cycle() -> None:
    """At 10: 230.00 - 100.00 x 25/31 = 149.35, beside 100.00 for the cycle, 249.35 in all.

    At 8: 230.00 - 80.00 x 25/31 = 165.48, beside 80.00: 245.48. Dearer alone, and not in all.
    """
    before = of_prices((on(11, 1), "10.00"))
    changed = of_prices((on(11, 1), "10.00"), (on(12, 1), "8.00"))
    quote, renewed, refused = on_its_day(before, changed)
    assert (quote.total, renewed.total) == (Decimal("149.35"), Decimal("165.48"))
    assert refused == []
    told = {each.code: each.text.en for each in quote.notices}
    assert told["price_of_later_cycle"].startswith("From December 14, 2026 on, the credit follows")


def test_as_the_cycle_begins_both_come_to_the_same() -> None:
    """100.00 and 230.00 - 100.00, or 80.00 and 230.00 - 80.00: 230.00."""
    before = of_prices((on(11, 1), "10.00"))
    changed = of_prices((on(11, 1), "10.00"), (on(12, 1), "8.00"))
    quote, renewed, refused = on_its_day(before, changed, date(2026, 12, 14))
    assert (quote.total, renewed.total, refused) == (Decimal("130.00"), Decimal("150.00"), [])


def test_a_dearer_target_is_still_refused_beside_a_cheaper_old_plan() -> None:
    before = of_prices((on(11, 1), "10.00"))
    changed = of_prices((on(11, 1), "10.00"), (on(12, 1), "8.00"))
    dearer = TARGET.model_copy(update={"prices": (a_price("23.01", "276.00"),)})
    plans = a_catalog(changed.plan, dearer)
    _, _, refused = on_its_day(before, changed.model_copy(update={"catalog": plans}))
    assert refused == ["price_increased"]


def test_a_price_of_its_own_that_falls_within_a_cycle_that_has_begun_refuses_it() -> None:
    """Nothing was paid back for it: less credit than was shown."""
    before, after = (of_prices(price=Decimal(price)) for price in ("10.00", "8.00"))
    quote, _, refused = on_its_day(before, after, date(2026, 12, 10))
    assert refused == ["price_increased"]
    assert "price_of_later_cycle" not in {each.code for each in quote.notices}


def test_only_where_the_list_counts_a_later_cycle_is_told() -> None:
    listed = of_prices((on(11, 1), "10.00"))
    asked: tuple[tuple[Facts, dict[str, Any]], ...] = (
        (listed, {}),  # until 4 December: the cycle has begun
        (of_prices((on(11, 1), "10.00"), price=Decimal("10.00")), {"switch_on": LATER_DAY}),
        (of_prices((on(11, 1), "0.00")), {"switch_on": LATER_DAY}),
    )
    for of, request in asked:
        assert "price_of_later_cycle" not in {each.code for each in quoted(of, **request).notices}
    # Ordered by a quote of 10 December one may begin on the 16th.
    assert "price_of_later_cycle" in {each.code for each in quoted(listed, on(12, 10)).notices}


@given(
    prices=st.tuples(st.integers(0, 60), st.integers(0, 60)),
    day=st.dates(date(2026, 12, 1), date(2027, 2, 28)),
    target=st.sampled_from(["20.00", "23.00", "23.01"]),
)
def test_what_goes_on_costs_no_more_in_all_than_was_shown(
    prices: tuple[int, int], day: date, target: str
) -> None:
    """Alone, or with what is paid for the cycle that it begins in: less what stays on the account."""
    shown, then = (f"{each}.00" for each in prices)
    before = of_prices((on(11, 1), shown))
    changed = of_prices((on(11, 1), shown), (on(11, 30), then))
    dearer = TARGET.model_copy(update={"prices": (a_price(target, "276.00"),)})
    by_then = changed.model_copy(update={"catalog": a_catalog(changed.plan, dearer)})
    quote = quoted(before, switch_on=day)
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    renewed = requote(by_then, quote, at=at, calendar=Weekdays())
    order = Order(
        upgrade_id="up-1", idempotency_key="k", tenant_id="contoso", schedule=day,
        subscription_id="contoso-basic", target_plan_id="premium", quote_id="q-1",
    )  # fmt: skip
    refused = not_agreed_to(order, quote, renewed)

    def alone(of: Quote) -> Decimal:
        return of.total - of.account_credit

    def in_all(of: Quote) -> Decimal:
        cycle = cycle_containing(ANCHOR, "monthly", day)
        return alone(of) + 10 * of.inputs.old.price_of_cycle(cycle.first)

    if not refused:
        assert alone(renewed) <= alone(quote) or in_all(renewed) <= in_all(quote)
    if target != "23.01":
        assert not refused


@given(
    changes=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 50)), max_size=6),
    days=st.integers(0, 150),
)
def test_every_day_is_credited_at_the_price_of_its_cycle(
    changes: list[tuple[int, int]], days: int
) -> None:
    """Whenever the quote is made, and however often the list has changed by then."""
    start = datetime(2026, 11, 14, tzinfo=UTC)
    moments = sorted(dict(changes).items())
    listed = [(start, 10), *((start.replace(hour=12) + (ANCHOR.resolution * at), price)
                             for at, price in moments)]  # fmt: skip
    of = of_prices(*((at, f"{price}.00") for at, price in listed), known_since=start)
    first = ANCHOR + ANCHOR.resolution * days
    made_at = datetime(first.year, first.month, first.day, 12, tzinfo=UTC)
    old = quoted(of, max(made_at, start.replace(hour=12))).inputs.old
    for later in range(0, 400, 31):
        cycle = cycle_containing(ANCHOR, "monthly", first + ANCHOR.resolution * later)
        begins = datetime(cycle.first.year, cycle.first.month, cycle.first.day, tzinfo=UTC)
        in_force = [price for at, price in listed if at <= begins][-1]
        assert old.price_of_cycle(cycle.first) == in_force
    assert all(one.from_ < other.from_ for one, other in pairwise(old.later_prices))
