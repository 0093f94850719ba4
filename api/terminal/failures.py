"""Failures, as people read them: what is wrong, every reason, and the way out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rich.console import Console

from api.failures import Failure
from api.terminal.commands import command, next_steps
from api.terminal.options import refusals_of, show_by_hand
from api.terminal.text import bullet, indented, say, words
from api.terminal.ways_on import as_called, as_command, commands_in
from api.terminal.words import colon, word
from domain.eligibility.refusals import Refusal
from domain.quoting.options import ManualChange
from domain.quoting.orders import is_change, to_order
from domain.quoting.quote import Quote
from domain.text.formats import money
from domain.text.texts import TEXTS, TextValue, joined, listed, placeholders, text
from domain.values import rejections
from domain.values.base import Language, Text

LINES_OF_MANY = 20
"""As many are shown where there are more than a hundred."""


def show_failure(console: Console, failure: Failure, language: Language) -> None:
    """One line, and below it what the failure knows more."""
    if failure.text is not None:
        console.file.write(f"{failure.text}\n")
        return
    if refusals := failure.details.get("refusals"):
        say(console, words(word("refused", language), "bold red"))
        told = [Refusal.of_any_version(refusal) for refusal in refusals]
        say(console, *refusals_of(told, language))
        if near := failure.details.get("near"):
            meant = word("did_you_mean", language, ids=listed(near))
            say(console, indented(bullet("→", words(meant), "green"), 4))
        if way := failure.details.get("manual_change"):
            say(console, "")
            show_by_hand(console, ManualChange.of_any_version(way), language)
        return
    say(console, bullet(word("error", language), words(_said(failure, language)), "bold red"))
    ways = commands_in(failure.details.get("next_actions", ()))
    for line in (*failure.details.get("commands", ()), *ways):
        command(console, line)
    faults = failure.details.get("faults", ())
    all_of_them = failure.details.get("faulty", len(faults))
    shown = faults if len(faults) == all_of_them else faults[:LINES_OF_MANY]
    for fault in shown:
        place = f"{fault['place']}: " if fault["place"] else ""
        say(console, indented(bullet("-", words(place + fault["message"]))))
    if more := all_of_them - len(shown):
        say(console, indented(words(word("and_more", language, count=f"{more:,}"))))
    if fresh := failure.details.get("quote"):
        total = money(Decimal(fresh["total"]), fresh["currency"])
        heading = word("fresh_quote", language, total=total) + colon(language).rstrip()
        next_steps(console, heading, [as_command(to_order(Quote.of_any_version(fresh)))])


def _said(failure: Failure, language: Language) -> str:
    """What is wrong, with its numbers where the failure has them.

    A rejection is said by its code, unless the English message is one of its own.
    """
    key = f"rejection.{failure.code}"
    usual = (text(key).en, rejections.BY_HAND.get(failure.code)) if key in TEXTS["en"] else ()
    if key not in TEXTS[language] or (language == "en" and failure.message not in usual):
        return as_called(failure.message)
    values = {**failure.details, **_counted(failure.details)}
    for special in (*_by_hand(key, values), f"{key}.{values.get('reason')}", f"{key}.in_numbers"):
        if special in TEXTS[language] and (names := placeholders(special)) <= values.keys():
            said = text(special, **{name: values[name] for name in names})
            return as_called(said.in_language(language))
    return as_called(text(key).in_language(language))


def _by_hand(key: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """What is said where a change by hand stands in the way, and no upgrade."""
    upgrade_id = values.get("upgrade_id")
    return (f"{key}.by_hand",) if isinstance(upgrade_id, str) and is_change(upgrade_id) else ()


def _counted(details: Mapping[str, Any]) -> Mapping[str, TextValue]:
    """Numbers that a sentence says with what they count, and what has changed in words."""
    licenses, changed = details.get("licenses"), details.get("changed")
    said: dict[str, TextValue] = {}
    if licenses is not None:
        said["licenses"] = text("count.licenses", count=licenses)
    if changed:
        said["changes"] = joined(Text.of_any_version(change["text"]) for change in changed)
    return said
