"""Every way an upgrade can end, on a real server."""

from tests.workflows.story import BASIC, SWITCHES, Story, a_world


async def test_an_upgrade_goes_from_its_order_to_its_invoice(story: Story) -> None:
    await story.load()
    ordered = await story.order()
    assert ordered.stage == "moving_users"
    complete = await story.until(ordered, "awaiting_invoice")
    assert (complete.users.moved, complete.users.remaining) == (7, 0)
    assert await story.holders(complete.new_subscription_id) == {user: [] for user in SWITCHES}
    assert await story.holders(BASIC) == {}
    assert complete.deadline is not None

    await story.skip_to(ordered, complete.deadline)
    invoiced = await story.until(ordered, "invoiced")
    assert await story.result(ordered) == invoiced
    assert invoiced.invoice_number == "INV-00000001"
    assert (await story.service.invoice(ordered.upgrade_id)).number == invoiced.invoice_number
    assert [mark.stage for mark in invoiced.timeline] == [
        "checking",
        "moving_users",
        "switching_billing",
        "awaiting_invoice",
        "invoiced",
    ]
    assert await story.notices() == ["switches_not_kept", "upgrade_complete", "invoice_issued"]


async def test_a_credit_check(story: Story) -> None:
    await story.load(a_world(payment_method="invoice"))
    ordered = await story.order()
    assert ordered.stage == "awaiting_credit_check"
