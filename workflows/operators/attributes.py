"""What a run shows in lists and searches is its own doing, whatever its start has claimed (B70).

Our own starts set what is true already, so that nothing is left to be done.
"""

from collections.abc import Mapping
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from domain.views.read_models import UpgradeView
from workflows import search_attributes


def show(view: UpgradeView, before: UpgradeView | None) -> None:
    """Show what has changed; at first, whatever the start did not set or set wrong."""
    if before is None:
        _correct(view.model_dump(include=set(_ORDERED)), view.users.total, view)
        return
    changes: list[SearchAttributeUpdate[Any]] = []
    if before.stage != view.stage:
        changes.append(search_attributes.STAGE.value_set(view.stage))
    if before.deadline != view.deadline:
        changes.append(_update(search_attributes.DEADLINE, view.deadline))
    if before.alert != view.alert:
        changes.append(_update(search_attributes.ALERT, view.alert))
    _upsert(changes)


def show_rejected(known: Mapping[str, Any]) -> None:
    """Show what is `known` of an order that was rejected, its users under `users`; all else was made up."""
    _correct(known, known.get("users"), None)


def show_alert(alert: str | None) -> None:
    """Show an alert, or that there is none."""
    _upsert([_update(search_attributes.ALERT, alert)])


_ORDERED = {
    "tenant_id": search_attributes.TENANT,
    "subscription_id": search_attributes.SUBSCRIPTION,
    "target_plan_id": search_attributes.TARGET_PLAN,
}


def _correct(ordered: Mapping[str, Any], users: int | None, view: UpgradeView | None) -> None:
    true: dict[SearchAttributeKey[Any], Any] = {
        key: ordered.get(field) for field, key in _ORDERED.items()
    }
    true |= {
        search_attributes.STAGE: view.stage if view else "checking",
        search_attributes.USERS: users,
        search_attributes.DEADLINE: view and view.deadline,
        search_attributes.ALERT: view and view.alert,
    }
    shown = workflow.info().typed_search_attributes
    _upsert([_update(key, value) for key, value in true.items() if shown.get(key) != value])


def _update(key: SearchAttributeKey[Any], value: Any) -> SearchAttributeUpdate[Any]:
    return key.value_unset() if value is None else key.value_set(value)


def _upsert(changes: list[SearchAttributeUpdate[Any]]) -> None:
    if changes:
        workflow.upsert_search_attributes(changes)  # pyright: ignore[reportUnknownMemberType] - generic in the SDK
