"""What an import changes and what it leaves alone, by name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar, cast

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from domain.values.base import Value

V = TypeVar("V", bound=BaseModel)

What = Literal["service", "plan", "tenant", "subscription", "incident", "policy"]
KeptCode = Literal[
    "upgrade_moves_users",
    "ended_by_upgrade",
    "canceled_for_good",
    "upgrade_open",
    "opened_by_upgrade",
    "users_moved_in",
    "users_moved_away",
    "incident_open",
]


class Changed(Value):
    """One field of one record; without a field, the record is new, or (`new` is null) gone."""

    what: What
    id: str
    field: str | None
    """The way to it, such as `sold_to.city`."""
    old: Any
    new: Any


class UsersChanged(Changed):
    """Who holds a license of a subscription: `old` and `new` count them."""

    joined: int
    left: int
    switched: int
    """Whose switched-off services have changed."""


class KeptField(Value):
    """One field that was left as it is stored, though the file says something else."""

    field: str
    stored: Any
    file: Any
    users: int | None = None
    """Of field `users`: how many were left as they are; None where nobody was looked at."""


class Kept(Value):
    """A record that was left alone, in these fields."""

    what: What
    id: str
    code: KeptCode
    reason: str
    upgrade_id: str | None = None
    fields: tuple[KeptField, ...] = ()


def with_more_kept(kept: Sequence[Kept], more: Iterable[Kept]) -> list[Kept]:
    """`kept` and `more`, with one row for each record and reason."""
    rows = {(each.what, each.id, each.code): each for each in kept}
    for each in more:
        key = each.what, each.id, each.code
        fields = (*rows[key].fields, *each.fields) if key in rows else each.fields
        rows[key] = each.model_copy(update={"fields": fields})
    return list(rows.values())


def differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every field in which `new` is not `old`: its path, and both values as JSON has them.

    Looks into values and mappings; a list is one value.
    """
    if old == new:
        return
    before, after = _parts_of(old), _parts_of(new)
    if before is None or after is None:
        yield path, plain(old), plain(new)
        return
    for name in dict.fromkeys([*before, *after]):
        inner = f"{path}.{name}" if path else name
        yield from differences(before.get(name), after.get(name), inner)


def _parts_of(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {
            field.serialization_alias or name: getattr(value, name)
            for name, field in fields.items()
        }
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else None


def plain(value: Any) -> Any:
    """`value` as JSON has it."""
    return to_jsonable_python(value, by_alias=True)


def merged(stored: V, given: BaseModel) -> V:
    """`stored` with the keys that are set in `given`, each as a whole."""
    names = given.model_fields_set & type(stored).model_fields.keys()
    return stored.model_copy(update={name: getattr(given, name) for name in names})


def merged_deeply(stored: V, given: V) -> V:
    """The same key by key at every depth: what stands beside a key that is set stays."""
    changes: dict[str, Any] = {}
    for name in given.model_fields_set:
        was, now = getattr(stored, name), getattr(given, name)
        if isinstance(now, BaseModel) and type(was) is type(now):
            changes[name] = merged_deeply(was, now)
        elif isinstance(now, dict):
            changes[name] = {**was, **now}
        else:
            changes[name] = now
    return stored.model_copy(update=changes)
