"""The deadline of a credit check in many countries, against dates worked out by hand (B39)."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from activities.holiday_calendar import holiday_calendar
from domain.values.business_days import decision_deadline
from tests.activities.deadline_cases import DEADLINE_CASES, DeadlineCase


@pytest.mark.parametrize(
    "case", DEADLINE_CASES, ids=lambda case: f"{case.where} {case.asked[4:20]}: {case.because}"
)
def test_deadlines_are_those_worked_out_by_hand(case: DeadlineCase) -> None:
    zone = ZoneInfo(case.time_zone)
    for moment, written in ((case.asked_at, case.asked), (case.due_at, case.due)):
        assert moment.astimezone(zone).strftime("%a %Y-%m-%d %H:%M %z") == written, "it is there"
    country, _, subdivision = case.where.partition("-")
    calendar = holiday_calendar(country, subdivision or None)
    assert calendar.name == case.where, "the calendar knows the place"

    deadline = decision_deadline(case.asked_at.astimezone(UTC), case.time_zone, calendar, 2)
    told = deadline.astimezone(zone).strftime("%a %Y-%m-%d %H:%M %z")
    assert told == case.due, case.because


def test_the_table_is_as_wide_as_it_must_be() -> None:
    assert len(DEADLINE_CASES) >= 40
    assert len({case.where.partition("-")[0] for case in DEADLINE_CASES}) >= 12
    assert len(set(DEADLINE_CASES)) == len(DEADLINE_CASES)
    offsets = [(case.asked[-5:], case.due[-5:]) for case in DEADLINE_CASES]
    assert any(asked < due for asked, due in offsets if asked[0] == due[0] == "+"), "clocks go on"
    assert any(asked > due for asked, due in offsets if asked[0] == due[0] == "+"), "and back"
