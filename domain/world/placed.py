"""A world file as it was read: every element with its place, and what is wrong with its shape."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from domain.catalog.facts import Incident
from domain.catalog.plans import Plan, Service
from domain.catalog.policy import Policy
from domain.text.faults import MOST_FAULTS, Fault, WorldFaults, at
from domain.world.model import World, WorldSubscription, WorldTenant, WorldUser

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Located(Generic[T]):
    """Something that was read, and where it stood."""

    place: str
    value: T
    sound: bool = True
    """Whether it is what the file says, without stand-ins."""

    def with_(self, **changes: Any) -> "Located[T]":
        """The same with other values in it, which then count as said by the file."""
        assert isinstance(self.value, BaseModel), "whatever is read is a model"
        return Located(self.place, self.value.model_copy(update=changes), self.sound)


@dataclass(frozen=True, slots=True)
class PlacedSubscription:
    """A subscription of a file; None as its value where nothing can be made of it."""

    place: str
    subscription: Located[WorldSubscription] | None
    plan: str | None
    """The plan it names, whatever else is wrong with it."""
    users: tuple[Located[WorldUser], ...]


@dataclass(frozen=True, slots=True)
class PlacedTenant:
    """A tenant of a file; None as its value where nothing can be made of it."""

    place: str
    tenant: Located[WorldTenant] | None
    currency: str | None
    """The currency it names, whatever else is wrong with it."""
    subscriptions: tuple[PlacedSubscription, ...]


@dataclass(frozen=True, slots=True)
class WorldFile:
    """What a file says. It may be faulty: `faults` are those of its shape, in any order.

    What its elements mean together, and beside what is stored, is not looked at yet.
    """

    sections: frozenset[str]
    """Those that are in the file."""
    services: tuple[Located[Service], ...]
    plans: tuple[Located[Plan], ...]
    tenants: tuple[PlacedTenant, ...]
    incidents: tuple[Located[Incident], ...]
    policy: Located[Policy] | None
    service_ids: frozenset[str] | None
    """Of all its services, faulty ones too; None where the section is not a list."""
    plan_ids: frozenset[str] | None
    faults: Mapping[str, Fault]
    """By place: one fault at each."""

    @property
    def world(self) -> World:
        """What the file says, without places. Only keys that are in the file are set in it."""
        sections: dict[str, Any] = {
            "services": tuple(each.value for each in self.services),
            "plans": tuple(each.value for each in self.plans),
            "tenants": tuple(each.tenant.value for each in self.tenants if each.tenant is not None),
            "incidents": tuple(each.value for each in self.incidents),
            "policy": Policy() if self.policy is None else self.policy.value,
        }
        return World(**{name: value for name, value in sections.items() if name in self.sections})


def file_of(world: World) -> WorldFile:
    """The file that says what `world` says."""
    return WorldFile(
        sections=frozenset(world.model_fields_set),
        services=_placed("services", world.services),
        plans=_placed("plans", world.plans),
        tenants=tuple(_placed_tenant(each) for each in _placed("tenants", world.tenants)),
        incidents=_placed("incidents", world.incidents),
        policy=Located("policy", world.policy),
        service_ids=frozenset(service.id for service in world.services),
        plan_ids=frozenset(plan.id for plan in world.plans),
        faults={},
    )


def _placed(place: str, values: tuple[T, ...]) -> tuple[Located[T], ...]:
    return tuple(Located(at(place, index), value) for index, value in enumerate(values))


def _placed_tenant(tenant: Located[WorldTenant]) -> PlacedTenant:
    subscriptions = _placed(at(tenant.place, "subscriptions"), tenant.value.subscriptions)
    return PlacedTenant(
        place=tenant.place,
        tenant=tenant,
        currency=tenant.value.currency,
        subscriptions=tuple(
            PlacedSubscription(
                place=each.place,
                subscription=each,
                plan=each.value.plan,
                users=_placed(at(each.place, "users"), each.value.users),
            )
            for each in subscriptions
        ),
    )


class FaultList:
    """Collects faults, one for each place: a later one only follows from the first."""

    def __init__(self, found: Mapping[str, Fault]) -> None:
        """Begin with those that were `found` before."""
        self._by_place = dict(found)

    def report(self, fault: Fault) -> None:
        """Take one more. Raises `WorldFaults` when there are `MOST_FAULTS`."""
        self._by_place.setdefault(fault.place, fault)
        if len(self._by_place) == MOST_FAULTS:
            more = Fault("", f"there may be more: these are the first {MOST_FAULTS:,}")
            raise WorldFaults([*_in_order(self._by_place.values()), more])

    @property
    def by_place(self) -> Mapping[str, Fault]:
        """All of them."""
        return self._by_place

    def raise_any(self) -> None:
        """Raises `WorldFaults` with all of them in the order of the file, if there are any."""
        if self._by_place:
            raise WorldFaults(_in_order(self._by_place.values()))


def _in_order(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(faults, key=_in_the_file)


_SECTIONS = ("services", "plans", "tenants", "incidents", "policy")


def _in_the_file(fault: Fault) -> tuple[int, list[int]]:
    """Where its element is: by section, then by the numbers on the way to it."""
    section, *_ = fault.place.replace("[", ".").split(".", 1)
    rank = _SECTIONS.index(section) if section in _SECTIONS else -1
    steps = fault.place.replace("]", "[").split("[")
    return rank, [int(step) for step in steps if step.isdecimal()]
