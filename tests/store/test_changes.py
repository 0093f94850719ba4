"""Changes by hand in the database: who moves, who stays, and what an undo gives back (B59-B61)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from activities import upgrade_steps
from activities.steps import ProblemInput
from activities.user_moves import UsersCannotMove
from api.errors import BadInput, FaultyList
from api.files.users_file import UserLines
from api.service.administration import Administration
from domain.catalog.facts import Facts
from domain.upgrade.commands import StartMove
from domain.upgrade.states import Moving
from domain.values import rejections
from domain.world.model import WorldUser
from store.database import Database, Executor
from store.errors import PromiseBroken, StatementFailed
from store.user_lists import judge_users, stage_users
from store.verify import verify
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
    SOURCE,
    TARGET,
    ZOE,
    ChangeLife,
    two_subscriptions,
)
from tests.store.support import USERS, holders, in_run_of, run_step, world_of

EVERYBODY = {user.id: list(user.disabled_services) for user in USERS}
THERE = {ZOE.id: ["apps"]}
ON = dict[str, list[str]]


@pytest.fixture
async def change(database: Database) -> ChangeLife:
    await import_world(database, two_subscriptions(), NOW)
    return ChangeLife(database)


async def held(database: Database, *subscriptions: str) -> list[ON]:
    return [await holders(database, each) for each in subscriptions or (SOURCE, TARGET)]


def without(*users: str) -> ON:
    return {user: off for user, off in EVERYBODY.items() if user not in users}


async def row(database: Database, subscription_id: str) -> dict[str, Any]:
    return dict(
        await database.fetchrow(
            "select status, licenses, billed, locked_by, assigned from subscriptions"
            " where subscription_id = $1",
            subscription_id,
        )
    )


async def begin(change: ChangeLife, users: int) -> str | None:
    """Begin the move, and move nobody yet; the id of the subscription that users are to go to."""
    start = StartMove(at=NOW, users=users)
    history = await in_run_of(change.upgrade_id).run(change.steps._carried_out, change.step, start)
    assert isinstance(history.state, Moving)
    return history.state.upgrade.new_subscription_id


async def sound(database: Database) -> None:
    verified = await verify(database)
    assert verified.ok, verified.violations


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


@pytest.mark.parametrize("batch", [1, 2, 3])
async def test_an_undo_from_the_middle_gives_everybody_back_what_they_had(
    change: ChangeLife, batch: int
) -> None:
    change.users_per_batch = batch
    await change.ask(ADA, CY, DEE)
    await change.order()
    await change.move()
    assert (await change.cancel()).undoing
    assert (await change.undo()).stage == "canceled"
    assert await held(change.database) == [EVERYBODY, THERE]
    for each in (SOURCE, TARGET):
        now = await row(change.database, each)
        assert (now["status"], now["billed"], now["locked_by"]) == ("active", True, None)
    await sound(change.database)
    change.key = "key-2"
    await change.ask(ADA)
    await change.order()
    await change.move()
    assert (await change.switch()).stage == "completed"
    await sound(change.database)


async def test_who_holds_both_loses_the_old_license_and_an_undo_gives_it_back(
    database: Database,
) -> None:
    both = WorldUser(id=CY, disabled_services=("apps",))
    world = two_subscriptions(both, users=USERS[:3])
    await import_world(database, world, NOW)
    change = ChangeLife(database)
    quote = await change.ask(old="canceled")
    assert quote.users_to_move == 3
    before = await held(database)
    await change.order()
    await change.move()
    assert await held(database) == [{}, {ADA: [], BOB: [], CY: ["apps"]}]
    await change.cancel()
    assert (await change.undo()).stage == "canceled"
    assert await held(database) == before
    await sound(database)
    change.key = "key-2"
    await change.ask(old="canceled")
    await change.order()
    await change.move()
    assert (await change.switch()).stage == "completed"
    assert await held(database) == [{}, {ADA: [], BOB: [], CY: ["apps"]}]
    await sound(database)


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


async def test_who_left_does_not_come_back_by_an_undo(database: Database) -> None:
    both = (WorldUser(id=CY, disabled_services=("apps",)), WorldUser(id=DEE), ZOE)
    await import_world(database, two_subscriptions(*both), NOW)
    change = ChangeLife(database)
    await Administration(database, lambda: NOW).set_licenses(OPERATOR, TARGET, 20)
    await change.ask(old="canceled")
    await change.order()
    await change.move()
    # CY had both licenses, ADA and BOB were moved. ADA leaves for good, BOB leaves and joins again.
    await database.execute(
        "delete from assignments where subscription_id = $1 and user_id = any($2)",
        TARGET,
        [CY, ADA, BOB],
    )
    await database.execute("insert into assignments values ($1, $2)", TARGET, BOB)
    await change.cancel()
    assert (await change.undo()).stage == "canceled"
    assert await held(database) == [
        without(CY, ADA, BOB), {BOB: [], DEE: [], ZOE.id: ["apps"]},
    ]  # fmt: skip
    await sound(database)


async def test_who_left_the_target_and_joined_it_again_has_a_new_license_there(
    database: Database,
) -> None:
    """Held both before, or moved: one rule for both, an undo gives neither the old license back."""
    both = (WorldUser(id=CY, disabled_services=("apps",)), ZOE)
    await import_world(database, two_subscriptions(*both), NOW)
    change = ChangeLife(database)
    await Administration(database, lambda: NOW).set_licenses(OPERATOR, TARGET, 20)
    await change.ask(old="canceled")
    await change.order()
    await change.move()
    for user in (CY, BOB):
        await database.execute(
            "delete from assignments where subscription_id = $1 and user_id = $2", TARGET, user
        )
        await database.execute("insert into assignments values ($1, $2)", TARGET, user)
    await change.cancel()
    assert (await change.undo()).stage == "canceled"
    assert await held(database) == [
        without(CY, BOB), {CY: [], BOB: [], ZOE.id: ["apps"]},
    ]  # fmt: skip
    await sound(database)


@pytest.mark.parametrize("moved_before", [True, False])
@pytest.mark.parametrize("buys", [True, False], ids=["bought", "there before"])
async def test_who_held_both_licenses_has_the_last_old_one_back(
    database: Database, moved_before: bool, buys: bool
) -> None:
    """ADA is moved and joins the old one again, or joins the new one on her own before her turn."""
    await import_world(database, two_subscriptions(), NOW)
    await Administration(database, lambda: NOW).set_licenses(OPERATOR, TARGET, 20)
    change = ChangeLife(database, users_per_batch=1)
    await change.ask(into=None if buys else TARGET, buy={**BUY, "licenses": 9} if buys else None)
    await change.order()
    if moved_before:
        new = (await change.move()).new_subscription_id
    else:
        new = await begin(change, users=len(EVERYBODY))
    again = SOURCE if moved_before else new
    await database.execute("insert into assignments values ($1, $2, '{teams}')", again, ADA)
    change.later(seconds=1)
    if moved_before:
        assert (await change.switch()).stage == "moving_users"
    await change.move()
    assert (await held(database))[0] == {}
    await change.cancel()
    assert (await change.undo()).stage == "canceled"
    last = ["teams"] if moved_before else EVERYBODY[ADA]
    assert (await held(database))[0] == {**EVERYBODY, ADA: last}
    there = THERE if moved_before or buys else {**THERE, ADA: ["teams"]}
    assert (await held(database))[1] == there
    await sound(database)


@pytest.mark.parametrize("batch", [1, 2, 3, 9])
async def test_blocked_users_are_counted_once_however_small_the_batches(
    change: ChangeLife, batch: int
) -> None:
    """Of four who are listed two are blocked: never more than four are told of."""
    change.users_per_batch = batch
    await change.ask(ADA, BOB, CY, DEE)
    await change.order()
    await change.block(BOB, DEE)
    with pytest.raises(UsersCannotMove, match="2 users"):
        await change.move()
    told = await change.database.fetch(
        "select (data ->> 'users')::integer as users, (data ->> 'remaining')::integer as remaining"
        " from events where type = 'UsersMoved' order by version"
    )
    moved = 0
    for each in told:
        moved += each["users"]
        assert moved + each["remaining"] == 4, told
    assert moved == 2


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


async def test_no_more_users_come_than_there_are_licenses_whoever_was_faster(
    change: ChangeLife,
) -> None:
    await change.ask(ADA, BOB, CY, DEE)
    await change.order()
    await begin(change, users=4)
    await change.database.execute("insert into assignments values ($1, 'new')", TARGET)
    with pytest.raises(PromiseBroken) as broken:
        await change.move()
    assert broken.value.constraint == "moved_within_licenses"
    given_up = await run_step(change.steps.report_license_conflict, change.step)
    assert given_up.undoing
    assert (await change.undo()).stage == "undone"
    assert await held(change.database) == [EVERYBODY, {**THERE, "new": []}]
    await sound(change.database)


async def test_a_listed_user_who_left_is_not_waited_for_and_one_who_comes_back_goes(
    change: ChangeLife,
) -> None:
    await change.ask(ADA, BOB)
    await change.order()
    await change.database.execute("delete from assignments where user_id = $1", ADA)
    moved = await change.move()
    assert (moved.stage, moved.users.total, moved.users.moved) == ("switching_billing", 1, 1)
    await change.database.execute("insert into assignments values ($1, $2)", SOURCE, ADA)
    change.later(seconds=1)
    assert (await change.switch()).stage == "moving_users"
    await change.move()
    change.later(seconds=1)
    assert (await change.switch()).stage == "completed"
    assert await held(change.database) == [without(ADA, BOB), {**THERE, ADA: [], BOB: []}]
    await sound(change.database)


async def test_every_fault_is_told_with_its_line_and_nothing_is_kept(change: ChangeLife) -> None:
    with pytest.raises(FaultyList) as faulty:
        await change.ask(ADA, "nobody@contoso.example", ZOE.id, ADA, "no id!", BOB)
    assert [
        (each["line"], each["fault"], each["user_id"]) for each in faulty.value.details["faults"]
    ] == [
        (2, "unknown_user", "nobody@contoso.example"),
        (3, "no_license", ZOE.id),
        (4, "listed_twice", ADA),
        (5, "unreadable", None),
    ]
    assert faulty.value.details["faulty"] == 4
    assert "line 1" in faulty.value.details["faults"][2]["message"]
    for table in ("quotes", "users_to_move"):
        assert await change.database.fetchval(f"select count(*) from {table}") == 0


async def test_faulty_lines_are_left_out_where_that_is_asked_for(change: ChangeLife) -> None:
    await change.database.execute("insert into assignments values ($1, $2)", TARGET, CY)
    with pytest.raises(FaultyList) as faulty:
        await change.ask(CY)
    (fault,) = faulty.value.details["faults"]
    assert (fault["place"], fault["message"]) == (
        "line 1",
        f"{CY} holds a license of {TARGET} already",
    )
    quote = await change.ask(ADA, ADA, CY, "nobody", skip_faulty=True)
    assert quote.users_to_move == 1
    await change.order()
    await change.move()
    assert (await change.switch()).stage == "completed"
    assert await held(change.database) == [without(ADA), {**THERE, ADA: [], CY: []}]
    with pytest.raises(Exception, match="no user is left"):
        await change.ask("nobody", skip_faulty=True)
    await sound(change.database)


async def test_a_list_never_changes(change: ChangeLife) -> None:
    await change.ask(ADA)
    for statement in ("delete from users_to_move", "update users_to_move set user_id = 'x'"):
        with pytest.raises(StatementFailed, match="append-only"):
            await change.database.execute(statement)


class Million(UserLines):
    """Lines as a file would give them; how many are held at once is seen by who reads."""

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return ((line, f"user-{line % 150_000:07}@contoso-basic") for line in range(1, 200_001))


async def test_a_long_list_is_judged_as_a_set(database: Database) -> None:
    world = world_of()
    await import_world(database, world, NOW)
    await database.execute(
        "insert into assignments select $1, format('user-%s@contoso-basic', lpad(n::text, 7, '0'))"
        " from generate_series(1, 100000) n",
        SOURCE,
    )
    async with database.transaction() as transaction:
        await stage_users(transaction, Million())
        judged = await judge_users(transaction, tenant_id="contoso", old=SOURCE, into=None)
    assert (judged.users, judged.faulty, len(judged.faults)) == (100_000, 100_000, 100)


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


async def test_users_moved_again_after_an_undo_have_the_switches_of_the_last_move(
    change: ChangeLife,
) -> None:
    """CY goes, comes back, goes for good, and is moved back by a change of its own."""
    await change.ask(CY)
    await change.order()
    await change.move()
    await change.cancel()
    assert (await change.undo()).stage == "canceled"
    change.key = "key-2"
    await change.ask(CY)
    await change.order()
    await change.move()
    assert (await change.switch()).stage == "completed"
    back = ChangeLife(change.database, subscription_id=TARGET, key="key-3")
    await back.ask(CY, into=SOURCE)
    await back.order()
    await back.move()
    assert (await back.switch()).stage == "completed"
    assert (await held(change.database))[0][CY] == [], "a move switches every service on (B45)"
    assert EVERYBODY[CY] != []
    await sound(change.database)
