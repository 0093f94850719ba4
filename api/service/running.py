"""What several groups of the service ask of runs."""

from api.caller import Caller
from api.errors import Unavailable
from api.runs.port import Runs
from api.service.reading import upgrade_of
from domain.text.actor import Actor
from domain.upgrade.states import ENDED_STAGES
from domain.values import rejections
from domain.values.actions import action
from domain.views.read_models import UpgradeView
from store.database import Database
from workflows import contract
from workflows.contract import AttentionResolution


async def resolve(
    runs: Runs, upgrade_id: str, resolution: AttentionResolution, by: Actor
) -> UpgradeView:
    """Let a parked run go on. Raises `NotRunning`, `Rejection`s, `Unavailable`."""
    try:
        return await runs.update(upgrade_id, contract.RESOLVE_ATTENTION, resolution, by)
    except rejections.NotOrdered:
        # By asking, the run has learned that the database has lost its order. Now it is parked as
        # one that has none: it places it again, or gives it up.
        return await runs.update(upgrade_id, contract.RESOLVE_ATTENTION, resolution, by)


async def ended_upgrade(database: Database, caller: Caller, upgrade_id: str) -> UpgradeView:
    """How an upgrade ended whose run is gone: read after that, for the end is written before.

    Raises `NotFound`, and `Unavailable` if the upgrade goes on: then its run is lost.
    """
    view = await upgrade_of(database, caller, upgrade_id)
    if view.stage not in ENDED_STAGES:
        raise Unavailable(
            "temporal",
            f"the run {view.workflow_id} is gone, and the upgrade is {view.stage}: start its run "
            "again, then repeat this",
            next_actions=[action("resume", upgrade_id=upgrade_id)],
        )
    return view
