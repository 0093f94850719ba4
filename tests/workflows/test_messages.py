"""Messages are read without a server: every example is right, and no text breaks or delays a reader."""

import json
import re
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.quoting.orders import OrderRequest
from domain.text.messages import MAX_MESSAGE, Message, read_fields, read_message
from domain.values.rejections import BadMessage
from tests.workflows.raw import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "calling-temporal.md").read_text(encoding="utf-8")

any_kind = pytest.mark.parametrize("update", KINDS)


def examples_of(update: str) -> list[str]:
    """What the page says can be sent."""
    row = re.search(rf"^\| `{update}` \| (.*) \|$", PAGE, re.MULTILINE)
    assert row, f"{update} is not on the page"
    return re.findall(r"`(\{.*?\})`", row[1])


@any_kind
def test_every_example_is_right(update: str) -> None:
    examples = [KINDS[update].example, *examples_of(update)]
    assert len(examples) > 1
    for example in examples:
        read = read_message(KINDS[update], example)
        assert read.model_dump(mode="json", exclude_unset=True) == json.loads(example)


def told(kind: type[Message], text: str) -> str | None:
    """What is wrong with the text, if anything is; nothing else is ever raised."""
    found: BadMessage | None = None
    try:
        read_message(kind, text)
    except BadMessage as fault:
        found = fault
    if found is None:
        return None
    assert found.field
    assert found.message.startswith(f"{found.field} ")
    assert found.message.isprintable()
    assert len(found.message) < 1000
    return found.fault


FIELDS = sorted({field for kind in KINDS.values() for field in kind.model_fields})
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["approved", "retry", "skip", "q-1", "1.00", "2027-01-01", "ada@x.example"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
OBJECTS = st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=12), VALUES, max_size=6)


@any_kind
@given(document=OBJECTS | VALUES)
def test_any_json_is_a_message_or_is_refused(update: str, document: Any) -> None:
    told(KINDS[update], json.dumps(document))


@any_kind
@given(text=st.text(alphabet='{}[]":,\\u0d8 quote_idreason1.eE+-', max_size=60) | st.text())
def test_any_text_is_a_message_or_is_refused(update: str, text: str) -> None:
    told(KINDS[update], text)


LARGE: dict[str, str] = {
    "deep lists": "[" * MAX_MESSAGE,
    "deep objects": '{"a":' * (MAX_MESSAGE // 5),
    "one number": "1" * MAX_MESSAGE,
    "a large exponent": '{"accept_forfeiture": "1e999999999"}',
    "many fields": "{" + ", ".join(f'"f{n}": 1' for n in range(60_000)) + "}",
    "one field, again and again": "{" + ", ".join('"reason": "x"' for _ in range(60_000)) + "}",
    "a long field": '{"' + "x" * 900_000 + '": 1}',
    "a long reason": '{"reason": "' + "x" * 900_000 + '"}',
    "many breaks": '{"reason": "' + "\\n" * 400_000 + '"}',
    "many users": '{"action": "skip", "users": ['
    + ", ".join(f'"u{n}"' for n in range(90_000))
    + "]}",
    "many wrong users": '{"action": "skip", "users": ['
    + ", ".join("1" for _ in range(300_000))
    + "]}",
    "too long": " " * (MAX_MESSAGE + 1),
}


@any_kind
@pytest.mark.parametrize("name", LARGE)
def test_a_large_text_is_refused_soon(update: str, name: str) -> None:
    began = time.monotonic()
    assert told(KINDS[update], LARGE[name]) is not None
    assert time.monotonic() - began < 10, "it hangs"


def test_an_amount_of_a_million_digits_is_not_written_out() -> None:
    order = {"quote_id": "q-1", "idempotency_key": "k"}
    for amount in (Decimal("1E+999999"), Decimal("1E-999999"), Decimal("NaN"), Decimal("-0.01")):
        with pytest.raises(BadMessage, match="is not an amount"):
            read_fields(OrderRequest, order | {"accept_forfeiture": amount})
    for amount in (Decimal("188.00"), Decimal("5E+1"), Decimal(0)):
        read = read_fields(OrderRequest, order | {"accept_forfeiture": amount})
        assert read.accept_forfeiture == amount
