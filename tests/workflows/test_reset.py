"""A run that an operator resets does nothing twice, to whichever point it is reset."""

from collections import Counter

from domain.views.read_models import UpgradeView
from tests.callers import OPERATOR
from tests.workflows.story import Story, a_world, eventually

BOOKS = ("events", "ledger_entries", "invoices", "invoice_numbers", "notices", "assignments")


async def run_id_of(story: Story, upgrade: UpgradeView) -> str:
    return (await story.handle(upgrade).describe()).run_id


async def lived_again(story: Story, complete: UpgradeView) -> UpgradeView:
    """What a reset run ends with; it waits for the billing day anew if it has to."""

    async def ended_or_waiting() -> str | None:
        if (status := await story.status_of_run(complete)) != "RUNNING":
            return status
        return status if await story.stage_of_run(complete) == "awaiting_invoice" else None

    if await eventually("the run has ended, or waits", ended_or_waiting) == "RUNNING":
        await story.skip_to(complete, complete.deadline)
    return await story.result(complete)


async def test_a_finished_run_can_be_reset_to_every_task(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    ordered = await story.rest(await story.order())
    await story.service.orders.decide(OPERATOR, ordered.upgrade_id, "approved", reference="R-1")
    complete = await story.until(ordered, "awaiting_invoice")
    await story.skip_to(complete, complete.deadline)
    invoiced = await story.result(ordered)
    run_id = await run_id_of(story, ordered)
    before = await story.contents(*BOOKS)
    tasks = await story.completed_tasks(ordered)
    assert len(tasks) >= 6, await story.story_of(ordered)

    for task in tasks:
        new_run = await story.reset(ordered, run_id, task)
        assert await lived_again(story, complete) == invoiced, f"reset to event {task}"
        assert await run_id_of(story, ordered) == new_run
        assert await story.contents(*BOOKS) == before, f"reset to event {task}"
    types = Counter(await story.event_types(ordered))
    assert (types["BillingSwitched"], types["InvoiceIssued"]) == (1, 1)


async def test_a_run_that_waits_for_its_invoice_can_be_reset_to_every_task(story: Story) -> None:
    await story.load()
    complete = await story.rest(await story.order())
    before = await story.contents(*BOOKS)
    run_id = await run_id_of(story, complete)
    tasks = await story.completed_tasks(complete)
    assert len(tasks) == 3, await story.story_of(complete)
    for task in tasks:
        await story.reset(complete, run_id, task)
        assert await story.until(complete, "awaiting_invoice") == complete
        assert await story.contents(*BOOKS) == before, f"reset to event {task}"
    await story.skip_to(complete, complete.deadline)
    assert (await story.result(complete)).stage == "invoiced"
    types = Counter(await story.event_types(complete))
    assert (types["BillingSwitched"], types["InvoiceIssued"]) == (1, 1)


async def test_a_run_that_waits_for_its_credit_check_can_be_reset(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    waiting = await story.rest(await story.order())
    before = await story.contents(*BOOKS)
    run_id = await run_id_of(story, waiting)
    for task in await story.completed_tasks(waiting):
        await story.reset(waiting, run_id, task)
        assert await story.until(waiting, "awaiting_credit_check") == waiting
        assert await story.contents(*BOOKS) == before
    await story.skip_to(waiting, waiting.deadline)
    assert (await story.result(waiting)).stage == "expired"


async def test_a_reset_to_before_a_decision_keeps_the_decision(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    waiting = await story.rest(await story.order())
    run_id = await run_id_of(story, waiting)
    before = await story.completed_tasks(waiting)
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    complete = await story.until(waiting, "awaiting_invoice")
    await story.reset(waiting, run_id, before[0])
    assert await story.until(waiting, "awaiting_invoice") == complete
    repeated = await story.service.orders.decide(
        OPERATOR, waiting.upgrade_id, "approved", reference="R-1"
    )
    assert repeated == complete
    types = Counter(await story.event_types(waiting))
    assert (types["CreditCheckApproved"], types["BillingSwitched"]) == (1, 1)
