"""Where a value comes from: which event of which stream has fixed it, and in which field (B27)."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.subscriptions.subscription import SubscriptionState, evolve_subscription
from domain.upgrade.events import Event
from domain.upgrade.stored_events import RecordedEvent
from domain.values.base import Instant, Value


class Source(Value):
    """One field of one event."""

    stream: str
    version: int
    type: str
    field: str
    """The way to it in the event's data, such as `quote.inputs.new.unit_price`."""
    at: Instant
    """The event's business moment."""


def source(recorded: RecordedEvent, field: str) -> Source:
    """That field of that event."""
    return Source(
        stream=recorded.stream,
        version=recorded.version,
        type=recorded.type,
        field=field,
        at=recorded.data["at"],
    )


def value_at(data: Any, field: str) -> Any:
    """What stands at `field`, such as `lines.0.amount`; None where there is no such thing."""
    for name in field.split("."):
        if isinstance(data, list):
            data = data[int(name)] if int(name) < len(data) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
        elif isinstance(data, dict):
            data = data.get(name)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - JSON
        else:
            return None
    return data  # pyright: ignore[reportUnknownVariableType] - JSON


def last_event(history: Sequence[RecordedEvent], *types: type[Event]) -> RecordedEvent | None:
    """The last event of one of these types."""
    names = {each.__name__ for each in types}
    return next((each for each in reversed(history) if each.type in names), None)


def subscription_source(
    history: Sequence[RecordedEvent], field: str, value: Any, before: RecordedEvent
) -> Source | None:
    """The event of a subscription that gave `field` the `value` it had when `before` was recorded.

    `field` is one of `domain.catalog.customer.Subscription`, `value` as JSON has it. None where nothing in
    the history says so.
    """
    state: SubscriptionState | None = None
    found: Source | None = None
    for recorded in history:
        if recorded.recorded_at > before.recorded_at:
            break
        was = _field(state, field)
        state = evolve_subscription(state, recorded.event())
        now = _field(state, field)
        if _same(now, value) and (found is None or was != now or _says(recorded, field)):
            found = source(recorded, _way_to(recorded, field))
    return found


def _field(state: SubscriptionState | None, field: str) -> Any:
    return None if state is None else value_at(state.subscription.model_dump(mode="json"), field)


def _same(one: Any, other: Any) -> bool:
    """Equal, or the same amount with other digits: 6 is 6.00."""
    if one == other:
        return True
    try:
        return Decimal(one) == Decimal(other)
    except (TypeError, ValueError, InvalidOperation):
        return False


def _says(recorded: RecordedEvent, field: str) -> bool:
    return value_at(recorded.data, f"subscription.{field}") is not None


def _way_to(recorded: RecordedEvent, field: str) -> str:
    """Whole subscriptions hold it within; smaller events name it themselves."""
    return f"subscription.{field}" if "subscription" in recorded.data else field
