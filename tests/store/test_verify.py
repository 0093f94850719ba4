"""Every promise is seen to be broken when it is: a violation is planted for each, and reported."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from uuid import uuid4

import pytest

from activities.holiday_calendar import holiday_calendar
from activities.steps import ProblemInput
from activities.user_moves import UsersCannotMove
from api.service.administration import Administration
from api.service.payments import Payments
from deploy.local_stack.postgres import PostgresServer
from domain.values.rejections import DecisionContradicts
from store.database import Database
from store.follower import Follower
from store.recomputed import CREDIT_DEADLINE, EXPLAINED, ID_OF_KEY, RECOMPUTED
from store.verify import NOTHING_OVERDUE, READ_MODELS, promises_in_sql, verify
from store.webhooks import (
    FOLLOWER,
    fill_deliveries,
    lease_endpoints,
    next_delivery,
    put_endpoint,
    record_attempt,
)
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.homes import copy_of
from tests.store.changes import ADA, ChangeLife, two_subscriptions
from tests.store.support import (
    Life,
    run_step,
    tampering,
    world_of,
    world_subscription,
    world_tenant,
)

COMPLETED = "(select upgrade_id from upgrades where tenant_id = 'done')"
CANCELED = "(select upgrade_id from upgrades where tenant_id = 'canceled')"
MOVING = "(select upgrade_id from upgrades where tenant_id = 'moving')"
EVENT_OF = "stream = 'upgrade-' || {} and type = '{}'"

PLANTED: dict[str, tuple[str, ...]] = {
    "admins_wait_for_moves": (
        "update events set type = 'SubscriptionLocked'"
        " where type = 'SubscriptionImported' and stream = 'subscription-other-basic'",
    ),
    "credit_notes_take_back_their_invoices": (
        "update credit_notes set body = jsonb_set(body, '{account_credit}', '\"0.01\"')",
    ),
    "closed_subscriptions_have_no_users": (
        "update subscriptions set billed = true where subscription_id = 'other-old'",
    ),
    "account_credit_equals_the_ledger": (
        "update account_credits set remaining_minor = remaining_minor + 1",
    ),
    "credit_waits_for_its_source": (
        f"update subscriptions set opened_by = {COMPLETED} where subscription_id = 'large'",
    ),
    "append_only_tables_refuse_changes": ("alter table invoices disable trigger invoices_stay",),
    "constraints_are_in_place": ("drop index one_open_upgrade_per_tenant",),
    "counters_equal_assignments": (
        "update subscriptions set assigned = assigned + 1 where subscription_id = 'other-basic'",
    ),
    "effects_commit_with_their_cause": (
        "update events set transaction_id = '3' where type = 'SubscriptionCanceled'",
    ),
    "followers_pass_nothing_uncommitted": ("insert into followers values ('f', '99999999999', 1)",),
    "hash_chain_verifies": (
        f"update events set metadata = '{{}}' where {EVENT_OF.format(COMPLETED, 'MoveStarted')}",
    ),
    "invoice_numbers_have_no_gap": ("update invoice_numbers set last = last + 1",),
    "invoices_are_settled": (
        "update invoices set body = jsonb_set(body, '{amount_due}', '\"1.00\"')",
    ),
    "invoices_are_not_overpaid": (
        "update ledger_entries set amount_minor = -100000000"
        " where account = 'receivable' and amount_minor < 0",
    ),
    "invoices_are_of_their_upgrade": (
        "update invoices set body = jsonb_set(body, '{new_subscription_id}', '\"sub-another\"')",
    ),
    "invoices_say_what_was_switched": (
        "update invoices set body = jsonb_set(body, '{total}', '\"1.00\"')",
    ),
    "leavers_are_noted": (
        "delete from assignments where user_id like 'ada@%'"
        " and subscription_id = (select view ->> 'new_subscription_id' from upgrades"
        " where tenant_id = 'done')",
    ),
    "ledger_balances": (
        "update ledger_entries set amount_minor = amount_minor + 1 where entry = 1",
    ),
    "lists_hold_who_was_quoted": (
        "insert into users_to_move select quote_id, 'nobody' from quotes"
        " where body #>> '{request,change,listed}' = 'true'",
    ),
    "locks_belong_to_moves": (
        f"update subscriptions set locked_by = {CANCELED} where subscription_id = 'other-basic'",
    ),
    "moved_users_hold_a_license": (
        "delete from assignments where user_id like 'ada@%'"
        " and subscription_id = (select view ->> 'new_subscription_id' from upgrades"
        " where tenant_id = 'done')",
    ),
    "moves_are_recorded": (
        f"delete from moved_users where upgrade_id = {COMPLETED} and user_id like 'ada@%'",
    ),
    "no_move_before_approval": (
        "update events set type = 'CreditCheckDeclined' where type = 'CreditCheckApproved'",
    ),
    "nobody_holds_old_and_new": (
        "insert into assignments values ('done-basic', 'ada@contoso.example')",
    ),
    "nobody_is_left_behind": (
        "insert into failed_users (upgrade_id, user_id, code, note, failed_at)"
        f" values ({COMPLETED}, 'ada@contoso.example', 'upstream', '', now())",
    ),
    "one_credit_decision_in_time": (
        "update events set data = jsonb_set(data, '{at}', '\"2026-08-01T00:00:00Z\"')"
        " where type = 'CreditCheckApproved'",
    ),
    "one_invoice_per_completed_upgrade": ("update invoices set issued_on = issued_on + 31",),
    "notices_arrive_in_order": (
        "update deliveries set settled_at = settled_at - interval '1 day' where position ="
        " (select max(position) from deliveries)",
    ),
    "notices_go_out_with_their_event": (
        f"update outbox set transaction_id = '3' where upgrade_id = {COMPLETED}",
    ),
    "notices_reach_every_endpoint": (
        "delete from deliveries where position = (select max(position) from deliveries)",
    ),
    "one_notice_per_upgrade_and_kind": (
        "alter table notices drop constraint notices_upgrade_id_kind_key",
        "insert into notices select notice_id || '-again', tenant_id, kind, upgrade_id, created_at,"
        " text from notices limit 1",
    ),
    "one_open_upgrade_per_subscription": (
        "drop index one_open_upgrade_per_tenant",
        "drop index one_open_upgrade_per_subscription",
        "insert into upgrades select 'up-twin', tenant_id, subscription_id, quote_id, stage, is_open,"
        " deadline, order_digest, view from upgrades where is_open limit 1",
    ),
    "one_open_upgrade_per_tenant": (
        "drop index one_open_upgrade_per_tenant",
        "insert into upgrades select 'up-twin', tenant_id, 'another', quote_id, stage, is_open,"
        " deadline, order_digest, view from upgrades where is_open limit 1",
    ),
    "one_switch_per_completed_upgrade": (
        f"update events set type = 'BillingSwitched' where {EVENT_OF.format(COMPLETED, 'MoveCompleted')}",
    ),
    "one_upgrade_per_idempotency_key": (
        "update events set data = jsonb_set(data, '{order,tenant_id}', '\"done\"')"
        " where type = 'OrderPlaced'",
    ),
    "opened_subscriptions_are_as_ordered": (
        "update subscriptions set plan_id = 'premium' where opened_by is not null",
    ),
    "opened_subscriptions_have_licenses_for_all": (
        "alter table subscriptions drop constraint opened_has_licenses_for_all",
        "update subscriptions set licenses = 1 where opened_by is not null",
    ),
    "orders_end_or_wait": (f"update upgrades set stage = 'checking' where upgrade_id = {MOVING}",),
    "refused_decisions_change_nothing": (
        "update events set command_id = (select command_id from events"
        " where type = 'CreditDecisionRefused'), command_index = 9"
        " where type = 'MoveCompleted' and stream in"
        " (select stream from events where type = 'CreditDecisionRefused')",
    ),
    "returned_users_have_their_switches": (
        "update assignments set disabled_services = '{}' where subscription_id = 'canceled-basic'",
    ),
    "rows_stay_with_their_tenant": ("update invoices set tenant_id = 'moving'",),
    "stream_versions_have_no_gap": (
        f"delete from events where {EVENT_OF.format(COMPLETED, 'MoveCompleted')}",
    ),
    "tax_is_booked_at_its_rate": (
        "update ledger_entries set tax_rate = 0.5 where account = 'revenue'",
    ),
    "undo_restores_subscriptions": (
        f"update moved_users set returned_at = null where upgrade_id = {CANCELED}",
    ),
    "upgrades_are_as_quoted": (
        "update events set data = jsonb_set(data, '{order,target_plan_id}', '\"premium\"')"
        " where type = 'OrderPlaced'",
    ),
    "upgrades_begin_with_their_order": (
        "update quotes set body = jsonb_set(body, '{inputs,new,unit_price}', '\"0.01\"')",
    ),
    "users_were_moved_or_joined": (
        "insert into assignments select view ->> 'new_subscription_id', 'ghost' from upgrades"
        " where tenant_id = 'done'",
    ),
    "events_can_be_read": (
        f"update events set type = 'NeverHeardOf' where {EVENT_OF.format(COMPLETED, 'MoveStarted')}",
    ),
    "switches_cost_what_was_quoted": (
        "update events set data = jsonb_set(data, '{pricing,lines,0,amount}', '\"124.99\"')"
        " where type = 'BillingSwitched'",
    ),
    "switches_cost_no_more_than_shown": (
        "update events set data = jsonb_set(data, '{pricing,total}', '\"999.00\"')"
        " where type = 'BillingSwitched'",
    ),
    "credit_is_within_what_was_paid": (
        "update events set data = jsonb_set(data, '{pricing,account_credit}', '\"1000.00\"')"
        " where type = 'BillingSwitched'",
    ),
    ID_OF_KEY: (
        "update events set data = jsonb_set(data, '{order,idempotency_key}', '\"another\"')"
        f" where {EVENT_OF.format(COMPLETED, 'OrderPlaced')}",
    ),
    EXPLAINED: (
        "update events set data = jsonb_set(data, '{pricing,lines,0,explanation,formula}',"
        " '\"licenses\"') where type = 'BillingSwitched'",
    ),
    CREDIT_DEADLINE: (
        "update events set data = jsonb_set(data, '{deadline}', '\"2026-07-01T16:00:00Z\"')"
        " where type = 'CreditCheckRequired'",
    ),
    READ_MODELS: ("update upgrades set view = jsonb_set(view, '{users,moved}', '3')",),
}


async def deliver_all(database: Database) -> None:
    """Tell every endpoint what there is to tell, in its order."""
    await Follower(database, FOLLOWER).run_once(fill_deliveries)
    lease, minute = uuid4(), timedelta(minutes=1)
    for endpoint_id in await lease_endpoints(database, lease, good_for=minute, at_most=9):
        while outgoing := await next_delivery(database, endpoint_id, lease, good_for=minute):
            await record_attempt(database, outgoing, lease, "delivered", status=204, error=None)


@pytest.fixture(scope="module")
async def lived_template(
    postgres_server: PostgresServer, migrated_template: str
) -> AsyncGenerator[str]:
    """The name of a database in which every promise has something to be true of."""
    async with copy_of(postgres_server, migrated_template) as name:
        database = await Database.open(postgres_server.url(name))
        await live(database)
        await database.close()
        yield name


@pytest.fixture
async def lived(postgres_server: PostgresServer, lived_template: str) -> AsyncGenerator[Database]:
    """A copy of it, to be ruined."""
    async with copy_of(postgres_server, lived_template) as name:
        database = await Database.open(postgres_server.url(name))
        yield database
        await database.close()


async def live(database: Database) -> None:
    """A database in which an upgrade and a change were completed, one canceled, two are under way.

    Two more of one tenant were completed: the first has left a credit, which the second has used.
    """
    tenants = [
        world_tenant("done", payment_method="invoice"),
        world_tenant("canceled"),
        world_tenant("moving"),
        world_tenant("stuck"),
        world_tenant(
            "other",
            world_subscription("other-basic"),
            world_subscription("other-old", plan="standard", users=()),
        ),
        world_tenant(
            "credited",
            world_subscription("large", plan="standard", licenses=1_000, users=()),
            world_subscription("small", users=()),
        ),
        world_tenant("void"),
        *two_subscriptions(name="changed").tenants,
    ]
    await import_world(database, world_of(*tenants), NOW)
    await put_endpoint(
        database, endpoint_id="wh-1", tenant_id="done", url="https://hooks.example/", secret="s"
    )
    done, canceled, moving, stuck = [
        await Life(database, subscription_id=f"{each.id}-basic", tenant_id=each.id).quote()
        for each in tenants[:4]
    ]
    for life in (done, canceled, moving, stuck):
        await life.order()
    await done.decide("approved")
    with pytest.raises(DecisionContradicts):
        await done.decide("declined")
    for life in (done, canceled):
        await life.move()
    await done.switch()
    await done.wait()
    await done.invoice()
    large = await Life(database, "large", "credited", key="large").quote(target_plan_id="premium")
    await large.order()
    await large.move()
    await large.switch()
    small = await Life(database, "small", "credited", key="small").quote()
    await small.order()
    await small.move()
    await small.switch()
    await small.wait()
    await small.invoice()
    void = Life(database, "void-basic", "void", key="void")
    await void.live()
    await Payments(database, lambda: void.at).void(OPERATOR, void.upgrade_id, "by mistake")
    await canceled.cancel()
    await canceled.undo()
    await stuck.block("gus@contoso.example")
    with pytest.raises(UsersCannotMove):
        await stuck.move()
    await stuck.skip("gus@contoso.example")
    changed = ChangeLife(database, "changed-basic", "changed")
    await changed.ask(ADA, into="changed-standard")
    await changed.order()
    await changed.move()
    await changed.switch()
    admin = Administration(database, lambda: NOW)
    await admin.assign(OPERATOR, "other-basic", "zoe")
    await admin.cancel(OPERATOR, "other-old")
    await admin.open_incident(OPERATOR, "exchange", "EX-1")
    await deliver_all(database)
    # A join, a leave and a changed switch are none of an upgrade's faults.
    new = "(select view ->> 'new_subscription_id' from upgrades where tenant_id = 'done')"
    await database.execute(f"insert into assignments values ({new}, 'zoe')")
    await database.execute(
        f"delete from assignments where subscription_id = {new} and user_id = 'zoe'"
    )
    await database.execute(
        f"delete from assignments where subscription_id = {new} and user_id ~ '^eve'"
    )
    await database.execute(
        "update assignments set disabled_services = '{teams}'"
        " where subscription_id = 'canceled-basic' and user_id ~ '^dee'"
    )
    await database.execute(
        "delete from assignments where subscription_id = 'canceled-basic' and user_id ~ '^gus'"
    )


async def test_everything_is_looked_at_and_nothing_is_wrong(lived: Database) -> None:
    verified = await verify(lived, calendar_of=holiday_calendar, now=NOW)
    assert verified.ok, verified.violations
    assert [name for name, count in verified.checked.items() if count == 0] == []


def test_a_violation_is_planted_for_every_promise() -> None:
    assert set(PLANTED) == {*promises_in_sql(), *RECOMPUTED, CREDIT_DEADLINE, READ_MODELS}


@pytest.mark.breaks_promises
@pytest.mark.parametrize("promise", PLANTED)
async def test_a_broken_promise_is_reported(lived: Database, promise: str) -> None:
    for statement in PLANTED[promise]:
        if statement.startswith(("alter", "drop")):
            await lived.execute(statement)
            continue
        async with tampering(lived) as connection:
            assert await connection.execute(statement) not in ("UPDATE 0", "DELETE 0", "INSERT 0 0")
    verified = await verify(lived, calendar_of=holiday_calendar, now=NOW)
    assert not verified.ok
    broken = {violation.invariant for violation in verified.violations}
    assert promise in broken, broken


@pytest.mark.breaks_promises
async def test_a_wait_that_nobody_ended_is_reported(database: Database) -> None:
    await import_world(database, world_of(world_tenant(payment_method="invoice")), NOW)
    life = await Life(database).quote()
    view = await life.order()
    assert view.deadline is not None
    in_time = await verify(database, now=view.deadline + timedelta(hours=1))
    assert in_time.ok
    assert in_time.checked[NOTHING_OVERDUE] == 1
    too_late = await verify(database, now=view.deadline + timedelta(days=2))
    assert [each.invariant for each in too_late.violations] == [NOTHING_OVERDUE]


async def test_an_upgrade_that_waits_for_an_operator_is_not_overdue(database: Database) -> None:
    """Its deadline is that of the wait which it was parked in; found by a random sequence."""
    await import_world(database, world_of(world_tenant(payment_method="invoice")), NOW)
    life = await Life(database).quote()
    await life.order()
    await life.wait()
    problem = ProblemInput(**life.step.model_dump(), step="expire-credit-check", cause="a bug")
    parked = await run_step(life.steps.report_problem, problem)
    assert parked.stage == "needs_attention"
    assert parked.deadline == life.at
    later = await verify(database, now=life.at + timedelta(days=2))
    assert later.ok, later.violations
    assert later.checked[NOTHING_OVERDUE] == 0


@pytest.mark.breaks_promises
async def test_a_ruined_database_is_still_reported_on(lived: Database) -> None:
    async with tampering(lived) as connection:
        await connection.execute(
            "insert into moved_users (upgrade_id, user_id, batch, disabled_before)"
            " select 'up-ghost', 'user-' || n, 1, '{}'"
            " from generate_series(1, 5000) n"
        )
    verified = await verify(lived)
    assert 100 <= len(verified.violations) < 300
