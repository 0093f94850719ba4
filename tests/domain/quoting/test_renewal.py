"""B36: what becomes of a scheduled order on its day, when things are not as they were quoted."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from domain.catalog.facts import Facts
from domain.catalog.plans import Plan
from domain.catalog.policy import Policy
from domain.pricing.price import price_upgrade
from domain.quoting.quote import requote
from domain.quoting.renewal import refusals_on_its_day
from domain.upgrade.commands import StartScheduled
from domain.upgrade.events import (
    CreditCheckRequired,
    EligibilityConfirmed,
    QuoteRenewed,
    UpgradeRefused,
)
from domain.values.cycles import start_of_local_day
from domain.views.rows import rows_after
from tests.domain.builders import (
    BASIC,
    NOW,
    STANDARD,
    a_catalog,
    a_price,
    a_subscription,
    a_tenant,
    facts,
)
from tests.domain.scenario import given, lived, state_of
from tests.domain.upgrades import (
    BLOCKED,
    BY_CARD,
    BY_INVOICE,
    LOS_ANGELES,
    PREPAID,
    SCHEDULED_DAY,
    Weekdays,
    a_quote,
    clearing,
    place,
)

ITS_DAY = start_of_local_day(SCHEDULED_DAY, LOS_ANGELES)


def sold_at(monthly: str, of: Facts = BY_CARD, **plan: Any) -> Facts:
    """The same world, in which `standard` costs something else."""
    changed = STANDARD.model_copy(update={"prices": (a_price(monthly, "150.00"),), **plan})
    return of.model_copy(update={"catalog": a_catalog(BASIC, changed)})


def on_its_day(
    ordered: Facts, by_then: Facts, *, days_late: int = 0, accepted: str | None = None, **asked: Any
) -> Any:
    """What follows on the scheduled day of an order that was placed while the facts were others."""
    at = ITS_DAY + timedelta(days=days_late)
    order = place(
        ordered,
        a_quote(ordered, switch_on=SCHEDULED_DAY, **asked),
        schedule=SCHEDULED_DAY,
        accept_forfeiture=accepted,
    )
    history = lived([], order)
    quote = state_of(history).upgrade.quote
    refusals = refusals_on_its_day(by_then, quote, at)
    renewed = None if refusals else requote(by_then, quote, at=at, calendar=Weekdays())
    start = StartScheduled(at=at, refusals=refusals, renewed_quote=renewed, **clearing(at))
    return given(history).when(start)


def refused(outcome: Any) -> dict[str, Any]:
    """The refusals it ended with, by code."""
    state = outcome.then_types(UpgradeRefused)
    return {refusal.code: refusal for refusal in state.refusals}


# ---- it goes on -------------------------------------------------------------------------------


@pytest.mark.parametrize("by_then", [BY_CARD, sold_at("12.49")], ids=["the same", "cheaper"])
def test_what_costs_the_same_or_less_goes_on_by_the_renewed_quote(by_then: Facts) -> None:
    state = on_its_day(BY_CARD, by_then).then_types(QuoteRenewed, EligibilityConfirmed)
    # 6 July: 12 of 30 days are left, 240.00.
    charge = Decimal(100) * (Decimal("12.50") if by_then is BY_CARD else Decimal("12.49"))
    assert state.upgrade.quote.total == charge - 240


def test_a_quote_for_today_says_what_a_later_day_costs() -> None:
    """Its guarantee is for the days that it shows: less is left to credit weeks later."""
    state = on_its_day(BY_INVOICE, BY_INVOICE).then_types(QuoteRenewed, CreditCheckRequired)
    assert state.upgrade.quote.total > a_quote(BY_INVOICE).total


def test_a_quote_for_the_day_says_the_same_on_it() -> None:
    state = on_its_day(BY_CARD, BY_CARD).then_types(QuoteRenewed, EligibilityConfirmed)
    quoted = a_quote(BY_CARD, switch_on=SCHEDULED_DAY)
    assert (state.upgrade.quote.total, state.upgrade.quote.lines) == (quoted.total, quoted.lines)


def test_a_start_that_comes_late_costs_what_the_scheduled_day_does() -> None:
    state = on_its_day(BY_CARD, BY_CARD, days_late=2).then_types(QuoteRenewed, EligibilityConfirmed)
    assert state.upgrade.begins_on == SCHEDULED_DAY
    late = SCHEDULED_DAY + timedelta(days=2)
    scheduled = price_upgrade(a_quote().inputs, SCHEDULED_DAY)
    assert (
        state.upgrade.quote.price_at_switch(state.upgrade.begins_on, late).total == scheduled.total
    )


# ---- it ends ----------------------------------------------------------------------------------


def test_what_costs_more_was_not_agreed_to() -> None:
    refusal = refused(on_its_day(BY_CARD, sold_at("12.51")))["price_increased"]
    assert refusal.evidence == {
        "currency": "USD",
        "day": "2026-07-06",
        "agreed_total": "1010.00",
        "total": "1011.00",
        "agreed_account_credit": "0.00",
        "account_credit": "0.00",
    }
    for part in ("July 6, 2026", "$1,011.00", "$1,010.00"):
        assert part in refusal.message.en
    assert (refusal.remedy.action, refusal.temporary) == ("quote_again", False)


def test_a_higher_tax_is_dearer_too() -> None:
    taxed = BY_CARD.model_copy(update={"policy": Policy(tax={"US": Decimal("0.01")})})
    assert refused(on_its_day(BY_CARD, taxed)).keys() == {"price_increased"}
    assert refused(
        on_its_day(BY_CARD, facts(subscription=a_subscription(price="5.00")))
    ).keys() == {"price_increased"}


def test_less_credit_left_on_the_account_is_dearer_though_nothing_is_to_pay() -> None:
    large = facts(subscription=a_subscription(price="60.00"))
    smaller = facts(subscription=a_subscription(price="59.00"))
    refusal = refused(on_its_day(large, smaller))["price_increased"]
    assert refusal.evidence["total"] == refusal.evidence["agreed_total"] == "0.00"
    assert refusal.evidence["agreed_account_credit"] == "1150.00"  # 2400.00 - 1250.00
    assert refusal.evidence["account_credit"] == "1110.00"
    assert refusal.message.en == (
        "On July 6, 2026 less credit would be left on your account than agreed: $1,110.00 instead of "
        "$1,150.00."
    )


def test_what_was_to_leave_a_credit_and_now_costs_something_says_both() -> None:
    large = facts(subscription=a_subscription(price="60.00"))
    refusal = refused(on_its_day(large, BY_CARD))["price_increased"]
    assert "$1,010.00 instead of a credit of $1,150.00 left on your account" in refusal.message.en


def test_the_latest_day_of_a_credit_check_may_not_cost_more_either() -> None:
    """Both days of the renewed quote are held to what was agreed of them."""
    cheaper_today = sold_at("12.50", BY_INVOICE)
    outcome = on_its_day(BY_INVOICE, cheaper_today)
    state = outcome.then_types(QuoteRenewed, CreditCheckRequired)
    agreed = price_upgrade(
        a_quote(BY_INVOICE).inputs.model_copy(update={"least_credit": None}),
        state.upgrade.quote.latest.switch_on,
    )
    assert state.upgrade.quote.latest.total == agreed.total
    shorter = facts(
        tenant=a_tenant(payment_method="invoice"),
        # A cycle that ends on 7 July: full on the day, nothing of the old one on the latest.
        subscription=a_subscription(cycle_anchor="2026-06-10"),
    )
    assert refused(on_its_day(BY_INVOICE, shorter)).keys() == {"price_increased"}


def test_more_is_lost_than_was_accepted() -> None:
    accepted = str(price_upgrade(a_quote(PREPAID).inputs, SCHEDULED_DAY).forfeited)
    assert accepted == "2330.00"  # 179 days are left, 3580.00, for 1250.00
    on_its_day(PREPAID, PREPAID, accepted=accepted).then_types(QuoteRenewed, EligibilityConfirmed)
    cheaper = sold_at("12.00", PREPAID)  # 1200.00: 50.00 more are lost
    refusal = refused(on_its_day(PREPAID, cheaper, accepted=accepted))["forfeiture_increased"]
    assert refusal.evidence == {
        "currency": "USD",
        "day": "2026-07-06",
        "accepted": "2330.00",
        "forfeited": "2380.00",
        "no_forfeiture_from": "2026-11-02",
    }
    for part in ("July 6, 2026", "$2,380.00", "$2,330.00"):
        assert part in refusal.message.en
    assert "for November 2, 2026 or later" in refusal.remedy.text.en
    dearer_than_what_is_left = sold_at("35.80", PREPAID)  # 3580.00: nothing is lost, nothing to pay
    on_its_day(PREPAID, dearer_than_what_is_left, accepted=accepted).then_types(
        QuoteRenewed, EligibilityConfirmed
    )


def test_nothing_was_accepted_and_now_something_would_be_lost() -> None:
    refusal = refused(on_its_day(BY_CARD, PREPAID))["forfeiture_increased"]
    assert refusal.evidence["accepted"] == "0.00"


@pytest.mark.parametrize(
    ("by_then", "code", "numbers"),
    [
        (
            facts(subscription=a_subscription(licenses=101, assigned=101)),
            "insufficient_licenses",
            {"ordered": 100, "assigned": 101},
        ),
        (
            sold_at("12.50", max_licenses=99),
            "too_many_licenses",
            {"ordered": 100, "max_licenses": 99},
        ),
    ],
)
def test_licenses_that_no_longer_fit(by_then: Facts, code: str, numbers: dict[str, int]) -> None:
    """B22, on the day of a scheduled order."""
    refusal = refused(on_its_day(BY_CARD, by_then))[code]
    assert refusal.evidence == numbers
    for number in numbers.values():
        assert str(number) in refusal.message.en
        assert str(number) in refusal.message.zh_tw


@pytest.mark.parametrize("most", [100, 101, None])
def test_licenses_that_just_fit(most: int | None) -> None:
    just = sold_at("12.50", facts(subscription=a_subscription(assigned=100)), max_licenses=most)
    assert refusals_on_its_day(just, a_quote(), NOW) == ()


def test_days_are_written_as_the_tenants_country_does() -> None:
    british = a_tenant(country="GB", subdivision=None)
    dearer = sold_at("13.00", facts(tenant=british))
    assert "6 July 2026" in refused(on_its_day(BY_CARD, dearer))["price_increased"].message.en
    lossy = PREPAID.model_copy(update={"tenant": british})
    refusal = refused(on_its_day(BY_CARD, lossy))["forfeiture_increased"]
    assert "6 July 2026" in refusal.message.en


def test_what_time_heals_says_when_from_that_day_on() -> None:
    provisioning = facts(subscription=a_subscription(status="provisioning"))
    refusal = refused(on_its_day(BY_CARD, provisioning))["not_fully_provisioned"]
    assert refusal.remedy.retry_after == ITS_DAY + timedelta(hours=4)


def test_every_reason_is_told_at_once() -> None:
    crowded = BLOCKED.subscription.model_copy(update={"assigned": 101})
    blocked = sold_at("12.50", facts(subscription=crowded), max_licenses=50)
    assert refused(on_its_day(BY_CARD, blocked)).keys() == {
        "more_users_than_licenses",
        "subscription_not_active",
        "insufficient_licenses",
        "too_many_licenses",
    }


def test_a_plan_that_lost_its_price_is_refused_not_a_fault_of_ours() -> None:
    unsold = a_catalog(BASIC, STANDARD.model_copy(update={"prices": ()}))
    no_price = BY_CARD.model_copy(update={"catalog": unsold})
    assert refused(on_its_day(BY_CARD, no_price)).keys() == {"target_not_supported"}


def test_the_notice_says_why_and_what_to_do() -> None:
    state = on_its_day(BY_CARD, sold_at("13.00")).then_types(UpgradeRefused)
    event = UpgradeRefused(at=ITS_DAY, refusals=state.refusals)
    (notice,) = rows_after(event, state)["notices"]
    assert notice["kind"] == "upgrade_refused"
    for part in (state.refusals[0].message, state.refusals[0].remedy.text):
        assert part.en in notice["text"]["en"]
        assert part.zh_tw in notice["text"]["zh-TW"]


# ---- any change -------------------------------------------------------------------------------

AMOUNTS = st.integers(0, 3000).map(lambda minor: f"{Decimal(minor) / 100:.2f}")


def any_world(draw: st.DrawFn) -> Facts:
    plan: Plan = STANDARD.model_copy(update={"prices": (a_price(draw(AMOUNTS), draw(AMOUNTS)),)})
    prepaid = draw(st.sampled_from([None, PREPAID.subscription.prepaid]))
    return facts(
        tenant=a_tenant(payment_method=draw(st.sampled_from(["card", "invoice"]))),
        subscription=a_subscription(
            price=draw(AMOUNTS), licenses=draw(st.integers(80, 120)), prepaid=prepaid
        ),
        catalog=a_catalog(BASIC, plan),
        policy=Policy(tax={"US": Decimal(draw(st.sampled_from(["0", "0.07", "0.2"])))}),
    )


@any_of(st.data(), st.integers(0, 3))
def test_nobody_pays_or_loses_more_than_they_agreed_to(data: st.DataObject, days_late: int) -> None:
    ordered, by_then = any_world(data.draw), any_world(data.draw)  # pyright: ignore[reportArgumentType] - what st.composite hands in
    quote = a_quote(ordered, switch_on=SCHEDULED_DAY)
    accepted = price_upgrade(quote.inputs, SCHEDULED_DAY).forfeited
    history = lived(
        [], place(ordered, quote, schedule=SCHEDULED_DAY, accept_forfeiture=str(accepted))
    )
    at = ITS_DAY + timedelta(days=days_late)
    renewed = requote(by_then, quote, at=at, calendar=Weekdays())
    start = StartScheduled(at=at, renewed_quote=renewed, **clearing(at))
    state = state_of(lived(history, start))
    unguaranteed = quote.inputs.model_copy(update={"least_credit": None})
    days = [renewed.switch_on, *([renewed.latest.switch_on] if renewed.latest else [])]
    agreed = [price_upgrade(unguaranteed, day) for day in days]
    now = [price_upgrade(renewed.inputs, day) for day in days]
    fair = all(
        new.total - new.account_credit <= old.total - old.account_credit
        for old, new in zip(agreed, now, strict=True)
    )
    assert (state.stage == "refused") == (not fair or renewed.forfeited > accepted)
    for days_to_switch in range(0, 40, 3):
        switched_on = SCHEDULED_DAY + timedelta(days=days_late + days_to_switch)
        if state.stage != "refused":
            price = state.upgrade.quote.price_at_switch(state.upgrade.begins_on, switched_on)
            assert price.total <= max(each.total for each in agreed)
            assert price.forfeited <= accepted
