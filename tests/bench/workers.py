"""Workers whose upgrades can be waited for: with the real steps, or with steps that do nothing."""

import asyncio
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from temporalio.client import Client

import worker
from activities.steps import OrderInput, StepInput
from activities.upgrade_steps import PostgresUpgradeSteps
from activities.user_moves import MoveLimits
from domain.quoting.orders import Order, OrderRequest
from domain.quoting.quote import Quote
from domain.text.messages import read_message
from domain.upgrade.states import Milestone, Stage
from domain.views.read_models import UpgradeView, UserCounts, workflow_id_for
from store.database import Database
from tests import clock
from tests.bench.stack import Stack
from tests.callers import OPERATOR

LIMITS = MoveLimits(users_per_batch=100_000)
PATIENCE_SECONDS = 120
SWITCHED: dict[str, asyncio.Event] = {}
"""Upgrades that somebody waits for; set once billing has switched."""


class RealSteps(PostgresUpgradeSteps):
    """The real steps; whoever waits is told of the switch."""

    async def switch_billing(self, step: StepInput) -> UpgradeView:
        """Switch, and tell."""
        view = await super().switch_billing(step)
        SWITCHED[step.upgrade_id].set()
        return view


QUOTES: dict[str, str] = {}
"""What each upgrade was ordered on, for steps that do nothing else."""


class NoopSteps(PostgresUpgradeSteps):
    """Steps of the plain path that answer as the real ones do, and do nothing."""

    async def check_order(self, step: OrderInput) -> UpgradeView:
        """Nothing is checked."""
        request = read_message(OrderRequest, step.order)
        QUOTES[step.upgrade_id] = request.quote_id
        named = request.model_dump(include={"tenant_id", "subscription_id"})
        known = StepInput(upgrade_id=step.upgrade_id, at=step.at, **named)
        return _view(known, 2, "moving_users")

    async def move_users(self, step: StepInput) -> UpgradeView:
        """Nobody is moved."""
        return _view(step, 5, "switching_billing")

    async def switch_billing(self, step: StepInput) -> UpgradeView:
        """Nothing is switched."""
        SWITCHED[step.upgrade_id].set()
        return _view(step, 6, "awaiting_invoice")


def _view(step: StepInput, version: int, stage: Stage) -> UpgradeView:
    now = clock.now()
    return UpgradeView(
        upgrade_id=step.upgrade_id,
        version=version,
        workflow_id=workflow_id_for(step.upgrade_id),
        tenant_id=step.tenant_id,
        subscription_id=step.subscription_id,
        new_subscription_id="sub-" + step.upgrade_id,
        target_plan_id="standard",
        stage=stage,
        deadline=now + timedelta(days=20) if stage == "awaiting_invoice" else None,
        quote_id=QUOTES[step.upgrade_id],
        users=UserCounts(total=10, moved=10, remaining=0),
        placed_at=now,
        timeline=tuple(Milestone(stage=stage, at=now) for _ in range(version - 2)),
    )


@asynccontextmanager
async def working(
    client: Client, database: Database, steps: type[PostgresUpgradeSteps] = RealSteps
) -> AsyncGenerator[None]:
    """A worker as in production, but for its steps."""
    with patch.object(worker, "PostgresUpgradeSteps", steps):
        built: Any = worker.build_workers(
            client, database, limits=LIMITS, graceful_shutdown_seconds=5
        )
    async with built:
        yield


async def until_switched(stack: Stack, database: Database, order: Order, quote: Quote) -> None:
    """Order, and wait until billing has switched."""
    switched = SWITCHED[order.upgrade_id] = asyncio.Event()
    await stack.runs().submit(order, quote, OPERATOR.actor)
    await asyncio.wait_for(switched.wait(), PATIENCE_SECONDS)


def fresh_key() -> str:
    """An idempotency key that nobody has used."""
    return uuid.uuid4().hex
