"""What operators should look at, at which moment."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args
from uuid import uuid4

from activities.steps import ProblemInput
from api.runs.findings import SEVERITIES, FindingCode, SeenInTemporal, Unseen, findings_of
from domain.catalog.policy import InvoicePolicy, Policy
from domain.values.actions import retry_or_undo
from store.database import Database
from store.follower import Follower
from store.views import read_upgrade
from store.watch import FAILING_FOR_LONG, read_watch
from store.webhooks import (
    FOLLOWER,
    fill_deliveries,
    lease_endpoints,
    next_delivery,
    note_gone,
    put_endpoint,
    read_endpoints,
    record_attempt,
)
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.support import Life, run_step, world_of, world_tenant

HOUR = timedelta(hours=1)
NOBODY_THERE = Unseen(reason="refused", address="there:1", why="nobody answers at there:1")
NOTHING = SeenInTemporal()


async def look(database: Database, at: datetime) -> list[str]:
    return [upgrade.what for upgrade in (await read_watch(database, at)).upgrades]


async def test_a_credit_check_is_due_and_then_overdue(database: Database) -> None:
    await import_world(database, world_of(world_tenant(payment_method="invoice")), NOW)
    view = await (await Life(database).quote()).order()
    assert view.deadline is not None
    assert await look(database, NOW) == []
    assert await look(database, view.deadline - 4 * HOUR - timedelta(seconds=1)) == []
    assert await look(database, view.deadline - 4 * HOUR) == ["credit_check_due"]
    assert await look(database, view.deadline) == ["credit_check_overdue"]


async def test_an_upgrade_is_past_its_hour_whether_or_not_a_worker_noticed(
    database: Database, life: Life
) -> None:
    await life.quote()
    view = await life.order()
    assert view.expected_by is not None
    assert await look(database, view.expected_by - timedelta(seconds=1)) == []
    assert await look(database, view.expected_by) == ["past_the_hour"]
    await life.move()
    assert await look(database, view.expected_by) == ["past_the_hour"]
    await life.switch()
    assert await look(database, view.expected_by) == []


async def test_a_parked_upgrade_comes_first_with_its_cause(database: Database, life: Life) -> None:
    await life.quote()
    await life.order()
    await life.move()
    problem = ProblemInput(**life.step.model_dump(), step="switch-billing", cause="a bug")
    await run_step(life.steps.report_problem, problem)
    watch = await read_watch(database, NOW + 2 * HOUR)
    assert [upgrade.what for upgrade in watch.upgrades] == ["needs_attention", "past_the_hour"]
    attention = watch.upgrades[0].attention
    assert attention is not None
    assert (attention.step, attention.cause) == ("switch-billing", "a bug")
    assert findings_of(watch, NOTHING)


async def test_an_invoice_is_near_its_last_day_or_overdue(database: Database) -> None:
    policy = Policy(invoice=InvoicePolicy(within_days=20))
    await import_world(database, world_of(world_tenant(billing_day=1), policy=policy), NOW)
    life = await Life(database).quote()
    await life.order()
    await life.move()
    complete = await life.switch()
    assert complete.deadline is not None
    assert complete.completed_at is not None
    assert await look(database, complete.deadline - timedelta(seconds=1)) == []
    assert await look(database, complete.deadline) == ["invoice_overdue"]
    life.at = complete.deadline
    await life.invoice()
    assert await look(database, complete.deadline + timedelta(days=20)) == []


async def test_an_invoice_whose_billing_day_is_late_is_looked_at_in_time(
    database: Database,
) -> None:
    policy = Policy(invoice=InvoicePolicy(within_days=3))
    await import_world(database, world_of(world_tenant(billing_day=24), policy=policy), NOW)
    life = await Life(database).quote()
    await life.order()
    await life.move()
    complete = await life.switch()
    assert complete.completed_at is not None
    assert await look(database, complete.completed_at) == ["invoice_near_its_last_day"]


async def test_endpoints_that_are_gone_and_notices_that_nobody_takes_are_told(
    database: Database, life: Life
) -> None:
    await life.live()
    assert (await read_watch(database, NOW)).notices_untaken_since is None, "nobody listens"
    await put_endpoint(
        database, endpoint_id="wh-1", tenant_id="contoso", url="https://hooks.example", secret="s"
    )
    assert (await read_watch(database, NOW)).notices_untaken_since is not None
    follower = Follower(database, FOLLOWER)
    assert await follower.run_once(fill_deliveries) > 0
    assert (await read_watch(database, NOW)).notices_untaken_since is None
    await note_gone(database, "wh-1")
    watch = await read_watch(database, NOW)
    assert watch.gone_endpoints == (), "nothing waits for it"
    assert findings_of(watch, NOTHING) == ()


async def test_an_endpoint_that_fails_for_an_hour_is_told_until_it_succeeds(
    database: Database, life: Life
) -> None:
    await put_endpoint(
        database, endpoint_id="wh-1", tenant_id="contoso", url="https://hooks.example", secret="s"
    )
    await life.live()
    await Follower(database, FOLLOWER).run_once(fill_deliveries)
    lease, minute = uuid4(), timedelta(minutes=1)
    assert await lease_endpoints(database, lease, good_for=minute, at_most=1) == ["wh-1"]

    async def attempt(error: str | None) -> None:
        sent = await next_delivery(database, "wh-1", lease, good_for=minute)
        assert sent is not None
        state = "delivered" if error is None else "pending"
        await record_attempt(database, sent, lease, state, status=None, error=error)

    await attempt("nobody listens there")
    (failing,) = await read_endpoints(database)
    since = failing.failing_since
    assert since is not None
    await attempt("nobody listens there")
    assert findings_of(await read_watch(database, since), NOTHING) == ()
    watch = await read_watch(database, since + FAILING_FOR_LONG)
    assert [each.endpoint_id for each in watch.failing_endpoints] == ["wh-1"]
    assert watch.failing_endpoints[0].failing_since == since, "since the first failure"
    assert findings_of(watch, NOTHING)
    await attempt(None)
    assert (await read_watch(database, since + FAILING_FOR_LONG)).failing_endpoints == ()


def test_the_runbook_explains_every_finding() -> None:
    runbook = (Path(__file__).resolve().parents[2] / "docs" / "runbook.md").read_text()
    section = runbook.partition("\n## Findings\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", section, re.MULTILINE)
    assert rows == list(SEVERITIES.items())
    assert set(SEVERITIES) == set(get_args(FindingCode))


async def test_a_finding_names_what_goes_on_and_since_when(database: Database, life: Life) -> None:
    await life.quote()
    await life.order()
    await life.move()
    problem = ProblemInput(**life.step.model_dump(), step="switch-billing", cause="a bug")
    await run_step(life.steps.report_problem, problem)
    view = await read_upgrade(database, life.step.upgrade_id)
    assert view is not None
    found = findings_of(await read_watch(database, NOW + 2 * HOUR), NOBODY_THERE)
    assert [each.code for each in found] == [
        "needs_attention",
        "past_the_hour",
        "temporal_unreachable",
    ]
    parked, late, unreachable = found
    assert parked.message == "parked at step switch-billing: a bug"
    assert parked.next_actions == retry_or_undo(view.upgrade_id)
    assert parked.since == view.timeline[-1].at
    assert late.since == view.expected_by
    assert unreachable.message.endswith(" no upgrade goes on: nobody answers at there:1")
    assert (unreachable.reason, unreachable.address) == ("refused", "there:1")
    assert (unreachable.since, unreachable.next_actions) == (NOW + 2 * HOUR, ())
    assert (unreachable.upgrade_id, unreachable.tenant_id) == (None, None)
