"""Incidents of a service: opened, closed, and opened again."""

from datetime import timedelta

import pytest

from domain.subscriptions.incidents import (
    CloseIncident,
    OpenIncident,
    become,
    decide_incident,
    fold_health,
    incident_rows,
)
from domain.upgrade.events import IncidentClosed, IncidentOpened, ServiceEvent
from domain.values.rejections import UnknownIncident
from tests.domain.builders import NOW

LATER = NOW + timedelta(hours=1)
OPENED = IncidentOpened(at=NOW, service="exchange", reference="EX-1")
CLOSED = IncidentClosed(at=LATER, service="exchange", reference="EX-1")
OPEN = OpenIncident(at=LATER, service="exchange", reference="EX-1")
CLOSE = CloseIncident(at=LATER, service="exchange", reference="EX-1")


@pytest.mark.parametrize(
    ("history", "command", "then"),
    [
        ([], OPEN, [OPENED.model_copy(update={"at": LATER})]),
        ([OPENED], OPEN, []),
        ([OPENED], CLOSE, [CLOSED]),
        ([OPENED, CLOSED], CLOSE, []),
        ([OPENED, CLOSED], OPEN, [OPENED.model_copy(update={"at": LATER})]),
    ],
)
def test_an_incident_opens_and_closes_once(
    history: list[ServiceEvent], command: OpenIncident | CloseIncident, then: list[ServiceEvent]
) -> None:
    assert decide_incident(command, fold_health(history)) == then


def test_an_incident_that_never_was_cannot_be_closed() -> None:
    with pytest.raises(UnknownIncident):
        decide_incident(CLOSE, fold_health([]))


def test_a_file_opens_and_closes_what_differs() -> None:
    health = fold_health([OPENED])
    wanted = frozenset({"EX-2"})
    events = become("exchange", wanted, health, LATER)
    assert [type(event) for event in events] == [IncidentClosed, IncidentOpened]
    assert fold_health([OPENED, *events]).open == wanted
    assert become("exchange", frozenset({"EX-1"}), health, LATER) == []


def test_rows_say_when_it_began_and_ended() -> None:
    (row,) = incident_rows("exchange", fold_health([OPENED, CLOSED]))
    assert (row["service_id"], row["reference"]) == ("exchange", "EX-1")
    assert row["opened_at"] < row["closed_at"]
