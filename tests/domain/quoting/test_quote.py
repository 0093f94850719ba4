"""The quote: what it shows, what it binds to, and when it no longer holds (B21-B26)."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.catalog.customer import Address, Prepaid
from domain.catalog.facts import Facts
from domain.catalog.policy import (
    AdminLockPolicy,
    CreditCheckPolicy,
    InvoicePolicy,
    Policy,
    QuotePolicy,
)
from domain.pricing.price import Pricing, price_upgrade
from domain.quoting.quote import (
    Quote,
    QuoteRequest,
    credit_check_expected,
    credit_check_reasons,
    digest_now,
    make_quote,
    requote,
)
from domain.values.cycles import local_day
from domain.values.rejections import (
    AmountTooLarge,
    InsufficientLicenses,
    PriceUnknown,
    SwitchDayInThePast,
    TooManyLicenses,
)
from tests.domain.builders import (
    ADDRESS,
    NOW,
    PREMIUM,
    STANDARD,
    a_catalog,
    a_price,
    a_subscription,
    a_tenant,
    facts,
)

TODAY = date(2026, 6, 25)
ELSEWHERE = Address(name="Contoso GmbH", city="Berlin", country="DE")


class Weekdays:
    name = "test"
    version = "1"

    def is_business_day(self, day: date) -> bool:
        return day.weekday() < 5


def asked(**changes: Any) -> QuoteRequest:
    fields: dict[str, Any] = {"target_plan_id": "standard", "licenses": 100, "billing": "monthly"}
    return QuoteRequest(**(fields | changes))


def quoted(at: datetime = NOW, of: Facts | None = None, **changes: Any) -> Quote:
    return make_quote(of or facts(), asked(**changes), quote_id="q-1", at=at, calendar=Weekdays())


def prepaid(paid: str = "7300.00", **changes: Any) -> Facts:
    term = Prepaid.model_validate(
        {"kind": "upfront", "paid": paid, "from": "2026-01-01", "until": "2026-12-31"}
    )
    return facts(subscription=a_subscription(prepaid=term), **changes)


def codes(quote: Quote) -> list[str]:
    return [notice.code for notice in quote.notices]


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


# ------------------------------------------------------------------------- expiry and digest


def test_a_quote_expires() -> None:
    quote = quoted()
    assert not quote.is_expired(NOW + timedelta(days=7, seconds=-1))
    assert quote.is_expired(NOW + timedelta(days=7))


def test_the_digest_does_not_depend_on_the_day_or_the_users() -> None:
    digest = quoted(payment_method="invoice").digest
    later = NOW + timedelta(days=20)
    fewer = facts(subscription=a_subscription(assigned=70, users_with_disabled_services=3))
    assert quoted(at=later, payment_method="invoice").digest == digest
    assert quoted(of=fewer, payment_method="invoice").digest == digest
    assert len(digest) == 64


BASIC = facts().plan


@pytest.mark.parametrize(
    "changed",
    [
        facts(subscription=a_subscription(licenses=101)),
        facts(subscription=a_subscription(price=Decimal("5.99"))),
        facts(subscription=a_subscription(cycle_anchor=date(2026, 6, 19))),
        prepaid(),
        facts(catalog=a_catalog(BASIC, STANDARD.model_copy(update={"prices": (a_price(),)}))),
        facts(policy=Policy(tax={"US": Decimal("0.00")})),
        facts(policy=Policy(credit_check=CreditCheckPolicy(business_days=3))),
        facts(policy=Policy(credit_check=CreditCheckPolicy(thresholds={}))),
        facts(tenant=a_tenant(payment_method="bank_transfer")),
        facts(tenant=a_tenant(sold_to=ELSEWHERE)),
        facts(tenant=a_tenant(time_zone="UTC")),
        facts(tenant=a_tenant(language="zh-TW")),
        facts(tenant=a_tenant(billing_day=16)),
        facts(tenant=a_tenant(subdivision="OR")),
        facts(tenant=a_tenant(billed_to=ELSEWHERE)),
        facts(subscription=a_subscription(billing="annual")),
        facts(catalog=a_catalog(BASIC, STANDARD.model_copy(update={"max_licenses": 100}))),
        facts(catalog=a_catalog(BASIC, STANDARD.model_copy(update={"name": "Other"}))),
        facts(policy=Policy(invoice=InvoicePolicy(within_days=29))),
        facts(policy=Policy(quote=QuotePolicy(valid_days=8))),
        facts(policy=Policy(admin_lock=AdminLockPolicy(expected_minutes=61))),
    ],
)
def test_what_a_quote_is_computed_from_changes_its_digest(changed: Facts) -> None:
    assert quoted(of=changed).digest != quoted().digest
    stale = requote(changed, quoted(), at=NOW, calendar=Weekdays())
    assert stale.digest == quoted(of=changed).digest


def test_a_digest_is_the_same_tomorrow() -> None:
    """Another one for the same facts would make every quote stale that is open at a release."""
    digests = [quoted(payment_method=method).digest for method in ("card", "invoice")]
    assert digests == [
        "3f04c269397762c9c93d3c27c7611ef0e365224b0753aa92ab7707afe1b08374",
        "483d035500d86e43d656f8e0d49f9af45568ef619dd2d3b6ac4df37b25777177",
    ]


def test_days_are_written_as_the_tenants_country_does() -> None:
    british = a_tenant(country="GB", subdivision=None, payment_method="invoice")
    notices = {notice.code: notice.text.en for notice in quoted(of=prepaid(tenant=british)).notices}
    assert "29 June 2026" in notices["credit_check_required"]
    assert "31 October 2026" in notices["forfeiture"]
    assert quoted(of=facts(tenant=british)).inputs.country == "GB"
    chinese = quoted(of=facts(tenant=a_tenant(language="zh-TW")))
    assert "授權" in chinese.lines[0].description


def test_a_prepaid_term_has_no_price_a_license() -> None:
    assert str(quoted(of=prepaid()).inputs.old.unit_price) == "0.00"


def test_a_credit_check_that_has_become_needed_makes_a_quote_stale() -> None:
    """Its total reaches the threshold only on a later day, with less to credit."""
    near = facts(policy=Policy(credit_check=CreditCheckPolicy(thresholds={"USD": Decimal(810)})))
    quote = quoted(of=near)
    assert (quote.total, quote.credit_check.required) == (Decimal("790.00"), False)
    tomorrow = requote(near, quote, at=NOW + timedelta(days=1), calendar=Weekdays())
    assert (tomorrow.total, tomorrow.credit_check.required) == (Decimal("810.00"), True)
    assert tomorrow.digest != quote.digest


def test_a_quote_without_a_price_has_no_digest() -> None:
    unsold = a_catalog(BASIC, STANDARD.model_copy(update={"prices": ()}))
    assert digest_now(facts(catalog=unsold), quoted(), at=NOW, calendar=Weekdays()) is None
    assert digest_now(facts(), quoted(), at=NOW, calendar=Weekdays()) == quoted().digest


def test_what_is_paid_now_must_be_known() -> None:
    unsold = a_catalog(BASIC.model_copy(update={"prices": ()}), STANDARD)
    with pytest.raises(PriceUnknown) as rejection:
        quoted(of=facts(catalog=unsold))
    assert rejection.value.details == {
        "subscription_id": "contoso-basic", "plan_id": "basic", "currency": "USD",
    }  # fmt: skip
    own_price = facts(subscription=a_subscription(price="6.00"), catalog=unsold)
    assert quoted(of=own_price).total == quoted().total


FIELDS_OF_THE_DAY = {
    *("quote_id", "digest", "created_at", "inputs"),
    *("users_to_move", "users_with_disabled_services"),
}


def shown(quote: Quote) -> dict[str, Any]:
    """All that the customer sees of it, but what changes by itself."""
    return quote.model_dump(mode="json", exclude=FIELDS_OF_THE_DAY)


@st.composite
def worlds(draw: st.DrawFn) -> Facts:
    """Worlds that differ from each other in anything that a quote may depend on."""
    amounts = st.integers(0, 2000).map(lambda minor: Decimal(minor) / 100)
    plan = STANDARD.model_copy(
        update={
            "name": draw(st.sampled_from(["Standard", "Other"])),
            "prices": (a_price(str(draw(amounts)), "150.00"),),
            "max_licenses": draw(st.sampled_from([None, 100, 300])),
        }
    )
    return facts(
        tenant=a_tenant(
            payment_method=draw(st.sampled_from(["card", "invoice", "bank_transfer"])),
            billing_day=draw(st.sampled_from([1, 15, 31])),
            time_zone=draw(st.sampled_from(["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])),
            language=draw(st.sampled_from(["en", "zh-TW"])),
            country=draw(st.sampled_from(["US", "DE"])),
            sold_to=draw(st.sampled_from([ADDRESS, ELSEWHERE])),
            billed_to=draw(st.sampled_from([ADDRESS, ELSEWHERE])),
        ),
        subscription=a_subscription(
            licenses=draw(st.sampled_from([80, 100])),
            price=draw(st.none() | amounts),
            cycle_anchor=draw(st.dates(date(2026, 6, 1), date(2026, 6, 25))),
            prepaid=draw(st.sampled_from([None, prepaid().subscription.prepaid])),
        ),
        catalog=a_catalog(BASIC, plan),
        policy=Policy(
            credit_check=CreditCheckPolicy(
                business_days=draw(st.sampled_from([2, 3])),
                thresholds={"USD": draw(st.sampled_from([Decimal(500), Decimal(10000)]))},
            ),
            invoice=InvoicePolicy(within_days=draw(st.sampled_from([10, 30]))),
            quote=QuotePolicy(valid_days=draw(st.sampled_from([7, 8]))),
            admin_lock=AdminLockPolicy(expected_minutes=draw(st.sampled_from([60, 90]))),
            tax=draw(st.sampled_from([{}, {"US": Decimal("0.1")}, {"DE": Decimal("0.19")}])),
        ),
    )


@given(worlds(), worlds())
def test_one_digest_never_stands_for_two_offers(one: Facts, other: Facts) -> None:
    first, second = quoted(of=one), requote(other, quoted(of=one), at=NOW, calendar=Weekdays())
    if first.digest == second.digest:
        assert shown(first) == shown(second)


@given(worlds(), st.sets(st.sampled_from(["tenant", "subscription", "catalog", "policy"])))
def test_whatever_changes_an_offer_makes_it_stale(world: Facts, changed: set[str]) -> None:
    others = facts(
        tenant=a_tenant(time_zone="Europe/Berlin", billing_day=7),
        subscription=a_subscription(price="7.77"),
        catalog=a_catalog(BASIC, STANDARD.model_copy(update={"name": "Changed"})),
        policy=Policy(quote=QuotePolicy(valid_days=30)),
    )
    now = world.model_copy(update={part: getattr(others, part) for part in changed})
    renewed = requote(now, quoted(of=world), at=NOW, calendar=Weekdays())
    assert (renewed.digest == quoted(of=world).digest) == (not changed)


@given(worlds(), st.integers(0, 60), st.integers(0, 6), st.integers(0, 120))
def test_no_day_costs_more_than_was_shown(
    world: Facts, to_the_day: int, ordered_later: int, to_the_switch: int
) -> None:
    """B26, for any world and any day: also where a cycle rolls over, or the switch comes late."""
    at = NOW + timedelta(days=ordered_later)
    quote = quoted(of=world, switch_on=TODAY + timedelta(days=2 + to_the_day))
    begins_on = max(quote.switch_on, local_day(at, world.tenant.time_zone))
    on_the_day = price_upgrade(quote.inputs, begins_on)
    amounts = [on_the_day] if quote.latest is None else [price_of(quote), quote.latest]
    invoice = quote.price_at_switch(begins_on, begins_on + timedelta(days=to_the_switch))
    assert invoice.total <= max(each.total for each in amounts)
    assert invoice.total - invoice.account_credit <= max(
        each.total - each.account_credit for each in amounts
    )
    assert invoice.forfeited <= on_the_day.forfeited
    assert quote.price_at_switch(begins_on, begins_on) == on_the_day


def price_of(quote: Quote) -> Pricing:
    """What the quote shows for its day."""
    return price_upgrade(quote.inputs, quote.switch_on)


@pytest.mark.parametrize(
    "change",
    [
        {"licenses": 99},
        {"billing": "annual"},
        {"target_plan_id": "premium"},
        {"payment_method": "invoice"},
        {"billed_to": ELSEWHERE},
        {"keep_disabled_services": True},
    ],
)
def test_what_is_ordered_changes_its_digest(change: dict[str, Any]) -> None:
    assert quoted(**change).digest != quoted().digest


def test_a_quote_is_renewed_for_the_request_behind_it() -> None:
    quote = quoted(switch_on=TODAY, payment_method="invoice", sold_to=ELSEWHERE)
    later = NOW + timedelta(days=3)
    renewed = requote(facts(), quote, at=later, calendar=Weekdays(), quote_id="q-2")
    assert (renewed.quote_id, renewed.switch_on) == ("q-2", date(2026, 6, 28))
    assert renewed.digest == quote.digest
    assert renewed.request == quote.request
    assert renewed.sold_to == ELSEWHERE
    assert requote(facts(), quote, at=NOW, calendar=Weekdays()) == quote
