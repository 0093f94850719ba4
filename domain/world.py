"""Reads a world file: a catalog, its tenants with their subscriptions, incidents, and the policy.

A file is complete in itself: what one section names, another section of the same file holds.
Every fault is reported at once, those of shape together with those between sections.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from domain.catalog import Plan, Service
from domain.facts import Incident
from domain.policy import Policy
from domain.world_checks import (
    Known,
    check_incidents,
    check_plan,
    check_policy,
    check_subscription,
    check_tenant,
    check_users,
    report_repeats,
)
from domain.world_faults import MOST_FAULTS, Fault, WorldFaults, at, did_you_mean, keys_of, quoted
from domain.world_model import (
    World,
    WorldSubscription,
    WorldTenant,
    WorldUser,
    generated_user_id,
)
from domain.world_plain import Report, plain_document
from domain.world_shape import (
    Placed,
    as_mapping,
    read_element,
    read_elements,
    read_list,
    text_of,
)

__all__ = [
    "Fault",
    "World",
    "WorldFaults",
    "WorldSubscription",
    "WorldTenant",
    "WorldUser",
    "generated_user_id",
    "parse_world",
    "world_schema",
]

M = TypeVar("M", bound=BaseModel)


def parse_world(document: object, *, today: date) -> World:
    """The world that `document` (plain values, as YAML or JSON give them) describes.

    `today` decides which cycles have begun; pass the latest day it is anywhere, since a tenant's
    day may be ahead of UTC. Raises `WorldFaults` with every fault there is, up to `MOST_FAULTS`.
    """
    first_faults: dict[str, Fault] = {}

    def report(fault: Fault) -> None:
        # One fault per place: a later one only follows from the first.
        first_faults.setdefault(fault.place, fault)
        if len(first_faults) == MOST_FAULTS:
            more = Fault("", f"there may be more: these are the first {MOST_FAULTS:,}")
            raise WorldFaults([*first_faults.values(), more])

    if not isinstance(document, dict):
        keys = ", ".join(keys_of(World))
        raise WorldFaults([Fault("", f"a world file is a mapping with the keys {keys}")])
    plain = plain_document(cast("object", document), report)
    world = _Reader(as_mapping(plain), today, report).read()
    if first_faults:
        raise WorldFaults(first_faults.values())
    return world


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
    """Reads the sections in the order of the file, checking each against the others."""

    document: Mapping[str, object]
    today: date
    report: Report

    def read(self) -> World:
        self._report_unknown_sections()
        services = self._section("services", Service)
        plans = self._section("plans", Plan)
        known = Known(
            service_ids=self._ids("services"),
            plan_ids=self._ids("plans"),
            plans={plan.value.id: plan.value for plan in plans if plan.sound},
            today=self.today,
        )
        for plan in plans:
            check_plan(plan, known, self.report)
        tenants = self._tenants(known)
        incidents = self._section("incidents", Incident)
        check_incidents(incidents, known, self.report)
        return World(
            services=tuple(service.value for service in services),
            plans=tuple(plan.value for plan in plans),
            tenants=tenants,
            incidents=tuple(incident.value for incident in incidents),
            policy=self._policy(),
        )

    def _report_unknown_sections(self) -> None:
        sections = keys_of(World)
        if not self.document:
            self.report(Fault("", f"the file holds nothing: give it {', '.join(sections)}"))
        for key in self.document:
            if key not in sections:
                hint = did_you_mean(key, sections) or f"; the keys are {', '.join(sections)}"
                self.report(Fault(at("", key), f"{quoted(key)} is not a key here{hint}"))

    def _section(self, name: str, model: type[M]) -> list[Placed[M]]:
        elements = read_list(self.document, name, name, self.report)
        report_repeats(name.removesuffix("s"), _placed_ids(elements, name), self.report)
        return read_elements(model, elements, name, self.report)

    def _ids(self, name: str) -> tuple[str, ...] | None:
        """Every id of the section, faulty elements included: one fault is told once."""
        if not isinstance(self.document.get(name, []), list):
            return None
        elements = read_list(self.document, name, name, _silence)
        return tuple(dict.fromkeys(id for _, id in _placed_ids(elements, name) if id is not None))

    def _policy(self) -> Policy:
        policy = read_element(Policy, self.document.get("policy", {}), "policy", self.report)
        if policy is None:
            return Policy()
        check_policy(policy.value, self.report)
        return policy.value

    def _tenants(self, known: Known) -> tuple[WorldTenant, ...]:
        elements = read_list(self.document, "tenants", "tenants", self.report)
        report_repeats("tenant", _placed_ids(elements, "tenants"), self.report)
        report_repeats("subscription", _placed_subscription_ids(elements), self.report)
        tenants = (
            self._tenant(element, f"tenants[{index}]", known)
            for index, element in enumerate(elements)
        )
        return tuple(tenant for tenant in tenants if tenant is not None)

    def _tenant(self, element: object, place: str, known: Known) -> WorldTenant | None:
        mapping = as_mapping(element)
        tenant = read_element(WorldTenant, _without("subscriptions", element), place, self.report)
        if tenant is not None:
            check_tenant(tenant, self.report)
        currency = text_of(mapping, "currency")
        subscriptions_place = at(place, "subscriptions")
        elements = read_list(mapping, "subscriptions", subscriptions_place, self.report)
        subscriptions = [
            self._subscription(element, at(subscriptions_place, index), currency, known)
            for index, element in enumerate(elements)
        ]
        if tenant is None:
            return None
        read = tuple(subscription for subscription in subscriptions if subscription is not None)
        return tenant.value.model_copy(update={"subscriptions": read})

    def _subscription(
        self, element: object, place: str, currency: str | None, known: Known
    ) -> WorldSubscription | None:
        mapping = as_mapping(element)
        if "users" in mapping and "user_count" in mapping:
            self.report(Fault(at(place, "user_count"), "give either users or user_count, not both"))
        subscription = read_element(
            WorldSubscription, _without("users", element), place, self.report
        )
        if subscription is not None:
            check_subscription(subscription, currency, known, self.report)
        users_place = at(place, "users")
        elements = read_list(mapping, "users", users_place, self.report)
        users = read_elements(WorldUser, elements, users_place, self.report)
        plan = known.plans.get(text_of(mapping, "plan") or "")
        check_users(users, plan, self.report)
        if subscription is None:
            return None
        read = tuple(user.value for user in users)
        return subscription.value.model_copy(update={"users": read})


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
