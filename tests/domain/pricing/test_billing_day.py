"""B54: from any switch, in any time zone, to its invoice, by the calendar on the wall.

`test_payments.py` says which day the rule gives; here the whole way is gone, by the decider, and what
comes of it is held against a walk through the days after the switch.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from domain.catalog.policy import InvoicePolicy, Policy
from domain.upgrade.commands import IssueInvoice
from domain.upgrade.decider import decide
from domain.values.rejections import NotReached
from tests.domain.books import Books, Target
from tests.domain.builders import STANDARD, a_subscription, a_tenant, facts

EDGES = ("Etc/GMT+12", "Pacific/Pago_Pago", "Pacific/Kiritimati", "Pacific/Chatham")
"""Both ends of the day line."""
MIDNIGHT_CHANGES = ("America/Havana", "America/Asuncion", "Africa/Cairo", "Asia/Beirut")
"""Where clocks are set at midnight, so that a day begins twice, or at one o'clock."""
ZONES = st.sampled_from([*EDGES, *MIDNIGHT_CHANGES]) | st.sampled_from(
    sorted(available_timezones() - {"localtime"})
)


@st.composite
def month_ends(draw: st.DrawFn) -> date:
    """One of the last days of a month, of February above all."""
    year, month = draw(st.integers(2012, 2045)), draw(st.sampled_from([1, 2, 2, 2, 3, 4, 10, 12]))
    return date(year, month, monthrange(year, month)[1]) - timedelta(days=draw(st.integers(0, 2)))


DAYS = month_ends() | st.dates(date(2012, 1, 1), date(2045, 12, 31))
TIMES = st.sampled_from([time(0), time(0, 0, 1), time(23, 59, 58)]) | st.times()


def is_billing_day(day: date, billing_day: int) -> bool:
    return day.day == min(billing_day, monthrange(day.year, day.month)[1])


def days_on_the_wall(after: datetime, zone: ZoneInfo) -> Iterator[date]:
    """The days that clocks show from a moment on, quarter of an hour by quarter."""
    shown = after.astimezone(zone).date()
    yield shown
    for quarters in range(35 * 96):
        day = (after + timedelta(minutes=15 * quarters)).astimezone(zone).date()
        if day > shown:
            shown = day
            yield day


@given(zone=ZONES, day=DAYS, at=TIMES, fold=st.integers(0, 1), billing_day=st.integers(1, 31))
@example("Pacific/Kiritimati", date(2028, 2, 29), time(0), 0, 31)
@example("Etc/GMT+12", date(2027, 2, 28), time(23, 59, 58), 0, 29)
@example("America/Havana", date(2026, 11, 1), time(0, 30), 1, 1)
@example("Africa/Cairo", date(2026, 4, 24), time(0, 30), 0, 24)
@example("America/Los_Angeles", date(2026, 3, 1), time(12), 0, 31)
def test_an_invoice_is_issued_on_the_first_billing_day_there_is(
    zone: str, day: date, at: time, fold: int, billing_day: int
) -> None:
    wall = ZoneInfo(zone)
    ordered = datetime.combine(day, at.replace(fold=fold), tzinfo=wall).astimezone(UTC)
    books = Books()
    world = facts(
        tenant=a_tenant(time_zone=zone, billing_day=billing_day),
        subscription=a_subscription(cycle_anchor=date(2011, 1, 31)),
    )
    books.upgrade(world, Target(STANDARD, 100), ordered)
    (state,) = books.due
    switch, completed = state.switch, ordered + timedelta(seconds=1)
    assert switch.at == completed
    due_at = switch.invoice_due_at
    assert due_at >= completed, "never before there is something to invoice"

    books.issue(state, due_at)
    (invoice,) = books.invoices
    first = next(
        each for each in days_on_the_wall(completed, wall) if is_billing_day(each, billing_day)
    )
    assert invoice.issued_on == switch.invoice_on == first
    assert invoice.issued_on.day == min(
        billing_day, monthrange(invoice.issued_on.year, invoice.issued_on.month)[1]
    )
    waited = invoice.issued_on - completed.astimezone(wall).date()
    assert timedelta(0) <= waited <= timedelta(days=30)
    event(f"waited {waited.days // 10 * 10} days or more")

    if due_at > completed:
        early = due_at - timedelta(microseconds=1)
        assert early.astimezone(wall).date() < first, "as its day begins, and not later"
        with pytest.raises(NotReached):
            decide(IssueInvoice(at=early, number="INV-00000001"), state)


@given(zone=ZONES, day=DAYS, at=TIMES, billing_day=st.integers(1, 31), within=st.integers(1, 30))
def test_a_stricter_policy_bounds_the_wait(
    zone: str, day: date, at: time, billing_day: int, within: int
) -> None:
    wall = ZoneInfo(zone)
    books = Books()
    world = facts(
        tenant=a_tenant(time_zone=zone, billing_day=billing_day),
        subscription=a_subscription(cycle_anchor=date(2011, 1, 31)),
        policy=Policy(invoice=InvoicePolicy(within_days=within)),
    )
    books.upgrade(world, Target(STANDARD, 100), datetime.combine(day, at, tzinfo=wall))
    books.issue_until()
    (invoice,) = books.invoices
    last = invoice.switched_on + timedelta(days=within)
    assert invoice.switched_on <= invoice.issued_on <= last
    assert is_billing_day(invoice.issued_on, billing_day) or invoice.issued_on == last
