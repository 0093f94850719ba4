"""Tables of a move: who was moved, what they lost, and who cannot be moved."""

from collections.abc import Mapping, Sequence

from rich.console import Console

from api.terminal.commands import next_steps
from api.terminal.records import show_more, table_of
from api.terminal.text import clean, moment, say, words
from api.terminal.ways_on import command_of
from store.moved import FailedUser, MovedUser


def show_moved_users(
    console: Console,
    upgrade_id: str,
    users: Sequence[MovedUser],
    limit: int,
    *,
    lost_switches: bool,
) -> None:
    """The ledger of a move, and how to see the next ones."""
    if not users:
        say(console, words("nobody (more)", "dim"))
        return
    table = table_of("user", "batch", "moved (UTC)", "off before", "off now")
    for user in users:
        table.add_row(
            clean(user.user_id),
            str(user.batch),
            f"{user.moved_at:%m-%d %H:%M:%S}{_since(user)}",
            clean(" ".join(user.disabled_before) or "-"),
            clean(" ".join(user.disabled_now) or "-"),
        )
    say(console, table)
    if len(users) >= limit:
        which = ("--lost-switches",) if lost_switches else ()
        show_more(console, "moved", upgrade_id, *which, limit=limit, after=users[-1].user_id)


def _since(user: MovedUser) -> str:
    if user.returned_at:
        return ", went back"
    return ", left" if user.left_at else ""


def show_failed_users(
    console: Console, upgrade_id: str, users: Sequence[FailedUser], limit: int
) -> None:
    """Who cannot be moved, why, and what to do."""
    if not users:
        say(console, words("nobody failed", "dim"))
        return
    table = table_of("user", "why", "tried", "skipped")
    for user in users:
        why = f"{user.code}: {user.note}" if user.note else user.code
        skipped = (
            "-" if user.skipped_at is None else f"{moment(user.skipped_at)}: {user.skipped_why}"
        )
        table.add_row(clean(user.user_id), clean(why), str(user.attempts), clean(skipped))
    say(console, table)
    if len(users) >= limit:
        show_more(console, "moved", upgrade_id, "--failed", limit=limit, after=users[-1].user_id)
    if any(user.skipped_at is None for user in users):
        reason = ("--reason", "WHY")
        next_steps(console, "Once the cause is fixed:", [command_of("retry", upgrade_id)])
        without_them = command_of("skip", upgrade_id, "--all-failed", *reason)
        next_steps(console, "Or go on without these users:", [without_them])
        next_steps(console, "Or give it up:", [command_of("undo", upgrade_id, *reason)])


def show_export(console: Console, file: str, rows: int) -> None:
    """Where the table was written."""
    say(console, words(f"{rows:,} rows written to {file}"))


def show_block(console: Console, answer: Mapping[str, object]) -> None:
    """Whether a user's license can be changed."""
    state = "blocked" if answer["blocked"] else "not blocked"
    say(console, words(f"{answer['user_id']} of {answer['subscription_id']}: {state}"))
