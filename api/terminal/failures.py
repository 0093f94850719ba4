"""Failures, as people read them: what is wrong, every reason, and the way out."""

from decimal import Decimal

from rich.console import Console

from api.cli.answers import Failure
from api.terminal.options import refusals_of, show_by_hand
from api.terminal.text import bullet, indented, say, words
from api.terminal.words import word
from domain.formats import money
from domain.options import ManualChange
from domain.refusals import Refusal
from domain.values import Language

LINES_OF_MANY = 20
"""As many are shown where there are more than a hundred."""


def show_failure(console: Console, failure: Failure, language: Language) -> None:
    """One line, and below it what the failure knows more."""
    if refusals := failure.details.get("refusals"):
        say(console, words(word("refused", language), "bold red"))
        told = [Refusal.model_validate(refusal) for refusal in refusals]
        say(console, *refusals_of(told, language))
        if way := failure.details.get("manual_change"):
            say(console, "")
            show_by_hand(console, ManualChange.model_validate(way), language)
        return
    say(console, bullet(word("error", language), words(failure.message), "bold red"))
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
        by = word("fresh_quote", language, quote=fresh["quote_id"], total=total)
        say(console, indented(bullet("→", words(by))))
