"""Options, at a glance: what can be ordered, or every reason why not with its remedy."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.table import Table

from api.terminal.commands import next_steps
from api.terminal.prose import Prose
from api.terminal.text import WIDE, bullet, clean, indented, say, title, words
from api.terminal.ways_on import as_command, command_of
from api.terminal.words import colon, comma, word
from domain.eligibility.refusals import Refusal
from domain.quoting.options import ManualChange, Options, TargetPlan, UnavailablePlan
from domain.text.formats import money, short_moment
from domain.text.texts import text
from domain.values.base import Language

NARROW = 72
"""Columns below which prices and services stand under a plan instead of beside it."""


def show_options(
    console: Console, options: Options, language: Language, *, every_reason: bool = False
) -> None:
    """The answer at a glance; with `every_reason` also all that speaks against each other plan."""
    verdict = "can_be_upgraded" if options.upgradable else "cannot_be_upgraded"
    say(console, title(word(verdict, language, subscription=options.subscription_id)))
    if options.targets:
        is_narrow = min(console.width, WIDE) < NARROW
        shown = _cards if is_narrow else _table
        say(console, "", shown(options.targets, language))
        say(console, "", *_of_all(options.targets, language))
    if options.refusals:
        say(console, "", words(word("why_not", language), "bold"))
        say(console, *refusals_of(options.refusals, language))
    if every_reason and options.unavailable:
        say(console, "", *_unavailable(options, language))
    elif options.unavailable and options.upgradable:
        say(console, "", *_not_offered(options.unavailable, language))
        heading = word("every_reason", language) + colon(language).rstrip()
        next_steps(console, heading, [command_of("options", options.subscription_id, "--all")])
    if options.manual_change is not None:
        say(console, "")
        show_by_hand(console, options.manual_change, language)
    if options.next_action is not None:
        heading = word("to_quote", language) + colon(language).rstrip()
        next_steps(console, heading, [as_command(options.next_action)])


def refusals_of(refusals: Iterable[Refusal], language: Language) -> list[RenderableType]:
    """Reasons with their remedies; those that time heals are yellow, and say when to look again."""
    parts: list[RenderableType] = []
    for refusal in refusals:
        message = words(refusal.message.in_language(language))
        remedy = words(refusal.remedy.text.in_language(language))
        note = refusal.code
        if refusal.temporary:
            note = note + comma(language) + word("temporary", language)
        if refusal.remedy.retry_after is not None:
            at = short_moment(refusal.remedy.retry_after, "UTC")
            remedy.append(_gap(language) + word("retry_after", language, at=at))
        message.append(f"  {note}", style="dim")
        parts += [
            indented(bullet("✗", message, "yellow" if refusal.temporary else "red")),
            indented(bullet("→", remedy, "green"), 4),
        ]
    return parts


def show_by_hand(console: Console, way: ManualChange, language: Language) -> None:
    """The steps of a change by hand, numbered, and what quotes them as one change."""
    say(console, words(word("by_hand", language), "bold"))
    for number, step in enumerate(way.steps, 1):
        say(console, indented(bullet(f"{number}.", words(step.text.in_language(language)))))
    if way.next_action is not None:
        heading = word("in_one_go", language) + colon(language).rstrip()
        next_steps(console, heading, [as_command(way.next_action)])
    if way.warning is not None:
        say(console, indented(bullet("!", words(way.warning.in_language(language)), "yellow")))


def _table(targets: Sequence[TargetPlan], language: Language) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(word("plan", language), overflow="fold", ratio=5)
    table.add_column(word("month", language), justify="right", no_wrap=True)
    table.add_column(word("year", language), justify="right", no_wrap=True)
    table.add_column(word("gained", language), overflow="fold", ratio=5)
    anything_lost = any(target.services_lost for target in targets)
    if anything_lost:
        table.add_column(word("lost", language), overflow="fold", ratio=3)
    for target in targets:
        services = [target.services_gained, *([target.services_lost] if anything_lost else [])]
        table.add_row(
            Group(*_plan(target, targets, language)),
            *_prices(target, language),
            *(clean(" ".join(each) or "-") for each in services),
        )
    return table


def _cards(targets: Sequence[TargetPlan], language: Language) -> Group:
    parts: list[RenderableType] = []
    for number, target in enumerate(targets):
        monthly, annual = _prices(target, language)
        price = words(word("prices", language, monthly=monthly, annual=annual))
        parts += [*([""] if number else []), *_plan(target, targets, language), indented(price)]
        for mark, style, services in (
            ("+", "green", target.services_gained),
            ("-", "red", target.services_lost),
        ):
            if services:
                parts.append(indented(bullet(mark, words(" ".join(services)), style)))
    return Group(*parts)


def _plan(
    target: TargetPlan, among: Sequence[TargetPlan], language: Language
) -> Iterable[RenderableType]:
    yield words(target.name, "bold")
    yield indented(words(target.plan_id, "cyan"))
    if target.credit_check_required and not all(one.credit_check_required for one in among):
        yield indented(words(word("needs_credit_check", language), "yellow"))


def _prices(target: TargetPlan, language: Language) -> tuple[str, str]:
    monthly, annual = (
        money(amount, target.currency).in_language(language)
        for amount in (target.prices.monthly, target.prices.annual)
    )
    return monthly, annual


def _of_all(targets: Sequence[TargetPlan], language: Language) -> Iterable[RenderableType]:
    """What is so of all targets, said once."""
    minutes = text("count.minutes", count=max(one.expected_move_minutes for one in targets))
    said = [word("per_license", language), word("moves_in", language, minutes=minutes)]
    if all(one.credit_check_required for one in targets):
        said.append(word("all_credit_check", language))
    elif not any(one.credit_check_required for one in targets):
        said.append(word("no_credit_check", language))
    yield Prose(words(_gap(language).join(said), "dim"))


def _not_offered(plans: Sequence[UnavailablePlan], language: Language) -> Iterable[RenderableType]:
    """Other plans on sale, by the first reason against each."""
    yield words(word("not_offered", language), "bold")

    def first_reason(plan: UnavailablePlan) -> str:
        return str(plan.refusals[0].evidence["reason"])

    for reason, against in groupby(sorted(plans, key=first_reason), key=first_reason):
        listed = list(against)
        line = words(word(f"against.{reason}", language))
        line.append(colon(language))
        line.append(clean(" ".join(plan.plan_id for plan in listed)), style="dim")
        yield indented(bullet("-", line))


def _unavailable(options: Options, language: Language) -> list[RenderableType]:
    """Why each plan is not offered, beside what stands against all of them."""
    parts: list[RenderableType] = [words(word("not_offered", language), "bold")]
    for plan in options.unavailable:
        own = [each for each in plan.refusals if each not in options.refusals]
        why = _gap(language).join(each.message.in_language(language) for each in own)
        line = words(f"{plan.plan_id}{colon(language)}", "bold")
        line.append_text(words(why or word("as_above", language)))
        parts.append(indented(bullet("✗", line, "red")))
    return parts


def _gap(language: Language) -> str:
    """What stands between two sentences."""
    return " " if language == "en" else ""
