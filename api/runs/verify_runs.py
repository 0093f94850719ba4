"""Whether Temporal and the database agree about every upgrade.

An upgrade that has not ended has a run that is open; one that has ended has none; the stage that
operators see on a run is the one in the database; and no run goes on whose order the database does not
know. A run is told a moment after the database, so whatever disagrees is looked at again before it
counts.
"""

import asyncio
from typing import Any

from temporalio.client import Client

from api.runs.descriptions import OF_UPGRADES, describe_runs, list_runs
from api.runs.port import SeenRun
from api.runs.strays import batches
from api.runs.temporal import translated
from domain.upgrade.states import ENDED_STAGES
from domain.values.actions import Action, action, retry_or_undo
from domain.views.read_models import workflow_id_for
from store.database import Database
from store.verify import MOST_VIOLATIONS, Verified, Violation
from store.views import read_stages

HAS_A_RUN = "upgrades_that_go_on_have_a_run"
HAS_NO_RUN = "upgrades_that_have_ended_have_no_run"
SAME_STAGE = "runs_show_the_stage_of_the_database"
HAS_AN_ORDER = "runs_that_go_on_have_an_order"

LOOKS = 8
SECONDS_BETWEEN_LOOKS = 0.4


async def verify_runs(database: Database, client: Client) -> Verified:
    """Compare every upgrade with its run. Raises `Unavailable`, `StoreUnavailable`."""
    async with translated():
        runs = await list_runs(client, OF_UPGRADES)
    stages = await read_stages(database)
    suspects = [id for id in {**stages, **runs} if _disagreements(stages.get(id), runs.get(id))]
    found: list[Violation] = []
    for some in batches(suspects):
        found += await _confirmed(database, client, some)
        if len(found) >= MOST_VIOLATIONS:
            break
    counts = _counts(stages, runs)
    return Verified(ok=not found, checked=counts, violations=tuple(found[:MOST_VIOLATIONS]))


async def _confirmed(database: Database, client: Client, ids: list[str]) -> list[Violation]:
    """What is still wrong with them after some looks."""
    found: list[Violation] = []
    for look in range(LOOKS):
        if look:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        # Asked one by one, Temporal answers from the run itself, not from its list.
        async with translated():
            runs = await describe_runs(client, ids)
        stages = await read_stages(database, ids)
        found = [
            Violation(invariant=promise, evidence=_evidence(id, stages.get(id), runs[id]))
            for id in ids
            for promise in _disagreements(stages.get(id), runs[id])
        ]
        ids = list(dict.fromkeys(each.evidence["upgrade_id"] for each in found))
        if not ids:
            break
    return found


def _disagreements(stage: str | None, run: SeenRun | None) -> list[str]:
    found: list[str] = []
    is_open = run is not None and run.is_open
    if stage is None:
        return [HAS_AN_ORDER] if run is not None and is_open and run.had_its_order else []
    if stage in ENDED_STAGES and is_open:
        found.append(HAS_NO_RUN)
    if stage not in ENDED_STAGES and not is_open:
        found.append(HAS_A_RUN)
    if run is not None and run.stage not in {None, stage} and not run.was_cut_off:
        found.append(SAME_STAGE)
    return found


def _counts(stages: dict[str, str], runs: dict[str, SeenRun]) -> dict[str, int]:
    ended = sum(stage in ENDED_STAGES for stage in stages.values())
    return {
        HAS_AN_ORDER: sum(run.is_open for run in runs.values()),
        HAS_A_RUN: len(stages) - ended,
        HAS_NO_RUN: ended,
        SAME_STAGE: sum(id in runs for id in stages),
    }


def _evidence(upgrade_id: str, stage: str | None, run: SeenRun | None) -> dict[str, Any]:
    ways: tuple[Action, ...] = (action("resume", upgrade_id=upgrade_id),)
    if stage is None:
        ways = retry_or_undo(upgrade_id)
    return {
        "upgrade_id": upgrade_id,
        "stage": stage,
        "workflow_id": workflow_id_for(upgrade_id),
        "run_is_open": None if run is None else run.is_open,
        "run_shows_stage": None if run is None else run.stage,
        "next_actions": [each.model_dump(mode="json") for each in ways],
    }
