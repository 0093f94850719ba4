"""The end of a soak: everything that was acknowledged is there, and every promise holds."""

import asyncio
from collections.abc import AsyncGenerator
from random import Random

from temporalio.client import Client, WorkflowHistory

from activities.holiday_calendar import holiday_calendar
from api.runs.resuming import resume_all
from api.runs.temporal import TemporalRuns, histories
from api.runs.verify_runs import verify_runs
from store.rebuild import rebuild
from store.verify import verify
from tests.callers import OPERATOR
from tests.clock import now
from tests.soak.asking import Fault
from tests.soak.scene import Scene
from tests.soak.settling import check_subscription
from workflows.replay import replay

MOST_REPLAYED = 500
"""Histories: all of a short soak, as many of a long one as the dice choose."""


async def judge(scene: Scene) -> None:
    """Look at everything once more, when all is quiet; what is wrong is counted."""
    ground, tally = scene.ground, scene.tally
    await _check_acknowledged(scene)
    await _check_tenants(scene)
    await _check_runs(scene)
    await _do_what_watch_says(scene)
    verified = await verify(ground.judge, calendar_of=holiday_calendar, now=now())
    for violation in verified.violations:
        tally.fault("verify", violation)
    tally.count("verified", "promises", by=len(verified.checked))
    tally.count("verified", "places", by=sum(verified.checked.values()))
    agreed = await verify_runs(ground.judge, ground.judge_client)
    for violation in agreed.violations:
        tally.fault("verify", violation)
    rebuilt = await rebuild(ground.judge)
    for difference in rebuilt.differences:
        tally.fault("rebuild", difference)
    tally.count("verified", "rows rebuilt", by=sum(rebuilt.compared.values()))
    await _replay(scene)
    for death in ground.unasked_deaths:
        tally.fault("workers", death)


async def _do_what_watch_says(scene: Scene) -> None:
    """An update that nobody saw through may have reached the database alone: its run is told to look.

    A server that dies forgets what it has not written, also when the step of it is done; whoever got
    no answer asks again, and here nobody may have. No run may be missing.
    """
    ground, tally = scene.ground, scene.tally

    async def connected() -> Client:
        return ground.judge_client

    done = await resume_all(
        ground.judge, TemporalRuns(connected), ground.judge_client, OPERATOR.actor
    )
    for id in done.resumed:
        tally.fault("runs", f"{id} had none")
    for failed in done.failed:
        tally.fault("runs", failed)
    tally.count("verified", "runs told to look", by=len(done.looked))


async def _check_acknowledged(scene: Scene) -> None:
    for each in scene.acknowledged:
        found = await scene.ground.judge.fetch(each.sql, *each.arguments)
        if not found:
            scene.tally.fault("acknowledged and lost", each.what)
    scene.tally.count("verified", "acknowledged writes", by=len(scene.acknowledged))


async def _check_tenants(scene: Scene) -> None:
    """What was settled then is so still: nothing has changed behind anybody's back."""
    for tenant in scene.tenants:
        waits = any(order.left_waiting for order in tenant.orders)  # and may have gone on
        if waits or tenant.is_wrong:
            continue
        for sub in tenant.subscriptions.values():
            try:
                await check_subscription(scene.ground.judge, sub)
            except Fault as fault:
                scene.tally.fault(f"{tenant.id}, at the end", fault)
            scene.tally.count("verified", "subscriptions")


async def _check_runs(scene: Scene) -> None:
    """Every order that was placed is one row, and nobody else ordered anything."""
    rows = await scene.ground.judge.fetch("select upgrade_id, stage from upgrades")
    known = {order.upgrade_id for tenant in scene.tenants for order in tenant.orders}
    for row in rows:
        if row["upgrade_id"] not in known:
            scene.tally.fault(row["upgrade_id"], "nobody knows of this upgrade")
        scene.tally.count("at the end", row["stage"])
    scene.tally.count("upgrades", by=len(rows))


async def _replay(scene: Scene) -> None:
    client = scene.ground.judge_client
    replayed = await replay(
        _some(client_histories=[each async for each in histories(client)], seed=scene.seed)
    )
    for failed in (*replayed.failed, *replayed.differing):
        scene.tally.fault("replay", failed)
    scene.tally.count("verified", "histories replayed", by=replayed.replayed)


async def _some(
    client_histories: list[tuple[str, WorkflowHistory]], seed: int
) -> AsyncGenerator[tuple[str, WorkflowHistory]]:
    if len(client_histories) > MOST_REPLAYED:
        client_histories = Random(seed).sample(client_histories, MOST_REPLAYED)
    for each in client_histories:
        yield each
        await asyncio.sleep(0)
