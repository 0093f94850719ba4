"""What was done about upgrades that had come to a standstill."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from api.runs.resuming import Resumed
from api.terminal.commands import command
from api.terminal.text import bullet, say, words
from api.terminal.ways_on import as_commands

if TYPE_CHECKING:
    # At run time only where it is needed: it imports Temporal's client, which takes a second.
    from api.runs.lost_invoices import LostInvoices

MOST_SHOWN = 20
"""Upgrades of a list; --json has them all."""


def show_resumed(console: Console, found: Resumed) -> None:
    """Whose run was started, whose was told to look, and for whom that failed."""
    would = "would be " if found.dry_run else ""
    _show_list(console, f"{would}started", found.resumed)
    _show_list(console, f"{would}told to look at the database", found.looked)
    _show_failed(console, found)
    _show_counts(console, found, "start", "started", "running")


def show_retried(console: Console, found: Resumed) -> None:
    """Who tries again, and who could not be told."""
    _show_list(console, "would try again" if found.dry_run else "tries again", found.resumed)
    _show_failed(console, found)
    _show_counts(console, found, "try again", "try again", "others open")


def show_lost_invoices(console: Console, found: "LostInvoices") -> None:
    """Which numbers must not be given again, and how that is done."""
    for each in found.lost[:MOST_SHOWN]:
        say(console, words(f"{each.number}: of {each.upgrade_id}, tenant {each.tenant_id}"))
    _and_more(console, len(found.lost))
    counts = f"{len(found.lost)} lost, of {found.checked} that Temporal knows to be invoiced"
    say(console, words(counts, "bold"))
    if found.to_void:
        say(console, words("Before a worker runs, as the owner of the tables:"))
        console.print(words(f"  {found.to_void}"), soft_wrap=True)  # to be pasted: never broken
        if len(found.sellers) > 1:
            say(console, words("SELLER is who issued it, one of: " + ", ".join(found.sellers)))


def _show_failed(console: Console, found: Resumed) -> None:
    for each in found.failed[:MOST_SHOWN]:
        say(console, bullet("✗", words(f"{each.upgrade_id}: {each.reason}"), "red"))
        for way in as_commands(each.next_actions):
            command(console, way)
    _and_more(console, len(found.failed))


def _show_counts(console: Console, found: Resumed, to_do: str, done: str, others: str) -> None:
    what = f"to {to_do}" if found.dry_run else done
    counts = f"{len(found.resumed)} {what}, {found.running} {others}, {len(found.failed)} failed"
    say(console, words(f"{counts}: this was a dry run" if found.dry_run else counts, "bold"))


def _show_list(console: Console, done: str, ids: Sequence[str]) -> None:
    for id in ids[:MOST_SHOWN]:
        say(console, words(f"{id}: {done}"))
    _and_more(console, len(ids))


def _and_more(console: Console, count: int) -> None:
    if count > MOST_SHOWN:
        say(console, words(f"and {count - MOST_SHOWN:,} more: --json lists them", "dim"))
