"""A small world in the database, and the life of an upgrade in it, step by step."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from temporalio.testing import ActivityEnvironment

from activities.holiday_calendar import holiday_calendar
from activities.steps import DecisionInput, OrderInput, ReasonInput, RunInput, SkipInput, StepInput
from activities.upgrade_steps import PostgresUpgradeSteps
from activities.user_moves import MoveLimits
from api.service.administration import Administration
from domain.catalog.policy import Policy
from domain.quoting.orders import OrderRequest, upgrade_id_for
from domain.quoting.quote import Quote, QuoteRequest, make_quote
from domain.views.read_models import UpgradeView, workflow_id_for, workflow_type_for
from domain.world.model import World, WorldSubscription, WorldTenant, WorldUser
from store.database import Database, Executor
from store.facts import read_facts
from store.quotes import save_quote
from store.views import read_upgrade
from tests.callers import OPERATOR
from tests.domain.builders import BASIC, NOW, PREMIUM, SERVICES, STANDARD, a_subscription, a_tenant

USERS = (
    WorldUser(id="ada@contoso.example", disabled_services=("sharepoint",)),
    WorldUser(id="bob@contoso.example"),
    WorldUser(id="cy@contoso.example", disabled_services=("exchange", "teams")),
    WorldUser(id="dee@contoso.example"),
    WorldUser(id="eve@contoso.example"),
    WorldUser(id="fay@contoso.example"),
    WorldUser(id="gus@contoso.example"),
)


def world_subscription(id: str = "contoso-basic", **changes: Any) -> WorldSubscription:
    """An active monthly subscription of `basic` with ten licenses and seven users."""
    like = a_subscription()
    fields: dict[str, Any] = {
        "plan": "basic",
        "licenses": 10,
        "status": like.status,
        "billing": like.billing,
        "cycle_anchor": like.cycle_anchor,
        "users": () if "user_count" in changes else USERS,
    }
    return WorldSubscription(id=id, **(fields | changes))


def world_tenant(
    id: str = "contoso", *subscriptions: WorldSubscription, **changes: Any
) -> WorldTenant:
    """A customer that pays by card, with these subscriptions or one named after it."""
    held = subscriptions or (world_subscription(f"{id}-basic"),)
    return WorldTenant.model_validate(
        a_tenant(id, **changes).model_dump()
        | {"subscriptions": [each.model_dump() for each in held]}
    )


def world_of(*tenants: WorldTenant, policy: Policy | None = None) -> World:
    """The catalog of the domain's tests, with these tenants or contoso alone."""
    return World(
        services=tuple(SERVICES.values()),
        plans=(BASIC, STANDARD, PREMIUM),
        tenants=tenants or (world_tenant(),),
        policy=policy or Policy(),
    )


@dataclass
class Life:
    """One upgrade, lived through by its steps as a worker would run them."""

    database: Database
    subscription_id: str = "contoso-basic"
    tenant_id: str = "contoso"
    key: str = "key-1"
    at: datetime = NOW
    users_per_batch: int = 3
    licenses: int = 10
    ordered: OrderRequest = field(init=False)

    @property
    def upgrade_id(self) -> str:
        return upgrade_id_for(self.tenant_id, self.key)

    @property
    def steps(self) -> PostgresUpgradeSteps:
        limits = MoveLimits(users_per_batch=self.users_per_batch)
        return PostgresUpgradeSteps(self.database, holiday_calendar, limits)

    @property
    def step(self) -> StepInput:
        return StepInput(
            upgrade_id=self.upgrade_id,
            subscription_id=self.subscription_id,
            tenant_id=self.tenant_id,
            at=self.at,
        )

    async def quote(self, **request: Any) -> "Life":
        """Ask for a quote and keep it, with the order on it."""
        facts = await read_facts(self.database, self.subscription_id)
        assert facts is not None
        asked = {"target_plan_id": "standard", "licenses": self.licenses, "billing": "monthly"}
        quote = make_quote(
            facts,
            QuoteRequest.model_validate(asked | request),
            quote_id=f"q-{self.subscription_id}-{self.key}",
            at=self.at,
            calendar=holiday_calendar(facts.tenant.country, facts.tenant.subdivision),
        )
        await save_quote(self.database, quote)
        self.order_on(quote)
        return self

    def order_on(self, quote: Quote) -> None:
        """Let the next order be on this quote, accepting what it says would be lost."""
        self.ordered = OrderRequest(
            quote_id=quote.quote_id,
            idempotency_key=self.key,
            accept_forfeiture=quote.forfeited or None,
        )

    async def order(self) -> UpgradeView:
        step = OrderInput(
            upgrade_id=self.upgrade_id,
            at=self.at,
            ordered_at=self.at,
            order=self.ordered.model_dump_json(exclude_none=True),
        )
        return await run_step(self.steps.check_order, step)

    async def decide(self, decision: str, reference: str = "R-1") -> UpgradeView:
        step = DecisionInput.model_validate(
            self.step.model_dump() | {"decision": decision, "reference": reference, "reason": ""}
        )
        return await run_step(self.steps.decide_credit_check, step)

    async def expire(self) -> UpgradeView:
        return await run_step(self.steps.expire_credit_check, self.step)

    async def move(self) -> UpgradeView:
        return await run_step(self.steps.move_users, self.step)

    async def block(self, *users: str, code: str = "upstream") -> None:
        """Somebody upstream keeps these users' licenses from being changed."""
        await self.database.execute(
            "insert into user_blocks select $1, unnest($2::text[]), $3, 'in dispute'",
            self.subscription_id,
            list(users),
            code,
        )

    async def skip(self, *users: str) -> UpgradeView:
        """Go on without these users, or without all who fail."""
        step = SkipInput(**self.step.model_dump(), reason="they are leaving", users=users or None)
        return await run_step(self.steps.skip_users, step)

    async def switch(self) -> UpgradeView:
        return await run_step(self.steps.switch_billing, self.step)

    async def invoice(self) -> UpgradeView:
        return await run_step(self.steps.issue_invoice, self.step)

    async def cancel(self) -> UpgradeView:
        step = ReasonInput(**self.step.model_dump(), reason="changed my mind")
        return await run_step(self.steps.cancel, step)

    async def undo(self) -> UpgradeView:
        return await run_step(self.steps.undo_move, self.step)

    async def wait(self) -> None:
        """Until what the upgrade waits for."""
        view = await read_upgrade(self.database, self.upgrade_id)
        assert view is not None
        assert view.deadline is not None
        self.at = view.deadline

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)

    async def live(self) -> UpgradeView:
        """From the order to the invoice."""
        await self.quote()
        await self.order()
        await self.move()
        await self.switch()
        await self.wait()
        return await self.invoice()


async def run_step(step: Callable[..., Awaitable[Any]], given: RunInput) -> Any:
    """Run one step as a worker would for the upgrade's own run, outside Temporal."""
    return await in_run_of(given.upgrade_id).run(step, given)


def in_run_of(upgrade_id: str) -> ActivityEnvironment:
    """Where a step of that upgrade runs."""
    environment = ActivityEnvironment()
    environment.info = replace(
        environment.info,
        workflow_id=workflow_id_for(upgrade_id),
        workflow_type=workflow_type_for(upgrade_id),
    )
    return environment


async def holders(database: Database, subscription_id: str) -> dict[str, list[str]]:
    """Who holds a license of it, with the services that are off for them."""
    rows = await database.fetch(
        "select user_id, disabled_services from assignments where subscription_id = $1",
        subscription_id,
    )
    return {row["user_id"]: row["disabled_services"] for row in rows}


async def an_incident(database: Database) -> None:
    """A service that no plan of these upgrades has was not healthy for a moment."""
    admin = Administration(database, lambda: NOW)
    await admin.open_incident(OPERATOR, "apps", "AP-1")
    await admin.close_incident(OPERATOR, "apps", "AP-1")


async def append_raw(
    executor: Executor, stream: str, expected_version: int, command_id: str, events: int
) -> int | None:
    """Append events that mean nothing; returns the stream's version, as the database says it."""
    new = [
        {"type": "Noted", "schema_version": 1, "data": {"n": n}, "metadata": {}}
        for n in range(events)
    ]
    return await executor.fetchval(
        "select append_to_stream($1, $2, $3, $4::jsonb)", stream, expected_version, command_id, new
    )


@asynccontextmanager
async def tampering(database: Database) -> AsyncGenerator[Executor]:
    """A connection that does as a superuser may: no trigger, no foreign key holds it back."""
    async with database.transaction() as connection:
        await connection.execute("set local session_replication_role = replica")
        yield connection
