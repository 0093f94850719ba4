"""What people read of a rejection: in their language, with the numbers behind it."""

from decimal import Decimal

import pytest

from api.failures import failure_of
from api.terminal.failures import show_failure
from api.terminal.text import SafeConsole
from domain.text.texts import TEXTS, placeholders
from domain.upgrade.commands import Command
from domain.upgrade.decider import decide
from domain.upgrade.events import UpgradeEvent
from domain.values import rejections
from domain.values.base import Language
from domain.values.rejections import Rejection
from tests.domain.scenario import lived, state_of
from tests.domain.upgrades import HISTORIES, PAY, PAY_OUT

IN_NUMBERS: list[Rejection] = [
    rejections.InsufficientLicenses(licenses=1, assigned=4),
    rejections.TooManyLicenses(licenses=301, max_licenses=300),
    rejections.SwitchDayInThePast(switch_on="2026-06-17", today="2026-06-18"),
    rejections.AmountTooLarge(amount="2.00", largest="1.00", currency="USD"),
    rejections.QuoteForAnotherDay(
        quote_id="q-1", day="2026-08-01", first="2026-06-18", last="2026-06-25"
    ),
    rejections.ForfeitureNotAccepted(forfeited="5.00", accepted=None),
    rejections.AlreadySwitched(stage="invoiced", new_subscription_id="sub-1"),
    rejections.AdminLocked(subscription_id="s-1", upgrade_id="up-1"),
    rejections.NoLicenseFree(subscription_id="s-1", licenses=4, assigned=4),
    rejections.AmountAboveBalance(amount="9.00", balance_due="5.00", currency="USD"),
    rejections.AmountAboveOpen(amount="9.00", open="5.00", currency="USD"),
    rejections.AmountAboveCredit(amount="9.00", left="5.00", currency="USD"),
    rejections.VoidTooLate(number="INV-00000001", days=30, last_day="2026-08-14"),
    rejections.CreditedSince(number="INV-00000001", subscription_id="s-1", upgrade_id="up-1"),
    rejections.PaymentReferenceReused(reference="R-1", paid="5.00"),
    rejections.UsersStillAssigned(subscription_id="s-1", assigned=4),
    rejections.UpgradeStillOpen(subscription_id="s-1", upgrade_id="up-1"),
]


def said(error: Exception, language: Language, capsys: pytest.CaptureFixture[str]) -> str:
    console = SafeConsole(width=200, markup=False, emoji=False, highlight=False)
    show_failure(console, failure_of(error), language)
    return capsys.readouterr().out.strip()


def test_every_sentence_with_numbers_is_tried_here() -> None:
    tried = {f"rejection.{error.code}.in_numbers" for error in IN_NUMBERS}
    assert tried == {key for key in TEXTS["en"] if key.endswith(".in_numbers")}


@pytest.mark.parametrize("language", ["en", "zh-TW"])
@pytest.mark.parametrize("error", IN_NUMBERS, ids=lambda error: error.code)
def test_a_rejection_is_said_with_its_numbers(
    error: Rejection, language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(error, language, capsys)
    for name in placeholders(f"rejection.{error.code}.in_numbers"):
        assert str(error.details[name]) in text


def test_what_is_counted_agrees_with_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    few = rejections.InsufficientLicenses(licenses=1, assigned=4)
    assert said(few, "en", capsys) == (
        "error: You asked for 1 license, too few for 4 users: order at least 4, or unassign users "
        "first."
    )
    assert said(few, "zh-TW", capsys) == (
        "錯誤： 1 個授權不足以涵蓋 4 位使用者：請至少訂購 4 個，或先取消指派部分授權。"
    )


def test_without_numbers_it_is_said_by_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    gone = rejections.UnknownSubscription(subscription_id="s-1")
    assert said(gone, "en", capsys) == "error: There is no such subscription: check its id."
    assert said(gone, "zh-TW", capsys) == "錯誤： 沒有這個訂閱：請檢查其識別碼。"


def test_words_of_its_own_are_kept_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    into = rejections.InsufficientLicenses("s-2 has 3 licenses: too few", licenses=3, assigned=4)
    assert said(into, "en", capsys) == "error: s-2 has 3 licenses: too few"
    assert "3 個授權不足以涵蓋 4 位使用者" in said(into, "zh-TW", capsys)


@pytest.mark.parametrize("kind", [rejections.AdminLocked, rejections.UpgradeStillOpen])
def test_a_change_by_hand_is_not_called_an_upgrade(
    kind: type[Rejection], capsys: pytest.CaptureFixture[str]
) -> None:
    locked = kind(rejections.BY_HAND[kind.code], subscription_id="s-1", upgrade_id="ch-1")
    languages: tuple[Language, ...] = ("en", "zh-TW")
    for language in languages:
        text = said(locked, language, capsys)
        assert ("change" if language == "en" else "變更 ch-1") in text
        assert "ch-1" in text
        assert "pgrade" not in text
        assert "升級" not in text


@pytest.mark.parametrize(
    ("history", "command", "en", "zh_tw"),
    [
        (
            lived(HISTORIES["Invoiced"], PAY),
            PAY.model_copy(update={"reference": "P-2"}),
            "error: Nothing is open of the invoice: it is paid.",
            "錯誤： 此發票沒有未付的金額：已經付清。",
        ),
        (
            HISTORIES["Invoiced"],
            PAY_OUT.model_copy(update={"amount": None, "left": Decimal("0.00")}),
            "error: No account credit is left: there is nothing to pay out.",
            "錯誤： 帳戶折抵沒有餘額：沒有可支付的金額。",
        ),
    ],
)
def test_where_nothing_is_open_or_left_no_numbers_are_said(
    history: list[UpgradeEvent],
    command: Command,
    en: str,
    zh_tw: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(Rejection) as refused:
        decide(command, state_of(history))
    assert said(refused.value, "en", capsys) == en
    assert said(refused.value, "zh-TW", capsys) == zh_tw


def test_why_there_is_no_e_invoice_is_said_in_both_languages(
    capsys: pytest.CaptureFixture[str],
) -> None:
    none = rejections.NoEInvoice("There is none.", reason="too_many_digits", currency="KWD")
    assert said(none, "en", capsys) == "error: There is none."
    assert "KWD 的位數更多" in said(none, "zh-TW", capsys)
