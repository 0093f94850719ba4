"""B62: every kind of notice, in both languages."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from domain.notices import NOTICE_VALUES, NoticeKind, moment_for_people, notice_text
from domain.texts import TextValue, placeholders
from domain.texts_notices import NOTICE_TEXTS

AT = datetime(2026, 6, 18, 22, 0, 59, tzinfo=UTC)
VALUES: dict[str, TextValue] = {
    "plan_name": "Business Standard",
    "deadline": moment_for_people(AT, "America/Los_Angeles"),
    "users": 4711,
    "invoice_number": "INV-000042",
    "total": "USD 1,234.50",
    "reason": "The merger was called off",
    "reference": "CR-9",
}


def test_kinds_texts_and_documented_values_belong_together() -> None:
    kinds = set(get_args(NoticeKind))
    assert NOTICE_VALUES.keys() == kinds
    assert NOTICE_TEXTS.keys() == {f"notice.{kind}" for kind in kinds}


@pytest.mark.parametrize("kind", get_args(NoticeKind))
def test_a_notice_says_all_it_is_told(kind: NoticeKind) -> None:
    assert NOTICE_VALUES[kind] == placeholders(f"notice.{kind}")
    said = notice_text(kind, **{name: VALUES[name] for name in NOTICE_VALUES[kind]})
    for name in NOTICE_VALUES[kind] - {"deadline"}:
        assert str(VALUES[name]) in said.en
        assert str(VALUES[name]) in said.in_language("zh-TW")
    if "deadline" in NOTICE_VALUES[kind]:
        assert "2026-06-18 15:00 (America/Los_Angeles)" in said.en
        assert "2026 年 6 月 18 日 15:00（America/Los_Angeles）" in said.in_language("zh-TW")


@pytest.mark.parametrize("kind", ["credit_check_declined", "credit_check_expired"])
def test_an_order_that_ends_without_credit_says_what_can_be_done_instead(kind: NoticeKind) -> None:
    said = notice_text(kind, **{name: VALUES[name] for name in NOTICE_VALUES[kind]})
    assert "another payment method" in said.en
    assert "其他付款方式" in said.in_language("zh-TW")


def test_a_forgotten_value_is_an_error() -> None:
    with pytest.raises(ValueError, match="deadline"):
        notice_text("credit_check_required", plan_name="Business Standard")


@pytest.mark.parametrize(
    ("time_zone", "moment"),
    [
        ("America/Los_Angeles", "2026-06-18 15:00 (America/Los_Angeles)"),
        ("Asia/Taipei", "2026-06-19 06:00 (Asia/Taipei)"),
        ("Asia/Kathmandu", "2026-06-19 03:45 (Asia/Kathmandu)"),
        ("UTC", "2026-06-18 22:00 (UTC)"),
    ],
)
def test_a_moment_is_told_in_the_tenant_s_time_zone(time_zone: str, moment: str) -> None:
    assert moment_for_people(AT, time_zone).en == moment
