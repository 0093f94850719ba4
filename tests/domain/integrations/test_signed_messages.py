"""Signatures: what the library of the norm makes is taken, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st
from standardwebhooks import Webhook

from domain.integrations.signed_messages import OutOfWindow, SignatureRefused, verified_id

KEY, OTHER = b"a key that two share............", b"a key of somebody else.........."
AT = datetime(2026, 6, 25, 17, 3, 11, tzinfo=UTC)
BODY = '{"text": "完成"}'


def headers(
    key: bytes = KEY, *, id: str = "msg-1", at: datetime = AT, body: str = BODY
) -> dict[str, str]:
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(key).sign(id, at, body),
    }


@any_of(
    key=st.binary(min_size=24, max_size=64),
    id=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=200),
    body=st.text(),
    away=st.integers(-300, 300),
)
def test_what_is_signed_is_taken(key: bytes, id: str, body: str, away: int) -> None:
    sent = headers(key, id=id, body=body)
    now = AT + timedelta(seconds=away)
    assert verified_id((OTHER, key), sent, body.encode(), now) == id
    with pytest.raises(SignatureRefused):
        verified_id((OTHER,), sent, body.encode(), now)
    with pytest.raises(SignatureRefused):
        verified_id((key,), sent, body.encode() + b" ", now)


@any_of(
    st.fixed_dictionaries(
        {
            "webhook-id": st.text(max_size=250),
            "webhook-timestamp": st.one_of(st.text(), st.integers().map(str)),
            "webhook-signature": st.text(),
        }
    ),
    st.binary(),
)
def test_anything_else_is_refused_and_nothing_is_raised(sent: dict[str, str], body: bytes) -> None:
    with pytest.raises(SignatureRefused):
        verified_id((KEY,), sent, body, AT)


def test_one_good_signature_of_several_is_enough() -> None:
    sent = headers()
    sent["webhook-signature"] = (
        f"{headers(OTHER)['webhook-signature']} v2,x {sent['webhook-signature']}"
    )
    assert verified_id((KEY,), sent, BODY.encode(), AT) == "msg-1"
    sent["webhook-signature"] = "v1,AAAA " * 20 + sent["webhook-signature"]
    with pytest.raises(SignatureRefused, match="webhook-signature"):
        verified_id((KEY,), sent, BODY.encode(), AT)


@pytest.mark.parametrize(
    ("away", "said"), [(301, "301 s behind our clock"), (-301, "301 s ahead of our clock")]
)
def test_a_message_has_its_time(away: int, said: str) -> None:
    with pytest.raises(OutOfWindow, match=said):
        verified_id((KEY,), headers(), BODY.encode(), AT + timedelta(seconds=away))


@pytest.mark.parametrize(
    "timestamp", ["", "-1", "1e9", "1782406991.5", " 1782406991", "٤٢", "9" * 13]
)
def test_a_time_is_a_number_of_seconds(timestamp: str) -> None:
    with pytest.raises(SignatureRefused, match="webhook-timestamp"):
        verified_id((KEY,), headers() | {"webhook-timestamp": timestamp}, BODY.encode(), AT)


def test_an_id_is_needed() -> None:
    with pytest.raises(SignatureRefused, match="webhook-id"):
        verified_id((KEY,), headers(id=""), BODY.encode(), AT)
