"""Commands that callers are told to go on with: complete, and safe to paste.

Texts and JSON name them by `starter.py VERB …`, `./dev VERB …` and `temporal VERB …`. A terminal shows
them as this process was called, so that they work where they are read. What only the reader can know is
in capitals (`REF`, `WHY`).
"""

import re
import shlex
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from domain.quoting.quote import Quote


@dataclass(frozen=True)
class CalledAs:
    """How to call the two entries of the project, and Temporal's, from the folder the reader is in."""

    starter: str = "starter.py"
    dev: str = "./dev"
    temporal: str = "temporal"


_PLAIN = CalledAs()
_CALLED_AS: ContextVar[CalledAs] = ContextVar("called_as")
_ENTRY = re.compile(
    r"(?<![\w./-])(?:(?P<starter>starter\.py)(?= [a-z-])|(?P<dev>\./dev)(?= [a-z-])"
    r"|(?P<temporal>temporal)(?= (?:workflow|activity|worker deployment) [a-z-]+ -))"
)


@contextmanager
def called_as(entries: CalledAs) -> Generator[None]:
    """Show commands as `entries` says, for as long as the block lasts."""
    token = _CALLED_AS.set(entries)
    try:
        yield
    finally:
        _CALLED_AS.reset(token)


def as_called(text: str) -> str:
    """`text` with the commands in it as this process was called."""
    entries = _CALLED_AS.get(_PLAIN)
    return _ENTRY.sub(lambda found: getattr(entries, str(found.lastgroup)), text)


def command_of(*words: str) -> str:
    """One command, its words quoted for a shell where they need it."""
    return shlex.join(["starter.py", *words])


def to_order(quote: Quote) -> str:
    """Orders what a quote offers."""
    verb = "upgrade" if quote.request.change is None else "change"
    accepted = ("--accept-forfeiture", str(quote.forfeited)) if quote.forfeited else ()
    return command_of(verb, quote.subscription_id, "--quote", quote.quote_id, *accepted)


def to_decide(upgrade_id: str) -> tuple[str, str]:
    """Approves a credit check, or declines it."""
    decide = ("decide", upgrade_id)
    return (
        command_of(*decide, "approved", "--reference", "REF"),
        command_of(*decide, "declined", "--reference", "REF", "--reason", "WHY"),
    )
