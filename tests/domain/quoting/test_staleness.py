"""What a stale quote says: which part of it changed, from what to what, in numbers and in words (B25)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from domain.catalog.facts import Facts
from domain.catalog.policy import (
    AdminLockPolicy,
    CreditCheckPolicy,
    InvoicePolicy,
    Policy,
    QuotePolicy,
)
from domain.quoting.quote import Quote, make_quote, offer_now, requote
from domain.quoting.staleness import QuoteChange, changes_since, quote_stale
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
from tests.domain.quoting.quoted import ELSEWHERE, asked, prepaid, quoted
from tests.domain.quoting.test_quote_expiry import worlds
from tests.domain.upgrades import WITH_TARGET, Weekdays, a_change, a_purchase, a_quote

DEARER = STANDARD.model_copy(update={"prices": (a_price("13.00", "156.00"),)})
IN_BERLIN = {"sold_to": ELSEWHERE, "billed_to": ELSEWHERE}


def changes(quote: Quote, by_then: Facts) -> tuple[QuoteChange, ...]:
    now = offer_now(by_then, quote, at=NOW, calendar=Weekdays())
    return changes_since(quote, now, by_then)


def told(quote: Quote, by_then: Facts) -> list[tuple[Any, ...]]:
    return [(each.what, each.quoted, each.now) for each in changes(quote, by_then)]


@pytest.mark.parametrize(
    ("by_then", "part"),
    [
        (facts(subscription=a_subscription(licenses=101)), ("old_licenses", 100, 101)),
        (facts(subscription=a_subscription(price=Decimal("5.99"))), ("old_price", "6.00", "5.99")),
        (
            facts(subscription=a_subscription(cycle_anchor=date(2026, 6, 19))),
            ("cycle_anchor", "2026-06-18", "2026-06-19"),
        ),
        (facts(catalog=a_catalog(BASIC, DEARER)), ("price", "12.50", "13.00")),
        (
            facts(catalog=a_catalog(BASIC, STANDARD.model_copy(update={"name": "Other"}))),
            ("plan_name", "Plan standard", "Other"),
        ),
        (
            facts(catalog=a_catalog(BASIC, STANDARD.model_copy(update={"max_licenses": 100}))),
            ("max_licenses", None, 100),
        ),
        (facts(policy=Policy(tax={"US": Decimal("0.10")})), ("tax", None, "0.10")),
        (
            facts(policy=Policy(credit_check=CreditCheckPolicy(business_days=3))),
            ("credit_days", 2, 3),
        ),
        (
            facts(policy=Policy(credit_check=CreditCheckPolicy(thresholds={}))),
            ("credit_threshold", "10000.00", None),
        ),
        (
            facts(tenant=a_tenant(payment_method="bank_transfer")),
            ("payment_method", "card", "bank_transfer"),
        ),
        (
            facts(tenant=a_tenant(time_zone="UTC")),
            ("time_zone", "America/Los_Angeles", "UTC"),
        ),
        (facts(tenant=a_tenant(language="zh-TW")), ("language", "en", "zh-TW")),
        (facts(tenant=a_tenant(billing_day=16)), ("billing_day", 15, 16)),
        (facts(tenant=a_tenant(subdivision="OR")), ("subdivision", "WA", "OR")),
        (facts(policy=Policy(invoice=InvoicePolicy(within_days=29))), ("invoice_within_days", 30, 29)),
        (facts(policy=Policy(quote=QuotePolicy(valid_days=8))), ("valid_days", 7, 8)),
        (
            facts(policy=Policy(admin_lock=AdminLockPolicy(expected_minutes=61))),
            ("locked_minutes", 60, 61),
        ),
        (
            facts(tenant=a_tenant(billed_to=ELSEWHERE)),
            ("billed_to", "Contoso, 1 Main Street, Seattle, US", "Contoso GmbH, Berlin, DE"),
        ),
    ],
)  # fmt: skip
def test_one_thing_that_changed_is_told_with_both_values(
    by_then: Facts, part: tuple[Any, ...]
) -> None:
    assert told(quoted(), facts()) == []
    assert part in told(quoted(), by_then)
    assert len(changes(quoted(), by_then)) <= 2, "what follows from it at most beside it"


def test_a_term_that_was_paid_for_is_told_with_its_days() -> None:
    """The price of a license means nothing of a term: it is 0.00 then."""
    (price, term) = changes(quoted(), prepaid())
    assert (price.what, price.quoted, price.now) == ("old_price", "6.00", "0.00")
    assert (term.what, term.quoted) == ("prepaid", None)
    assert term.now == "upfront 7300.00 2026-01-01 2026-12-31"
    assert term.text.en == (
        "the prepaid term of contoso-basic changed from none to $7,300.00 for January 1, 2026 through "
        "December 31, 2026"
    )


def test_a_credit_check_that_has_become_needed_says_why() -> None:
    by_invoice = facts(tenant=a_tenant(payment_method="invoice"))
    method, check = changes(quoted(), by_invoice)
    assert (method.what, method.text.en) == (
        "payment_method", "the payment method changed from card to invoice",
    )  # fmt: skip
    assert (check.what, check.quoted, check.now) == ("credit_check", None, "pays_by_invoice")
    assert check.text.en == (
        "the need for a credit check changed from not needed to needed, as you pay by invoice"
    )


def test_the_rejection_says_all_of_it_in_both_languages() -> None:
    by_then = facts(subscription=a_subscription(licenses=101), catalog=a_catalog(BASIC, DEARER))
    stale = quote_stale(quoted(), changes(quoted(), by_then))
    assert stale.message == (
        "The quote no longer holds: the number of licenses of contoso-basic changed from 100 to 101; the "
        "price per license of Plan standard changed from $12.50 to $13.00. Order with the new one."
    )
    assert stale.details["changed"][1] == {
        "what": "price",
        "quoted": "12.50",
        "now": "13.00",
        "text": {
            "en": "the price per license of Plan standard changed from $12.50 to $13.00",
            "zh-TW": "Plan standard 每個授權的價格由US$12.50改為US$13.00",
        },
    }


def test_where_nobody_can_tell_it_says_what_it_said_before() -> None:
    """A quote of older code does not say which billing day it was made by."""
    older = quoted().model_copy(update={"basis": None})
    assert changes(older, facts(tenant=a_tenant(billing_day=16))) == ()
    stale = quote_stale(older, ())
    assert stale.message == "What the quote was based on has changed: order with the new one."
    assert stale.details == {"quote_id": "q-1"}
    assert told(older, facts(subscription=a_subscription(licenses=101))) == [
        ("old_licenses", 100, 101)
    ]


@pytest.mark.parametrize(
    "change", [a_change(), a_purchase(old="reduced", licenses_kept=50), a_purchase()]
)
def test_by_hand_all_licenses_of_the_old_one_are_told(change: dict[str, Any]) -> None:
    more = WITH_TARGET.model_copy(update={"subscription": a_subscription(licenses=140)})
    quote = a_quote(WITH_TARGET, **change)
    assert told(quote, more) == [("old_licenses", 100, 140)]
    older = quote.model_copy(update={"basis": None})
    assert told(older, more) == [], "of older code's only how many are given up"


def test_a_paid_period_that_was_renewed_is_told_with_both_days() -> None:
    request = a_purchase(80, listed=False, users=80, old="canceled", at_period_end=True)
    quote = a_quote(facts(), switch_on=date(2026, 7, 18), **request)
    moved = facts(subscription=a_subscription(cycle_anchor=date(2026, 7, 10)))
    (change,) = changes(quote, moved)
    assert (change.what, change.quoted, change.now) == ("period_end", "2026-07-18", "2026-08-10")
    assert change.text.en == (
        "the end of the paid period of contoso-basic moved from July 18, 2026 to August 10, 2026"
    )


@given(worlds(), worlds())
def test_a_stale_quote_always_says_what_has_changed(one: Facts, other: Facts) -> None:
    quote = quoted(of=one)
    now = requote(other, quote, at=NOW, calendar=Weekdays())
    found = changes_since(quote, now, other)
    assert bool(found) == (now.digest != quote.digest)
    assert all(each.quoted != each.now for each in found)
    assert len({each.what for each in found}) == len(found)


def test_what_a_quote_was_made_by_is_not_kept_by_histories() -> None:
    quote = make_quote(facts(), asked(), quote_id="q-1", at=NOW, calendar=Weekdays())
    assert quote.basis is not None
    kept = quote.as_history_keeps_it()
    assert not {"basis", "days"} & kept.model_dump(mode="json").keys()
    assert Quote.model_validate_json(quote.model_dump_json()) == quote
