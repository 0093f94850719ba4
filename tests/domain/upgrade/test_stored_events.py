"""Events as they are stored: names and shapes that stay, and how old ones are read."""

import json
from pathlib import Path
from typing import Any, ClassVar, get_args

import pytest
from pydantic import BaseModel, ValidationError

from domain.upgrade import stored_events as recorded
from domain.upgrade.events import (
    CreditCheckExpired,
    Event,
    ServiceEvent,
    SubscriptionEvent,
    UpgradeEvent,
)
from domain.upgrade.stored_events import (
    EVENT_TYPES,
    RecordedEvent,
    UnknownEvent,
    subscription_stream,
)
from domain.values.base import Instant
from tests.domain.builders import NOW

SHAPES = Path(__file__).with_name("event_shapes.json")


def stored(type: str = "CreditCheckExpired", schema_version: int = 1, **data: Any) -> RecordedEvent:
    return RecordedEvent(
        stream="upgrade-up-1",
        version=3,
        type=type,
        schema_version=schema_version,
        data=data,
        metadata={},
        recorded_at=NOW,
    )


def test_every_event_type_can_be_read_back() -> None:
    unions = (UpgradeEvent, SubscriptionEvent, ServiceEvent)
    assert set(EVENT_TYPES.values()) == {event for union in unions for event in get_args(union)}
    assert all(name == event.__name__ for name, event in EVENT_TYPES.items())


def test_names_and_fields_of_events_stay_as_they_were_stored() -> None:
    """Fails where a stored event could not be read any more.

    A new event type or a new field with a default is fine: add it to the file. Whatever renames,
    removes or requires something raises the type's `schema_version` and brings an upcaster.
    """
    assert {name: shape(event) for name, event in sorted(EVENT_TYPES.items())} == json.loads(
        SHAPES.read_text()
    )


def shape(event: type[Event]) -> dict[str, Any]:
    """Its version, and which fields it and every value in it have and need."""
    schema = event.model_json_schema(mode="validation")
    values = {"": schema} | schema.get("$defs", {})
    return {
        "schema_version": event.schema_version,
        "fields": {
            f"{value}.{field}".lstrip("."): "required" if field in required(each) else "optional"
            for value, each in sorted(values.items())
            for field in sorted(each.get("properties", {}))
        },
    }


def required(schema: dict[str, Any]) -> list[str]:
    return schema.get("required", [])


def test_an_event_reads_as_it_was_written() -> None:
    event = CreditCheckExpired(at=NOW, deadline=NOW)
    assert stored(**event.model_dump(mode="json")).event() == event


def test_an_unknown_type_says_where_it_stands() -> None:
    with pytest.raises(UnknownEvent, match=r"upgrade-up-1 version 3: unknown type 'Vanished'"):
        stored("Vanished", at=NOW).event()


def test_a_shape_of_a_newer_release_is_not_misread() -> None:
    newer = stored(schema_version=2, at=NOW.isoformat(), deadline=NOW.isoformat())
    with pytest.raises(UnknownEvent, match="newer release"):
        newer.event()


def test_a_field_that_is_missing_or_unknown_is_an_error() -> None:
    with pytest.raises(ValidationError, match="deadline"):
        stored(at=NOW.isoformat()).event()
    with pytest.raises(ValidationError, match="more"):
        stored(at=NOW.isoformat(), deadline=NOW.isoformat(), more=1).event()


class Renamed(Event):
    """An event whose shape has changed twice."""

    schema_version: ClassVar[int] = 3
    until: Instant
    calendar: str


def test_old_shapes_pass_through_one_upcaster_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def rename(data: dict[str, Any]) -> dict[str, Any]:
        return {"until" if name == "deadline" else name: value for name, value in data.items()}

    def add_calendar(data: dict[str, Any]) -> dict[str, Any]:
        return data | {"calendar": "US"}

    monkeypatch.setattr(recorded, "EVENT_TYPES", {"Renamed": Renamed})
    upcasters = {("Renamed", 1): rename, ("Renamed", 2): add_calendar}
    today = Renamed(at=NOW, until=NOW, calendar="US")
    written = NOW.isoformat()
    first = stored("Renamed", 1, at=written, deadline=written)
    assert first.event(upcasters) == today
    assert stored("Renamed", 2, at=written, until=written).event(upcasters) == today
    current = stored("Renamed", 3, at=written, until=written, calendar="US")
    assert current.event(upcasters) == current.event({}) == today
    assert first.data == {"at": written, "deadline": written}, "what is stored is left alone"


def test_a_missing_upcaster_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "EVENT_TYPES", {"Renamed": Renamed})
    with pytest.raises(KeyError):
        stored("Renamed", 1, at=NOW.isoformat()).event({})


def test_every_old_version_has_an_upcaster() -> None:
    for name, event in EVENT_TYPES.items():
        for version in range(1, event.schema_version):
            assert (name, version) in recorded.UPCASTERS


def test_streams_are_named_by_what_they_tell_of() -> None:
    assert subscription_stream("contoso-basic") == "subscription-contoso-basic"
    assert recorded.upgrade_stream("up-1") == "upgrade-up-1"


def test_events_are_frozen_values() -> None:
    for event in EVENT_TYPES.values():
        assert issubclass(event, BaseModel)
        assert event.model_config.get("frozen") is True
        assert event.model_config.get("extra") == "forbid"
