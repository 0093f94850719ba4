"""What somebody may have meant by an id that does not exist: told to operators, who may see everything."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from difflib import SequenceMatcher

from api.errors import NotFound
from domain.values.rejections import QuoteRefused, Rejection, UnknownQuote, UnknownSubscription
from store.database import Executor
from store.errors import StoreError
from store.near import Kind, read_near

MOST = 3
LEAST_LIKENESS = 0.75
_KINDS: Mapping[str, Kind] = {
    "tenant": "tenant",
    "subscription": "subscription",
    "upgrade": "upgrade",
    "service": "service",
    "webhook endpoint": "webhook endpoint",
    "quote": "quote",
    "invoice": "invoice",
    "user": "user",
    "quote of this subscription": "quote",
    "license holder of this subscription": "license holder",
}
_OWNERS: Mapping[Kind, str] = {
    "subscription": "tenant_id",
    "quote": "subscription_id",
    "license holder": "subscription_id",
}
"""Which detail of an error says whose ids may have been meant, if it has that detail."""


async def add_near(executor: Executor, error: NotFound | Rejection) -> None:
    """Add `near` to the details of an error: the ids that are most like the one it is about.

    If they cannot be looked up, the error stays as it is: a hint never takes the place of an answer.
    """
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
    near: list[str] = []
    with suppress(StoreError):
        owner = error.details.get(_OWNERS[kind]) if kind in _OWNERS else None
        near = most_like(id, await read_near(executor, kind, id, owner))
    error.details = {**error.details, "near": near}
    if near and not isinstance(error, QuoteRefused):  # its message is that of its refusals
        error.message = error.message.rpartition(": ")[0] + did_you_mean(near)


def did_you_mean(near: Sequence[str]) -> str:
    """The end of a message about something that does not exist; empty if nothing is near."""
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
    """The candidates that are most like `id`, likeliest first; one that begins with `id` is likely."""
    likeness = {each: _likeness(id.lower(), each.lower()) for each in candidates if each != id}
    likely = [each for each, much in likeness.items() if much >= LEAST_LIKENESS]
    return sorted(likely, key=lambda each: (-likeness[each], each))[:MOST]


def _likeness(id: str, other: str) -> float:
    """From 0 to 1."""
    if len(id) >= 3 and other.startswith(id):
        return 0.9
    return SequenceMatcher(None, id, other).ratio()
