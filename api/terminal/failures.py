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
    for fault in failure.details.get("faults", ()):
        place = f"{fault['place']}: " if fault["place"] else ""
        say(console, indented(bullet("-", words(place + fault["message"]))))
    if fresh := failure.details.get("quote"):
        total = money(Decimal(fresh["total"]), fresh["currency"])
        by = word("fresh_quote", language, quote=fresh["quote_id"], total=total)
        say(console, indented(bullet("→", words(by))))
