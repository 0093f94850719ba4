"""The shadow notices: an order that did not end as its callers were told, and a database that lies."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from domain.quoting.orders import new_subscription_id_for
from domain.quoting.quote import Quote
from store.database import Database, Executor
from store.quotes import read_quote
from tests.soak.asking import Fault
from tests.soak.model import Decided, Joined, Left, ShadowOrder, ShadowSubscription, ShadowTenant
from tests.soak.settling import settle
from tests.store.support import USERS, Life, tampering

SWITCHES = {user.id: frozenset(user.disabled_services) for user in USERS}
ADA, BOB = "ada@contoso.example", "bob@contoso.example"


async def shadow_of(life: Life) -> ShadowOrder:
    """The shadow of an order for all seven users of contoso."""
    quote = await read_quote(life.database, life.ordered.quote_id)
    assert quote is not None
    sub = ShadowSubscription("contoso-basic", "basic", 10, dict(SWITCHES))
    tenant = ShadowTenant("contoso", 0, {sub.id: sub})
    return shadow(quote, tenant, life.upgrade_id)


def shadow(quote: Quote, tenant: ShadowTenant, upgrade_id: str) -> ShadowOrder:
    return ShadowOrder(
        upgrade_id=upgrade_id,
        tenant=tenant,
        quote=quote,
        key="key-1",
        new_id=new_subscription_id_for(upgrade_id),
        users=dict(SWITCHES),
        licenses=10,
        target_services=frozenset({"exchange", "sharepoint", "teams", "apps"}),
    )


# ---- what callers were told ---------------------------------------------------------------------

TOLD: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({}, {"invoiced"}),
    "canceled": ({"cancels": ["ok"]}, {"canceled"}),
    "a cancel without an answer": ({"cancels": ["unanswered"]}, {"invoiced", "canceled"}),
    "too late to cancel": ({"cancels": ["already_switched"]}, {"invoiced"}),
    "undone": ({"undos": ["ok"]}, {"undone"}),
    "refused for certain": ({"must_be_refused": True}, {"refused"}),
    "perhaps refused": ({"may_be_refused": True}, {"refused", "invoiced"}),
    "left waiting": (
        {"left_waiting": True},
        {"scheduled", "awaiting_invoice", "invoiced"},
    ),
    "more than there are licenses for": (
        {"people": [Joined(f"new-{n}", "old") for n in range(4)]},
        {"invoiced", "undone"},
    ),
}


@pytest.mark.parametrize("told", TOLD)
async def test_an_order_may_end_only_as_its_callers_were_told(life: Life, told: str) -> None:
    await life.quote()
    changes, ends = TOLD[told]
    assert replace(await shadow_of(life), **changes).may_end() == ends


DECIDED: dict[str, tuple[list[Decided], set[str]]] = {
    "approved": ([Decided("approved", "R-1", "ok")], {"invoiced"}),
    "declined": ([Decided("declined", "R-1", "ok")], {"declined"}),
    "one of two": (
        [Decided("declined", "R-1", "decision_contradicts"), Decided("approved", "R-2", "ok")],
        {"invoiced"},
    ),
    "no answer": ([Decided("declined", "R-1", "unanswered")], {"declined"}),
}


@pytest.mark.parametrize("told", DECIDED)
async def test_a_credit_check_may_end_only_as_it_was_decided(life: Life, told: str) -> None:
    await life.quote(payment_method="invoice")
    decisions, ends = DECIDED[told]
    assert replace(await shadow_of(life), decisions=decisions).may_end() == ends


async def test_nobody_decided_so_it_expires(life: Life) -> None:
    await life.quote(payment_method="invoice")
    assert replace(await shadow_of(life), lets_expire=True).may_end() == {"expired"}


async def test_users_are_where_the_end_of_their_order_puts_them(life: Life) -> None:
    await life.quote()
    order = replace(await shadow_of(life), people=[Joined("zoe", "old"), Left(ADA)])
    for stage, place in (("invoiced", {"new"}), ("canceled", {"old"})):
        places = order.places(stage)
        assert places[BOB] == places["zoe"] == {frozenset(place)}
        assert places[ADA] == {frozenset()}


# ---- a database that lies -----------------------------------------------------------------------

Tamper = Callable[[Executor, str], Awaitable[object]]
NEW = "(select view ->> 'new_subscription_id' from upgrades)"


async def lose_a_user(executor: Executor, upgrade_id: str) -> None:
    await executor.execute("delete from assignments where user_id = $1", ADA)


async def double_a_user(executor: Executor, upgrade_id: str) -> None:
    await executor.execute("insert into assignments values ('contoso-basic', $1)", ADA)


async def add_a_stranger(executor: Executor, upgrade_id: str) -> None:
    await executor.execute(f"insert into assignments values ({NEW}, 'stranger')")


async def flip_a_switch(executor: Executor, upgrade_id: str) -> None:
    await executor.execute(
        "update assignments set disabled_services = '{teams}' where user_id = $1", ADA
    )


async def lose_the_invoice(executor: Executor, upgrade_id: str) -> None:
    await executor.execute("delete from invoices where upgrade_id = $1", upgrade_id)


async def charge_more(executor: Executor, upgrade_id: str) -> None:
    await executor.execute(
        "update events set data = jsonb_set(data, '{pricing,total}', '\"9999.00\"')"
        " where type = 'BillingSwitched'"
    )


async def switch_twice(executor: Executor, upgrade_id: str) -> None:
    await executor.execute(
        "update events set type = 'BillingSwitched', data = (select data from events"
        " where type = 'BillingSwitched') where type = 'MoveCompleted'"
    )


async def lose_the_upgrade(executor: Executor, upgrade_id: str) -> None:
    await executor.execute("delete from upgrades")


async def change_licenses(executor: Executor, upgrade_id: str) -> None:
    await executor.execute(f"update subscriptions set licenses = 11 where subscription_id = {NEW}")


LIES: tuple[Tamper, ...] = (
    lose_a_user,
    double_a_user,
    add_a_stranger,
    flip_a_switch,
    lose_the_invoice,
    charge_more,
    switch_twice,
    lose_the_upgrade,
    change_licenses,
)


@pytest.mark.breaks_promises
@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
async def test_a_lie_is_noticed(database: Database, life: Life, lie: Tamper) -> None:
    await life.live()
    async with tampering(database) as connection:
        await lie(connection, life.upgrade_id)
    with pytest.raises(Fault):
        await settle(database, await shadow_of(life))


async def test_the_truth_is_taken_in(database: Database, life: Life) -> None:
    ended = await life.live()
    order = await shadow_of(life)
    assert await settle(database, order) == ended
    assert ended.new_subscription_id is not None
    old, new = order.tenant.subscriptions.values()
    assert (old.alive, old.users) == (False, {})
    assert (new.id, new.licenses, new.users.keys()) == (
        ended.new_subscription_id,
        10,
        SWITCHES.keys(),
    )
