"""B62: every kind of notice, in both languages."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import get_args

import pytest

from domain.text.formats import day, moment, money
from domain.text.texts import TextValue, placeholders
from domain.values.base import Text
from domain.views.notices import (
    NOTICE_VALUES,
    SAID_OTHERWISE_BY_HAND,
    NoticeKind,
    how_to_pay,
    notice_text,
    notice_text_by_hand,
)

AT = datetime(2026, 6, 18, 22, 0, 59, tzinfo=UTC)
VALUES: dict[str, TextValue] = {
    "plan_name": "Business Standard",
    "deadline": moment(AT, "America/Los_Angeles"),
    "users": 4711,
    "what_else": "The old license ends",
    "payment": how_to_pay(
        "card", amount_due=None, due_on=day(AT.date()), invoice_number="INV-000042"
    ),
    "invoice_number": "INV-000042",
    "total": money(Decimal("1234.50"), "USD"),
    "amount_due": money(Decimal("234.50"), "USD"),
    "due_on": day(AT.date()),
    "open_amount": money(Decimal("134.50"), "USD"),
    "credit_note_number": "CN-000007",
    "no_longer_due": money(Decimal("1000.50"), "USD"),
    "account_credit": money(Decimal("234.00"), "USD"),
    "reason": "The merger was called off",
    "reference": "CR-9",
}


def test_kinds_and_documented_values_belong_together() -> None:
    kinds = set(get_args(NoticeKind))
    assert NOTICE_VALUES.keys() == kinds


@pytest.mark.parametrize("kind", get_args(NoticeKind))
def test_a_notice_says_all_it_is_told(kind: NoticeKind) -> None:
    assert NOTICE_VALUES[kind] == placeholders(f"notice.{kind}")
    said = notice_text(kind, **{name: VALUES[name] for name in NOTICE_VALUES[kind]})
    for name in NOTICE_VALUES[kind]:
        value = VALUES[name]
        if isinstance(value, int):
            value = f"{value:,}"
        told = value if isinstance(value, Text) else Text(en=value, zh_tw=value)
        assert told.en in said.en
        assert told.zh_tw in said.zh_tw


@pytest.mark.parametrize("kind", ["credit_check_declined", "credit_check_expired"])
def test_an_order_that_ends_without_credit_says_what_can_be_done_instead(kind: NoticeKind) -> None:
    """B42."""
    said = notice_text(kind, **{name: VALUES[name] for name in NOTICE_VALUES[kind]})
    assert "another payment method" in said.en
    assert "其他付款方式" in said.in_language("zh-TW")


def test_a_forgotten_value_is_an_error() -> None:
    with pytest.raises(ValueError, match="deadline"):
        notice_text("credit_check_required", plan_name="Business Standard")


@pytest.mark.parametrize("kind", get_args(NoticeKind))
def test_a_change_by_hand_is_told_as_one(kind: NoticeKind) -> None:
    values = {name: VALUES[name] for name in NOTICE_VALUES[kind]}
    said, otherwise = notice_text(kind, **values), notice_text_by_hand(kind, **values)
    if kind in SAID_OTHERWISE_BY_HAND:
        assert NOTICE_VALUES[kind] == placeholders(f"notice.{kind}.by_hand")
        assert "upgrade" not in otherwise.en.casefold()
        assert "change" in otherwise.en
        assert "變更" in otherwise.zh_tw
    else:
        assert said == otherwise
