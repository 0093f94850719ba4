"""The relay: takes notices from the store's follower, and sends them to their endpoints (B62).

    events --follower--> deliveries --lease of an endpoint--> one task an endpoint --> HTTP

Filling in deliveries is short and within the follower's transaction; sending is apart, and holds no
transaction open. An endpoint is served by one task of one process at a time, which has leased it:
so its notices are sent one after the other, a slow endpoint holds up nobody but itself, and any
number of processes may run a relay. Places for endpoints that fail are apart from the others', and
a failure gives its place back: however many hang, they wait for each other only. A killed one loses its leases after a while; what it had sent
and not yet recorded is sent once more, under the same id.
"""

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import structlog

from activities.webhook_client import Sent, WebhookClient
from domain.integrations.webhooks import cloud_event, wait_after
from store.database import Database
from store.errors import StoreError
from store.follower import BATCH, Follower
from store.webhooks import (
    FOLLOWER,
    Outgoing,
    fill_deliveries,
    lease_endpoints,
    next_delivery,
    note_gone,
    record_attempt,
    release_endpoint,
)

_log = structlog.get_logger()


@dataclass
class WebhookRelay:
    """Sends what there is to send, until it is told to stop."""

    database: Database
    client: WebhookClient
    poll_seconds: float = 1.0
    lease_seconds: float = 30.0
    """Longer than an attempt may take: it is renewed before each."""
    endpoints_at_once: int = 32
    """Of those that fail, and as many of the others."""
    patience: float = 1.0
    """What every wait between two attempts is multiplied by; tests have less."""
    _serving: dict[bool, set["asyncio.Task[None]"]] = field(
        default_factory=lambda: {False: set(), True: set()}
    )
    """One task an endpoint; apart, those whose endpoint was failing when it was taken."""
    _stopping: bool = False

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then what is being sent is still sent, and recorded."""
        follower = Follower(self.database, FOLLOWER)
        _log.info("webhook relay started")
        try:
            while not stop.is_set():
                taken = await self._look(follower)
                if taken < BATCH:  # else there is more to take in already
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), self.poll_seconds)
        finally:
            self._stopping = True
            await asyncio.gather(
                *self._serving[False], *self._serving[True], return_exceptions=True
            )
            _log.info("webhook relay stopped")

    async def _look(self, follower: Follower) -> int:
        """Take in what is new, and begin to serve who waits; how many events were taken in."""
        taken = 0
        try:
            taken = await follower.run_once(fill_deliveries)
            for failing in (False, True):
                await self._serve(failing=failing)
        except StoreError as error:
            _log.warning("webhook relay cannot reach the store", cause=str(error))
        except Exception:  # noqa: BLE001 - what is wrong with one look may be right with the next
            _log.exception("webhook relay failed unexpectedly; it tries again")
        return taken

    @property
    def _lease(self) -> timedelta:
        return timedelta(seconds=self.lease_seconds)

    async def _serve(self, *, failing: bool) -> None:
        serving = self._serving[failing]
        free = self.endpoints_at_once - len(serving)
        if free <= 0:
            return
        lease = uuid4()
        for endpoint_id in await lease_endpoints(
            self.database, lease, good_for=self._lease, at_most=free, failing=failing
        ):
            task = asyncio.create_task(self._send_all(endpoint_id, lease))
            serving.add(task)
            task.add_done_callback(serving.discard)

    async def _send_all(self, endpoint_id: str, lease: UUID) -> None:
        """Send to one endpoint what is due, one after the other, until one fails."""
        with structlog.contextvars.bound_contextvars(endpoint_id=endpoint_id):
            try:
                while not self._stopping:
                    outgoing = await next_delivery(
                        self.database, endpoint_id, lease, good_for=self._lease
                    )
                    if outgoing is None or not await self._send(outgoing, lease):
                        break
            except StoreError as error:
                _log.warning("webhook attempt could not be recorded", cause=str(error))
            except Exception:  # noqa: BLE001 - one endpoint's trouble is not the others'
                _log.exception("webhook endpoint could not be served")
            finally:
                with suppress(StoreError):
                    await release_endpoint(self.database, endpoint_id, lease)

    async def _send(self, outgoing: Outgoing, lease: UUID) -> bool:
        """Whether it was delivered."""
        event = cloud_event(outgoing.notice, outgoing.position)
        sent = await self.client.send(outgoing.url, outgoing.secrets, event)
        ids = {
            "delivery_id": outgoing.delivery_id,
            "event_id": outgoing.notice.notice_id,
            "attempt": outgoing.attempts + 1,
            "status": sent.status,
        }
        if sent.error is None:
            _log.info("webhook delivered", **ids)
            await record_attempt(
                self.database, outgoing, lease, "delivered", status=sent.status, error=None
            )
        else:
            await self._fail(outgoing, lease, sent, ids)
        return sent.error is None

    async def _fail(
        self, outgoing: Outgoing, lease: UUID, sent: Sent, ids: Mapping[str, object]
    ) -> None:
        chance = random.random()  # noqa: S311 - no secret
        wait = wait_after(outgoing.attempts + 1, chance, sent.retry_after)
        if sent.is_gone:
            # Not a dead letter: whoever sets the endpoint anew gets it, in its order.
            _log.warning("webhook endpoint is gone: nothing is sent until it is set again", **ids)
            await note_gone(self.database, outgoing.endpoint_id)
        elif wait is None:
            _log.error("webhook given up: a dead letter", error=sent.error, **ids)
        else:
            _log.warning("webhook failed", error=sent.error, next_in=str(wait), **ids)
        dead = wait is None and not sent.is_gone
        await record_attempt(
            self.database,
            outgoing,
            lease,
            "dead" if dead else "pending",
            status=sent.status,
            error=sent.error,
            wait=None if wait is None else wait * self.patience,
        )
