"""Changes by hand in the database: who moves, who stays, and what an undo gives back (B59-B61)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from activities import upgrade_steps
from activities.steps import ProblemInput
from activities.user_moves import UsersCannotMove
from api.errors import BadInput
from api.service.administration import Administration
from domain.catalog.facts import Facts
from domain.values import rejections
from store.database import Database, Executor
from store.errors import PromiseBroken
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.examples import examples
from tests.store.changes import (
    ADA,
    BOB,
    BUY,
    CY,
    DEE,
    EVERYBODY,
    SOURCE,
    TARGET,
    THERE,
    ChangeLife,
    held,
    row,
    sound,
    two_subscriptions,
    without,
)
from tests.store.support import run_step


async def test_listed_users_move_into_what_is_there_and_nothing_is_charged(
    change: ChangeLife,
) -> None:
    quote = await change.ask(CY, ADA)
    assert (quote.users_to_move, quote.users_with_disabled_services) == (2, 2)
    await change.order()
    moved = await change.move()
    assert (moved.stage, moved.users.moved, moved.users.total) == ("switching_billing", 2, 2)
    assert moved.new_subscription_id == TARGET
    for each in (SOURCE, TARGET):
        assert (await row(change.database, each))["locked_by"] == change.upgrade_id  # B51
    done = await change.switch()
    assert (done.stage, done.invoice_number) == ("completed", None)
    assert await held(change.database) == [without(ADA, CY), {**THERE, ADA: [], CY: []}]
    assert await row(change.database, SOURCE) == {
        "status": "active", "licenses": 10, "billed": True, "locked_by": None, "assigned": 5,
    }  # fmt: skip
    assert (await row(change.database, TARGET))["locked_by"] is None
    for table in ("invoices", "ledger_entries"):
        assert await change.database.fetchval(f"select count(*) from {table}") == 0
    await sound(change.database)


async def test_listed_users_move_into_a_new_subscription_of_their_own(change: ChangeLife) -> None:
    quote = await change.ask(ADA, BOB, buy=BUY, old="reduced")
    # 5 x 12.50, and 2 x 6.00 x 23/30 of the licenses given up
    assert (quote.total, quote.credit_applied) == (Decimal("53.30"), Decimal("9.20"))
    await change.order()
    await change.move()
    complete = await change.switch()
    assert complete.stage == "awaiting_invoice"
    new = complete.new_subscription_id
    assert new is not None
    assert await held(change.database, SOURCE, TARGET, new) == [
        without(ADA, BOB), THERE, {ADA: [], BOB: []},
    ]  # fmt: skip
    assert (await row(change.database, SOURCE))["licenses"] == 8
    assert (await row(change.database, new))["billed"] is True
    await change.wait()
    assert (await change.invoice()).stage == "invoiced"
    assert await change.database.fetchval("select body ->> 'total' from invoices") == "53.30"
    await sound(change.database)


async def test_everybody_moves_and_the_old_one_is_canceled(change: ChangeLife) -> None:
    quote = await change.ask(into=None, buy={**BUY, "licenses": 7}, old="canceled")
    assert quote.users_to_move == 7
    await change.order()
    await change.move()
    assert (await change.switch()).stage == "awaiting_invoice"
    source = await row(change.database, SOURCE)
    assert (source["status"], source["billed"], source["assigned"]) == ("canceled", False, 0)
    await sound(change.database)


async def test_everybody_goes_on_with_the_same_plan_paid_by_the_year(change: ChangeLife) -> None:
    """7 x 72.00 for a year, less 10 x 6.00 x 23/30 of the month: 504.00 - 46.00 = 458.00."""
    buy = {"plan_id": "basic", "licenses": 7, "billing": "annual"}
    quote = await change.ask(into=None, buy=buy, old="canceled")
    assert (quote.total, quote.credit_applied) == (Decimal("458.00"), Decimal("46.00"))
    await change.order()
    moved = await change.move()
    assert (await change.switch()).stage == "awaiting_invoice"
    new = moved.new_subscription_id
    assert new is not None
    row_of_new = await change.database.fetchrow(
        "select plan_id, billing, licenses, billed from subscriptions where subscription_id = $1",
        new,
    )
    assert dict(row_of_new) == {
        "plan_id": "basic", "billing": "annual", "licenses": 7, "billed": True,
    }  # fmt: skip
    await change.wait()
    assert (await change.invoice()).stage == "invoiced"
    assert await change.database.fetchval("select body ->> 'total' from invoices") == "458.00"
    await sound(change.database)


async def test_a_user_who_cannot_be_moved_is_skipped_and_keeps_the_license(
    change: ChangeLife,
) -> None:
    await change.ask(ADA, BOB)
    await change.order()
    await change.block(BOB, DEE)
    with pytest.raises(UsersCannotMove, match="1 users"):
        await change.move()
    skipped = await change.skip(BOB)
    assert skipped.users.skipped == 1
    await change.move()
    assert (await change.switch()).stage == "completed"
    assert await held(change.database) == [without(ADA), {**THERE, ADA: []}]
    await sound(change.database)


async def test_licenses_given_up_wait_for_who_stays(change: ChangeLife) -> None:
    await change.ask(ADA, BOB, old="reduced")
    await change.order()
    await change.move()
    await change.database.execute(
        "insert into assignments select $1, 'new-' || n from generate_series(1, 4) n", SOURCE
    )
    with pytest.raises(rejections.InsufficientLicenses) as few:
        await change.switch()
    assert few.value.details == {"licenses": 8, "assigned": 9}
    await change.database.execute("delete from assignments where user_id = 'new-1'")
    assert (await change.switch()).stage == "completed"
    assert (await row(change.database, SOURCE))["licenses"] == 8
    await sound(change.database)


async def test_the_count_of_licenses_that_stay_can_be_named(change: ChangeLife) -> None:
    for kept, why in (
        (0, rejections.NothingKept),
        (4, rejections.InsufficientLicenses),
        (10, BadInput),
        (11, BadInput),
    ):
        with pytest.raises(why) as refused:
            await change.ask(ADA, BOB, buy=BUY, old="reduced", kept=kept)
    assert refused.value.details == {"field": "reduce_old_to"}
    quote = await change.ask(ADA, BOB, buy=BUY, old="reduced", kept=5)
    # 5 x 12.50, and 5 x 6.00 x 23/30 of the licenses given up
    assert (quote.total, quote.credit_applied) == (Decimal("39.50"), Decimal("23.00"))
    await change.order()
    await change.move()
    assert (await change.switch()).stage == "awaiting_invoice"
    assert (await row(change.database, SOURCE))["licenses"] == 5
    await change.wait()
    await change.invoice()
    assert await change.database.fetchval("select body ->> 'total' from invoices") == "39.50"
    await sound(change.database)


async def test_where_nobody_stays_nothing_is_kept_and_that_is_one_answer(
    change: ChangeLife,
) -> None:
    await Administration(change.database, lambda: NOW).set_licenses(OPERATOR, SOURCE, 7)
    for listed in (sorted(EVERYBODY), []):
        for kept in (None, 0):
            with pytest.raises(rejections.NothingKept):
                await change.ask(*listed, buy={**BUY, "licenses": 7}, old="reduced", kept=kept)


async def test_operators_take_users_off_while_it_waits_for_them(change: ChangeLife) -> None:
    """Two join and eight licenses would be left of nine users: every lever was locked."""
    admin = Administration(change.database, lambda: NOW)
    customer = OPERATOR.model_copy(update={"roles": frozenset({"customer_admin"})})
    await change.ask(ADA, BOB, old="reduced")
    await change.order()
    await change.move()
    await change.database.execute(
        "insert into assignments select $1, 'new-' || n from generate_series(1, 4) n", SOURCE
    )
    with pytest.raises(rejections.InsufficientLicenses, match="unassign 1 of them"):
        await change.switch()
    with pytest.raises(rejections.AdminLocked):
        await admin.unassign(OPERATOR, SOURCE, "new-1")
    problem = ProblemInput(**change.step.model_dump(), step="switch-billing", cause="9 of 8")
    await run_step(change.steps.report_problem, problem)
    with pytest.raises(rejections.AdminLocked):
        await admin.unassign(customer, SOURCE, "new-1")
    with pytest.raises(rejections.AdminLocked):
        await admin.set_licenses(OPERATOR, SOURCE, 20)
    assert (await admin.unassign(OPERATOR, SOURCE, "new-1")).assigned == 8
    change.later(seconds=1)
    await run_step(change.steps.resolve_attention, change.step)
    with pytest.raises(rejections.AdminLocked):
        await admin.unassign(OPERATOR, SOURCE, "new-2")
    assert (await change.switch()).stage == "completed"
    assert (await row(change.database, SOURCE))["licenses"] == 8
    await sound(change.database)


async def test_nobody_slips_in_while_licenses_are_given_up(
    change: ChangeLife, monkeypatch: pytest.MonkeyPatch
) -> None:
    await change.ask(ADA, BOB, old="reduced", kept=5)
    await change.order()
    await change.move()
    counted = upgrade_steps.users_left_behind

    async def and_one_joins(executor: Executor, *which: Any) -> tuple[int, int]:
        found = await counted(executor, *which)
        await change.database.execute("insert into assignments values ($1, 'new')", SOURCE)
        return found

    monkeypatch.setattr(upgrade_steps, "users_left_behind", and_one_joins)
    with pytest.raises(PromiseBroken) as broken:
        await change.switch()
    assert broken.value.constraint == "who_stays_has_a_license"
    monkeypatch.undo()
    with pytest.raises(rejections.InsufficientLicenses):
        await change.switch()
    await sound(change.database)


async def test_no_admin_cancels_what_users_are_about_to_move_to(
    change: ChangeLife, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = Administration(change.database, lambda: NOW)
    await change.database.execute("delete from assignments where subscription_id = $1", TARGET)
    await change.ask(ADA)
    await change.order()
    with pytest.raises(rejections.UpgradeStillOpen):
        await admin.cancel(OPERATOR, TARGET)
    await change.cancel()
    # And where that comes between the look at the facts and the order, the order looks again.
    change.key = "key-2"
    await change.ask(ADA)
    read = upgrade_steps.read_facts

    async def and_it_is_canceled(executor: Executor, subscription_id: str) -> Facts | None:
        found = await read(executor, subscription_id)
        monkeypatch.undo()
        await admin.cancel(OPERATOR, TARGET)
        return found

    monkeypatch.setattr(upgrade_steps, "read_facts", and_it_is_canceled)
    refused = await change.order()
    assert refused.stage == "refused"
    assert [each.code for each in refused.refusals] == ["subscription_not_active"]
    await sound(change.database)


async def test_a_file_of_before_takes_nothing_back(change: ChangeLife) -> None:
    await change.ask(ADA, BOB, old="reduced")
    await change.order()
    await change.move()
    await change.switch()
    after = await held(change.database)
    again = await import_world(change.database, two_subscriptions(), NOW)
    assert {(kept.id, kept.code, *(each.field for each in kept.fields)) for kept in again.kept} == {
        (SOURCE, "users_moved_away", "licenses", "users"),
        (TARGET, "users_moved_in", "users"),
    }
    assert await held(change.database) == after
    assert (await row(change.database, SOURCE))["licenses"] == 8
    await sound(change.database)


people = st.lists(st.sampled_from(sorted(EVERYBODY)), unique=True, min_size=1, max_size=4)
numbers = iter(range(1_000_000))


@examples(
    25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(listed=people, batch=st.integers(1, 4), undo=st.booleans(), buys=st.booleans())
async def test_nobody_is_lost_and_others_are_untouched(
    database: Database, listed: list[str], batch: int, undo: bool, buys: bool
) -> None:
    name = f"tenant-{next(numbers)}"
    source, target = f"{name}-basic", f"{name}-standard"
    await import_world(database, two_subscriptions(name=name), NOW)
    change = ChangeLife(database, source, name, users_per_batch=batch)
    await change.ask(*listed, into=target, buy={**BUY} if buys else None)
    await change.order()
    view = await change.move()
    new = view.new_subscription_id
    assert new is not None
    if undo:
        await change.cancel()
        await change.undo()
        assert await held(database, source, target) == [EVERYBODY, THERE]
    else:
        await change.switch()
        there = {user: list[str]() for user in listed}
        assert await held(database, source) == [without(*listed)]
        assert await held(database, target, new) == (
            [THERE, there] if buys else [THERE | there] * 2
        )
    await sound(database)


async def test_admins_go_on_after_a_reduction(change: ChangeLife) -> None:
    await change.ask(ADA, BOB, buy=BUY, old="reduced")
    await change.order()
    await change.move()
    await change.switch()
    await Administration(change.database, lambda: NOW).set_licenses(OPERATOR, SOURCE, 20)
    await sound(change.database)
