"""What travels between processes grows in a way that older and newer code can read."""

from typing import Any

import pytest
from pydantic import ValidationError

from activities.steps import StepInput
from domain.quoting.orders import Order, OrderRequest
from domain.text.messages import read_message
from domain.upgrade.events import CreditCheckExpired
from domain.values.base import Value
from domain.values.rejections import BadMessage
from tests.domain.builders import NOW
from tests.workflows.shapes import (
    MESSAGES,
    STORED,
    faults_of_growth,
    recorded_shapes,
    shapes_now,
    step_inputs,
)
from workflows.messages.raw import data_converter

WAS = {"StepInput": {"at": "required", "note": "optional"}, "CancelRequest": {"reason": "required"}}


def test_shapes_grow_only_by_fields_with_defaults() -> None:
    """Whatever fails here cannot run beside the version that was landed last."""
    assert faults_of_growth(recorded_shapes(), shapes_now()) == []


def test_the_recorded_shapes_are_those_of_today() -> None:
    """A new field with a default, or a new shape: add it to the file."""
    assert shapes_now() == recorded_shapes()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"StepInput": {**WAS["StepInput"], "more": "optional"}}, None),
        ({"StepInput": {"at": "required"}}, None),
        ({"StepInput": {"at": "optional"}}, None),
        ({"Another": {"at": "required"}}, None),
        ({"StepInput": {**WAS["StepInput"], "Kind.of": "required"}}, None),
        (
            {"StepInput": {**WAS["StepInput"], "more": "required"}},
            "StepInput: more is new and has no default: older code does not send it",
        ),
        (
            {"StepInput": {"at": "required", "note": "required"}},
            "StepInput: note is now required: older code may leave it out",
        ),
        (
            {"StepInput": {"note": "optional"}},
            "StepInput: at is no longer sent, and older code needs it",
        ),
        (
            {"CancelRequest": {"reason": "optional"}},
            "CancelRequest: reason is no longer sent, and older code needs it",
        ),
    ],
)
def test_what_another_version_would_not_understand_is_named(
    change: dict[str, dict[str, str]], fault: str | None
) -> None:
    assert faults_of_growth(WAS, WAS | change) == ([] if fault is None else [fault])


class Note(Value):
    """Something inside of what travels."""

    text: str


class Sent(Value):
    """What the present version knows."""

    id: str
    note: Note


class NoteOfNext(Note):
    """The same in the next version."""

    by: str = "nobody"


class SentByNext(Sent):
    """The same in the next version."""

    note: Note = NoteOfNext(text="none")
    more: str = "nothing"


def sent_to(kind: type[Value], value: Value) -> Any:
    """The value as a worker of `kind`'s version takes it in."""
    converter = data_converter.payload_converter
    return converter.from_payloads(converter.to_payloads([value]), [kind])[0]


def test_workers_leave_out_what_only_newer_code_says() -> None:
    newer = SentByNext(id="1", note=NoteOfNext(text="a", by="Kim"), more="b")
    assert sent_to(Sent, newer) == Sent(id="1", note=Note(text="a"))


def test_workers_take_the_default_of_what_older_code_does_not_say() -> None:
    assert sent_to(SentByNext, Sent(id="1", note=Note(text="a"))).more == "nothing"


def test_what_is_missing_without_a_default_is_refused() -> None:
    with pytest.raises(ValidationError, match="subscription_id"):
        sent_to(StepInput, Sent(id="1", note=Note(text="a")))


@pytest.mark.parametrize("kind", [*STORED, *step_inputs().values()])
def test_every_shape_is_read_whatever_else_it_says(kind: type[Value]) -> None:
    with pytest.raises(ValidationError) as error:
        kind.of_any_version({"later": 1})
    assert "extra_forbidden" not in {fault["type"] for fault in error.value.errors()}


@pytest.mark.parametrize("kind", MESSAGES)
def test_what_people_write_stays_strict(kind: Any) -> None:
    with pytest.raises(BadMessage, match="later"):
        read_message(kind, kind.example.replace("{", '{"later": 1, ', 1))


def test_events_stay_strict() -> None:
    with pytest.raises(ValidationError, match="later"):
        CreditCheckExpired.model_validate({"at": NOW, "deadline": NOW, "later": 1})


class OrderOfNext(Order):
    """An order of the next version."""

    more: str | None = None


ORDER = {
    "upgrade_id": "up-1",
    "idempotency_key": "order-1",
    "tenant_id": "contoso",
    "subscription_id": "contoso-basic",
    "target_plan_id": "standard",
    "quote_id": "q-1",
}


def test_an_order_that_uses_nothing_new_is_the_same_order_to_every_version() -> None:
    now, then = Order.model_validate(ORDER), OrderOfNext.model_validate(ORDER)
    assert now.digest == then.digest
    assert now.digest != OrderOfNext.model_validate({**ORDER, "more": "a"}).digest
    assert OrderRequest.model_validate(then.model_dump(exclude_defaults=True))
