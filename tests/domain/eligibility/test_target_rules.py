"""B2, B3 and B16: each rule of a target alone, just beside it, and all at once."""

from collections.abc import Callable
from typing import Any, get_args

import pytest

from domain.catalog.facts import Facts
from domain.eligibility.rule import TargetReason
from domain.eligibility.subscription_rules import check_order
from domain.eligibility.target_rules import NOT_IN_CATALOG, TARGET_RULES, target_refusals
from tests.domain.builders import (
    BASIC,
    NOW,
    a_catalog,
    a_plan,
    a_price,
    facts,
)

TARGETS: list[tuple[TargetReason, Callable[[], Facts], str, str, dict[str, Any]]] = [
    (
        "lacks_data_services",
        lambda: facts(catalog=a_catalog(BASIC, a_plan("other", {"exchange": 2, "apps": 1}))),
        "other",
        "change_manually",
        {
            "services": [{"service": "sharepoint", "current_version": 1, "target_version": None}],
        },
    ),
    (
        "lower_data_services",
        lambda: facts(
            catalog=a_catalog(
                a_plan("basic", {"exchange": 2, "sharepoint": 1}),
                a_plan("other", {"exchange": 1, "sharepoint": 2}),
            )
        ),
        "other",
        "change_manually",
        {"services": [{"service": "exchange", "current_version": 2, "target_version": 1}]},
    ),
    ("current_plan", facts, "basic", "choose_another_plan", {}),
    (
        "not_sold",
        lambda: facts(catalog=a_catalog(BASIC, a_plan("other", sold=False))),
        "other",
        "choose_another_plan",
        {},
    ),
    (
        "add_on",
        lambda: facts(catalog=a_catalog(BASIC, a_plan("other", kind="add_on"))),
        "other",
        "choose_another_plan",
        {},
    ),
    (
        "other_audience",
        lambda: facts(catalog=a_catalog(BASIC, a_plan("other", audience="nonprofit"))),
        "other",
        "choose_another_plan",
        {"audience": "nonprofit", "segment": "commercial"},
    ),
    (
        "no_price_in_currency",
        lambda: facts(catalog=a_catalog(BASIC, a_plan("other", prices=(a_price(currency="TWD"),)))),
        "other",
        "choose_another_plan",
        {"currency": "USD", "sold_in": ["TWD"]},
    ),
    ("not_in_catalog", facts, "nowhere", "choose_another_plan", {}),
]


@pytest.mark.parametrize(
    ("reason", "world", "plan_id", "action", "evidence"), TARGETS, ids=[one[0] for one in TARGETS]
)
def test_each_target_rule_alone(
    reason: TargetReason,
    world: Callable[[], Facts],
    plan_id: str,
    action: str,
    evidence: dict[str, Any],
) -> None:
    (refusal,) = check_order(world(), plan_id, NOW)
    assert refusal.code == "target_not_supported"
    assert refusal.evidence == {"plan_id": plan_id, "reason": reason, **evidence}
    assert refusal.remedy.action == action
    assert not refusal.temporary
    row = next(row for row in (*TARGET_RULES, NOT_IN_CATALOG) if row.reason == reason)
    assert tuple(refusal.evidence) == row.evidence


def test_every_target_reason_is_covered() -> None:
    # `no_target` is not about one plan: see test_options.
    assert {one[0] for one in TARGETS} | {"no_target", "nothing_to_buy"} == set(
        get_args(TargetReason)
    )


def test_the_services_at_stake_are_named() -> None:
    (refusal,) = target_refusals(facts(), a_plan("other", {"teams": 1}))
    for sentence in (refusal.message, refusal.remedy.text):
        assert "Exchange Online, SharePoint Online" in sentence.en
        assert "Exchange Online、SharePoint Online" in sentence.in_language("zh-TW")


def test_all_reasons_against_a_target_are_reported_at_once() -> None:
    world = facts(catalog=a_catalog(a_plan("basic", {"exchange": 2, "sharepoint": 1})))
    plan = a_plan(
        "other", {"exchange": 1}, prices=(), sold=False, kind="add_on", audience="government"
    )
    reasons = [refusal.evidence["reason"] for refusal in target_refusals(world, plan)]
    assert sorted(reasons) == sorted(
        rule.name for rule in TARGET_RULES if rule.name != "current_plan"
    )


def test_services_without_data_may_go_or_be_lower() -> None:
    world = facts(catalog=a_catalog(a_plan("basic", {"exchange": 1, "teams": 2, "apps": 1})))
    assert target_refusals(world, a_plan("other", {"exchange": 1, "teams": 1})) == ()
