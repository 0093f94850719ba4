"""Upgrades that go on, as whoever looks after their runs needs them (B72)."""

from collections.abc import AsyncGenerator, Sequence

from domain.quoting.orders import Order
from domain.quoting.quote import Quote
from domain.upgrade.events import OrderPlaced
from domain.upgrade.states import ENDED_STAGES, Stage
from domain.upgrade.stored_events import RecordedEvent
from domain.values.base import Instant, Value
from store.database import Executor, pages, query


class UpgradeStanding(Value):
    """Where an upgrade is."""

    upgrade_id: str
    tenant_id: str
    stage: Stage
    changed_at: Instant
    """When the last thing happened to it, by the database's clock."""


class PlacedOrder(Value):
    """An order that was placed, and where its upgrade is now."""

    stage: Stage
    order: Order
    quote: Quote


async def open_upgrades(executor: Executor) -> AsyncGenerator[dict[str, Stage]]:
    """Upgrade id to stage, page by page, of all that have not ended."""
    async for rows in pages(executor, query("upgrades/open_upgrades"), list(ENDED_STAGES)):
        yield {row["upgrade_id"]: row["stage"] for row in rows}


async def read_standings(
    executor: Executor, upgrade_ids: Sequence[str]
) -> dict[str, UpgradeStanding]:
    """Where these upgrades are; ids that the database does not know are left out."""
    rows = await executor.fetch(query("upgrades/standing_of_upgrades"), list(upgrade_ids))
    return {row["upgrade_id"]: UpgradeStanding.model_validate(dict(row)) for row in rows}


async def read_placed(executor: Executor, upgrade_id: str) -> PlacedOrder | None:
    """What was ordered, from the event that placed it; None for an unknown upgrade.

    Raises `UnknownEvent`.
    """
    row = await executor.fetchrow(query("upgrades/order_of_upgrade"), upgrade_id)
    if row is None:
        return None
    placed = RecordedEvent.model_validate(row["placed"]).event()
    assert isinstance(placed, OrderPlaced), "every upgrade begins with its order"
    return PlacedOrder(stage=row["stage"], order=placed.order, quote=placed.quote)


async def count_open(executor: Executor, without: Sequence[str]) -> int:
    """How many upgrades have not ended, `without` some."""
    return await executor.fetchval(
        "select count(*) from upgrades where stage <> all($1::text[]) and upgrade_id <> all($2::text[])",
        list(ENDED_STAGES),
        list(without),
    )
