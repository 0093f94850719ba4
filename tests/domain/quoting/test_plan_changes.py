"""Changing plans by hand (B59-B61): what refuses it, what it costs, and what becomes of whom."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.catalog.customer import Block, Prepaid
from domain.catalog.facts import Facts, Incident, OpenUpgrade
from domain.catalog.plans import Plan
from domain.catalog.policy import Policy
from domain.eligibility.refusals import RefusalCode
from domain.eligibility.rule import Rule
from domain.eligibility.subscription_rules import RULES
from domain.eligibility.target_rules import TARGET_RULES
from domain.quoting.plan_changes import (
    AGAINST_ANY,
    AGAINST_BUYING,
    AGAINST_CANCELING,
    LOST,
    check_request,
)
from domain.quoting.request import ChangeByHand, QuoteRequest
from domain.subscriptions.subscription import consequences
from domain.upgrade.events import (
    EligibilityConfirmed,
    MoveStarted,
    OrderPlaced,
    SubscriptionOpened,
)
from domain.values import rejections
from tests.domain.builders import NOW, a_catalog, a_plan, a_price, a_subscription, a_tenant, facts
from tests.domain.scenario import given, lived, state_of
from tests.domain.upgrades import (
    START_MOVE,
    TARGET,
    WITH_TARGET,
    a_change,
    a_purchase,
    a_quote,
    place,
)

SOURCE = "contoso-basic"
UPFRONT = Prepaid.model_validate(
    {"kind": "upfront", "paid": "7300.00", "from": "2026-01-01", "until": "2026-12-31"}
)
PRODUCT_KEY = Prepaid(kind="product_key", until=date(2026, 12, 31))


def request(**asked: Any) -> QuoteRequest:
    return QuoteRequest.model_validate({"target_plan_id": "standard", "billing": "monthly"} | asked)


def codes(of: Facts, **asked: Any) -> set[str]:
    return {refusal.code for refusal in check_request(of, request(**asked), NOW)}


def with_target(**subscription: Any) -> Facts:
    return facts(subscription=a_subscription(**subscription), siblings=WITH_TARGET.siblings)


# ---- which rules speak against it -------------------------------------------------------------

FACTS_OF: Mapping[RefusalCode, Facts] = {
    "more_users_than_licenses": with_target(assigned=101),
    "not_fully_provisioned": with_target(status="provisioning"),
    "service_incident": WITH_TARGET.model_copy(
        update={"incidents": (Incident(service="teams", reference="TM-1"),)}
    ),
    "upgrade_in_progress": WITH_TARGET.model_copy(
        update={
            "open_upgrades": (
                OpenUpgrade(upgrade_id="up-1", subscription_id=TARGET, stage="moving_users"),
            )
        }
    ),
    "credit_check_pending": WITH_TARGET.model_copy(
        update={
            "open_upgrades": (
                OpenUpgrade(
                    upgrade_id="up-1",
                    subscription_id=TARGET,
                    stage="awaiting_credit_check",
                    deadline=NOW,
                ),
            )
        }
    ),
    "not_eligible": with_target(blocked=Block(code="not_eligible", note="by hand only")),
    "multiple_subscriptions_same_product": facts(
        siblings=(a_subscription(TARGET, "basic", licenses=100, assigned=20),)
    ),
    "prepaid": with_target(prepaid=PRODUCT_KEY),
    "government_or_nonprofit": facts(
        tenant=a_tenant(segment="nonprofit"), siblings=WITH_TARGET.siblings
    ),
    "temporarily_unavailable": WITH_TARGET.model_copy(
        update={"open_upgrades_in_service": Policy().capacity.max_open_upgrades}
    ),
    "has_add_on": with_target(add_ons=("premium",)),
    "unpaid_balance": with_target(balance_due=Decimal("1.00")),
    "subscription_not_active": with_target(status="suspended"),
    "unknown": with_target(blocked=Block(code="fraud_hold")),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_of_upgrades_refuses_a_change_by_hand_or_is_what_that_is_for(rule: Rule) -> None:
    of = FACTS_OF[rule.code]
    assert rule(of, NOW) is not None, "it refuses the upgrade"
    expected: set[str] = {rule.code} if rule.code in AGAINST_ANY else set()
    assert codes(of, **a_change()) == expected
    canceling: set[str] = expected | ({rule.code} & AGAINST_CANCELING)
    assert codes(of, **a_change(listed=False, users=80, old="canceled")) == canceling


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({"status": "provisioning"}, "not_fully_provisioned"),
        ({"status": "suspended"}, "subscription_not_active"),
        ({"blocked": Block(code="fraud_hold")}, "unknown"),
        ({"balance_due": Decimal("5.00")}, None),
        ({"add_ons": ("premium",)}, None),
        ({"prepaid": PRODUCT_KEY}, None),
    ],
)
def test_the_subscription_users_move_to_must_be_sound(
    target: dict[str, Any], code: str | None
) -> None:
    there = a_subscription(TARGET, "standard", assigned=20, **target)
    of = facts(siblings=(there,))
    found = check_request(of, request(**a_change()), NOW)
    assert [refusal.code for refusal in found] == ([code] if code else [])
    assert all(refusal.evidence["subscription_id"] == TARGET for refusal in found)


def test_an_incident_of_the_other_plan_alone_refuses_it_once() -> None:
    incident = Incident(service="apps", reference="AP-1")
    of = WITH_TARGET.model_copy(update={"incidents": (incident,)})
    assert codes(of, **a_change()) == {"service_incident"}
    everywhere = Incident(service="teams", reference="TM-1")
    of = WITH_TARGET.model_copy(update={"incidents": (everywhere,)})
    assert len(check_request(of, request(**a_change()), NOW)) == 1


@pytest.mark.parametrize("into", ["nobodys", SOURCE])
def test_users_move_to_another_subscription_of_the_tenant(into: str) -> None:
    with pytest.raises(rejections.UnknownSubscription):
        check_request(WITH_TARGET, request(**a_change(into=into)), NOW)


def test_every_reason_against_a_plan_refuses_to_buy_it_or_is_told_of() -> None:
    assert {rule.reason for rule in TARGET_RULES} == AGAINST_BUYING | LOST
    assert not AGAINST_BUYING & LOST
    assert set(get_args(RefusalCode)) >= AGAINST_ANY | AGAINST_CANCELING


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        ({"id": "basic"}, "current_plan"),
        ({"id": "old", "sold": False}, "not_sold"),
        ({"id": "extra", "kind": "add_on"}, "add_on"),
        ({"id": "gov", "audience": "government"}, "other_audience"),
        ({"id": "euro", "prices": (a_price(currency="EUR"),)}, "no_price_in_currency"),
    ],
)
def test_what_cannot_be_bought_cannot_be_bought_by_hand(plan: dict[str, Any], reason: str) -> None:
    of = facts(catalog=a_catalog(a_plan("basic"), a_plan(**plan)))
    (refusal,) = check_request(of, request(**a_purchase(), target_plan_id=plan["id"]), NOW)
    assert refusal.evidence["reason"] == reason


def test_the_same_plan_can_be_bought_with_the_other_billing_period() -> None:
    """80 x 72.00 for a year, less 100 x 6.00 x 23/30 of the month: 5,760.00 - 460.00 = 5,300.00."""
    asked = a_purchase(80, listed=False, users=80, old="canceled") | {"target_plan_id": "basic"}
    assert codes(facts(), **asked) == {"target_not_supported"}
    annual: dict[str, Any] = asked | {"billing": "annual"}
    assert codes(facts(), **annual) == set()
    quote = a_quote(facts(), **annual)
    assert (quote.billing, quote.credit_applied, quote.total) == (
        "annual", Decimal("460.00"), Decimal("5300.00"),
    )  # fmt: skip
    yearly = facts(subscription=a_subscription(billing="annual"))
    assert codes(yearly, **annual) == {"target_not_supported"}
    assert codes(yearly, **asked) == set()
    given([]).when(place(quote=quote)).then_types(OrderPlaced, EligibilityConfirmed)


CALLING = a_plan("calling", {"teams": 1}, kind="add_on")
WITH_ADD_ON: dict[str, Any] = a_purchase(80, listed=False, users=80, old="canceled")


@pytest.mark.parametrize(
    ("add_on", "carried", "refused"),
    [
        (CALLING, ("calling",), set[str]()),
        (CALLING, (), {"has_add_on"}),
        (CALLING.model_copy(update={"sold": False}), ("calling",), {"has_add_on"}),
        (CALLING.model_copy(update={"audience": "nonprofit"}), ("calling",), {"has_add_on"}),
        (CALLING.model_copy(update={"prices": ()}), ("calling",), {"has_add_on"}),
    ],
)
def test_add_ons_go_along_where_the_tenant_can_buy_them(
    add_on: Plan, carried: tuple[str, ...], refused: set[str]
) -> None:
    of = facts(
        subscription=a_subscription(add_ons=("calling",)),
        catalog=a_catalog(*facts().catalog.plans.values(), add_on),
    )
    change = {**WITH_ADD_ON["change"], "add_ons": carried}
    assert codes(of, **WITH_ADD_ON | {"change": change}) == refused


def test_what_is_bought_has_the_add_ons_that_go_along() -> None:
    of = facts(
        subscription=a_subscription(add_ons=("calling",)),
        catalog=a_catalog(*facts().catalog.plans.values(), CALLING),
    )
    change = {**WITH_ADD_ON["change"], "add_ons": ("calling",)}
    asked: dict[str, Any] = WITH_ADD_ON | {"change": change}
    quote = a_quote(of, **asked)
    told = {notice.code: notice.text.en for notice in quote.notices}
    assert told["add_ons_carried_over"] == (
        "These add-ons go along to the new subscription: Plan calling."
    )
    history = lived([], place(of, quote), START_MOVE)
    (started,) = [event for event in history if isinstance(event, MoveStarted)]
    opened = consequences(started, state_of(history))[started.new_subscription_id]
    assert isinstance(opened, SubscriptionOpened)
    assert opened.subscription.add_ons == ("calling",)


@pytest.mark.parametrize(
    "change", [{"into": TARGET, "old": "canceled"}, {"old": "stays"}, {"old": "reduced"}]
)
def test_add_ons_go_along_only_where_they_would_end(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="carried over"):
        ChangeByHand.model_validate({"listed": False, "users": 1, "add_ons": ("calling",)} | change)


def test_a_change_without_add_ons_is_written_as_before() -> None:
    """Older code reads it, and its quote keeps its digest."""
    change = ChangeByHand(listed=False, users=1)
    assert not {"add_ons", "at_period_end"} & change.model_dump().keys()
    assert "add_ons" not in change.model_dump_json()
    assert ChangeByHand.model_validate(change.model_dump()) == change


def test_a_plan_that_is_not_there_cannot_be_bought() -> None:
    (refusal,) = check_request(facts(), request(**a_purchase(), target_plan_id="none"), NOW)
    assert refusal.evidence["reason"] == "not_in_catalog"


def test_fewer_data_services_are_told_of_and_do_not_refuse() -> None:
    small = a_plan("small", {"teams": 1, "exchange": 1})
    of = facts(
        subscription=a_subscription(plan="premium"),
        catalog=a_catalog(small, a_plan("premium", {"exchange": 2, "sharepoint": 2, "teams": 1})),
    )
    asked: dict[str, Any] = a_purchase() | {"target_plan_id": "small"}
    assert codes(of, **asked) == set()
    told = {notice.code: notice.text for notice in a_quote(of, **asked).notices}
    assert "Exchange Online, SharePoint Online" in told["data_services_lost"].en
    assert "Teams" not in told["data_services_lost"].en


# ---- what it costs ----------------------------------------------------------------------------


def test_a_partial_change_is_charged_for_a_full_period_of_its_own_without_credit() -> None:
    quote = a_quote(facts(), **a_purchase())
    assert [(line.kind, line.amount) for line in quote.lines] == [("charge", Decimal("750.00"))]
    assert (quote.total, quote.account_credit) == (Decimal("750.00"), Decimal(0))
    assert (quote.users_to_move, quote.licenses) == (50, 60)


def test_licenses_given_up_earn_credit_for_what_of_them_is_unused() -> None:
    quote = a_quote(facts(), **a_purchase(old="reduced", licenses_kept=50))
    # 50 x 6.00 x 23/30 (25 June of the cycle 18 June to 17 July)
    assert quote.credit_applied == Decimal("230.00")
    assert quote.total == Decimal("520.00")


def test_a_move_into_what_is_there_costs_nothing_and_has_no_lines() -> None:
    quote = a_quote(WITH_TARGET, **a_change())
    assert (quote.lines, quote.total, quote.account_credit) == ((), Decimal(0), Decimal(0))
    assert not quote.credit_check.required
    by_invoice = facts(tenant=a_tenant(payment_method="invoice"), siblings=WITH_TARGET.siblings)
    assert not a_quote(by_invoice, **a_change()).credit_check.required
    assert a_quote(by_invoice, **a_purchase()).credit_check.required


def test_what_a_move_into_what_is_there_gives_up_is_left_on_the_account() -> None:
    quote = a_quote(WITH_TARGET, **a_change(old="reduced", licenses_kept=50))
    assert (quote.total, quote.account_credit) == (Decimal(0), Decimal("230.00"))
    assert [(line.kind, line.amount) for line in quote.lines] == [("credit", Decimal(0))]


def test_all_by_hand_with_the_old_one_canceled_costs_what_the_upgrade_does() -> None:
    by_hand = a_quote(facts(), **a_purchase(100, listed=False, users=80, old="canceled"))
    upgrade = a_quote(facts())
    assert by_hand.lines == upgrade.lines
    assert by_hand.total == upgrade.total


def test_prepaid_by_product_key_earns_no_credit_and_is_told_so() -> None:
    of = with_target(prepaid=PRODUCT_KEY)
    for asked in (a_purchase(old="reduced", licenses_kept=50), a_change(old="canceled")):
        quote = a_quote(of, **asked)
        assert (quote.credit_applied, quote.account_credit) == (Decimal(0), Decimal(0))
        assert "no_credit" in {notice.code for notice in quote.notices}
    assert "no_credit" not in {notice.code for notice in a_quote(of, **a_change()).notices}


def test_licenses_paid_upfront_are_given_up_as_a_whole_or_not_at_all() -> None:
    of = with_target(prepaid=UPFRONT)
    with pytest.raises(rejections.PaidUpfront):
        a_quote(of, **a_purchase(old="reduced", licenses_kept=50))
    assert a_quote(of, **a_purchase()).credit_applied == 0
    all_of_it = a_quote(of, **a_change(listed=False, users=80, old="canceled"))
    assert all_of_it.forfeited == Decimal("3800.00")  # B35: the new total is nothing


@any_of(kept=st.integers(1, 100), licenses=st.integers(50, 500))
def test_credit_grows_with_what_is_given_up_and_nothing_is_lost(kept: int, licenses: int) -> None:
    of = facts(subscription=a_subscription(assigned=50))
    quote = a_quote(of, **a_purchase(licenses, old="reduced", licenses_kept=kept))
    value = quote.credit_applied + quote.account_credit
    assert value == (Decimal(100 - kept) * 6 * 23 / 30).quantize(Decimal("0.01"))
    assert quote.total == licenses * Decimal("12.50") - quote.credit_applied
    assert quote.forfeited == 0


# ---- licenses ---------------------------------------------------------------------------------


def test_there_must_be_licenses_for_all_who_come() -> None:
    with pytest.raises(rejections.InsufficientLicenses) as few:
        a_quote(WITH_TARGET, **a_change(users=81))
    assert few.value.details == {"subscription_id": TARGET, "licenses": 100, "assigned": 101}
    a_quote(WITH_TARGET, **a_change(users=80))
    with pytest.raises(rejections.InsufficientLicenses):
        a_quote(facts(), **a_purchase(49))
    with pytest.raises(rejections.InsufficientLicenses):
        a_quote(with_target(assigned=82), **a_change(listed=False, users=80, already_there=1))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (a_purchase(1), "You asked for 1 license, too few for 50 users: order at least 50, "),
        ({"licenses": 79}, "You asked for 79 licenses, too few for 80 users: order at least 80, "),
    ],
)
def test_too_few_licenses_are_told_in_numbers(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(rejections.InsufficientLicenses) as few:
        a_quote(facts(), **asked)
    assert few.value.message.startswith(said)


def test_there_must_be_licenses_for_all_who_stay() -> None:
    a_quote(facts(), **a_purchase(old="reduced", licenses_kept=30))
    with pytest.raises(rejections.InsufficientLicenses) as few:
        a_quote(facts(), **a_purchase(old="reduced", licenses_kept=29))
    assert (few.value.details["licenses"], few.value.details["assigned"]) == (29, 30)


def test_nothing_is_reduced_to_nothing() -> None:
    """Whoever wants that cancels: one answer, however it is asked for."""
    of = facts(subscription=a_subscription(assigned=50))
    with pytest.raises(rejections.NothingKept) as nothing:
        a_quote(of, **a_purchase(old="reduced", licenses_kept=0))
    assert nothing.value.details == {"subscription_id": SOURCE, "licenses": 100}
    assert "--all --cancel-old" in nothing.value.message


@pytest.mark.parametrize("asked", [a_change() | {"licenses": 5}, a_purchase(0), {"licenses": 0}])
def test_nothing_is_bought_exactly_where_users_move_to_what_is_there(asked: Any) -> None:
    with pytest.raises(ValidationError):
        request(**asked)
