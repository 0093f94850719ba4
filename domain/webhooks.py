"""Webhooks: what is sent, where to it may be sent, and when it is tried again. Pure.

A notice goes out as a CloudEvent (CloudEvents 1.0, JSON), signed as Standard Webhooks say; both ids
are the notice's own, so that a receiver can tell a repeat from something new.
"""

import ipaddress
from datetime import timedelta
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import Url

from domain.read_models import Notice

MOST_CHARACTERS = 2000
RETRY_AFTER: tuple[timedelta, ...] = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""How long after each failed attempt the next one comes; after the last one it is a dead letter."""
LONGEST_WISH = timedelta(hours=1)
"""The most that a receiver's `Retry-After` is heeded: it can slow us down, not put us off."""
JITTER = 0.2
"""By which share, at most, a wait is made longer: not everybody comes back at the same moment."""

_LOCAL_NAMES = ("localhost", "local", "internal", "lan", "home.arpa")
_EMBEDDING_IPV4 = tuple(
    ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")
)
"""IPv6 networks that lead on to IPv4 addresses, whichever those are."""


class BadUrl(Exception):
    """Nothing can be sent there; the message names the fault and the mend."""


class Target(NamedTuple):
    """Where to send, taken apart; normalized as browsers do, so that an address has one spelling."""

    url: str
    scheme: str
    host: str
    """A name, or an address (an IPv6 one without its brackets)."""
    port: int
    path: str
    """With the query."""

    @property
    def host_header(self) -> str:
        """As the header `Host` has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


def target_of(text: str) -> Target:
    """Take the URL of an endpoint apart. Raises `BadUrl`."""
    if len(text) > MOST_CHARACTERS:
        raise BadUrl(f"has {len(text)} characters: write at most {MOST_CHARACTERS}")
    if not text.isprintable() or text != text.strip():
        raise BadUrl("has spaces around it or characters that cannot be printed: leave them out")
    try:
        url = Url(text)
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Input should be a valid URL, ")
        raise BadUrl(f"is not a URL ({said}): write it as https://host/path") from None
    if url.scheme not in ("http", "https"):
        raise BadUrl(f"begins with {url.scheme}: write one that begins with https:// or http://")
    if url.username or url.password:
        raise BadUrl("has a user or password in it: leave it out, the signature proves the sender")
    if not url.host:
        raise BadUrl("names no host: write it as https://host/path")
    if url.fragment is not None:
        raise BadUrl("has a fragment (#...), which is never sent: leave it out")
    assert url.port is not None, "both schemes have a usual port"
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return Target(str(url), url.scheme, url.host.strip("[]"), url.port, path)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: nothing of this machine or its networks."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.is_site_local or ip.teredo is not None:
            return False
        if any(ip in network for network in _EMBEDDING_IPV4):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def is_private_host(host: str) -> bool:
    """Whether a host is private whatever its name resolves to."""
    try:
        return not is_public(host)
    except ValueError:
        name = host.rstrip(".").lower()
        return any(name == local or name.endswith(f".{local}") for local in _LOCAL_NAMES)


def wait_after(
    failed_attempts: int, chance: float, wish: timedelta | None = None
) -> timedelta | None:
    """How long to wait after so many failed attempts; None once it is a dead letter.

    `chance` is a number from 0 to 1. What the receiver wishes makes a wait longer, never shorter,
    and by no more than `LONGEST_WISH`.
    """
    if failed_attempts > len(RETRY_AFTER):
        return None
    wait = RETRY_AFTER[failed_attempts - 1] * (1 + JITTER * chance)
    return max(wait, min(wish or wait, LONGEST_WISH))


def cloud_event(notice: Notice, position: int) -> dict[str, Any]:
    """The notice as a CloudEvent; `position` orders those of one upgrade."""
    return {
        "specversion": "1.0",
        "id": notice.notice_id,
        "source": "/plan-upgrade",
        "type": f"plan-upgrade.notice.{notice.kind}",
        "subject": notice.upgrade_id,
        "time": notice.model_dump(mode="json")["created_at"],
        "sequence": f"{position:020}",
        "datacontenttype": "application/json",
        "data": notice.model_dump(mode="json", by_alias=True),
    }
