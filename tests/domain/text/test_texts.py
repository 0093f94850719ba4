"""Both languages say the same, no sentence loses or ignores a value, and none is left unsaid."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po

import domain
from domain.catalog.customer import SubscriptionStatus
from domain.catalog.plans import Audience
from domain.documents.formula_inputs import InputName
from domain.eligibility.refusals import RefusalCode
from domain.eligibility.rule import TargetReason
from domain.eligibility.target_rules import TARGET_RULES
from domain.quoting.quote_notices import QuoteNoticeCode
from domain.quoting.request import CreditCheckReason
from domain.quoting.staleness import ChangedPart
from domain.text.texts import CATALOGS, FOLDERS, TEXTS, listed, placeholders, placeholders_in, text
from domain.values.base import Billing, Language
from domain.values.rejections import BY_HAND, BadMessage, Rejection
from domain.views.notices import SAID_OTHERWISE_BY_HAND, NoticeKind
from tests.domain.eligibility.refusals_page import REASONS

DOMAIN = Path(domain.__file__).parent
LOCALE = DOMAIN / "locale"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SIMPLIFIED = "订阅许证计费发标务级"
KEYS = sorted(TEXTS["en"])
FILES = [
    pytest.param(
        LOCALE / folder / f"{topic}.po",
        id=f"{folder}-{topic}",
    )
    for folder in FOLDERS.values()
    for topic in CATALOGS.topics
]


REJECTIONS = sorted(
    (
        kind
        for kind in Rejection.__subclasses__()
        if kind is not BadMessage and kind.__module__.startswith("domain.")
    ),
    key=lambda kind: kind.code,
)
"""Rejections that customers read.

A bad message concerns whoever wrote the program that sent it. What the command line's own tools refuse
concerns operators; those classes are known here only if another test has imported them.
"""


IN_NUMBERS = {key.split(".")[1] for key in KEYS if key.endswith(".in_numbers")}
"""Codes of rejections that a terminal says with the numbers of their details."""

WORDINGS = [
    (row, wording, {row.text_key(part, wording) for part in ("refusal", "remedy")})
    for row in REASONS
    for wording in row.wordings
]
"""Reasons that are said otherwise where more is known, and the keys of both texts."""


def said_by_name() -> set[str]:
    """The keys that stand as they are in a call of `text`, in any module of the domain."""
    return {
        str(each.value)
        for path in DOMAIN.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "text"
        for argument in node.args[:1]
        if not isinstance(argument, ast.JoinedStr)
        for each in ast.walk(argument)
        if isinstance(each, ast.Constant) and "." in str(each.value)
    }


def said_by_code() -> set[str]:
    """The keys made of a code: each code has its own, in every family it belongs to."""
    of_refusals = set(get_args(RefusalCode)) - {"target_not_supported"} | {
        f"target_not_supported.{reason}" for reason in get_args(TargetReason)
    }
    return {
        *(f"{family}.{code}" for family in ("refusal", "remedy") for code in of_refusals),
        # Only plans on sale are counted.
        *(f"against.{rule.reason}" for rule in TARGET_RULES if rule.reason != "not_sold"),
        *(f"input.{name}" for name in get_args(InputName)),
        *(f"notice.{kind}" for kind in get_args(NoticeKind)),
        *(f"notice.{kind}.by_hand" for kind in SAID_OTHERWISE_BY_HAND),
        *(f"quote_notice.{code}" for code in get_args(QuoteNoticeCode)),
        *(f"changed.{part}" for part in get_args(ChangedPart)),
        *(f"changed_to.{reason}" for reason in get_args(CreditCheckReason)),
        *(f"line.charge.{billing}" for billing in get_args(Billing)),
        *(f"audience.{audience}" for audience in get_args(Audience)),
        *(f"rejection.{kind.code}" for kind in REJECTIONS),
        *(f"rejection.{kind.code}.in_numbers" for kind in REJECTIONS if kind.code in IN_NUMBERS),
        *(f"rejection.{code}.by_hand" for code in BY_HAND),
        *(key for _, _, keys in WORDINGS for key in keys),
        # Of the others no refusal speaks.
        *(
            f"status.{one}"
            for one in set(get_args(SubscriptionStatus)) - {"active", "provisioning"}
        ),
    }


def test_every_code_and_every_sentence_asked_for_has_words_and_no_words_are_left_over() -> None:
    assert set(KEYS) == said_by_code() | said_by_name()


def test_every_wording_has_a_text_of_its_own() -> None:
    assert WORDINGS
    assert not [
        (row.key, wording)
        for row, wording, keys in WORDINGS
        if not any(key.endswith(f".{wording}") for key in keys)
    ]


def test_a_rejection_says_in_english_what_its_class_says() -> None:
    said = {kind.code: text(f"rejection.{kind.code}").en for kind in REJECTIONS}
    assert said == {kind.code: kind.__doc__ for kind in REJECTIONS}


@pytest.mark.parametrize("language", FOLDERS)
def test_no_language_lacks_or_adds_a_sentence(language: Language) -> None:
    assert list(TEXTS[language]) == list(TEXTS["en"]), "the same keys, in the same order"


@pytest.mark.parametrize("path", FILES)
def test_a_catalog_is_finished(path: Path) -> None:
    with path.open("rb") as file:
        catalog = read_po(file, abort_invalid=True)
    assert not catalog.obsolete
    assert not catalog.fuzzy
    assert catalog.locale_identifier == path.parent.name
    messages = [message for message in catalog if message.id]
    assert all(message.string and all(message.string) for message in messages)
    assert not [message.id for message in messages if message.fuzzy]


def test_no_key_stands_twice() -> None:
    # The second would silently replace the first.
    for folder in FOLDERS.values():
        text_of_all = "".join(path.read_text() for path in (LOCALE / folder).glob("*.po"))
        assert sorted(re.findall(r'^msgid "(.+)"$', text_of_all, re.MULTILINE)) == KEYS


def test_every_catalog_is_read() -> None:
    for folder in FOLDERS.values():
        assert {path.stem for path in (LOCALE / folder).iterdir()} == set(CATALOGS.topics)
    assert {path.name for path in LOCALE.iterdir()} == set(FOLDERS.values())


def test_every_form_in_every_language_has_the_same_placeholders() -> None:
    assert not [
        (language, key, form)
        for language in FOLDERS
        for key in KEYS
        for form in TEXTS[language][key]
        if placeholders_in(form) != placeholders(key)
    ]


def test_plural_forms_are_those_of_the_language() -> None:
    assert not [key for key in KEYS if len(TEXTS["zh-TW"][key]) != 1]
    assert not [
        key for key in KEYS if len(TEXTS["en"][key]) != (2 if "count" in placeholders(key) else 1)
    ]


def test_english_is_english() -> None:
    forms = [(key, form) for key in KEYS for form in TEXTS["en"][key]]
    assert not [(key, form) for key, form in forms if not form or CHINESE.search(form)]


def test_chinese_is_traditional_chinese_with_its_own_punctuation() -> None:
    forms = [(key, form) for key in KEYS for form in TEXTS["zh-TW"][key]]
    assert not [(key, form) for key, form in forms if not CHINESE.search(form)]
    assert not [(key, form) for key, form in forms if set(form) & set(SIMPLIFIED)]
    assert not [(key, form) for key, form in forms if set(form) & set(",;:()")]


def test_a_sentence_ends_in_both_languages() -> None:
    sentences = [key for key in KEYS if "." in TEXTS["en"][key][0]]
    assert sentences
    assert not [key for key in sentences if not TEXTS["en"][key][0].endswith(".")]
    assert not [key for key in sentences if not TEXTS["zh-TW"][key][0].endswith("。")]


def test_a_sentence_is_filled_in_both_languages() -> None:
    said = text("manual.move_users", subscription="s-1", users=12)
    assert "12" in said.en
    assert "12" in said.in_language("zh-TW")


def test_a_text_fills_each_language_with_its_own_words() -> None:
    said = text(
        "refusal.subscription_not_active", subscription="s-1", status=text("status.expired")
    )
    assert said.en == "The subscription s-1 is expired."
    assert said.in_language("zh-TW") == "訂閱 s-1 已到期。"


@pytest.mark.parametrize(
    ("count", "english", "chinese"),
    [
        (0, "0 minutes", "0 分鐘"),
        (1, "1 minute", "1 分鐘"),
        (2, "2 minutes", "2 分鐘"),
        (4711, "4,711 minutes", "4,711 分鐘"),
    ],
)
def test_what_is_counted_agrees_with_its_number(count: int, english: str, chinese: str) -> None:
    said = text("count.minutes", count=count)
    assert (said.en, said.in_language("zh-TW")) == (english, chinese)


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
