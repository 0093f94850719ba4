"""Sending one webhook: signed, in bounded time, and never to where it must not go.

What a tenant writes as its URL is a stranger's text that makes our process open a connection. So the
name is resolved here, every address it has must be public (`domain.integrations.addresses`), and the connection
goes to the address that was checked, not to the name again. The port and the scheme are checked too. Redirects are not followed, proxies of the environment not
used, and the answer's body is not read: the status says all.
"""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import structlog
from standardwebhooks.webhooks import Webhook

from activities.name_lookup import Resolve, resolve
from activities.retry_after import retry_after_seconds
from activities.unanswered import why_unanswered
from domain.integrations.webhooks import (
    LONGEST_WISH,
    BadUrl,
    EndpointAddress,
    Reach,
    check_address,
    endpoint_address,
)
from domain.text.escaping import json_text

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
GONE = 410
_SUCCESS = range(200, 300)

_log = structlog.get_logger()


@dataclass(frozen=True)
class Sent:
    """How an attempt ended."""

    status: int | None
    """Of the answer, where there was one."""
    error: str | None
    """What went wrong, for operators; None once it is delivered."""
    retry_after: timedelta | None = None
    """When the receiver wants to be tried again, within reason."""

    @property
    def is_gone(self) -> bool:
        """Whether the endpoint says that it will never want anything again."""
        return self.status == GONE


class WebhookClient:
    """Sends webhooks; close it with `aclose`."""

    def __init__(
        self,
        *,
        reach: Reach,
        timeout_seconds: float = 10.0,
        resolve: Resolve = resolve,
    ) -> None:
        """`timeout_seconds` bounds a whole attempt, from the name to the answer's status."""
        self._reach = reach
        self._timeout_seconds = timeout_seconds
        self._resolve = resolve
        self._http = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            timeout=timeout_seconds,
            # A connection is used once: to keep one would be to trust an address for later.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def aclose(self) -> None:
        """Let go of every connection."""
        await self._http.aclose()

    async def send(self, url: str, secrets: Sequence[str], event: Mapping[str, Any]) -> Sent:
        """Try once, signed with each of the secrets; whatever goes wrong is in the answer."""
        body = json_text(event, separators=(",", ":"))
        try:
            async with asyncio.timeout(self._timeout_seconds):
                headers = signed(secrets, event["id"], body)
                response = await self._post(endpoint_address(url), headers, body)
        except TimeoutError:
            return Sent(None, f"no answer within {self._timeout_seconds:g} s")
        except BadUrl as error:
            return Sent(None, f"not sent: the URL {error}")
        except httpx.RemoteProtocolError:
            # Without its words: they quote a stranger's answer, or that of a service of our own.
            return Sent(None, "answered something that is not HTTP, or hung up")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            return Sent(None, why_unanswered(error)[:300])
        except Exception:  # noqa: BLE001 - a stranger's server must not stop the others
            _log.exception("webhook failed unexpectedly", event_id=event["id"])
            return Sent(None, "not sent, for a reason that nobody foresaw: the log has it")
        status = response.status_code
        if status in _SUCCESS:
            return Sent(status, None)
        wish = retry_after_seconds(response, at_most=LONGEST_WISH.total_seconds())
        return Sent(status, f"answered {status}", None if wish is None else timedelta(seconds=wish))

    async def _post(
        self, target: EndpointAddress, headers: dict[str, str], body: str
    ) -> httpx.Response:
        """The answer, of which only the head has been read."""
        address = await self._address_of(target)
        at = f"[{address}]" if ":" in address else address
        request = self._http.build_request(
            "POST",
            f"{target.scheme}://{at}:{target.port}{target.path}",
            content=body.encode(),
            headers={**headers, "host": target.host_header},
            # The certificate must be that of the name, although an address is called.
            extensions={"sni_hostname": target.host},
        )
        response = await self._http.send(request, stream=True)
        await response.aclose()
        return response

    async def _address_of(self, target: EndpointAddress) -> str:
        addresses = await self._resolve(target.host, target.port)
        if not addresses:
            raise socket.gaierror(f"{target.host} has no address")
        check_address(target, addresses, self._reach)
        return addresses[0]


def signed(secrets: Sequence[str], event_id: str, body: str) -> dict[str, str]:
    """The headers of Standard Webhooks: id, time and the body's signature with each secret."""
    now = datetime.now(UTC)
    return {
        "content-type": CONTENT_TYPE,
        "user-agent": "plan-upgrade",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(
            Webhook(secret).sign(event_id, now, body) for secret in secrets
        ),
    }
