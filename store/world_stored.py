"""Reading what is stored of what a world file names, before it is imported."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.quoting.orders import new_subscription_id_for
from domain.upgrade.stored_events import subscription_stream
from domain.values.base import CHANGE_PREFIX
from domain.world.importing import Section, catalog_change
from domain.world.placed import WorldFile
from domain.world.stored import Stored
from store.database import Executor, query


async def read_stored(
    executor: Executor, file: WorldFile, replace: frozenset[Section], ids: Iterable[str]
) -> Stored:
    """What is stored of the file's tenants and of its subscriptions `ids`, and the whole catalog."""
    catalog: Mapping[str, Any] = await executor.fetchval(query("load/catalog"))
    stored = Stored.of_any_version(catalog)
    subscription_ids = list(ids)
    tenant_ids = [each.tenant.value.id for each in file.tenants if each.tenant is not None]
    tenants = await executor.fetch(query("load/tenants"), tenant_ids)
    subscriptions = await executor.fetch(
        query("load/subscriptions"), subscription_stream(""), subscription_ids
    )
    change = catalog_change(file, stored, replace)
    upgrades: list[Any] = []
    if change.plans:
        upgrades = await executor.fetch(query("load/upgrades_of_plans"), list(change.plans))
    used: list[Any] = []
    if change.removed_plans or change.removed_services:
        removed = list(change.removed_services), list(change.removed_plans)
        used = await executor.fetch(query("load/used"), *removed)
    known = {row["id"] for row in subscriptions}
    more = Stored.of_any_version(
        {
            "tenants": {row["id"]: row["stored"] for row in tenants},
            "subscriptions": {row["id"]: row["stored"] for row in subscriptions},
            "promised": await _promised(executor, set(subscription_ids) - known),
            "upgrades": [row["upgrade"] for row in upgrades],
            "used": {row["id"]: row["by"] for row in used if row["by"] is not None},
        }
    )
    return stored.model_copy(update={name: getattr(more, name) for name in more.model_fields_set})


async def _promised(executor: Executor, new_ids: Iterable[str]) -> dict[str, str]:
    """Which of these ids belong to a subscription that an upgrade opens, or was to open."""
    upgrade_ids = [
        prefix + id.removeprefix("sub-")
        for id in new_ids
        if id.startswith("sub-")
        for prefix in ("up-", CHANGE_PREFIX)
    ]
    rows = await executor.fetch(
        "select upgrade_id from upgrades where upgrade_id = any($1::text[])", upgrade_ids
    )
    return {new_subscription_id_for(row["upgrade_id"]): row["upgrade_id"] for row in rows}
