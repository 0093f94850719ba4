"""What a world file changes of what is stored: what it leaves out stays, what contradicts is refused (B69)."""

from typing import Any

import pytest

from domain.catalog.customer import Block, Prepaid
from domain.catalog.policy import Policy
from domain.text.faults import WorldFaults
from domain.world.differences import Changed, differences, merged, merged_deeply
from domain.world.importing import SECTIONS, Section
from domain.world.stored import Stored, StoredTenant, UpgradeOfPlans
from tests.domain.builders import (
    BASIC,
    NOW,
    SERVICES,
    STANDARD,
    a_plan,
    a_subscription,
    a_tenant,
)
from tests.domain.world.planned import (
    OPEN,
    OWN,
    S,
    T,
    changes_of,
    fault_of,
    of_tenant,
    planned,
    stored,
    stored_subscription,
)
from tests.domain.world_documents import subscription, users

# ---- what is left out stays ----------------------------------------------------------------------


def test_a_file_that_says_what_is_stored_changes_nothing() -> None:
    plan = planned(of_tenant(subscription()))
    assert (plan.changed, plan.kept) == ([], [])
    assert (plan.services, plan.plans, plan.tenants, plan.policy) == ([], [], [], None)
    (held,) = plan.subscriptions
    assert not held.differs
    assert held.users is None, "it says nothing of users"


@pytest.mark.parametrize("key", OWN)
def test_a_key_that_a_subscription_leaves_out_stays_as_it_is(key: str) -> None:
    there = stored_subscription(**OWN)
    plan = planned(of_tenant(subscription(licenses=11)), stored(there))
    (held,) = plan.subscriptions
    assert getattr(held.after, key) == getattr(there.subscription, key)
    assert changes_of(plan) == {("subscription", "contoso-basic", "licenses")}


@pytest.mark.parametrize(
    ("key", "nothing"),
    [("price", None), ("prepaid", None), ("balance_due", None), ("blocked", None), ("add_ons", [])],
)
def test_a_key_that_says_nothing_is_there_takes_away_what_was(key: str, nothing: object) -> None:
    there = stored(stored_subscription(**OWN))
    plan = planned(of_tenant(subscription(**{key: nothing})), there)
    assert not getattr(plan.subscriptions[0].after, key)
    assert {field.split(".")[0] for _, _, field in changes_of(plan) if field} == {key}


@pytest.mark.parametrize(
    ("key", "value"), [("subdivision", "WA"), ("language", "zh-TW"), ("segment", "nonprofit")]
)
def test_a_key_that_a_tenant_leaves_out_stays_as_it_is(key: str, value: str) -> None:
    was = StoredTenant(tenant=a_tenant(**{key: value}), subscriptions=1)
    plan = planned(of_tenant(name="Renamed"), stored(tenants={"contoso": was}))
    (now,) = plan.tenants
    assert (now.name, getattr(now, key)) == ("Renamed", value)
    assert changes_of(plan) == {("tenant", "contoso", "name")}


def test_a_subdivision_does_not_move_to_another_country() -> None:
    plan = planned(of_tenant(country="DE"))
    assert plan.tenants[0].subdivision is None
    assert changes_of(plan) == {
        ("tenant", "contoso", "country"),
        ("tenant", "contoso", "subdivision"),
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kind", "add_on"),
        ("audience", "nonprofit"),
        ("prices", ()),
        ("max_licenses", 5),
        ("sold", False),
    ],
)
def test_a_key_that_a_plan_leaves_out_stays_as_it_is(key: str, value: Any) -> None:
    was = a_plan("gold", **{key: value})
    given = {"id": "gold", "product": "gold", "name": "Gold", "services": {"exchange": 1}}
    plan = planned({"plans": [given]}, stored(plans={"gold": was, "basic": BASIC}))
    assert getattr(plan.plans[0], key) == value
    assert ("plan", "gold", "name") in changes_of(plan)
    assert ("plan", "gold", key) not in changes_of(plan)


def test_a_service_keeps_whether_users_have_data_in_it() -> None:
    plan = planned({"services": [{"id": "exchange", "name": "Mail"}]})
    assert plan.services[0].data_related
    assert changes_of(plan) == {("service", "exchange", "name")}


def test_a_new_record_has_the_defaults_of_what_it_leaves_out() -> None:
    plan = planned(of_tenant(subscription(id="other"), id="other"))
    assert plan.tenants[0].segment == "commercial"
    assert plan.subscriptions[0].after.price is None
    assert plan.subscriptions[0].before is None
    assert [(each.id, each.field, each.new) for each in plan.changed] == [
        ("other", None, "Contoso"),
        ("other", None, "basic"),
    ]


def test_tenants_alone_are_checked_against_the_stored_catalog() -> None:
    assert planned(of_tenant(subscription(plan="premium", price=None, add_ons=["calling"])))
    fault = fault_of(of_tenant(subscription(plan="premum")))
    assert fault.place == f"{S}.plan"
    assert (
        'no plan "premum", neither in the file nor stored; did you mean "premium"?' in fault.message
    )
    fault = fault_of(of_tenant(subscription(users=users(ada=["apps"]))))
    assert 'plan "basic" has no service "apps"' in fault.message
    fault = fault_of({"incidents": [{"service": "exchnge", "reference": "E"}]})
    assert 'did you mean "exchange"?' in fault.message
    assert planned({"incidents": [{"service": "exchange", "reference": "E"}]}).opened


def test_faults_of_shape_and_faults_beside_what_is_stored_are_told_at_once() -> None:
    with pytest.raises(WorldFaults) as caught:
        planned(of_tenant(subscription(licenses="ten", plan="gone"), currency="EUR", name=5))
    assert [fault.place for fault in caught.value.faults] == [
        f"{T}.name",
        f"{T}.currency",
        f"{S}.licenses",
        f"{S}.plan",
    ]


# ---- policy and incidents ------------------------------------------------------------------------

THERE = Policy.model_validate(
    {
        "tax": {"US": "0.08", "DE": "0.19"},
        "credit_check": {"thresholds": {"USD": "500.00", "EUR": "400.00"}, "business_days": 3},
        "seller": {
            "name": "Ours",
            "country": "IE",
            "city": "Dublin",
            "iban": "IE29AIBK93115212345678",
        },
        "quote": {"valid_days": 30},
    }
)


def test_each_key_of_the_policy_changes_that_alone() -> None:
    given = {
        "tax": {"US": "0.09"},
        "credit_check": {"thresholds": {"EUR": "1.00"}},
        "seller": {"city": "Cork"},
    }
    plan = planned({"policy": given}, stored(policy=THERE))
    assert plan.policy == Policy.model_validate(
        THERE.model_dump()
        | {"tax": {"US": "0.09", "DE": "0.19"}}
        | {"credit_check": {"thresholds": {"USD": "500.00", "EUR": "1.00"}, "business_days": 3}}
        | {"seller": THERE.seller.model_dump() | {"city": "Cork"}}
    )
    assert [(each.field, each.old, each.new) for each in plan.changed] == [
        ("credit_check.thresholds.EUR", "400.00", "1.00"),
        ("tax.US", "0.08", "0.09"),
        ("seller.city", "Dublin", "Cork"),
    ]


def test_a_policy_that_is_replaced_is_that_of_the_file_alone() -> None:
    plan = planned({"policy": {"tax": {"US": "0.09"}}}, stored(policy=THERE), "policy")
    assert plan.policy == Policy.model_validate({"tax": {"US": "0.09"}})


def test_the_first_policy_is_that_of_its_file_and_later_files_may_have_none() -> None:
    thresholds = {"credit_check": {"thresholds": {"EUR": "1.00"}}}
    first = planned({"policy": thresholds}, stored(policy=None))
    assert first.policy == Policy.model_validate(thresholds)
    assert planned({"services": []}, stored(policy=None)).policy == Policy()
    assert planned({"services": []}, stored(policy=THERE)).policy is None


def test_incidents_of_a_file_begin_and_others_go_on() -> None:
    there = stored(incidents=frozenset({("exchange", "E-1"), ("teams", "T-1")}))
    named = {"incidents": [{"service": "exchange", "reference": r} for r in ("E-1", "E-2")]}
    plan = planned(named, there)
    assert (plan.opened, plan.closed) == ({("exchange", "E-2")}, frozenset())
    (kept,) = plan.kept
    assert (kept.what, kept.id, kept.code) == ("incident", "teams/T-1", "incident_open")
    assert "--replace incidents" in kept.reason
    plan = planned(named, there, "incidents")
    assert (plan.opened, plan.closed) == ({("exchange", "E-2")}, {("teams", "T-1")})
    assert (
        Changed(what="incident", id="teams/T-1", field=None, old="open", new=None) in plan.changed
    )
    assert planned({"services": []}, there).kept == []


# ---- replacing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("section", SECTIONS)
def test_what_is_replaced_must_be_in_the_file(section: Section) -> None:
    fault = fault_of({"tenants": []}, None, section)
    assert fault.place == section
    assert "write" in fault.message


def test_a_replaced_catalog_loses_what_nothing_needs() -> None:
    document = {
        "services": [{"id": id, "name": "X"} for id in ("exchange", "sharepoint", "teams")],
        "plans": [
            {"id": "basic", "product": "basic", "name": "Basic", "services": {"exchange": 1}}
        ],
    }
    plan = planned(document, None, "services", "plans")
    assert plan.removed_services == ("apps",)
    assert plan.removed_plans == ("calling", "premium", "standard")
    assert {each.id for each in plan.changed if each.new is None and each.field is None} == {
        "apps",
        "calling",
        "premium",
        "standard",
    }
    used = stored(used={"plans/premium": "quote q-1 is for it"})
    fault = fault_of(document, used, "services", "plans")
    assert fault.place == "plans"
    assert '"premium" (quote q-1 is for it) cannot be removed' in fault.message
    assert "sold: false" in fault.message
    fault = fault_of(document, None, "services")
    assert (
        '"apps" (plan standard has it)' in fault.message or '"apps" (plan premium' in fault.message
    )


def test_a_plan_that_is_removed_cannot_be_named() -> None:
    document = of_tenant(subscription(plan="premium")) | {"plans": [BASIC.model_dump(mode="json")]}
    assert "no plan" in fault_of(document, None, "plans").message


# ---- what must not be said beside what is stored ------------------------------------------------


def test_a_subscription_never_changes_its_tenant() -> None:
    fault = fault_of(of_tenant(subscription(), id="fabrikam"))
    assert fault.place == f"{S}.id"
    for named in ('"contoso"', '"fabrikam"', '"contoso-basic"'):
        assert named in fault.message


def test_a_tenant_with_subscriptions_keeps_its_currency() -> None:
    fault = fault_of(of_tenant(currency="EUR"))
    assert fault.place == f"{T}.currency"
    assert '"EUR" is not "USD"' in fault.message
    nothing = StoredTenant(tenant=a_tenant(), subscriptions=0)
    assert planned(of_tenant(currency="EUR"), stored(tenants={"contoso": nothing})).tenants


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("time_zone", "Asia/Tokyo"),
        ("country", "JP"),
        ("subdivision", "OR"),
        ("segment", "nonprofit"),
    ],
)
def test_what_an_open_upgrade_was_decided_by_stays_until_it_has_ended(key: str, value: str) -> None:
    document = of_tenant(**({"subdivision": "WA"} | {key: value}))
    fault = fault_of(document, stored(open_upgrade=OPEN))
    assert fault.place == f"{T}.{key}"
    for named in (f'"{value}"', f'"{getattr(a_tenant(), key)}"', "up-1 (awaiting_credit_check)"):
        assert named in fault.message
    assert changes_of(planned(document)) == {("tenant", "contoso", key)}


@pytest.mark.parametrize(
    "change", [{"billing_day": 3}, {"payment_method": "invoice"}, {"name": "New"}]
)
def test_what_an_order_has_pinned_may_change_meanwhile(change: dict[str, Any]) -> None:
    assert planned(of_tenant(**change), stored(open_upgrade=OPEN)).tenants


def test_no_subscription_takes_the_id_of_one_that_an_upgrade_opens() -> None:
    fault = fault_of(of_tenant(subscription(id="sub-1")), stored(promised={"sub-1": "up-1"}))
    assert (fault.place, "upgrade up-1" in fault.message) == (f"{S}.id", True)


@pytest.mark.parametrize(("key", "value"), [("plan", "premium"), ("billing", "annual")])
def test_an_own_price_does_not_outlive_what_it_was_for(key: str, value: str) -> None:
    there = stored(stored_subscription(price="5.50"))
    fault = fault_of(of_tenant(subscription(**{key: value})), there)
    assert fault.place == f"{S}.price"
    assert "5.50" in fault.message
    assert f'"{value}"' in fault.message
    for price in (None, "9.00"):
        assert planned(of_tenant(subscription(price=price, **{key: value})), there)
    assert planned(of_tenant(subscription(**{key: value})))


def test_a_plan_needs_no_price_where_the_stored_subscription_has_its_own() -> None:
    unpriced = a_plan("basic", prices=())
    plans = {"basic": unpriced}
    assert planned(
        of_tenant(subscription()), stored(stored_subscription(price="1.00"), plans=plans)
    )
    fault = fault_of(of_tenant(subscription()), stored(plans=plans))
    assert "has no price in USD" in fault.message


UPGRADE = UpgradeOfPlans(
    upgrade=OPEN, tenant=a_tenant(), subscription=a_subscription(), target_plan_id="standard"
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"services": {"sharepoint": 1, "teams": 1}}, "would lack a service of basic"),
        ({"kind": "add_on"}, "would be an add-on"),
        ({"audience": "nonprofit"}, "for another kind of customer"),
    ],
)
def test_no_open_upgrade_loses_its_target(change: dict[str, Any], words: str) -> None:
    document = {"plans": [STANDARD.model_dump(mode="json") | change]}
    fault = fault_of(document, stored(upgrades=(UPGRADE,)))
    assert fault.place == "plans[0]"
    assert words in fault.message
    assert "up-1 (awaiting_credit_check)" in fault.message
    assert planned(document).plans


def test_what_an_upgrade_leaves_does_not_gain_what_its_target_lacks() -> None:
    better = BASIC.model_dump(mode="json") | {"services": {"exchange": 2}}
    fault = fault_of({"plans": [better]}, stored(upgrades=(UPGRADE,)))
    assert "lower version" in fault.message
    kept = [each.model_dump(mode="json") for each in SERVICES.values()]
    lost = STANDARD.model_copy(update={"services": {"exchange": 1, "sharepoint": 1}})
    there = stored(upgrades=(UPGRADE,), plans={"basic": BASIC, "standard": lost})
    kept[2]["data_related"] = True
    assert "would lack" in fault_of({"services": kept}, there).message
    for field, value in (("sold", False), ("prices", ()), ("name", "X"), ("product", "x")):
        document = {"plans": [STANDARD.model_dump(mode="json") | {field: value}]}
        assert planned(document, stored(upgrades=(UPGRADE,))).plans


# ---- the tax that was charged --------------------------------------------------------------------


def rate_after(document: dict[str, Any], there: Stored) -> str:
    (planned_subscription,) = planned(document, there).subscriptions
    return str(planned_subscription.after.tax_rate)


@pytest.mark.parametrize(
    ("said", "table", "pinned"),
    [
        ({"tax_rate": "0.16"}, {"US": "0.0825"}, "0.16"),
        ({"tax_rate": "0.160"}, {}, "0.16"),
        ({}, {"US": "0.0825"}, "0.0825"),
        ({}, {"DE": "0.19"}, "0"),
        ({"tax_rate": None}, {"US": "0.0825"}, "0.0825"),
    ],
)
def test_a_new_subscription_has_the_rate_of_its_file_or_of_the_table(
    said: dict[str, Any], table: dict[str, str], pinned: str
) -> None:
    """B63: by the tenant's sold-to country, which is the US."""
    new = stored(subscriptions={}, policy=Policy.model_validate({"tax": table}))
    assert rate_after(of_tenant(subscription(**said)), new) == pinned


def test_the_table_of_the_same_file_counts() -> None:
    document = of_tenant(subscription()) | {"policy": {"tax": {"US": "0.07"}}}
    assert rate_after(document, stored(subscriptions={})) == "0.07"


def test_a_rate_that_is_pinned_stays_whatever_the_table_says_later() -> None:
    there = stored(
        stored_subscription(tax_rate="0.07"), policy=Policy.model_validate({"tax": {"US": "0.09"}})
    )
    assert rate_after(of_tenant(subscription()), there) == "0.07"
    assert rate_after(of_tenant(subscription(tax_rate="0.08")), there) == "0.08"
    assert rate_after(of_tenant(subscription(tax_rate=None)), there) == "0.09"


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        ("1", 'is not a fraction below 1: write "0.20" for 20 %'),
        ("19", 'is not a fraction below 1: write "0.20" for 20 %'),
        ("-0.1", "is too small: at least 0"),
        ("0.1234567", "has too many digits: at most 6"),
    ],
)
def test_a_rate_that_is_none_is_told(rate: str, words: str) -> None:
    with pytest.raises(WorldFaults) as caught:
        planned(of_tenant(subscription(tax_rate=rate)))
    (fault,) = caught.value.faults
    assert fault.place == f"{S}.tax_rate"
    assert words in fault.message


# ---- the small parts -----------------------------------------------------------------------------


# ---- the currency that the seller accounts in ----------------------------------------------------


@pytest.mark.parametrize(
    ("said", "place", "words"),
    [
        ({"currency": "EUO"}, "currency", "is not a currency of ISO 4217"),
        ({"currency": "EUR", "rates": {"USA": "1"}}, "rates.USA", "is not a currency of ISO 4217"),
        ({"currency": "EUR", "rates": {"USD": "0"}}, "rates.USD", "is too small: more than 0"),
        ({"currency": "EUR", "rates": {"EUR": "1"}}, "rates.EUR", "which is 1: leave it out"),
        (
            {"currency": "EUR", "rates": {"USD": "0.12345678901"}},
            "rates.USD",
            "has too many digits: at most 10 after the point",
        ),
    ],
)
def test_an_accounting_currency_and_its_rates_are_checked(
    said: dict[str, Any], place: str, words: str
) -> None:
    fault = fault_of({"policy": {"accounting": said}})
    assert fault.place == f"policy.accounting.{place}"
    assert words in fault.message


def test_a_rate_is_added_to_those_that_are_there() -> None:
    euros = {"accounting": {"currency": "EUR", "rates": {"USD": "0.92"}}}
    there = stored(policy=Policy.model_validate(euros))
    more = {"policy": {"accounting": {"currency": "EUR", "rates": {"GBP": "1.17"}}}}
    now = planned(more, there).policy
    assert now is not None
    assert now.accounting is not None
    assert {name: str(rate) for name, rate in now.accounting.rates.items()} == {
        "USD": "0.92",
        "GBP": "1.17",
    }


def test_differences_name_the_way_to_each_field() -> None:
    old = a_subscription(prepaid=Prepaid(kind="upfront", from_=NOW.date()))
    new = old.model_copy(update={"prepaid": Prepaid(kind="upfront"), "blocked": Block(code="x")})
    assert list(differences(old, new)) == [
        ("prepaid.from", "2026-06-25", None),
        ("blocked", None, {"code": "x", "note": ""}),
    ]
    assert list(differences(BASIC, BASIC.model_copy(update={"services": {"teams": 2}}))) == [
        ("services.exchange", 1, None),
        ("services.sharepoint", 1, None),
        ("services.teams", 1, 2),
    ]


def test_the_same_amount_with_other_digits_is_no_difference() -> None:
    one, other = (a_subscription(price=digits) for digits in ("6.00", "6"))
    assert not list(differences(one, other))


def test_merging_takes_what_is_set_and_nothing_else() -> None:
    plan = a_plan(sold=False)
    given = type(plan).model_validate({"id": "basic", "product": "p", "name": "N", "services": {}})
    now = merged(plan, given)
    assert (now.sold, now.name, now.services) == (False, "N", {})
    assert merged_deeply(THERE, Policy()) == THERE
