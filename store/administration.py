"""Carrying out what admins and operators change by hand: one transaction each, safe to repeat."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.subscriptions.administration import (
    AddAddOn,
    AssignLicense,
    Change,
    PayBalance,
    RemoveAddOn,
    Standing,
    UnassignLicense,
    change_id,
    decide_change,
    payment_id,
)
from domain.subscriptions.incidents import (
    IncidentCommand,
    ServiceHealth,
    decide_incident,
    evolve_health,
    fold_health,
    incident_rows,
)
from domain.subscriptions.subscription import evolve_subscription
from domain.upgrade.events import AdminEvent, LicenseAssigned, LicenseUnassigned
from domain.upgrade.stored_events import service_stream, subscription_stream
from domain.views.read_models import subscription_row
from store.database import Database, Executor, Transaction, query
from store.errors import CarriedOutBefore, Deadlocked, Overtaken, VersionConflict
from store.event_store import append_of, commit_step, read_streams
from store.retries import until_it_stands

ATTEMPTS = 20
"""How often a change is decided anew because somebody else was faster."""
_CHANGED_MEANWHILE = ("closed_has_no_users", "opened_has_licenses_for_all")
"""Promises that a change meets where users have joined since it was decided."""


class _HoldersChanged(VersionConflict):
    """The user has got the license, or lost it, in between."""


async def read_standing(
    executor: Executor, subscription_id: str, command: Change | None = None
) -> Standing | None:
    """A subscription as `command` meets it, in one round trip; None for an unknown one."""
    user = command.user_id if isinstance(command, AssignLicense | UnassignLicense) else None
    add_on = command.add_on if isinstance(command, AddAddOn | RemoveAddOn) else None
    payment = (
        payment_id(command.reference)
        if isinstance(command, PayBalance) and command.reference is not None
        else None
    )
    document = await executor.fetchval(
        query("subscriptions/standing"),
        subscription_id,
        subscription_stream(subscription_id),
        user,
        add_on,
        payment,
    )
    return None if document is None else Standing.of_any_version(document)


async def carry_out_change(
    database: Database,
    subscription_id: str,
    command: Change,
    metadata: Mapping[str, Any],
    is_known: Callable[[str], bool] = lambda _tenant_id: True,
) -> tuple[Standing, bool] | None:
    """Carry out a change; the subscription as it then stands, and whether anything changed.

    None for an unknown subscription, and for one whose tenant `is_known` does not know. Raises
    `Rejection`s, and `StoreError`s.
    """

    async def once() -> tuple[Standing, bool] | None:
        standing = await read_standing(database, subscription_id, command)
        if standing is None or not is_known(standing.tenant.id):
            return None
        events = decide_change(command, standing)
        if not events:
            return standing, False
        async with database.transaction() as transaction:
            await _make_true(transaction, standing, command, events, metadata)
        after = await read_standing(database, subscription_id)
        return (standing if after is None else after), True

    return await until_it_stands(
        once,
        attempts=ATTEMPTS,
        overtaken=(VersionConflict, Overtaken, Deadlocked),
        changed_meanwhile=_CHANGED_MEANWHILE,
    )


async def _make_true(
    transaction: Transaction,
    standing: Standing,
    command: Change,
    events: Sequence[AdminEvent],
    metadata: Mapping[str, Any],
) -> None:
    """Events, the row that follows, and who holds a license: all or nothing.

    The stream comes first, as in every step: who waits for it holds nothing that others wait for.
    """
    id, state = standing.subscription.id, standing.state
    for event in events:
        changed = evolve_subscription(state, event)
        assert changed is not None, "what stands goes on standing"
        state = changed
    append = append_of(
        subscription_stream(id),
        standing.version,
        change_id(command, standing.version),
        events,
        metadata,
    )
    if not await commit_step(transaction, [append], {"subscriptions": [subscription_row(state)]}):
        raise CarriedOutBefore(f"{id} knows {append.command_id}")
    for event in events:
        match event:
            case LicenseAssigned():
                sql = (
                    "insert into assignments (subscription_id, user_id) values ($1, $2)"
                    " on conflict do nothing"
                )
            case LicenseUnassigned():
                sql = "delete from assignments where subscription_id = $1 and user_id = $2"
            case _:
                continue
        if (await transaction.execute(sql, id, event.user_id)).endswith(" 0"):
            raise _HoldersChanged(f"{event.user_id} of {id}")


async def carry_out_incident(
    database: Database, command: IncidentCommand, metadata: Mapping[str, Any]
) -> tuple[ServiceHealth, bool] | None:
    """Open or close an incident; the service's health then, and whether anything changed.

    None for an unknown service. Raises `UnknownIncident`, and `StoreError`s.
    """
    service, stream = command.service, service_stream(command.service)
    known = await database.fetchval("select true from services where service_id = $1", service)
    if not known:
        return None

    async def once() -> tuple[ServiceHealth, bool]:
        version, health = await read_health(database, service)
        events = decide_incident(command, health)
        if not events:
            return health, False
        for event in events:
            health = evolve_health(health, event)
        name = f"{type(command).__name__}-{version + 1}"
        append = append_of(stream, version, name, events, metadata)
        rows = [
            row for row in incident_rows(service, health) if row["reference"] == command.reference
        ]
        if not await commit_step(database, [append], {"incidents": rows}):
            raise CarriedOutBefore(f"{service} knows {append.command_id}")
        return health, True

    return await until_it_stands(once, attempts=ATTEMPTS)


async def read_health(executor: Executor, service: str) -> tuple[int, ServiceHealth]:
    """The version of a service's stream, and what it tells."""
    stream = service_stream(service)
    recorded = (await read_streams(executor, [stream]))[stream]
    return len(recorded), fold_health(each.event() for each in recorded)
