"""The command line's own words: both languages have them all, and none is left unsaid."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

import api
from api.runs.findings import UnreachableReason
from api.terminal.words import CATALOGS, word
from domain.documents.explanation import Basis
from domain.eligibility.target_rules import TARGET_RULES
from domain.ledger.bookings import Account, Booking
from domain.quoting.request import CreditCheckReason
from domain.text.texts import CATALOGS as OF_THE_DOMAIN
from domain.text.texts import FOLDERS, placeholders_in
from domain.upgrade.states import AlertKind, Stage
from domain.values.base import Billing, Language, PaymentMethod

API = Path(api.__file__).parent
KEYS = sorted(CATALOGS.texts["en"])
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OTHER_TERMS: dict[Language, dict[str, str]] = {
    "en": {
        "running term": "current billing cycle",
        "with services off": "with services switched off",
        "credit left on": "account credit",
        "Tax id": "Tax ID",
        "was declined": "was not approved",
    },
    "zh-TW": {
        "點數": "帳戶折抵餘額",
        "喪失": "損失",
        "總額": "總計",
        "授權數量": "授權數目",
        "帳單付款": "以發票付款",
        "停用": "關閉",
        "未通過": "未獲核准",
        "已拒絕": "無法進行",
        "最晚於": "最遲於",
        "租用戶": "貴組織",
        "販售": "銷售",
    },
}
"""Words for what has another name here, with that name."""


def constants() -> set[str]:
    """Every text that stands in a module of the terminal: a key is one of them, or made of a code."""
    return {
        node.value
        for path in (API / "terminal").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def made_of_codes() -> set[str]:
    return {
        *(f"account.{account}" for account in get_args(Account)),
        *(f"explain.{basis}" for basis in get_args(Basis)),
        *(f"booking.{booking}" for booking in get_args(Booking)),
        # Only plans on sale are listed as not offered.
        *(f"against.{rule.reason}" for rule in TARGET_RULES if rule.reason != "not_sold"),
        *(f"stage.{stage}" for stage in get_args(Stage)),
        *(f"alert.{kind}" for kind in get_args(AlertKind)),
        *(f"wait.{stage}" for stage in ("scheduled", "awaiting_credit_check", "awaiting_invoice")),
        *(f"unreachable.{reason}" for reason in get_args(UnreachableReason)),
        *get_args(Billing),
        *get_args(PaymentMethod),
        *get_args(CreditCheckReason),
    }


def test_every_code_has_words_and_no_words_are_left_over() -> None:
    assert made_of_codes() <= set(KEYS)
    assert set(KEYS) - made_of_codes() <= constants()


def said_by_name() -> set[str]:
    """The keys that stand as they are in a call of `word`."""
    return {
        node.args[0].value
        for path in API.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "word" and node.args
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }


def test_every_word_asked_for_is_there() -> None:
    assert said_by_name() <= set(KEYS)


def test_both_languages_have_the_same_words_with_the_same_placeholders() -> None:
    for language in FOLDERS:
        assert list(CATALOGS.texts[language]) == list(CATALOGS.texts["en"])
        for key, forms in CATALOGS.texts[language].items():
            assert all(placeholders_in(form) == CATALOGS.placeholders(key) for form in forms)


@pytest.mark.parametrize("folder", FOLDERS.values())
def test_no_key_stands_twice(folder: str) -> None:
    text = (API / "locale" / folder / "terminal.po").read_text()
    assert sorted(re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)) == KEYS


def test_each_language_is_itself() -> None:
    assert not [key for key in KEYS if CHINESE.search(CATALOGS.texts["en"][key][0])]
    # "{first} 至 {last}" has little to say, but says it.
    assert not [key for key in KEYS if not CHINESE.search(CATALOGS.texts["zh-TW"][key][0])]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "$6.00 per month, $72.00 per year"), ("zh-TW", "每月 $6.00，每年 $72.00")],
)
def test_a_word_is_filled_in(language: Language, said: str) -> None:
    assert word("prices", language, monthly="$6.00", annual="$72.00") == said


@pytest.mark.parametrize("language", FOLDERS)
def test_one_thing_has_one_name(language: Language) -> None:
    forms = [
        (key, form)
        for catalogs in (CATALOGS, OF_THE_DOMAIN)
        for key, all_forms in catalogs.texts[language].items()
        for form in all_forms
    ]
    assert not [
        (key, word, better)
        for word, better in OTHER_TERMS[language].items()
        for key, form in forms
        if word in form
    ]
