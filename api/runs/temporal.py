"""Talking to running upgrades: the one place where Temporal's errors become ours."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHistory,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.errors import BadInput, NotRunning, ServiceError, Unavailable
from api.runs.acting import acting_as
from api.runs.descriptions import OF_UPGRADES, OPEN, describe_run, list_infos, list_runs
from api.runs.halts import queue_halts, run_halts
from api.runs.port import SeenRun
from domain.quoting.orders import Order, is_change
from domain.quoting.quote import Quote
from domain.text.actor import Actor
from domain.text.escaping import markdown
from domain.text.messages import Message
from domain.values.base import Value
from domain.values.rejections import OrderGivenUp, Rejection, rejection_of
from domain.views.read_models import UpgradeView, workflow_id_for
from workflows import contract, search_attributes

T = TypeVar("T")

_AT_ANY_TIME = datetime.max.replace(tzinfo=UTC)

ANSWER_TIMEOUT = timedelta(seconds=30)
"""How long a caller waits for a worker's answer before being told that none came."""


EXPLAINING_SECONDS = 5.0
"""How long it may take to learn why none came."""


class TemporalRuns:
    """The runs of upgrades on one Temporal namespace."""

    def __init__(self, connect: Callable[[], Awaitable[Client]]) -> None:
        """`connect` is called once, at the first use. It raises `Unavailable`."""
        self._connect = connect
        self._client: Client | None = None

    async def client(self) -> Client:
        """The connection. Raises `Unavailable` when nobody answers."""
        if self._client is None:
            self._client = await self._connect()
        return self._client

    async def last_run(self, upgrade_id: str) -> SeenRun | None:
        """The latest run of an upgrade, asked for itself; None if Temporal has none. Raises `Unavailable`."""
        client = await self.client()
        async with translated():
            return await describe_run(client, upgrade_id)

    async def start_again(
        self, order: Order, quote: Quote, stage: str, by: Actor, *, after: SeenRun | None
    ) -> bool:
        """Start the run of an order that was placed before, and wait for no worker.

        It goes on from what the database says. `stage` is shown until it has looked; `after` is the
        latest run that is known. False if another one was started meanwhile: Temporal refuses a
        second open run under one id. Raises `Unavailable`.
        """
        client = acting_as(by, await self.client())
        # A run that ran to its end would only be right for an older database than the one we have.
        overtaken = after is not None and after.status == "completed"
        policy = WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
        if overtaken:
            policy = WorkflowIDReusePolicy.ALLOW_DUPLICATE
        try:
            async with translated():
                await client.start_workflow(
                    _type_of(order),
                    _said(order),
                    id=workflow_id_for(order.upgrade_id),
                    task_queue=contract.TASK_QUEUE,
                    id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                    id_reuse_policy=policy,
                    search_attributes=_shown_of(order, quote, stage),
                    static_summary=_summary_of(order, quote),
                    static_details=_details_of(order, quote),
                )
        except NotRunning:  # there is one already
            return False
        return True

    async def submit(
        self, order: Order, quote: Quote, by: Actor, *, anew: bool = False
    ) -> UpgradeView:
        """Start the run, or join the one that is there, and answer with the checked order.

        Raises the order's `Rejection`, `NotRunning` for an order that has ended before, unless it is to
        be placed `anew`, and `Unavailable` when no worker answers; then the order may still be accepted
        later, and repeating it is safe.
        """
        began = datetime.now(UTC)
        if anew:
            ended = await self._ended_run(order.upgrade_id)
            return await self._submit(
                order, quote, by, ended, WorkflowIDReusePolicy.ALLOW_DUPLICATE
            )
        try:
            return await self._submit(order, quote, by, None)
        except OrderGivenUp:
            raise  # for good, whoever repeats it
        except Rejection:
            # A run that has failed answers for good as it once did. Had it ended before we asked,
            # then its reason may have been mended since: a new one looks again.
            outdated = await self._ended_run(order.upgrade_id, before=began)
            if outdated is None:
                raise
        except BadInput:
            # Not of this order, which our own rules have passed: somebody else had just started a
            # run under its id, with something that is none, and that one has ended.
            outdated = await self._ended_run(order.upgrade_id)
            if outdated is None:
                raise
        return await self._submit(order, quote, by, outdated)

    async def _ended_run(self, upgrade_id: str, *, before: datetime = _AT_ANY_TIME) -> str | None:
        """The id of the upgrade's last run if that ended before a moment."""
        run = await self.last_run(upgrade_id)
        if run is None or run.closed_at is None or run.closed_at >= before:
            return None
        return run.run_id

    async def _submit(
        self,
        order: Order,
        quote: Quote,
        by: Actor,
        after_run: str | None,
        # A rejected order fails its run: nothing was ordered, so the key can be used again.
        reuse: WorkflowIDReusePolicy = WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    ) -> UpgradeView:
        client = acting_as(by, await self.client())
        id = order.digest if after_run is None else f"{order.digest}-{after_run}"

        async def ask() -> Any:
            start = _start_of(order, quote, reuse)
            try:
                return await client.execute_update_with_start_workflow(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
                    contract.SUBMIT_ORDER,
                    _said(order),
                    start_workflow_operation=start,
                    id=id,
                    rpc_timeout=ANSWER_TIMEOUT,
                    result_type=dict,
                )
            except Exception:
                # The start holds the same error, and asyncio prints those that nobody has looked at.
                with suppress(Exception):
                    await asyncio.wait_for(start.workflow_handle(), timeout=1)
                raise

        async with self._explained(order.upgrade_id), translated():
            return UpgradeView.of_any_version(await _once_ready(ask))

    async def update(
        self, upgrade_id: str, name: str, message: Message | None, by: Actor
    ) -> UpgradeView:
        """Send an update to a run and answer with what it answers. Raises like `submit`."""
        said = None if message is None else _said(message)
        client = acting_as(by, await self.client())
        handle = client.get_workflow_handle(workflow_id_for(upgrade_id))
        id = uuid4().hex
        async with self._explained(upgrade_id), translated():
            answer = await _once_ready(
                lambda: handle.execute_update(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
                    name, said, id=id, rpc_timeout=ANSWER_TIMEOUT, result_type=dict
                )
            )
        return UpgradeView.of_any_version(answer)

    @asynccontextmanager
    async def _explained(self, upgrade_id: str) -> AsyncGenerator[None]:
        """Say why no worker has answered, where Temporal knows."""
        try:
            yield
        except Unavailable as error:
            if error.details["dependency"] != "worker":
                raise
            raise await self._why_no_answer(upgrade_id) from error

    async def _why_no_answer(self, upgrade_id: str) -> Unavailable:
        client = await self.client()
        try:
            async with asyncio.timeout(EXPLAINING_SECONDS):
                halts = await run_halts(client, upgrade_id)
                halts += [halt async for halt in queue_halts(client, datetime.now(UTC))]
        except (RPCError, TimeoutError) as error:
            said = error.message if isinstance(error, RPCError) else "it does not answer"
            return Unavailable("temporal", f"{said}. {NOTHING_LOST}")
        if not halts:
            return Unavailable("worker", NO_WORKER)
        halt = halts[0]
        return Unavailable(
            "worker", f"{halt.message}. {NOTHING_LOST}", next_actions=halt.next_actions
        )


async def histories(client: Client, query: str = "") -> AsyncGenerator[tuple[str, WorkflowHistory]]:
    """The histories of runs that a visibility query finds, of all where it is empty.

    Each with its workflow id. Raises `BadInput` for a query that Temporal does not understand.
    """
    asked = f"{OF_UPGRADES} AND ({query})" if query else OF_UPGRADES
    try:
        async for info in list_infos(client, asked):
            run = info.execution
            try:
                handle = client.get_workflow_handle(run.workflow_id, run_id=run.run_id)
                yield run.workflow_id, await handle.fetch_history()
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:  # it was deleted just now
                    raise
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            raise BadInput("query", f"Temporal does not understand it: {error.message}") from None
        raise Unavailable("temporal", error.message) from error


def _said(message: Value) -> dict[str, Any]:
    """A message without what says nothing.

    A worker refuses a field that it does not know, as it cannot do what that asks for. One of an older
    version takes whatever uses no field that is newer.
    """
    return message.model_dump(mode="json", exclude_defaults=True)


def _start_of(
    order: Order, quote: Quote, reuse: WorkflowIDReusePolicy
) -> "WithStartWorkflowOperation[Any, UpgradeView]":
    """The start of an order's run; Temporal takes each but once."""
    return WithStartWorkflowOperation(
        _type_of(order),
        _said(order),
        id=workflow_id_for(order.upgrade_id),
        task_queue=contract.TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=reuse,
        search_attributes=_shown_of(order, quote, "checking"),
        static_summary=_summary_of(order, quote),
        static_details=_details_of(order, quote),
    )


def _type_of(order: Order) -> str:
    return contract.CHANGE_WORKFLOW_TYPE if is_change(order.upgrade_id) else contract.WORKFLOW_TYPE


def _shown_of(order: Order, quote: Quote, stage: str) -> TypedSearchAttributes:
    """What operators find the run by, until it has looked for itself."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(search_attributes.STAGE, stage),
            SearchAttributePair(search_attributes.TENANT, order.tenant_id),
            SearchAttributePair(search_attributes.SUBSCRIPTION, order.subscription_id),
            SearchAttributePair(search_attributes.TARGET_PLAN, order.target_plan_id),
            SearchAttributePair(search_attributes.USERS, quote.users_to_move),
        ]
    )


def _summary_of(order: Order, quote: Quote) -> str:
    """What was ordered, in one line for operators."""
    what_for = _what_for(order, quote)
    return f"{markdown(order.tenant_id)}: {markdown(order.subscription_id)} to {what_for}"


async def parked_runs(client: Client) -> dict[str, SeenRun]:
    """Runs that are parked where the database could not be told, by upgrade. Raises `Unavailable`."""
    async with translated():
        return await list_runs(client, f"{OPEN} AND UpgradeAlert = '{contract.UNRECORDED}'")


def _details_of(order: Order, quote: Quote) -> str:
    """What was ordered, for operators, as Markdown: ids, counts and amounts, no person."""
    switches = "kept" if quote.keep_disabled_services else "all services come on"
    facts = {
        "tenant": markdown(order.tenant_id),
        "upgrade": f"{markdown(order.upgrade_id)}, ordered on quote {markdown(order.quote_id)}",
        "from": f"{markdown(quote.inputs.old.plan_name)} ({markdown(order.subscription_id)})",
        "to": f"{markdown(quote.inputs.new.plan_name)}: {_what_for(order, quote)}",
        "users": f"{quote.users_to_move} to move, "
        f"{quote.users_with_disabled_services} with services switched off ({switches})",
        "quoted total": f"{quote.total} {quote.currency} after {quote.credit_applied} credit",
        "credit check": ", ".join(quote.credit_check.reasons) or "not needed",
        "scheduled for": str(order.schedule) if order.schedule else "at once",
    }
    return "\n".join(f"- **{name}:** {fact}" for name, fact in facts.items())


def _what_for(order: Order, quote: Quote) -> str:
    change = quote.request.change
    if change is not None and change.into is not None:
        return f"{markdown(change.into)}, which is there already"
    return f"{markdown(order.target_plan_id)}, {quote.licenses} licenses, {quote.billing}"


@asynccontextmanager
async def translated() -> AsyncGenerator[None]:
    """Raise our errors instead of Temporal's, and wait for an answer for a bounded time.

    The SDK asks anew for as long as nobody accepts an update: a time-out of one call bounds nothing.
    """
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT.total_seconds()):
            yield
    except TimeoutError as error:
        raise Unavailable("worker", NO_WORKER) from error
    except (WorkflowUpdateFailedError, WorkflowQueryFailedError) as error:
        raise _answered(error.__cause__) from None
    except WorkflowAlreadyStartedError as error:
        raise NotRunning from error
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        raise Unavailable("worker", NO_WORKER) from error
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            raise NotRunning from error
        no_worker = (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)
        if error.status in no_worker or "Workflow Task in failed state" in error.message:
            raise Unavailable("worker", NO_WORKER) from error
        if error.status == RPCStatusCode.FAILED_PRECONDITION and "is paused" in error.message:
            raise Unavailable("worker", f"{error.message} {NOTHING_LOST}") from error
        raise Unavailable("temporal", error.message) from error


async def _once_ready(ask: Callable[[], Awaitable[T]]) -> T:
    """The answer, asking again where a run failed its first task, which is soon tried again.

    A busy worker that loads our code for the first time may take longer than Temporal lets it. The
    caller bounds the time, and asks with one id, so that nothing is done twice.
    """
    while True:
        try:
            return await ask()
        except RPCError as error:
            if _NOT_READY not in error.message:
                raise
            await asyncio.sleep(0.2)


_NOT_READY = "unexpected workflow task failure"

NOTHING_LOST = "Nothing is lost: what was asked may still be done later, and asking again with the same ids is safe"
NO_WORKER = f"no worker answered in time. {NOTHING_LOST}"


def _answered(cause: BaseException | None) -> Exception:
    if not isinstance(cause, ApplicationError):
        return NotRunning()  # the run ended before it could answer
    details: dict[str, Any] = cause.details[0] if cause.details else {}
    if cause.type == contract.BAD_INPUT:
        return BadInput(details["field"], details["fault"])
    rejection: Rejection | None = rejection_of(cause.type or "", cause.message, details)
    if rejection is not None:
        return rejection
    return _Unexplained(cause.message)


class _Unexplained(ServiceError):
    """A run answered with an error that no table knows."""

    code = "unexpected"
