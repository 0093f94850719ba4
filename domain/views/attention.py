"""Why a parked upgrade needs an operator, and what lets it go on."""

from typing import Any, cast

from pydantic import model_validator

from domain.upgrade.states import NeedsAttention, Switched
from domain.values.actions import Action, action, actions_of, known_actions, retry_or_undo
from domain.values.base import Value


class Attention(Value):
    """Why an operator must look."""

    step: str
    """The id of the step that failed, as `docs/steps.md` lists them."""
    cause: str
    next_actions: tuple[Action, ...] = ()
    """What lets it go on: try the step again, or take everything back where that can be."""

    @model_validator(mode="before")
    @classmethod
    def _read_any_version(cls, said: object) -> object:
        """Before there were actions, a view had their commands; newer code may name others than we know."""
        if not isinstance(said, dict):
            return said
        fields = dict(cast("dict[str, Any]", said))
        if "continue_with" in fields:
            fields = {"next_actions": actions_of(fields.pop("continue_with"))} | fields
        fields["next_actions"] = known_actions(fields.get("next_actions", ()))
        return fields


def attention_of(state: NeedsAttention) -> Attention:
    """What operators are told of it."""
    upgrade_id = state.upgrade.order.upgrade_id
    actions: tuple[Action, ...] = retry_or_undo(upgrade_id)
    if isinstance(state.before, Switched):
        actions = actions[:1]
    if state.upgrade.failed:
        actions = (*actions, action("skip_failed_users", upgrade_id=upgrade_id))
    return Attention(step=state.step, cause=state.cause, next_actions=actions)
