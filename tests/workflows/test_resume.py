"""The run of an open upgrade is gone: it is started again, in whatever stage, and ends once (B72)."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.holiday_calendar import holiday_calendar
from api.errors import NotFound, Unavailable
from api.runs import strays
from api.runs.findings import SeenInTemporal, findings_of
from api.runs.looking import look_at_all
from api.runs.port import SeenRun
from api.runs.resuming import Resumed, resume, resume_all
from api.runs.strays import find_strays
from api.runs.strays_found import Strays
from api.runs.verify_runs import verify_runs
from api.terminal.ways_on import as_commands
from deploy.local_stack.temporal_server import TemporalServer
from domain.upgrade.states import ENDED_STAGES
from domain.values.actions import action, retry_or_undo
from domain.values.rejections import AlreadyEnded
from domain.views.read_models import UpgradeView
from store.verify import verify
from store.watch import read_watch
from tests.callers import OPERATOR
from tests.clock import now
from tests.workflows import paths
from tests.workflows.backup import Backup
from tests.workflows.story import Story, a_subscription, a_tenant, a_world, eventually

pytestmark = pytest.mark.usefixtures("impatient")

Reach = Callable[[Story], Awaitable[UpgradeView]]


@pytest.fixture(scope="module")
async def lost_client() -> AsyncGenerator[Client]:
    """A Temporal whose data are lost: another one goes on under the same database."""
    with TemporalServer() as server:
        yield await Client.connect(server.address, data_converter=pydantic_data_converter)


# ---- stages -------------------------------------------------------------------------------------


async def moving(story: Story) -> UpgradeView:
    await story.load()
    return (await paths.order_held_in_the_move(story, 1))[0]


async def switching(story: Story) -> UpgradeView:
    await story.load()
    held = story.hooks.hold("switch_billing")
    ordered = await story.order()
    await held.reached()
    return await story.until(ordered, "switching_billing")


async def undoing(story: Story) -> UpgradeView:
    """The customer has canceled in the move, and one batch of users is back."""
    view, _ = await paths.undo_held(story, 2, "_return_one_batch", after=True)
    assert view.undoing
    assert view.users.moved < 6
    return view


STAGES: dict[str, Reach] = {
    "scheduled": paths.scheduled,
    "awaiting_credit_check": paths.awaiting_credit_check,
    "moving": moving,
    "switching": switching,
    "awaiting_invoice": paths.awaiting_invoice,
    "needs_attention": paths.needs_attention,
    "undoing": undoing,
}


# ---- losses -------------------------------------------------------------------------------------


async def terminated(story: Story, upgrade: UpgradeView) -> None:
    await story.handle(upgrade).terminate("by mistake")


async def deleted(story: Story, upgrade: UpgradeView) -> None:
    await story.delete(upgrade)
    await story.until_deleted(upgrade)


LOSSES = {"terminated": terminated, "deleted": deleted, "data lost": None}


async def worker_again(story: Story) -> None:
    """A worker without whatever held or failed a step."""
    await story.stop_worker()
    story.hooks.before.clear()
    story.hooks.after.clear()
    await story.start_worker()


async def resumed(story: Story, upgrade: UpgradeView, *, dry_run: bool = False) -> Resumed:
    return await resume(
        story.database, story.runs, upgrade.upgrade_id, OPERATOR.actor, dry_run=dry_run
    )


async def all_resumed(story: Story, *, dry_run: bool = False) -> Resumed:
    return await resume_all(
        story.database, story.runs, story.client, OPERATOR.actor, dry_run=dry_run
    )


async def until_listed(story: Story, *missing: UpgradeView) -> Strays:
    """Until Temporal's list shows that these have no run."""

    async def found() -> Strays | None:
        strays = await find_strays(story.database, story.client, now())
        of_us = {each.upgrade_id for each in strays.found if each.kind == "run_missing"}
        return strays if {each.upgrade_id for each in missing} <= of_us else None

    return await eventually("the list shows it", found)


async def ended(story: Story, upgrade: UpgradeView) -> UpgradeView:
    """The upgrade once it has ended, with what customers, reviewers and operators do for it."""
    at_rest = await story.rest(upgrade)
    while at_rest.stage not in ENDED_STAGES:
        match at_rest.stage:
            case "awaiting_credit_check":
                await story.service.orders.decide(
                    OPERATOR, upgrade.upgrade_id, "approved", reference="R-1"
                )
            case "needs_attention":
                await story.service.repair.resolve_attention(OPERATOR, upgrade.upgrade_id, "retry")
            case _:
                await story.skip_to(at_rest, at_rest.deadline)
                await story.until_happened(
                    upgrade, "MoveStarted" if at_rest.stage == "scheduled" else "InvoiceIssued"
                )
        at_rest = await story.rest(upgrade)
    return await story.result(upgrade)


async def ended_once(story: Story, end: UpgradeView) -> None:
    types = Counter(await story.event_types(end))
    once = {"invoiced": ("BillingSwitched", "InvoiceIssued"), "canceled": ("UpgradeCanceled",)}
    assert [types[each] for each in ("OrderPlaced", *once[end.stage])] == [1] * (
        1 + len(once[end.stage])
    )
    checked = await verify(story.database, calendar_of=holiday_calendar, now=now())
    assert checked.ok, checked.violations


# ---- one upgrade --------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("stage", STAGES)
async def test_an_upgrade_whose_run_is_gone_goes_on_where_it_was_and_ends_once(
    story: Story, lost_client: Client, stage: str, loss: str
) -> None:
    first = story
    if LOSSES[loss] is None:
        await story.stop_worker()
        first = Story(story.database, lost_client, story.hooks)
        await first.start_worker()
    view = await STAGES[stage](first)
    if (lose := LOSSES[loss]) is not None:
        await lose(story, view)
    await first.end() if first is not story else await first.stop_worker()
    story.upgrade_ids.append(view.upgrade_id)
    await worker_again(story)
    before = await story.count("events")

    assert (await resumed(story, view, dry_run=True)).resumed == (view.upgrade_id,)
    assert await story.count("events") == before
    assert (await resumed(story, view)).resumed == (view.upgrade_id,)
    again = await resumed(story, view)
    if again.running:  # else it has come to its end meanwhile
        assert again.resumed == ()
    end = await ended(story, view)
    assert end.stage == ("canceled" if stage == "undoing" else "invoiced")
    await ended_once(story, end)
    with pytest.raises(AlreadyEnded) as refused:
        await resumed(story, view)
    assert refused.value.details == {"stage": end.stage}


async def test_however_many_resume_at_once_there_is_one_run(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    quote = await story.quote()
    waiting = await story.rest(await story.order(quote=quote))
    await terminated(story, waiting)
    await until_listed(story, waiting)
    pressed = asyncio.gather(*(resumed(story, waiting) for _ in range(8)))
    everything = asyncio.gather(*(all_resumed(story) for _ in range(3)))
    ordered = asyncio.gather(*(story.order(quote=quote) for _ in range(4)))
    answers = [*await pressed, *await everything]
    assert {view.stage for view in await ordered} == {"awaiting_credit_check"}
    started = [answer for answer in answers if answer.resumed]
    assert len(started) <= 1, "or a repeated order was faster"
    assert all(answer.running == 1 for answer in answers if answer not in started)
    assert not any(answer.failed for answer in answers)

    async def two_runs() -> bool:
        return len([run async for run in story.runs_of(waiting)]) == 2

    await eventually("the terminated run and the new one are listed", two_runs)
    await story.until(waiting, "awaiting_credit_check")
    await ended_once(story, await ended(story, waiting))


@pytest.mark.parametrize("lose", [terminated, deleted])
async def test_a_repeated_order_starts_a_run_that_is_gone(
    story: Story, lose: Callable[[Story, UpgradeView], Awaitable[None]]
) -> None:
    await story.load(a_world(payment_method="invoice"))
    quote = await story.quote()
    waiting = await story.rest(await story.order(quote=quote))
    await lose(story, waiting)
    await story.stop_worker()  # the answer comes from the database
    assert await story.order(quote=quote) == waiting
    await story.start_worker()
    await ended_once(story, await ended(story, waiting))


async def test_what_would_be_said_against_the_order_now_stops_no_run_of_it(story: Story) -> None:
    waiting = await paths.awaiting_credit_check(story)
    await terminated(story, waiting)
    await paths.join(story.database, *(f"zoe-{n}@contoso.example" for n in range(4)))
    await resumed(story, waiting)
    await story.until(waiting, "awaiting_credit_check")
    await story.service.orders.cancel(OPERATOR, waiting.upgrade_id, "too many users")
    assert (await story.result(waiting)).stage == "canceled"


async def test_a_decision_is_told_how_to_start_a_run_that_is_gone(story: Story) -> None:
    waiting = await paths.awaiting_credit_check(story)
    await terminated(story, waiting)
    with pytest.raises(Unavailable, match="start its run again, then repeat this") as told:
        await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    assert told.value.next_actions == (action("resume", upgrade_id=waiting.upgrade_id),)
    await resumed(story, waiting)
    await ended_once(story, await ended(story, waiting))


async def test_a_run_that_was_terminated_in_its_last_step_is_no_violation(story: Story) -> None:
    """The step has come to its end, and the upgrade with it: there is nothing to resume."""
    moving, _ = await paths.undo_held(story, 2, "undo_move", after=True)
    await terminated(story, moving)
    await story.until_happened(moving, "UpgradeCanceled")
    with pytest.raises(AlreadyEnded):
        await resumed(story, moving)
    agreed = await verify_runs(story.database, story.client)
    assert not [
        each for each in agreed.violations if each.evidence["upgrade_id"] == moving.upgrade_id
    ]


async def test_an_upgrade_that_nobody_ordered_cannot_be_resumed(story: Story) -> None:
    with pytest.raises(NotFound):
        await resume(story.database, story.runs, "up-0123456789abcdef0123", OPERATOR.actor)


# ---- all of them --------------------------------------------------------------------------------


async def three_waiting(story: Story) -> list[UpgradeView]:
    """Contoso, fabrikam and northwind each wait for a credit decision."""
    others = ("fabrikam", "northwind")
    tenants = [
        a_tenant(each, a_subscription(f"{each}-basic"), payment_method="invoice") for each in others
    ]
    await story.load(a_world(tenants=tuple(tenants), payment_method="invoice"))
    subscriptions = [f"{each}-basic" for each in ("contoso", *others)]
    return [await story.rest(await story.order(each)) for each in subscriptions]


async def test_all_that_have_no_run_are_resumed_and_nobody_else(story: Story) -> None:
    live, *gone = await three_waiting(story)
    for each in gone:
        await terminated(story, each)
    await until_listed(story, *gone)
    ids = sorted(each.upgrade_id for each in gone)
    planned = await all_resumed(story, dry_run=True)
    assert (sorted(planned.resumed), planned.running) == (ids, 1)
    assert await story.status_of_run(gone[0]) == "TERMINATED"
    done = await all_resumed(story)
    assert (sorted(done.resumed), done.running, done.failed) == (ids, 1, ())
    for each in (live, *gone):
        await story.until(each, "awaiting_credit_check")

    async def nothing_left() -> bool:
        return await all_resumed(story) == Resumed(running=3)

    await eventually("all have a run", nothing_left)


async def test_watch_names_every_run_that_is_gone_and_few_are_asked_for(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, *gone = await three_waiting(story)
    for each in gone:
        await terminated(story, each)
    found = await until_listed(story, *gone)
    assert found.more_missing == 0
    told = findings_of(await read_watch(story.database, now()), SeenInTemporal(strays=found))
    assert {(each.code, each.upgrade_id, *as_commands(each.next_actions)) for each in told} == {
        ("run_missing", each.upgrade_id, f"starter.py resume {each.upgrade_id}") for each in gone
    }
    assert told[0].message == (
        "the upgrade is awaiting_credit_check, and no run carries it on: it has been terminated"
    )

    monkeypatch.setattr(strays, "MOST_CONFIRMED", 1)
    found = await find_strays(story.database, story.client, now())
    assert (len(found.found), found.more_missing) == (1, 1)
    _, rest = findings_of(await read_watch(story.database, now()), SeenInTemporal(strays=found))
    assert as_commands(rest.next_actions) == (
        "starter.py resume --all --dry-run",
        "starter.py resume --all",
    )
    await all_resumed(story)


async def test_no_run_that_goes_on_is_asked_for_one_by_one(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    *go_on, gone = await three_waiting(story)
    asked: list[str] = []
    describe_runs = strays.describe_runs

    async def noted(client: Client, upgrade_ids: Iterable[str]) -> dict[str, SeenRun | None]:
        asked.extend(upgrade_ids := list(upgrade_ids))
        return await describe_runs(client, upgrade_ids)

    async def connect() -> Client:
        return story.client

    async def listed() -> bool:
        suspects = await strays.find_suspects(story.database, story.client)
        return not {each.upgrade_id for each in go_on} & {*suspects.missing, *suspects.differing}

    await eventually("the list shows both", listed)
    await terminated(story, gone)
    await until_listed(story, gone)
    monkeypatch.setattr(strays, "describe_runs", noted)
    await look_at_all(story.database, connect, now())
    await all_resumed(story, dry_run=True)
    assert Counter(asked)[gone.upgrade_id] == 2, "by each of both"
    assert not {each.upgrade_id for each in go_on} & {*asked}
    await all_resumed(story)


async def test_a_run_that_stands_elsewhere_is_told_to_look(story: Story) -> None:
    waiting = await paths.awaiting_credit_check(story)
    backup = await Backup.taken(story.database)
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    await story.until(waiting, "awaiting_invoice")
    await backup.restored()

    async def seen() -> Strays | None:
        at = now() + 2 * strays.SETTLED
        found = await find_strays(story.database, story.client, at)
        return found if found.found else None

    (stray,) = (await eventually("it is found", seen)).found
    assert (stray.kind, stray.upgrade_id) == ("run_disagrees", waiting.upgrade_id)
    assert (await find_strays(story.database, story.client, now())).found == (), "just now"
    planned = await all_resumed(story, dry_run=True)
    assert (planned.looked, planned.running) == ((waiting.upgrade_id,), 1)
    assert await story.stage_of_run(waiting) == "awaiting_invoice"
    assert await all_resumed(story) == Resumed(looked=(waiting.upgrade_id,), running=1)
    await story.until(waiting, "awaiting_credit_check")
    await ended_once(story, await ended(story, waiting))


async def test_a_run_whose_order_is_lost_is_shown_and_places_it_again(story: Story) -> None:
    complete, _ = await paths.order_lost(story)

    async def seen() -> Strays | None:
        found = await find_strays(story.database, story.client, now())
        ours = tuple(each for each in found.found if each.upgrade_id == complete.upgrade_id)
        return Strays(found=ours) if ours else None

    found = await eventually("it is found", seen)
    (told,) = findings_of(await read_watch(story.database, now()), SeenInTemporal(strays=found))
    assert (told.code, told.tenant_id) == ("order_unknown", "contoso")
    assert told.next_actions == retry_or_undo(complete.upgrade_id)
    failed = {each.upgrade_id: each.next_actions for each in (await all_resumed(story)).failed}
    assert failed[complete.upgrade_id] == told.next_actions
    assert (await resumed(story, complete)).failed[0].next_actions == told.next_actions

    placed = await story.service.repair.resolve_attention(OPERATOR, complete.upgrade_id, "retry")
    assert placed.upgrade_id == complete.upgrade_id
    await ended_once(story, await ended(story, complete))
    assert await story.alert_of_run(complete) is None


async def test_a_run_that_completed_for_a_database_that_was_restored_starts_again(
    story: Story,
) -> None:
    complete = await paths.awaiting_invoice(story)
    backup = await Backup.taken(story.database)
    await story.skip_to(complete, complete.deadline)
    await story.result(complete)
    await backup.restored()
    await until_listed(story, complete)
    assert (await all_resumed(story)).resumed == (complete.upgrade_id,)
    await story.until(complete, "awaiting_invoice")
    await ended_once(story, await ended(story, complete))
    assert await story.status_of_run(complete) == "COMPLETED"


async def test_an_order_that_has_ended_and_was_lost_is_placed_again_by_its_repeat(
    story: Story,
) -> None:
    complete, quote = await paths.order_lost(story, ended=True)
    again = await story.order(quote=quote)
    assert again.upgrade_id == complete.upgrade_id
    await ended_once(story, await ended(story, again))
    assert await story.count("invoices") == 1


async def test_an_order_that_goes_on_and_was_lost_is_placed_again_by_its_repeat(
    story: Story,
) -> None:
    complete, quote = await paths.order_lost(story)
    again = await story.order(quote=quote)
    assert again.upgrade_id == complete.upgrade_id
    assert await story.service.reading.status(OPERATOR, again.upgrade_id)
    await ended_once(story, await ended(story, again))
