"""Finding what a customer talks about: lists of everything there is, by what somebody knows of it.

Raises `ServiceError`s. Every door asks here: filters are the same wherever they come from.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Annotated, get_args

from pydantic import Field

from api import inputs
from api.arguments import RowNumber, allowed
from api.caller import Caller, Role
from api.errors import BadInput, NotFound
from api.service.near_ids import add_near
from domain.text.actor import Name
from domain.text.faults import quoted
from domain.upgrade.states import Stage
from domain.values.base import Id, Value
from domain.values.cycles import local_day
from domain.values.rejections import Rejection
from store.actions import Action, read_actions
from store.database import Database
from store.lists import (
    Filter,
    InvoiceItem,
    Item,
    Noun,
    filters_of,
    id_of_item,
    is_known,
    read_list,
)
from store.payments import read_owed

MOST_ITEMS = 1_000
"""Items of one page."""
ITEMS = 50
"""Items of a page if nobody says how many."""
STAGES: tuple[Stage, ...] = get_args(Stage)

_KINDS: Mapping[Filter | Noun, str] = {
    "tenant": "tenant",
    "user": "user",
    "quote": "quote",
    "invoice": "invoice",
    "upgrades": "upgrade",
    "quotes": "quote",
    "invoices": "upgrade with an invoice",
}
_WHY_NO_STAGE: Mapping[Noun, str] = {
    "quotes": "upgrades have a stage, and a list of those names the quote of each",
    "invoices": "upgrades have a stage, and one with an invoice is invoiced",
}


WHO_SEES_AMOUNTS: tuple[Role, ...] = ("viewer", "customer_admin", "operator", "finance", "auditor")
"""As of `bills.invoice`."""
WHO_SEES_USERS: tuple[Role, ...] = ("customer_admin", "operator", "auditor")
"""As of `reading.users`."""
_WHO_SEES: Mapping[Noun, tuple[Role, ...]] = {
    "quotes": WHO_SEES_AMOUNTS,
    "invoices": WHO_SEES_AMOUNTS,
}


class Page(Value):
    """Items of a list, and what the next page goes on after; None at the end."""

    items: tuple[Item, ...]
    next: str | None


class Actions(Value):
    """What was done, newest first, and the position that the next page goes on before; None at the end."""

    items: tuple[Action, ...]
    next: int | None


class Lists:
    """Pages of tenants, subscriptions, upgrades, quotes and invoices, and of what was done to them."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """`database` has what is listed; how invoices stand depends on the day, by `clock`."""
        self._database = database
        self._clock = clock

    @allowed("viewer", "customer_admin", "credit_reviewer", "operator", "finance", "auditor")
    async def page(
        self,
        caller: Caller,
        noun: Noun,
        filters: Mapping[Filter, str],
        *,
        limit: Annotated[int, Field(ge=1, le=MOST_ITEMS)] = ITEMS,
        after: Id | None = None,
    ) -> Page:
        """At most `limit` items that all `filters` hold for, from the one after `after` on.

        Amounts and users are for who may read them one by one: the list of quotes and that of invoices as
        `bills.invoice`, the filter by user as `reading.users`; for others both are `Forbidden`.

        A user's are those of the subscriptions they hold a license of, and, of upgrades and what belongs
        to them, of the moves that took them along. Raises `NotFound` if nothing is listed because what a
        filter or `after` names does not exist, and `BadInput` for a filter that the list does not take.
        """
        _require_may_see(caller, noun, filters)
        asked = _fitting(noun, filters)
        tenant = caller.one_tenant(asked.get("tenant"))
        if tenant is not None:
            asked["tenant"] = tenant
        found = await read_list(self._database, noun, asked, limit=limit + 1, after=after)
        if not found:
            await self._require_known(caller, noun, asked, after)
        items = found[:limit]
        more = len(found) > limit
        if noun == "invoices":
            items = await self._as_they_stand(items)
        return Page(items=tuple(items), next=id_of_item(noun, items[-1]) if more else None)

    async def _as_they_stand(self, items: Sequence[Item]) -> list[Item]:
        """Invoices with their status and what is open of them, today in their tenants' time zones (B65)."""
        invoices = [each for each in items if isinstance(each, InvoiceItem)]
        found = await read_owed(self._database, upgrade_ids=[each.upgrade_id for each in invoices])
        owed, at = {each.upgrade_id: each for each in found}, self._clock()
        return [
            owed[item.upgrade_id].listed(item, local_day(at, owed[item.upgrade_id].time_zone))
            for item in invoices
        ]

    @allowed("customer_admin", "operator", "auditor")
    async def actions(
        self,
        caller: Caller,
        *,
        tenant_id: Id | None = None,
        by: Name | None = None,
        limit: Annotated[int, Field(ge=1, le=MOST_ITEMS)] = ITEMS,
        before: RowNumber | None = None,
    ) -> Actions:
        """Who ordered, decided, canceled, or changed something by hand, and by which door (B71).

        Of one tenant, or by one name, if they are given. Raises `NotFound` for an unknown tenant.
        """
        tenant = caller.one_tenant(tenant_id)
        found = await read_actions(
            self._database, tenant_id=tenant, by=by, limit=limit + 1, before=before
        )
        if (
            not found
            and tenant is not None
            and not await is_known(self._database, "tenant", tenant)
        ):
            raise NotFound("tenant", tenant)
        items = tuple(found[:limit])
        return Actions(items=items, next=items[-1].position if len(found) > limit else None)

    @allowed("viewer", "customer_admin", "credit_reviewer", "operator", "finance", "auditor")
    async def add_near(self, caller: Caller, error: NotFound | Rejection) -> None:
        """Add what may have been meant to an error about an id that does not exist.

        For callers who have all tenants: others would learn which ids there are.
        """
        if caller.has_all:
            await add_near(self._database, error)

    async def _require_known(
        self, caller: Caller, noun: Noun, filters: Mapping[Filter, str], after: str | None
    ) -> None:
        named: list[tuple[Filter | Noun, str]] = [*filters.items()]
        if after is not None:
            named.append((noun, after))
        for what, id in named:
            if not await is_known(self._database, what, id, caller.named_tenants):
                raise NotFound(_KINDS[what], id)


def _require_may_see(caller: Caller, noun: Noun, filters: Mapping[Filter, str]) -> None:
    """Raise `Forbidden` for a list that shows, or a filter that tells, what the caller may not read."""
    if (roles := _WHO_SEES.get(noun)) is not None:
        caller.require(f"page of {noun}", roles, all_tenants=False)
    if "user" in filters:
        caller.require("page by user", WHO_SEES_USERS, all_tenants=False)


def _fitting(noun: Noun, filters: Mapping[Filter, str]) -> dict[Filter, str]:
    """The filters, if the list takes them and their values can be right. Raises `BadInput`."""
    taken = filters_of(noun)
    for name, value in filters.items():
        if name not in taken:
            why = _WHY_NO_STAGE[noun]
            raise BadInput(
                name,
                f"{noun} are not listed by it ({why}): they take {', '.join(taken)}",
                filters=list(taken),
            )
        if name == "stage":
            _require_stage(value)
        else:
            inputs.id_of(name, value)
    return dict(filters)


def _require_stage(text: str) -> None:
    if text not in STAGES:
        near = get_close_matches(text[:60].lower().replace("-", "_"), STAGES)
        hint = f"did you mean {near[0]}? " if near else ""
        raise BadInput(
            "stage",
            f"{quoted(text)} is not a stage: {hint}those are {', '.join(STAGES)}",
            near=near,
            stages=list(STAGES),
        )
