"""The quote: what it shows, and what it binds to (B21-B23)."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.catalog.customer import Prepaid
from domain.catalog.facts import Facts
from domain.catalog.policy import (
    CreditCheckPolicy,
    Policy,
)
from domain.pricing.price import price_upgrade
from domain.quoting.quote import (
    Quote,
    credit_check_expected,
    credit_check_reasons,
)
from domain.values.cycles import local_day
from domain.values.rejections import (
    AmountTooLarge,
    InsufficientLicenses,
    SwitchDayInThePast,
    TooManyLicenses,
)
from tests.domain.builders import (
    BASIC,
    NOW,
    PREMIUM,
    STANDARD,
    a_catalog,
    a_price,
    a_subscription,
    a_tenant,
    facts,
)
from tests.domain.quoting.quoted import ELSEWHERE, TODAY, asked, codes, prepaid, quoted


def test_a_quote_for_today() -> None:
    """B21, B23."""
    quote = quoted()
    assert quote.switch_on == TODAY
    # 100 x 12.50 - 100 x 6.00 x 23/30
    assert (quote.total, quote.credit_applied) == (Decimal("790.00"), Decimal("460.00"))
    assert (quote.account_credit, quote.forfeited) == (0, 0)
    assert quote.latest is None
    assert not quote.credit_check.required
    assert quote.credit_check.deadline_if_ordered_now is None
    assert quote.invoice_between == (date(2026, 7, 15), date(2026, 7, 15))
    assert quote.credit_reaches_account_by == date(2026, 7, 20)
    assert quote.users_to_move == 80
    assert codes(quote) == ["admins_locked"]
    assert quote.expires_at == NOW + timedelta(days=7)


def test_the_fields_promised_to_callers() -> None:
    """B23."""
    document = json.loads(quoted(payment_method="invoice").model_dump_json())
    promised = {
        "quote_id", "subscription_id", "target_plan_id", "licenses", "billing", "currency",
        "switch_on", "lines", "total", "credit_applied", "account_credit", "forfeited",
        "no_forfeiture_from", "latest", "credit_check", "invoice_between",
        "credit_reaches_account_by", "sold_to", "billed_to", "payment_method", "users_to_move",
        "users_with_disabled_services", "notices", "expires_at", "digest",
    }  # fmt: skip
    assert promised <= document.keys()
    assert document["total"] == "790.00"
    assert document["expires_at"] == "2026-07-02T16:00:00Z"
    assert document["lines"][1]["amount"] == "-460.00"
    assert document["latest"].keys() == {
        "switch_on", "lines", "total", "credit_applied", "account_credit", "forfeited", "credit_tax",
    }  # fmt: skip
    assert document["credit_check"] == {
        "required": True,
        "reasons": ["pays_by_invoice"],
        "deadline_if_ordered_now": "2026-06-29T16:00:00Z",
    }
    assert document["notices"][0]["text"].keys() == {"en", "zh-TW"}
    assert Quote.model_validate(document) == quoted(payment_method="invoice")


def test_every_day_until_it_expires_costs_what_the_quote_shows() -> None:
    """B67: with a day less to credit each day, 20.00 more."""
    quote = quoted()
    assert [(each.day.isoformat(), str(each.total)) for each in quote.days] == [
        ("2026-06-25", "790.00"),
        ("2026-06-26", "810.00"),
        ("2026-06-27", "830.00"),
        ("2026-06-28", "850.00"),
        ("2026-06-29", "870.00"),
        ("2026-06-30", "890.00"),
        ("2026-07-01", "910.00"),
        ("2026-07-02", "930.00"),
    ]
    for each in quote.days:
        assert quote.price_at_switch(each.day, each.day).total == each.total
    last = quote.expires_at - timedelta(seconds=1)
    assert quote.shows(local_day(last, quote.inputs.time_zone))
    later = quoted(switch_on=date(2026, 8, 1))
    assert [each.day for each in later.days] == [date(2026, 8, 1)]


def test_a_quote_for_a_prepaid_term_also_shows_the_first_day_without_loss() -> None:
    quote = quoted(of=prepaid())
    assert quote.no_forfeiture_from is not None
    assert [each.forfeited > 0 for each in quote.days] == [True] * 8 + [False]
    assert quote.days[-1].day == quote.no_forfeiture_from
    assert quote.shows(quote.no_forfeiture_from)
    assert not quote.shows(quote.no_forfeiture_from + timedelta(days=1))


def test_the_tenants_own_price_is_what_is_credited() -> None:
    quote = quoted(of=facts(subscription=a_subscription(price=Decimal(3))))
    assert quote.credit_applied == Decimal("230.00")
    assert str(quote.inputs.old.unit_price) == "3.00"


def test_annual_prices_are_those_of_annual_billing() -> None:
    quote = quoted(billing="annual")
    assert quote.lines[0].amount == Decimal("15000.00")


# ------------------------------------------------------------------------------- rejections


def test_every_user_needs_a_license() -> None:
    """B22."""
    with pytest.raises(InsufficientLicenses) as rejection:
        quoted(licenses=79)
    assert rejection.value.details == {"licenses": 79, "assigned": 80}
    assert quoted(licenses=80).licenses == 80


def test_a_plan_has_a_largest_size() -> None:
    """B22."""
    small = facts(catalog=a_catalog(facts().plan, STANDARD.model_copy(update={"max_licenses": 90})))
    with pytest.raises(TooManyLicenses) as rejection:
        quoted(of=small, licenses=91)
    assert rejection.value.details == {"licenses": 91, "max_licenses": 90}
    assert quoted(of=small, licenses=90).licenses == 90


LARGEST = "9999999999999999.99"


def of_amounts(price: str, old_price: str = "6.00", paid: str | None = None) -> Facts:
    """One license of a plan at `price`, in place of one at `old_price`, or of a prepaid term."""
    target = STANDARD.model_copy(update={"prices": (a_price(price, price),)})
    year = {"kind": "upfront", "paid": paid, "from": "2026-01-01", "until": "2026-12-31"}
    held = a_subscription(
        licenses=1,
        assigned=1,
        price=Decimal(old_price),
        prepaid=None if paid is None else Prepaid.model_validate(year),
    )
    return facts(subscription=held, catalog=a_catalog(facts().plan, target))


def test_an_amount_that_the_ledger_cannot_hold_is_not_quoted() -> None:
    above = "10000000000000000.00"
    assert quoted(of=of_amounts(LARGEST), licenses=1).lines[0].amount == Decimal(LARGEST)
    for amounts in ((above,), ("12.50", above), ("12.50", "0.00", above)):
        with pytest.raises(AmountTooLarge) as rejection:
            quoted(of=of_amounts(*amounts), licenses=1)
        assert rejection.value.details == {"amount": above, "largest": LARGEST, "currency": "USD"}
    for amounts in (("12.50", LARGEST), ("12.50", "0.00", LARGEST)):
        assert quoted(of=of_amounts(*amounts), licenses=1).total == 0


def test_of_a_product_key_nothing_is_booked() -> None:
    key = Prepaid(kind="product_key")
    held = a_subscription(price=Decimal(LARGEST), licenses=100, prepaid=key)
    assert quoted(of=facts(subscription=held)).credit_applied == 0


def test_tax_counts_to_the_largest_amount() -> None:
    taxed = of_amounts(LARGEST).model_copy(update={"policy": Policy(tax={"US": Decimal("0.01")})})
    with pytest.raises(AmountTooLarge):
        quoted(of=taxed, licenses=1)


def test_the_switch_day_is_today_or_later_where_the_tenant_is() -> None:
    # Already 26 June in UTC, still the 25th in Los Angeles.
    late = datetime(2026, 6, 26, 5, 0, tzinfo=UTC)
    assert quoted(at=late, switch_on=TODAY).switch_on == TODAY
    with pytest.raises(SwitchDayInThePast) as rejection:
        quoted(at=late, switch_on=TODAY - timedelta(days=1))
    assert rejection.value.details == {"switch_on": "2026-06-24", "today": "2026-06-25"}


@pytest.mark.parametrize(
    "wrong", [{"licenses": 0}, {"billing": "weekly"}, {"switch_on": "9999-12-31"}, {"plan": "x"}]
)
def test_requests_that_make_no_sense(wrong: dict[str, Any]) -> None:
    """B21."""
    with pytest.raises(ValidationError):
        asked(**wrong)


def test_a_plan_without_a_price_in_the_currency_cannot_be_quoted() -> None:
    euros = STANDARD.model_copy(update={"prices": (a_price(currency="EUR"),)})
    with pytest.raises(LookupError, match="no price in USD"):
        quoted(of=facts(catalog=a_catalog(facts().plan, euros)))


# ------------------------------------------------------------------------- changed at checkout


def test_who_buys_and_how_can_be_changed() -> None:
    """B24."""
    taxed = facts(policy=Policy(tax={"DE": Decimal("0.19")}))
    quote = quoted(of=taxed, sold_to=ELSEWHERE, billed_to=ELSEWHERE, payment_method="bank_transfer")
    assert (quote.sold_to, quote.billed_to) == (ELSEWHERE, ELSEWHERE)
    assert quote.credit_reaches_account_by == date(2026, 7, 25)
    assert [line.kind for line in quote.lines] == ["charge", "tax", "credit"]
    assert quote.lines[1].amount == Decimal("237.50")
    assert quote.total == Decimal("1027.50")
    assert [line.kind for line in quoted(of=taxed).lines] == ["charge", "credit"]


# ------------------------------------------------------------------------------ credit check


@pytest.mark.parametrize(
    ("method", "total", "currency", "reasons"),
    [
        ("card", "9999.99", "USD", ()),
        ("card", "10000.00", "USD", ("threshold_reached",)),
        ("card", "99999999", "JPY", ()),
        ("invoice", "0.00", "USD", ("pays_by_invoice",)),
        ("invoice", "10000.00", "USD", ("pays_by_invoice", "threshold_reached")),
        ("bank_transfer", "1.00", "USD", ()),
    ],
)
def test_why_a_credit_check_is_needed(
    method: Any, total: str, currency: str, reasons: tuple[str, ...]
) -> None:
    """B37."""
    policy = CreditCheckPolicy()
    assert credit_check_reasons(method, Decimal(total), currency, policy) == reasons


def test_a_credit_check_shows_the_latest_day_too() -> None:
    quote = quoted(payment_method="invoice")
    assert quote.credit_check.deadline_if_ordered_now == datetime(2026, 6, 29, 16, tzinfo=UTC)
    assert quote.latest is not None
    assert quote.latest.switch_on == date(2026, 6, 30)  # and a day for the move
    assert quote.latest.total == Decimal("890.00")  # 18 days left
    assert quote.inputs.least_credit == Decimal("360.00")
    assert codes(quote)[0] == "credit_check_required"
    assert "June 29, 2026, 9:00 AM (Pacific Daylight Time)" in quote.notices[0].text.en


def test_a_scheduled_quote_counts_from_its_day() -> None:
    # Thursday 2 July: the check begins with that day, and with it the move at the latest.
    quote = quoted(payment_method="invoice", switch_on=date(2026, 7, 2))
    deadline = datetime(2026, 7, 6, 7, tzinfo=UTC)
    assert quote.credit_check.deadline_if_ordered_now == deadline
    assert quote.latest is not None
    assert quote.latest.switch_on == date(2026, 7, 7)


def test_a_check_expected_for_a_target() -> None:
    large = facts(subscription=a_subscription(licenses=900))
    assert credit_check_expected(large, PREMIUM, NOW)
    assert not credit_check_expected(large, STANDARD, NOW)
    crowded = facts(subscription=a_subscription(licenses=100, assigned=900))
    assert credit_check_expected(crowded, PREMIUM, NOW)
    assert credit_check_expected(facts(tenant=a_tenant(payment_method="invoice")), STANDARD, NOW)


@pytest.mark.parametrize(("price", "expected"), [("99.99", False), ("100.00", True)])
def test_an_empty_subscription_is_thought_of_as_one_license(price: str, expected: bool) -> None:
    empty = facts(
        subscription=a_subscription(licenses=0, assigned=0),
        policy=Policy(credit_check=CreditCheckPolicy(thresholds={"USD": Decimal(100)})),
    )
    plan = STANDARD.model_copy(update={"prices": (a_price(price),)})
    of = empty.model_copy(update={"catalog": a_catalog(BASIC, plan)})
    assert credit_check_expected(of, plan, NOW) is expected


@given(st.integers(0, 90), st.integers(0, 60), st.sampled_from(["card", "invoice"]))
def test_the_invoice_is_the_quotes_own_function_of_the_day(
    days_from_now: int, days_later: int, method: str
) -> None:
    quote = quoted(at=NOW + timedelta(days=days_from_now), payment_method=method)
    today = price_upgrade(quote.inputs, quote.switch_on)
    assert (today.lines, today.total) == (quote.lines, quote.total)
    if quote.latest is not None:
        assert price_upgrade(quote.inputs, quote.latest.switch_on) == quote.latest
        invoice = price_upgrade(quote.inputs, quote.switch_on + timedelta(days=days_later))
        assert invoice.total <= max(quote.total, quote.latest.total)


def test_the_invoice_may_fall_on_two_days() -> None:
    # The billing day is today; a switch after midnight waits for the next one.
    quote = quoted(of=facts(tenant=a_tenant(billing_day=25)))
    assert quote.invoice_between == (date(2026, 6, 25), date(2026, 7, 25))
    assert quote.credit_reaches_account_by == date(2026, 7, 30)


# ------------------------------------------------------------------------- forfeiture, notices


def test_prepaid_value_that_fits_is_credited() -> None:
    """B34."""
    # 190 of 365 days are left: 3800.00.
    quote = quoted(of=prepaid(), billing="annual")
    assert (quote.credit_applied, quote.forfeited) == (Decimal("3800.00"), 0)
    assert quote.no_forfeiture_from is None


def test_a_forfeiture_is_named_with_the_day_from_which_there_is_none() -> None:
    quote = quoted(of=prepaid())
    assert (quote.total, quote.credit_applied) == (Decimal("0.00"), Decimal("1250.00"))
    assert quote.forfeited == Decimal("2550.00")
    # 1250.00 are 62.5 days, so 62 days may be left: 31 October is the first of them.
    assert quote.no_forfeiture_from == date(2026, 10, 31)
    notice = next(notice for notice in quote.notices if notice.code == "forfeiture")
    assert "$2,550.00" in notice.text.en
    assert "October 31, 2026" in notice.text.en
    assert "2026年10月31日" in notice.text.zh_tw
    assert quoted(of=prepaid(), switch_on=date(2026, 10, 31)).forfeited == 0
    assert quoted(of=prepaid(), switch_on=date(2026, 10, 30)).forfeited == Decimal("10.00")


def test_an_account_credit_is_announced() -> None:
    rich = facts(subscription=a_subscription(price=Decimal("100.00")))
    quote = quoted(of=rich)
    assert quote.account_credit == Decimal("6416.67")  # 7666.67 - 1250.00
    assert codes(quote) == ["account_credit", "admins_locked"]


def test_switches_that_are_not_kept_are_counted() -> None:
    some = facts(subscription=a_subscription(users_with_disabled_services=12))
    quote = quoted(of=some)
    assert quote.users_with_disabled_services == 12
    assert codes(quote) == ["switches_not_kept", "admins_locked"]
    assert "12" in quote.notices[0].text.zh_tw
    assert codes(quoted(of=some, keep_disabled_services=True)) == ["admins_locked"]


def test_the_customers_references_are_part_of_the_order() -> None:
    """Other ones are another offer; none is as in quotes of before (BT-10, BT-13)."""
    quote = quoted(references={"purchase_order": "PO 4711"})
    assert quote.request.references is not None
    assert quote.request.references.purchase_order == "PO 4711"
    digests = {
        quoted().digest,
        quote.digest,
        quoted(references={"purchase_order": "PO 4712"}).digest,
        quoted(references={"buyer_reference": "PO 4711"}).digest,
    }
    assert len(digests) == 4
