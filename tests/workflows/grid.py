"""The grid of stages and events: each stage is reached by one row, each event is one column.

A cell is one upgrade of a tenant of its own: it is brought to its stage, the event happens to it, and
then whatever it waits for comes, until it has ended. All cells of a row live at once on one server.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from temporalio.service import RPCError

from api.errors import NotRunning, ServiceError
from domain.upgrade.events import Decision
from domain.upgrade.states import ENDED_STAGES
from domain.values.rejections import Rejection
from tests.callers import OPERATOR
from tests.clock import in_days
from tests.workflows.cell import Cell, Happen, Row
from tests.workflows.story import eventually
from workflows.contract import UNRECORDED, CancelRequest, CreditDecision

# ---- rows: how each stage is reached ------------------------------------------------------------


async def checking(cell: Cell) -> None:
    held = cell.hold("check_order")
    cell.order()
    await held.reached()


async def scheduled(cell: Cell) -> None:
    cell.order(schedule=in_days(20))
    await cell.until("scheduled")


async def awaiting_credit_check(cell: Cell) -> None:
    cell.order()
    await cell.until("awaiting_credit_check")


async def moving_users(cell: Cell) -> None:
    held = cell.hold("_move_one_batch", after=True, nth=2)
    cell.order()
    await held.reached()


async def switching_billing(cell: Cell) -> None:
    held = cell.hold("switch_billing")
    cell.order()
    await held.reached()


async def moving_back(cell: Cell) -> None:
    moving = cell.hold("_move_one_batch", after=True, nth=2)
    back = cell.hold("undo_move")
    cell.order()
    await moving.reached()
    cell.story.begin(cell.cancel())
    await cell.story.until_happened(await cell.view(), "UndoStarted")
    moving.release()
    await back.reached()


async def awaiting_invoice(cell: Cell) -> None:
    cell.order()
    await cell.until("awaiting_invoice")


async def needs_attention(cell: Cell) -> None:
    cell.fail("switch_billing")
    cell.order()
    await cell.until("needs_attention")


async def needs_attention_after_the_switch(cell: Cell) -> None:
    cell.fail("issue_invoice")
    cell.order()
    complete = await cell.until("awaiting_invoice")
    await cell.story.skip_to(complete, complete.deadline)
    await cell.until("needs_attention")


async def ended(cell: Cell) -> None:
    cell.order()
    await cell.live_on()


async def canceled(cell: Cell) -> None:
    await awaiting_credit_check(cell)
    await _insist(cell.cancel)
    await cell.until("canceled")


async def undone(cell: Cell) -> None:
    await needs_attention(cell)

    async def undo() -> None:
        await cell.story.service.repair.resolve_attention(
            OPERATOR, cell.upgrade_id, "undo", "cannot be mended"
        )

    await _insist(undo)
    await cell.until("undone")


async def _insist(ask: Callable[[], Awaitable[None]]) -> None:
    """Ask again where a broken step was the answer, as a caller would once it is mended."""
    for _ in range(3):
        if await _told(ask()) != "unexpected":
            return
        await asyncio.sleep(0.1)
    await ask()


ROWS: dict[str, Row] = {
    "checking": Row(checking, "check_order", "invoiced"),
    "scheduled": Row(scheduled, "start_scheduled", "invoiced"),
    "awaiting_credit_check": Row(
        awaiting_credit_check, "decide_credit_check", "invoiced", pays_by="invoice"
    ),
    "moving_users": Row(moving_users, "move_users", "invoiced"),
    "switching_billing": Row(switching_billing, "switch_billing", "invoiced"),
    "moving_users (back)": Row(moving_back, "undo_move", "canceled"),
    "awaiting_invoice": Row(awaiting_invoice, "issue_invoice", "invoiced"),
    "needs_attention": Row(needs_attention, "resolve_attention", "invoiced"),
    "needs_attention (switched)": Row(
        needs_attention_after_the_switch, "resolve_attention", "invoiced"
    ),
    "invoiced": Row(ended, "issue_invoice", "invoiced"),
    "refused": Row(ended, "check_order", "refused", incident=True),
    "declined": Row(
        ended, "decide_credit_check", "declined", pays_by="invoice", decision="declined"
    ),
    "expired": Row(ended, "expire_credit_check", "expired", pays_by="invoice", decision=None),
    "canceled": Row(canceled, "cancel", "canceled", pays_by="invoice"),
    "undone": Row(undone, "begin_undo", "undone", resolution="undo"),
}


# ---- columns: what happens there ----------------------------------------------------------------


async def _told(asking: Awaitable[None]) -> str:
    """The code that a caller is refused with; nothing where they are not."""
    try:
        await asking
    except (Rejection, ServiceError) as refused:
        return refused.code
    return ""


async def cancel(cell: Cell) -> str:
    await cell.row.reach(cell)
    return await _ask(cell, "cancel", CancelRequest(reason="no budget"), cell.cancel)


async def decline(cell: Cell) -> str:
    await cell.row.reach(cell)
    return await _decide(cell, "declined")


async def approve(cell: Cell) -> str:
    await cell.row.reach(cell)
    return await _decide(cell, "approved")


async def approve_twice(cell: Cell) -> str:
    told = await approve(cell)
    again = await _told(cell.decide("approved", reference="R-9"))
    assert again == told, "a repeat is answered as the first one was"
    types = await cell.story.event_types(await cell.view())
    kept = types.count("CreditDecisionRefused") + types.count("CreditCheckApproved")
    # One that comes before its check is not kept: it can be given again, and count.
    assert kept == (0 if cell.row.reach is scheduled else 1), "and is kept once"
    return told


async def _decide(cell: Cell, decision: Decision) -> str:
    message = CreditDecision(decision=decision, reference="R-9")
    return await _ask(
        cell, "decide_credit_check", message, lambda: cell.decide(decision, reference="R-9")
    )


async def _ask(cell: Cell, name: str, message: Any, ask: Callable[[], Awaitable[None]]) -> str:
    """Ask while the stage holds; what only answers later is let go on for it."""
    if cell.row.reach is checking:  # nobody knows the order yet, but its run does
        asking: asyncio.Task[str] = cell.story.begin(cell.send(name, message, id="asked"))
        await cell.story.until_update_waits(cell.upgrade_id, "asked")
    else:
        asking = cell.story.begin(_told(ask()))

        async def heard() -> bool:
            # A cancel of a move is answered only when everybody is back.
            return asking.done() or "UndoStarted" in await cell.story.event_types(await cell.view())

        await eventually(f"{cell.tenant}: {name} is heard", heard)
    cell.let_go()
    return await asking


async def duplicate(cell: Cell) -> str:
    await cell.row.reach(cell)
    before = await cell.story.count("upgrades")
    again = cell.story.begin(
        cell.story.order(
            cell.subscription,
            quote=cell.quote,
            idempotency_key=cell.key,
            **({"schedule": in_days(20)} if cell.row.reach is scheduled else {}),
        )
    )
    await asyncio.wait([again], timeout=0.3)
    cell.let_go()
    assert (await again).upgrade_id == cell.upgrade_id
    assert await cell.story.count("upgrades") >= before
    return ""


async def late(cell: Cell) -> str:
    await cell.row.reach(cell)
    await cell.live_on()
    before = (await cell.story.event_types(await cell.view())).count("CreditDecisionRefused")
    code = await _told(cell.decide("declined", reference="R-late"))
    after = (await cell.story.event_types(await cell.view())).count("CreditDecisionRefused")
    assert after == before + 1, "it is kept"
    return code


async def fails_once(cell: Cell) -> str:
    return await _fail(cell, after=False)


async def after_commit(cell: Cell) -> str:
    return await _fail(cell, after=True)


async def _fail(cell: Cell, *, after: bool) -> str:
    failing = cell.story.hooks.fail(cell.row.step, of=cell.upgrade_id, times=1, after=after)
    await cell.row.reach(cell)
    await cell.live_on()
    assert failing.times == 1, "it did fail"
    return ""


async def fails_always(cell: Cell) -> str:
    """Until somebody has mended it, after it has parked the run or told its caller."""
    failing = cell.story.hooks.fail(cell.row.step, of=cell.upgrade_id)
    reaching = cell.story.begin(cell.row.reach(cell))

    async def failed_for_good() -> bool:
        if reaching.done():
            cell.let_go()
            await _tempt(cell)
        return failing.times >= 2

    await eventually(f"{cell.tenant}: {cell.row.step} fails for good", failed_for_good)
    parked = await eventually(f"{cell.tenant} shows it", lambda: _shown(cell, reaching))
    failing.mended()
    cell.let_go()
    if parked == "before its order":
        await cell.story.service.repair.resolve_attention(OPERATOR, cell.upgrade_id, "retry")
    elif parked == "being reached" or (cell.row.reach is ended and not reaching.done()):
        await reaching  # which lives on itself: nobody else shall at the same time
    return ""


async def _shown(cell: Cell, reaching: "asyncio.Task[None]") -> str:
    """How the failure shows: where the run is parked, or that its caller has to ask again."""
    try:
        attention = (await cell.view()).attention
    except ServiceError:  # it is not ordered yet: its run alone can show it
        shown = await cell.story.alert_of_run(cell.upgrade_id)
        return "before its order" if shown == UNRECORDED else ""
    if attention is not None and attention.step == cell.row.step.replace("_", "-"):
        return "by its step"
    if cell.row.step in ("cancel", "begin_undo"):
        return "being reached"
    return "to its caller" if reaching.done() else ""


async def _tempt(cell: Cell) -> None:
    """Bring the step about that leads out of the stage."""
    view = await cell.view()
    if view.stage in ENDED_STAGES:
        return
    if cell.row.step in ("decide_credit_check", "resolve_attention"):
        assert await _told(cell.let_come(view)) in ("", "unexpected")
        return
    if view.stage in ("scheduled", "awaiting_invoice"):
        await cell.let_come(view)


async def request_cancellation(cell: Cell) -> str:
    """Temporal's own *Request Cancellation*, twice; until the run has heard it, nothing is let go."""
    await cell.row.reach(cell)
    for _ in range(2):
        with suppress(RPCError):  # it has ended
            await cell.story.handle(cell.upgrade_id).cancel(reason="the customer\nphoned")
    if cell.row.reach is not checking:
        view = await cell.view()
        if view.stage in ENDED_STAGES:
            return ""

        async def heard() -> bool:
            if view.completed_at is not None:
                return "the customer phoned" in await cell.story.details_of(view)
            return (await cell.view()).version > view.version or view.undoing

        await eventually(f"{cell.tenant}: the cancellation is heard", heard)
    ended = await cell.live_on()
    status = await cell.story.status_of_run(ended)
    assert status == ("CANCELED" if ended.stage == "canceled" else "COMPLETED")
    return ""


async def reset(cell: Cell) -> str:
    """To every completed workflow task: of the stage, or where it has none yet, of the whole life."""
    await cell.row.reach(cell)
    if cell.row.reach is checking:
        await cell.live_on()
    view = await cell.view()
    run_id = (await cell.story.handle(view).describe()).run_id
    tasks = await cell.story.completed_tasks(view)
    assert tasks, await cell.story.story_of(view)
    for task in tasks:
        await cell.story.reset(view, run_id, task)
    return f"{len(tasks)}x"


COLUMNS: dict[str, Happen] = {
    "cancel": cancel,
    "decline": decline,
    "approve": approve,
    "approve twice": approve_twice,
    "duplicate": duplicate,
    "late decision": late,
    "fails once": fails_once,
    "fails always": fails_always,
    "after commit": after_commit,
    "reset": reset,
    "Temporal cancel": request_cancellation,
}


async def outcome(cell: Cell, happen: Happen) -> str:
    """How the cell ends: its last stage, and what its caller was told on the way."""
    try:
        told = await happen(cell)
        view = await cell.live_on()
    except NotRunning:
        return "lost"
    return f"{view.stage} {told}".strip()
