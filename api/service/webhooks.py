"""Where tenants are told: endpoints, their secrets, and what could not be delivered.

Raises `ServiceError`s. Secrets are shown once, when they are made, and never again.
"""

import asyncio
import base64
import binascii
import secrets
import uuid
from collections.abc import Awaitable, Callable

from pydantic import Field

from api.arguments import RowNumber, allowed
from api.caller import Caller
from api.errors import BadInput, NotFound
from domain.integrations.webhooks import (
    BadUrl,
    EndpointAddress,
    Reach,
    check_address,
    endpoint_address,
)
from domain.values.base import Id, Value
from store.database import Database
from store.errors import PromiseBroken
from store.webhooks import (
    Delivery,
    DeliveryState,
    Endpoint,
    put_endpoint,
    read_deliveries,
    read_endpoints,
    remove_endpoint,
    resend,
)

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with, not one
SECRET_BYTES = range(24, 65)
"""How long a secret may be; Standard Webhooks say so."""
MADE_BYTES = 32
RESOLVE_SECONDS = 3.0
MOST_DELIVERIES = 1000

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host, for connections to a port. Raises `OSError`, `UnicodeError`."""


class EndpointSet(Value):
    """An endpoint as it was just set."""

    endpoint_id: str
    tenant_id: str
    url: str
    secret: str | None = Field(repr=False)
    """Only where it was made here: to be kept by whoever verifies signatures."""


class Webhooks:
    """What operators do with webhooks."""

    def __init__(self, database: Database, *, reach: Reach, resolve: Resolve) -> None:
        """`reach` says where an endpoint may be."""
        self._database = database
        self._reach = reach
        self._resolve = resolve

    @allowed("customer_admin", "operator")
    async def set(
        self, caller: Caller, tenant_id: Id, url: str, secret: str | None = None
    ) -> EndpointSet:
        """Send the tenant's notices there from now on.

        A URL that the tenant has already gets another secret, and is sent to again if it was gone; for
        a day everything is signed with the one before as well.
        """
        if not caller.has(tenant_id):
            raise NotFound("tenant", tenant_id)
        target = await self._checked(url)
        made = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(MADE_BYTES)).decode()
        try:
            endpoint_id = await put_endpoint(
                self._database,
                endpoint_id="wh-" + uuid.uuid4().hex[:20],
                tenant_id=tenant_id,
                url=target.url,
                secret=made if secret is None else _secret_of(secret),
            )
        except PromiseBroken as error:
            if error.constraint != "webhook_endpoints_tenant_id_fkey":
                raise
            raise NotFound("tenant", tenant_id) from None
        return EndpointSet(
            endpoint_id=endpoint_id,
            tenant_id=tenant_id,
            url=target.url,
            secret=made if secret is None else None,
        )

    @allowed("customer_admin", "operator", "auditor")
    async def endpoints(self, caller: Caller, tenant_id: Id | None = None) -> list[Endpoint]:
        """Endpoints of one tenant, or of all."""
        return await read_endpoints(self._database, caller.one_tenant(tenant_id))

    @allowed("customer_admin", "operator")
    async def remove(self, caller: Caller, endpoint_id: Id) -> None:
        """Send nothing there any more, not even what still waits."""
        if not await remove_endpoint(self._database, endpoint_id, caller.named_tenants):
            raise NotFound("webhook endpoint", endpoint_id)

    @allowed("customer_admin", "operator", "auditor")
    async def deliveries(
        self, caller: Caller, *, tenant_id: Id | None = None, state: DeliveryState | None = None
    ) -> list[Delivery]:
        """What was sent or is to be sent, what was tried last first."""
        return await read_deliveries(
            self._database,
            tenant_id=caller.one_tenant(tenant_id),
            state=state,
            limit=MOST_DELIVERIES,
        )

    @allowed("customer_admin", "operator")
    async def resend(self, caller: Caller, delivery_id: RowNumber) -> Delivery:
        """Send a dead or delivered one again, at once; one that waits is left as it is."""
        await resend(self._database, delivery_id=delivery_id, tenants=caller.named_tenants)
        found = await read_deliveries(self._database, delivery_id=delivery_id, limit=1)
        if not found or not caller.has(found[0].tenant_id):
            raise NotFound("delivery", str(delivery_id))
        return found[0]

    @allowed("customer_admin", "operator")
    async def resend_dead(self, caller: Caller, tenant_id: Id | None = None) -> list[int]:
        """Send every dead letter again, of one tenant or of all; their ids."""
        of_tenant = caller.one_tenant(tenant_id)
        return await resend(self._database, tenants=None if of_tenant is None else [of_tenant])

    async def _checked(self, url: str) -> EndpointAddress:
        try:
            target = endpoint_address(url)
            check_address(target, await self._addresses_of(target), self._reach)
        except BadUrl as error:
            raise BadInput("url", str(error)) from None
        return target

    async def _addresses_of(self, target: EndpointAddress) -> list[str]:
        """None if nobody knows them right now: every attempt looks again."""
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                return await self._resolve(target.host, target.port)
        except (OSError, UnicodeError, TimeoutError):
            return []


def _secret_of(text: str) -> str:
    try:
        if not text.startswith(SECRET_PREFIX):
            raise ValueError
        key = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (ValueError, binascii.Error):
        raise BadInput(
            "secret", f"is not a secret: write {SECRET_PREFIX} and then base64, or leave it out"
        ) from None
    if len(key) not in SECRET_BYTES:
        raise BadInput(
            "secret",
            f"has {len(key)} bytes: write {SECRET_BYTES.start} to {SECRET_BYTES.stop - 1}, "
            "or leave it out",
        )
    return text
