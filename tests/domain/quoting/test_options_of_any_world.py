"""B1-B5, B59: whatever world `load` accepts, its options answer, and hold what they promise."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.customer import Block
from domain.catalog.facts import Facts, Incident, OpenUpgrade
from domain.catalog.plans import Plan
from domain.eligibility.refusals import Refusal
from domain.eligibility.subscription_rules import RULES, check_order, refusals_of
from domain.eligibility.target_rules import TARGET_RULES
from domain.quoting.options import BuyPlan, Options, manual_change_of, options_of
from domain.quoting.quote import credit_check_expected
from domain.text.texts import TEXTS
from tests.domain.builders import NOW
from tests.domain.eligibility.refusals_page import REASONS
from tests.domain.worlds import SERVICES, facts_of, mostly, subscription_ids, worlds
from tests.examples import examples

few = examples(30)  # drawing a world takes longer than answering

ROWS = {row.key: row for row in REASONS}
STAGES = st.sampled_from(["checking", "scheduled", "awaiting_credit_check", "moving_users"])
OPEN_UPGRADES = st.lists(
    st.builds(
        OpenUpgrade,
        upgrade_id=st.sampled_from(["up-1", "up-2"]),
        subscription_id=st.just("contoso-1"),
        stage=STAGES,
        deadline=st.none() | st.just(NOW),
    ),
    max_size=2,
    unique_by=lambda one: one.upgrade_id,
)


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """Of a subscription of any world, with upgrades of its tenant and of others under way."""
    world = draw(worlds)
    facts = facts_of(world, draw(st.sampled_from(subscription_ids(world))))
    upgrades = tuple(draw(mostly([], OPEN_UPGRADES)))
    return facts.model_copy(
        update={
            "open_upgrades": upgrades,
            "open_upgrades_in_service": len(upgrades) + draw(mostly(0, st.integers(0, 2))),
        }
    )


def options(facts: Facts) -> Options:
    """As the service asks for them."""
    return options_of(facts, NOW, lambda plan: credit_check_expected(facts, plan, NOW))


def targets(facts: Facts) -> set[str]:
    return {target.plan_id for target in options(facts).targets}


def changed(facts: Facts, **changes: Any) -> Facts:
    """The same with other facts about the subscription."""
    return facts.model_copy(update={"subscription": facts.subscription.model_copy(update=changes)})


def all_refusals(answer: Options) -> list[Refusal]:
    return [*answer.refusals, *(one for plan in answer.unavailable for one in plan.refusals)]


@few
@given(any_facts())
def test_options_answer_whatever_the_world_holds(facts: Facts) -> None:
    answer = options(facts)
    assert Options.model_validate_json(answer.model_dump_json()) == answer
    assert json.loads(json.dumps(answer.model_dump(mode="json"))) == answer.model_dump(mode="json")


@few
@given(any_facts())
def test_every_sold_plan_is_in_exactly_one_of_the_two_lists(facts: Facts) -> None:
    answer = options(facts)
    listed = [one.plan_id for one in (*answer.targets, *answer.unavailable)]
    assert sorted(listed) == sorted(plan.id for plan in facts.catalog.plans.values() if plan.sold)


@few
@given(any_facts())
def test_no_target_has_fewer_data_services_is_an_add_on_or_lacks_a_price(facts: Facts) -> None:
    for target in options(facts).targets:
        plan = facts.catalog.plans[target.plan_id]
        for service, version in facts.plan.services.items():
            if facts.catalog.is_data_related(service):
                assert plan.services.get(service, 0) >= version
        assert (plan.kind, plan.audience, plan.sold) == ("plan", facts.tenant.segment, True)
        price = plan.price_in(facts.tenant.currency)
        assert price is not None
        assert (target.prices.monthly, target.prices.annual) == (price.monthly, price.annual)
        assert plan.id != facts.plan.id
        assert not set(target.services_lost) & {
            id_ for id_ in SERVICES if facts.catalog.is_data_related(id_)
        }


@few
@given(any_facts())
def test_an_answer_without_targets_has_a_reason_a_remedy_and_the_way_by_hand(facts: Facts) -> None:
    answer = options(facts)
    assert answer.upgradable == bool(answer.targets)
    assert answer.upgradable != bool(answer.refusals)
    assert answer.upgradable == (answer.manual_change is None)
    if answer.manual_change is not None:
        actions = [step.action for step in answer.manual_change.steps]
        assert actions in (
            ["contact_support"],
            ["buy_plan", "check_subscriptions", "move_users"],
            ["buy_plan", "check_subscriptions", "move_users", "cancel_subscription"],
        )


@few
@given(any_facts())
def test_every_refusal_is_as_its_row_says(facts: Facts) -> None:
    for refusal in all_refusals(options(facts)):
        reason = refusal.evidence.get("reason")
        row = ROWS[refusal.code if reason is None else f"{refusal.code}.{reason}"]
        assert tuple(refusal.evidence) == row.evidence
        assert refusal.remedy.action == row.action
        assert refusal.temporary == row.temporary == (refusal.remedy.retry_after is not None)
        assert refusal.remedy.retry_after is None or refusal.remedy.retry_after >= NOW
        for said in (refusal.message, refusal.remedy.text):
            assert said.en.endswith(".")
            assert said.zh_tw.endswith("。")


@few
@given(any_facts())
def test_what_can_be_bought_by_hand_can_be_bought(facts: Facts) -> None:
    buy = manual_change_of(facts, NOW).steps[0]
    if isinstance(buy, BuyPlan):
        assert buy.licenses >= max(1, facts.subscription.assigned)
        for id_ in buy.plan_ids:
            plan = facts.catalog.plans[id_]
            assert plan.sold
            assert plan.price_in(facts.tenant.currency) is not None


# What is done to a world, and how its options may change. Each holds for all worlds.


@few
@given(any_facts(), st.builds(Incident, service=st.sampled_from(SERVICES), reference=st.just("C")))
def test_an_incident_never_makes_a_plan_appear(facts: Facts, incident: Incident) -> None:
    worse = facts.model_copy(update={"incidents": (*facts.incidents, incident)})
    assert targets(worse) <= targets(facts)


def unblocked(facts: Facts) -> Facts:
    return changed(facts, blocked=None)


REMEDIES: dict[str, Callable[[Facts], Facts]] = {
    "unpaid_balance": lambda facts: changed(facts, balance_due=Decimal(0)),
    "more_users_than_licenses": lambda facts: changed(
        facts, licenses=max(facts.subscription.licenses, facts.subscription.assigned)
    ),
    "not_fully_provisioned": lambda facts: changed(facts, status="active"),
    "subscription_not_active": lambda facts: changed(facts, status="active"),
    "service_incident": lambda facts: facts.model_copy(update={"incidents": ()}),
    "not_eligible": unblocked,
    "unknown": unblocked,
    "has_add_on": lambda facts: changed(facts, add_ons=()),
    "prepaid": lambda facts: changed(facts, prepaid=None),
    "multiple_subscriptions_same_product": lambda facts: facts.model_copy(update={"siblings": ()}),
    "upgrade_in_progress": lambda facts: facts.model_copy(update={"open_upgrades": ()}),
    "credit_check_pending": lambda facts: facts.model_copy(update={"open_upgrades": ()}),
    "temporarily_unavailable": lambda facts: facts.model_copy(
        update={"open_upgrades_in_service": 0}
    ),
    # Nothing that a customer could do about who it is.
    "government_or_nonprofit": lambda facts: facts,
}
NO_REMEDY = {"government_or_nonprofit"}


def test_every_code_has_its_remedy_here() -> None:
    assert REMEDIES.keys() == {rule.code for rule in RULES}


@examples(100)
@given(st.sampled_from(sorted(REMEDIES.keys() - NO_REMEDY)), any_facts())
def test_a_remedy_heals_its_reason_and_makes_no_plan_vanish(code: str, facts: Facts) -> None:
    better = REMEDIES[code](facts)
    # Setting a suspended subscription active can make it a second live one; nothing else gets worse.
    before = {refusal.code for refusal in refusals_of(facts, NOW)}
    after = {refusal.code for refusal in refusals_of(better, NOW)}
    assert code not in after
    assert after <= before | {"multiple_subscriptions_same_product"}
    if after <= before:
        assert targets(facts) <= targets(better)


@few
@given(any_facts(), st.randoms(use_true_random=False))
def test_the_order_of_rules_and_of_facts_changes_nothing(facts: Facts, random: Any) -> None:
    def shuffled(items: Any) -> Any:
        return tuple(random.sample(list(items), len(items)))

    other = facts.model_copy(
        update={
            "siblings": shuffled(facts.siblings),
            "incidents": shuffled(facts.incidents),
            "open_upgrades": shuffled(facts.open_upgrades),
            "catalog": facts.catalog.model_copy(
                update={"plans": dict(shuffled(facts.catalog.plans.items()))}
            ),
        }
    )
    expected = options(facts)
    assert options(other) == expected
    rules, target_rules = shuffled(RULES), shuffled(TARGET_RULES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("domain.eligibility.subscription_rules.RULES", rules)
        patch.setattr("domain.eligibility.target_rules.TARGET_RULES", target_rules)
        answer = options(facts)
    assert answer.targets == expected.targets
    assert sorted(one.code for one in answer.refusals) == sorted(
        one.code for one in expected.refusals
    )
    assert [
        (plan.plan_id, sorted(map(Refusal.model_dump_json, plan.refusals)))
        for plan in answer.unavailable
    ] == [
        (plan.plan_id, sorted(map(Refusal.model_dump_json, plan.refusals)))
        for plan in expected.unavailable
    ]


@few
@given(any_facts(), st.sampled_from(["basic", "standard", "nowhere"]))
def test_an_order_meets_exactly_what_the_options_say(facts: Facts, plan_id: str) -> None:
    answer = options(facts)
    refusals = check_order(facts, plan_id, NOW)
    if plan_id in targets(facts):
        assert refusals == ()
    else:
        assert refusals
        listed = {one.plan_id: one.refusals for one in answer.unavailable}
        assert listed.get(plan_id, refusals) == refusals


@few
@given(any_facts(), st.sampled_from(SERVICES), st.sampled_from(["basic", "standard", "other"]))
def test_a_plan_that_loses_a_service_never_becomes_a_target(
    facts: Facts, service: str, plan_id: str
) -> None:
    plan = facts.catalog.plans[plan_id]
    if plan_id == facts.plan.id:
        return
    poorer: Plan = plan.model_copy(
        update={"services": {id_: v for id_, v in plan.services.items() if id_ != service}}
    )
    catalog = facts.catalog.model_copy(update={"plans": {**facts.catalog.plans, plan_id: poorer}})
    assert targets(facts.model_copy(update={"catalog": catalog})) <= targets(facts)


@few
@given(any_facts(), st.text(min_size=1, max_size=8))
def test_a_block_of_whatever_code_refuses_and_keeps_the_code(facts: Facts, code: str) -> None:
    blocked = changed(facts, blocked=Block(code=code, note="n"))
    answer = options(blocked)
    assert not answer.upgradable
    (found,) = [one for one in answer.refusals if one.code in ("unknown", "not_eligible")]
    assert found.evidence.get("foreign_code", "not_eligible") == code


def test_all_rows_have_texts_in_all_languages() -> None:
    for language in TEXTS:
        for key in ROWS:
            assert f"refusal.{key}" in TEXTS[language]
            assert f"remedy.{key}" in TEXTS[language]
