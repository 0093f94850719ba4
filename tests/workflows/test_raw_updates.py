"""Whatever a client of Temporal sends to a run, it is answered, and the run goes on (B70)."""

import asyncio
from typing import Any

import pytest
from temporalio.client import WorkflowQueryFailedError, WorkflowUpdateFailedError
from temporalio.common import RawValue

from domain.views.read_models import UpgradeView
from tests.callers import OPERATOR
from tests.workflows import change_paths, paths
from tests.workflows.raw import (
    HOLDS_NO_OBJECT,
    KINDS,
    SECONDS,
    Arguments,
    failed_tasks,
    message,
    payload,
    refusal_of,
)
from tests.workflows.story import Story
from workflows import contract
from workflows.contract import CancelRequest

FAULTY: dict[str, dict[str, tuple[Any, str, str]]] = {
    contract.SUBMIT_ORDER: {
        "empty": ({}, "quote_id", "is missing"),
        "no key": ({"quote_id": "q-1"}, "idempotency_key", "is missing"),
        "camelCase": ({"quoteId": "q", "idempotencyKey": "k"}, "quoteId", '"quote_id"'),
        "an amount that is a number": (
            {"quote_id": "q", "idempotency_key": "k", "accept_forfeiture": 1.5},
            "accept_forfeiture",
            "is a number",
        ),
        "a huge key": (
            {"quote_id": "q", "idempotency_key": "k" * 900_000},
            "idempotency_key",
            "write at most 200",
        ),
    },
    contract.DECIDE_CREDIT_CHECK: {
        "empty": ({}, "decision", "is missing"),
        "another word": (
            {"decision": "maybe", "reference": "R-1"},
            "decision",
            "is none of 'approved' or 'declined'",
        ),
        "no reference": ({"decision": "approved"}, "reference", "is missing"),
        "an empty reference": (
            {"decision": "approved", "reference": " "},
            "reference",
            "is empty",
        ),
        "a reference that is a number": (
            {"decision": "approved", "reference": 4711},
            "reference",
            "is a number: write text, in quotes",
        ),
        "a reference with NUL": (
            {"decision": "approved", "reference": "R\0"},
            "reference",
            "U+0000",
        ),
        "a long reason": (
            {"decision": "declined", "reference": "R-1", "reason": "x" * 2001},
            "reason",
            "has 2001 characters: write at most 2000",
        ),
        "a reason that is null": (
            {"decision": "declined", "reference": "R-1", "reason": None},
            "reason",
            "is null",
        ),
        "one more": (
            {"decision": "approved", "reference": "R-1", "tenant_id": "x"},
            "tenant_id",
            "is not a field of this message",
        ),
    },
    contract.CANCEL: {
        "empty": ({}, "reason", "is missing"),
        "no reason": ({"reason": ""}, "reason", "is empty"),
        "a list": ({"reason": ["no", "budget"]}, "reason", "is a list: write text, in quotes"),
        "two lines": ({"reason": "no\nbudget"}, "reason", "line break"),
        "a bell": ({"reason": "no\a"}, "reason", "U+0007"),
        "a surrogate pair is fine, an override is not": (
            {"reason": "no \U0001f4b8 \u202e"},
            "reason",
            "U+202E",
        ),
        "capitals": ({"Reason": "no budget"}, "Reason", 'did you mean "reason"?'),
    },
    contract.RESOLVE_ATTENTION: {
        "empty": ({}, "action", "is missing"),
        "another word": ({"action": "restart"}, "action", "is none of"),
        "users that are text": (
            {"action": "skip", "users": "ada"},
            "users",
            "is text: write a list",
        ),
        "no users": ({"action": "skip", "users": []}, "users", "name at least one"),
        "a user that is a number": ({"action": "skip", "users": [1]}, "users[0]", "is a number"),
        "too many users": (
            {"action": "skip", "users": [f"u-{n}" for n in range(1001)]},
            "users",
            "has 1001 entries: write at most 1000",
        ),
    },
}
"""By update: a message that is an object, and what its sender is told of which field."""


async def waiting_upgrade(story: Story) -> UpgradeView:
    return await paths.awaiting_credit_check(story)


async def waiting_change(story: Story) -> UpgradeView:
    await story.load(change_paths.two_subscriptions(payment_method="invoice"))
    quote = await story.quote_change(*change_paths.LISTED, old="reduced")
    return await story.until(await story.change(quote), "awaiting_credit_check")


both_kinds = pytest.mark.parametrize("wait", [waiting_upgrade, waiting_change])


@both_kinds
@pytest.mark.parametrize("update", KINDS)
async def test_whatever_cannot_be_read_is_answered_with_field_fault_and_example(
    story: Story, update: str, wait: Any
) -> None:
    waiting = await wait(story)
    run = story.handle(waiting)
    before = len(await story.history_of(waiting))
    sent: dict[str, tuple[Arguments, str, str]] = {
        name: (arguments, "message", fault) for name, (arguments, fault) in HOLDS_NO_OBJECT.items()
    } | {
        name: (message(document), field, fault)
        for name, (document, field, fault) in FAULTY[update].items()
    }
    wrong: list[str] = []
    for name, (arguments, field, fault) in sent.items():
        told = await refusal_of(run, update, arguments)
        as_expected = (
            told.type == "bad_input"
            and told.details[0]["field"] == field
            and fault in told.details[0]["fault"]
            and told.message.startswith(f"{field} ")
            and told.message.endswith(f"Example: {KINDS[update].example}")
            and "\n" not in told.message
        )
        if not as_expected:
            wrong.append(f"{name}: {told.type}: {told.message}")
    assert wrong == []
    assert len(await story.history_of(waiting)) == before, "nothing of it is kept"

    right = (payload(CancelRequest.example.encode()),)
    canceling = run.execute_update("cancel", args=[RawValue(each) for each in right])  # pyright: ignore[reportUnknownMemberType] - open in the SDK
    assert (await canceling)["stage"] == "canceled"
    assert await failed_tasks(run) == 0


@both_kinds
async def test_what_is_not_there_to_be_asked_is_answered(story: Story, wait: Any) -> None:
    waiting = await wait(story)
    run = story.handle(waiting)

    async def soon(asking: Any) -> Any:
        return await asyncio.wait_for(asking, SECONDS)

    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await soon(run.execute_update("cancle", {"reason": "no budget"}))  # pyright: ignore[reportUnknownMemberType] - open in the SDK
    assert "known updates: [cancel decide_credit_check" in str(refused.value.cause)
    with pytest.raises(WorkflowQueryFailedError, match=r"known queries: .*progress"):
        await soon(run.query("status"))  # pyright: ignore[reportUnknownMemberType] - open in the SDK
    await run.signal("cancel", {"reason": "no budget"})  # pyright: ignore[reportUnknownMemberType] - open in the SDK
    await run.signal("cancel", args=[RawValue(payload(b"\xff", "binary/encrypted"))])  # pyright: ignore[reportUnknownMemberType] - open in the SDK

    for arguments, _ in HOLDS_NO_OBJECT.values():
        asked = run.query(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
            "progress", args=[RawValue(each) for each in arguments], result_type=UpgradeView
        )
        assert await soon(asked) == waiting
    await story.service.orders.cancel(OPERATOR, waiting.upgrade_id, "a test")
    assert await failed_tasks(run) == 0


async def test_the_progress_of_an_order_that_was_rejected_says_why(story: Story) -> None:
    upgrade_id = await paths.rejected(story)
    with pytest.raises(WorkflowQueryFailedError, match="What the quote was based on has changed"):
        await story.handle(upgrade_id).query("progress")  # pyright: ignore[reportUnknownMemberType] - open in the SDK
