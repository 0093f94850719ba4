"""When a quote no longer holds: its day, and all it was computed from (B24-B26)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    digest_now,
    requote,
)
from domain.values.cycles import local_day
from domain.values.rejections import (
    PriceUnknown,
)
from tests.domain.builders import (
    ADDRESS,
    BASIC,
    NOW,
    STANDARD,
    a_catalog,
    a_price,
    a_subscription,
    a_tenant,
    facts,
)
from tests.domain.quoting.quoted import ELSEWHERE, TODAY, prepaid, quoted
from tests.domain.upgrades import Weekdays


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
