"""Incidents of one service, as its own stream tells them (B8)."""

from collections.abc import Iterable
from functools import reduce

from pydantic import Field

from domain.upgrade.events import IncidentClosed, IncidentOpened, ServiceEvent
from domain.values import rejections
from domain.values.base import Instant, Value
from domain.values.rows import Row


class Period(Value):
    """When an incident was opened last, and when it was closed since."""

    opened_at: Instant
    closed_at: Instant | None = None


class ServiceHealth(Value):
    """Every incident a service ever had, by its reference."""

    incidents: dict[str, Period] = Field(default_factory=dict[str, Period])

    @property
    def open(self) -> frozenset[str]:
        """References of those that are open; the service is healthy when there is none."""
        return frozenset(each for each, period in self.incidents.items() if not period.closed_at)


class OpenIncident(Value):
    """A service is not healthy, for the reason known under that reference."""

    at: Instant
    service: str
    reference: str


class CloseIncident(Value):
    """That is over."""

    at: Instant
    service: str
    reference: str


IncidentCommand = OpenIncident | CloseIncident


def evolve_health(health: ServiceHealth, event: ServiceEvent) -> ServiceHealth:
    """The service's health after `event`."""
    match event:
        case IncidentOpened():
            period = Period(opened_at=event.at)
        case IncidentClosed():
            before = health.incidents.get(event.reference)
            began = event.at if before is None else before.opened_at
            period = Period(opened_at=began, closed_at=event.at)
    return ServiceHealth(incidents=health.incidents | {event.reference: period})


def fold_health(events: Iterable[ServiceEvent]) -> ServiceHealth:
    """The health that a whole history leads to."""
    return reduce(evolve_health, events, ServiceHealth())


def decide_incident(command: IncidentCommand, health: ServiceHealth) -> list[ServiceEvent]:
    """The event that follows; none where it is so already.

    An incident may open again under its old reference. Raises `UnknownIncident` where one is to be
    closed that never was.
    """
    named = {"at": command.at, "service": command.service, "reference": command.reference}
    is_open = command.reference in health.open
    if isinstance(command, OpenIncident):
        return [] if is_open else [IncidentOpened.model_validate(named)]
    if command.reference not in health.incidents:
        raise rejections.UnknownIncident(service=command.service, reference=command.reference)
    return [IncidentClosed.model_validate(named)] if is_open else []


def become(
    service: str, wanted: frozenset[str], health: ServiceHealth, at: Instant
) -> list[ServiceEvent]:
    """What makes exactly the `wanted` incidents open, as a world file says it."""
    over = [
        IncidentClosed(at=at, service=service, reference=each)
        for each in sorted(health.open - wanted)
    ]
    new = [
        IncidentOpened(at=at, service=service, reference=each)
        for each in sorted(wanted - health.open)
    ]
    return [*over, *new]


def incident_rows(service: str, health: ServiceHealth) -> list[Row]:
    """The rows of table `incidents`, one an incident."""
    return [
        {"service_id": service, "reference": reference, **period.model_dump(mode="json")}
        for reference, period in sorted(health.incidents.items())
    ]
