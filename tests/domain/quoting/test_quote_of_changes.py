"""What a quote of a change by hand is computed from: nothing of what is neither bought nor given up."""

from decimal import Decimal

import pytest

from domain.catalog.policy import Policy
from domain.quoting.quote import Quote
from domain.values.rejections import PriceUnknown, QuoteStale
from tests.domain.builders import (
    BASIC,
    PREMIUM,
    STANDARD,
    a_catalog,
    a_plan,
    a_subscription,
    facts,
)
from tests.domain.scenario import given
from tests.domain.upgrades import WITH_TARGET, a_change, a_purchase, a_quote, place

TAXED = Policy(tax={"US": Decimal("0.0825")})


def terms(quote: Quote) -> tuple[int, Decimal, int, Decimal]:
    """Licenses and their price: those given up, and those bought."""
    old, new = quote.inputs.old, quote.inputs.new
    return old.licenses, old.unit_price, new.licenses, new.unit_price


def test_where_the_old_one_stays_nothing_of_it_is_priced() -> None:
    assert terms(a_quote(WITH_TARGET, **a_change())) == (0, 0, 0, 0)
    assert terms(a_quote(facts(), **a_purchase())) == (0, 0, 60, Decimal("12.50"))
    reduced = a_quote(facts(), **a_purchase(old="reduced", licenses_kept=30))
    assert terms(reduced) == (70, Decimal("6.00"), 60, Decimal("12.50"))


def test_a_price_that_nobody_needs_may_be_unknown() -> None:
    unsold = a_catalog(BASIC.model_copy(update={"prices": ()}), STANDARD, PREMIUM)
    assert a_quote(facts(catalog=unsold), **a_purchase()).total == Decimal("750.00")
    with pytest.raises(PriceUnknown):
        a_quote(facts(catalog=unsold), **a_purchase(old="reduced", licenses_kept=50))
    free = a_catalog(BASIC, STANDARD.model_copy(update={"prices": ()}), PREMIUM)
    there = facts(catalog=free, siblings=WITH_TARGET.siblings)
    assert a_quote(there, **a_change()).lines == ()


def test_nothing_bought_is_taxed_with_nothing() -> None:
    taxed = facts(policy=TAXED, siblings=WITH_TARGET.siblings)
    assert a_quote(taxed, **a_change()).inputs.tax is None
    bought = a_quote(taxed, **a_purchase())
    assert [(line.kind, line.amount) for line in bought.lines] == [
        ("charge", Decimal("750.00")),
        ("tax", Decimal("61.88")),
    ]


def test_an_upgrade_is_told_nothing_that_only_a_change_can_do() -> None:
    fewer = a_plan("standard", {"exchange": 1}, prices=STANDARD.prices)
    of = facts(catalog=a_catalog(BASIC, fewer, PREMIUM))
    told = {notice.code for notice in a_quote(of, **a_purchase()).notices}
    assert "data_services_lost" in told
    assert "data_services_lost" not in {notice.code for notice in a_quote(of).notices}


def test_it_is_stale_where_the_licenses_of_what_stays_have_changed() -> None:
    fewer = facts(subscription=a_subscription(licenses=99), siblings=WITH_TARGET.siblings)
    for quote in (a_quote(WITH_TARGET, **a_change()), a_quote(WITH_TARGET, **a_purchase())):
        given([]).when(place(fewer, quote)).then_rejected(QuoteStale)


def test_its_digest_is_the_same_tomorrow() -> None:
    """Another one for the same facts would make every quote stale that is open at a release."""
    digests = [a_quote(WITH_TARGET, **asked).digest for asked in (a_change(), a_purchase())]
    assert digests == [
        "e32ab63d5c31fa1435c02b3244827bc83b37004ed95562d103972783f9c8a3ec",
        "c2e4e85852f955a716371dc87c179e3aead0e26cab23d2d7cde3166edc10dc98",
    ]
