"""One upgrade: its way from order to invoice, its users, and what it waits for."""

from datetime import datetime

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from api.terminal.options import by_hand, refusals_of
from api.terminal.text import clean, facts, moment, say, title, words
from domain.options import ManualChange
from domain.read_models import UpgradeView
from domain.upgrade_states import AlertKind, Stage

WORDS: dict[Stage, str] = {
    "checking": "order checked",
    "scheduled": "scheduled",
    "awaiting_credit_check": "credit check",
    "moving_users": "users move",
    "switching_billing": "billing switches",
    "awaiting_invoice": "complete",
    "invoiced": "invoiced",
    "refused": "refused",
    "declined": "credit check declined",
    "expired": "credit check expired",
    "canceled": "canceled",
    "undone": "undone",
    "needs_attention": "needs attention",
}
ALERTS: dict[AlertKind, str] = {
    "credit_check_due": "the deadline is near, and nobody has decided",
    "past_the_hour": "it takes longer than expected, and goes on",
}
_AHEAD: dict[Stage, tuple[Stage, ...]] = {
    "checking": ("moving_users", "switching_billing", "awaiting_invoice", "invoiced"),
    "scheduled": ("moving_users", "switching_billing", "awaiting_invoice", "invoiced"),
    "awaiting_credit_check": ("moving_users", "switching_billing", "awaiting_invoice", "invoiced"),
    "moving_users": ("switching_billing", "awaiting_invoice", "invoiced"),
    "switching_billing": ("awaiting_invoice", "invoiced"),
    "awaiting_invoice": ("invoiced",),
}
_BAD = frozenset({"refused", "declined", "expired", "undone", "needs_attention"})
_GOOD = frozenset({"awaiting_invoice", "invoiced"})
_BAR = 24


def show_upgrade(console: Console, view: UpgradeView, way: ManualChange | None = None) -> None:
    """The whole answer; of a refused order with the way by hand."""
    say(console, *upgrade_parts(view))
    if way is not None:
        say(console, "", *by_hand(way, "en"))


def upgrade_parts(view: UpgradeView) -> list[RenderableType]:
    """The same, in parts."""
    parts: list[RenderableType] = [
        title(f"Upgrade {view.upgrade_id}", f"{view.subscription_id} → {view.target_plan_id}"),
        "",
        timeline(view),
        "",
        facts(_facts(view)),
    ]
    if view.refusals:
        parts += ["", *refusals_of(view.refusals, "en")]
    return parts


def style_of(stage: Stage) -> str:
    """Color of a stage."""
    if stage in _BAD:
        return "red"
    return "green" if stage in _GOOD else "yellow"


def timeline(view: UpgradeView) -> Table:
    """Stages that were reached, the one it is in, and those ahead."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    for mark in view.timeline[:-1]:
        grid.add_row(words("●", "green"), WORDS[mark.stage], _second(mark.at))
    last = view.timeline[-1]
    name = "users move back" if view.undoing else WORDS[last.stage]
    style = style_of(last.stage)
    grid.add_row(words("◉", style), words(name, f"bold {style}"), _second(last.at))
    for stage in _AHEAD.get(view.stage, ()) if not view.undoing else ():
        grid.add_row(words("○", "dim"), words(WORDS[stage], "dim"), "")
    return grid


def users_bar(view: UpgradeView) -> Text:
    """How many users are over."""
    bar = bar_of(view, _BAR)
    bar.append(f" {view.users.moved:,} of {view.users.total:,} moved")
    if view.users.failed:
        bar.append(f", {view.users.failed:,} failed", style="red")
    if view.users.skipped:
        bar.append(f", {view.users.skipped:,} skipped", style="yellow")
    return bar


def rate_of(view: UpgradeView) -> str:
    """How fast users move, to be appended to how many have; empty while nobody does."""
    return f", {view.users.per_second:,} a second" if view.users.per_second else ""


def bar_of(view: UpgradeView, width: int) -> Text:
    """The share of users who are over."""
    users = view.users
    filled = width if users.total == 0 else width * users.moved // users.total
    return Text("█" * filled, style="green").append("░" * (width - filled), style="dim")


def waits_until(view: UpgradeView) -> str:
    """What it waits for, and until when."""
    if view.deadline is None:
        return ""
    what = {
        "scheduled": "its day",
        "awaiting_credit_check": "a decision",
        "awaiting_invoice": "the billing day",
    }.get(view.stage, "its deadline")
    return f"{what}, until {moment(view.deadline)}"


def _facts(view: UpgradeView) -> list[tuple[str, RenderableType | str]]:
    found: list[tuple[str, RenderableType | str]] = [("users", users_bar(view))]
    if view.users.per_second and view.users.estimated_end:
        end = f"over at about {view.users.estimated_end:%H:%M:%S} UTC"
        found.append(("rate", f"{view.users.per_second:,} users a second, {end}"))
    if waiting := waits_until(view):
        found.append(("waits for", waiting))
    if view.expected_by is not None:
        found.append(("expected by", moment(view.expected_by)))
    if view.alert is not None:
        found.append(("alert", Text(ALERTS[view.alert], style="bold red")))
    if view.new_subscription_id:
        found.append(("new subscription", view.new_subscription_id))
    if view.reason:
        found.append(("reason", clean(view.reason)))
    if view.attention is not None:
        found.append(("failed step", view.attention.step))
        found.append(("cause", clean(view.attention.cause)))
        names = ("once mended", "or give it up", "or without them")
        found += zip(names, view.attention.continue_with, strict=False)
        if view.users.failed:
            found.append(("who they are", f"starter.py moved {view.upgrade_id} --failed"))
    if view.stage == "awaiting_credit_check":
        decide = f"starter.py decide {view.upgrade_id} approved|declined --reference REF"
        found.append(("to decide", decide))
    if view.invoice_number:
        found.append(("invoice", f"{view.invoice_number}: starter.py invoice {view.upgrade_id}"))
    return found


def _second(at: datetime) -> Text:
    return Text(f"{at:%Y-%m-%d %H:%M:%S}", style="dim")
