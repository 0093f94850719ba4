"""The server fails an order's first task: it does not know an attribute yet that our code sets."""

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError

import worker
from deploy.local_stack.temporal_server import TemporalServer
from store.database import Database
from tests.faults.namespaces import a_namespace
from tests.workflows.hooks import Hooks
from tests.workflows.story import Story, a_world, eventually
from workflows import search_attributes


async def test_an_order_is_answered_once_its_first_task_can_be_done(
    temporal_server: TemporalServer,
    database: Database,
    hooks: Hooks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = await Client.connect(
        temporal_server.address,
        namespace=await a_namespace(temporal_server),
        data_converter=pydantic_data_converter,
    )
    known = tuple(
        key for key in search_attributes.SEARCH_ATTRIBUTES if key is not search_attributes.DEADLINE
    )
    with monkeypatch.context() as patched:
        patched.setattr(worker, "SEARCH_ATTRIBUTES", known)
        await worker.ensure_search_attributes(client)
    story = Story(database, client, hooks)
    await story.start_worker()
    try:
        await story.load(a_world(payment_method="invoice"))
        quote = await story.quote()
        key, upgrade_id = story.key()
        ordering = story.begin(story.order(quote=quote, idempotency_key=key))

        async def failed() -> bool:
            try:
                events = [e async for e in story.handle(upgrade_id).fetch_history_events()]
            except RPCError:  # it has not been started yet
                return False
            return EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED in {e.event_type for e in events}

        await eventually("a task of the run fails", failed)
        assert not ordering.done()
        await worker.ensure_search_attributes(client)
        assert (await ordering).stage == "awaiting_credit_check"
    finally:
        await story.end()
