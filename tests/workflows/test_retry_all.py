"""Many upgrades are parked at once: for what passes they go on by themselves, for the rest by one command."""

from datetime import timedelta

import asyncpg
import pytest

from api.errors import BadInput
from api.runs import retrying, strays
from api.runs.resuming import Resumed, resume
from api.runs.retrying import GoingOn, retry_all
from domain.upgrade.commands import DecideCreditCheck
from domain.values.actions import action, retry_or_undo
from domain.values.rejections import OrderGivenUp
from domain.views.read_models import UpgradeView
from store.upgrades import carry_out
from tests.callers import OPERATOR
from tests.clock import now
from tests.workflows import paths
from tests.workflows.story import BASIC, Story, a_subscription, a_tenant, a_world, eventually
from workflows.contract import UNRECORDED

pytestmark = pytest.mark.usefixtures("impatient")

TENANTS = ("contoso", "fabrikam", "northwind", "tailspin")


def disk_full() -> Exception:
    """What older code took for a bug."""
    return asyncpg.DiskFullError("could not extend file: No space left on device")


async def parked(story: Story, *errors: Exception) -> list[UpgradeView]:
    """One upgrade for each error, which parked it at the switch as older code parked."""
    tenants = [a_tenant(each, a_subscription(f"{each}-basic")) for each in TENANTS[1:]]
    await story.load(a_world(tenants=tuple(tenants)))
    found: list[UpgradeView] = []
    for tenant, error in zip(TENANTS, errors, strict=False):
        failing = story.hooks.fail("switch_billing", error)
        ordered = await story.order(f"{tenant}-basic")
        found.append(await story.until(ordered, "needs_attention"))
        failing.mended()
    return found


async def retried(story: Story, cause: str | None = None, *, dry_run: bool = False) -> Resumed:
    runs = story.runs
    return await retry_all(
        story.database, runs, story.client, OPERATOR.actor, cause=cause, dry_run=dry_run
    )


def going_on(story: Story) -> GoingOn:
    """What a worker does beside its work."""
    return GoingOn(story.database, story.runs, story.client)


def ids(*upgrades: UpgradeView) -> list[str]:
    return sorted(upgrade.upgrade_id for upgrade in upgrades)


async def test_what_was_parked_while_the_disk_was_full_goes_on_by_itself(story: Story) -> None:
    first, second, bug = await parked(story, disk_full(), disk_full(), RuntimeError("a bug"))
    loop = going_on(story)
    assert await loop.look(now()) == [], "it has only just been parked"
    later = now() + 2 * retrying.PARKED_FOR
    assert sorted(await loop.look(later)) == ids(first, second)
    for each in (first, second):
        await story.until(each, "awaiting_invoice")
    assert await loop.look(later) == []
    await story.until(bug, "needs_attention")
    types = await story.event_types(first)
    assert (types.count("AttentionNeeded"), types.count("BillingSwitched")) == (1, 1)


async def test_it_goes_on_at_a_slow_pace(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "AT_A_LOOK", 1)
    both = await parked(story, disk_full(), disk_full())
    story.hooks.fail("switch_billing", disk_full())  # still full
    loop, later = going_on(story), now() + 2 * retrying.PARKED_FOR
    looks = [*await loop.look(later), *await loop.look(later)]
    assert sorted(looks) == ids(*both), "one at a look"
    for each in both:
        await story.until_happened(each, "AttentionNeeded", times=2)
        await story.until(each, "needs_attention")
    assert await loop.look(later) == [], "not before its pause is over"


async def test_a_run_that_could_not_record_its_cause_goes_on_by_itself(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    unrecorded = await paths.unrecorded(story)
    story.hooks.before.clear()
    loop = going_on(story)
    assert await loop.look(now()) == [], "nobody knows since when it is parked"
    monkeypatch.setattr(retrying, "PARKED_FOR", timedelta(0))
    assert await going_on(story).look(now()) == [unrecorded.upgrade_id]
    await story.until(unrecorded, "awaiting_invoice")
    await story.until_alerted(unrecorded, None)


async def test_an_order_that_was_lost_waits_for_an_operator(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete, _ = await paths.order_lost(story)
    await story.skip_to(complete, complete.deadline)
    await story.until_alerted(complete, UNRECORDED)

    async def told() -> Resumed | None:
        answer = await retried(story)
        return answer if answer.failed else None

    answer = await eventually("Temporal lists it", told)
    assert answer.resumed == ()
    assert [each.upgrade_id for each in answer.failed] == [complete.upgrade_id]
    assert answer.failed[0].next_actions == retry_or_undo(complete.upgrade_id)
    monkeypatch.setattr(retrying, "PARKED_FOR", timedelta(0))
    assert await going_on(story).look(now()) == []
    with pytest.raises(OrderGivenUp):
        await story.service.repair.resolve_attention(
            OPERATOR, complete.upgrade_id, "undo", "ordered again"
        )


async def test_all_that_are_parked_try_again_by_one_command(story: Story) -> None:
    full, bug, other = await parked(story, disk_full(), RuntimeError("a"), RuntimeError("b"))
    planned = await retried(story, dry_run=True)
    assert (sorted(planned.resumed), planned.running) == (ids(full, bug, other), 0)
    assert (await story.service.reading.status(OPERATOR, bug.upgrade_id)).stage == "needs_attention"

    done = await retried(story, "store_unavailable")
    assert (done.resumed, done.running, done.failed) == ((full.upgrade_id,), 2, ())
    await story.handle(other).terminate("by mistake")
    done = await retried(story, "unexpected")
    assert done.resumed == (bug.upgrade_id,)
    assert [each.upgrade_id for each in done.failed] == [other.upgrade_id]
    start_again = action("resume", upgrade_id=other.upgrade_id)
    assert done.failed[0].next_actions == (start_again,)
    for each in (full, bug):
        await story.until(each, "awaiting_invoice")

    await resume(story.database, story.runs, other.upgrade_id, OPERATOR.actor)
    assert (await retried(story)).resumed == (other.upgrade_id,)
    await story.until(other, "awaiting_invoice")
    assert await retried(story) == Resumed(running=3)


async def test_a_cause_that_there_is_not_is_refused(story: Story) -> None:
    with pytest.raises(BadInput, match="there are store_unavailable, unexpected"):
        await retried(story, "disk_full")
    assert await retried(story, "users_failed") == Resumed()


async def test_a_run_that_missed_what_the_database_took_in_is_told_by_itself(story: Story) -> None:
    waiting = await paths.awaiting_credit_check(story)
    decided = DecideCreditCheck(at=now(), decision="approved", reference="R-1")
    await carry_out(story.database, waiting.upgrade_id, BASIC, decided, {})

    async def told() -> list[str]:
        return await going_on(story).look_after_strays(now() + 2 * strays.SETTLED)

    assert await going_on(story).look_after_strays(now()) == [], "it may follow by itself"
    assert await eventually("Temporal lists it", told) == [waiting.upgrade_id]
    await story.until(waiting, "awaiting_invoice")
    assert await told() == []
