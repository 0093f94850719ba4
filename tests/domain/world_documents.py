"""World files that say only some things, as files in life do."""

from collections.abc import Mapping
from typing import Any

from api.files.world_reader import read_world
from domain.world.placed import WorldFile
from tests.domain.builders import BASIC, PREMIUM, SERVICES, STANDARD, a_tenant

SUBSCRIPTION: Mapping[str, Any] = {
    "id": "contoso-basic",
    "plan": "basic",
    "licenses": 10,
    "status": "active",
    "billing": "monthly",
    "cycle_anchor": "2026-06-18",
}
"""Contoso's subscription with nothing but what a file must say of it."""


def subscription(**changes: Any) -> dict[str, Any]:
    """It, with some more or other keys."""
    return {**SUBSCRIPTION, **changes}


def tenant(*subscriptions: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Contoso, with nothing but what a file must say of it, and these subscriptions."""
    fields = a_tenant().model_dump(mode="json", exclude_unset=True, exclude={"subdivision"})
    held = {"subscriptions": [dict(each) for each in subscriptions]} if subscriptions else {}
    return {**fields, **held, **changes}


def catalog() -> dict[str, Any]:
    """The services and plans of the domain's tests."""
    return {
        "services": [each.model_dump(mode="json") for each in SERVICES.values()],
        "plans": [each.model_dump(mode="json") for each in (BASIC, STANDARD, PREMIUM)],
    }


def file(*subscriptions: Mapping[str, Any], **sections: Any) -> WorldFile:
    """A file with these subscriptions of contoso, and whatever other sections."""
    tenants = {"tenants": [tenant(*subscriptions)]} if subscriptions else {}
    return read_world({**tenants, **sections})


def users(*names: str, **switched_off: list[str]) -> list[dict[str, Any]]:
    """Users of contoso by their first names, and what is off for those that say so."""
    listed: list[dict[str, Any]] = [{"id": f"{name}@contoso.example"} for name in names]
    return listed + [
        {"id": f"{name}@contoso.example", "disabled_services": off}
        for name, off in switched_off.items()
    ]
