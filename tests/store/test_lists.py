"""Lists: what each filter finds, page by page, and what a page costs in a large database."""

import asyncio
from collections.abc import Mapping
from itertools import combinations
from random import Random

import pytest

from api.errors import BadInput, NotFound
from api.service.administration import Administration
from api.service.lists import Lists, Page
from domain.views.read_models import UpgradeView
from domain.world.model import WorldUser
from store.database import Database
from store.lists import (
    FILTERS,
    NOUNS,
    Filter,
    Noun,
    filters_of,
    id_of_item,
    read_list,
    statement_of,
)
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.store.crowd import add_to_crowd, crowd
from tests.store.plans import explained, rows_of, scanned
from tests.store.support import Life, world_of, world_subscription, world_tenant

LARGE = {"tenants", "subscriptions", "assignments", "users_of_tenants", "quotes", "upgrades",
         "moved_users", "invoices"}  # fmt: skip
Given = Mapping[Filter, str]
Found = Mapping[Noun, list[str]]


async def ids(database: Database, noun: Noun, given: Given) -> list[str]:
    found = await read_list(database, noun, given, limit=1_000)
    return [id_of_item(noun, item) for item in found]


def found(**ids: list[str]) -> Found:
    """Ids of each list; none of those that are not named."""
    return {noun: ids.get(noun, []) for noun in NOUNS}


# ---- what is found ------------------------------------------------------------------------------


class Lived:
    """contoso was upgraded to the end, fabrikam waits, adatum was quoted, litware does nothing."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.contoso, self.fabrikam, self.adatum = (
            Life(database, subscription_id=f"{name}-basic", tenant_id=name)
            for name in ("contoso", "fabrikam", "adatum")
        )

    async def live(self) -> UpgradeView:
        """Live all that; the upgrade of contoso."""
        tenants = [
            world_tenant(
                name,
                world_subscription(
                    f"{name}-basic",
                    users=tuple(WorldUser(id=f"{user}@{name}.example") for user in ("ada", "bob"))
                    + ((WorldUser(id="guest"),) if name in ("contoso", "fabrikam") else ()),
                ),
                payment_method="invoice" if name == "fabrikam" else "card",
            )
            for name in ("contoso", "fabrikam", "adatum", "litware")
        ]
        await import_world(self.database, world_of(*tenants), NOW)
        for life in (self.adatum, self.fabrikam):
            life.later(seconds=1 if life is self.adatum else 2)
            await life.quote()
        await self.fabrikam.order()
        view = await self.contoso.live()
        assert view.new_subscription_id is not None
        admin = Administration(self.database, lambda: self.contoso.at)
        await admin.unassign(OPERATOR, view.new_subscription_id, "bob@contoso.example")
        return view


async def test_each_filter_finds_what_it_is_for(database: Database) -> None:
    lived = Lived(database)
    done = await lived.live()
    new = done.new_subscription_id
    number = done.invoice_number
    assert new is not None
    assert number is not None
    ours, theirs = lived.contoso.upgrade_id, lived.fabrikam.upgrade_id
    quoted, waiting, only = (
        life.ordered.quote_id for life in (lived.contoso, lived.fabrikam, lived.adatum)
    )
    everything = found(
        tenants=["adatum", "contoso", "fabrikam", "litware"],
        subscriptions=sorted(
            ["adatum-basic", "contoso-basic", "fabrikam-basic", "litware-basic", new]
        ),
        upgrades=[theirs, ours],
        quotes=[quoted, waiting, only],
        invoices=[ours],
    )
    of_contoso = found(
        tenants=["contoso"],
        subscriptions=["contoso-basic", new],
        upgrades=[ours],
        quotes=[quoted],
        invoices=[ours],
    )
    of_fabrikam = found(
        tenants=["fabrikam"], subscriptions=["fabrikam-basic"], upgrades=[theirs], quotes=[waiting]
    )
    of_adatum = found(tenants=["adatum"], subscriptions=["adatum-basic"], quotes=[only])
    cases: tuple[tuple[Given, Found], ...] = (
        ({}, everything),
        ({"tenant": "contoso"}, of_contoso),
        ({"tenant": "litware"}, found(tenants=["litware"], subscriptions=["litware-basic"])),
        ({"user": "ada@contoso.example"}, {**of_contoso, "subscriptions": [new]}),
        # Who has left: what moved them is found, and no license.
        ({"user": "bob@contoso.example"}, {**of_contoso, "subscriptions": []}),
        ({"user": "ada@fabrikam.example"}, of_fabrikam),
        (
            {"user": "guest"},
            found(
                tenants=["contoso", "fabrikam"],
                subscriptions=sorted(["fabrikam-basic", new]),
                upgrades=[theirs, ours],
                quotes=[quoted, waiting],
                invoices=[ours],
            ),
        ),
        ({"user": "ada@adatum.example"}, of_adatum),
        ({"quote": quoted}, of_contoso),
        ({"quote": only}, of_adatum),
        ({"invoice": number}, of_contoso),
        ({"stage": "invoiced"}, {**of_contoso, "subscriptions": ["contoso-basic"]}),
        ({"stage": "awaiting_credit_check"}, of_fabrikam),
        ({"stage": "needs_attention"}, found()),
    )
    for given, expected in cases:
        for noun in NOUNS:
            if set(given) <= set(filters_of(noun)):
                assert await ids(database, noun, given) == expected[noun], (noun, given)


async def test_filters_add_up(database: Database) -> None:
    lived = Lived(database)
    done = await lived.live()
    assert done.invoice_number is not None
    values: Mapping[Filter, list[str]] = {
        "tenant": ["contoso", "fabrikam"],
        "user": ["guest", "ada@contoso.example", "bob@contoso.example"],
        "quote": [done.quote_id, lived.fabrikam.ordered.quote_id],
        "invoice": [done.invoice_number],
        "stage": ["invoiced", "awaiting_credit_check"],
    }
    checked = 0
    for noun in NOUNS:
        alone: dict[tuple[Filter, str], set[str]] = {
            (name, value): set(await ids(database, noun, {name: value}))
            for name in filters_of(noun)
            for value in values[name]
        }
        for one, other in combinations(alone, 2):
            if one[0] != other[0]:
                given: dict[Filter, str] = dict([one])
                given[other[0]] = other[1]
                assert set(await ids(database, noun, given)) == alone[one] & alone[other], (
                    noun,
                    one,
                    other,
                )
                checked += 1
    assert checked > 100


async def test_items_say_what_callers_know_from_elsewhere(database: Database) -> None:
    lived = Lived(database)
    done = await lived.live()
    lists = Lists(database, lambda: NOW)

    async def first(noun: Noun, tenant: str) -> dict[str, object]:
        page = await lists.page(OPERATOR, noun, {"tenant": tenant})
        return page.items[0].model_dump(mode="json")

    view = done.model_dump(mode="json")
    found = await first("upgrades", "contoso")
    assert found == {name: view[name] for name in found}
    assert next(iter(found)) == "upgrade_id"
    quote = await database.fetchval("select body from quotes where quote_id = $1", done.quote_id)
    found = await first("quotes", "contoso")
    assert found.pop("ordered_as") == done.upgrade_id
    assert found == {name: quote[name] for name in found}
    assert (await first("quotes", "adatum"))["ordered_as"] is None
    invoice = await database.fetchval("select body from invoices")
    found = await first("invoices", "contoso")
    stands = {"status": found.pop("status"), "open_amount": found.pop("open_amount")}
    assert found == {name: invoice[name] for name in found}
    assert stands == {"status": "open", "open_amount": invoice["amount_due"]}
    assert await first("tenants", "fabrikam") == {
        "tenant_id": "fabrikam", "name": "Contoso", "country": "US", "currency": "USD",
        "subscriptions": 1, "open_upgrades": 1,
    }  # fmt: skip
    assert await first("subscriptions", "fabrikam") == {
        "subscription_id": "fabrikam-basic", "tenant_id": "fabrikam", "plan_id": "basic",
        "status": "active", "licenses": 10, "assigned": 3,
        "open_upgrade_id": lived.fabrikam.upgrade_id,
    }  # fmt: skip
    assert (await first("subscriptions", "contoso"))["open_upgrade_id"] is None


async def test_whoever_joins_by_any_way_is_found(database: Database) -> None:
    tenant = world_tenant("contoso", world_subscription(users=(WorldUser(id="by-file"),)))
    counted = world_tenant("fabrikam", world_subscription("fabrikam-basic", user_count=2))
    await import_world(database, world_of(tenant, counted), NOW)
    admin = Administration(database, lambda: NOW)
    await admin.assign(OPERATOR, "contoso-basic", "by-admin")
    await admin.assign(OPERATOR, "fabrikam-basic", "by-file")
    await admin.unassign(OPERATOR, "contoso-basic", "by-file")
    await admin.assign(OPERATOR, "contoso-basic", "by-file")
    for user, tenants in {
        "by-file": ["contoso", "fabrikam"],
        "by-admin": ["contoso"],
        "user-0000002@fabrikam-basic": ["fabrikam"],
    }.items():
        assert await ids(database, "tenants", {"user": user}) == tenants
    missing = await database.fetchval(
        "select count(*) from assignments a join subscriptions s using (subscription_id)"
        " left join users_of_tenants k using (user_id, tenant_id) where k is null"
    )
    assert missing == 0


async def test_users_who_join_at_once_do_not_wait_for_each_other_in_a_circle(
    database: Database,
) -> None:
    held = [world_subscription(f"contoso-{n}", licenses=20_000, users=()) for n in range(8)]
    await import_world(database, world_of(world_tenant("contoso", *held)), NOW)
    users, random = [f"user-{n}@contoso.example" for n in range(10_000)], Random(15)

    async def join(subscription_id: str) -> None:
        await database.execute(
            "insert into assignments select $1, user_id from unnest($2::text[]) as user_id",
            subscription_id,
            random.sample(users, len(users)),
        )

    await asyncio.gather(*(join(each.id) for each in held))
    assert await database.fetchval("select count(*) from users_of_tenants") == len(users)


# ---- pages --------------------------------------------------------------------------------------


@pytest.mark.breaks_promises
@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("given", [{}, {"stage": "canceled"}], ids=["all", "in a stage"])
async def test_pages_show_everything_once_though_more_is_added_meanwhile(
    database: Database, noun: Noun, given: Given
) -> None:
    if not set(given) <= set(filters_of(noun)):
        given = {}
    await crowd(database, rows=60)
    expected = await ids(database, noun, given)
    assert len(expected) >= 15
    lists, seen, after = Lists(database, lambda: NOW), list[str](), None
    for added in range(100, 200):
        page = await lists.page(OPERATOR, noun, given, limit=7, after=after)
        assert 0 < len(page.items) <= 7
        seen += [id_of_item(noun, item) for item in page.items]
        after = page.next
        if after is None:
            break
        assert after == seen[-1]
        await add_to_crowd(database, added, added)
    before = set(expected)
    assert [each for each in seen if each in before] == expected
    assert len(seen) == len(set(seen))


@pytest.mark.breaks_promises
async def test_the_last_page_says_so(database: Database) -> None:
    await crowd(database, rows=10)
    lists = Lists(database, lambda: NOW)
    assert (await lists.page(OPERATOR, "quotes", {}, limit=9)).next is not None
    assert (await lists.page(OPERATOR, "quotes", {}, limit=10)).next is None
    found = await lists.page(OPERATOR, "quotes", {}, limit=11)
    assert await lists.page(
        OPERATOR, "quotes", {}, after=id_of_item("quotes", found.items[-1])
    ) == Page(items=(), next=None)


# ---- what cannot be listed ----------------------------------------------------------------------


@pytest.mark.parametrize("noun", NOUNS)
async def test_what_is_not_there_is_said_with_what_was_probably_meant(
    database: Database, noun: Noun
) -> None:
    await import_world(database, world_of(world_tenant()), NOW)
    lists = Lists(database, lambda: NOW)
    named: tuple[Filter, ...] = ("tenant", "user", "quote", "invoice")
    for name in named:
        with pytest.raises(NotFound) as raised:
            await lists.page(OPERATOR, noun, {name: "nothing-like-it"})
        assert raised.value.details == {"kind": name, "id": "nothing-like-it"}
    if noun in ("upgrades", "quotes", "invoices"):
        with pytest.raises(NotFound):
            await lists.page(OPERATOR, noun, {}, after="nothing-like-it")
    else:
        assert (await lists.page(OPERATOR, noun, {}, after="zzz")).items == ()
    both: Given = {"tenant": "contoso", "user": "nobody"}
    with pytest.raises(NotFound, match="there is no user 'nobody'"):
        await lists.page(OPERATOR, noun, both)


@pytest.mark.parametrize("noun", NOUNS)
async def test_a_filter_that_makes_no_sense_names_those_that_do(
    database: Database, noun: Noun
) -> None:
    taken = filters_of(noun)
    assert taken == FILTERS if noun not in ("quotes", "invoices") else FILTERS[:-1]
    for name in set(FILTERS) - set(taken):
        with pytest.raises(BadInput, match=r"they take tenant, user, quote, invoice$") as raised:
            await Lists(database, lambda: NOW).page(OPERATOR, noun, {name: "invoiced"})
        assert raised.value.details["filters"] == list(taken)


# ---- what it costs ------------------------------------------------------------------------------


@pytest.mark.breaks_promises
async def test_a_page_costs_the_same_in_a_large_database(database: Database) -> None:
    await crowd(database, rows=20_000, users=180_000)
    hex: str = await database.fetchval("select substr(md5('777'), 1, 20)")
    values: dict[Filter, str] = {
        "tenant": "tenant-000777",
        "user": "ada@tenant-000777",
        "quote": f"q-{hex}",
        "invoice": "INV-00000777",
        "stage": "canceled",
    }
    last: dict[Noun, str] = {
        "tenants": "tenant-010000",
        "subscriptions": "sub-010000",
        "upgrades": f"up-{hex}",
        "quotes": f"q-{hex}",
        "invoices": f"up-{hex}",
    }
    looked_at = 0
    async with database.transaction() as transaction:
        for noun in NOUNS:
            taken = filters_of(noun)
            for many in {0, 1, 2, len(taken)}:
                for names in combinations(taken, many):
                    given: Given = {name: values[name] for name in names}
                    for after in (None, last[noun]):
                        sql, arguments = statement_of(noun, given, limit=20, after=after)
                        for generic in (False, True):
                            plan = await explained(transaction, sql, arguments, generic=generic)
                            case = (noun, names, after, generic)
                            assert not scanned(plan) & LARGE, case
                            assert sum(rows_of(plan)) < 1_000, case
                            looked_at += 1
    assert looked_at == 4 * (3 * (1 + 5 + 10 + 1) + 2 * (1 + 4 + 6 + 1))


@pytest.mark.breaks_promises
async def test_a_user_of_a_large_tenant_costs_what_their_tenant_has(database: Database) -> None:
    await crowd(database, rows=2_000, users=100_000)
    async with database.transaction() as transaction:
        for noun in NOUNS:
            sql, arguments = statement_of(
                noun, {"user": "user-004711@contoso.example"}, limit=20, after=None
            )
            found = await transaction.fetch(sql, *arguments)
            assert len(found) == 1, noun
            plan = await explained(transaction, sql, arguments, generic=True)
            assert not scanned(plan) & LARGE, noun
            assert sum(rows_of(plan)) < 1_000, noun
