"""Both languages say the same, and no sentence loses or ignores a value."""

import re

import pytest

from domain.texts import TEXTS, listed, placeholders, placeholders_in, text
from domain.texts_notices import NOTICE_TEXTS
from domain.texts_options import OPTIONS_TEXTS
from domain.texts_refusals import REFUSAL_TEXTS

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SIMPLIFIED = "订阅许证计费发标务级"


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    english, chinese = TEXTS[key]
    assert placeholders_in(english) == placeholders_in(chinese)


@pytest.mark.parametrize("key", TEXTS)
def test_each_language_is_itself(key: str) -> None:
    english, chinese = TEXTS[key]
    assert english
    assert not CHINESE.search(english)
    assert CHINESE.search(chinese)
    assert not set(chinese) & set(SIMPLIFIED)
    assert not set(chinese) & set(",;:()"), "Chinese has its own punctuation"


@pytest.mark.parametrize("key", [key for key in TEXTS if "." in TEXTS[key][0]])
def test_a_sentence_ends_in_both_languages(key: str) -> None:
    english, chinese = TEXTS[key]
    assert english.endswith(".")
    assert chinese.endswith("。")


def test_no_key_is_in_two_tables() -> None:
    assert len(TEXTS) == len(REFUSAL_TEXTS) + len(OPTIONS_TEXTS) + len(NOTICE_TEXTS)


def test_a_sentence_is_filled_in_both_languages() -> None:
    said = text("manual.buy_plan", licenses=12)
    assert "12" in said.en
    assert "12" in said.in_language("zh-TW")


def test_a_text_fills_each_language_with_its_own_words() -> None:
    said = text(
        "refusal.subscription_not_active", subscription="s-1", status=text("status.expired")
    )
    assert said.en == "The subscription s-1 is expired."
    assert said.in_language("zh-TW") == "訂閱 s-1 已到期。"


def test_braces_in_a_value_stay_as_they_are() -> None:
    said = text("refusal.unknown", subscription="s-1", foreign_code="{licenses}{0}")
    assert "{licenses}{0}" in said.en


@pytest.mark.parametrize("values", [{}, {"licenses": 1, "users": 2}, {"users": 2}])
def test_a_missing_or_superfluous_value_is_an_error(values: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"manual\.buy_plan"):
        text("manual.buy_plan", **values)


def test_an_unknown_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("manual.do_nothing")


def test_placeholders_are_known_without_saying_the_sentence() -> None:
    assert placeholders("manual.move_users") == {"subscription", "users"}
    assert placeholders("remedy.unpaid_balance") == frozenset()


def test_each_language_has_its_own_comma() -> None:
    assert listed(["a", "b"]).en == "a, b"
    assert listed(["a", "b"]).in_language("zh-TW") == "a、b"
