"""A worker is killed around the commit of a step: another one finishes, and all is done once.

All kills happen at the same time, each in a namespace and a database of its own: most of the time
goes by with Temporal waiting for a sign of life (10 s, or 30 s for the switch and the invoice).
"""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from deploy.local_stack.temporal_server import TemporalServer
from store.database import Database
from tests.faults.conftest import FreshDatabase
from tests.faults.lives import BATCH, EVENTS, MOMENTS, assert_lived_once, live, written
from tests.faults.namespaces import a_namespace
from tests.faults.process import WorkerProcess
from tests.faults.wire import Moment, Wire
from tests.workflows.hooks import Hooks
from tests.workflows.story import Story, eventually


async def test_a_worker_killed_around_any_commit_changes_nothing(
    temporal_server: TemporalServer, fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    async def kill(event_type: str, moment: Moment) -> None:
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(fresh_database())
            database = await Database.open(url)
            stack.push_async_callback(database.close)
            namespace = await a_namespace(temporal_server)
            client = await Client.connect(
                temporal_server.address,
                namespace=namespace,
                data_converter=pydantic_data_converter,
            )
            wire = await stack.enter_async_context(Wire(url, event_type, moment).opened())
            workers = [
                WorkerProcess(
                    tmp_path / f"{event_type}-{moment}-{role}.log",
                    database_url=to,
                    temporal_address=temporal_server.address,
                    namespace=namespace,
                    batch=BATCH,
                )
                for role, to in (("victim", wire.url), ("heir", url))
            ]
            for worker in workers:
                stack.callback(worker.stop)
            victim, heir = workers
            await asyncio.to_thread(victim.start)

            story = Story(database, client, Hooks(), patience_seconds=120)
            living = asyncio.ensure_future(live(story))
            stack.callback(living.cancel)
            await wire.stopped()
            if moment == "after":

                async def committed() -> bool:
                    return await written(database, event_type) > 0

                await eventually(f"{event_type} is committed", committed)
            else:
                assert await written(database, event_type) == 0
            assert not living.done()
            victim.kill()
            wire.cut()
            await asyncio.to_thread(heir.start)
            await assert_lived_once(story, await living)

    faults: list[tuple[str, Moment]] = [
        (event_type, moment) for event_type in EVENTS for moment in MOMENTS
    ]
    outcomes = await asyncio.gather(*(kill(*fault) for fault in faults), return_exceptions=True)
    failed = [
        f"killed {moment} {event_type}: {outcome!r}"
        for (event_type, moment), outcome in zip(faults, outcomes, strict=True)
        if isinstance(outcome, BaseException)
    ]
    if failed:
        pytest.fail("\n".join(failed))
