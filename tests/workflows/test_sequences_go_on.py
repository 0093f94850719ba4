"""What random sequences have left behind goes on to its end, by a real worker: every promise holds then."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
from temporalio.client import Client

from api.runs.resuming import resume
from api.runs.temporal import TemporalRuns
from api.runs.verify_runs import verify_runs
from deploy.local_stack.postgres import PostgresServer
from domain.upgrade.states import ENDED_STAGES
from domain.views.read_models import UpgradeView
from store.rebuild import rebuild
from store.views import read_upgrade
from tests import clock
from tests.callers import OPERATOR
from tests.sequences.grounds import DUMPS, FRESH, Ground, make_ground, require_promises
from tests.sequences.life import Life
from tests.sequences.sequence import Do, sequence_of
from tests.waiting import eventually
from tests.workflows.hooks import Hooks
from tests.workflows.story import Story

KINDS = (FRESH, max(path.stem for path in DUMPS.glob("*.sql")))
SEEDS = (1, 3)
MOST_WAITS = 8
"""Far more than an upgrade can have: for its day, a decision, the billing day, an operator."""


@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_sequence_leaves_goes_on_to_its_end(
    kind: str, postgres_server: PostgresServer, client: Client, hooks: Hooks
) -> None:
    ground = await make_ground(postgres_server, kind, name=f"going_on_{kind}")
    left = [
        await go_on(ground, seed, sequence_of(f"{kind} {seed}"), client, hooks) for seed in SEEDS
    ]
    assert sum(left) > 1


async def go_on(
    ground: Ground, seed: int, steps: Sequence[Do], client: Client, hooks: Hooks
) -> int:
    """How many upgrades the sequence has left, which went on to their end."""
    async with ground.copied() as database:
        life = await ground.live_in(database, seed, steps)
        going_on = await life.upgrades(of_all=True)
        with clock.living_at(life.at):
            story = Story(database, client, hooks)
            story.upgrade_ids += [view.upgrade_id for view in going_on]
            await carry_on_all(story, life, going_on)
            life.at = clock.now()
        await require_promises(life)
        rebuilt = await rebuild(database)
        assert rebuilt.ok, rebuilt.differences
    return len(going_on)


async def carry_on_all(story: Story, life: Life, going_on: Sequence[UpgradeView]) -> None:
    async def connect() -> Client:
        return story.client

    await story.start_worker()
    try:
        for view in going_on:
            resumed = await resume(
                life.database, TemporalRuns(connect), view.upgrade_id, OPERATOR.actor
            )
            assert resumed.resumed == (view.upgrade_id,)
        await life.database.execute("delete from user_blocks")
        for view in going_on:
            await carry_on(story, view)
        agreement = await verify_runs(life.database, story.client)
    finally:
        await story.end()
    carried_on = {view.upgrade_id for view in going_on}
    disagree = [
        each for each in agreement.violations if each.evidence["upgrade_id"] in carried_on
    ]  # tests share a server, and each has its own database
    assert not disagree


async def carry_on(story: Story, view: UpgradeView) -> None:
    """Do what the upgrade waits for, until it has ended."""
    for _ in range(MOST_WAITS):
        seen = await story.rest(view)
        if seen.stage in ENDED_STAGES:
            return
        if seen.stage == "needs_attention":
            await story.service.repair.resolve_attention(OPERATOR, view.upgrade_id, "retry")
        elif seen.stage == "awaiting_credit_check":
            await story.service.orders.decide(
                OPERATOR, view.upgrade_id, "approved", reference="CR-2"
            )
        else:
            assert seen.deadline is not None
            await story.skip_to(seen, seen.deadline + timedelta(seconds=1))
            await eventually(f"{view.upgrade_id} goes on", partial(has_gone_on, story, seen))
    pytest.fail(f"{await read_upgrade(story.database, view.upgrade_id)!r} does not end")


async def has_gone_on(story: Story, since: UpgradeView) -> bool:
    """Whether anything has happened to it."""
    return (await story.service.reading.status(OPERATOR, since.upgrade_id)).version > since.version
