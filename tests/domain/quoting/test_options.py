"""B1-B5 and B59: which plans, why not the others, and the way by hand."""

from decimal import Decimal
from typing import Any

import pytest

from domain.catalog.customer import Block
from domain.catalog.facts import Facts
from domain.catalog.plans import Plan, Service
from domain.eligibility.target_rules import NO_TARGET, NOTHING_TO_BUY
from domain.quoting.options import (
    BuyPlan,
    Options,
    expected_move_minutes,
    manual_change_of,
    options_of,
)
from domain.values.actions import Action, action
from tests.domain.builders import (
    BASIC,
    NOW,
    PREMIUM,
    SERVICES,
    STANDARD,
    a_catalog,
    a_plan,
    a_price,
    a_subscription,
    a_tenant,
    facts,
)
from tests.domain.eligibility.test_subscription_rules import EVERYTHING_WRONG


def never(plan: Plan) -> bool:
    return False


def options(world: Facts) -> Options:
    return options_of(world, NOW, never)


def test_targets_show_what_they_cost_and_what_changes() -> None:
    standard, premium = options(facts()).targets
    assert premium.model_dump(mode="json") == {
        "plan_id": "premium",
        "name": "Plan premium",
        "prices": {"monthly": "22.00", "annual": "264.00"},
        "currency": "USD",
        "services_gained": ["apps", "exchange", "sharepoint"],
        "services_lost": [],
        "credit_check_required": False,
        "expected_move_minutes": 1,
    }
    assert standard.plan_id == "standard"


def test_an_upgradable_subscription_needs_no_way_by_hand() -> None:
    answer = options(facts())
    assert answer.upgradable
    assert answer.refusals == ()
    assert answer.manual_change is None


def test_services_without_data_may_be_lost_and_say_so() -> None:
    lean = a_plan("lean", {"exchange": 1, "sharepoint": 1})
    (target,) = options(facts(catalog=a_catalog(BASIC, lean))).targets
    assert target.services_lost == ("teams",)
    assert target.services_gained == ()


def test_a_service_at_a_lower_version_is_neither_gained_nor_lost() -> None:
    catalog = a_catalog(a_plan("basic", {"exchange": 1, "teams": 2}), STANDARD)
    (target,) = options(facts(catalog=catalog)).targets
    assert target.services_gained == ("apps", "sharepoint")
    assert target.services_lost == ()


def test_prices_are_those_of_the_tenant_s_currency() -> None:
    other = a_plan("other", prices=(a_price("9.00"), a_price("280", "3360", "TWD")))
    world = facts(tenant=a_tenant(currency="TWD"), catalog=a_catalog(BASIC, other, STANDARD))
    (target,) = options(world).targets
    assert (target.currency, target.prices.monthly) == ("TWD", Decimal(280))


def test_whether_a_credit_check_is_needed_is_asked_of_each_target_only() -> None:
    asked: list[str] = []

    def for_premium(plan: Plan) -> bool:
        asked.append(plan.id)
        return plan.id == "premium"

    answer = options_of(facts(), NOW, for_premium)
    assert {one.plan_id: one.credit_check_required for one in answer.targets} == {
        "standard": False,
        "premium": True,
    }
    assert sorted(asked) == ["premium", "standard"]


def test_plans_that_cannot_be_chosen_are_listed_with_their_reasons() -> None:
    catalog = a_catalog(
        BASIC,
        STANDARD,
        a_plan("mail", {"exchange": 3}),
        a_plan("calling", {"apps": 1}, kind="add_on"),
        a_plan("retired", sold=False),
    )
    reasons = {
        one.plan_id: [refusal.evidence["reason"] for refusal in one.refusals]
        for one in options(facts(catalog=catalog)).unavailable
    }
    assert reasons == {
        "basic": ["current_plan"],
        "calling": ["lacks_data_services", "add_on"],
        "mail": ["lacks_data_services"],
    }


def test_a_refused_subscription_has_no_targets_but_reasons_and_a_way_by_hand() -> None:
    answer = options(facts(subscription=a_subscription(licenses=10, assigned=12)))
    assert not answer.upgradable
    assert answer.targets == ()
    assert [refusal.code for refusal in answer.refusals] == ["more_users_than_licenses"]
    assert answer.manual_change is not None
    assert {one.plan_id for one in answer.unavailable} == {"basic", "standard", "premium"}


def test_no_target_is_explained_although_nothing_speaks_against_the_subscription() -> None:
    answer = options(facts(catalog=a_catalog(BASIC, a_plan("mail", {"exchange": 1}))))
    (refusal,) = answer.refusals
    assert not answer.upgradable
    assert refusal.code == "target_not_supported"
    assert refusal.evidence == {
        "plan_id": "basic",
        "reason": "no_target",
        "data_services": ["exchange", "sharepoint"],
        "reasons": {"current_plan": 1, "lacks_data_services": 1},
    }
    assert tuple(refusal.evidence) == NO_TARGET.evidence
    assert refusal.message.en.endswith(
        "Of the plans on sale: your plan itself; "
        "lacking services in which your users keep data (1)."
    )
    assert refusal.remedy.action == "change_manually"
    assert answer.manual_change is not None


def test_where_no_plan_has_a_price_in_the_tenant_s_currency_support_is_the_way() -> None:
    answer = options(facts(tenant=a_tenant(currency="TWD")))
    (refusal,) = answer.refusals
    assert refusal.evidence == {
        "plan_id": "basic",
        "reason": "nothing_to_buy",
        "data_services": ["exchange", "sharepoint"],
        "reasons": {"current_plan": 1, "no_price_in_currency": 3},
        "segment": "commercial",
        "currency": "TWD",
    }
    assert tuple(refusal.evidence) == NOTHING_TO_BUY.evidence
    assert refusal.remedy.action == "contact_support"
    assert "in TWD" in refusal.message.en
    assert answer.manual_change is not None
    assert [step.action for step in answer.manual_change.steps] == ["contact_support"]
    assert {one.plan_id for one in answer.unavailable} == {"basic", "standard", "premium"}


@pytest.mark.parametrize(
    ("asked", "plan_ids"),
    [
        ("mail", ("mail",)),  # too few services for an upgrade, but it can be bought
        ("charity", ("standard", "mail")),
        ("nowhere", ("standard", "mail")),
        (None, ("standard", "mail")),
    ],
)
def test_the_way_by_hand_leads_to_the_plan_asked_for_where_it_can_be_bought(
    asked: str | None, plan_ids: tuple[str, ...]
) -> None:
    mail, charity = a_plan("mail", {"exchange": 1}), a_plan("charity", audience="nonprofit")
    world = facts(catalog=a_catalog(BASIC, STANDARD, mail, charity))
    buy = manual_change_of(world, NOW, asked).steps[0]
    assert isinstance(buy, BuyPlan)
    assert buy.plan_ids == plan_ids
    assert all(world.catalog.plans[id_].name in buy.text.en for id_ in plan_ids)


def test_of_many_plans_only_a_few_are_named() -> None:
    many = [a_plan(f"plan-{number}") for number in range(9)]
    buy = manual_change_of(facts(catalog=a_catalog(BASIC, *many)), NOW).steps[0]
    assert isinstance(buy, BuyPlan)
    assert len(buy.plan_ids) == 9
    assert "Plan plan-4 and 4 more" in buy.text.en
    assert "Plan plan-5" not in buy.text.en


def test_what_is_canceled_need_not_be_canceled() -> None:
    way = manual_change_of(facts(subscription=a_subscription(status="canceled", assigned=3)), NOW)
    assert [step.action for step in way.steps] == ["buy_plan", "check_subscriptions", "move_users"]
    assert "contoso-basic is canceled" in way.steps[1].text.en


def test_the_way_by_hand_has_this_tenant_s_ids_and_numbers() -> None:
    catalog = a_catalog(
        BASIC,
        STANDARD,
        a_plan("mail", {"exchange": 1}),
        a_plan("calling", kind="add_on"),
        a_plan("charity", audience="nonprofit"),
        a_plan("retired", sold=False),
        a_plan("taipei", prices=(a_price(currency="TWD"),)),
    )
    blocked = a_subscription(licenses=10, assigned=12)
    way = options(facts(subscription=blocked, catalog=catalog)).manual_change
    assert way is not None
    steps = [step.model_dump(mode="json", exclude={"text"}) for step in way.steps]
    assert steps == [
        {
            "action": "buy_plan",
            "licenses": 12,
            "plan_ids": ["standard", "mail"],
            "services_lost": {"mail": ["sharepoint", "teams"]},
        },
        {
            "action": "check_subscriptions",
            "subscription_id": "contoso-basic",
            "status": "active",
            "licenses_needed": 12,
        },
        {"action": "move_users", "from_subscription_id": "contoso-basic", "users": 12},
        {"action": "cancel_subscription", "subscription_id": "contoso-basic"},
    ]
    assert "12" in way.steps[0].text.en
    assert all("contoso-basic" in step.text.in_language("zh-TW") for step in way.steps[1:])


MAIL = a_plan("mail", {"exchange": 1})


def in_one_go(*, cancel_old: bool, keep_add_ons: bool | None = None) -> Action:
    return action(
        "ask_change_quote",
        subscription_id="contoso-basic",
        target_plan_id="standard",
        licenses=80,
        billing="monthly",
        cancel_old=cancel_old,
        keep_add_ons=keep_add_ons,
    )


@pytest.mark.parametrize(
    ("subscription", "way"),
    [
        ({}, in_one_go(cancel_old=True)),
        ({"status": "provisioning"}, in_one_go(cancel_old=True)),  # in a few hours
        ({"balance_due": Decimal("1.00")}, in_one_go(cancel_old=True)),  # once that is paid
        ({"add_ons": ("calling",)}, in_one_go(cancel_old=True, keep_add_ons=True)),
        (
            {"add_ons": ("fax",)},
            in_one_go(cancel_old=False),
        ),  # not sold any more: it would end with it
        ({"add_ons": ("calling", "fax")}, in_one_go(cancel_old=False)),
        ({"status": "suspended"}, None),
        ({"blocked": Block(code="fraud_hold")}, None),
        ({"assigned": 0}, None),
    ],
)
def test_the_way_by_hand_is_one_command_to_the_plan_that_loses_least(
    subscription: dict[str, Any], way: Action | None
) -> None:
    add_ons = (a_plan("calling", kind="add_on"), a_plan("fax", kind="add_on", sold=False))
    catalog = a_catalog(BASIC, STANDARD, MAIL, *add_ons)
    of = facts(catalog=catalog, subscription=a_subscription(**subscription))
    assert manual_change_of(of, NOW).next_action == way


def test_what_a_plan_takes_away_is_said_and_the_nearest_comes_first() -> None:
    """Of Exchange, SharePoint and Teams: without Teams is nearer than without SharePoint."""
    quiet = a_plan("quiet", {"exchange": 1, "sharepoint": 1}, prices=(a_price("99.00"),))
    old = a_plan("old", {"exchange": 1, "teams": 1}, prices=(a_price("1.00"),))
    way = manual_change_of(facts(catalog=a_catalog(BASIC, MAIL, old, quiet)), NOW)
    buy = way.steps[0]
    assert isinstance(buy, BuyPlan)
    assert buy.plan_ids == ("quiet", "old", "mail")
    assert buy.services_lost == {
        "quiet": ("teams",), "old": ("sharepoint",), "mail": ("sharepoint", "teams"),
    }  # fmt: skip
    assert (
        "Plan quiet (without Microsoft Teams), Plan old (without SharePoint Online), Plan mail "
        "(without SharePoint Online, Microsoft Teams)"
    ) in buy.text.en
    assert "Plan quiet（不含 Microsoft Teams）、Plan old" in buy.text.in_language("zh-TW")
    assert way.next_action is not None
    assert way.next_action.arguments["target_plan_id"] == "quiet"
    assert way.warning is not None
    assert "Microsoft Teams" in way.warning.en
    assert "data" not in way.warning.en
    asked = manual_change_of(facts(catalog=a_catalog(BASIC, MAIL, quiet)), NOW, "mail")
    assert asked.warning is not None
    assert "SharePoint Online. Users lose their data" in asked.warning.en
    assert manual_change_of(facts(), NOW).warning is None


def test_nobody_is_sent_to_a_plan_of_another_kind_unasked() -> None:
    """A subscription of Project, where only mail is sold beside it."""
    services = {**SERVICES, "project": Service(id="project", name="Project", data_related=True)}
    project = a_plan("project", {"project": 1})
    of = facts(
        subscription=a_subscription(plan="project"),
        catalog=a_catalog(project, MAIL, services=services),
    )
    way = manual_change_of(of, NOW)
    assert (way.next_action, way.warning) == (None, None)
    assert "Plan mail (without Project)" in way.steps[0].text.en
    asked = manual_change_of(of, NOW, "mail")
    assert asked.next_action is not None
    assert asked.warning is not None


def test_no_command_buys_more_licenses_than_a_plan_has() -> None:
    small = a_plan("small", max_licenses=79)
    assert manual_change_of(facts(catalog=a_catalog(BASIC, small)), NOW).next_action is None
    both = manual_change_of(facts(catalog=a_catalog(BASIC, small, MAIL)), NOW).next_action
    assert both is not None
    assert both.arguments["target_plan_id"] == "mail"


def test_the_way_by_hand_buys_at_least_one_license() -> None:
    way = options(facts(subscription=a_subscription(status="expired", assigned=0))).manual_change
    assert way is not None
    assert way.steps[0].model_dump()["licenses"] == 1


@pytest.mark.parametrize(
    ("users", "minutes"), [(0, 1), (19_999, 1), (20_000, 2), (300_000, 16), (1_000_000, 51)]
)
def test_moving_more_users_takes_longer(users: int, minutes: int) -> None:
    assert expected_move_minutes(users) == minutes


def test_a_million_users_stay_within_the_hour_that_is_promised() -> None:
    assert expected_move_minutes(1_000_000) <= facts().policy.admin_lock.expected_minutes


def test_the_answer_has_the_promised_shape_and_survives_json() -> None:
    for world in (facts(), EVERYTHING_WRONG):
        answer = options(world)
        assert list(answer.model_dump(mode="json")) == [
            "subscription_id",
            "upgradable",
            "refusals",
            "targets",
            "unavailable",
            "manual_change",
            "next_action",
        ]
        assert Options.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize(
    ("most", "licenses", "assigned", "asked"),
    [
        (None, 100, 80, 100),
        (90, 100, 80, 90),
        (80, 100, 80, 80),
        (79, 100, 80, None),
        (None, 0, 0, 1),
    ],
)
def test_what_quotes_a_target_has_a_license_for_each_user_and_no_more_than_the_plan(
    most: int | None, licenses: int, assigned: int, asked: int | None
) -> None:
    catalog = a_catalog(BASIC, a_plan("small", max_licenses=most))
    subscription = a_subscription(licenses=licenses, assigned=assigned)
    way = options(facts(catalog=catalog, subscription=subscription)).next_action
    assert way == (
        None
        if asked is None
        else action(
            "ask_quote",
            subscription_id="contoso-basic",
            target_plan_id="small",
            licenses=asked,
            billing="monthly",
        )
    )


def test_what_is_refused_names_no_quote() -> None:
    assert options(EVERYTHING_WRONG).next_action is None


def test_the_cheapest_comes_first() -> None:
    dear = a_plan("a-dear-one", prices=(a_price("99.00", "999.00"),))
    answer = options(facts(catalog=a_catalog(dear, PREMIUM, STANDARD, BASIC)))
    assert [one.plan_id for one in answer.targets] == ["standard", "premium", "a-dear-one"]
