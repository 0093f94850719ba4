"""Starting the runs of open upgrades that have none, and telling those that stand elsewhere to look (B72).

A run is terminated, deleted, or lost with Temporal's data; the upgrade stays open. What was ordered
stands in the event that placed it, and a run always goes on from what the database says: so the run of
an upgrade can be started in any stage. Temporal takes one open run under one id, so however many
people do it at once, there is one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from api import inputs
from api.errors import NotFound, NotRunning, ServiceError, Unavailable
from api.runs.port import Runs
from domain.quoting.orders import OrderRequest, order_on
from domain.text.actor import Actor
from domain.text.messages import read_fields
from domain.upgrade.states import ENDED_STAGES
from domain.values.actions import Action, retry_or_undo
from domain.values.base import Value
from domain.values.rejections import AlreadyEnded, IdempotencyKeyReused, NotOrdered, Rejection
from store.database import Database
from store.open_upgrades import PlacedOrder, read_placed
from workflows import contract

if TYPE_CHECKING:
    # At run time only where it is needed: it takes a second to import.
    from temporalio.client import Client

AT_ONCE = 16
"""Runs that are started or asked at the same time."""


class NotResumed(Value):
    """An upgrade whose run could not be started, or did not look."""

    upgrade_id: str
    reason: str
    next_actions: tuple[Action, ...] = ()
    """What mends it."""


class Resumed(Value):
    """What was done about runs; of a dry run, what would be."""

    resumed: tuple[str, ...] = ()
    """Upgrades whose run was started."""
    looked: tuple[str, ...] = ()
    """Upgrades whose run stood elsewhere than the database, and adopts what that says."""
    running: int = 0
    """Open upgrades that had a run."""
    failed: tuple[NotResumed, ...] = ()
    dry_run: bool = False


async def start_again(database: Database, runs: Runs, upgrade_id: str, by: Actor) -> bool:
    """Start the run of an open upgrade that has none; False if there is one, or the upgrade has ended.

    Raises `NotFound`, `Unavailable`, and a `Rejection` for an order that this code reads otherwise.
    """
    last = await runs.last_run(upgrade_id)
    if last is not None and last.is_open:
        return False
    # Read after that: the end of an upgrade is written before its run ends.
    placed = await read_placed(database, upgrade_id)
    if placed is None:
        raise NotFound("upgrade", upgrade_id)
    if placed.stage in ENDED_STAGES:
        return False
    _require_readable(placed)
    return await runs.start_again(placed.order, placed.quote, placed.stage, by, after=last)


def _require_readable(placed: PlacedOrder) -> None:
    """Raise a `Rejection` if the run would not take the order for the one that was placed."""
    request = read_fields(OrderRequest, placed.order.model_dump())
    if order_on(placed.quote, request).digest != placed.order.digest:
        raise IdempotencyKeyReused(upgrade_id=placed.order.upgrade_id)


async def resume(
    database: Database, runs: Runs, upgrade_id: str, by: Actor, *, dry_run: bool = False
) -> Resumed:
    """Resume one upgrade. A `dry_run` only says what would be done.

    Raises `NotFound`, `AlreadyEnded` if there is nothing to resume, `Unavailable`, and a `Rejection`
    like `start_again`.
    """
    id = inputs.id_of("upgrade", upgrade_id)
    last = await runs.last_run(id)
    is_open = last is not None and last.is_open
    placed = await read_placed(database, id)
    if placed is None:
        if last is not None and last.is_open and last.had_its_order:
            return Resumed(failed=(unknown_order(id),), dry_run=dry_run)
        raise NotFound("upgrade", id)
    if not is_open and placed.stage in ENDED_STAGES:
        raise AlreadyEnded(
            f"The upgrade has ended as {placed.stage}: there is nothing to resume.",
            stage=placed.stage,
        )
    if last is not None and is_open:
        if last.stage == placed.stage:
            return Resumed(running=1, dry_run=dry_run)
        if not dry_run:
            await tell_to_look(runs, id, by)
        return Resumed(looked=(id,), running=1, dry_run=dry_run)
    if not dry_run and not await start_again(database, runs, id, by):
        return Resumed(running=1)
    return Resumed(resumed=(id,), dry_run=dry_run)


async def resume_all(
    database: Database, runs: Runs, client: "Client", by: Actor, *, dry_run: bool = False
) -> Resumed:
    """Resume every upgrade that needs it; who fails keeps nobody else.

    Raises `Unavailable` and `StoreUnavailable` if Temporal or Postgres is out of reach: then it can be
    repeated, and what was started stays.
    """
    from api.runs.strays import confirm, find_suspects  # noqa: PLC0415

    suspects = await find_suspects(database, client)
    strays = await confirm(
        database, client, [*suspects.missing, *suspects.differing, *suspects.unknown]
    )
    ids = {
        kind: [stray.upgrade_id for stray in strays if stray.kind == kind]
        for kind in ("run_missing", "run_disagrees", "order_unknown")
    }
    failed = [unknown_order(id) for id in ids["order_unknown"]]
    running = suspects.running + len(suspects.missing) - len(ids["run_missing"])
    if dry_run:
        return Resumed(
            resumed=tuple(ids["run_missing"]),
            looked=tuple(ids["run_disagrees"]),
            running=running,
            failed=tuple(failed),
            dry_run=True,
        )

    start = partial(start_again, database, runs, by=by)
    look = partial(tell_to_look, runs, by=by)
    resumed, others = await each(ids["run_missing"], start, failed)
    looked, _ = await each(ids["run_disagrees"], unless_no_worker(look), failed)
    return Resumed(
        resumed=tuple(resumed),
        looked=tuple(looked),
        running=running + len(others),
        failed=tuple(failed),
    )


async def each(
    ids: Sequence[str], do: Callable[[str], Awaitable[bool]], failed: list[NotResumed]
) -> tuple[list[str], list[str]]:
    """Do it for each, some at a time: for whom it was done, and for whom there was nothing to do.

    A dependency that is out of reach ends it.
    """
    done: dict[str, bool] = {}
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(id: str) -> None:
        async with gate:
            try:
                done[id] = await do(id)
            except (Rejection, ServiceError) as error:
                if isinstance(error, Unavailable) and error.details["dependency"] != "worker":
                    raise
                ways = error.next_actions if isinstance(error, ServiceError) else ()
                failed.append(NotResumed(upgrade_id=id, reason=error.message, next_actions=ways))

    async with asyncio.TaskGroup() as group:
        for id in ids:
            group.create_task(one(id))
    return [id for id in ids if done.get(id)], [id for id in ids if done.get(id) is False]


def unless_no_worker(
    ask: Callable[[str], Awaitable[bool]],
) -> Callable[[str], Awaitable[bool]]:
    """The same question, which nobody is asked any more once no worker has answered."""
    no_worker: list[Unavailable] = []

    async def asked(upgrade_id: str) -> bool:
        if no_worker:
            raise no_worker[0]
        try:
            return await ask(upgrade_id)
        except Unavailable as error:
            no_worker.append(error)
            raise

    return asked


async def tell_to_look(runs: Runs, upgrade_id: str, by: Actor) -> bool:
    """Tell a run to adopt what the database says; False if it has ended by now.

    Raises `NotFound` where the database does not know its order, and `Unavailable`.
    """
    try:
        await runs.update(upgrade_id, contract.LOOK, None, by)
    except NotRunning:
        return False
    except NotOrdered:
        unknown = unknown_order(upgrade_id)
        raise NotFound(
            "order of this run", upgrade_id, unknown.reason, next_actions=unknown.next_actions
        ) from None
    return True


def unknown_order(upgrade_id: str) -> NotResumed:
    """A run whose order the database does not know."""
    return NotResumed(
        upgrade_id=upgrade_id,
        reason="its run goes on, and the database does not know its order: place it again, or give it up",
        next_actions=retry_or_undo(upgrade_id),
    )
