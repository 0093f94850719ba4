"""The order, its day, and its credit check: what follows, what is rejected."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from domain.eligibility.subscription_rules import check_order
from domain.pricing.price import price_upgrade
from domain.upgrade.commands import ExpireCreditCheck, command_id
from domain.upgrade.credit_check import credit_decision_rejection
from domain.upgrade.decider import decide
from domain.upgrade.events import (
    CreditCheckApproved,
    CreditCheckDeclined,
    CreditCheckExpired,
    CreditCheckRequired,
    CreditDecisionRefused,
    EligibilityConfirmed,
    OrderPlaced,
    QuoteRenewed,
    UpgradeCanceled,
    UpgradeRefused,
    UpgradeScheduled,
)
from domain.upgrade.evolve import fold
from domain.upgrade.states import AwaitingCreditCheck, Milestone, ReadyToMove, Refused, Scheduled
from domain.values import rejections
from domain.values.cycles import start_of_local_day
from tests.domain.builders import NOW, a_subscription, facts
from tests.domain.scenario import given, lived, state_of
from tests.domain.upgrades import (
    AWAITING_CREDIT,
    BLOCKED,
    BY_CARD,
    BY_INVOICE,
    CANCEL,
    DAYS_LATER,
    DEADLINE,
    HISTORIES,
    LOS_ANGELES,
    MOVING,
    PREPAID,
    READY,
    SCHEDULED,
    SCHEDULED_DAY,
    START_MOVE,
    a_quote,
    an_order,
    clearing,
    decision,
    later,
    place,
    start_scheduled,
)

CENT = Decimal("0.01")

# ---- ordering (B25) ---------------------------------------------------------------------------


def test_an_order_pins_its_quote_and_its_policy_and_goes_on_to_the_move() -> None:
    quote = a_quote()
    ready = (
        given([])
        .when(place(quote=quote))
        .then(
            [
                OrderPlaced(
                    at=NOW,
                    order=an_order(quote),
                    quote=quote.as_history_keeps_it(),
                    policy=BY_CARD.policy,
                    plan_name="Plan standard",
                    time_zone=LOS_ANGELES,
                    billing_day=15,
                    users=80,
                    target_services=("apps", "exchange", "sharepoint", "teams"),
                ),
                EligibilityConfirmed(at=NOW),
            ]
        )
    )
    assert isinstance(ready, ReadyToMove)
    assert ready.upgrade.version == 2
    assert ready.upgrade.timeline == (
        Milestone(stage="checking", at=NOW),
        Milestone(stage="moving_users", at=NOW),
    )


def test_an_order_that_is_repeated_is_the_same_order() -> None:
    for history in (READY, MOVING, HISTORIES["Invoiced"], HISTORIES["Canceled"]):
        given(history).when(place(at=DAYS_LATER, quote=a_quote())).then_nothing()


def test_another_order_under_the_same_key_is_rejected() -> None:
    other = place(schedule=SCHEDULED_DAY)
    upgrade_id = other.order.upgrade_id
    given(READY).when(other).then_rejected(rejections.IdempotencyKeyReused, upgrade_id=upgrade_id)


def test_a_quote_that_has_expired_cannot_be_ordered_by() -> None:
    quote = a_quote()
    last = quote.expires_at - timedelta(microseconds=1)
    given([]).when(place(quote=quote, at=last)).then_types(OrderPlaced, EligibilityConfirmed)
    given([]).when(place(quote=quote, at=quote.expires_at)).then_rejected(
        rejections.QuoteExpired, quote_id="q-1", expired_at=quote.expires_at
    )


def test_a_quote_whose_facts_have_changed_cannot_be_ordered_by() -> None:
    dearer = facts(subscription=a_subscription(price="7.00"))
    given([]).when(place(dearer, a_quote())).then_rejected(rejections.QuoteStale, quote_id="q-1")


def test_users_who_joined_since_the_quote_need_licenses() -> None:
    more = facts(subscription=a_subscription(licenses=100, assigned=81))
    given([]).when(place(more, a_quote(licenses=80))).then_rejected(
        rejections.InsufficientLicenses, licenses=80, assigned=81
    )


def test_an_order_that_the_rules_refuse_is_kept_with_every_refusal() -> None:
    order = place(BLOCKED, a_quote())
    refusals = check_order(BLOCKED, "standard", NOW)
    refused = given([]).when(order).then_types(OrderPlaced, UpgradeRefused)
    assert isinstance(refused, Refused)
    assert refused.refusals == refusals != ()


# ---- forfeiture (B35) and the day to start on (B36) -------------------------------------------


@pytest.mark.parametrize("accepted", [None, Decimal(0), 1, -CENT, CENT])
def test_what_is_forfeited_must_be_accepted_to_the_cent(accepted: Decimal | None) -> None:
    quote = a_quote(PREPAID)
    assert quote.forfeited == Decimal("2550.00")
    offered = accepted if accepted in (None, 0, 1) else quote.forfeited + accepted
    given([]).when(place(PREPAID, quote, accept_forfeiture=offered)).then_rejected(
        rejections.ForfeitureNotAccepted,
        quote_id="q-1",
        forfeited="2550.00",
        accepted=None if offered is None else str(offered),
        no_forfeiture_from=quote.no_forfeiture_from,
    )


@pytest.mark.parametrize("written", ["2550", "2550.0", "2550.00"])
def test_the_exact_amount_is_accepted_however_it_is_written(written: str) -> None:
    order = place(PREPAID, a_quote(PREPAID), accept_forfeiture=written)
    given([]).when(order).then_types(OrderPlaced, EligibilityConfirmed)


@pytest.mark.parametrize(
    ("accepted", "fits"),
    [("2550.00", True), ("2530.00", True), ("2540.00", False), (None, False)],
)
def test_a_day_later_what_the_quote_shows_of_that_day_is_accepted_too(
    accepted: str | None, fits: bool
) -> None:
    """B35, B67: a term of 7,300.00 for 365 days loses 20.00 a day."""
    quote = a_quote(PREPAID)
    assert [each.forfeited for each in quote.days[:2]] == [Decimal("2550.00"), Decimal("2530.00")]
    later = place(PREPAID, quote, at=NOW + timedelta(days=1), accept_forfeiture=accepted)
    ordering = given([]).when(later)
    if fits:
        ordering.then_types(OrderPlaced, EligibilityConfirmed)
    else:
        ordering.then_rejected(rejections.ForfeitureNotAccepted, forfeited="2530.00")


def test_an_order_for_today_on_a_quote_for_a_later_day_is_refused() -> None:
    """B67: it would have waited for the quote's day without a word."""
    quote = a_quote(switch_on=SCHEDULED_DAY)
    given([]).when(place(quote=quote, schedule=date(2026, 6, 25))).then_rejected(
        rejections.QuoteForAnotherDay, day="2026-06-25"
    )


def test_what_is_not_forfeited_cannot_be_accepted() -> None:
    given([]).when(place(accept_forfeiture="5.00")).then_rejected(
        rejections.ForfeitureNotAccepted, forfeited="0.00", accepted="5.00"
    )


def test_a_scheduled_order_waits_for_the_start_of_its_day() -> None:
    scheduled = (
        given([]).when(place(schedule=SCHEDULED_DAY)).then_types(OrderPlaced, UpgradeScheduled)
    )
    assert isinstance(scheduled, Scheduled)
    assert scheduled.starts_at == start_of_local_day(SCHEDULED_DAY, LOS_ANGELES)


@pytest.mark.parametrize("day", [date(2026, 6, 25), date(2026, 6, 24)])
def test_today_or_a_day_that_has_passed_starts_at_once(day: date) -> None:
    given([]).when(place(schedule=day)).then_types(OrderPlaced, EligibilityConfirmed)


def test_nothing_need_be_accepted_from_the_first_day_without_forfeiture_on() -> None:
    quote = a_quote(PREPAID)
    assert quote.no_forfeiture_from is not None
    # The quote shows what that day costs; for others there are quotes of their own (B67).
    free_from = quote.no_forfeiture_from
    order = place(PREPAID, quote, schedule=free_from)
    given([]).when(order).then_types(OrderPlaced, UpgradeScheduled)
    for days in (1, 100):
        order = place(PREPAID, schedule=free_from + timedelta(days=days))
        given([]).when(order).then_types(OrderPlaced, UpgradeScheduled)
    day_before = free_from - timedelta(days=1)
    lost = price_upgrade(quote.inputs, day_before).forfeited
    given([]).when(place(PREPAID, schedule=day_before)).then_rejected(
        rejections.ForfeitureNotAccepted, forfeited=str(lost)
    )


def test_an_order_never_starts_before_the_day_it_was_quoted_for() -> None:
    """Or it would forfeit what its quote did not show."""
    free_of_loss = a_quote(PREPAID).no_forfeiture_from
    quote = a_quote(PREPAID, switch_on=free_of_loss)
    assert quote.forfeited == 0
    scheduled = given([]).when(place(PREPAID, quote)).then_types(OrderPlaced, UpgradeScheduled)
    assert isinstance(scheduled, Scheduled)
    assert free_of_loss is not None
    assert scheduled.starts_at == start_of_local_day(free_of_loss, LOS_ANGELES)


def test_a_scheduled_order_does_not_start_early() -> None:
    starts_at = state_of(SCHEDULED).starts_at
    early = starts_at - timedelta(microseconds=1)
    given(SCHEDULED).when(start_scheduled(at=early)).then_rejected(
        rejections.NotReached, starts_at=starts_at
    )


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 6, 26), True),
        (date(2026, 7, 2), True),
        (date(2026, 7, 3), False),
        (date(2026, 7, 9), False),
    ],
)
def test_only_a_day_that_the_quote_shows_can_be_ordered(day: date, shown: bool) -> None:
    """B67: it was made on 25 June at 16:00 UTC, 9:00 in Los Angeles, and expires seven days later."""
    quote = a_quote()
    assert [each.day for each in quote.days] == [
        date(2026, 6, 25) + timedelta(days=n) for n in range(8)
    ]
    ordering = given([]).when(place(quote=quote, schedule=day))
    if shown:
        ordering.then_types(OrderPlaced, UpgradeScheduled)
        return
    ordering.then_rejected(
        rejections.QuoteForAnotherDay, day=day.isoformat(), first="2026-06-25", last="2026-07-02"
    )
    fresh = a_quote(switch_on=day)
    given([]).when(place(quote=fresh, schedule=day)).then_types(OrderPlaced, UpgradeScheduled)


def test_an_order_after_midnight_costs_what_the_quote_shows_of_that_day() -> None:
    """B67: 23 of 30 days were left as it was quoted; minutes later, after midnight, it is 22."""
    quote = a_quote(at=datetime(2026, 6, 26, 6, 58, tzinfo=UTC))
    minutes_later = datetime(2026, 6, 26, 7, 3, tzinfo=UTC)
    assert [(each.day.day, each.total) for each in quote.days[:2]] == [
        (25, Decimal("790.00")),  # 1250.00 - 600.00 x 23/30
        (26, Decimal("810.00")),
    ]
    ready = (
        given([])
        .when(place(quote=quote, at=minutes_later))
        .then_types(OrderPlaced, EligibilityConfirmed)
    )
    begins = ready.upgrade.begins_on
    assert ready.upgrade.quote.price_at_switch(begins, begins).total == Decimal("810.00")


def test_on_its_day_a_scheduled_order_is_quoted_and_checked_anew() -> None:
    starts_at = state_of(SCHEDULED).starts_at
    start = start_scheduled(at=starts_at)
    assert start.renewed_quote is not None
    ready = (
        given(SCHEDULED)
        .when(start)
        .then(
            [
                QuoteRenewed(at=starts_at, quote=start.renewed_quote.as_history_keeps_it()),
                EligibilityConfirmed(at=starts_at),
            ]
        )
    )
    assert state_of([*SCHEDULED]).upgrade.quote != start.renewed_quote
    assert isinstance(ready, ReadyToMove)
    assert ready.upgrade.quote == start.renewed_quote.as_history_keeps_it()
    refusals = check_order(BLOCKED, "standard", starts_at)
    given(SCHEDULED).when(start.model_copy(update={"refusals": refusals})).then(
        [UpgradeRefused(at=starts_at, refusals=refusals)]
    )


def test_on_its_day_a_scheduled_order_may_need_a_credit_check() -> None:
    waiting = (
        given(SCHEDULED)
        .when(start_scheduled(BY_INVOICE))
        .then_types(QuoteRenewed, CreditCheckRequired)
    )
    assert isinstance(waiting, AwaitingCreditCheck)
    assert waiting.deadline == clearing(DAYS_LATER)["credit_deadline"]


def test_a_scheduled_order_is_never_started_unquoted() -> None:
    given(SCHEDULED).when(start_scheduled(renewed_quote=None)).then_rejected(rejections.NotReached)


# ---- credit check (B37-B42) -------------------------------------------------------------------


def test_who_pays_by_invoice_waits_for_a_credit_check_of_two_business_days() -> None:
    waiting = given([]).when(place(BY_INVOICE)).then_types(OrderPlaced, CreditCheckRequired)
    assert isinstance(waiting, AwaitingCreditCheck)
    assert waiting.deadline == DEADLINE == later(days=4), "Thursday to Monday, over a weekend"
    required = AWAITING_CREDIT[-1]
    assert required == CreditCheckRequired(
        at=NOW,
        reasons=("pays_by_invoice",),
        deadline=DEADLINE,
        calendar="US-WA",
        calendar_version="test 1",
    )


def test_no_user_moves_before_the_decision() -> None:
    given(AWAITING_CREDIT).when(START_MOVE).then_rejected(
        rejections.NotReached, stage="awaiting_credit_check"
    )


def test_an_approval_frees_the_way() -> None:
    ready = (
        given(AWAITING_CREDIT)
        .when(decision("approved"))
        .then([CreditCheckApproved(at=later(hours=1), reference="R-1", reason="checked")])
    )
    assert isinstance(ready, ReadyToMove)


def test_a_decline_ends_the_order() -> None:
    declined = (
        given(AWAITING_CREDIT)
        .when(decision("declined"))
        .then([CreditCheckDeclined(at=later(hours=1), reference="R-1", reason="checked")])
    )
    assert declined.stage == "declined"


def test_a_decision_counts_up_to_the_deadline_and_not_after() -> None:
    at_the_deadline = decision(days=4)
    assert at_the_deadline.at == DEADLINE
    given(AWAITING_CREDIT).when(at_the_deadline).then_types(CreditCheckApproved)
    late = decision(days=4, microseconds=1)
    given(AWAITING_CREDIT).when(late).then(
        [
            CreditDecisionRefused(
                at=late.at,
                decision="approved",
                reference="R-1",
                reason="checked",
                why="decision_too_late",
            )
        ]
    )


def test_without_a_decision_the_order_expires_at_the_deadline() -> None:
    early = ExpireCreditCheck(at=DEADLINE - timedelta(microseconds=1))
    given(AWAITING_CREDIT).when(early).then_rejected(rejections.NotReached, deadline=DEADLINE)
    given(AWAITING_CREDIT).when(ExpireCreditCheck(at=DEADLINE)).then(
        [CreditCheckExpired(at=DEADLINE, deadline=DEADLINE)]
    )


@pytest.mark.parametrize("word", ["approved", "declined"])
def test_the_same_decision_again_is_accepted_and_changes_nothing(word: str) -> None:
    history = lived(AWAITING_CREDIT, decision(word))
    for again in (decision(word, hours=2), decision(word, days=30)):
        given(history).when(again).then_nothing()
        assert credit_decision_rejection(again, fold(history)) is None


@pytest.mark.parametrize("then", ["ReadyToMove", "Moving", "Moved", "AwaitingInvoice"])
@pytest.mark.parametrize(("word", "reference"), [("declined", "R-1"), ("approved", "R-2")])
def test_a_contradicting_decision_is_kept_and_changes_nothing(
    then: str, word: str, reference: str
) -> None:
    approved = lived(AWAITING_CREDIT, decision("approved"))
    rest = HISTORIES[then][len(READY) :]
    history = [*approved, *rest]
    contradicting = decision(word, reference, hours=2)
    after = given(history).when(contradicting).then_types(CreditDecisionRefused)
    assert after == state_of(history).with_(version=len(history) + 1)
    rejection = credit_decision_rejection(contradicting, after)
    assert isinstance(rejection, rejections.DecisionContradicts)
    assert rejection.details == {"standing": "approved", "reference": "R-1"}


def test_a_refused_decision_is_kept_once_however_often_it_is_sent() -> None:
    """The domain says it again; the store writes a command's events once, by this id."""
    first, again = decision("declined", hours=2), decision("declined", hours=3)
    assert command_id(first) == command_id(again) != command_id(decision("declined", "R-2"))


@pytest.mark.parametrize("state", ["ReadyToMove", "Scheduled", "Canceled", "Refused"])
def test_a_decision_that_nobody_asked_for_is_refused(state: str) -> None:
    """It is kept, unless its check is still to come: then the same decision can be given again."""
    events = decide(decision(), fold(HISTORIES[state]))
    kept = [] if state == "Scheduled" else ["CreditDecisionRefused"]
    assert [type(event).__name__ for event in events] == kept
    assert fold([*HISTORIES[state], *events]).stage == fold(HISTORIES[state]).stage
    rejection = credit_decision_rejection(decision(), fold(HISTORIES[state]))
    assert isinstance(rejection, rejections.NotWaitingForDecision)


def test_an_order_that_waits_for_its_credit_check_can_be_canceled() -> None:
    given(AWAITING_CREDIT).when(CANCEL).then(
        [UpgradeCanceled(at=CANCEL.at, reason="changed our minds")]
    )
