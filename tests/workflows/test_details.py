"""What operators read in the Temporal UI is Markdown: nothing that anybody wrote is markup in it."""

from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from domain.quoting.orders import OrderRequest
from domain.text.messages import Message, read_fields
from domain.values.actions import action
from domain.values.rejections import BadMessage
from domain.views.read_models import UpgradeView
from tests import nasty_texts
from workflows.contract import AttentionResolution, CancelRequest, CreditDecision
from workflows.operators.details import details_of, details_of_rejected, details_of_unrecorded

VIEW: dict[str, Any] = {
    "upgrade_id": "up-1",
    "version": 1,
    "workflow_id": "plan-upgrade-up-1",
    "tenant_id": "t",
    "subscription_id": "s",
    "new_subscription_id": None,
    "target_plan_id": "p",
    "stage": "canceled",
    "deadline": None,
    "quote_id": "q-1",
    "users": {"total": 0, "moved": 0, "remaining": 0},
    "placed_at": "2026-06-18T00:00:00Z",
    "timeline": [{"stage": "canceled", "at": "2026-06-18T00:00:00Z"}],
}


def of_reason(text: str) -> str:
    return details_of(UpgradeView.model_validate({**VIEW, "reason": text}))


def of_cause(text: str) -> str:
    parked = {
        "step": "move-users",
        "cause": text,
        "next_actions": [action("retry", upgrade_id="up-1")],
    }
    return details_of(
        UpgradeView.model_validate({**VIEW, "stage": "needs_attention", "attention": parked})
    )


def of_unrecorded_cause(text: str) -> str:
    return details_of_unrecorded("up-1", None, "check-order", text)


def shape(details: str) -> list[str]:
    """What a reader of Markdown makes of it: the kind of every piece, and no words."""
    kinds: list[str] = []

    def look(tokens: list[Token]) -> None:
        for token in tokens:
            kinds.append(token.type)
            look(token.children or [])

    look(MarkdownIt("commonmark", {"html": True}).parse(details))
    return kinds


@pytest.mark.parametrize("text", nasty_texts.ALL.values(), ids=nasty_texts.ALL)
@pytest.mark.parametrize("told", [of_reason, of_cause, of_unrecorded_cause, details_of_rejected])
def test_what_anybody_wrote_is_no_markup(told: Any, text: str) -> None:
    details = told(text)
    assert shape(details) == shape(told("plain"))
    assert not [
        char for char in details if not char.isprintable() and char not in "\n\u200c\u200d\u00a0"
    ]


@pytest.mark.parametrize("text", nasty_texts.REFUSED.values(), ids=nasty_texts.REFUSED)
def test_messages_of_any_client_are_held_to_the_rule_for_texts(text: str) -> None:
    def faulty_field(kind: type[Message], **fields: str) -> str:
        with pytest.raises(BadMessage) as refused:
            read_fields(kind, fields)
        return refused.value.field

    assert faulty_field(CreditDecision, decision="approved", reference=text) == "reference"
    assert faulty_field(CreditDecision, decision="approved", reference="R", reason=text) == "reason"
    assert faulty_field(CancelRequest, reason=text) == "reason"
    assert faulty_field(AttentionResolution, action="undo", reason=text) == "reason"
    assert faulty_field(OrderRequest, quote_id="q", idempotency_key=text) == "idempotency_key"


@pytest.mark.parametrize("text", nasty_texts.TAKEN.values(), ids=nasty_texts.TAKEN)
def test_messages_may_say_anything_else(text: str) -> None:
    assert read_fields(CancelRequest, {"reason": text}).reason == text
