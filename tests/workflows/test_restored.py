"""An older backup is restored under runs that go on: the database is the truth (B72)."""

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.values.rejections import NotOrdered
from domain.views.read_models import UpgradeView
from tests.callers import OPERATOR
from tests.workflows import paths
from tests.workflows.backup import Backup
from tests.workflows.story import Story, a_world
from workflows import contract

pytestmark = pytest.mark.usefixtures("impatient")


async def look(story: Story, upgrade: UpgradeView) -> UpgradeView:
    """What `resume` tells a run that is ahead of its database."""
    return await story.handle(upgrade).execute_update(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
        contract.LOOK, result_type=UpgradeView
    )


async def invoiced(story: Story, upgrade: UpgradeView) -> None:
    waiting = await story.until(upgrade, "awaiting_invoice")
    await story.skip_to(waiting, waiting.deadline)
    await story.until(upgrade, "invoiced")
    types = await story.event_types(upgrade)
    assert (types.count("BillingSwitched"), types.count("InvoiceIssued")) == (1, 1)
    assert await story.count("invoices") == 1


async def test_a_run_goes_back_to_where_the_database_is(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    upgrade = await story.order()
    assert upgrade.stage == "awaiting_credit_check"
    backup = await Backup.taken(story.database)
    await story.service.orders.decide(OPERATOR, upgrade.upgrade_id, "approved", reference="R-1")
    await story.until(upgrade, "awaiting_invoice")
    await backup.restored()
    assert (await look(story, upgrade)).stage == "awaiting_credit_check"
    await story.until(upgrade, "awaiting_credit_check")
    await story.service.orders.decide(OPERATOR, upgrade.upgrade_id, "approved", reference="R-2")
    await invoiced(story, upgrade)


async def test_a_decision_is_answered_by_the_database(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    upgrade = await story.order()
    backup = await Backup.taken(story.database)
    await story.service.orders.decide(OPERATOR, upgrade.upgrade_id, "approved", reference="R-1")
    await story.until(upgrade, "awaiting_invoice")
    await backup.restored()
    answer = await story.service.orders.decide(
        OPERATOR, upgrade.upgrade_id, "declined", reference="R-2"
    )
    assert answer.stage == "declined"
    assert (await story.result(upgrade)).stage == "declined"


async def test_an_order_that_the_database_has_lost_waits_for_an_operator_and_is_placed_again(
    story: Story,
) -> None:
    upgrade, _ = await paths.order_lost(story)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await look(story, upgrade)
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == NotOrdered.code
    await story.until_alerted(upgrade, contract.UNRECORDED)
    assert NotOrdered.code in await story.details_of(upgrade)
    await story.service.repair.resolve_attention(OPERATOR, upgrade.upgrade_id, "retry")
    await invoiced(story, upgrade)
    assert await story.alert_of_run(upgrade) is None
