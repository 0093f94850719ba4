"""A small world, a worker and a service on a real server, in words that tests can tell a story with."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import WorkflowExecution as ExecutionReference
from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.api.workflowservice.v1 import (
    DeleteWorkflowExecutionRequest,
    PauseActivityRequest,
    PauseWorkflowExecutionRequest,
    PollWorkflowExecutionUpdateRequest,
    ResetWorkflowExecutionRequest,
    UnpauseActivityRequest,
    UnpauseWorkflowExecutionRequest,
)
from temporalio.client import Client, WorkflowExecution, WorkflowHandle
from temporalio.common import SearchAttributeKey, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper

from activities.credit_review import CreditReview
from activities.holiday_calendar import holiday_calendar
from activities.user_moves import MoveLimits
from api.files.users_file import NamedUsers
from api.runs.descriptions import OPEN, list_runs
from api.runs.temporal import TemporalRuns
from api.service.changes import ChangeRequest, Purchase
from api.service.reading import AT_REST
from api.service.upgrades import UpgradeService
from domain.catalog.policy import Policy
from domain.quoting.orders import upgrade_id_for
from domain.quoting.quote import Quote, QuoteRequest
from domain.quoting.request import OldAfter
from domain.views.read_models import UpgradeView, workflow_id_for
from domain.world.model import World, WorldSubscription, WorldTenant
from domain.world.placed import file_of
from store.database import Database
from store.views import read_upgrade
from tests.callers import OPERATOR
from tests.clock import in_days, now, quiet_billing_day
from tests.store.support import USERS, holders, world_of, world_subscription, world_tenant
from tests.waiting import SECONDS, eventually
from tests.workflows.hooks import Hooks
from worker import build_workers
from workflows.contract import TASK_QUEUES

T = TypeVar("T")

BASIC = "contoso-basic"
SWITCHES = {user.id: sorted(user.disabled_services) for user in USERS}
"""Who holds a license of contoso's subscription, with the services that are off for each."""

STAGE = SearchAttributeKey.for_keyword("UpgradeStage")
ALERT = SearchAttributeKey.for_keyword("UpgradeAlert")


def a_world(
    *subscriptions: WorldSubscription,
    tenants: tuple[WorldTenant, ...] = (),
    policy: Policy | None = None,
    **tenant: Any,
) -> World:
    """Contoso with one subscription of seven users, whose term began five days ago."""
    held = subscriptions or (a_subscription(),)
    return world_of(a_tenant("contoso", *held, **tenant), *tenants, policy=policy)


def a_tenant(id: str, *subscriptions: WorldSubscription, **changes: Any) -> WorldTenant:
    """A customer whose invoice waits for a day that is not near."""
    return world_tenant(id, *subscriptions, **({"billing_day": quiet_billing_day()} | changes))


def a_subscription(id: str = BASIC, **changes: Any) -> WorldSubscription:
    """Ten licenses of `basic`, seven users, in a term that began five days ago."""
    return world_subscription(id, **({"cycle_anchor": in_days(-5)} | changes))


@dataclass
class Story:
    """Everything a test needs: what it does is what backend people and operators would do."""

    database: Database
    client: Client
    hooks: Hooks
    users_per_batch: int = 3
    """Small, so that seven users take three batches."""
    patience_seconds: float = SECONDS
    of_worker: Database | None = None
    of_service: Database | None = None
    """The same database, by roles of their own; `database` is for whoever does as they like."""
    credit_review: CreditReview | None = None
    """Who decides credit checks; operators, unless it is set before the worker starts."""
    upgrade_ids: list[str] = field(default_factory=list[str])
    _worker: AsyncExitStack = field(default_factory=AsyncExitStack)
    _begun: list["asyncio.Task[Any]"] = field(default_factory=list["asyncio.Task[Any]"])

    def __post_init__(self) -> None:
        async def connect() -> Client:
            return self.client

        of_service = self.of_service or self.database
        self.runs = TemporalRuns(connect)
        self.service = UpgradeService(of_service, self.runs, holiday_calendar, now)
        self.skipper = TimeSkipper(self.client)

    # ---- the worker -------------------------------------------------------------------------

    async def start_worker(
        self,
        client: Client | None = None,
        version: WorkerDeploymentVersion | None = None,
        task_queues: Iterable[str] = TASK_QUEUES,
    ) -> None:
        """One more worker; a second one at the same time needs a connection of its own."""
        workers = build_workers(
            client or self.client,
            self.of_worker or self.database,
            limits=MoveLimits(users_per_batch=self.users_per_batch),
            credit_review=self.credit_review,
            task_queues=task_queues,
            graceful_shutdown_seconds=0,
            version=version,
        )
        await self._worker.enter_async_context(workers)

    async def stop_worker(self) -> None:
        await self._worker.aclose()

    async def end(self) -> None:
        """Leave nothing to the next test: it has the same task queue and another database.

        Not even what a test has begun without our knowledge, if it failed on the way.
        """
        for task in self._begun:
            task.cancel()
        await asyncio.gather(*self._begun, return_exceptions=True)
        await self.stop_worker()
        open_ones = await list_runs(self.client, OPEN)
        for upgrade_id in dict.fromkeys([*self.upgrade_ids, *open_ones]):
            try:
                await self.handle(upgrade_id).terminate("the test is over")
            except RPCError:  # it has ended
                continue

    # ---- what people do ---------------------------------------------------------------------

    async def load(self, world: World | None = None) -> None:
        """Load a world, or Contoso's; the open incidents are then exactly those of that world."""
        given = world or a_world()
        given = given.model_copy(update={"incidents": given.incidents})
        await self.service.operations.load(
            OPERATOR, file_of(given), replace=frozenset({"incidents"})
        )

    async def quote(self, subscription_id: str = BASIC, **request: Any) -> Quote:
        asked = {"target_plan_id": "standard", "licenses": 10, "billing": "monthly"}
        return await self.service.quotes.make(
            OPERATOR, subscription_id, QuoteRequest.model_validate(asked | request)
        )

    async def order(
        self, subscription_id: str = BASIC, *, quote: Quote | None = None, **order: Any
    ) -> UpgradeView:
        """Order on a quote, a fresh one unless it is given; the answer, once it is checked."""
        quote = quote or await self.quote(subscription_id, switch_on=order.get("schedule"))
        view = await self.service.orders.upgrade(OPERATOR, subscription_id, quote.quote_id, **order)
        self.upgrade_ids.append(view.upgrade_id)
        return view

    async def quote_change(
        self,
        *users: str,
        subscription_id: str = BASIC,
        into: str | None = None,
        old: OldAfter = "stays",
    ) -> Quote:
        """A quote for these users, or all; into what is there, or ten new licenses of `standard`."""
        bought = Purchase(plan_id="standard", licenses=10, billing="monthly")
        request = ChangeRequest(to=into or bought, old=old)
        listed = NamedUsers(users) if users else None
        return await self.service.quotes.make_for_change(OPERATOR, subscription_id, request, listed)

    async def change(self, quote: Quote, **order: Any) -> UpgradeView:
        """Order a change by hand; the answer, once it is checked."""
        change = self.service.orders.change
        view = await change(OPERATOR, quote.subscription_id, quote.quote_id, **order)
        self.upgrade_ids.append(view.upgrade_id)
        return view

    def key(self, upgrade_of: str = "contoso") -> tuple[str, str]:
        """An idempotency key that no other test uses, and the upgrade that it will stand for."""
        key = f"key-{uuid4().hex}"
        self.upgrade_ids.append(upgrade_id_for(upgrade_of, key))
        return key, self.upgrade_ids[-1]

    def begin(self, doing: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Begin something whose end comes later; nothing of it outlives the test."""
        task = asyncio.ensure_future(doing)
        self._begun.append(task)
        return task

    def send(
        self, upgrade: UpgradeView, update: str, message: Any, *, id: str
    ) -> "asyncio.Task[UpgradeView]":
        """Send an update to the run by the caller's own hand and id; the answer comes later."""
        return self.begin(
            self.handle(upgrade).execute_update(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
                update, message, id=id, result_type=UpgradeView
            )
        )

    async def skip_to(self, upgrade: UpgradeView, moment: datetime | None) -> None:
        """Let the upgrade live up to `moment`."""
        assert moment is not None, f"{upgrade.stage} waits for no moment"
        handle = self.handle(upgrade)
        left = moment - await self.skipper.get_current_time(handle)
        if left > timedelta(0):
            await self.skipper.fast_forward(handle, left)

    # ---- what operators do in Temporal's UI -------------------------------------------------

    async def pause(
        self, upgrade: UpgradeView | str, reason: str = "look", identity: str = ""
    ) -> None:
        """*Pause* the run."""
        await self.client.workflow_service.pause_workflow_execution(
            PauseWorkflowExecutionRequest(
                namespace=self.client.namespace,
                workflow_id=self.handle(upgrade).id,
                reason=reason,
                identity=identity,
                request_id=uuid4().hex,
            )
        )

    async def unpause(self, upgrade: UpgradeView | str) -> None:
        """*Unpause* the run."""
        await self.client.workflow_service.unpause_workflow_execution(
            UnpauseWorkflowExecutionRequest(
                namespace=self.client.namespace,
                workflow_id=self.handle(upgrade).id,
                request_id=uuid4().hex,
            )
        )

    async def pause_step(
        self, upgrade: UpgradeView, step: str, reason: str = "look", identity: str = ""
    ) -> None:
        """Pause one step, by its id, such as `move-users`."""
        await self.client.workflow_service.pause_activity(
            PauseActivityRequest(
                namespace=self.client.namespace,
                execution=ExecutionReference(workflow_id=upgrade.workflow_id),
                id=step,
                reason=reason,
                identity=identity,
            )
        )

    async def unpause_step(self, upgrade: UpgradeView, step: str) -> None:
        """Let that step go on."""
        await self.client.workflow_service.unpause_activity(
            UnpauseActivityRequest(
                namespace=self.client.namespace,
                execution=ExecutionReference(workflow_id=upgrade.workflow_id),
                id=step,
            )
        )

    async def delete(self, upgrade: UpgradeView | str) -> None:
        """*Delete*: nothing of the run will be left. One that is closed goes half a minute later."""
        await self.client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(
                namespace=self.client.namespace,
                workflow_execution=ExecutionReference(workflow_id=self.handle(upgrade).id),
            )
        )

    async def until_deleted(self, upgrade: UpgradeView | str) -> None:
        """Until Temporal knows no run of it any more."""
        upgrade_id = upgrade if isinstance(upgrade, str) else upgrade.upgrade_id

        async def gone() -> bool:
            return await self.runs.last_run(upgrade_id) is None

        await eventually(f"the run of {upgrade_id} is deleted", gone)

    # ---- what people see --------------------------------------------------------------------

    async def rest(self, upgrade: UpgradeView) -> UpgradeView:
        """The upgrade once it waits for something, or has ended."""
        return await self.until(upgrade, *AT_REST)

    async def status_of_run(self, upgrade: UpgradeView | str) -> str:
        """How Temporal says the run stands."""
        status = (await self.handle(upgrade).describe()).status
        return "none" if status is None else status.name

    def runs_of(self, upgrade: UpgradeView) -> AsyncIterator[WorkflowExecution]:
        """Every run under the upgrade's workflow id."""
        return self.client.list_workflows(f"WorkflowId = '{upgrade.workflow_id}'")

    async def until(self, upgrade: UpgradeView, *stages: str) -> UpgradeView:
        """The upgrade once it is in one of these stages, in the database and in its run."""
        end = time.monotonic() + self.patience_seconds
        while True:
            view = await self.service.reading.status(OPERATOR, upgrade.upgrade_id)
            if view.stage in stages and await self.stage_of_run(upgrade) == view.stage:
                return view
            if time.monotonic() > end:
                pytest.fail(
                    f"{upgrade.upgrade_id} is not {' or '.join(stages)} within {self.patience_seconds:g} s:\n"
                    f"{view!r}\n{await self.story_of(upgrade)}"
                )
            await asyncio.sleep(0.05)

    async def stage_of_run(self, upgrade: UpgradeView) -> str | None:
        """The stage that the run shows to operators."""
        described = await self.handle(upgrade).describe()
        return described.typed_search_attributes.get(STAGE)

    async def until_alerted(self, upgrade: UpgradeView | str, alert: str | None) -> None:
        """Until the run shows operators that alert; or None any more."""

        async def shown() -> bool:
            return await self.alert_of_run(upgrade) == alert

        await eventually(f"the run shows {alert}", shown)

    async def alert_of_run(self, upgrade: UpgradeView | str) -> str | None:
        """The alert that operators see in the list of runs."""
        try:
            described = await self.handle(upgrade).describe()
        except RPCError:  # it has not begun
            return None
        return described.typed_search_attributes.get(ALERT)

    async def details_of(self, upgrade: UpgradeView | str) -> str:
        """What the page of the run says now."""
        metadata: WorkflowMetadata = await self.handle(upgrade).query(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
            "__temporal_workflow_metadata", result_type=WorkflowMetadata
        )
        return metadata.current_details

    async def result(self, upgrade: UpgradeView) -> UpgradeView:
        """What the run ends with."""
        try:
            return await asyncio.wait_for(self.handle(upgrade).result(), self.patience_seconds)
        except TimeoutError:
            pytest.fail(
                f"no end within {self.patience_seconds:g} s:\n{await self.story_of(upgrade)}"
            )

    def handle(self, upgrade: UpgradeView | str) -> "WorkflowHandle[Any, UpgradeView]":
        upgrade_id = upgrade if isinstance(upgrade, str) else upgrade.upgrade_id
        return self.client.get_workflow_handle(workflow_id_for(upgrade_id), result_type=UpgradeView)

    async def holders(self, subscription_id: str | None) -> dict[str, list[str]]:
        """Who holds a license of it, with the services that are off for them."""
        assert subscription_id is not None
        found = await holders(self.database, subscription_id)
        return {user: sorted(off) for user, off in found.items()}

    async def event_types(self, upgrade: UpgradeView) -> list[str]:
        """What happened, oldest first."""
        return [
            event.type for event in await self.service.reading.events(OPERATOR, upgrade.upgrade_id)
        ]

    async def until_ordered(self, upgrade_id: str, *stages: str) -> UpgradeView:
        """The upgrade once it is ordered, however its run was started, and in one of these stages."""

        async def ordered() -> UpgradeView | None:
            return await read_upgrade(self.database, upgrade_id)

        return await self.until(await eventually("it is ordered", ordered), *stages)

    async def until_failed(self, upgrade_id: str) -> None:
        """Until the run has failed."""

        async def failed() -> bool:
            return await self.status_of_run(upgrade_id) == "FAILED"

        await eventually("the run has failed", failed)

    async def until_happened(self, upgrade: UpgradeView, type: str, *, times: int = 1) -> None:
        """Until an event of that type has been recorded so often."""

        async def happened() -> bool:
            return (await self.event_types(upgrade)).count(type) >= times

        await eventually(f"{type} is recorded {times} times", happened)

    async def notices(self, tenant_id: str = "contoso") -> list[str]:
        """What the tenant was told."""
        return [notice.kind for notice in await self.service.reading.notices(OPERATOR, tenant_id)]

    async def count(self, table: str) -> int:
        return await self.database.fetchval(f"select count(*) from {table}")

    async def contents(self, *tables: str) -> dict[str, list[Any]]:
        """All rows of these tables, to be compared with later ones."""
        return {
            table: [
                row["row"]
                for row in await self.database.fetch(
                    f"select to_jsonb(each) as row from {table} each order by each::text"
                )
            ]
            for table in tables
        }

    # ---- the run, as operators of Temporal see it -------------------------------------------

    async def history_of(self, upgrade: UpgradeView) -> list[Any]:
        return [event async for event in self.handle(upgrade).fetch_history_events()]

    async def story_of(self, upgrade: UpgradeView) -> str:
        """The run's history and what hangs in it, for whoever reads a failure."""
        lines = ["history:"]
        for event in await self.history_of(upgrade):
            kind = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")
            lines.append(f"  {event.event_id:3} {kind}")
        described = await self.handle(upgrade).describe()
        for pending in described.raw_description.pending_activities:
            failure = pending.last_failure.message
            lines.append(f"  pending: {pending.activity_id}, attempt {pending.attempt}: {failure}")
        return "\n".join(lines)

    async def until_update_waits(self, upgrade: UpgradeView | str, update_id: str) -> None:
        """Until the server holds that update, for the next worker to answer."""
        request = PollWorkflowExecutionUpdateRequest(namespace=self.client.namespace)
        request.update_ref.workflow_execution.workflow_id = self.handle(upgrade).id
        request.update_ref.update_id = update_id

        async def known() -> bool:
            try:
                await self.client.workflow_service.poll_workflow_execution_update(request)
            except RPCError as error:
                if error.status == RPCStatusCode.NOT_FOUND:
                    return False
                raise
            return True

        await eventually(f"update {update_id} waits for a worker", known)

    async def completed_tasks(self, upgrade: UpgradeView) -> list[int]:
        """The ids of the events to which the run can be reset."""
        return [
            event.event_id
            for event in await self.history_of(upgrade)
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        ]

    async def reset(self, upgrade: UpgradeView, run_id: str, event_id: int) -> str:
        """Reset the run to that completed workflow task; the new run's id."""
        request = ResetWorkflowExecutionRequest(
            namespace=self.client.namespace,
            reason="a test",
            workflow_task_finish_event_id=event_id,
            request_id=uuid4().hex,
        )
        request.workflow_execution.workflow_id = upgrade.workflow_id
        request.workflow_execution.run_id = run_id
        answer = await self.client.workflow_service.reset_workflow_execution(request)
        return answer.run_id
