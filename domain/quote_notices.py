"""What a customer must see before ordering (B23)."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from domain.notices import moment_for_people
from domain.texts import bilingual
from domain.values import Text, Value

QuoteNoticeCode = Literal[
    "credit_check_required",
    "forfeiture",
    "account_credit",
    "switches_not_kept",
    "admins_locked",
]


class QuoteNotice(Value):
    """One thing to know before ordering."""

    code: QuoteNoticeCode
    text: Text


def quote_notices(
    *,
    credit_check_deadline: datetime | None,
    time_zone: str,
    currency: str,
    forfeited: Decimal,
    no_forfeiture_from: date | None,
    account_credit: Decimal,
    switches_not_kept: int,
    locked_minutes: int,
) -> tuple[QuoteNotice, ...]:
    """The notices that apply; the lock of a move always does.

    `credit_check_deadline` is None where no credit check is needed; `switches_not_kept` counts
    users.
    """

    def applying() -> Iterator[QuoteNotice]:
        if credit_check_deadline is not None:
            yield _credit_check_required(credit_check_deadline, time_zone)
        if forfeited and no_forfeiture_from is not None:
            yield _forfeiture(forfeited, currency, no_forfeiture_from)
        if account_credit:
            yield _account_credit(account_credit, currency)
        if switches_not_kept:
            yield _switches_not_kept(switches_not_kept)
        yield _admins_locked(locked_minutes)

    return tuple(applying())


def _credit_check_required(deadline: datetime, time_zone: str) -> QuoteNotice:
    until = moment_for_people(deadline, time_zone)
    return QuoteNotice(
        code="credit_check_required",
        text=bilingual(
            f"A credit check is required. If you order now, it ends by {until.en}. "
            "Until then your users keep full access to the current plan.",
            f"此訂單需要進行信用檢查。若現在下單，最遲於 {until.zh_tw} 完成。"
            "在此之前，使用者仍可完整存取目前的方案。",
        ),
    )


def _forfeiture(forfeited: Decimal, currency: str, none_from: date) -> QuoteNotice:
    return QuoteNotice(
        code="forfeiture",
        text=bilingual(
            f"You lose {currency} {forfeited} of the time you have paid for in advance, because it "
            "is worth more than the new subscription costs. "
            f"From {none_from} on, nothing would be lost.",
            f"您預付的剩餘價值高於新訂閱的費用，因此將損失 {currency} {forfeited}。"
            f"自 {none_from} 起升級，即不會有任何損失。",
        ),
    )


def _account_credit(account_credit: Decimal, currency: str) -> QuoteNotice:
    return QuoteNotice(
        code="account_credit",
        text=bilingual(
            "The credit for unused service is larger than the new charge. The rest, "
            f"{currency} {account_credit}, stays on your account as credit.",
            "未使用服務的折抵金額高於新費用，"
            f"差額 {currency} {account_credit} 將保留為您帳戶中的折抵餘額。",
        ),
    )


def _switches_not_kept(users: int) -> QuoteNotice:
    return QuoteNotice(
        code="switches_not_kept",
        text=bilingual(
            "All services of the new plan will be on for every user, also where they are switched "
            f"off now. Users with services switched off: {users}.",
            "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。"
            f"目前關閉部分服務的使用者有 {users} 位。",
        ),
    )


def _admins_locked(locked_minutes: int) -> QuoteNotice:
    return QuoteNotice(
        code="admins_locked",
        text=bilingual(
            "While users are moved, administrators cannot change licenses, assignments or the "
            f"subscription. This is expected to take at most {locked_minutes} minutes.",
            "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。"
            f"預計最多需要 {locked_minutes} 分鐘。",
        ),
    )
