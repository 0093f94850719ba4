"""Tables of what was recorded: events, notices, users, and what the verbs of operators did."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from api.terminal.commands import command, next_steps
from api.terminal.text import bullet, clean, indented, moment, say, title, words
from api.terminal.ways_on import as_called, command_of, commands_in
from api.terminal.words import word
from domain.upgrade.stored_events import RecordedEvent
from domain.values.base import Language
from domain.views.read_models import Notice
from store.views import LicenseHolder

if TYPE_CHECKING:
    from api.files.anchors_file import Exported

    # At run time it would bring temporalio along, which takes a second to import.
    from workflows.replay import Replayed

_LONG = {"order", "quote", "policy", "pricing", "at", "target_services", "renewed_quote"}
"""Parts of events that a table has no room for; --json tells all."""


def show_events(console: Console, events: Sequence[RecordedEvent]) -> None:
    """What happened, from the order on."""
    table = table_of("#", "recorded (UTC)", "event", "what it says")
    for event in events:
        table.add_row(
            str(event.version),
            f"{event.recorded_at:%m-%d %H:%M:%S}",
            event.type,
            clean(", ".join(filter(None, (_who(event), _gist(event.data))))),
        )
    say(console, table)


def show_notices(console: Console, notices: Sequence[Notice], language: Language) -> None:
    """What the tenant was told."""
    if not notices:
        say(console, words(word("no_notices", language), "dim"))
    for notice in notices:
        say(console, title(notice.kind, f"{moment(notice.created_at)}, {notice.upgrade_id}"))
        say(console, indented(words(notice.text.in_language(language))))


def show_users(
    console: Console, subscription_id: str, users: Sequence[LicenseHolder], limit: int
) -> None:
    """License holders, and how to see the next ones."""
    if not users:
        say(console, words("nobody (more)", "dim"))
        return
    table = table_of("user", "switched off")
    for user in users:
        table.add_row(clean(user.user_id), clean(" ".join(user.disabled_services) or "-"))
    say(console, table)
    if len(users) == limit:
        show_more(console, "users", subscription_id, limit=limit, after=users[-1].user_id)


def show_more(console: Console, *verb: str, limit: int, after: str) -> None:
    """How to see what comes after the last line of a list."""
    paged = command_of(*verb, "--limit", str(limit), "--after", after)
    next_steps(console, "For more:", [paged])


def show_migrations(console: Console, applied: Sequence[str]) -> None:
    """Which migrations were applied."""
    say(console, words("applied: " + " ".join(applied) if applied else "nothing to do"))


def show_checks(
    console: Console, *, ok: bool, counts: Mapping[str, int], wrong: Sequence[Mapping[str, Any]]
) -> None:
    """What was checked, and what is wrong."""
    table = table_of("checked", "count")
    table.columns[1].justify = "right"
    for name, count in counts.items():
        table.add_row(clean(name.replace("_", " ")), f"{count:,}")
    say(console, table, "")
    for finding in wrong:
        _show_what_is_wrong(console, finding)
    broken = f"{len(wrong)} violation" + ("" if len(wrong) == 1 else "s")
    verdict = "all of it holds" if ok else broken
    say(console, words(verdict, "bold green" if ok else "bold red"))


def show_what_else(console: Console) -> None:
    """What these checks say nothing of."""
    heading = "These are checks of data. Whether workers are there, and what needs you:"
    next_steps(console, heading, [command_of("watch", "--once")])


def show_exported(console: Console, exported: "Exported | None") -> None:
    """Where the anchors are; None where the chain is broken."""
    if exported is None:
        say(console, words("no anchors were exported, as the chain is broken", "red"))
        return
    say(console, words(f"{exported.streams:,} anchors written to {exported.file}"))
    say(console, words(f"sha256 {exported.sha256}", "dim"))


def _show_what_is_wrong(console: Console, finding: Mapping[str, Any]) -> None:
    """A broken promise with what it means, its evidence and what to do; or a row that differs."""
    if "means" not in finding:
        say(console, words(f"✗ {finding}", "red"))
        return
    told = {name: value for name, value in finding["evidence"].items() if name != "next_actions"}
    evidence = ", ".join(f"{name} {value}" for name, value in told.items())
    say(
        console,
        bullet("✗", words(finding["means"]), "red"),
        indented(words(f"{finding['invariant']}: {evidence}", "dim")),
        indented(bullet("→", words(as_called(finding["what_to_do"])))),
    )
    for line in commands_in(finding["evidence"].get("next_actions", ())):
        command(console, line)


def show_replays(console: Console, found: "Replayed") -> None:
    """How many histories this code can go on with, which it cannot, and which go on otherwise."""
    for each in found.failed:
        say(console, words(f"✗ {each.history}: {each.reason}", "red"))
    for each in found.differing:
        say(console, words(f"≠ {each.history}: {each.reason}", "yellow"))
    counts = f"{found.replayed} replayed, {len(found.failed)} failed"
    counts += f", {len(found.differing)} go on otherwise" if found.differing else ""
    say(console, words(counts, "bold"))


def table_of(*names: str) -> Table:
    """An empty table without lines, as every list of records has."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name in ("#", "event"))
    return table


def _who(event: RecordedEvent) -> str:
    """Who did it, and by which door; nothing for what a run did by itself."""
    actor = event.actor
    return "" if actor is None or actor.door is None else f"by {actor.by} ({actor.door})"


def _gist(data: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {value}"
        for name, value in data.items()
        if name not in _LONG and value not in (None, "", [], {})
    )
