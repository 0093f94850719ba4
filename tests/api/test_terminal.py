"""How texts fit a terminal: lines of both languages, and options on wide and narrow ones."""

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from api.runs.lost_invoices import LostInvoice, LostInvoices
from api.terminal.bills import show_quote
from api.terminal.options import show_options
from api.terminal.prose import line_ends
from api.terminal.repair import show_lost_invoices
from api.terminal.text import SafeConsole
from domain.catalog.facts import Facts
from domain.quoting.options import options_of
from domain.values.base import Language
from tests.domain.builders import (
    BASIC,
    NOW,
    PREMIUM,
    STANDARD,
    a_catalog,
    a_plan,
    a_subscription,
    a_tenant,
    facts,
)
from tests.domain.eligibility.test_subscription_rules import EVERYTHING_WRONG
from tests.domain.quoting.quoted import quoted


def lines(text: str, width: int) -> list[str]:
    ends = [0, *line_ends(text, width), len(text)]
    return [text[start:end].rstrip() for start, end in pairwise(ends)]


def test_english_is_broken_between_words() -> None:
    assert lines("Wait a few hours, and try again.", 12) == [
        "Wait a few",
        "hours, and",
        "try again.",
    ]


def test_chinese_is_broken_anywhere_but_before_a_full_stop_or_after_a_bracket() -> None:
    assert lines("請稍候，再試。", 8) == ["請稍候，", "再試。"]
    assert lines("請稍候再試。", 10) == ["請稍候再", "試。"]
    assert lines("授權（尚缺一個）", 6) == ["授權", "（尚缺", "一個）"]


def test_a_word_longer_than_a_line_is_cut() -> None:
    assert lines("a-very-long-id", 6) == ["a-very", "-long-", "id"]


@given(st.text("ab-1 請稍候。，（）、 ", max_size=60), st.integers(4, 30))
def test_no_character_is_lost_and_no_line_too_long(text: str, width: int) -> None:
    ends = line_ends(text, width)
    assert ends == sorted(set(ends))
    assert all(0 < end < len(text) for end in ends)
    assert all(cell_len(line) <= width for line in lines(text, width))


def shown(capsys: pytest.CaptureFixture[str], world: Facts, language: Language, width: int) -> str:
    """What a person sees; a command to copy is the one thing that may be wider."""
    console = SafeConsole(width=width, markup=False, emoji=False, highlight=False)
    show_options(console, options_of(world, NOW, lambda plan: plan.id == "premium"), language)
    text = capsys.readouterr().out
    assert all(cell_len(line) <= width or "starter.py" in line for line in text.splitlines())
    return text


MANY = facts(
    catalog=a_catalog(
        BASIC,
        STANDARD,
        PREMIUM,
        a_plan("lean", {"exchange": 1, "sharepoint": 1}),
        a_plan("mail", {"exchange": 1}),
        a_plan("calling", kind="add_on"),
    )
)


@pytest.mark.parametrize("width", [40, 72, 100])
@pytest.mark.parametrize(("language", "dollar"), [("en", "$"), ("zh-TW", "US$")])
def test_all_plans_are_there_at_any_width(
    language: Language, dollar: str, width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(capsys, MANY, language, width)
    for said in ("standard", "premium", "lean", "mail", "calling", "basic"):
        assert said in text
    assert f"{dollar}12.50" in text
    assert f"{dollar}264.00" in text


def test_only_the_plans_that_need_a_credit_check_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, MANY, "en", 100)
    assert text.count("credit check") == 1
    assert "needs a credit check" in text.partition("premium")[2]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "the total reaches $10,000.00, from which on"), ("zh-TW", "總計達到 US$10,000.00")],
)
def test_a_quote_says_from_which_total_on_it_needs_a_credit_check(
    language: Language, said: str
) -> None:
    shown = io.StringIO()
    show_quote(SafeConsole(file=shown, width=200), quoted(licenses=2000), language)
    assert said in shown.getvalue()


def test_plans_that_are_not_offered_are_listed_by_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = shown(capsys, MANY, "en", 100)
    assert "- the plan you have: basic\n" in text
    assert "- lacking services with your users' data: mail\n" in text
    assert "- add-ons: calling\n" in text


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_every_reason_has_its_remedy_and_its_code(
    language: Language, width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(capsys, EVERYTHING_WRONG, language, width)
    refusals = options_of(EVERYTHING_WRONG, NOW, lambda plan: False).refusals
    assert text.count("✗") == text.count("→") == len(refusals)
    assert all(refusal.code in text for refusal in refusals)


def test_where_nothing_can_be_bought_support_is_the_only_step(
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = facts(tenant=a_tenant(currency="TWD"), subscription=a_subscription())
    text = shown(capsys, world, "en", 80)
    assert "1. There is no other plan that you could buy" in text
    assert "2." not in text


def test_lost_invoices_come_with_what_makes_their_numbers_void() -> None:
    lost = tuple(
        LostInvoice(
            number=f"INV-0000000{n}", upgrade_id=f"up-{n}", tenant_id="contoso", ended_at=NOW
        )
        for n in (7, 8)
    )
    said = io.StringIO()
    found = LostInvoices(checked=9, lost=lost, sellers=("name:ie o'neill",))
    show_lost_invoices(SafeConsole(file=said, width=80), found)
    assert said.getvalue().splitlines() == [
        "INV-00000007: of up-7, tenant contoso",
        "INV-00000008: of up-8, tenant contoso",
        "2 lost, of 9 that Temporal knows to be invoiced",
        "Before a worker runs, as the owner of the tables:",
        "  select void_invoice_numbers('INV-00000008', 'REASON', 'name:ie o''neill')",
    ]
    said.truncate(0)
    several = found.model_copy(update={"sellers": ("id:a", "id:b")})
    show_lost_invoices(SafeConsole(file=said, width=80), several)
    assert "'REASON', 'SELLER')" in said.getvalue()
    assert said.getvalue().splitlines()[-1] == "SELLER is who issued it, one of: id:a, id:b"
