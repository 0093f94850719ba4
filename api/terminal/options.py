"""Options, at a glance: what can be ordered, or every reason why not with its remedy."""

from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from api.terminal.text import bullet, clean, indented, moment, say, title, words
from api.terminal.words import word
from domain.options import Options, Target
from domain.refusals import Refusal
from domain.values import Language


def show_options(
    console: Console, options: Options, language: Language, *, every_reason: bool = False
) -> None:
    """The answer at a glance; with `every_reason` also why each other plan is not offered."""
    verdict = "can_be_upgraded" if options.upgradable else "cannot_be_upgraded"
    say(console, title(f"{options.subscription_id}: {word(verdict, language)}"))
    if options.targets:
        say(console, "", _targets(options.targets, language))
    if options.refusals:
        say(console, "", words(word("why_not", language), "bold"))
        say(console, *refusals_of(options.refusals, language))
    if every_reason:
        say(console, "", *_unavailable(options, language))
    elif options.unavailable and options.upgradable:
        plans = " ".join(plan.plan_id for plan in options.unavailable)
        say(console, "", words(word("not_offered_short", language), "bold"), indented(words(plans)))
    if options.manual_change is not None:
        say(console, "", words(word("by_hand", language), "bold"))
        for number, step in enumerate(options.manual_change.steps, 1):
            say(console, indented(bullet(f"{number}.", words(step.text.in_language(language)))))


def refusals_of(refusals: Iterable[Refusal], language: Language) -> list[RenderableType]:
    """Reasons with their remedies."""
    parts: list[RenderableType] = []
    for refusal in refusals:
        heals = word("temporary" if refusal.temporary else "permanent", language)
        message = words(refusal.message.in_language(language))
        message.append(f"  {refusal.code}, {heals}", style="dim")
        remedy = words(refusal.remedy.text.in_language(language))
        if refusal.remedy.retry_after is not None:
            after = f"  ({word('retry_after', language)} {moment(refusal.remedy.retry_after)})"
            remedy.append(after, style="dim")
        parts += [
            indented(bullet("✗", message, "red")),
            indented(bullet("→", remedy, "green"), 4),
        ]
    return parts


def _unavailable(options: Options, language: Language) -> list[RenderableType]:
    """Why each plan is not offered, beside what stands against all of them."""
    parts: list[RenderableType] = [words(word("not_offered", language), "bold")]
    for plan in options.unavailable:
        own = [each for each in plan.refusals if each not in options.refusals]
        why = " ".join(each.message.in_language(language) for each in own)
        line = words(f"{plan.plan_id}: ", "bold")
        line.append_text(words(why or word("as_above", language)))
        parts.append(indented(bullet("✗", line, "red")))
    return parts


def _targets(targets: Iterable[Target], language: Language) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    listed = list(targets)
    currency = listed[0].currency
    table.add_column(f"{word('plan', language)} ({currency})", overflow="fold", ratio=4)
    table.add_column(word("month", language), justify="right", no_wrap=True)
    table.add_column(word("year", language), justify="right", no_wrap=True)
    table.add_column(word("gained", language), overflow="fold", ratio=3)
    table.add_column(word("lost", language), overflow="fold", ratio=2)
    for target in listed:
        table.add_row(
            _plan_cell(target, language),
            f"{target.prices.monthly}",
            f"{target.prices.annual}",
            clean(" ".join(target.services_gained) or "-"),
            clean(" ".join(target.services_lost) or "-"),
        )
    return table


def _plan_cell(target: Target, language: Language) -> Text:
    cell = words(target.plan_id, "bold")
    cell.append(f"\n{clean(target.name)}")
    needed = "needed" if target.credit_check_required else "not_needed"
    notes = (
        f"{word('credit_check', language)}: {word(needed, language)}",
        word("moves_in", language, minutes=target.expected_move_minutes),
    )
    for note in notes:
        cell.append(f"\n{note}", style="dim")
    return cell
