"""A worker that holds its connections and does nothing: callers get an answer all the same."""

import asyncio
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from api.errors import Unavailable
from api.runs import temporal
from deploy.local_stack.temporal_server import TemporalServer
from store.database import Database
from tests.callers import OPERATOR
from tests.faults.namespaces import a_namespace
from tests.faults.process import WorkerProcess
from tests.workflows.hooks import Hooks
from tests.workflows.story import Story, a_world
from workflows import search_attributes


async def test_a_frozen_worker_bounds_the_wait_and_asking_again_is_safe(
    temporal_server: TemporalServer,
    database: Database,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    namespace = await a_namespace(temporal_server)
    worker = WorkerProcess(
        tmp_path / "worker.log",
        database_url=database_url,
        temporal_address=temporal_server.address,
        namespace=namespace,
        batch=3,
    )
    client = await Client.connect(
        temporal_server.address, namespace=namespace, data_converter=pydantic_data_converter
    )
    story = Story(database, client, Hooks())
    try:
        await asyncio.to_thread(worker.start)
        # "Ready" means that the server knows the attributes: before, it would refuse this query.
        await client.count_workflows(f"{search_attributes.STAGE.name} IS NULL")
        await story.load(a_world(payment_method="invoice"))
        waiting = await story.rest(await story.order())
        monkeypatch.setattr(temporal, "ANSWER_TIMEOUT", timedelta(seconds=2))

        worker.send(signal.SIGSTOP)
        async with asyncio.timeout(story.patience_seconds):
            with pytest.raises(Unavailable) as told:
                await story.service.orders.decide(
                    OPERATOR, waiting.upgrade_id, "approved", reference="R-1"
                )
        assert told.value.details["dependency"] == "worker"
        assert (
            await story.service.reading.status(OPERATOR, waiting.upgrade_id)
        ).stage == "awaiting_credit_check"

        worker.send(signal.SIGCONT)
        monkeypatch.undo()
        await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
        await story.until(waiting, "awaiting_invoice")
        assert (await story.event_types(waiting)).count("CreditCheckApproved") == 1
    finally:
        worker.stop()
