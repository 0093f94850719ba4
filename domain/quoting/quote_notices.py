"""What a customer must see before ordering (B23)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from domain.pricing.account_credit import Settles, sum_of_settled
from domain.text.escaping import printable
from domain.text.formats import day, moment, money
from domain.text.texts import TextValue, listed, text
from domain.values.base import Text, Value

QuoteNoticeCode = Literal[
    "credit_check_required",
    "forfeiture",
    "credit_settles",
    "account_credit",
    "switches_not_kept",
    "admins_locked",
    "data_services_lost",
    "no_credit",
    "add_ons_carried_over",
    "tax_id_not_valid",
    "price_of_later_cycle",
]


class QuoteNotice(Value):
    """One thing to know before ordering."""

    code: QuoteNoticeCode
    text: Text


def quote_notices(
    *,
    credit_check_deadline: datetime | None,
    time_zone: str,
    country: str,
    currency: str,
    forfeited: Decimal,
    no_forfeiture_from: date | None,
    account_credit: Decimal,
    settles: Sequence[Settles] = (),
    switches_not_kept: int,
    locked_minutes: int,
    invalid_tax_id: str = "",
    price_of_later_cycle: date | None = None,
) -> tuple[QuoteNotice, ...]:
    """The notices that apply; the lock of a move always does.

    `credit_check_deadline` is None if no credit check is needed; `settles` is what of `account_credit`
    pays what is owed first (B65); `switches_not_kept` counts users
    whose switches come on (B45); `invalid_tax_id` is the one for which tax is charged (B68);
    `price_of_later_cycle` the first day of a cycle that is credited and has not begun (B64).
    """

    def applying() -> Iterator[QuoteNotice]:
        if credit_check_deadline is not None:
            deadline = moment(credit_check_deadline, time_zone, country)
            yield notice("credit_check_required", deadline=deadline)
        if no_forfeiture_from is not None:
            yield notice(
                "forfeiture",
                forfeited=money(forfeited, currency),
                none_from=day(no_forfeiture_from, country),
            )
        settled = sum_of_settled(settles, currency)
        if settles:
            paid = money(settled, currency)
            yield notice("credit_settles", paid=paid, owed=what_is_settled(settles))
        if left := account_credit - settled:
            yield notice("account_credit", account_credit=money(left, currency))
        if invalid_tax_id:
            yield notice("tax_id_not_valid", tax_id=printable(invalid_tax_id))
        if price_of_later_cycle is not None:
            yield notice("price_of_later_cycle", begins=day(price_of_later_cycle, country))
        if switches_not_kept:
            yield notice("switches_not_kept", users=switches_not_kept)
        yield notice("admins_locked", minutes=text("count.minutes", count=locked_minutes))

    return tuple(applying())


def what_is_settled(settles: Sequence[Settles]) -> Text:
    """What a credit pays first: invoices, or orders that are not invoiced yet."""
    return listed(
        text("settles.order", upgrade=each.upgrade_id)
        if each.number is None
        else text("settles.invoice", number=each.number)
        for each in settles
    )


def notice(code: QuoteNoticeCode, **values: TextValue) -> QuoteNotice:
    """The notice with its texts; `values` are what they speak of."""
    return QuoteNotice(code=code, text=text(f"quote_notice.{code}", **values))
