"""What an upgrade costs (B26-B35): worked out by hand, and what holds for any inputs."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.pricing.credit import with_tax
from domain.pricing.inputs import PricingInputs
from domain.pricing.price import (
    Line,
    Pricing,
    price_upgrade,
    total_of,
    unused_value,
    with_guarantee,
)
from domain.pricing.proration import unused_service
from domain.quoting.forfeiture import first_day_without_forfeiture
from domain.quoting.quote import make_quote
from domain.quoting.request import QuoteRequest
from domain.values.cycles import cycle_containing
from domain.values.money import from_minor, to_minor
from tests.domain.builders import (
    BASIC,
    a_catalog,
    a_plan,
    a_price,
    a_subscription,
    a_tenant,
    facts,
)
from tests.domain.pricing.pricing_cases import CASES, CHAINS, MOMENTS, YEAR, Case, Moment
from tests.domain.upgrades import Weekdays


def inputs_of(case: Case) -> PricingInputs:
    licenses, _, price, billing, _, anchor = case.old.split()
    new_licenses, _, new_price, new_billing = case.new.split()
    prepaid: dict[str, str] | None = None
    if case.prepaid == "product_key":
        prepaid = {"kind": "product_key"}
    elif case.prepaid is not None:
        paid, first, last = case.prepaid.split()
        prepaid = {"kind": "upfront", "paid": paid, "from": first, "until": last}
    return PricingInputs.model_validate(
        {
            "currency": case.currency,
            "time_zone": "UTC",
            "old": {
                "subscription_id": "old",
                "plan_name": "Old",
                "licenses": int(licenses),
                "unit_price": price,
                "billing": billing,
                "cycle_anchor": anchor,
                "prepaid": prepaid,
                "tax_rate": case.charged,
            },
            "new": {
                "plan_id": "new",
                "plan_name": "New",
                "licenses": int(new_licenses),
                "unit_price": new_price,
                "billing": new_billing,
            },
            "tax": case.rate and {"country": "US", "rate": case.rate},
        }
    )


def line_of(pricing: Pricing, kind: str) -> Any:
    return next((line for line in pricing.lines if name_of(line) == kind), None)


def name_of(line: Line) -> str:
    return "returned" if line.returns_tax else line.kind


def priced_as(case: Case, pricing: Pricing) -> None:
    """Every amount is the one that was computed by hand."""
    credit, tax, returned = (line_of(pricing, kind) for kind in ("credit", "tax", "returned"))
    amounts = pricing.total, pricing.credit_applied, pricing.account_credit, pricing.forfeited
    assert [str(amount) for amount in amounts] == [
        case.total, case.applied, case.left, case.forfeited,
    ], case.how  # fmt: skip
    assert (None if tax is None else str(tax.amount)) == case.tax, case.how
    assert (None if returned is None else str(returned.amount)) == case.returned, case.how
    if case.days is None:
        assert credit is None
    else:
        terms = credit.explanation
        days = terms.get("cycle_days", terms.get("term_days"))
        assert f"{terms['unused_days']}/{days}" == case.days
        assert credit.amount == -pricing.credit_applied


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_prices_computed_by_hand(case: Case) -> None:
    priced_as(case, price_upgrade(inputs_of(case), date.fromisoformat(case.day)))


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: f"{moment.zone} {moment.at}")
def test_prices_at_a_moment(moment: Moment) -> None:
    """The day is the tenant's, however long it is and wherever it begins."""
    plans = a_catalog(
        a_plan("basic", prices=(a_price("10.08"),)),
        a_plan("standard", {**BASIC.services, "apps": 1}, prices=(a_price("20.00"),)),
    )
    asked = make_quote(
        facts(
            tenant=a_tenant(time_zone=moment.zone),
            subscription=a_subscription(licenses=300, cycle_anchor=moment.anchor),
            catalog=plans,
        ),
        QuoteRequest(target_plan_id="standard", licenses=300, billing="monthly"),
        quote_id="q-1",
        at=datetime.fromisoformat(moment.at).replace(tzinfo=UTC),
        calendar=Weekdays(),
    )
    credit = asked.lines[1].explanation
    assert asked.switch_on.isoformat() == moment.day
    assert f"{credit['unused_days']}/{credit['cycle_days']}" == moment.days
    assert (str(asked.credit_applied), str(asked.total)) == (moment.applied, moment.total)


STEPS = [*CASES, *MOMENTS, *(step for chain in CHAINS for step in chain.steps)]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.how)
def test_what_was_computed_by_hand_was_computed_well(step: Case | Moment) -> None:
    results: list[str] = []
    for said in step.how.split(";"):
        expression, result = said.rpartition(": ")[2].rsplit(" = ", 1)
        results.append(result.partition(",")[0])
        units = 10 ** len(results[-1].partition(".")[2])
        assert Fraction(results[-1]) * units == (reckoned(expression) * units + HALF).__floor__(), (
            said
        )
    assert step.total in results
    amounts = {step.applied}
    if isinstance(step, Case):
        amounts |= {step.left, step.forfeited, step.tax or "0", (step.returned or "0").strip("-")}
    told = set(re.findall(r"[0-9.]+", step.how)) | {"0", "0.00", "0.000", "0.0000"}
    assert amounts <= told


HALF = Fraction(1, 2)


def reckoned(expression: str) -> Fraction:
    """The exact value of `300 × 10.08 × 23 ÷ 30`."""
    python = re.sub(r"[0-9.]+", lambda number: f"Fraction('{number[0]}')", expression)
    return eval(python.replace("×", "*").replace("÷", "/"), {"Fraction": Fraction})  # noqa: S307


def test_every_line_can_be_recomputed_from_its_explanation() -> None:
    for case in CASES:
        for line in price_upgrade(inputs_of(case), date.fromisoformat(case.day)).lines:
            terms = {
                name: Fraction(value)
                for name, value in line.explanation.items()
                if isinstance(value, int) or value.replace(".", "").isdigit()
            }
            formula = str(line.explanation["formula"]).replace("×", "*").replace("÷", "/")
            exact = eval(formula, {"min": min, "max": max}, dict(terms))  # noqa: S307
            unit = Fraction(from_minor(1, case.currency))
            assert abs(exact - Fraction(line.amount)) <= unit / 2, (case.name, line)


PREPAID_CASE = next(case for case in CASES if case.name == "prepaid, worth more than the new plan")
TAXED_CASE = next(case for case in CASES if case.name.startswith("euros with tax"))


def test_a_line_explains_itself_in_full() -> None:
    """Everything in a line stands beside its formula, under a name that callers rely on (B27)."""
    charge, tax, credit = price_upgrade(inputs_of(TAXED_CASE), date(2026, 4, 10)).lines
    rounding = "once, half up, to 2 digits"
    assert charge.explanation == {
        "formula": "licenses × unit_price",
        "licenses": 25,
        "unit_price": "22.00",
        "billing": "monthly",
        "period_from": "2026-04-10",
        "period_until": "2026-05-09",
        "rounding": rounding,
    }
    assert tax.explanation == {
        "formula": "charge × rate",
        "charge": "550.00",
        "rate": "0.19",
        "country": "US",
        "rounding": rounding,
    }
    assert credit.explanation == {
        "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)",
        "licenses": 25,
        "unit_price": "11.90",
        "billing": "monthly",
        "unused_days": 19,
        "cycle_days": 31,
        "cycle_from": "2026-03-29",
        "cycle_until": "2026-04-28",
        "paid_for_cycle": "297.50",
        "unused_value": "182.34",
        "owed": "654.50",
        "credit_applied": "182.34",
        "account_credit": "0.00",
        "forfeited": "0.00",
        "rounding": rounding,
    }


def test_a_credit_for_a_prepaid_term_explains_itself_in_full() -> None:
    credit = price_upgrade(inputs_of(PREPAID_CASE), date(2026, 7, 2)).lines[-1]
    assert credit.explanation == {
        "formula": "-min(paid × unused_days ÷ term_days, owed)",
        "paid": "7300.00",
        "unused_days": 183,
        "term_days": 365,
        "term_from": "2026-01-01",
        "term_until": "2026-12-31",
        "unused_value": "3660.00",
        "owed": "1000.00",
        "credit_applied": "1000.00",
        "account_credit": "0.00",
        "forfeited": "2660.00",
        "rounding": "once, half up, to 2 digits",
    }


def test_a_pricing_survives_json() -> None:
    pricing = price_upgrade(inputs_of(CASES[0]), date.fromisoformat(CASES[0].day))
    again = Pricing.model_validate_json(pricing.model_dump_json())
    assert again == pricing
    assert again.model_dump_json() == pricing.model_dump_json()


def test_descriptions_speak_the_tenants_language() -> None:
    inputs = inputs_of(CASES[0])
    day = date.fromisoformat(CASES[0].day)
    english = [line.description for line in price_upgrade(inputs, day).lines]
    assert english == [
        "Licenses of New for one month: 300",
        "Credit for unused service of Old: 23 of 30 days",
    ]
    chinese = inputs.model_copy(update={"language": "zh-TW"})
    assert price_upgrade(chinese, day).lines[0].description == "New：300 個授權，一個月"


def test_a_term_paid_upfront_must_be_complete() -> None:
    with pytest.raises(ValidationError, match="ends before it begins"):
        inputs_of(Case("", "", "", prepaid="10.00 2026-02-01 2026-01-31"))
    broken = inputs_of(Case("", "", "", prepaid=YEAR)).model_dump(mode="json")
    broken["old"]["prepaid"]["paid"] = None
    with pytest.raises(ValidationError, match="needs paid"):
        PricingInputs.model_validate(broken)


# ------------------------------------------------------------------------------- properties

START = date(2026, 1, 31)
TAXES = [
    None,
    {"country": "US", "rate": "0.00"},
    {"country": "DE", "rate": "0.19"},
    {"country": "US", "rate": "0.08875"},
    {"country": "US", "rate": "0.999"},
]
CHARGED = [None, "0", "0.19", "0.08875", "0.000001", "0.999"]
"""Rates of the old subscription."""


@st.composite
def any_inputs(draw: st.DrawFn, prepaid: bool | None = None) -> PricingInputs:
    currency = draw(st.sampled_from(["JPY", "USD", "KWD"]))

    def amount(most: int) -> str:
        return str(from_minor(draw(st.integers(0, most)), currency))

    is_prepaid = draw(st.booleans()) if prepaid is None else prepaid
    first = START + timedelta(days=draw(st.integers(0, 60)))
    until = first + timedelta(days=draw(st.integers(0, 400)))
    return PricingInputs.model_validate({
        "currency": currency,
        "time_zone": "UTC",
        "old": {
            "subscription_id": "old",
            "plan_name": "Old",
            "licenses": draw(st.integers(0, 500)),
            "unit_price": amount(5000),
            "billing": draw(st.sampled_from(["monthly", "annual"])),
            "cycle_anchor": START + timedelta(days=draw(st.integers(0, 60))),
            "prepaid": {"kind": "upfront", "paid": amount(10**6), "from": first, "until": until}
            if is_prepaid
            else None,
            "tax_rate": draw(st.sampled_from(CHARGED)),
        },
        "new": {
            "plan_id": "new",
            "plan_name": "New",
            "licenses": draw(st.integers(1, 500)),
            "unit_price": amount(5000),
            "billing": draw(st.sampled_from(["monthly", "annual"])),
        },
        "tax": draw(st.sampled_from(TAXES)),
    })  # fmt: skip


DAYS = st.integers(0, 900).map(lambda days: START + timedelta(days=days))


def minor(pricing: Pricing, inputs: PricingInputs, name: str) -> int:
    return to_minor(getattr(pricing, name), inputs.currency)


@given(any_inputs(), DAYS)
def test_lines_sum_to_the_total(inputs: PricingInputs, day: date) -> None:
    pricing = price_upgrade(inputs, day)
    total = sum(to_minor(line.amount, inputs.currency) for line in pricing.lines)
    assert total == minor(pricing, inputs, "total") >= 0


@given(any_inputs(), DAYS)
def test_the_total_is_the_same_with_and_without_its_lines(inputs: PricingInputs, day: date) -> None:
    assert total_of(inputs, day) == price_upgrade(inputs, day).total


@given(any_inputs(), DAYS)
def test_what_is_unused_is_applied_left_or_forfeited(inputs: PricingInputs, day: date) -> None:
    pricing = price_upgrade(inputs, day)
    applied, left, lost = (
        minor(pricing, inputs, name) for name in ("credit_applied", "account_credit", "forfeited")
    )
    currency, rate = inputs.currency, inputs.old.tax_rate
    of = {"applied": 0, "on_account": 0, "forfeited": 0}
    if pricing.credit_tax is not None:
        of = {name: to_minor(getattr(pricing.credit_tax, name), currency) for name in of}
    value = to_minor(unused_value(inputs, day), currency)
    assert applied + of["applied"] + left + lost == with_tax(value, rate, currency)
    assert applied + left - of["on_account"] + lost - of["forfeited"] == value, "without tax"
    assert min(applied, left, lost, *of.values()) >= 0
    assert (pricing.credit_tax is None) == (rate is None)
    for line in pricing.lines:
        if line.returns_tax:
            assert to_minor(line.amount, currency) == -of["applied"]
    assert left == 0 or lost == 0
    assert lost == 0 or pricing.total == 0
    assert inputs.old.prepaid is None or left == 0


@given(any_inputs(), DAYS)
def test_credit_is_never_more_than_what_was_paid(inputs: PricingInputs, day: date) -> None:
    old = inputs.old
    paid = old.prepaid.paid if old.prepaid else old.licenses * old.unit_price
    assert paid is not None
    assert 0 <= unused_value(inputs, day) <= paid


@given(any_inputs(), DAYS)
def test_a_day_later_in_the_cycle_leaves_no_more(inputs: PricingInputs, day: date) -> None:
    next_day = day + timedelta(days=1)
    if inputs.old.prepaid is None:
        assume(day >= inputs.old.cycle_anchor)
        cycle = cycle_containing(inputs.old.cycle_anchor, inputs.old.billing, day)
        assume(next_day <= cycle.last)
    assert unused_value(inputs, next_day) <= unused_value(inputs, day)


@given(any_inputs(), DAYS, st.integers(0, 40), st.integers(0, 400))
def test_no_invoice_exceeds_the_higher_amount_of_the_quote(
    inputs: PricingInputs, today: date, days_to_latest: int, days_later: int
) -> None:
    latest = today + timedelta(days=days_to_latest)
    pinned = with_guarantee(inputs, today, latest)
    shown = price_upgrade(pinned, today), price_upgrade(pinned, latest)
    assert shown == (price_upgrade(inputs, today), price_upgrade(inputs, latest))
    invoice = price_upgrade(pinned, today + timedelta(days=days_later))
    assert invoice.total <= max(pricing.total for pricing in shown)
    assert invoice.forfeited <= max(pricing.forfeited for pricing in shown)


@given(any_inputs(), DAYS)
def test_returned_tax_is_the_tax_on_what_is_credited(inputs: PricingInputs, day: date) -> None:
    """B63: at the rate it was charged at, within one minor unit; and every cent that is owed is covered."""
    pricing = price_upgrade(inputs, day)
    returned, of = line_of(pricing, "returned"), pricing.credit_tax
    if of is None or not of.rate:
        assert returned is None
        return
    unit = Fraction(from_minor(1, inputs.currency))
    for base, tax in (
        (pricing.credit_applied, of.applied),
        (pricing.account_credit - of.on_account, of.on_account),
        (pricing.forfeited - of.forfeited, of.forfeited),
    ):
        assert abs(Fraction(tax) - Fraction(base) * Fraction(of.rate)) <= 2 * unit
    assert pricing.total == 0 or not (pricing.account_credit or pricing.forfeited)


def test_the_guarantee_holds_in_the_days_before_a_new_cycle_and_says_so() -> None:
    inputs = inputs_of(CASES[0])
    today, latest = date(2026, 7, 16), date(2026, 7, 20)  # the cycle ends on 17 July
    pinned = with_guarantee(inputs, today, latest)
    assert price_upgrade(inputs, date(2026, 7, 17)).total == Decimal("5899.20")
    between = price_upgrade(pinned, date(2026, 7, 17))
    assert between.total == price_upgrade(pinned, today).total == Decimal("5798.40")
    explanation = line_of(between, "credit").explanation
    assert explanation["unused_value"] == "100.80"
    assert explanation["guaranteed_value"] == "201.60"
    assert explanation["formula"] == (
        "-min(max(licenses × unit_price × unused_days ÷ cycle_days, guaranteed_value), owed)"
    )
    assert "guarantee" in explanation


def test_after_the_latest_day_of_a_prepaid_quote_no_more_is_lost_than_was_left() -> None:
    inputs = inputs_of(Case("", "", "", prepaid=YEAR, new="1 x 1000.00 annual"))
    pinned = with_guarantee(inputs, date(2026, 7, 1), date(2026, 7, 2))
    later = price_upgrade(pinned, date(2026, 11, 30))  # 32 days, 640.00 left; guaranteed 3660.00
    assert (later.total, later.credit_applied) == (Decimal("0.00"), Decimal("1000.00"))
    assert later.forfeited == later.account_credit == 0


@pytest.mark.parametrize(
    ("day", "new", "free_from"),
    [
        ("2026-07-02", "100 x 10.00 monthly", "2026-11-12"),
        ("2026-11-11", "100 x 10.00 monthly", "2026-11-12"),  # the very next day
        ("2026-11-12", "100 x 10.00 monthly", None),
        ("2026-12-31", "1 x 19.99 monthly", "2027-01-01"),  # the day after the term
        ("2026-01-01", "1 x 0.00 monthly", "2027-01-01"),
        ("2027-01-01", "1 x 0.00 monthly", None),
    ],
)
def test_the_first_day_without_forfeiture(day: str, new: str, free_from: str | None) -> None:
    inputs = inputs_of(Case("", "", "", prepaid=YEAR, new=new))
    found = first_day_without_forfeiture(inputs, date.fromisoformat(day))
    assert found == (free_from and date.fromisoformat(free_from))


@pytest.mark.parametrize("missing", ["paid", "from_", "until"])
def test_an_incomplete_term_has_no_value_whatever_let_it_in(missing: str) -> None:
    old = inputs_of(Case("", "", "", prepaid=YEAR)).old
    assert old.prepaid is not None
    holed = old.prepaid.model_copy(update={missing: None})
    with pytest.raises(ValueError, match=r"^a term paid upfront needs paid, from and until$"):
        unused_service(old.model_copy(update={"prepaid": holed}), date(2026, 7, 2), "USD")


@given(any_inputs(prepaid=True), DAYS)
def test_the_first_day_without_forfeiture_is_the_first_of_all(
    inputs: PricingInputs, today: date
) -> None:
    found = first_day_without_forfeiture(inputs, today)
    day = today
    while price_upgrade(inputs, day).forfeited:
        day += timedelta(days=1)
    assert found == (None if day == today else day)


def test_only_prepaid_value_is_forfeited() -> None:
    assert (
        first_day_without_forfeiture(
            inputs_of(next(case for case in CASES if case.left != "0.00")), date(2026, 6, 25)
        )
        is None
    )
