"""What a reader can do next, as data: each door words it, the terminal as a command, a page as a button."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, cast, get_args

from domain.values.base import Value

ActionName = Literal[
    "ask_quote",
    "ask_change_quote",
    "order_upgrade",
    "order_change",
    "show_status",
    "approve_credit_check",
    "decline_credit_check",
    "retry",
    "undo",
    "skip_failed_users",
    "resume",
    "resume_all",
    "replay_run",
    "unpause_run",
    "unpause_step",
    "start_worker",
    "make_build_current",
    "set_webhook_endpoint",
    "list_webhook_endpoints",
    "show_deliveries",
    "show_dead_letters",
    "resend_dead_letters",
    "run_in_postgres",
]
"""Never renamed: callers know them."""
ACTIONS: tuple[ActionName, ...] = get_args(ActionName)


class Action(Value):
    """One thing to do.

    Its arguments are those that we know. What only the reader knows, such as the reason of an undo, is not
    among them: the door asks for it.
    """

    action: ActionName
    arguments: Mapping[str, str | int | bool] = {}


def action(name: ActionName, **arguments: str | int | bool | None) -> Action:
    """An action; an argument that is None is left out."""
    return Action(
        action=name,
        arguments={key: value for key, value in arguments.items() if value is not None},
    )


def retry_or_undo(upgrade_id: str) -> tuple[Action, Action]:
    """Try the failed step again, or take everything back."""
    return action("retry", upgrade_id=upgrade_id), action("undo", upgrade_id=upgrade_id)


def to_decide(upgrade_id: str) -> tuple[Action, Action]:
    """Approve a credit check, or decline it."""
    return (
        action("approve_credit_check", upgrade_id=upgrade_id),
        action("decline_credit_check", upgrade_id=upgrade_id),
    )


def known_actions(said: Iterable[object]) -> list[object]:
    """What code of any version stored or sent, without actions that only newer code has.

    A reader of ours could not word them, and has the others.
    """
    return [each for each in said if not _is_of_newer_code(each)]


def _is_of_newer_code(said: object) -> bool:
    return isinstance(said, dict) and cast("dict[str, Any]", said).get("action") not in ACTIONS


def actions_of(commands: Iterable[str]) -> list[Action]:
    """What older code stored of a parked upgrade, as commands such as `starter.py retry UPGRADE`."""
    verbs = (command.split()[1:3] for command in commands)
    return [action(_OLD_VERBS[verb], upgrade_id=upgrade_id) for verb, upgrade_id in verbs]


_OLD_VERBS: Mapping[str, ActionName] = {
    "retry": "retry",
    "undo": "undo",
    "skip": "skip_failed_users",
}
