"""The roles of deploy/postgres-roles.sql, at work: what they may do is enough for every step."""

from collections.abc import AsyncGenerator

import pytest
from temporalio.client import Client

from store.database import Database
from tests.roles import set_up_roles, url_as
from tests.workflows.change_paths import CHANGE_PATHS
from tests.workflows.hooks import Hooks
from tests.workflows.paths import PATHS
from tests.workflows.story import Story

WAYS = (
    "credit_expired",
    "invoice_failed_then_retried",
    "past_the_hour_then_invoiced",
    "scheduled_then_credit_approved",
    "undone",
    "users_failed_then_skipped",
    "change_canceled_in_the_move",
    "change_undone_by_an_operator",
    "changed_and_bought",
)
"""Together they take every step, forwards and back; any other way passes too."""


@pytest.fixture
async def split(
    database: Database, database_url: str, client: Client, hooks: Hooks
) -> AsyncGenerator[Story]:
    """A story whose worker and service have a role each."""
    await set_up_roles(database_url)
    worker = await Database.open(url_as("worker", database_url))
    api = await Database.open(url_as("api", database_url))
    story = Story(database, client, hooks, of_worker=worker, of_service=api)
    await story.start_worker()
    yield story
    await story.end()
    await worker.close()
    await api.close()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", WAYS)
async def test_worker_and_api_carry_it_through(split: Story, name: str) -> None:
    await {**PATHS, **CHANGE_PATHS}[name](split)
