"""Every stage meets every event: how it ends, what its caller is told, and that all is true after it.

The run prints the table at its end. See `grid.py` for what each row and column does.
"""

import asyncio
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from deploy.local_stack.temporal_server import TemporalServer
from domain.catalog.facts import Incident
from store.database import Database
from tests.clock import in_days
from tests.conftest import TABLE
from tests.faults.namespaces import a_namespace
from tests.faults.process import WorkerProcess
from tests.store.support import world_of
from tests.workflows import grid, killed
from tests.workflows.cell import Cell, Row
from tests.workflows.grid import ROWS, outcome
from tests.workflows.hooks import Hooks
from tests.workflows.levers import LEVERS
from tests.workflows.story import SWITCHES, Story, a_subscription, a_tenant

pytestmark = pytest.mark.usefixtures("impatient")

COLUMNS = grid.COLUMNS | LEVERS
FILLED: dict[tuple[str, str], str] = {}
"""Row and column to how it ended; printed at the end of the run."""

KILL = "kill -9"
GIVEN_UP = ("canceled", "undone", "refused", "declined", "expired")

NOT_WAITING = "not_waiting_for_decision"
CONTRADICTS = "decision_contradicts"
SWITCHED = "already_switched"
ENDED = "already_ended"


def expected(row: str, column: str) -> str:
    """How the cell must end; where no line says otherwise, as the stage ends by itself."""
    ends = ROWS[row].ends
    match column, row:
        case "cancel", ("awaiting_invoice" | "needs_attention (switched)" | "invoiced"):
            return f"invoiced {SWITCHED}"
        case "cancel", ("refused" | "declined" | "expired" | "undone"):
            return f"{ends} {ENDED}"
        case "cancel", _:
            return "canceled"
        case (
            "Temporal cancel",
            ("awaiting_invoice" | "needs_attention (switched)")
            | ("invoiced" | "refused" | "declined" | "expired" | "undone"),
        ):
            return ends
        case "Temporal cancel", _:
            return "canceled"
        case (("decline" | "approve" | "approve twice"), "awaiting_credit_check"):
            return "declined" if column == "decline" else "invoiced"
        case "late decision", ("awaiting_credit_check" | "declined"):
            return f"{ends} {CONTRADICTS}"
        case (("decline" | "approve" | "approve twice"), "declined"):
            return f"declined {CONTRADICTS}"
        case (("decline" | "approve" | "approve twice" | "late decision"), "expired"):
            return "expired decision_too_late"
        case (("decline" | "approve" | "approve twice" | "late decision"), _):
            return f"{ends} {NOT_WAITING}"
        case _:
            return ends


@pytest.fixture(autouse=True)
def _printed(record_property: Callable[[str, object], None]) -> Generator[None]:
    yield
    if FILLED:
        record_property(
            f"{TABLE}every stage meets every event, and how it ended", "\n".join(table())
        )


@pytest.mark.parametrize("name", ROWS)
async def test_a_stage_meets_every_event(story: Story, name: str) -> None:
    """B57 and B72 among them: a cancel, and every lever of Temporal."""
    row = ROWS[name]
    cells = await cells_of(story, row)
    before = {column: await old_state(story, cell) for column, cell in cells.items()}
    ended = await asyncio.gather(
        *(outcome(cell, COLUMNS[column]) for column, cell in cells.items()), return_exceptions=True
    )
    for column, end in zip(cells, ended, strict=True):
        FILLED[name, column] = end if isinstance(end, str) else f"FAILED: {end}"
    wrong = {
        column: (FILLED[name, column], expected(name, column))
        for column in cells
        if FILLED[name, column].removesuffix(resets(name, column)) != expected(name, column)
    }
    assert not wrong, wrong
    for column, cell in cells.items():
        await assert_all_is_true(story, cell, before[column])


def table() -> list[str]:
    """The filled grid, line by line, as Markdown."""
    columns = [*COLUMNS, KILL]
    rows = [["stage", *columns]]
    rows += [[row, *(FILLED.get((row, column), "") for column in columns)] for row in ROWS]
    widths = [max(len(row[at]) for row in rows) for at in range(len(columns) + 1)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def resets(row: str, column: str) -> str:
    """How often it was reset, as a reset's cell says."""
    found = FILLED[row, column].rpartition(" ")[2]
    return f" {found}" if column == "reset" and found.endswith("x") else ""


async def cells_of(story: Story, row: Row) -> dict[str, Cell]:
    """A tenant for each column, quoted and not ordered yet."""
    named = {column: f"grid-{column.lower().replace(' ', '-')}" for column in COLUMNS}
    world = world_of(
        *(
            a_tenant(tenant, a_subscription(f"{tenant}-basic"), payment_method=row.pays_by)
            for tenant in named.values()
        )
    )
    await story.load(world)
    cells: dict[str, Cell] = {}
    for column, tenant in named.items():
        key, upgrade_id = story.key(tenant)
        day = in_days(20) if row.reach is grid.scheduled else None
        quote = await story.quote(f"{tenant}-basic", switch_on=day)
        cells[column] = Cell(story, row, tenant, key, upgrade_id, quote)
    if row.incident:
        incident = Incident(service="exchange", reference="EX-1")
        await story.load(world.model_copy(update={"incidents": (incident,)}))
    return cells


async def old_state(story: Story, cell: Cell) -> dict[str, Any]:
    """The old subscription to the last column, and who holds a license of it."""
    row = await story.database.fetchrow(
        "select to_jsonb(s) as row from subscriptions s where subscription_id = $1",
        cell.subscription,
    )
    return {"subscription": row["row"], "holders": await story.holders(cell.subscription)}


async def assert_all_is_true(story: Story, cell: Cell, before: dict[str, Any]) -> None:
    view = await cell.view()
    after = await old_state(story, cell)
    if view.stage in GIVEN_UP:
        assert after == before, f"{cell.tenant}: nothing of the old plan has changed"
        assert before["holders"] == SWITCHES
        if view.new_subscription_id is not None:
            assert await story.holders(view.new_subscription_id) == {}
    else:
        assert view.stage == "invoiced"
        assert after["holders"] == {}
        assert await story.holders(view.new_subscription_id) == {user: [] for user in SWITCHES}
        types = await story.event_types(view)
        assert (types.count("BillingSwitched"), types.count("InvoiceIssued")) == (1, 1)


# ---- kill -9: one worker, killed while an upgrade is at each of the stages -----------------------


async def test_a_worker_is_killed_while_upgrades_are_at_every_stage(
    temporal_server: TemporalServer, database: Database, database_url: str, tmp_path: Path
) -> None:
    namespace = await a_namespace(temporal_server)
    worker = WorkerProcess(
        tmp_path / "worker.log",
        database_url=database_url,
        temporal_address=temporal_server.address,
        namespace=namespace,
        batch=3,
    )
    client = await Client.connect(
        temporal_server.address, namespace=namespace, data_converter=pydantic_data_converter
    )
    story = Story(database, client, Hooks())
    locks = killed.Locks(database_url)
    try:
        await asyncio.to_thread(worker.start)
        await client.count_workflows("UpgradeStage IS NULL")
        cells = await killed.cells_of(story)
        before = {name: await old_state(story, cell) for name, cell in cells.items()}
        await asyncio.gather(*(killed.bring(name, cell, locks) for name, cell in cells.items()))
        worker.kill()
        for name, cell in cells.items():
            if name == "checking":
                assert await story.count(f"upgrades where upgrade_id = '{cell.upgrade_id}'") == 0
            else:
                assert (await cell.view()).stage == name.partition(" ")[0]
        await locks.release()
        await killed.mend(database)
        await asyncio.to_thread(worker.start)
        ended = await asyncio.gather(*(cell.live_on() for cell in cells.values()))
        for (name, cell), end in zip(cells.items(), ended, strict=True):
            FILLED[name, KILL] = end.stage
            assert end.stage == ROWS[name].ends, name
            await assert_all_is_true(story, cell, before[name])
    finally:
        await locks.release()
        worker.stop()


def test_no_cell_is_empty(request: pytest.FixtureRequest) -> None:
    """Last in the file: the table is whole, unless only some rows were asked for."""
    here = [item for item in request.session.items if item.path == request.path]
    if len(here) < len(ROWS) + 2:
        pytest.skip("only some of the grid was run")
    empty = [
        (row, column)
        for row in ROWS
        for column in [*COLUMNS, KILL]
        if not FILLED.get((row, column))
    ]
    assert not empty
