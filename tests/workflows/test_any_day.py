"""Upgrades lived through at moments that decide about days: month ends, year's end, holidays, clock changes.

At each moment customers live side by side whose billing day, and whose cycle's end, is yesterday, today
and tomorrow. Most moments are two seconds before midnight, so that a quote and its order fall on two days.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from activities.holiday_calendar import holiday_calendar
from domain.upgrade.events import BillingSwitched
from domain.upgrade.states import ENDED_STAGES
from domain.values.cycles import day_of_month, local_day, local_time_to_utc
from domain.views.read_models import UpgradeView
from domain.world.model import WorldTenant
from tests import clock
from tests.callers import OPERATOR
from tests.store.support import world_of, world_subscription, world_tenant
from tests.workflows.story import Story

BEFORE_MIDNIGHT, AFTER_MIDNIGHT, NOON = time(23, 59, 58), time(0, 0, 1), time(12)
AROUND = (-1, 0, 1)


@dataclass(frozen=True)
class Moment:
    """A moment at which a story begins, on the clocks of its customers."""

    day: date
    at: time
    zone: str
    country: str
    subdivision: str | None = None

    @property
    def instant(self) -> datetime:
        """In UTC."""
        return datetime.combine(self.day, self.at, ZoneInfo(self.zone)).astimezone(UTC)


MOMENTS = {
    "the last of February": Moment(
        date(2027, 2, 28), BEFORE_MIDNIGHT, "America/Los_Angeles", "US", "WA"
    ),
    "28 February of a leap year": Moment(
        date(2028, 2, 28), BEFORE_MIDNIGHT, "America/New_York", "US"
    ),
    "29 February": Moment(date(2028, 2, 29), BEFORE_MIDNIGHT, "America/Chicago", "US"),
    "a 29th before a short month": Moment(
        date(2027, 1, 29), BEFORE_MIDNIGHT, "America/Sao_Paulo", "BR"
    ),
    "a 30th before a short month": Moment(date(2027, 1, 30), BEFORE_MIDNIGHT, "UTC", "IE"),
    "the last of a month of 30 days": Moment(
        date(2027, 4, 30), BEFORE_MIDNIGHT, "Asia/Tokyo", "JP"
    ),
    "a 31st": Moment(date(2027, 5, 31), BEFORE_MIDNIGHT, "Asia/Kolkata", "IN"),
    "a 1st": Moment(date(2027, 6, 1), AFTER_MIDNIGHT, "Asia/Kuwait", "KW"),
    "year's end": Moment(date(2027, 12, 31), BEFORE_MIDNIGHT, "Asia/Taipei", "TW"),
    "a holiday is tomorrow": Moment(date(2028, 12, 24), BEFORE_MIDNIGHT, "Europe/Paris", "FR"),
    "a holiday is today": Moment(date(2028, 12, 26), NOON, "Europe/Vienna", "AT"),
    "a holiday was yesterday": Moment(date(2028, 12, 27), AFTER_MIDNIGHT, "Europe/London", "GB"),
    "clocks are set forward": Moment(
        date(2027, 3, 14), time(1, 59, 58), "America/Los_Angeles", "US", "WA"
    ),
    "clocks are set back": Moment(date(2027, 10, 31), time(2, 59, 58), "Europe/Berlin", "DE", "BY"),
    "clocks are set forward at midnight UTC": Moment(
        date(2027, 3, 28), time(0, 59, 58), "Europe/Dublin", "IE"
    ),
}
"""Every zone of the sample world, and UTC."""


def customers(moment: Moment) -> list[WorldTenant]:
    """Each with its billing day, and its cycle's last day, around the moment's day."""
    found: list[WorldTenant] = []
    for billing, cycle in product(AROUND, AROUND):
        id = f"t{len(found)}"
        next_cycle = moment.day + timedelta(days=cycle + 1)
        # The anchor's own day counts in later months, so it has to have that one.
        anchor = next_cycle.replace(year=next_cycle.year - (4 if next_cycle.day == 29 else 1))
        found.append(
            world_tenant(
                id,
                world_subscription(f"{id}-basic", cycle_anchor=anchor),
                billing_day=(moment.day + timedelta(days=billing)).day,
                # Its credit check is approved, or nobody decides, or it needs none.
                payment_method="card" if cycle == 1 else "invoice",
                time_zone=moment.zone,
                country=moment.country,
                subdivision=moment.subdivision,
            )
        )
    return found


@pytest.mark.parametrize("name", MOMENTS)
async def test_upgrades_live_through_every_kind_of_day(story: Story, name: str) -> None:
    moment, tenants = MOMENTS[name], customers(MOMENTS[name])
    with clock.living_at(moment.instant - timedelta(minutes=1)):
        await story.load(world_of(*tenants))
    with clock.living_at(moment.instant):
        ended = await asyncio.gather(
            *(
                _live(story, tenant, decided=number % 2 == 0)
                for number, tenant in enumerate(tenants)
            )
        )
    assert {view.stage for view in ended} == {"invoiced", "expired"}
    for tenant, view in zip(tenants, ended, strict=True):
        if view.stage == "invoiced":
            events = [
                each.event()
                for each in await story.service.reading.events(OPERATOR, view.upgrade_id)
            ]
            (switch,) = [each for each in events if isinstance(each, BillingSwitched)]
            assert switch.switched_on == local_day(switch.at, moment.zone)
            assert switch.invoice_on == _billing_day(tenant.billing_day, switch.switched_on)
            late = (
                await story.service.bills.invoice(OPERATOR, view.upgrade_id)
            ).issued_on - switch.invoice_on
            assert late in (timedelta(0), timedelta(days=1)), "midnight may come before its step"


async def _live(story: Story, tenant: WorldTenant, *, decided: bool) -> UpgradeView:
    """From the quote to the end, through whatever it waits for."""
    view = await story.rest(await story.order(tenant.subscriptions[0].id))
    if view.stage == "awaiting_credit_check":
        assert view.deadline == _two_business_days_after(view.placed_at, tenant), tenant.id
        if decided:
            await story.service.orders.decide(
                OPERATOR, view.upgrade_id, "approved", reference="R-1"
            )
            view = await story.rest(view)
    while view.stage not in ENDED_STAGES:
        assert view.deadline is not None
        view = await story.service.operations.live_until(OPERATOR, view.upgrade_id, view.deadline)
    return view


def _billing_day(wanted: int, day: date) -> date:
    """The first one from `day` on."""
    while day != day_of_month(day.year, day.month, wanted):
        day += timedelta(days=1)
    return day


def _two_business_days_after(asked_at: datetime, tenant: WorldTenant) -> datetime:
    """Step by step, from one day to the next."""
    calendar = holiday_calendar(tenant.country, tenant.subdivision)
    local = asked_at.astimezone(ZoneInfo(tenant.time_zone)).replace(microsecond=0)
    day, at, left = local.date(), local.time(), 2
    if not calendar.is_business_day(day):
        at, left = time(0), 3
    while left:
        day += timedelta(days=1)
        left -= calendar.is_business_day(day)
    return local_time_to_utc(day, at, tenant.time_zone)
