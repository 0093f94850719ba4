"""Webhooks: what is sent, where to it may be sent, and when it is tried again. Pure.

A notice goes out as a CloudEvent (CloudEvents 1.0, JSON), signed as Standard Webhooks say; both ids
are the notice's own, so that a receiver can tell a repeat from something new.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import Url

from domain.integrations.addresses import is_public
from domain.views.read_models import Notice

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
NEVER_PORTS = (0, 25)
"""No port at all, and mail, whose servers take lines of HTTP for commands; no setting allows them."""
USUAL_PORTS = (443, 8443)
HTTP_PORT = 80

PRIVATE = (
    "points to this machine or its networks: write the URL of a server on the internet, or allow it "
    "with WEBHOOK_ALLOW_PRIVATE_ADDRESSES=true, here and for the worker"
)


class BadUrl(Exception):
    """Nothing can be sent there; the message names the fault and the mend."""


class Reach(NamedTuple):
    """Where webhooks may go, as the settings say."""

    allow_private: bool = False
    """Whether to this machine and its networks: there also by plain HTTP and to any port."""
    allow_http: bool = False
    """Whether by plain HTTP over the internet."""
    ports: frozenset[int] | None = None
    """The ports allowed everywhere; None for the usual ones."""


class EndpointAddress(NamedTuple):
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


def endpoint_address(text: str) -> EndpointAddress:
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
        raise BadUrl(f"begins with {url.scheme}: write one that begins with https://")
    if url.username or url.password:
        raise BadUrl("has a user or password in it: leave it out, the signature proves the sender")
    if not url.host:
        raise BadUrl("names no host: write it as https://host/path")
    if url.fragment is not None:
        raise BadUrl("has a fragment (#...), which is never sent: leave it out")
    assert url.port is not None, "both schemes have a usual port"
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return EndpointAddress(str(url), url.scheme, url.host.strip("[]"), url.port, path)


def check_address(target: EndpointAddress, addresses: Sequence[str], reach: Reach) -> None:
    """Check that a webhook may go to a target whose host has these addresses, none if nobody knows them.

    Done when an endpoint is set and again in every attempt: what a name resolves to may change, and so
    may the settings. Raises `BadUrl`; it names no address, for whoever may not know our networks.
    """
    if target.port in NEVER_PORTS:
        raise BadUrl(f"names port {target.port}, which never takes webhooks: leave the port out")
    outside = [address for address in addresses if is_public(address)]
    private = is_private_host(target.host) or len(outside) < len(addresses)
    if private and not reach.allow_private:
        raise BadUrl(PRIVATE)
    if reach.allow_private and not outside:
        allowed = reach.ports
    else:
        if target.scheme != "https" and not reach.allow_http:
            raise BadUrl(
                "begins with http: write one that begins with https://, or allow it with"
                " WEBHOOK_ALLOW_HTTP=true, here and for the worker"
            )
        plain = (HTTP_PORT,) if reach.allow_http else ()
        allowed = reach.ports or frozenset((*USUAL_PORTS, *plain))
    if allowed is not None and target.port not in allowed:
        raise BadUrl(
            f"names port {target.port}, and only {', '.join(map(str, sorted(allowed)))} may be used:"
            " write one of these, or allow it with WEBHOOK_PORTS, here and for the worker"
        )


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
