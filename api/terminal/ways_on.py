"""Commands that readers are told to go on with: complete, and safe to paste.

Texts and JSON name them by `starter.py VERB …`, `./dev VERB …` and `temporal VERB …`. A terminal shows
them as this process was called, so that they work where they are read. What only the reader can know is
in capitals (`REF`, `WHY`).
"""

import re
import shlex
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

from domain.values.actions import Action, ActionName


@dataclass(frozen=True)
class CalledAs:
    """How to call the two entries of the project, and Temporal's, from the folder the reader is in."""

    starter: str = "starter.py"
    dev: str = "./dev"
    temporal: str = "temporal"


_PLAIN = CalledAs()
_CALLED_AS: ContextVar[CalledAs] = ContextVar("called_as")
_ENTRY = re.compile(
    r"(?<![\w./-])(?:(?P<starter>starter\.py)(?= [a-z-])|(?P<dev>\./dev)(?= [a-z-])"
    r"|(?P<temporal>temporal)(?= (?:workflow|activity|worker deployment) [a-z-]+ -))"
)


@contextmanager
def called_as(entries: CalledAs) -> Generator[None]:
    """Show commands as `entries` says, for as long as the block lasts."""
    token = _CALLED_AS.set(entries)
    try:
        yield
    finally:
        _CALLED_AS.reset(token)


def as_called(text: str) -> str:
    """`text` with the commands in it as this process was called."""
    entries = _CALLED_AS.get(_PLAIN)
    return _ENTRY.sub(lambda found: getattr(entries, str(found.lastgroup)), text)


def command_of(*words: str) -> str:
    """One command, its words quoted for a shell where they need it."""
    return shlex.join(["starter.py", *words])


# ---- actions as commands ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Wording:
    """The command of an action: its words, with arguments in braces, and options for arguments it may have."""

    words: str
    options: Mapping[str, str] = field(default_factory=dict[str, str])

    def __call__(self, arguments: Mapping[str, str | int | bool]) -> str:
        words = [
            _quoted(word.format_map(arguments)) if "{" in word else word
            for word in self.words.split()
        ]
        for argument, option in self.options.items():
            value = arguments.get(argument, False)
            words += [] if value is False else [option]
            words += [] if isinstance(value, bool) else [_quoted(str(value))]
        return " ".join(words)


def _quoted(word: str) -> str:
    """As a shell needs it; in double quotes where single ones would hide the apostrophes in it."""
    if "'" in word and not set(word) & set('"$`\\!'):
        return f'"{word}"'
    return shlex.quote(word)


_FORFEITURE = {"accept_forfeiture": "--accept-forfeiture"}
_TENANT = {"tenant_id": "--tenant"}
_WORDINGS: Mapping[ActionName, _Wording] = {
    "ask_quote": _Wording(
        "starter.py quote {subscription_id} --to {target_plan_id} --licenses {licenses}"
        " --billing {billing}"
    ),
    "ask_change_quote": _Wording(
        "starter.py change {subscription_id} --all --to {target_plan_id} --licenses {licenses}"
        " --billing {billing}",
        {"cancel_old": "--cancel-old", "keep_add_ons": "--keep-add-ons"},
    ),
    "order_upgrade": _Wording(
        "starter.py upgrade {subscription_id} --quote {quote_id}", _FORFEITURE
    ),
    "order_change": _Wording("starter.py change {subscription_id} --quote {quote_id}", _FORFEITURE),
    "show_status": _Wording("starter.py status {upgrade_id}"),
    "approve_credit_check": _Wording("starter.py decide {upgrade_id} approved --reference REF"),
    "decline_credit_check": _Wording(
        "starter.py decide {upgrade_id} declined --reference REF --reason WHY"
    ),
    "retry": _Wording("starter.py retry {upgrade_id}"),
    "undo": _Wording("starter.py undo {upgrade_id} --reason WHY"),
    "skip_failed_users": _Wording("starter.py skip {upgrade_id} --all-failed --reason WHY"),
    "resume": _Wording("starter.py resume {upgrade_id}"),
    "resume_all": _Wording("starter.py resume --all", {"dry_run": "--dry-run"}),
    "replay_run": _Wording("starter.py replay --query {query}"),
    "unpause_run": _Wording("temporal workflow unpause -w {workflow_id}"),
    "unpause_step": _Wording("temporal activity unpause -w {workflow_id} -a {activity_id}"),
    "start_worker": _Wording("./dev run worker.py"),
    "make_build_current": _Wording(
        "temporal worker deployment set-current-version --deployment-name {deployment}"
        " --build-id {build_id}"
    ),
    "set_webhook_endpoint": _Wording("starter.py webhooks set {tenant_id} {url}"),
    "list_webhook_endpoints": _Wording("starter.py webhooks list"),
    "show_deliveries": _Wording("starter.py webhooks deliveries", _TENANT),
    "show_dead_letters": _Wording("starter.py webhooks dead-letters", _TENANT),
    "resend_dead_letters": _Wording("starter.py webhooks resend --all-dead", _TENANT),
    "run_in_postgres": _Wording('psql "$DATABASE_URL" -c {statement}'),
}


def as_command(action: Action) -> str:
    """The command that does it; what only the reader knows is in capitals."""
    return _WORDINGS[action.action](action.arguments)


def as_commands(actions: Iterable[Action]) -> tuple[str, ...]:
    """The same of several."""
    return tuple(map(as_command, actions))


def commands_in(written: Iterable[object]) -> tuple[str, ...]:
    """The same of actions as a document has them, `next_actions`."""
    return as_commands(map(Action.of_any_version, written))


def with_commands(document: Any) -> Any:
    """A document as this door writes it: commands in the place of actions.

    What is under `next_actions` becomes `commands`, what is under `next_action` becomes `command`.
    """
    if isinstance(document, list):
        return [with_commands(each) for each in cast("list[Any]", document)]
    if not isinstance(document, dict):
        return document
    worded: dict[str, Any] = {}
    for key, value in cast("dict[str, Any]", document).items():
        if key == "next_actions":
            worded["commands"] = list(commands_in(value))
        elif key == "next_action":
            worded["command"] = None if value is None else as_command(Action.of_any_version(value))
        else:
            worded[key] = with_commands(value)
    return worded
