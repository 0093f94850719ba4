"""What a world file has changed and what it left alone, as people read it."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from api.terminal.records import table_of
from api.terminal.text import bullet, clean, indented, say, words
from domain.world.differences import Changed, Kept, UsersChanged
from store.world import Imported

MOST_SHOWN = 20
"""Rows of each list; --json has them all."""
MOST_NAMED = 5
"""New records of one kind that are named."""
MOST_CHARACTERS = 60
"""Of one value."""


def show_import(console: Console, imported: Imported) -> None:
    """What the file held, what that has changed, and what was left alone."""
    counts = {
        name: getattr(imported, name)
        for name in ("services", "plans", "tenants", "subscriptions", "assignments")
    }
    done = "would be imported" if imported.dry_run else "imported"
    say(console, words(f"{done}: " + ", ".join(f"{n:,} {name}" for name, n in counts.items())))
    new = [each for each in imported.changed if each.field is None and each.old is None]
    rest = [each for each in imported.changed if each not in new]
    if new and not _is_all_new(imported, new):
        say(console, words("new: " + ", ".join(_named(new))))
    if rest:
        _show_changes(console, rest, imported.more_changed, changes=imported.dry_run)
    if imported.kept:
        _show_kept(console, imported.kept, imported.more_kept)
    if imported.dry_run:
        say(console, words("nothing was written: this was a dry run", "bold"))


def _is_all_new(imported: Imported, new: Sequence[Changed]) -> bool:
    """Whether nothing of the file was stored before: then the counts say all there is to say."""
    held = imported.services + imported.plans + imported.tenants + imported.subscriptions
    records = sum(each.what != "incident" for each in new)
    return records + imported.more_changed >= held


def _named(new: Sequence[Changed]) -> list[str]:
    told: list[str] = []
    for what, count in Counter(each.what for each in new).items():
        ids = [each.id for each in new if each.what == what]
        ending = "" if count == 1 else "s"
        shown = f" ({' '.join(ids)})" if count <= MOST_NAMED else ""
        told.append(f"{count:,} {what}{ending}{shown}")
    return told


def _show_changes(console: Console, rows: Sequence[Changed], more: int, *, changes: bool) -> None:
    say(console, "", words("would change" if changes else "changed", "bold"))
    table = table_of("record", "field", "was", "is")
    for row in rows[:MOST_SHOWN]:
        record = row.id if row.what == "policy" else f"{row.what} {row.id}"
        new = _value(row.new)
        if isinstance(row, UsersChanged):
            new += f" ({row.joined:,} joined, {row.left:,} left, {row.switched:,} switched)"
        table.add_row(clean(record), clean(row.field or "-"), clean(_value(row.old)), clean(new))
    say(console, indented(table))
    _and_more(console, max(0, len(rows) - MOST_SHOWN) + more)


def _show_kept(console: Console, kept: Sequence[Kept], more: int) -> None:
    say(console, "", words("left alone", "bold yellow"))
    for row in kept[:MOST_SHOWN]:
        said = words(f"{row.what} {row.id}: {row.reason}")
        say(console, indented(bullet("-", said, "yellow")))
        for field in row.fields:
            how_many = f" ({field.users:,} of them)" if field.users is not None else ""
            values = f"{_value(field.stored)}, in the file {_value(field.file)}"
            say(console, indented(words(f"{field.field}: {values}{how_many}", "dim"), 4))
    _and_more(console, max(0, len(kept) - MOST_SHOWN) + more)


def _and_more(console: Console, more: int) -> None:
    if more:
        say(console, indented(words(f"and {more:,} more: --json lists them", "dim")))


def _value(value: Any) -> str:
    """A value on one line, cut short where it is long."""
    if value is None:
        return "-"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"
