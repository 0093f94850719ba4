"""The reference that a credit service gives back with its decision: signed, for one upgrade, for a time.

It is ours alone: nobody else has the key, so a decision that carries it answers a question that we
asked about this very upgrade. It says nothing else, and needs no table.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

CALLBACK_GRACE = timedelta(days=30)
"""How long after a deadline a decision is still taken in: late ones are refused, and kept (B41)."""


class ReferenceRefused(ValueError):
    """The reference was not given out by us, or its time is over; the message says which."""

    def __init__(self, message: str, *, expired: bool = False) -> None:
        super().__init__(message)
        self.expired = expired


def callback_reference(key: bytes, upgrade_id: str, expires_at: datetime) -> str:
    """The reference for one upgrade, such as `up-0123.1795000000.WQx…`; to be sent in whole."""
    claim = f"{upgrade_id}.{int(expires_at.timestamp())}"
    return f"{claim}.{_signature(key, claim)}"


def upgrade_of_reference(
    key: bytes, reference: str, at: datetime, *, retired: Sequence[bytes] = ()
) -> str:
    """The id of the upgrade that a reference is about.

    Raises `ReferenceRefused` for one that neither `key` nor one of the `retired` keys has signed, or
    that has expired by `at`.
    """
    claim, _, signature = reference.rpartition(".")
    given = signature.encode()
    if not any(hmac.compare_digest(_signature(k, claim).encode(), given) for k in (key, *retired)):
        raise ReferenceRefused("is not one that was given out: send it back as it came")
    upgrade_id, _, expires = claim.rpartition(".")
    if at.timestamp() > int(expires):
        raise ReferenceRefused("has expired: this order was decided long ago", expired=True)
    return upgrade_id


def _signature(key: bytes, claim: str) -> str:
    digest = hmac.new(key, f"credit decision {claim}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
