"""What whole upgrades take: time, activities, history, round trips."""

import asyncio
from collections import Counter
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle, WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from activities.upgrade_steps import PostgresUpgradeSteps
from domain.quoting.orders import Order
from domain.quoting.quote import Quote
from domain.views.read_models import workflow_id_for
from store.database import Database
from tests.bench.registry import Numbers, Sizes, benchmark, median, median_ratio, seconds
from tests.bench.stack import Stack, bench_world, load, order_on, quote
from tests.bench.workers import NoopSteps, RealSteps, fresh_key, until_switched, working
from tests.waiting import eventually
from workflows.messages.raw import data_converter
from workflows.story import PlanUpgrade

Ordered = list[tuple[Order, Quote]]


@benchmark
async def upgrade(stack: Stack, sizes: Sizes) -> Numbers:
    """Upgrades from order to switch, in time against the same workflow with steps that do nothing.

    Ratios are of times, so 1 is free. Client and worker share one process, and with both servers
    one machine.
    """
    many, single = sizes.upgrades_per_round, sizes.single_upgrades_per_round
    rounds = sizes.rounds + 1  # the first one warms up
    times: dict[str, list[float]] = {"real": [], "noop": [], "real_one": [], "noop_one": []}
    async with stack.database() as database:
        await load(database, bench_world(rounds * (many + single), sizes.users))
        service = stack.service(database)
        for number in range(rounds):
            first = number * (many + single)
            quotes = [
                await quote(service, tenant, sizes.users)
                for tenant in range(first, first + many + single)
            ]
            for name, steps in (("real", RealSteps), ("noop", NoopSteps)):
                orders = [(order_on(each, fresh_key()), each) for each in quotes]
                together, alone = await _round(stack, database, steps, orders, many)
                if number:
                    times[name].append(together)
                    times[f"{name}_one"] += alone
    return {
        "per_second": round(many / median(times["real"]), 1),
        "noop_per_second": round(many / median(times["noop"]), 1),
        "ratio_to_same_shape_noop": median_ratio(times["real"], times["noop"]),
        "latency_ms": round(median(times["real_one"], 6) * 1000, 1),
        "noop_latency_ms": round(median(times["noop_one"], 6) * 1000, 1),
        "latency_ratio": median_ratio(times["real_one"], times["noop_one"]),
        "in_flight": many,
    }


async def _round(
    stack: Stack,
    database: Database,
    steps: type[PostgresUpgradeSteps],
    orders: Ordered,
    many: int,
) -> tuple[float, list[float]]:
    """Seconds for the first `many` together, and for each of the others alone."""
    async with working(stack.client, database, steps):
        runs = [until_switched(stack, database, *each) for each in orders]
        together = await seconds(asyncio.gather(*runs[:many]))
        return together, [await seconds(run) for run in runs[many:]]


# ---- cost -------------------------------------------------------------------------------------


@benchmark
async def cost(stack: Stack, sizes: Sizes) -> Numbers:
    """What one plain upgrade costs, for few and for many users: it must be the same."""
    few, many = sizes.cost_users
    costs = {f"{users}_users": await cost_of(stack, users) for users in (few, many)}
    first, second = costs.values()
    return {**costs, "differs": first != second}


async def cost_of(stack: Stack, users: int) -> dict[str, int]:
    """Counted from the run's history, and from what asyncpg logs of every statement it sends."""
    statements: list[str] = []
    async with stack.database(statements) as database:
        await load(database, bench_world(2, users))
        service = stack.service(database)
        async with working(stack.client, database):
            offers = [await quote(service, tenant, users) for tenant in range(2)]
            # The first one lets statements be prepared.
            await until_switched(stack, database, order_on(offers[0], fresh_key()), offers[0])
            order = order_on(offers[1], fresh_key())
            statements.clear()
            await until_switched(stack, database, order, offers[1])
            sent = list(statements)
            handle = stack.client.get_workflow_handle(workflow_id_for(order.upgrade_id))
            return await _counted(handle) | _round_trips(sent)


TIMERS = 2
"""The alarm that is set while users move, and the wait for the billing day."""


async def _counted(handle: WorkflowHandle[Any, Any]) -> dict[str, int]:
    """History events and Temporal actions, once the run waits for its billing day."""

    async def waiting() -> WorkflowHistory | None:
        history = await handle.fetch_history()
        kinds = Counter(event.event_type for event in history.events)
        return history if kinds[EventType.EVENT_TYPE_TIMER_STARTED] == TIMERS else None

    history = await eventually(f"{handle.id} has started {TIMERS} timers", waiting)
    kinds = Counter(event.event_type for event in history.events)
    started = [
        event.activity_task_started_event_attributes.attempt
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
    ]
    local = [
        event.marker_recorded_event_attributes.workflow_task_completed_event_id
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED
        and event.marker_recorded_event_attributes.marker_name == "core_local_activity"
    ]
    upserts = kinds[EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES]
    actions = (
        kinds[EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED]
        + kinds[EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED]
        + sum(started)
        + len(set(local))
        + kinds[EventType.EVENT_TYPE_TIMER_STARTED]
        + upserts
    )
    return {
        "activities": len(started),
        "local_activities": len(local),
        "history_events": len(history.events),
        "workflow_tasks": kinds[EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED],
        "search_attribute_upserts": upserts,
        "temporal_actions": actions,
    }


def _round_trips(statements: list[str]) -> dict[str, int]:
    """One for each statement; a transaction is a COMMIT, or a statement outside of BEGIN."""
    transactions, within = 0, False
    for statement in statements:
        word = statement.split(maxsplit=1)[0].upper().rstrip(";")
        if word == "BEGIN":
            within = True
        elif word in ("COMMIT", "ROLLBACK"):
            within, transactions = False, transactions + 1
        elif not within:
            transactions += 1
    return {"round_trips": len(statements), "transactions": transactions}


# ---- replay -----------------------------------------------------------------------------------


@benchmark
async def replay(stack: Stack, sizes: Sizes) -> Numbers:
    """Histories of a plain upgrade, recorded in this run and replayed one after the other."""
    async with stack.database() as database:
        await load(database, bench_world(1, sizes.users))
        async with working(stack.client, database):
            offer = await quote(stack.service(database), 0, sizes.users)
            order = order_on(offer, fresh_key())
            await until_switched(stack, database, order, offer)
            handle = stack.client.get_workflow_handle(workflow_id_for(order.upgrade_id))
            await _counted(handle)
            history = await handle.fetch_history()
    replayer = Replayer(
        workflows=[PlanUpgrade],
        data_converter=data_converter,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )

    async def replays() -> None:
        for _ in range(sizes.replays_per_round):
            await replayer.replay_workflow(history)

    times = [await seconds(replays()) for _ in range(sizes.rounds)]
    return {
        "per_second": round(sizes.replays_per_round / median(times), 1),
        "history_events": len(history.events),
    }
