"""One upgrade: its way from order to invoice, its users, and what it waits for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from api.terminal.commands import next_steps
from api.terminal.options import refusals_of, show_by_hand
from api.terminal.text import clean, facts, say, title, words
from api.terminal.ways_on import as_command, as_commands, command_of
from api.terminal.words import colon, comma, word
from domain.quoting.options import ManualChange
from domain.text.formats import short_moment
from domain.upgrade.states import GIVEN_UP_STAGES, Stage
from domain.values.actions import ActionName, to_decide
from domain.values.base import Language
from domain.views.read_models import UpgradeView

_AHEAD: dict[Stage, tuple[Stage, ...]] = {
    "checking": ("moving_users", "switching_billing", "awaiting_invoice", "invoiced"),
    "scheduled": ("moving_users", "switching_billing", "awaiting_invoice", "invoiced"),
    "awaiting_credit_check": ("moving_users", "switching_billing", "awaiting_invoice", "invoiced"),
    "moving_users": ("switching_billing", "awaiting_invoice", "invoiced"),
    "switching_billing": ("awaiting_invoice", "invoiced"),
    "awaiting_invoice": ("invoiced",),
}
_BAD = frozenset({"refused", "declined", "expired", "undone", "needs_attention"})
_GOOD = frozenset({"awaiting_invoice", "completed", "invoiced"})
_WAITING = frozenset({"scheduled", "awaiting_credit_check", "awaiting_invoice"})
_BAR = 24


def show_upgrade(
    console: Console, view: UpgradeView, language: Language, way: ManualChange | None = None
) -> None:
    """The whole answer; of a refused order with the way by hand."""
    say(console, *upgrade_parts(view, language))
    if way is not None:
        say(console, "")
        show_by_hand(console, way, language)
    show_ways_on(console, view, language)


def show_ways_on(console: Console, view: UpgradeView, language: Language) -> None:
    """The commands for what somebody may do next."""
    for key, lines in _ways_on(view):
        next_steps(console, word(key, language) + colon(language).rstrip(), lines)


def upgrade_parts(view: UpgradeView, language: Language) -> list[RenderableType]:
    """The same, in parts."""
    kind = "upgrade" if view.change is None else "change"
    name = word(kind, language, upgrade=view.upgrade_id)
    parts: list[RenderableType] = [
        title(name, f"{view.subscription_id} → {_target(view)}"),
        "",
        timeline(view, language),
        "",
        facts(_facts(view, language)),
    ]
    if view.refusals:
        parts += ["", *refusals_of(view.refusals, language)]
    return parts


def stage_of(view: UpgradeView, language: Language) -> str:
    """Where it is."""
    return word("stage.undoing" if view.undoing else f"stage.{view.stage}", language)


def _target(view: UpgradeView) -> str:
    into = None if view.change is None else view.change.into
    return view.target_plan_id if into is None else f"{into} ({view.target_plan_id})"


def style_of(stage: Stage) -> str:
    """Color of a stage."""
    if stage in _BAD:
        return "red"
    return "green" if stage in _GOOD else "yellow"


def timeline(view: UpgradeView, language: Language) -> Table:
    """Stages that were reached, those in which a step failed, the one it is in, and those ahead."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)

    def named(stage: Stage) -> str:
        return word(f"stage.{stage}", language)

    for mark, then in pairwise(view.timeline):
        sign = words("●", "green")
        if then.stage == "needs_attention":
            sign = words("✗", "red")
        elif mark.stage == "needs_attention":
            sign = words("●", "yellow")
        grid.add_row(sign, named(mark.stage), _at(mark.at, language))
    last = view.timeline[-1]
    name = word("stage.undoing", language) if view.undoing else named(last.stage)
    style = style_of(last.stage)
    grid.add_row(words("◉", style), words(name, f"bold {style}"), _at(last.at, language))
    for stage in () if view.undoing else _ahead(view):
        grid.add_row(words("○", "dim"), words(named(stage), "dim"), "")
    return grid


def _ahead(view: UpgradeView) -> tuple[Stage, ...]:
    """The stages to come; where nothing is bought, no invoice is one of them (B61)."""
    ahead = _AHEAD.get(view.stage, ())
    if view.change is None or view.change.into is None:
        return ahead
    bought: tuple[Stage, ...] = ("awaiting_invoice", "invoiced")
    done: tuple[Stage, ...] = ("completed",) if ahead else ()
    return (*(stage for stage in ahead if stage not in bought), *done)


def users_bar(view: UpgradeView, language: Language) -> Text:
    """How many users are over."""
    bar = bar_of(view, _BAR)
    bar.append(" " + moved_of(view, language))
    for key, count, style in (
        ("users_failed", view.users.failed, "red"),
        ("users_skipped", view.users.skipped, "yellow"),
    ):
        if count:
            bar.append(comma(language) + word(key, language, count=count), style=style)
    return bar


def moved_of(view: UpgradeView, language: Language) -> str:
    """How many users are over, of how many."""
    return word("users_moved", language, moved=view.users.moved, total=view.users.total)


def rate_of(view: UpgradeView, language: Language) -> str:
    """How fast users move, to be appended to how many have; empty while nobody does."""
    if not view.users.per_second:
        return ""
    return comma(language) + word("rate", language, count=view.users.per_second)


def bar_of(view: UpgradeView, width: int) -> Text:
    """The share of users who are over."""
    users = view.users
    filled = width if users.total == 0 else width * users.moved // users.total
    return Text("█" * filled, style="green").append("░" * (width - filled), style="dim")


def waits_until(view: UpgradeView, language: Language) -> str:
    """What it waits for, and until when."""
    if view.deadline is None:
        return ""
    key = f"wait.{view.stage}" if view.stage in _WAITING else "wait.other"
    return word(key, language, at=short_moment(view.deadline, "UTC"))


def _facts(view: UpgradeView, language: Language) -> Iterator[tuple[str, RenderableType | str]]:
    def named(key: str) -> str:
        return word(key, language)

    yield named("upgrade.users"), users_bar(view, language)
    if view.users.per_second and view.users.estimated_end:
        end = f"{view.users.estimated_end:%H:%M:%S} UTC"
        rate = word("rate_and_end", language, count=view.users.per_second, at=end)
        yield named("upgrade.rate"), rate
    if waiting := waits_until(view, language):
        yield named("upgrade.waits_for"), waiting
    if view.expected_by is not None:
        yield named("upgrade.expected_by"), _moment(view.expected_by, language)
    if view.alert is not None:
        said = word(f"alert.{view.alert}", language)
        yield named("upgrade.alert"), Text(said, style="bold red")
    if view.new_subscription_id:
        there = view.change is not None and view.change.into is not None
        key = "upgrade.moves_into" if there else "upgrade.new_subscription"
        yield named(key), view.new_subscription_id
    if view.reason:
        yield named("upgrade.reason"), clean(view.reason)
    if view.attention is not None:
        yield named("upgrade.failed_step"), view.attention.step
        yield named("upgrade.cause"), clean(view.attention.cause)
    if view.invoice_number:
        yield named("upgrade.invoice"), view.invoice_number


_WAYS: Mapping[ActionName, str] = {
    "retry": "upgrade.once_fixed",
    "undo": "upgrade.give_up",
    "skip_failed_users": "upgrade.without_them",
}
"""What the actions of `Attention` do."""


def _ways_on(view: UpgradeView) -> Iterator[tuple[str, Sequence[str]]]:
    if view.attention is not None:
        if view.users.failed:
            yield "upgrade.who", [command_of("moved", view.upgrade_id, "--failed")]
        for way in view.attention.next_actions:
            yield _WAYS[way.action], [as_command(way)]
    for refusal in view.refusals:
        if (quote_id := refusal.evidence.get("quote_id")) is not None:
            verb = "upgrade" if view.change is None else "change"
            line = command_of(verb, view.subscription_id, "--quote", quote_id)
            yield "to_order", [line]
    if view.stage == "awaiting_credit_check":
        yield "upgrade.to_decide", as_commands(to_decide(view.upgrade_id))
    if view.invoice_number:
        yield "upgrade.to_see_invoice", [command_of("invoice", view.upgrade_id)]
    if view.stage in GIVEN_UP_STAGES:
        yield "upgrade.to_order_anew", [command_of("options", view.subscription_id)]


def _moment(at: datetime, language: Language) -> str:
    return short_moment(at, "UTC").in_language(language)


def _at(at: datetime, language: Language) -> Text:
    return words(_moment(at, language), "dim")
