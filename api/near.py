"""What somebody may have meant by an id that is not there: told to operators, who may see everything."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from api.errors import NotFound
from domain.rejections import QuoteRefused, Rejection, UnknownQuote, UnknownSubscription
from store.database import Executor
from store.near import Kind, read_near

MOST = 3
LEAST_LIKENESS = 0.75
_KINDS: dict[str, Kind] = {
    "tenant": "tenant",
    "subscription": "subscription",
    "upgrade": "upgrade",
    "service": "service",
    "webhook endpoint": "webhook endpoint",
    "quote of this subscription": "quote",
    "license holder of this subscription": "user",
}


async def add_near(executor: Executor, error: NotFound | Rejection) -> None:
    """Add `near` to the details of an error, the ids that are most like the one it is about."""
    match error:
        case NotFound():
            kind, id = _KINDS.get(error.details["kind"]), error.details["id"]
        case UnknownSubscription():
            kind, id = "subscription", error.details["subscription_id"]
        case UnknownQuote():
            kind, id = "quote", error.details.get("quote_id")
        case QuoteRefused():
            kind, id = "plan", _unknown_plan(error)
        case _:
            return
    if kind is None or not isinstance(id, str):
        return
    found = await read_near(executor, kind, id, error.details.get("subscription_id"))
    near = most_like(id, found)
    error.details = {**error.details, "near": near}
    if near and not isinstance(error, QuoteRefused):  # its message is that of its refusals
        error.message = error.message.rpartition(": ")[0] + did_you_mean(near)


def did_you_mean(near: Sequence[str]) -> str:
    """The end of a message about something that is not there; empty without anything near."""
    return f": did you mean {either(near)}?" if near else ""


def either(words: Sequence[str]) -> str:
    """Words to choose from, at least one."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _unknown_plan(error: QuoteRefused) -> str | None:
    for refusal in error.details["refusals"]:
        if refusal["evidence"].get("reason") == "not_in_catalog":
            return refusal["evidence"]["plan_id"]
    return None


def most_like(id: str, candidates: Sequence[str]) -> list[str]:
    """Those that are most like `id`, the likeliest first; one that only goes on after it is."""
    likeness = {each: _likeness(id.lower(), each.lower()) for each in candidates if each != id}
    likely = [each for each, much in likeness.items() if much >= LEAST_LIKENESS]
    return sorted(likely, key=lambda each: (-likeness[each], each))[:MOST]


def _likeness(id: str, other: str) -> float:
    """From 0 to 1."""
    if len(id) >= 3 and other.startswith(id):
        return 0.9
    return SequenceMatcher(None, id, other).ratio()
