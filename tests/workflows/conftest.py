"""A real Temporal server for all tests, and for each a worker on a database of its own."""

import functools
from collections.abc import AsyncGenerator, Generator
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker._workflow import _WorkflowWorker

from activities import failures
from api.runs.verify_runs import HAS_AN_ORDER, verify_runs
from deploy.local_stack.temporal_server import TemporalServer
from store.database import Database
from tests.workflows.hooks import Hooks
from tests.workflows.story import Story

TASK_SECONDS = 60
"""How long a workflow task may keep its thread; the SDK's two seconds are too few on a busy machine."""


@functools.wraps(_WorkflowWorker.__init__)
def _patient_worker(self: _WorkflowWorker, **given: Any) -> None:
    _impatient_worker(self, **given)
    self._deadlock_timeout_seconds = TASK_SECONDS


_impatient_worker = _WorkflowWorker.__init__
_WorkflowWorker.__init__ = _patient_worker


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "patient: gives steps as many attempts as in production")


@pytest.fixture(scope="session")
def temporal_server() -> Generator[TemporalServer]:
    with TemporalServer() as server:
        yield server


@pytest.fixture(scope="session")
async def client(temporal_server: TemporalServer) -> Client:
    return await Client.connect(temporal_server.address, data_converter=pydantic_data_converter)


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Hooks:
    """What happens around the steps of the test's workers."""
    hooks = Hooks()
    hooks.install(monkeypatch)
    return hooks


@pytest.fixture
def impatient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps give up after two attempts: five take seconds of backoff."""
    if request.node.get_closest_marker("patient") is None:
        monkeypatch.setattr(failures, "ATTEMPTS_WHEN_UNEXPECTED", 2)


@pytest.fixture
async def story(database: Database, client: Client, hooks: Hooks) -> AsyncGenerator[Story]:
    """A worker is working, nobody has ordered anything, the world is still to be loaded."""
    story = Story(database, client, hooks)
    try:
        await story.start_worker()
        yield story
        agreement = await verify_runs(database, client)
    finally:
        await story.end()
    of_others = [
        each
        for each in agreement.violations
        if each.invariant == HAS_AN_ORDER and each.evidence["upgrade_id"] not in story.upgrade_ids
    ]  # tests share a server, and each has its own database
    assert len(of_others) == len(agreement.violations), agreement.violations
