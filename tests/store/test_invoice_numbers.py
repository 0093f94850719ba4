"""Numbers of invoices have no gap, whoever fails, waits, repeats, or is killed (B54)."""

import asyncio

import asyncpg
import pytest

from domain.catalog.policy import Policy
from domain.catalog.seller import Seller
from domain.upgrade.commands import IssueInvoice
from domain.upgrade.decider import decide
from domain.upgrade.states import Invoiced
from store.database import Database, Executor
from store.errors import (
    CarriedOutBefore,
    PromiseBroken,
    StatementFailed,
    StoreUnavailable,
    VersionConflict,
)
from store.event_store import append_of
from store.invoice_numbers import commit_numbered_step, new_placeholder, read_known_numbers
from store.upgrades import UpgradeHistory, read_history
from store.verify import verify
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.support import Life, tampering, world_of, world_tenant

TENANTS = 32
SELLER = Seller().identity
NUMBERS = [f"INV-{n:08}" for n in range(1, TENANTS + 1)]


async def up_to_the_invoice(
    database: Database, tenants: int = TENANTS, policy: Policy | None = None
) -> list[Life]:
    """As many upgrades, whose billing day has come."""
    held = [world_tenant(f"t{n:02}") for n in range(tenants)]
    await import_world(database, world_of(*held, policy=policy), NOW)

    async def live(tenant_id: str) -> Life:
        life = Life(database, subscription_id=f"{tenant_id}-basic", tenant_id=tenant_id)
        await life.quote()
        await life.order()
        await life.move()
        await life.switch()
        await life.wait()
        return life

    async with asyncio.timeout(120):
        return list(await asyncio.gather(*(live(tenant.id) for tenant in held)))


async def issue(executor: Executor, life: Life, history: UpgradeHistory | None = None) -> str:
    """Issue an invoice within a transaction of the caller; returns its number."""
    known = history or await read_history(executor, life.upgrade_id, life.subscription_id)
    after = await known.append_numbered(
        executor,
        lambda number: decide(IssueInvoice(at=life.at, number=number), known.state),
        "IssueInvoice",
        {},
    )
    assert isinstance(after.state, Invoiced)
    return after.state.invoice.number


async def numbers_of(database: Database) -> list[str]:
    rows = await database.fetch("select number from invoices order by number")
    return [row["number"] for row in rows]


async def test_32_invoices_at_once_are_numbered_without_a_gap(database: Database) -> None:
    lives = await up_to_the_invoice(database)
    async with asyncio.timeout(60):
        views = await asyncio.gather(*(life.invoice() for life in lives for _ in range(2)))
    assert sorted({str(view.invoice_number) for view in views}) == NUMBERS
    for life, view in zip(lives, views[::2], strict=True):
        # Everything that says the number says the same one.
        told = await database.fetchrow(
            "select i.number, i.body ->> 'number' as body, u.view ->> 'invoice_number' as view,"
            " e.data ->> 'number' as event, n.text ->> 'en' as notice"
            " from invoices i join upgrades u using (upgrade_id)"
            " join notices n on n.upgrade_id = i.upgrade_id and n.kind = 'invoice_issued'"
            " join events e on e.stream = 'upgrade-' || i.upgrade_id and e.type = 'InvoiceIssued'"
            " where i.upgrade_id = $1",
            life.upgrade_id,
        )
        assert {told["number"], told["body"], told["view"], told["event"]} == {view.invoice_number}
        assert str(view.invoice_number) in told["notice"]
    assert not await database.fetchval(
        "select count(*) from events where data::text like '%number-%' or metadata::text like '%number-%'"
    )


async def test_killed_backends_leave_no_gap(database: Database, database_url: str) -> None:
    lives = await up_to_the_invoice(database)
    failed = 0

    async def invoice(life: Life) -> str | None:
        nonlocal failed
        while True:
            try:
                return (await life.invoice()).invoice_number
            except StoreUnavailable:
                failed += 1

    async def kill(killer: "asyncpg.Connection[asyncpg.Record]") -> int:
        """End whoever issues an invoice now; returns how many."""
        return await killer.fetchval(
            "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
            " and state = 'active' and query like '%commit_numbered_step%'"
        )

    killer, holder = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    async with asyncio.timeout(120):
        async with holder.transaction():
            await holder.execute("lock table invoice_numbers in share row exclusive mode")
            issuing = [asyncio.create_task(invoice(life)) for life in lives]
            killed = 0
            while killed < 10:  # of those who wait for their number
                killed += await kill(killer)
        while not all(each.done() for each in issuing) and killed < 40:
            killed += await kill(killer)
        numbers = await asyncio.gather(*issuing)
    await killer.close()
    await holder.close()
    print(f"{killed} killed, {failed} failed")
    assert failed >= 10
    assert sorted(map(str, numbers)) == await numbers_of(database) == NUMBERS


async def test_a_transaction_that_fails_gives_its_number_back(database: Database) -> None:
    lives = await up_to_the_invoice(database, 3)
    await lives[0].invoice()

    async def issue_and_fail(life: Life, how: str) -> None:
        async with database.transaction() as transaction:
            assert await issue(transaction, life) == "INV-00000002"
            await transaction.execute(how)

    with pytest.raises(StoreUnavailable):
        await issue_and_fail(lives[1], "select pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(StatementFailed):
        await issue_and_fail(lives[1], "select 1 / 0")
    assert (await lives[2].invoice()).invoice_number == "INV-00000002"
    assert (await lives[1].invoice()).invoice_number == "INV-00000003"


async def test_a_repeat_and_a_latecomer_take_no_number(database: Database) -> None:
    (life,) = await up_to_the_invoice(database, 1)
    history = await read_history(database, life.upgrade_id, life.subscription_id)
    assert await issue(database, life, history) == "INV-00000001"
    with pytest.raises(CarriedOutBefore):
        await issue(database, life, history)
    late = append_of(f"upgrade-{life.upgrade_id}", history.version, "another command", [], {})
    with pytest.raises(VersionConflict):
        await commit_numbered_step(database, [late], {}, SELLER, new_placeholder())
    assert await database.fetchval("select last from invoice_numbers") == 1


async def test_sellers_have_sequences_of_their_own(database: Database) -> None:
    def sold_by(name: str, tax_id: str = "") -> Policy:
        return Policy(seller=Seller(name=name, country="DE", tax_id=tax_id))

    issued: list[tuple[int, str | None]] = []
    for number, policy in enumerate(
        (
            sold_by("Northwind GmbH"),
            sold_by("Fabrikam AG", tax_id="DE 123456789"),
            sold_by("Northwind  GMBH"),
            sold_by("Fabrikam Europa AG", tax_id="de 123456789"),
        )
    ):
        tenants = [world_tenant(f"s{number}-{n}") for n in range(2)]
        await import_world(database, world_of(*tenants, policy=policy), NOW)
        for tenant in tenants:
            life = Life(database, subscription_id=f"{tenant.id}-basic", tenant_id=tenant.id)
            view = await life.live()
            issued.append((number, view.invoice_number))
    assert issued == [
        (0, "INV-00000001"),
        (0, "INV-00000002"),
        (1, "INV-00000001"),
        (1, "INV-00000002"),
        (2, "INV-00000003"),
        (2, "INV-00000004"),
        (3, "INV-00000003"),
        (3, "INV-00000004"),
    ]


async def test_a_seller_who_waits_holds_up_no_other(database: Database) -> None:
    (ours,) = await up_to_the_invoice(database, 1)
    policy = Policy(seller=Seller(name="Northwind"))
    await import_world(database, world_of(world_tenant("theirs"), policy=policy), NOW)
    theirs = Life(database, subscription_id="theirs-basic", tenant_id="theirs")
    assert (await theirs.live()).invoice_number == "INV-00000001"
    async with database.transaction() as slow:
        locked = await slow.fetch("select seller from invoice_numbers for update")
        assert [row["seller"] for row in locked] == ["name:us northwind"]
        async with asyncio.timeout(10):
            assert (await ours.invoice()).invoice_number == "INV-00000001"


async def test_the_database_refuses_numbers_that_leave_a_gap(database: Database) -> None:
    (life,) = await up_to_the_invoice(database, 1)
    await life.invoice()
    insert = (
        "insert into invoices (number, upgrade_id, tenant_id, issued_on, body, seller)"
        " select {number}, 'another', tenant_id, issued_on, body, {seller} from invoices"
    )
    for statement, constraint in (
        ("update invoice_numbers set last = last + 2", "invoice_numbers_grow_by_one"),
        ("update invoice_numbers set last = last - 1", "invoice_numbers_grow_by_one"),
        ("update invoice_numbers set seller = 'x'", "invoice_numbers_grow_by_one"),
        ("insert into invoice_numbers values ('x', 2)", "invoice_numbers_grow_by_one"),
        ("update invoice_numbers set last = last + 1", "numbers_have_an_invoice"),
        ("insert into invoice_numbers values ('x', 1)", "numbers_have_an_invoice"),
        (
            insert.format(number="'INV-00000002'", seller="seller"),
            "invoices_have_the_number_just_taken",
        ),
        (insert.format(number="number", seller="'x'"), "invoices_have_the_number_just_taken"),
    ):
        with pytest.raises(Exception, match=constraint) as refused:
            await database.execute(statement)
        assert getattr(refused.value, "constraint", None) == constraint, statement
    for statement in ("delete from invoice_numbers", "truncate invoice_numbers"):
        with pytest.raises(StatementFailed) as immutable:
            await database.execute(statement)
        assert immutable.value.sqlstate == "PU002"


async def test_numbers_go_on_beyond_eight_digits(database: Database) -> None:
    assert [
        await database.fetchval("select invoice_number($1)", n)
        for n in (1, 99_999_999, 100_000_000, 2**62)
    ] == ["INV-00000001", "INV-99999999", "INV-100000000", f"INV-{2**62}"]


@pytest.mark.breaks_promises
async def test_verify_sees_a_gap_of_one_seller_and_a_lost_counter(database: Database) -> None:
    lives = await up_to_the_invoice(database, 3)
    for life in lives:
        await life.invoice()
    async with tampering(database) as tamper:
        await tamper.execute("delete from invoices where number = 'INV-00000002'")
        await tamper.execute("delete from invoice_numbers")
    found = [
        violation.evidence
        for violation in (await verify(database)).violations
        if violation.invariant == "invoice_numbers_have_no_gap"
    ]
    assert {each["number"] for each in found} == {"INV-00000003", "last of all"}


# ---- void numbers -------------------------------------------------------------------------------

VOID = "select void_invoice_numbers($1, 'lost by a failover')"


async def test_numbers_that_were_lost_are_void_and_given_to_nobody(database: Database) -> None:
    lives = await up_to_the_invoice(database, 2)
    await lives[0].invoice()
    assert await database.fetchval(VOID, "INV-00000004") == 3
    assert await database.fetchval(VOID, "INV-00000004") == 0, "it may be repeated"
    assert await database.fetchval(VOID, "INV-00000001") == 0
    assert (await lives[1].invoice()).invoice_number == "INV-00000005"
    void = await database.fetch("select number from void_invoice_numbers order by 1")
    assert [row["number"] for row in void] == [f"INV-{n:08}" for n in (2, 3, 4)]
    verified = await verify(database)
    assert verified.ok, verified.violations
    checked = verified.checked["invoice_numbers_have_no_gap"]
    assert checked == 5 + 1, "five numbers and the last of all"


async def test_a_seller_without_any_number_left_is_named(database: Database) -> None:
    (life,) = await up_to_the_invoice(database, 1)
    assert (await read_known_numbers(database, ())).sellers == {SELLER}
    named = "select void_invoice_numbers('INV-00000002', 'lost', $1)"
    assert await database.fetchval(named, SELLER) == 2
    assert (await life.invoice()).invoice_number == "INV-00000003"


@pytest.mark.parametrize(
    ("through", "seller", "why"),
    [
        ("7", None, "which is no invoice number"),
        ("INV-0000007", None, "which is no invoice number"),
        ("INV-00010002", None, "would void 10001 numbers"),
        ("INV-00000002", "nobody", "there is no seller nobody; there are: "),
    ],
)
async def test_numbers_are_not_void_by_mistake(
    database: Database, through: str, seller: str | None, why: str
) -> None:
    (life,) = await up_to_the_invoice(database, 1)
    await life.invoice()
    with pytest.raises(StatementFailed, match=why):
        await database.execute("select void_invoice_numbers($1, 'lost', $2)", through, seller)
    assert await database.fetchval("select last from invoice_numbers") == 1


async def test_where_there_are_two_sellers_one_is_named(database: Database) -> None:
    with pytest.raises(StatementFailed, match=r"name the seller .* there are: none"):
        await database.execute(VOID, "INV-00000001")
    async with database.transaction() as transaction:
        for seller in ("id:a", "id:b"):
            named = "select void_invoice_numbers('INV-00000001', 'lost', $1)"
            await transaction.execute(named, seller)
    with pytest.raises(StatementFailed, match=r"name the seller .* there are: id:a, id:b"):
        await database.execute(VOID, "INV-00000002")


async def test_a_number_is_an_invoice_or_void_and_stays_so(database: Database) -> None:
    (life,) = await up_to_the_invoice(database, 1)
    await life.invoice()
    void = "insert into void_invoice_numbers values ($1, $2, 'lost')"
    for number in ("INV-00000001", "INV-00000002"):
        with pytest.raises(PromiseBroken) as refused:
            await database.execute(void, SELLER, number)
        assert refused.value.constraint == "invoices_have_the_number_just_taken"
    await database.execute(VOID, "INV-00000002")
    with pytest.raises(PromiseBroken) as refused:
        await database.execute(
            "insert into invoices (number, upgrade_id, tenant_id, issued_on, body, seller)"
            " select 'INV-00000002', 'another', tenant_id, issued_on, body, seller from invoices"
        )
    assert refused.value.constraint == "invoices_have_the_number_just_taken"
    for statement in (
        "update void_invoice_numbers set reason = 'x'",
        "delete from void_invoice_numbers",
        "truncate void_invoice_numbers",
    ):
        with pytest.raises(StatementFailed) as immutable:
            await database.execute(statement)
        assert immutable.value.sqlstate == "PU002"
