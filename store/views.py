"""Reading what people ask for. Every question is one round trip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.documents.value_origins import last_event
from domain.ledger.bookings import LedgerEntry
from domain.upgrade.events import InvoiceIssued
from domain.upgrade.stored_events import RecordedEvent, subscription_stream, upgrade_stream
from domain.values.base import Language, Value
from domain.views.credit_notes import CreditNote
from domain.views.read_models import Invoice, Notice, UpgradeView
from store.database import Executor, query
from store.event_store import read_streams


class LicenseHolder(Value):
    """A user with a license, and the services switched off for them."""

    user_id: str
    disabled_services: tuple[str, ...]


async def read_upgrade(executor: Executor, upgrade_id: str) -> UpgradeView | None:
    """Where an upgrade is; None for an unknown one."""
    view = await executor.fetchval("select view from upgrades where upgrade_id = $1", upgrade_id)
    return None if view is None else UpgradeView.of_any_version(view)


async def read_stages(
    executor: Executor, upgrade_ids: Sequence[str] | None = None
) -> dict[str, str]:
    """Upgrade id to stage; of every upgrade, unless only some are asked for."""
    rows = await executor.fetch(
        "select upgrade_id, stage from upgrades where $1::text[] is null or upgrade_id = any($1)",
        upgrade_ids,
    )
    return {row["upgrade_id"]: row["stage"] for row in rows}


async def read_key_of_quote(executor: Executor, quote_id: str) -> str | None:
    """The key of the order that was placed on a quote without one of its own (B66); None if none was."""
    return await executor.fetchval(query("upgrades/key_of_quote"), quote_id)


async def read_order_digest(executor: Executor, upgrade_id: str) -> str | None:
    """The digest of the order's body, which tells a repeat from another order under one key."""
    return await executor.fetchval(
        "select order_digest from upgrades where upgrade_id = $1", upgrade_id
    )


async def read_events(executor: Executor, upgrade_id: str) -> list[RecordedEvent]:
    """The history of an upgrade, from its order on; empty for an unknown one."""
    stream = upgrade_stream(upgrade_id)
    return (await read_streams(executor, [stream]))[stream]


async def read_invoice(executor: Executor, upgrade_id: str) -> Invoice | None:
    """The invoice of an upgrade; None while there is none."""
    body = await executor.fetchval("select body from invoices where upgrade_id = $1", upgrade_id)
    return None if body is None else Invoice.of_any_version(body)


async def read_credit_note(executor: Executor, upgrade_id: str) -> CreditNote | None:
    """The credit note of an upgrade's invoice; None while there is none."""
    body = await executor.fetchval(
        "select body from credit_notes where upgrade_id = $1", upgrade_id
    )
    return None if body is None else CreditNote.of_any_version(body)


async def read_currency(executor: Executor, upgrade_id: str) -> str | None:
    """The currency of an upgrade's account credit; None if its switch has left none."""
    return await executor.fetchval(
        "select currency from account_credits where upgrade_id = $1", upgrade_id
    )


@dataclass(frozen=True)
class MoneyHistories:
    """The histories that an upgrade's amounts follow from."""

    upgrade: list[RecordedEvent]
    subscription: list[RecordedEvent]
    """Of the subscription it replaces."""
    credits: Mapping[str, list[RecordedEvent]]
    """Of the upgrades whose account credit its invoice used."""


async def read_money_histories(executor: Executor, upgrade_id: str) -> MoneyHistories | None:
    """All that an explanation of an upgrade's amounts needs, or None; two round trips."""
    upgrade = await read_events(executor, upgrade_id)
    if not upgrade:
        return None
    subscription = subscription_stream(upgrade[0].event().order.subscription_id)
    issued = last_event(upgrade, InvoiceIssued)
    used = () if issued is None else issued.event().account_credit_uses
    credits = {use.upgrade_id: upgrade_stream(use.upgrade_id) for use in used}
    histories = await read_streams(executor, [subscription, *credits.values()])
    return MoneyHistories(
        upgrade,
        histories[subscription],
        {credit: histories[stream] for credit, stream in credits.items()},
    )


class TenantLedger(Value):
    """Everything that was ever booked for a tenant, and whose days those are."""

    time_zone: str
    entries: tuple[LedgerEntry, ...]


async def read_ledger(executor: Executor, tenant_id: str) -> TenantLedger | None:
    """A tenant's ledger; None for an unknown tenant."""
    row = await executor.fetchrow(query("ledger/ledger_of_tenant"), tenant_id)
    return None if row is None else TenantLedger.of_any_version(dict(row))


async def read_notices(executor: Executor, tenant_id: str) -> list[Notice] | None:
    """What a tenant was told, oldest first; None for an unknown tenant."""
    if not await executor.fetchval("select true from tenants where tenant_id = $1", tenant_id):
        return None
    rows = await executor.fetch(
        "select notice_id, tenant_id, kind, upgrade_id, created_at, text from notices"
        " where tenant_id = $1 order by created_at, notice_id",
        tenant_id,
    )
    return [Notice.of_any_version(dict(row)) for row in rows]


async def read_owner(executor: Executor, subscription_id: str) -> str | None:
    """The tenant that has a subscription; None for an unknown one."""
    return await executor.fetchval(
        "select tenant_id from subscriptions where subscription_id = $1", subscription_id
    )


async def read_users(
    executor: Executor, subscription_id: str, *, limit: int, after: str | None
) -> list[LicenseHolder]:
    """License holders in the order of their ids, from the one after `after`."""
    rows = await executor.fetch(
        "select user_id, disabled_services from assignments"
        " where subscription_id = $1 and user_id > $2 order by user_id limit $3",
        subscription_id,
        after or "",
        limit,
    )
    return [LicenseHolder.model_validate(dict(row)) for row in rows]


async def read_active_subscriptions(executor: Executor) -> dict[str, dict[str, int]]:
    """Every tenant, with its active subscriptions and how many licenses each has."""
    rows = await executor.fetch(
        "select tenant_id, coalesce(jsonb_object_agg(subscription_id, licenses)"
        " filter (where status = 'active'), '{}') as licenses"
        " from tenants left join subscriptions using (tenant_id) group by tenant_id"
    )
    return {row["tenant_id"]: row["licenses"] for row in rows}


class TenantLanguage(Value):
    """A tenant, and what it speaks."""

    tenant_id: str
    language: Language


async def read_language(
    executor: Executor,
    *,
    subscription_id: str | None = None,
    tenant_id: str | None = None,
    upgrade_id: str | None = None,
) -> TenantLanguage | None:
    """The language of a tenant, or of who has a subscription or an upgrade; None for unknown ones."""
    row = await executor.fetchrow(
        "select tenant_id, body ->> 'language' as language from tenants where tenant_id = coalesce($1,"
        " (select tenant_id from subscriptions where subscription_id = $2),"
        " (select tenant_id from upgrades where upgrade_id = $3))",
        tenant_id,
        subscription_id,
        upgrade_id,
    )
    return None if row is None else TenantLanguage.model_validate(dict(row))


async def database_now(executor: Executor) -> datetime:
    """The database's clock: the one that every process agrees on."""
    now: Any = await executor.fetchval("select clock_timestamp()")
    return now
