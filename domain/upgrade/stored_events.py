"""Events as they are stored: type names, shape versions, and the upcasters for old shapes."""

import types
from collections.abc import Callable, Mapping
from typing import Any, get_args

from domain.text.actor import Actor
from domain.upgrade.events import Event, ServiceEvent, SubscriptionEvent, UpgradeEvent
from domain.values.base import Instant, Value

Data = dict[str, Any]
Upcaster = Callable[[Data], Data]

UPCASTERS: Mapping[tuple[str, int], Upcaster] = types.MappingProxyType({})
"""(type, schema version) to a function that turns its data into the next version's."""

NOT_WRITTEN_AT_FIRST: Mapping[str, Upcaster] = types.MappingProxyType(
    {
        "SubscriptionLocked": lambda data: {"expected_until": data["at"], **data},
        "SubscriptionOpened": lambda data: {"expected_until": data["at"], **data},
        "UsersMoved": lambda data: {"remaining": 0, **data},
    }
)
"""What the first code left out of an event, and later code wrote under the same shape version."""

EVENT_TYPES: Mapping[str, type[Event]] = types.MappingProxyType(
    {
        event.__name__: event
        for union in (UpgradeEvent, SubscriptionEvent, ServiceEvent)
        for event in get_args(union)
    }
)


class RecordedEvent(Value):
    """An event with what the store knows about it."""

    stream: str
    version: int
    type: str
    schema_version: int
    data: Data
    metadata: Data
    recorded_at: Instant

    @property
    def actor(self) -> Actor | None:
        """Who did it (B71); None if older code wrote it, which did not say."""
        return Actor.model_validate(self.metadata) if "by" in self.metadata else None

    def event(self, upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS) -> Any:
        """The event in today's shape. Raises `UnknownEvent` for a type or version this code has never had."""
        event_type = EVENT_TYPES.get(self.type)
        if event_type is None:
            raise UnknownEvent(f"{self.stream} version {self.version}: unknown type {self.type!r}")
        if self.schema_version > event_type.schema_version:
            raise UnknownEvent(
                f"{self.stream} version {self.version}: {self.type!r} has the shape of version "
                f"{self.schema_version}, written by a newer release"
            )
        data = self.data
        for version in range(self.schema_version, event_type.schema_version):
            data = upcasters[self.type, version](data)
        if complete := NOT_WRITTEN_AT_FIRST.get(self.type):
            data = complete(data)
        return event_type.model_validate(data)


class UnknownEvent(Exception):
    """The store holds an event of a type or shape that this version of the code does not know."""


def type_name(event: Event) -> str:
    """The name an event's type is stored under."""
    return type(event).__name__


def upgrade_stream(upgrade_id: str) -> str:
    """The stream of one upgrade."""
    return f"upgrade-{upgrade_id}"


def subscription_stream(subscription_id: str) -> str:
    """The stream of one subscription."""
    return f"subscription-{subscription_id}"


def service_stream(service_id: str) -> str:
    """The stream of one service: its incidents."""
    return f"service-{service_id}"
