"""B6-B20 and B2, B3: each rule alone, just beside it, and all at once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest

from domain.catalog.customer import Block, Prepaid
from domain.catalog.facts import Facts, Incident, OpenUpgrade
from domain.catalog.policy import CapacityPolicy, Policy
from domain.eligibility.refusals import Refusal, RefusalCode
from domain.eligibility.rule import Grounds, Rule
from domain.eligibility.subscription_rules import OWN_BLOCK_CODE, RULES, check_order, refusals_of
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

HOUR = timedelta(hours=1)
DEADLINE = NOW + timedelta(days=4)


def subscribed(**changes: Any) -> Facts:
    return facts(subscription=a_subscription(**changes))


def upgrading(stage: str, deadline: datetime | None = None, id: str = "u-1") -> OpenUpgrade:
    return OpenUpgrade(
        upgrade_id=id, subscription_id="contoso-other", stage=stage, deadline=deadline
    )


def with_add_on(*incidents: Incident, add_ons: tuple[str, ...]) -> Facts:
    return facts(
        subscription=a_subscription(add_ons=add_ons),
        catalog=a_catalog(BASIC, STANDARD, a_plan("calling", {"apps": 1}, kind="add_on")),
        incidents=incidents,
    )


def with_sibling(id: str = "contoso-twin", **changes: Any) -> Facts:
    return facts(siblings=(a_subscription(id, **changes),))


def with_capacity(open_upgrades: int) -> Facts:
    capacity = CapacityPolicy(max_open_upgrades=3, retry_after_minutes=45)
    return facts(open_upgrades_in_service=open_upgrades, policy=Policy(capacity=capacity))


EXCHANGE_DOWN = Incident(service="exchange", reference="EX-1")
APPS_DOWN = Incident(service="apps", reference="AP-1")
UPFRONT = Prepaid(kind="upfront", paid=Decimal("7200.00"), until=date(2026, 12, 31))
PRODUCT_KEY = Prepaid(kind="product_key", until=date(2026, 12, 31))

# Facts that make exactly this rule true, and the action, evidence and `retry_after` it answers.
TRUE: list[tuple[RefusalCode, Facts, str, dict[str, Any], datetime | None]] = [
    (
        "more_users_than_licenses",
        subscribed(licenses=10, assigned=12),
        "resolve_license_conflict",
        {"subscription_id": "contoso-basic", "licenses": 10, "assigned": 12, "missing": 2},
        None,
    ),
    (
        "not_fully_provisioned",
        subscribed(status="provisioning"),
        "wait",
        {"subscription_id": "contoso-basic", "status": "provisioning"},
        NOW + 4 * HOUR,
    ),
    (
        "service_incident",
        facts(incidents=(EXCHANGE_DOWN, Incident(service="teams", reference="TM-2"))),
        "wait",
        {
            "incidents": [
                {"service": "exchange", "reference": "EX-1"},
                {"service": "teams", "reference": "TM-2"},
            ]
        },
        NOW + 4 * HOUR,
    ),
    (
        "upgrade_in_progress",
        facts(open_upgrades=(upgrading("moving_users"),)),
        "wait",
        {
            "upgrades": [
                {
                    "upgrade_id": "u-1",
                    "subscription_id": "contoso-other",
                    "stage": "moving_users",
                    "deadline": None,
                }
            ]
        },
        NOW + HOUR,
    ),
    (
        "credit_check_pending",
        facts(open_upgrades=(upgrading("awaiting_credit_check", DEADLINE),)),
        "wait",
        {
            "upgrades": [
                {
                    "upgrade_id": "u-1",
                    "subscription_id": "contoso-other",
                    "stage": "awaiting_credit_check",
                    "deadline": "2026-06-29T16:00:00Z",
                }
            ]
        },
        DEADLINE,
    ),
    (
        "not_eligible",
        subscribed(blocked=Block(code="not_eligible", note="under review")),
        "change_manually",
        {"subscription_id": "contoso-basic", "note": "under review"},
        None,
    ),
    (
        "multiple_subscriptions_same_product",
        with_sibling("a-twin"),
        "consolidate",
        {
            "product": "basic",
            "subscription_ids": ["a-twin", "contoso-basic"],
            "keep": "contoso-basic",
            "licenses": 100,
            "users": 160,
        },
        None,
    ),
    (
        "prepaid",
        subscribed(prepaid=PRODUCT_KEY),
        "change_manually",
        {"subscription_id": "contoso-basic", "kind": "product_key", "until": "2026-12-31"},
        None,
    ),
    (
        "government_or_nonprofit",
        facts(tenant=a_tenant(segment="nonprofit")),
        "change_manually",
        {"segment": "nonprofit", "audience": "commercial"},
        None,
    ),
    (
        "temporarily_unavailable",
        with_capacity(3),
        "wait",
        {"open_upgrades": 3, "max_open_upgrades": 3},
        NOW + timedelta(minutes=45),
    ),
    (
        "has_add_on",
        with_add_on(add_ons=("calling",)),
        "change_manually",
        {"subscription_id": "contoso-basic", "add_ons": ["calling"]},
        None,
    ),
    (
        "unpaid_balance",
        subscribed(balance_due=Decimal("0.01")),
        "pay_now",
        {
            "subscription_id": "contoso-basic",
            "balance_due": "0.01",
            "currency": "USD",
            "invoices": [],
        },
        None,
    ),
    (
        "subscription_not_active",
        subscribed(status="suspended"),
        "contact_support",
        {"subscription_id": "contoso-basic", "status": "suspended", "replaced_by": None},
        None,
    ),
    (
        "unknown",
        subscribed(blocked=Block(code="XR-77", note="see ticket")),
        "contact_support",
        {"subscription_id": "contoso-basic", "foreign_code": "XR-77", "note": "see ticket"},
        None,
    ),
]

# Facts just beside a rule: nothing at all speaks against an upgrade.
BESIDE: list[tuple[RefusalCode, Facts]] = [
    ("more_users_than_licenses", subscribed(licenses=12, assigned=12)),
    ("not_fully_provisioned", subscribed(status="active")),
    ("service_incident", facts(incidents=(APPS_DOWN,))),
    ("upgrade_in_progress", facts(open_upgrades_in_service=1)),
    ("credit_check_pending", facts(open_upgrades_in_service=1)),
    ("not_eligible", subscribed(blocked=None)),
    ("multiple_subscriptions_same_product", with_sibling(status="canceled")),
    ("multiple_subscriptions_same_product", with_sibling(status="expired")),
    ("multiple_subscriptions_same_product", with_sibling(plan="standard")),
    ("prepaid", subscribed(prepaid=UPFRONT)),
    ("government_or_nonprofit", facts(tenant=a_tenant(segment="commercial"))),
    ("temporarily_unavailable", with_capacity(2)),
    ("has_add_on", with_add_on(add_ons=())),
    ("unpaid_balance", subscribed(balance_due=Decimal("0.00"))),
    ("unpaid_balance", subscribed(balance_due=None)),
    ("subscription_not_active", subscribed(status="active")),
    ("unknown", subscribed(blocked=None)),
]


def codes(refusals: tuple[Refusal, ...]) -> list[str]:
    return [refusal.code for refusal in refusals]


@pytest.mark.parametrize(
    ("code", "world", "action", "evidence", "retry_after"), TRUE, ids=[case[0] for case in TRUE]
)
def test_each_rule_alone(
    code: RefusalCode,
    world: Facts,
    action: str,
    evidence: dict[str, Any],
    retry_after: datetime | None,
) -> None:
    (refusal,) = refusals_of(world, NOW)
    assert refusal.code == code
    assert refusal.remedy.action == action
    assert refusal.evidence == evidence
    assert refusal.remedy.retry_after == retry_after
    assert tuple(refusal.evidence) == next(rule.evidence for rule in RULES if rule.code == code)


@pytest.mark.parametrize(("code", "world"), BESIDE, ids=[case[0] for case in BESIDE])
def test_just_beside_the_rule(code: RefusalCode, world: Facts) -> None:
    assert codes(refusals_of(world, NOW)) == [], f"{code} must not hold"


def test_every_code_of_a_subscription_is_covered() -> None:
    of_a_scheduled_day = {
        "price_increased", "forfeiture_increased", "insufficient_licenses", "too_many_licenses",
    }  # fmt: skip
    of_a_change = {
        "licenses_changed", "licenses_do_not_fit", "nobody_to_move", "add_ons_changed", "period_changed",
    }  # fmt: skip
    of_subscription = set(get_args(RefusalCode)) - {"target_not_supported"} - of_a_scheduled_day
    of_subscription -= of_a_change
    assert {rule.code for rule in RULES} == of_subscription
    assert len(RULES) == len(of_subscription)
    assert {case[0] for case in TRUE} == of_subscription
    assert {case[0] for case in BESIDE} == of_subscription


@pytest.mark.parametrize("status", ["suspended", "expired", "canceled"])
def test_only_an_active_subscription_can_be_upgraded(status: str) -> None:
    assert codes(refusals_of(subscribed(status=status), NOW)) == ["subscription_not_active"]


@pytest.mark.parametrize("audience", ["government", "nonprofit"])
def test_the_audience_of_the_plan_counts_like_the_segment_of_the_tenant(audience: str) -> None:
    world = facts(catalog=a_catalog(a_plan("basic", audience=audience), STANDARD))
    assert codes(refusals_of(world, NOW)) == ["government_or_nonprofit"]


def test_a_plan_of_the_same_product_counts_like_the_same_plan() -> None:
    twin = a_plan("basic-annual", product="basic")
    world = facts(
        catalog=a_catalog(BASIC, STANDARD, twin),
        siblings=(a_subscription("contoso-twin", "basic-annual", status="suspended"),),
    )
    assert codes(refusals_of(world, NOW)) == ["multiple_subscriptions_same_product"]


def test_an_incident_of_an_add_on_counts() -> None:
    world = with_add_on(APPS_DOWN, add_ons=("calling",))
    assert codes(refusals_of(world, NOW)) == ["service_incident", "has_add_on"]


@pytest.mark.parametrize(
    ("world", "said"),
    [
        (subscribed(blocked=Block(code="not_eligible", note="under review")), "“under review”"),
        (subscribed(prepaid=PRODUCT_KEY), "until December 31, 2026."),
        (with_add_on(add_ons=("calling",)), "Plan calling (calling)"),
        (facts(incidents=(EXCHANGE_DOWN,)), "the subscription contoso-basic is not healthy"),
    ],
)
def test_what_is_known_is_said(world: Facts, said: str) -> None:
    (refusal,) = refusals_of(world, NOW)
    assert said in refusal.message.en


@pytest.mark.parametrize(
    ("world", "said"),
    [
        (subscribed(blocked=Block(code="not_eligible")), "eligible for an upgrade."),
        (subscribed(prepaid=Prepaid(kind="product_key")), "by product key."),
    ],
)
def test_what_is_not_known_is_left_out(world: Facts, said: str) -> None:
    (refusal,) = refusals_of(world, NOW)
    assert refusal.message.en.endswith(said)


@pytest.mark.parametrize(
    ("world", "said"),
    [
        (subscribed(licenses=10, assigned=11), "buy 1 more license,"),
        (subscribed(licenses=10, assigned=12), "buy 2 more licenses,"),
        (subscribed(status="canceled"), "stays canceled"),
        (subscribed(status="expired"), "reactivated"),
        (
            with_sibling(licenses=100, assigned=30),
            "so buy 10 more licenses for it first",
        ),
    ],
)
def test_a_remedy_fits_what_was_found(world: Facts, said: str) -> None:
    (refusal,) = refusals_of(world, NOW)
    assert said in refusal.remedy.text.en


def test_who_has_licenses_enough_is_told_to_buy_none() -> None:
    (refusal,) = refusals_of(with_sibling(licenses=100, assigned=20), NOW)
    assert "buy" not in refusal.remedy.text.en


def test_an_incident_is_named() -> None:
    (refusal,) = refusals_of(facts(incidents=(EXCHANGE_DOWN,)), NOW)
    assert "Exchange Online (EX-1)" in refusal.message.en
    assert "Exchange Online (EX-1)" in refusal.message.in_language("zh-TW")


def test_a_change_by_hand_in_the_way_is_called_one() -> None:
    both = facts(
        open_upgrades=(
            upgrading("awaiting_credit_check", DEADLINE, id="ch-1"),
            upgrading("checking", id="ch-2"),
        )
    )
    in_progress, pending = refusals_of(both, NOW)
    for refusal, id in ((in_progress, "ch-2"), (pending, "ch-1")):
        assert refusal.message.en.startswith("A change by hand of your organization is ")
        assert id in refusal.message.en
        assert "手動變更" in refusal.message.in_language("zh-TW")
    assert "that change has ended" in in_progress.remedy.text.en


def test_waiting_for_a_credit_check_and_being_in_progress_are_told_apart() -> None:
    both = facts(
        open_upgrades=(
            upgrading("awaiting_credit_check", DEADLINE),
            upgrading("checking", id="u-2"),
        )
    )
    in_progress, pending = refusals_of(both, NOW)
    assert [one["upgrade_id"] for one in in_progress.evidence["upgrades"]] == ["u-2"]
    assert [one["upgrade_id"] for one in pending.evidence["upgrades"]] == ["u-1"]


def test_the_last_deadline_of_several_credit_checks_is_waited_for() -> None:
    later = DEADLINE + HOUR
    (refusal,) = refusals_of(
        facts(
            open_upgrades=(
                upgrading("awaiting_credit_check", later),
                upgrading("awaiting_credit_check", DEADLINE, id="u-2"),
            )
        ),
        NOW,
    )
    assert refusal.remedy.retry_after == later


def test_a_retry_is_never_in_the_past() -> None:
    overdue = facts(open_upgrades=(upgrading("awaiting_credit_check", NOW - HOUR),))
    (refusal,) = refusals_of(overdue, NOW)
    assert refusal.remedy.retry_after == NOW


def test_a_scheduled_upgrade_is_waited_for_until_it_has_run() -> None:
    scheduled = facts(open_upgrades=(upgrading("scheduled", DEADLINE),))
    (refusal,) = refusals_of(scheduled, NOW)
    assert refusal.code == "upgrade_in_progress"
    assert refusal.remedy.retry_after == DEADLINE + HOUR


@pytest.mark.parametrize("foreign", ["unpaid_balance", "Not_Eligible", "unknown", "-"])
def test_every_block_code_but_our_own_is_foreign(foreign: str) -> None:
    (refusal,) = refusals_of(subscribed(blocked=Block(code=foreign)), NOW)
    assert refusal.code == "unknown"
    assert refusal.evidence["foreign_code"] == foreign
    assert foreign in refusal.message.en
    assert foreign != OWN_BLOCK_CODE


def test_product_keys_say_that_nothing_is_credited() -> None:
    (refusal,) = refusals_of(subscribed(prepaid=PRODUCT_KEY), NOW)
    assert "no credit" in refusal.remedy.text.en


def test_temporary_means_that_waiting_is_the_remedy() -> None:
    for _, world, *_ in TRUE:
        (refusal,) = refusals_of(world, NOW)
        assert refusal.temporary == (refusal.remedy.retry_after is not None)


EVERYTHING_WRONG = facts(
    tenant=a_tenant(segment="government"),
    subscription=a_subscription(
        licenses=1,
        assigned=2,
        status="provisioning",
        prepaid=PRODUCT_KEY,
        balance_due=Decimal("9.99"),
        add_ons=("calling",),
        blocked=Block(code="XR-77"),
    ),
    siblings=(a_subscription("contoso-twin"),),
    catalog=a_catalog(BASIC, PREMIUM, a_plan("calling", {"apps": 1}, kind="add_on")),
    incidents=(EXCHANGE_DOWN,),
    open_upgrades=(upgrading("checking"), upgrading("awaiting_credit_check", DEADLINE)),
    open_upgrades_in_service=1000,
    policy=Policy(),
)


def test_all_reasons_are_reported_at_once() -> None:
    # A block carries one code, and a subscription one status; everything else holds together.
    missing = {"not_eligible", "subscription_not_active"}
    assert codes(check_order(EVERYTHING_WRONG, "nowhere", NOW)) == [
        *(rule.code for rule in RULES if rule.code not in missing),
        "target_not_supported",
    ]


def test_a_new_rule_is_one_function_and_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def never_on_fridays(world: Facts, at: datetime) -> Grounds | None:
        return (
            Grounds({"weekday": 4}, {"minutes": 1440}, at + 24 * HOUR)
            if at.weekday() == 4
            else None
        )

    row = Rule(
        code="temporarily_unavailable",
        behavior="B15",
        cause="It is Friday.",
        action="wait",
        evidence=("weekday",),
        retry="a day from now",
        find=never_on_fridays,
    )
    monkeypatch.setattr("domain.eligibility.subscription_rules.RULES", (*RULES, row))
    friday = NOW + timedelta(days=1)
    assert refusals_of(facts(), NOW) == ()
    assert codes(refusals_of(facts(), friday)) == ["temporarily_unavailable"]
    assert codes(check_order(facts(), "standard", friday)) == ["temporarily_unavailable"]


def test_refusals_are_plain_json() -> None:
    for refusal in check_order(EVERYTHING_WRONG, "nowhere", NOW):
        assert Refusal.model_validate_json(refusal.model_dump_json()) == refusal


def test_retry_times_are_whole_utc_seconds() -> None:
    at = NOW.replace(microsecond=123456)
    (refusal,) = refusals_of(subscribed(status="provisioning"), at)
    assert refusal.remedy.retry_after == datetime(2026, 6, 25, 20, 0, tzinfo=UTC)
