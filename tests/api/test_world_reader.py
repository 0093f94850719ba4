"""The world file: what it becomes, and every fault with its place and in plain words."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.files.world_reader import world_schema
from domain.catalog.customer import Prepaid, Subscription, Tenant
from domain.catalog.policy import Policy
from domain.text.faults import Fault, WorldFaults
from domain.world.model import World, generated_user_id
from tests.world_parsing import parse_world

TODAY = date(2026, 6, 30)
SAMPLE = Path(__file__).parents[2] / "deploy" / "sample-world.yaml"
MISSING = object()

ADDRESS = {"name": "Contoso", "lines": ["1 Main Street"], "city": "Redmond", "country": "US"}
PLAN = {
    "id": "basic",
    "product": "basic",
    "name": "Basic",
    "services": {"exchange": 1, "sharepoint": 1},
    "prices": [{"currency": "USD", "monthly": "6.00", "annual": "72.00"}],
    "max_licenses": 300,
}
SUBSCRIPTION = {
    "id": "contoso-basic",
    "plan": "basic",
    "licenses": 100,
    "status": "active",
    "billing": "monthly",
    "cycle_anchor": "2026-06-18",
    "price": "5.50",
    "prepaid": {
        "kind": "upfront",
        "paid": "7200.00",
        "from": "2026-01-01",
        "until": "2026-12-31",
    },
    "balance_due": "0.00",
    "add_ons": ["phone"],
    "blocked": {"code": "not_eligible", "note": "under review"},
    "users": [
        {"id": "ada@contoso.example", "disabled_services": ["sharepoint"]},
        {"id": "bob@contoso.example"},
    ],
}
TENANT = {
    "id": "contoso",
    "name": "Contoso",
    "country": "US",
    "subdivision": "WA",
    "time_zone": "America/Los_Angeles",
    "currency": "USD",
    "language": "en",
    "segment": "commercial",
    "payment_method": "card",
    "billing_day": 15,
    "sold_to": ADDRESS,
    "billed_to": ADDRESS,
    "subscriptions": [SUBSCRIPTION],
}
DOCUMENT: dict[str, Any] = {
    "services": [
        {"id": "exchange", "name": "Exchange Online", "data_related": True},
        {"id": "sharepoint", "name": "SharePoint Online", "data_related": True},
    ],
    "plans": [
        PLAN,
        {**PLAN, "id": "phone", "product": "phone", "kind": "add_on"},
    ],
    "tenants": [TENANT],
    "incidents": [{"service": "exchange", "reference": "EX-1"}],
    "policy": {"credit_check": {"thresholds": {"USD": "10000.00"}}, "tax": {"US": "0.10"}},
}
T, S = "tenants[0]", "tenants[0].subscriptions[0]"


def a_document(**changes: object) -> dict[str, Any]:
    """The sound document, with `changes` by path: `tenants__0__name="x"`."""
    # Not a deep copy: that would keep what two places share shared.
    document = json.loads(json.dumps(DOCUMENT))
    for path, value in changes.items():
        change(document, path.split("__"), value)
    return document


def change(document: Any, path: list[str], value: object) -> None:
    """Sets, adds (behind a list's end) or takes away (MISSING) what stands at `path`."""
    step, *rest = path
    key: Any = int(step) if isinstance(document, list) else step
    if rest:
        change(document[key], rest, value)
    elif value is MISSING:
        del document[key]
    elif isinstance(document, list):
        document[key : key + 1] = [value]
    else:
        document[key] = value


def faults_of(document: object) -> list[Fault]:
    with pytest.raises(WorldFaults) as caught:
        parse_world(document, today=TODAY)
    return list(caught.value.faults)


FAULTS: list[tuple[str, object, str, str]] = [
    # keys
    ("servces", [], "servces", 'did you mean "services"?'),
    ("plans__0__prise", [], "plans[0].prise", 'did you mean "prices"?'),
    ("plans__0__prices__0__curency", "USD", "plans[0].prices[0].curency", '"currency"?'),
    ("tenants__0__shoe_size", 42, f"{T}.shoe_size", "the keys are id, name, country"),
    ("tenants__0__subscriptions__0__plan_id", "x", f"{S}.plan_id", 'did you mean "plan"?'),
    ("tenants__0__subscriptions__0__prepaid__from_", "x", f"{S}.prepaid.from_", '"from"?'),
    ("policy__credit_chek", {}, "policy.credit_chek", 'did you mean "credit_check"?'),
    ("policy__quote", {"days": 7}, "policy.quote.days", "the keys are valid_days"),
    ("tenants__0__name", MISSING, f"{T}.name", "is missing"),
    ("tenants__0__sold_to__country", MISSING, f"{T}.sold_to.country", "is missing"),
    ("tenants__0__subscriptions__0__licenses", MISSING, f"{S}.licenses", "is missing"),
    ("incidents__0__reference", MISSING, "incidents[0].reference", "is missing"),
    # shapes
    ("tenants", None, "tenants", "must be a list"),
    ("plans", {"basic": {}}, "plans", "must be a list"),
    ("plans__2", "basic", "plans[2]", "must be a mapping"),
    ("policy", [], "policy", "must be a mapping"),
    ("plans__0__services", ["exchange"], "plans[0].services", "must be a mapping"),
    ("tenants__0__subscriptions", {}, f"{T}.subscriptions", "must be a list"),
    ("tenants__0__subscriptions__0__users", "ada", f"{S}.users", "must be a list"),
    ("tenants__0__sold_to", "Main Street", f"{T}.sold_to", "must be a mapping"),
    ("tenants__0__name", 5, f"{T}.name", "is a number, not a text: put it in quotes"),
    ("tenants__0__name", "", f"{T}.name", "is empty"),
    ("tenants__0__country", False, f"{T}.country", 'write "NO" for Norway'),
    ("tenants__0__country", "USA", f"{T}.country", "two capital letters"),
    ("tenants__0__sold_to__postal_code", 98052, f"{T}.sold_to.postal_code", "in quotes"),
    ("services__0__data_related", "yes", "services[0].data_related", "true or false"),
    ("plans__0__services__exchange", True, "plans[0].services.exchange", "a whole number"),
    ("plans__0__services__exchange", 0, "plans[0].services.exchange", "at least 1"),
    ("tenants__0__subscriptions__0__licenses", True, f"{S}.licenses", "a whole number"),
    ("tenants__0__subscriptions__0__licenses", 10.0, f"{S}.licenses", "a whole number"),
    ("tenants__0__subscriptions__0__licenses", "10", f"{S}.licenses", "without quotes"),
    ("tenants__0__subscriptions__0__licenses", -1, f"{S}.licenses", "at least 0"),
    ("tenants__0__subscriptions__0__licenses", 10**20, f"{S}.licenses", "too large"),
    ("tenants__0__subscriptions__0__add_ons", "phone", f"{S}.add_ons", "must be a list"),
    ("tenants__0__subscriptions__0__add_ons", None, f"{S}.add_ons", "must be a list"),
    ("tenants__0__language", "de", f"{T}.language", "none of 'en' or 'zh-TW'"),
    ("tenants__0__segment", "public", f"{T}.segment", "'government'"),
    ("tenants__0__payment_method", "cash", f"{T}.payment_method", "'card'"),
    ("tenants__0__subscriptions__0__status", "on", f"{S}.status", "'provisioning'"),
    ("tenants__0__subscriptions__0__billing", "weekly", f"{S}.billing", "'monthly' or 'annual'"),
    ("plans__0__kind", "bundle", "plans[0].kind", "'plan' or 'add_on'"),
    ("tenants__0__billing_day", 0, f"{T}.billing_day", "at least 1"),
    ("tenants__0__billing_day", 32, f"{T}.billing_day", "at most 31"),
    # texts
    ("plans__2", {**PLAN, "id": "a b"}, "plans[2].id", "not an id: write letters, digits"),
    ("plans__0__services__a b", 1, 'plans[0].services["a b"]', "not an id"),
    ("services__2", {"id": "x" * 121, "name": "X"}, "services[2].id", "too long"),
    ("tenants__0__name", "Con\0toso", f"{T}.name", "the character U+0000"),
    ("tenants__0__name", "Con\ud83dtoso", f"{T}.name", "the character U+D83D"),
    ("tenants__0__name", "x" * 1_001, f"{T}.name", "has 1001 characters"),
    # money
    ("plans__0__prices__0__monthly", 6.00, "plans[0].prices[0].monthly", '"6.00"'),
    ("plans__0__prices__0__monthly", "six", "plans[0].prices[0].monthly", "not an amount"),
    ("plans__0__prices__0__monthly", "NaN", "plans[0].prices[0].monthly", "not an amount"),
    ("plans__0__prices__0__annual", "Infinity", "plans[0].prices[0].annual", "not an amount"),
    ("plans__0__prices__0__annual", float("nan"), "plans[0].prices[0].annual", "not an amount"),
    ("plans__0__prices__0__monthly", "-6.00", "plans[0].prices[0].monthly", "at least 0"),
    ("plans__0__prices__0__monthly", "6.001", "plans[0].prices[0].monthly", "too many digits"),
    ("plans__0__prices__0__monthly", "1e13", "plans[0].prices[0].monthly", "too large"),
    ("plans__0__prices__0__monthly", "6E1", "plans[0].prices[0].monthly", "write all its digits"),
    ("plans__0__prices__0__annual", "-0.00", "plans[0].prices[0].annual", "negative"),
    ("plans__0__prices__0__annual", "0E-99", "plans[0].prices[0].annual", "too many digits"),
    ("plans__0__prices__0__currency", "usd", "plans[0].prices[0].currency", "three capital"),
    ("plans__0__prices__0__currency", "USX", "plans[0].prices[0].currency", "ISO 4217"),
    (
        "plans__0__prices__1",
        {"currency": "JPY", "monthly": "899.50", "annual": "10788"},
        "plans[0].prices[1].monthly",
        "JPY has no digits after the point",
    ),
    (
        "plans__0__prices__1",
        {"currency": "USD", "monthly": "7.00", "annual": "84.00"},
        "plans[0].prices[1].currency",
        "already at plans[0].prices[0].currency",
    ),
    ("tenants__0__currency", "USX", f"{T}.currency", "not a currency of ISO 4217"),
    ("tenants__0__subscriptions__0__price", 5.5, f"{S}.price", '"5.50"'),
    ("tenants__0__subscriptions__0__price", "5.555", f"{S}.price", "too many digits"),
    ("tenants__0__subscriptions__0__price", "-1.00", f"{S}.price", "at least 0"),
    ("tenants__0__subscriptions__0__balance_due", "0.001", f"{S}.balance_due", "too many digits"),
    ("tenants__0__subscriptions__0__prepaid__paid", "1.001", f"{S}.prepaid.paid", "too many"),
    # days
    ("tenants__0__time_zone", "Europe/Berln", f"{T}.time_zone", '"Europe/Berlin"?'),
    ("tenants__0__time_zone", "../etc/passwd", f"{T}.time_zone", "not a time zone"),
    ("tenants__0__subscriptions__0__cycle_anchor", "2026-02-30", f"{S}.cycle_anchor", "calendar"),
    ("tenants__0__subscriptions__0__cycle_anchor", 20260618, f"{S}.cycle_anchor", "a day"),
    (
        "tenants__0__subscriptions__0__cycle_anchor",
        datetime(2026, 6, 18, 12),  # noqa: DTZ001 - as YAML's own loader gives it
        f"{S}.cycle_anchor",
        "not a day of the calendar",
    ),
    ("tenants__0__subscriptions__0__cycle_anchor", "2026-07-01", f"{S}.cycle_anchor", "begun"),
    ("tenants__0__subscriptions__0__cycle_anchor", "0001-01-01", f"{S}.cycle_anchor", "range"),
    ("tenants__0__subscriptions__0__prepaid__until", "2025-12-31", f"{S}.prepaid.until", "before"),
    ("tenants__0__subscriptions__0__prepaid__until", MISSING, f"{S}.prepaid.until", "upfront"),
    ("tenants__0__subscriptions__0__prepaid__paid", MISSING, f"{S}.prepaid.paid", "upfront"),
    ("tenants__0__subscriptions__0__prepaid__from", "2026-07-01", f"{S}.prepaid.from", "begun"),
    # ids that nothing has, and ids that two have
    ("services__2", DOCUMENT["services"][0], "services[2].id", "already at services[0].id"),
    ("plans__2", PLAN, "plans[2].id", "already at plans[0].id"),
    ("tenants__1", {**TENANT, "subscriptions": []}, "tenants[1].id", "already at tenants[0].id"),
    (
        "tenants__1",
        {**TENANT, "id": "fabrikam"},
        "tenants[1].subscriptions[0].id",
        f"already at {S}.id",
    ),
    (
        "tenants__0__subscriptions__0__users__2",
        {"id": "ada@contoso.example"},
        f"{S}.users[2].id",
        f"already at {S}.users[0].id",
    ),
    ("plans__0__services__sharpoint", 1, "plans[0].services.sharpoint", '"sharepoint"?'),
    ("tenants__0__subscriptions__0__plan", "basics", f"{S}.plan", 'did you mean "basic"?'),
    ("tenants__0__subscriptions__0__add_ons__0", "phon", f"{S}.add_ons[0]", '"phone"?'),
    ("tenants__0__subscriptions__0__add_ons__0", "basic", f"{S}.add_ons[0]", "not an add-on"),
    ("tenants__0__subscriptions__0__add_ons__1", "phone", f"{S}.add_ons[1]", "already at"),
    (
        "tenants__0__subscriptions__0__users__1__disabled_services",
        ["teams"],
        f"{S}.users[1].disabled_services[0]",
        'plan "basic" has no service "teams"',
    ),
    ("incidents__0__service", "exchang", "incidents[0].service", 'did you mean "exchange"?'),
    ("incidents__1", DOCUMENT["incidents"][0], "incidents[1]", "listed twice"),
    # users
    ("tenants__0__subscriptions__0__user_count", 3, f"{S}.user_count", "not both"),
    ("tenants__0__subscriptions__0__users__1__name", "Bob", f"{S}.users[1].name", "not a key"),
    ("tenants__0__subscriptions__0__users__0__id", None, f"{S}.users[0].id", "is empty"),
    # policy
    ("policy__tax__US", "20", "policy.tax.US", 'write "0.20" for 20 %'),
    ("policy__tax__US", 0.2, "policy.tax.US", '"0.20"'),
    ("policy__tax__USA", "0.2", "policy.tax.USA", "two capital letters"),
    ("policy__tax__US", "0.1234567", "policy.tax.US", "too many digits"),
    (
        "policy__credit_check__thresholds__USD",
        "1.001",
        "policy.credit_check.thresholds.USD",
        "too many digits",
    ),
    (
        "policy__credit_check__thresholds__USX",
        "1.00",
        "policy.credit_check.thresholds.USX",
        "ISO 4217",
    ),
    ("policy__credit_check__business_days", 61, "policy.credit_check.business_days", "at most 60"),
    ("policy__seller", {"iban": "IE29 AIBK"}, "policy.seller.iban", "without spaces"),
    (
        "policy__seller",
        {"iban": "IE30AIBK93115212345678"},
        "policy.seller.iban",
        "wrong check digits",
    ),
    ("policy__seller", {"bic": "AIBK"}, "policy.seller.bic", "8 or 11"),
    ("policy__seller", {"name": ""}, "policy.seller.name", "is empty"),
    ("policy__seller", {"vat": "IE1"}, "policy.seller.vat", "the keys are name, "),
    ("policy__invoice", {"within_days": 31}, "policy.invoice.within_days", "at most 30"),
]


@pytest.mark.parametrize(("path", "value", "place", "words"), FAULTS)
def test_one_fault_is_told_with_its_place_and_its_mend(
    path: str, value: object, place: str, words: str
) -> None:
    faults = faults_of(a_document(**{path: value}))
    assert [fault.place for fault in faults] == [place]
    assert words in faults[0].message


def test_all_faults_are_told_at_once() -> None:
    chosen: dict[str, tuple[object, str]] = {}
    for path, value, place, _ in FAULTS:
        # Only such as leave all others their place, and the tenant a currency to count digits by.
        stands_apart = not any(
            f"{path}__".startswith(f"{other}__") or f"{other}__".startswith(f"{path}__")
            for other in ("tenants__0__currency", *chosen)
        )
        if stands_apart and value is not MISSING and not isinstance(value, dict | list | None):
            chosen[path] = (value, place)
    assert len(chosen) > 35
    document = a_document(**{path: value for path, (value, _) in chosen.items()})
    told = [fault.place for fault in faults_of(document)]
    assert len(told) == len(set(told))
    assert {place for _, place in chosen.values()} - set(told) == set()


def test_faults_of_shape_do_not_hide_faults_between_sections_of_the_same_element() -> None:
    faults = faults_of(
        a_document(
            tenants__0__name=MISSING,
            tenants__0__time_zone="Mars/Olympus",
            tenants__0__subscriptions__0__licenses="10",
            tenants__0__subscriptions__0__plan="basics",
            tenants__0__subscriptions__0__cycle_anchor="2027-01-01",
            tenants__0__subscriptions__0__prepaid__kind="gift",
            plans__1__prices__0__monthly=6.0,
            plans__1__prices__0__annual="72.001",
        )
    )
    assert [fault.place for fault in faults] == [
        "plans[1].prices[0].monthly",
        "plans[1].prices[0].annual",
        f"{T}.name",
        f"{T}.time_zone",
        f"{S}.licenses",
        f"{S}.prepaid.kind",
        f"{S}.plan",
        f"{S}.cycle_anchor",
    ]


def test_a_faulty_plan_causes_no_faults_where_it_is_used() -> None:
    faults = faults_of(
        a_document(
            plans__0__prices=[{"currency": "USD", "monthly": 6.0, "annual": "72.00"}],
            plans__1__kind="addon",
            tenants__0__subscriptions__0__price=MISSING,
        )
    )
    assert [fault.place for fault in faults] == ["plans[0].prices[0].monthly", "plans[1].kind"]


def test_a_plan_needs_a_price_in_the_tenants_currency_or_the_subscription_its_own() -> None:
    prepaid_in_euros = {"tenants__0__currency": "EUR"}
    assert parse_world(a_document(**prepaid_in_euros), today=TODAY)
    (fault,) = faults_of(
        a_document(**prepaid_in_euros, tenants__0__subscriptions__0__price=MISSING)
    )
    assert fault.place == f"{S}.plan"
    assert "has no price in EUR" in fault.message


@pytest.mark.parametrize("document", [None, [], "world", 5, {1}, b"x"])
def test_a_document_that_is_no_mapping_is_refused(document: object) -> None:
    assert "services, plans, tenants" in str(faults_of(document)[-1])


def test_an_empty_mapping_is_refused_but_a_lone_section_is_not() -> None:
    assert "holds nothing" in faults_of({})[0].message
    assert parse_world({"services": []}, today=TODAY) == World()


def test_a_cyclic_document_is_refused() -> None:
    services: list[object] = []
    services.append(services)
    assert any("nested too deeply" in str(each) for each in faults_of({"services": services}))


def test_what_the_file_says_is_what_the_world_holds() -> None:
    world = parse_world(a_document(), today=TODAY)
    tenant = world.tenants[0]
    assert world.catalog().plans["basic"].prices[0].monthly == Decimal("6.00")
    assert world.catalog().is_data_related("exchange")
    assert world.policy == Policy.model_validate(DOCUMENT["policy"])
    assert type(tenant.to_tenant()) is Tenant
    assert tenant.to_tenant().time_zone == "America/Los_Angeles"
    subscription = tenant.subscriptions[0].to_subscription(tenant)
    assert type(subscription) is Subscription
    assert (subscription.tenant_id, subscription.plan_id) == ("contoso", "basic")
    assert (subscription.assigned, subscription.users_with_disabled_services) == (2, 1)
    assert isinstance(subscription.prepaid, Prepaid)
    assert subscription.prepaid.until == date(2026, 12, 31)
    assert subscription.price == Decimal("5.50")


def test_days_may_come_as_days() -> None:
    document = a_document(tenants__0__subscriptions__0__cycle_anchor=TODAY)
    world = parse_world(document, today=TODAY)
    assert world.tenants[0].subscriptions[0].cycle_anchor == TODAY


def test_more_users_than_licenses_is_no_fault_of_the_file() -> None:
    world = parse_world(a_document(tenants__0__subscriptions__0__licenses=1), today=TODAY)
    assert world.tenants[0].subscriptions[0].assigned == 2


def test_zero_is_zero_in_every_currency() -> None:
    document = a_document(
        tenants__0__currency="JPY",
        tenants__0__subscriptions__0__price="550",
        tenants__0__subscriptions__0__prepaid=MISSING,
        tenants__0__subscriptions__0__balance_due="0.00",
    )
    assert parse_world(document, today=TODAY)


def generated(count: object, **changes: object) -> dict[str, Any]:
    return a_document(
        tenants__0__subscriptions__0__users=MISSING,
        tenants__0__subscriptions__0__user_count=count,
        **changes,
    )


def test_generated_users_count_as_assigned() -> None:
    subscription = parse_world(generated(80), today=TODAY).tenants[0].subscriptions[0]
    assert (subscription.assigned, subscription.users) == (80, ())
    assert generated_user_id("contoso-basic", 1) == "user-0000001@contoso-basic"
    assert len(generated_user_id("x", 5_000_000)) == len(generated_user_id("x", 1))


@pytest.mark.parametrize("count", [-1, 5_000_001, "80", 80.0, True])
def test_a_count_of_users_is_a_whole_number_within_bounds(count: object) -> None:
    assert [fault.place for fault in faults_of(generated(count))] == [f"{S}.user_count"]


def test_generated_ids_must_fit() -> None:
    sound = generated(1, tenants__0__subscriptions__0__id="x" * 107)
    assert parse_world(sound, today=TODAY)
    (fault,) = faults_of(generated(1, tenants__0__subscriptions__0__id="x" * 108))
    assert (fault.place, "at most 107" in fault.message) == (f"{S}.id", True)


def test_faults_read_as_lines() -> None:
    faults = WorldFaults([Fault("plans[0].id", "is missing"), Fault("", "the file holds nothing")])
    assert str(faults) == "plans[0].id: is missing\nthe file holds nothing"


def test_the_schema_names_every_key_and_takes_amounts_as_texts() -> None:
    schema = world_schema()
    definitions = schema["$defs"]
    assert set(schema["properties"]) == {"services", "plans", "tenants", "incidents", "policy"}
    assert set(SUBSCRIPTION) <= set(definitions["WorldSubscription"]["properties"])
    assert set(definitions["Prepaid"]["properties"]) == {"kind", "paid", "from", "until"}
    amounts = definitions["Price"]["properties"]["monthly"]["anyOf"]
    assert [option["type"] for option in amounts] == ["string", "integer"]
    assert schema["additionalProperties"] is False


def test_the_sample_world_parses() -> None:
    world = parse_world(yaml.safe_load(SAMPLE.read_text("utf-8")), today=TODAY)
    tenants = {tenant.id: tenant for tenant in world.tenants}
    assert len(tenants) >= 10
    currencies = {tenant.currency for tenant in tenants.values()}
    assert currencies >= {"USD", "EUR", "JPY", "KWD", "TWD", "GBP"}
    contoso = tenants["contoso"].subscriptions[0]
    assert (contoso.plan, contoso.licenses, contoso.assigned) == ("business-basic", 100, 80)
    assert any(user.disabled_services for user in contoso.users)
    assert tenants["globex"].subscriptions[0].assigned >= 20_000
    assert tenants["globex"].currency not in world.policy.credit_check.thresholds
    assert all(price.annual == 12 * price.monthly for p in world.plans for price in p.prices)


def test_no_incident_of_the_sample_world_blocks_more_than_one_tenant() -> None:
    world = parse_world(yaml.safe_load(SAMPLE.read_text("utf-8")), today=TODAY)
    plans = world.catalog().plans
    for incident in world.incidents:
        blocked = {
            tenant.id
            for tenant in world.tenants
            for subscription in tenant.subscriptions
            if incident.service in plans[subscription.plan].services
        }
        assert blocked == {"tailspin"}


def test_of_very_many_faults_the_first_are_told() -> None:
    *first, last = faults_of({"plans": [1] * 5_000})
    assert [fault.place for fault in first] == [f"plans[{index}]" for index in range(1_000)]
    assert last.message == "there may be more: these are the first 1,000"
