"""What travels between processes, which may run different versions of the code; and how it may grow."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

from activities.steps import STEP_NAMES, UpgradeSteps
from domain.catalog.facts import Facts
from domain.quoting.orders import Order, OrderRequest
from domain.quoting.quote import Quote
from domain.subscriptions.subscription import SubscriptionState
from domain.values.base import Value
from domain.views.read_models import Invoice, Notice, UpgradeView
from workflows.contract import AttentionResolution, CancelRequest, CreditDecision

RECORDED = Path(__file__).with_name("shapes.json")
"""The shapes that were landed last."""

MESSAGES = (OrderRequest, CreditDecision, CancelRequest, AttentionResolution)
STORED = (Facts, Quote, SubscriptionState, UpgradeView, Invoice, Notice)

MESSAGE_NAMES = {kind.__name__ for kind in MESSAGES}

Shapes = Mapping[str, Mapping[str, str]]


def step_inputs() -> dict[str, type[Value]]:
    """What steps are told, by its name."""
    hints = [get_type_hints(getattr(UpgradeSteps, name))["step"] for name in STEP_NAMES]
    return {kind.__name__: kind for kind in hints}


def shapes_now() -> dict[str, dict[str, str]]:
    """Each shape that travels, with the fields that it and every value in it have, and need."""
    kinds = {kind.__name__: kind for kind in (*STORED, *MESSAGES, Order)} | step_inputs()
    return {name: _fields(kind) for name, kind in sorted(kinds.items())}


def recorded_shapes() -> Shapes:
    return json.loads(RECORDED.read_text())


def faults_of_growth(then: Shapes, now: Shapes) -> list[str]:
    """What versions with these shapes would not understand of each other."""
    faults: list[str] = []
    for name, fields in now.items():
        before = then.get(name, {})
        faults += [
            f"{name}: {field} is new and has no default: older code does not send it"
            for field, need in fields.items()
            if before and field not in before and need == "required" and _was_there(field, before)
        ]
        faults += [
            f"{name}: {field} is now required: older code may leave it out"
            for field, need in fields.items()
            if need == "required" and before.get(field) == "optional"
        ]
    for name, fields in then.items():
        # Of a message nothing travels that is at its default.
        sent = {"required"} if name in MESSAGE_NAMES else {"required", "optional"}
        faults += [
            f"{name}: {field} is no longer sent, and older code needs it"
            for field, need in fields.items()
            if need == "required" and now.get(name, {}).get(field) not in sent
        ]
    return faults


def _was_there(field: str, before: Mapping[str, str]) -> bool:
    """Whether the value that has the field has travelled before: a new one may need what it likes."""
    value, _, _ = field.rpartition(".")
    return any(each.rpartition(".")[0] == value for each in before)


def _fields(kind: type[Value]) -> dict[str, str]:
    schema: dict[str, Any] = kind.model_json_schema(mode="validation")
    values = {"": schema} | schema.get("$defs", {})
    return {
        f"{value}.{field}".lstrip("."): "required"
        if field in each.get("required", [])
        else "optional"
        for value, each in sorted(values.items())
        for field in sorted(each.get("properties", {}))
    }
