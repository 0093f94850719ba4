"""What was done about upgrades that had come to a standstill."""

from collections.abc import Sequence

from rich.console import Console

from api.resuming import Resumed
from api.terminal.text import bullet, say, words
from api.ways_on import as_called

MOST_SHOWN = 20
"""Upgrades of a list; --json has them all."""


def show_resumed(console: Console, found: Resumed) -> None:
    """Whose run was started, whose was told to look, and for whom that failed."""
    would = "would be " if found.dry_run else ""
    _show_list(console, f"{would}started", found.resumed)
    _show_list(console, f"{would}told to look at the database", found.looked)
    for each in found.failed[:MOST_SHOWN]:
        line = f"{each.upgrade_id}: {as_called(each.reason)}"
        say(console, bullet("✗", words(line), "red"))
    _and_more(console, len(found.failed))
    counts = f"{len(found.resumed)} started, {found.running} running, {len(found.failed)} failed"
    if found.dry_run:
        counts = f"{len(found.resumed)} to start, {found.running} running: this was a dry run"
    say(console, words(counts, "bold"))


def _show_list(console: Console, done: str, ids: Sequence[str]) -> None:
    for id in ids[:MOST_SHOWN]:
        say(console, words(f"{id}: {done}"))
    _and_more(console, len(ids))


def _and_more(console: Console, count: int) -> None:
    if count > MOST_SHOWN:
        say(console, words(f"and {count - MOST_SHOWN:,} more: --json lists them", "dim"))
