"""Reads a world file: a catalog, its tenants with their subscriptions, incidents, and the policy.

Reading goes in two steps: `read_world` looks at the shape of every element, `domain.world.importing` at
what they are to each other and to what is stored. All faults of both are told at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from api.files.plain_values import plain_document
from api.files.world_elements import as_mapping, read_element, read_elements, read_list, text_of
from domain.catalog.facts import Incident
from domain.catalog.plans import Plan, Service
from domain.catalog.policy import Policy
from domain.text.faults import Fault, Report, WorldFaults, at, did_you_mean, keys_of, quoted
from domain.world.checks import report_repeats
from domain.world.model import (
    World,
    WorldSubscription,
    WorldTenant,
    WorldUser,
)
from domain.world.placed import FaultList, Located, PlacedSubscription, PlacedTenant, WorldFile

M = TypeVar("M", bound=BaseModel)


def read_world(document: object) -> WorldFile:
    """What `document` (plain values, as YAML or JSON give them) says, with the faults of its shape.

    Raises `WorldFaults` only where it is no mapping at all, or has `MOST_FAULTS` of them.
    """
    faults = FaultList({})
    if not isinstance(document, dict):
        keys = ", ".join(keys_of(World))
        raise WorldFaults([Fault("", f"a world file is a mapping with the keys {keys}")])
    plain = plain_document(document, faults.report)  # pyright: ignore[reportUnknownArgumentType]
    return _Reader(as_mapping(plain), faults).read()


def world_schema() -> dict[str, Any]:
    """The JSON Schema of the world file."""
    schema = World.model_json_schema(by_alias=True, schema_generator=_SchemaOfTexts)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        **schema,
        "title": "World file",
    }


class _SchemaOfTexts(GenerateJsonSchema):
    """Decimals are texts (or whole numbers) in a file, never floats."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """An amount, as the file writes it."""
        pattern = r"^\d+(\.\d+)?$"
        return {
            "anyOf": [{"type": "string", "pattern": pattern}, {"type": "integer", "minimum": 0}]
        }


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the sections in the order of the file."""

    document: Mapping[str, object]
    faults: FaultList

    @property
    def report(self) -> Report:
        return self.faults.report

    def read(self) -> WorldFile:
        self._report_unknown_sections()
        return WorldFile(
            sections=frozenset(self.document) & frozenset(keys_of(World)),
            services=self._section("services", Service),
            plans=self._section("plans", Plan),
            tenants=self._tenants(),
            incidents=self._section("incidents", Incident),
            policy=self._policy(),
            service_ids=self._ids("services"),
            plan_ids=self._ids("plans"),
            faults=self.faults.by_place,
        )

    def _report_unknown_sections(self) -> None:
        sections = keys_of(World)
        if not self.document:
            self.report(Fault("", f"the file holds nothing: give it {', '.join(sections)}"))
        for key in self.document:
            if key not in sections:
                hint = did_you_mean(key, sections) or f"; the keys are {', '.join(sections)}"
                self.report(Fault(at("", key), f"{quoted(key)} is not a key here{hint}"))

    def _section(self, name: str, model: type[M]) -> tuple[Located[M], ...]:
        elements = read_list(self.document, name, name, self.report)
        report_repeats(name.removesuffix("s"), _placed_ids(elements, name), self.report)
        return tuple(read_elements(model, elements, name, self.report))

    def _ids(self, name: str) -> frozenset[str] | None:
        """Every id of the section, faulty elements included: one fault is told once."""
        if not isinstance(self.document.get(name, []), list):
            return None
        elements = read_list(self.document, name, name, _silence)
        return frozenset(id for _, id in _placed_ids(elements, name) if id is not None)

    def _policy(self) -> Located[Policy] | None:
        if "policy" not in self.document:
            return None
        return read_element(Policy, self.document["policy"], "policy", self.report)

    def _tenants(self) -> tuple[PlacedTenant, ...]:
        elements = read_list(self.document, "tenants", "tenants", self.report)
        report_repeats("tenant", _placed_ids(elements, "tenants"), self.report)
        report_repeats("subscription", _placed_subscription_ids(elements), self.report)
        return tuple(
            self._tenant(element, f"tenants[{index}]") for index, element in enumerate(elements)
        )

    def _tenant(self, element: object, place: str) -> PlacedTenant:
        mapping = as_mapping(element)
        tenant = read_element(WorldTenant, _without("subscriptions", element), place, self.report)
        subscriptions_place = at(place, "subscriptions")
        elements = read_list(mapping, "subscriptions", subscriptions_place, self.report)
        subscriptions = tuple(
            self._subscription(element, at(subscriptions_place, index))
            for index, element in enumerate(elements)
        )
        if tenant is not None and "subscriptions" in mapping:
            read = (each.subscription for each in subscriptions)
            held = tuple(each.value for each in read if each is not None)
            tenant = tenant.with_(subscriptions=held)
        return PlacedTenant(place, tenant, text_of(mapping, "currency"), subscriptions)

    def _subscription(self, element: object, place: str) -> PlacedSubscription:
        mapping = as_mapping(element)
        if "users" in mapping and "user_count" in mapping:
            self.report(Fault(at(place, "user_count"), "give either users or user_count, not both"))
        subscription = read_element(
            WorldSubscription, _without("users", element), place, self.report
        )
        users_place = at(place, "users")
        elements = read_list(mapping, "users", users_place, self.report)
        users = tuple(read_elements(WorldUser, elements, users_place, self.report))
        if subscription is not None and "users" in mapping:
            subscription = subscription.with_(users=tuple(user.value for user in users))
        return PlacedSubscription(place, subscription, text_of(mapping, "plan"), users)


def _silence(_: Fault) -> None:
    """Drops a fault that is reported elsewhere."""


def _without(key: str, element: object) -> object:
    """`element` without `key`, whose own elements are read one by one."""
    if key not in as_mapping(element):
        return element
    return {name: value for name, value in as_mapping(element).items() if name != key}


def _placed_ids(elements: list[object], place: str) -> list[tuple[str, str | None]]:
    return [
        (f"{place}[{index}].id", text_of(as_mapping(element), "id"))
        for index, element in enumerate(elements)
    ]


def _placed_subscription_ids(tenants: list[object]) -> list[tuple[str, str | None]]:
    """Of all tenants together: a subscription is named without its tenant."""
    pairs: list[tuple[str, str | None]] = []
    for index, tenant in enumerate(tenants):
        place = f"tenants[{index}].subscriptions"
        subscriptions = read_list(as_mapping(tenant), "subscriptions", place, _silence)
        pairs.extend(_placed_ids(subscriptions, place))
    return pairs
