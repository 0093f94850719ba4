"""A worker of our version, and one whose shapes have one more field, carry the same runs.

One decides what happens, the other moves users, and then the other way round: so inputs of steps,
their answers, histories, messages and stored rows of each version are read by the other.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from deploy.local_stack.temporal_server import TemporalServer
from domain.views.read_models import UpgradeView
from store.database import Database
from store.verify import verify
from tests.callers import OPERATOR
from tests.clock import now
from tests.faults.process import WorkerProcess
from tests.workflows.checkouts import copy_code, run_starter
from tests.workflows.hooks import Hooks
from tests.workflows.story import Story, a_subscription, a_tenant, a_world
from workflows.contract import MOVE_TASK_QUEUE, TASK_QUEUE

LATER = "later"
GROWN: Mapping[str, tuple[str, ...]] = {
    "activities/steps.py": ("RunInput",),
    "domain/catalog/customer.py": ("Tenant",),
    "domain/catalog/plans.py": ("Plan",),
    "domain/quoting/orders.py": ("OrderRequest",),
    "domain/views/attention.py": ("Attention",),
    "domain/views/read_models.py": ("UserCounts", "UpgradeView", "Invoice"),
    "workflows/contract.py": ("CreditDecision", "CancelRequest", "AttentionResolution"),
}
"""Classes of the next version that have one more field."""


def next_version(checkout: Path) -> Path:
    """A checkout in which each of those has the field `later`."""
    copy_code(checkout)
    for file, names in GROWN.items():
        code = (checkout / file).read_text()
        for name in names:
            begin = rf'(class {name}\(\w+\):\n    """.*?"""\n\n)'
            code, times = re.subn(
                begin, rf'\1    {LATER}: str = "of {name}"\n', code, flags=re.DOTALL
            )
            assert times == 1, f"{name} is not in {file}"
        (checkout / file).write_text(code)
    return checkout


class Versions:
    """Two versions, each on one of the two task queues; and whoever asks them something."""

    def __init__(
        self, story: Story, checkout: Path, database_url: str, server: TemporalServer, logs: Path
    ) -> None:
        self.story = story
        self._checkout = checkout
        self._database_url = database_url
        self._server = server
        self._logs = logs
        self._next: WorkerProcess | None = None

    async def decide(self, *, ours: bool) -> None:
        """Let our version decide what happens, and the next one move users; or the other way round."""
        await self.stop()
        our_queue, next_queue = TASK_QUEUE, MOVE_TASK_QUEUE
        if not ours:
            our_queue, next_queue = next_queue, our_queue
        self._next = WorkerProcess(
            self._logs / f"{next_queue}.log",
            database_url=self._database_url,
            temporal_address=self._server.address,
            namespace="default",
            batch=3,
            task_queue=next_queue,
            root=self._checkout,
        )
        await asyncio.to_thread(self._next.start)
        await self.story.start_worker(task_queues=[our_queue])

    async def stop(self) -> None:
        await self.story.stop_worker()
        if self._next is not None:
            await asyncio.to_thread(self._next.stop)
            self._next.log.unlink()
        self._next = None

    async def by_next(self, *words: str) -> Any:
        """What a command of the next version answers."""
        done = await run_starter(self._checkout, self._database_url, self._server.address, *words)
        assert done.returncode == 0, done.stderr or done.stdout
        return json.loads(done.stdout)

    async def load_by_next(self, world: Path) -> None:
        """The next version takes a tenant and a plan that have other names now."""
        database = self.story.database
        tenant = "select body {} from tenants where tenant_id = 'x'"
        plan = "select body {} from plans where plan_id = 'standard'"
        document = {
            "tenants": [{**await database.fetchval(tenant.format("")), "name": "X"}],
            "plans": [{**await database.fetchval(plan.format("")), "name": "Newer"}],
        }
        await asyncio.to_thread(world.write_text, json.dumps(document))
        await self.by_next("load", str(world))
        for body in (tenant, plan):
            assert await database.fetchval(body.format(f"->> '{LATER}'")) is not None, body

    async def order_by_next(self, tenant: str) -> UpgradeView:
        """An order that the command line of the next version quotes and places."""
        asked = ("--to", "standard", "--licenses", "10", "--billing", "monthly")
        quote = await self.by_next("quote", f"{tenant}-basic", *asked)
        answer = await self.by_next("upgrade", f"{tenant}-basic", "--quote", quote["quote_id"])
        self.story.upgrade_ids.append(answer["upgrade_id"])
        return await self.story.service.reading.status(OPERATOR, answer["upgrade_id"])

    async def grown_in(self, upgrade: UpgradeView) -> set[str]:
        """What the next version has said in the run's history with its one more field."""
        kinds = {
            EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: "input",
            EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: "answer",
            EventType.EVENT_TYPE_MARKER_RECORDED: "local answer",
        }
        return {
            kinds[event.event_type]
            for event in await self.story.history_of(upgrade)
            if event.event_type in kinds and f'"{LATER}"'.encode() in event.SerializeToString()
        }

    async def stored(self, upgrade: UpgradeView) -> str | None:
        """Who wrote the upgrade's row last: what its one more field says."""
        return await self.story.database.fetchval(
            f"select view ->> '{LATER}' from upgrades where upgrade_id = $1", upgrade.upgrade_id
        )


@pytest.fixture
async def versions(
    database: Database,
    database_url: str,
    client: Client,
    temporal_server: TemporalServer,
    hooks: Hooks,
    tmp_path: Path,
) -> AsyncGenerator[Versions]:
    story = Story(database, client, hooks)
    by_invoice = {"payment_method": "invoice"}
    tenants = (a_tenant(each, a_subscription(f"{each}-basic"), **by_invoice) for each in "xyz")
    await story.load(a_world(tenants=tuple(tenants)))
    checkout = next_version(tmp_path / "next")
    versions = Versions(story, checkout, database_url, temporal_server, tmp_path)
    try:
        yield versions
    finally:
        await versions.stop()
        await story.end()


async def test_versions_with_other_shapes_carry_the_same_runs(
    versions: Versions, tmp_path: Path
) -> None:
    story = versions.story
    await versions.load_by_next(tmp_path / "world.json")

    await versions.decide(ours=True)
    ours = await story.rest(await story.order("x-basic"))
    theirs = await story.rest(await versions.order_by_next("z"))
    assert {ours.stage, theirs.stage} == {"awaiting_credit_check"}
    await versions.by_next("decide", theirs.upgrade_id, "approved", "--reference", "R-1")
    await story.until(theirs, "awaiting_invoice")
    assert await versions.grown_in(theirs) == {"answer"}, "the next version moved its users"

    await versions.decide(ours=False)
    begun_by_next = await story.rest(await story.order("y-basic"))
    await versions.by_next("decide", ours.upgrade_id, "approved", "--reference", "R-2")
    moved_by_us = await story.until(ours, "awaiting_invoice")
    assert {"input", "local answer"} <= await versions.grown_in(ours)
    assert await versions.stored(ours) == "of UpgradeView"
    await story.skip_to(
        theirs, (await story.service.reading.status(OPERATOR, theirs.upgrade_id)).deadline
    )
    await story.until(theirs, "invoiced")
    assert (
        await story.service.bills.invoice(OPERATOR, theirs.upgrade_id)
    ).upgrade_id == theirs.upgrade_id

    await versions.decide(ours=True)
    await story.service.orders.decide(
        OPERATOR, begun_by_next.upgrade_id, "approved", reference="R-3"
    )
    await story.until(begun_by_next, "awaiting_invoice")
    await story.skip_to(ours, moved_by_us.deadline)
    await story.until(ours, "invoiced")
    assert await versions.stored(ours) is None, "our version has written the row again"
    seen = await versions.by_next("status", ours.upgrade_id)
    assert (seen["stage"], seen[LATER]) == ("invoiced", "of UpgradeView"), "its default"
    assert (await versions.by_next("invoice", ours.upgrade_id))["upgrade_id"] == ours.upgrade_id

    for upgrade in (ours, theirs, begun_by_next):
        opened = (
            await story.service.reading.status(OPERATOR, upgrade.upgrade_id)
        ).new_subscription_id
        assert len(await story.holders(opened)) == 7, upgrade.tenant_id
    assert (await verify(story.database, now=now())).violations == ()
