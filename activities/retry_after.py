"""What a server asks for with `Retry-After` (RFC 9110): seconds, or a moment."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx


def retry_after_seconds(response: httpx.Response, *, at_most: float) -> float | None:
    """When it wants to be asked again, from 1 second to `at_most`; None where it does not say."""
    said = response.headers.get("retry-after", "")
    try:
        seconds = float(said) if said.isdecimal() and said.isascii() else _seconds_until(said)
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 1.0), at_most)


def _seconds_until(http_date: str) -> float:
    at = parsedate_to_datetime(http_date)  # raises ValueError for anything else
    return (at - datetime.now(UTC)).total_seconds() if at.tzinfo else 1.0
