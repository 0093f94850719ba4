"""Messages that are signed as Standard Webhooks say: by whom they were, and when. Pure.

A signature is an HMAC-SHA256, with a shared key, over the message's id, its time and its body, in the
headers `webhook-id`, `webhook-timestamp` and `webhook-signature`. The library that we sign with also
verifies, but by one key and by its own clock, and takes more spellings than the norm.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=5)
"""How far the time of a message may be from ours, either way."""
MOST_SIGNATURES = 20
"""That are looked at; a sender has a few keys at a time."""


class SignatureRefused(Exception):
    """A message is not taken for what it says; the message says why."""


class OutOfWindow(SignatureRefused):
    """Signed too long ago, or by a clock that is ahead of ours."""


def verified_id(
    keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, at: datetime
) -> str:
    """The id of a message that one of the keys has signed within `WINDOW` of `at`.

    `headers` are found by their names in lower case. Raises `SignatureRefused`, `OutOfWindow`.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not message_id:
        raise SignatureRefused("webhook-id is missing")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        raise SignatureRefused("webhook-timestamp is missing or not a number of seconds")
    signed = f"{message_id}.{timestamp}.".encode() + body
    given = headers.get("webhook-signature", "").split(" ")[:MOST_SIGNATURES]
    # All are compared, so that the time it takes tells nothing of the keys.
    if not sum(
        hmac.compare_digest(_signature(key, signed), each.encode())
        for key in keys
        for each in given
    ):
        raise SignatureRefused(
            "webhook-signature is missing or made with another key or other bytes"
        )
    away = at.timestamp() - int(timestamp)
    if abs(away) > WINDOW.total_seconds():
        raise OutOfWindow(
            f"webhook-timestamp is {abs(away):.0f} s {'behind' if away > 0 else 'ahead of'} our clock"
        )
    return message_id


def _signature(key: bytes, signed: bytes) -> bytes:
    return b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
