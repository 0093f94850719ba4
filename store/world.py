"""Importing a world file: an upsert of everything it holds, all or nothing."""

from collections.abc import Sequence
from datetime import datetime

from domain.customer import Subscription
from domain.events import SubscriptionImported
from domain.incidents import become, evolve_health, fold_health, incident_rows
from domain.read_models import Row, subscription_row
from domain.recorded import service_stream, subscription_stream
from domain.subscriptions import SubscriptionState, evolve_subscription
from domain.values import Value
from domain.world import Fault, World, WorldFaults, WorldSubscription, WorldTenant
from store.database import Database, Executor, Transaction, query
from store.errors import VersionConflict
from store.event_store import Append, append_of, commit_step, read_streams

ATTEMPTS = 5
"""How often an import begins anew because somebody else was faster."""


class Imported(Value):
    """What a file held, and what was left alone."""

    services: int
    plans: int
    tenants: int
    subscriptions: int
    assignments: int
    kept: tuple[str, ...]
    """Subscriptions that an upgrade has opened, locked or ended: the file does not change them."""


async def import_world(database: Database, world: World, at: datetime) -> Imported:
    """Make the database say what `world` says.

    Incidents of the file's services become exactly those of the file, and so does the policy.
    Subscriptions that are in an upgrade's hands, or went through one, stay as they are: a file
    written before the upgrade must not undo it. Raises `WorldFaults` where a subscription that the
    file does not hold would lose its price.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await _import_at_once(database, world, at)
        except VersionConflict:
            # An incident was opened for a service that never had one, which nothing could lock.
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("the loop returns or raises")


async def _import_at_once(database: Database, world: World, at: datetime) -> Imported:
    pairs = [(tenant, sub) for tenant in world.tenants for sub in tenant.subscriptions]
    async with database.transaction() as transaction:
        # One import at a time: a second one waits, and then sees what the first one wrote.
        await transaction.execute("lock table tenants in share row exclusive mode")
        await _import_reference_data(transaction, world)
        await _import_incidents(transaction, world, at)
        kept = await _in_an_upgrades_hands(transaction, [sub.id for _, sub in pairs])
        free = [(tenant, sub) for tenant, sub in pairs if sub.id not in kept]
        await _import_subscriptions(transaction, free, at)
        await _import_assignments(transaction, [sub for _, sub in free])
        await _forbid_subscriptions_without_price(transaction)
    return Imported(
        services=len(world.services),
        plans=len(world.plans),
        tenants=len(world.tenants),
        subscriptions=len(pairs),
        assignments=sum(sub.assigned for _, sub in pairs),
        kept=tuple(sorted(kept)),
    )


async def _import_reference_data(transaction: Executor, world: World) -> None:
    for table, key, values in (
        ("services", "service_id", world.services),
        ("plans", "plan_id", world.plans),
        ("tenants", "tenant_id", [tenant.to_tenant() for tenant in world.tenants]),
    ):
        await transaction.execute(
            f"insert into {table} ({key}, body)"  # noqa: S608 - the names stand three lines above
            " select each ->> 'id', each from jsonb_array_elements($1::jsonb) each"
            f" on conflict ({key}) do update set body = excluded.body"
            f" where {table}.body <> excluded.body",
            [value.model_dump(mode="json") for value in values],
        )
    await transaction.execute(
        "insert into policy (body) values ($1::jsonb)"
        " on conflict (only_one) do update set body = excluded.body",
        world.policy.model_dump(mode="json"),
    )


async def _import_incidents(transaction: Executor, world: World, at: datetime) -> None:
    """Events that make the open incidents of the file's services exactly those of the file."""
    streams = {service_stream(service.id): service.id for service in world.services}
    await transaction.execute(query("lock_streams"), list(streams))
    histories = await read_streams(transaction, list(streams))
    rows: list[Row] = []
    appends: list[Append] = []
    for stream, service in streams.items():
        health = fold_health(each.event() for each in histories[stream])
        wanted = frozenset(each.reference for each in world.incidents if each.service == service)
        events = become(service, wanted, health, at)
        if not events:
            continue
        for event in events:
            health = evolve_health(health, event)
        version = len(histories[stream])
        appends.append(append_of(stream, version, f"import-{version + 1}", events, {}))
        rows += incident_rows(service, health)
    if appends:
        await commit_step(transaction, appends, {"incidents": rows})


async def _forbid_subscriptions_without_price(transaction: Executor) -> None:
    """Raises `WorldFaults` where the file takes the price away from what it does not hold."""
    faults = [
        Fault(
            "",
            f"subscription {row['subscription_id']!r} of tenant {row['tenant_id']!r}, which was "
            f"imported before, would be left without a price: plan {row['plan_id']!r} has none in "
            f"{row['currency']}; keep one in the plan, or give the subscription its own",
        )
        for row in await transaction.fetch(query("subscriptions_without_price"))
    ]
    if faults:
        raise WorldFaults(faults)


async def _in_an_upgrades_hands(transaction: Executor, ids: Sequence[str]) -> set[str]:
    """Whom an upgrade holds; the others' streams are locked, so that none can begin meanwhile.

    Streams first and rows later, as every step takes them, or the two could wait for each other.
    """
    await transaction.execute(query("lock_streams"), [subscription_stream(id) for id in ids])
    rows = await transaction.fetch(query("subscriptions_in_an_upgrades_hands"), list(ids))
    return {row["subscription_id"] for row in rows}


async def _import_subscriptions(
    transaction: Executor, pairs: Sequence[tuple[WorldTenant, WorldSubscription]], at: datetime
) -> None:
    """One event for each subscription that is new, or does not stand as the file has it."""
    current = {
        row["subscription_id"]: row
        for row in await transaction.fetch(
            query("current_subscriptions"), subscription_stream(""), [sub.id for _, sub in pairs]
        )
    }
    rows: list[Row] = []
    appends: list[Append] = []
    for tenant, sub in pairs:
        event = SubscriptionImported(at=at, subscription=sub.to_subscription(tenant))
        state = evolve_subscription(None, event)
        assert isinstance(state, SubscriptionState), "an import always gives a subscription"
        known = current.get(sub.id)
        if known and Subscription.model_validate(known["subscription"]) == event.subscription:
            continue
        version = known["version"] if known else 0
        appends.append(
            append_of(subscription_stream(sub.id), version, f"import-{version + 1}", [event], {})
        )
        rows.append(subscription_row(state))
    if appends:
        await commit_step(transaction, appends, {"subscriptions": rows})


async def _import_assignments(
    transaction: Transaction, subscriptions: Sequence[WorldSubscription]
) -> None:
    """Users who are not in the file leave, new ones join, switches become the file's."""
    await transaction.execute(
        "create temporary table wanted (like assignments including defaults) on commit drop"
    )
    listed = [
        (sub.id, user.id, sorted(user.disabled_services))
        for sub in subscriptions
        for user in sub.users
    ]
    if listed:
        await transaction.copy_records_to_table("wanted", records=listed)
    await transaction.execute(
        query("generate_users"),
        [sub.id for sub in subscriptions if sub.user_count],
        [sub.user_count for sub in subscriptions if sub.user_count],
    )
    await transaction.execute("create unique index on wanted (subscription_id, user_id)")
    await transaction.execute("analyze wanted")
    ids = [sub.id for sub in subscriptions]
    await transaction.execute(query("remove_unwanted_users"), ids)
    await transaction.execute(query("add_wanted_users"))


async def not_in_world(executor: Executor, world: World) -> dict[str, list[str]]:
    """What the database holds that `world` does not, or holds otherwise: names by kind.

    Kinds are service, plan, tenant, policy, incident and subscription; empty for a database that
    holds nothing else than this world, or nothing at all.
    """
    foreign: dict[str, list[str]] = {}
    for row in await executor.fetch(
        query("not_in_world"),
        [each.model_dump(mode="json") for each in world.services],
        [each.model_dump(mode="json") for each in world.plans],
        [each.to_tenant().model_dump(mode="json") for each in world.tenants],
        world.policy.model_dump(mode="json"),
        [each.service for each in world.incidents],
        [each.reference for each in world.incidents],
        [sub.id for tenant in world.tenants for sub in tenant.subscriptions],
    ):
        foreign.setdefault(row["kind"], []).append(row["name"])
    return foreign
