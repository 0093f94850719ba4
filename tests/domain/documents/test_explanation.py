"""B27: every amount can be walked back to its formula, its inputs, and the events that fixed them."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.catalog.customer import Prepaid
from domain.catalog.facts import Facts
from domain.catalog.policy import Policy
from domain.documents.explanation import Explanation, LineExplanation, explain
from domain.documents.formula_inputs import Input
from domain.pricing.account_credit import OpenCredit
from domain.upgrade.events import Event, SubscriptionImported
from domain.upgrade.stored_events import RecordedEvent, type_name
from tests.domain.builders import NOW, a_subscription, a_tenant, facts
from tests.domain.scenario import lived
from tests.domain.upgrades import (
    BLOCKED,
    COMPLETE_MOVE,
    INVOICE,
    MOVED_30,
    MOVED_50,
    PREPAID,
    START_MOVE,
    SWITCH,
    a_quote,
    decision,
    place,
)

TAXED = Policy.model_validate({"tax": {"US": "0.10"}})


def recorded(stream: str, events: Sequence[Event], hours: float = 0) -> list[RecordedEvent]:
    """As the store has them, recorded so many hours after the order."""
    return [
        RecordedEvent(
            stream=stream,
            version=version,
            type=type_name(event),
            schema_version=event.schema_version,
            data=event.model_dump(mode="json"),
            metadata={},
            recorded_at=NOW + timedelta(hours=hours, seconds=version),
        )
        for version, event in enumerate(events, start=1)
    ]


def completed(of: Facts, *more: Any, **request: Any) -> list[RecordedEvent]:
    """The upgrade, ordered on these facts and switched; `more` commands follow."""
    quote = a_quote(of, **request)
    order: dict[str, Any] = {"accept_forfeiture": quote.forfeited or None}
    first = [place(of, quote, **order), *([decision()] if quote.credit_check.required else [])]
    events = lived([], *first, START_MOVE, MOVED_50, MOVED_30, COMPLETE_MOVE, SWITCH, *more)
    return recorded("upgrade-up-1", events)


def imported(of: Facts) -> list[RecordedEvent]:
    """The subscription before the order, as a file said it."""
    event = SubscriptionImported(at=NOW - timedelta(days=1), subscription=of.subscription)
    return recorded("subscription-contoso-basic", [event], hours=-1)


def input_of(line: LineExplanation | Input, name: str) -> Input:
    return next(each for each in line.inputs if each.name == name)


def sources_of(found: Input) -> list[tuple[str, int, str, str]]:
    return [(each.stream, each.version, each.type, each.field) for each in found.sources]


def test_returned_tax_is_walked_back_to_the_rate_it_was_charged_at() -> None:
    """B63: 460.00 of credit, charged at 7 %; 125.00 + 10 % are owed where so much is not."""
    of = facts(
        subscription=a_subscription(tax_rate=Decimal("0.07")),
        policy=TAXED,
    )
    found = explain(completed(of), imported(of))
    returned = found.lines[-1]
    assert (returned.kind, returned.amount) == ("tax", Decimal("-32.20"))
    assert (returned.formula, returned.arithmetic) == ("-credit × rate", "-460.00 × 0.07")
    assert sources_of(input_of(returned, "rate")) == [
        ("upgrade-up-1", 1, "OrderPlaced", "quote.inputs.old.tax_rate"),
        ("subscription-contoso-basic", 1, "SubscriptionImported", "subscription.tax_rate"),
    ]
    assert sources_of(input_of(returned, "credit"))[0][3] == "pricing.lines.2.amount"
    assert found.matches
    many = facts(subscription=a_subscription(licenses=1000, tax_rate=Decimal("0.07")), policy=TAXED)
    capped = explain(completed(many, licenses=80), imported(many))
    # 80 × 12.50 + 10 % = 1100.00 are owed: 1100.00 ÷ 1.07 = 1028.04 of credit, and 71.96 of tax.
    credit, returned = capped.lines[2:]
    assert (credit.amount, returned.amount) == (Decimal("-1028.04"), Decimal("-71.96"))
    assert returned.arithmetic == "-(1100.00 - 1028.04)"
    assert capped.matches


def credit_of(explanation: Explanation) -> LineExplanation:
    return next(line for line in explanation.lines if line.kind == "credit")


def test_a_charge_is_the_price_and_the_licenses_of_the_quote() -> None:
    charge = explain(completed(facts())).lines[0]
    assert (charge.formula, charge.arithmetic) == ("licenses × unit_price", "100 × 12.50")
    assert (charge.computed, charge.matches) == (Decimal("1250.00"), True)
    assert sources_of(input_of(charge, "unit_price")) == [
        ("upgrade-up-1", 1, "OrderPlaced", "quote.inputs.new.unit_price")
    ]
    assert charge.source.type == "BillingSwitched"
    assert charge.source.field == "pricing.lines.0.amount"


def test_a_credit_is_walked_back_to_the_import_of_the_subscription() -> None:
    of = facts(subscription=a_subscription(price=Decimal("5.5")))
    credit = credit_of(explain(completed(of), imported(of)))
    # 100 × 5.50 × 23 ÷ 30 = 421.666…
    assert (credit.computed, credit.matches) == (Decimal("-421.67"), True)
    assert credit.arithmetic == "-min(100 × 5.50 × 23 ÷ 30, 1250.00)"
    assert sources_of(input_of(credit, "unit_price")) == [
        ("upgrade-up-1", 1, "OrderPlaced", "quote.inputs.old.unit_price"),
        ("subscription-contoso-basic", 1, "SubscriptionImported", "subscription.price"),
    ]
    assert sources_of(input_of(credit, "licenses"))[1][3] == "subscription.licenses"
    unused = input_of(credit, "unused_days")
    assert unused.value == "23"
    assert unused.rule is not None
    assert "July 17, 2026" in unused.rule.en
    switched_on = input_of(unused, "switched_on")
    assert switched_on.value == "2026-06-25"
    assert sources_of(switched_on)[0][2:] == ("BillingSwitched", "switched_on")
    assert input_of(switched_on, "time_zone").value == "America/Los_Angeles"
    assert sources_of(input_of(unused, "cycle_anchor"))[1][3] == "subscription.cycle_anchor"


def test_a_plan_s_price_comes_from_the_quote_alone() -> None:
    price = input_of(credit_of(explain(completed(facts()), imported(facts()))), "unit_price")
    assert len(price.sources) == 1
    assert price.rule is not None
    assert "What the plan cost on the first day of the cycle" in price.rule.en


def test_a_tax_is_the_policy_s_rate_on_the_charge() -> None:
    tax = explain(completed(facts(policy=TAXED))).lines[1]
    assert (tax.kind, tax.computed, tax.matches) == ("tax", Decimal("125.00"), True)
    assert [each[3] for each in sources_of(input_of(tax, "rate"))] == [
        "quote.inputs.tax.rate",
        "policy.tax.US",
    ]
    assert [each[3] for each in sources_of(input_of(tax, "charge"))] == ["pricing.lines.0.amount"]


def test_a_prepaid_credit_is_walked_back_to_its_term() -> None:
    explanation = explain(completed(PREPAID), imported(PREPAID))
    credit = credit_of(explanation)
    assert credit.arithmetic == "-min(7300.00 × 190 ÷ 365, 1250.00)"
    assert explanation.forfeited == Decimal("2550.00")
    assert sources_of(input_of(credit, "paid"))[1][3] == "subscription.prepaid.paid"
    term_from = input_of(input_of(credit, "term_days"), "term_from")
    assert sources_of(term_from)[1][3] == "subscription.prepaid.from"
    assert explanation.matches


def test_account_credit_is_walked_back_to_the_switch_that_left_it() -> None:
    credits = (OpenCredit(upgrade_id="up-0", remaining_minor=10_000, arisen_at=NOW),)
    issue = INVOICE.model_copy(update={"open_credits": credits})
    other = completed(facts(), licenses=80)
    explanation = explain(completed(facts(), issue), credits={"up-0": other})
    assert (explanation.basis, explanation.invoice_number) == ("invoice", INVOICE.number)
    (settled,) = explanation.settled_by
    assert (settled.credit_of, settled.amount) == ("up-0", Decimal("100.00"))
    assert settled.source.field == "account_credit_uses.0.amount"
    assert settled.arose is not None
    assert (settled.arose.type, settled.arose.field) == (
        "BillingSwitched",
        "pricing.account_credit",
    )
    assert explanation.amount_due == explanation.total - 100
    assert explanation.matches


def test_before_the_switch_the_quote_is_explained() -> None:
    explanation = explain(recorded("upgrade-up-1", lived([], place())))
    assert (explanation.basis, explanation.amount_due) == ("quote", None)
    assert explanation.lines[0].source.field == "quote.lines.0.amount"
    assert sources_of(explanation.switched_on)[0][3] == "quote.switch_on"
    assert explanation.matches


def test_a_refused_order_is_explained_with_its_refusals() -> None:
    explanation = explain(recorded("upgrade-up-1", lived([], place(BLOCKED, a_quote()))))
    assert explanation.basis == "quote"
    assert [each.code for each in explanation.refusals] == ["subscription_not_active"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", "1250.01"), ("formula", "licenses × unknown"), ("formula", "licenses ×")],
)
def test_an_amount_that_does_not_follow_is_said_not_to(field: str, value: str) -> None:
    history = completed(facts())
    switched = next(each for each in history if each.type == "BillingSwitched")
    line = switched.data["pricing"]["lines"][0]
    (line if field == "amount" else line["explanation"])[field] = value
    explanation = explain(history)
    assert not explanation.lines[0].matches
    assert not explanation.matches


def test_a_day_that_is_not_the_tenant_s_is_seen() -> None:
    history = completed(facts())
    switched = next(each for each in history if each.type == "BillingSwitched")
    switched.data["at"] = (NOW + timedelta(days=1)).isoformat()
    assert not explain(history).matches


@for_all(
    licenses=st.integers(80, 300),
    price=st.integers(0, 5_000),
    paid=st.none() | st.integers(0, 1_000_000),
    rate=st.none() | st.sampled_from(["0", "0.0825", "0.25"]),
    anchor=st.dates(date(2024, 2, 1), date(2026, 6, 25)),
    billing=st.sampled_from(["monthly", "annual"]),
    by_invoice=st.booleans(),
)
def test_any_switch_is_explained_by_another_way_than_it_was_priced(
    licenses: int,
    price: int,
    paid: int | None,
    rate: str | None,
    anchor: date,
    billing: str,
    by_invoice: bool,
) -> None:
    prepaid = paid is not None and Prepaid.model_validate(
        {
            "kind": "upfront",
            "paid": str(Decimal(paid) / 100),
            "from": anchor,
            "until": "2026-12-31",
        }
    )
    of = facts(
        subscription=a_subscription(
            price=Decimal(price) / 100,
            cycle_anchor=anchor,
            billing=billing,
            prepaid=prepaid or None,
        ),
        tenant=a_tenant(payment_method="invoice" if by_invoice else "card"),
        policy=Policy.model_validate({"tax": {} if rate is None else {"US": rate}}),
    )
    explanation = explain(completed(of, licenses=licenses), imported(of))
    assert explanation.matches, explanation
    assert all(line.matches and line.inputs for line in explanation.lines)


def test_the_value_that_is_guaranteed_is_that_of_the_day_the_upgrade_began() -> None:
    # Five days before the cycle ends 100.00 are left; on the day of the order it was far more.
    late = SWITCH.model_copy(update={"at": NOW + timedelta(days=20)})
    of = facts(subscription=a_subscription(cycle_anchor=date(2026, 6, 20)))
    events = lived([], place(of), START_MOVE, MOVED_50, MOVED_30, COMPLETE_MOVE, late)
    explanation = explain(recorded("upgrade-up-1", events))
    guaranteed = input_of(credit_of(explanation), "guaranteed_value")
    assert guaranteed.value == "500.00"  # 100 × 6.00 × 25 ÷ 30 on 25 June
    assert input_of(guaranteed, "begins_on").value == "2026-06-25"
    assert explanation.matches
