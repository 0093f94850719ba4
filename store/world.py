"""Importing a world file: what it says of what is there, all or nothing, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from domain.catalog.customer import Subscription, Tenant
from domain.catalog.plans import Plan, Service
from domain.subscriptions.incidents import become, evolve_health, fold_health, incident_rows
from domain.subscriptions.subscription import SubscriptionState, evolve_subscription
from domain.text.faults import Fault, WorldFaults
from domain.upgrade.events import SubscriptionImported, SubscriptionRevised
from domain.upgrade.stored_events import service_stream, subscription_stream
from domain.values.base import Value
from domain.values.rows import Row
from domain.views.read_models import subscription_row
from domain.world.differences import Changed, Kept, KeptField, UsersChanged, with_more_kept
from domain.world.holds import USERS
from domain.world.importing import Import, Section, SubscriptionToImport, plan_import
from domain.world.model import World
from domain.world.placed import WorldFile, file_of
from store.database import Database, Executor, Transaction, query
from store.event_store import Append, append_of, commit_step, read_streams
from store.retries import until_it_stands
from store.world_stored import read_stored

ATTEMPTS = 5
"""How often an import begins again because somebody else was faster."""
LATEST_TIME_ZONE = timedelta(hours=14)
"""The latest day that it is anywhere: a tenant may be ahead of UTC."""
MOST_ROWS = 10_000
"""Of what has changed and of what was kept; the others are counted."""
_CHANGED_MEANWHILE = ("opened_has_licenses_for_all", "ended_has_no_users", "closed_has_no_users")
"""Promises that an import meets where users have joined since it was planned."""


class Imported(Value):
    """What a file held, what that has changed, and what was left alone."""

    services: int
    plans: int
    tenants: int
    subscriptions: int
    assignments: int
    """Licenses that users hold by this file: of subscriptions whose users were left alone, none."""
    changed: tuple[UsersChanged | Changed, ...]
    more_changed: int = 0
    """How many there are beside those in `changed`."""
    kept: tuple[Kept, ...]
    more_kept: int = 0
    """How many there are beside those in `kept`."""
    dry_run: bool = False
    """Whether it was only tried: then nothing has changed."""


class _RolledBack(Exception):
    """Ends the transaction of a dry run."""

    def __init__(self, imported: Imported) -> None:
        self.imported = imported


async def import_world(
    database: Database,
    world: World | WorldFile,
    at: datetime,
    *,
    replace: frozenset[Section] = frozenset(),
    dry_run: bool = False,
    metadata: Mapping[str, Any] = MappingProxyType({}),
) -> Imported:
    """Make the database say what the file says, and leave what it does not say (B69).

    Sections in `replace` become exactly those of the file. A `dry_run` does everything and takes it
    back. Its events have the `metadata`. Raises `WorldFaults`, also for what contradicts what is stored;
    then nothing has changed.
    """
    file = file_of(world) if isinstance(world, World) else world

    async def once() -> Imported:
        try:
            return await _import_at_once(
                database, file, at, replace, dict(metadata), dry_run=dry_run
            )
        except _RolledBack as tried:
            return tried.imported

    # Users may join during an import, and an incident may open for a service that never had one.
    return await until_it_stands(once, attempts=ATTEMPTS, changed_meanwhile=_CHANGED_MEANWHILE)


async def _import_at_once(
    database: Database,
    file: WorldFile,
    at: datetime,
    replace: frozenset[Section],
    metadata: Mapping[str, Any],
    *,
    dry_run: bool,
) -> Imported:
    ids = [
        each.subscription.value.id
        for tenant in file.tenants
        for each in tenant.subscriptions
        if each.subscription is not None
    ]
    async with database.transaction() as transaction:
        # One import at a time: a second one waits, and then sees what the first one wrote.
        await transaction.execute("lock table tenants in share row exclusive mode")
        # Streams first and rows later, as every step takes them, or the two could wait for each
        # other. While they are locked no upgrade can begin to move users.
        await transaction.execute(
            query("events/lock_streams"), [subscription_stream(id) for id in ids]
        )
        stored = await read_stored(transaction, file, replace, ids)
        plan = plan_import(file, stored, today=(at + LATEST_TIME_ZONE).date(), replace=replace)
        await _write_reference_data(transaction, plan, at)
        await _write_incidents(transaction, plan, at, metadata)
        await _write_subscriptions(transaction, plan, at, metadata)
        await _forbid_what_others_lose(transaction, file, plan)
        imported = _told(file, plan, dry_run=dry_run)
        if dry_run:
            await transaction.execute("set constraints all immediate")
            raise _RolledBack(imported)
    return imported


def _told(file: WorldFile, plan: Import, *, dry_run: bool) -> Imported:
    return Imported(
        services=len(file.services),
        plans=len(file.plans),
        tenants=len(file.tenants),
        subscriptions=len(plan.subscriptions),
        assignments=sum(_assigned(each) for each in plan.subscriptions),
        changed=tuple(plan.changed[:MOST_ROWS]),
        more_changed=max(0, len(plan.changed) - MOST_ROWS),
        kept=tuple(plan.kept[:MOST_ROWS]),
        more_kept=max(0, len(plan.kept) - MOST_ROWS),
        dry_run=dry_run,
    )


def _assigned(each: SubscriptionToImport) -> int:
    return 0 if each.users is None else len(each.users) + each.user_count


# ---- catalog, tenants, policy, incidents ---------------------------------------------------------


async def _write_reference_data(transaction: Executor, plan: Import, at: datetime) -> None:
    written: Sequence[tuple[str, str, Sequence[Service | Plan | Tenant]]] = (
        ("services", "service_id", plan.services),
        ("plans", "plan_id", plan.plans),
        ("tenants", "tenant_id", plan.tenants),
    )
    for table, key, values in written:
        if values:
            await transaction.execute(
                f"insert into {table} ({key}, body)"  # noqa: S608 - the names stand above
                " select each ->> 'id', each from jsonb_array_elements($1::jsonb) each"
                f" on conflict ({key}) do update set body = excluded.body",
                [value.model_dump(mode="json") for value in values],
            )
    for table, key, removed in (
        ("plans", "plan_id", plan.removed_plans),
        ("services", "service_id", plan.removed_services),
    ):
        if removed:
            await transaction.execute(
                f"delete from {table} where {key} = any($1::text[])",  # noqa: S608 - as above
                list(removed),
            )
    if plan.plans:
        await transaction.execute(query("load/note_prices"), [each.id for each in plan.plans], at)
    if plan.policy is not None:
        await transaction.execute(
            "insert into policy (body) values ($1::jsonb)"
            " on conflict (only_one) do update set body = excluded.body",
            plan.policy.model_dump(mode="json"),
        )


async def _write_incidents(
    transaction: Executor, plan: Import, at: datetime, metadata: Mapping[str, Any]
) -> None:
    """Events that open and close the incidents of the plan."""
    services = sorted({service for service, _ in plan.opened | plan.closed})
    streams = {service_stream(service): service for service in services}
    await transaction.execute(query("events/lock_streams"), list(streams))
    histories = await read_streams(transaction, list(streams))
    rows: list[Row] = []
    appends: list[Append] = []
    for stream, service in streams.items():
        health = fold_health(each.event() for each in histories[stream])
        opened, closed = _of(service, plan.opened), _of(service, plan.closed)
        events = become(service, (health.open - closed) | opened, health, at)
        if not events:
            continue
        for event in events:
            health = evolve_health(health, event)
        version = len(histories[stream])
        appends.append(append_of(stream, version, f"import-{version + 1}", events, metadata))
        rows += incident_rows(service, health)
    if appends:
        await commit_step(transaction, appends, {"incidents": rows})


def _of(service: str, incidents: Iterable[tuple[str, str]]) -> frozenset[str]:
    return frozenset(reference for of, reference in incidents if of == service)


async def _forbid_what_others_lose(transaction: Executor, file: WorldFile, plan: Import) -> None:
    """Raises `WorldFaults` where subscriptions that the file does not hold cannot go on with it."""
    places = {each.value.id: each.place for each in file.plans}
    faults = [
        Fault(
            places.get(row["plan_id"], ""),
            f"subscription {row['subscription_id']!r} of tenant {row['tenant_id']!r}, which was "
            f"imported before, would be left without a price: plan {row['plan_id']!r} has none in "
            f"{row['currency']}; keep one in the plan, or give the subscription its own",
        )
        for row in await transaction.fetch(query("load/subscriptions_without_price"))
    ]
    written = [each.id for each in plan.plans]
    faults += [
        Fault(
            places.get(row["plan_id"], ""),
            f"subscription {row['subscription_id']!r} of tenant {row['tenant_id']!r} has "
            f"{row['plan_id']!r} as an add-on: its kind must stay add_on",
        )
        for row in await transaction.fetch(query("load/no_add_ons_any_more"), written)
    ]
    if faults:
        raise WorldFaults(faults)


# ---- subscriptions and their users ---------------------------------------------------------------


async def _write_subscriptions(
    transaction: Transaction, plan: Import, at: datetime, metadata: Mapping[str, Any]
) -> None:
    """One event for each subscription that is new or changes, itself or its users."""
    changes = await _plan_users(transaction, plan)
    rows: list[Row] = []
    appends: list[Append] = []
    for each in plan.subscriptions:
        users = changes.get(each.after.id)
        if users is not None:
            plan.changed.append(_users_changed(each.after, users))
        if not each.differs and users is None:
            continue
        append, row = _event_of(each, users, at, metadata)
        appends.append(append)
        rows.append(row)
    if appends:
        await commit_step(transaction, appends, {"subscriptions": rows})
    new = [each.after.id for each in plan.subscriptions if each.before is None]
    await transaction.execute(query("load/users_leave"))
    await transaction.execute(query("load/users_join"), new)
    await transaction.execute(query("load/switches_change"))


def _event_of(
    each: SubscriptionToImport, users: Any, at: datetime, metadata: Mapping[str, Any]
) -> tuple[Append, Row]:
    subscription, before = each.after, each.before
    if users is not None:
        counters = {
            "assigned": subscription.assigned + users["joined"] - users["left"],
            "users_with_disabled_services": (
                subscription.users_with_disabled_services + users["disabled"]
            ),
        }
        subscription = subscription.model_copy(update=counters)
    if before is None:
        event = SubscriptionImported(at=at, subscription=subscription)
        state, version = evolve_subscription(None, event), 0
    else:
        event = SubscriptionRevised(at=at, subscription=subscription)
        state, version = evolve_subscription(before.state, event), before.version
    assert isinstance(state, SubscriptionState), "an import always gives a subscription"
    stream = subscription_stream(subscription.id)
    append = append_of(stream, version, f"import-{version + 1}", [event], metadata)
    return append, subscription_row(state)


def _users_changed(subscription: Subscription, users: Any) -> UsersChanged:
    return UsersChanged(
        what="subscription",
        id=subscription.id,
        field="users",
        old=subscription.assigned,
        new=subscription.assigned + users["joined"] - users["left"],
        joined=users["joined"],
        left=users["left"],
        switched=users["switched"],
    )


async def _plan_users(transaction: Transaction, plan: Import) -> dict[str, Any]:
    """Find who joins, leaves or gets other switches; the numbers, by stored subscription."""
    taken = [each for each in plan.subscriptions if each.users is not None]
    await transaction.execute(
        "create temporary table wanted ("
        " subscription_id text not null, user_id text not null, disabled_services text[]"
        ") on commit drop"
    )
    await transaction.execute(
        "create temporary table user_changes ("
        " subscription_id text not null, user_id text not null, change text not null,"
        " wanted text[], held text[]"
        ") on commit drop"
    )
    listed = [
        (
            each.after.id,
            user.id,
            sorted(user.disabled_services)
            if "disabled_services" in user.model_fields_set
            else None,
        )
        for each in taken
        for user in each.users or ()
    ]
    if listed:
        await transaction.copy_records_to_table("wanted", records=listed)
    counted = [each for each in taken if each.user_count]
    await transaction.execute(
        query("load/generate_users"),
        [each.after.id for each in counted],
        [each.user_count for each in counted],
    )
    await transaction.execute("create unique index on wanted (subscription_id, user_id)")
    await transaction.execute("analyze wanted")
    stored = [each.after.id for each in taken if each.before is not None]
    await transaction.execute(query("load/user_changes"), stored)
    await _keep_moved_users(transaction, plan)
    rows = await transaction.fetch(query("load/count_user_changes"))
    return {row["subscription_id"]: row for row in rows}


async def _keep_moved_users(transaction: Executor, plan: Import) -> None:
    """Whom a change by hand has moved stays there, whatever the file says; that is told."""
    stored = {
        each.after.id: (each, each.before) for each in plan.subscriptions if each.before is not None
    }
    left = [id for id, (_, before) in stored.items() if before.left_by]
    joined = [id for id, (_, before) in stored.items() if before.joined_by]
    if not left and not joined:
        return
    more: list[Kept] = []
    for row in await transaction.fetch(query("load/keep_moved_users"), left, joined):
        each, before = stored[row["subscription_id"]]
        moved_in = row["change"] == "left"
        by = before.joined_by if moved_in else before.left_by
        field = KeptField(
            field=USERS,
            stored=before.subscription.assigned,
            file=_assigned(each),
            users=row["users"],
        )
        more.append(
            Kept(
                what="subscription",
                id=each.after.id,
                code="users_moved_in" if moved_in else "users_moved_away",
                reason=f"change {by} has moved users {'to' if moved_in else 'from'} it",
                upgrade_id=by,
                fields=(field,),
            )
        )
    plan.kept = with_more_kept(plan.kept, more)


async def not_in_world(executor: Executor, world: World) -> dict[str, list[str]]:
    """What the database holds that `world` does not, or holds otherwise: names by kind.

    Kinds are service, plan, tenant, policy, incident and subscription; empty for a database that
    holds nothing else than this world, or nothing at all.
    """
    foreign: dict[str, list[str]] = {}
    for row in await executor.fetch(
        query("load/not_in_world"),
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
