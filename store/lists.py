"""Lists of what there is, page by page: each page is one statement, and costs the same in a large table.

Tenants and subscriptions come in the order of their ids; upgrades, quotes and invoices newest first. A page
goes on after the id that the one before ended with, whatever was added meanwhile.

The text of a statement depends on the filters that are given, so that each gets a plan of its own. What a
filter narrows to few rows is looked up first, and the list then reads those by their ids. The parts of every
statement are in `queries/list`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeAlias, get_args

from domain.catalog.customer import SubscriptionStatus
from domain.upgrade.payments import InvoiceStatus
from domain.upgrade.states import Stage
from domain.values.base import Instant, Value
from store.database import Executor, query

Noun = Literal["tenants", "subscriptions", "upgrades", "quotes", "invoices"]
Filter = Literal["tenant", "user", "quote", "invoice", "stage"]
NOUNS: tuple[Noun, ...] = get_args(Noun)
FILTERS: tuple[Filter, ...] = get_args(Filter)


class TenantItem(Value):
    """A tenant, and how much it has."""

    tenant_id: str
    name: str
    country: str
    currency: str
    subscriptions: int
    open_upgrades: int


class SubscriptionItem(Value):
    """A subscription, and the open upgrade that replaces it."""

    subscription_id: str
    tenant_id: str
    plan_id: str
    status: SubscriptionStatus
    licenses: int
    assigned: int
    open_upgrade_id: str | None


class UpgradeItem(Value):
    """An upgrade, or a change by hand; its fields are those of `UpgradeView`."""

    upgrade_id: str
    tenant_id: str
    subscription_id: str
    new_subscription_id: str | None
    target_plan_id: str
    stage: Stage
    placed_at: Instant
    deadline: Instant | None
    quote_id: str
    invoice_number: str | None


class QuoteItem(Value):
    """A quote; its fields are those of `Quote`."""

    quote_id: str
    subscription_id: str
    tenant_id: str
    target_plan_id: str
    licenses: int
    total: Decimal
    currency: str
    created_at: Instant
    expires_at: Instant
    ordered_as: str | None
    """The latest upgrade that was ordered on it."""


class InvoiceItem(Value):
    """An invoice; its fields are those of `Invoice`."""

    number: str
    tenant_id: str
    upgrade_id: str
    subscription_id: str
    new_subscription_id: str | None
    issued_on: date
    total: Decimal
    currency: str
    status: InvoiceStatus | None = None
    """How it stands today, and what of it is still to pay; None until somebody has looked."""
    open_amount: Decimal | None = None


Item: TypeAlias = TenantItem | SubscriptionItem | UpgradeItem | QuoteItem | InvoiceItem


@dataclass(frozen=True)
class _List:
    """How a list is read."""

    item: type[Item]
    id: str
    """The field that a page ends with; of an invoice that is its upgrade, as numbers run per seller."""


_LISTS: Mapping[Noun, _List] = {
    "tenants": _List(TenantItem, "tenant_id"),
    "subscriptions": _List(SubscriptionItem, "subscription_id"),
    "upgrades": _List(UpgradeItem, "upgrade_id"),
    "quotes": _List(QuoteItem, "quote_id"),
    "invoices": _List(InvoiceItem, "upgrade_id"),
}
_PART = re.compile(r"^-- :(.+)\n", re.MULTILINE)


@cache
def _parts(name: str) -> Mapping[str, str]:
    """The statement of `queries/list/<name>.sql`, named `select`, and the named parts after it."""
    select, *named = _PART.split(query(f"list/{name}"))
    return {"select": select, **dict(zip(named[::2], named[1::2], strict=True))}


def _condition(noun: Noun, part: str, p: str, **more: str) -> str:
    """A part of a list's statement for the argument `p`."""
    of_a_user = _parts("of_a_user")
    held = of_a_user["held"].format(p=p)
    return _parts(noun)[part].format(
        p=p,
        held=held,
        upgrades=of_a_user["upgrades"].format(p=p, held=held),
        quotes=of_a_user["quotes"].format(p=p, held=held),
        **more,
    )


def filters_of(noun: Noun) -> tuple[Filter, ...]:
    """The filters that a list takes."""
    return tuple(each for each in FILTERS if each in _parts(noun))


def id_of_item(noun: Noun, item: Item) -> str:
    """What the page after `item` goes on after."""
    return getattr(item, _LISTS[noun].id)


def statement_of(
    noun: Noun, filters: Mapping[Filter, str], *, limit: int, after: str | None
) -> tuple[str, list[Any]]:
    """The statement that reads a page of `limit` items, and its arguments; it takes all filters at once."""
    arguments: list[Any] = [limit]

    def place(value: str) -> str:
        arguments.append(value)
        return f"${len(arguments)}::text"

    parts, conditions = _parts(noun), ["true"]
    for name, value in filters.items():
        alone = f"{name} alone"
        if alone in parts and len(filters) == 1:
            conditions.append(_condition(noun, alone, place(value), after=place(after or "")))
        else:
            conditions.append(_condition(noun, name, place(value)))
    if after is not None:
        conditions.append(_condition(noun, "after", place(after)))
    return parts["select"].format(where="\n  and ".join(conditions)), arguments


async def read_list(
    executor: Executor,
    noun: Noun,
    filters: Mapping[Filter, str],
    *,
    limit: int,
    after: str | None = None,
) -> list[Item]:
    """At most `limit` items that all `filters` hold for, from the one after `after` on.

    Of a list that is newest first, `after` is the id of an item; with another one nothing is read.
    """
    sql, arguments = statement_of(noun, filters, limit=limit, after=after)
    rows = await executor.fetch(sql, *arguments)
    item = _LISTS[noun].item
    return [item.model_validate(dict(row)) for row in rows]


_KNOWN: Mapping[Filter | Noun, str] = {
    "tenant": "select tenant_id from tenants where tenant_id = $1",
    "user": "select tenant_id from users_of_tenants where user_id = $1",
    "quote": "select body ->> 'tenant_id' from quotes where quote_id = $1",
    "invoice": "select tenant_id from invoices where number = $1",
    "upgrades": "select tenant_id from upgrades where upgrade_id = $1",
    "quotes": "select body ->> 'tenant_id' from quotes where quote_id = $1",
    "invoices": "select tenant_id from invoices where upgrade_id = $1",
}
"""Whose it is that a filter or a page names."""


async def is_known(
    executor: Executor, what: Filter | Noun, id: str, tenants: Sequence[str] | None = None
) -> bool:
    """Whether a filter's value exists, or the item that a page of `what` goes on after.

    Among what these tenants have, if there are any.
    """
    sql = _KNOWN.get(what)
    if sql is None:
        return True
    known = (
        f"select true from ({sql}) as owner (tenant_id)"  # noqa: S608 - ours
        " where $2::text[] is null or tenant_id = any($2) limit 1"
    )
    return bool(await executor.fetchval(known, id, tenants))
