"""Failures, as people read them: what is wrong, every reason, and the way out."""

from typing import Any

from rich.console import Console

from api.cli.answers import Failure
from api.terminal.options import by_hand
from api.terminal.text import bullet, indented, say, words
from domain.options import ManualChange


def show_failure(console: Console, failure: Failure) -> None:
    """One line, and below it what the failure knows more."""
    if refusals := failure.details.get("refusals"):
        say(console, words("refused:", "bold red"))
        for refusal in refusals:
            _show_refusal(console, refusal)
        if way := failure.details.get("manual_change"):
            say(console, "", *by_hand(ManualChange.model_validate(way), "en"))
        return
    say(console, bullet("error:", words(failure.message), "bold red"))
    for fault in failure.details.get("faults", ()):
        place = f"{fault['place']}: " if fault["place"] else ""
        say(console, indented(bullet("-", words(place + fault["message"]))))
    if fresh := failure.details.get("quote"):
        say(
            console,
            indented(
                bullet(
                    "→",
                    words(
                        f"order by the new quote {fresh['quote_id']}: "
                        f"{fresh['currency']} {fresh['total']}"
                    ),
                )
            ),
        )


def _show_refusal(console: Console, refusal: dict[str, Any]) -> None:
    say(
        console,
        indented(bullet("✗", words(f"{refusal['code']}: {refusal['message']['en']}"), "red")),
        indented(bullet("→", words(refusal["remedy"]["text"]["en"]), "green"), 4),
    )
