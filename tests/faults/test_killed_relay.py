"""A worker is killed while it sends a webhook: another one sends it again, and all the others after it."""

import asyncio
from pathlib import Path

import pytest

from deploy.local_stack.temporal_server import TemporalServer
from store.database import Database
from store.webhooks import put_endpoint, read_endpoints
from store.world import import_world
from tests.activities.receiver import Receiver, hang, receiving
from tests.domain.builders import NOW
from tests.faults.namespaces import a_namespace
from tests.faults.process import WorkerProcess
from tests.store.support import Life, world_of, world_tenant
from tests.workflows.story import eventually

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


async def test_a_relay_killed_while_it_sends_loses_nothing(
    temporal_server: TemporalServer,
    database: Database,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WEBHOOK_ALLOW_PRIVATE_ADDRESSES", "true")
    # The lease of a killed relay is as long as an attempt may take, and a little more.
    monkeypatch.setenv("WEBHOOK_TIMEOUT_SECONDS", "3")
    tenants = [world_tenant("contoso"), world_tenant("fabrikam")]
    await import_world(database, world_of(*tenants), NOW)
    namespace = await a_namespace(temporal_server)
    victim, heir = (
        WorkerProcess(
            tmp_path / f"{role}.log",
            database_url=database_url,
            temporal_address=temporal_server.address,
            namespace=namespace,
            batch=3,
        )
        for role in ("victim", "heir")
    )
    async with receiving(hang) as there, receiving() as other:
        for tenant, receiver in (("contoso", there), ("fabrikam", other)):
            await put_endpoint(
                database,
                endpoint_id=f"wh-{tenant}",
                tenant_id=tenant,
                url=receiver.url(),
                secret=SECRET,
            )
        try:
            await asyncio.to_thread(victim.start)
            for tenant in ("contoso", "fabrikam"):
                life = Life(database, subscription_id=f"{tenant}-basic", tenant_id=tenant)
                await life.live()
            await eventually("the first one is being sent", lambda: _received(there, 1))
            victim.kill()
            await asyncio.to_thread(heir.start)
            await eventually("all is sent", lambda: _delivered(database, 6), seconds=60)
        finally:
            victim.stop()
            heir.stop()
    for tenant, receiver in (("contoso", there), ("fabrikam", other)):
        rows = await database.fetch(
            "select notice_id from outbox where tenant_id = $1 order by position", tenant
        )
        assert list(dict.fromkeys(receiver.ids)) == [row["notice_id"] for row in rows]
    assert there.ids[0] == there.ids[1], "what was on its way came again, under the same id"
    assert there.bodies[0] == there.bodies[1]


async def _received(there: Receiver, events: int) -> bool:
    return len(there.ids) >= events


async def _delivered(database: Database, deliveries: int) -> bool:
    return sum(each.delivered for each in await read_endpoints(database)) == deliveries
