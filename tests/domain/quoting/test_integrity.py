"""B25: nobody orders by a quote that is not what was made, whoever got around the database."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from domain.catalog.facts import Facts
from domain.quoting.integrity import is_as_made
from domain.quoting.quote import Quote
from domain.upgrade.events import CreditCheckRequired, EligibilityConfirmed, OrderPlaced
from domain.values.rejections import QuoteAltered, QuoteStale
from tests.domain.builders import NOW
from tests.domain.scenario import given
from tests.domain.upgrades import (
    BY_CARD,
    BY_INVOICE,
    PREPAID,
    WITH_TARGET,
    a_change,
    a_purchase,
    a_quote,
    place,
)

AT_CHECKOUT: Mapping[str, Any] = {
    "payment_method": "bank_transfer",
    "sold_to": {"name": "Kontor GmbH", "city": "Berlin", "country": "DE"},
    "keep_disabled_services": True,
    "switch_on": "2026-07-06",
}


def changed(quote: Quote, path: str, value: Any) -> Quote:
    """The quote as it would be read back if somebody had written `value` at `path`."""
    body: dict[str, Any] = quote.model_dump(mode="json")
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = body
    for step in way:
        place = place[step]
    assert place[last] != value
    place[last] = value
    return Quote.model_validate(body)


@pytest.mark.parametrize("of", [BY_CARD, BY_INVOICE, PREPAID], ids=["card", "invoice", "prepaid"])
@pytest.mark.parametrize("asked", [{}, AT_CHECKOUT], ids=["as it is", "changed at checkout"])
def test_a_quote_that_was_kept_is_as_it_was_made(of: Facts, asked: dict[str, Any]) -> None:
    quote = a_quote(of, **asked)
    assert is_as_made(Quote.model_validate_json(quote.model_dump_json()), of)


@pytest.mark.parametrize("payment_method", ["card", "invoice"])
@pytest.mark.parametrize(
    "asked",
    [a_change(), a_purchase(), a_purchase(old="reduced", licenses_kept=50)],
    ids=["into what is there", "bought", "bought and reduced"],
)
def test_so_is_one_for_a_change_by_hand(payment_method: str, asked: dict[str, Any]) -> None:
    tenant = WITH_TARGET.tenant.model_copy(update={"payment_method": payment_method})
    of = WITH_TARGET.model_copy(update={"tenant": tenant})
    quote = a_quote(of, **asked)
    assert quote.credit_check.required == (payment_method == "invoice" and quote.licenses > 0)
    assert is_as_made(Quote.model_validate_json(quote.model_dump_json()), of)
    other = changed(quote, "total", "1.00")
    assert not is_as_made(other, of)
    # What it says of the change is part of its digest.
    altered = changed(quote, "request.change.users", 3)
    given([]).when(place(of, altered)).then_rejected(QuoteStale, quote_id="q-1")


BY_CARD_CHANGES: Mapping[str, Any] = {
    "licenses": 200,
    "billing": "annual",
    "currency": "EUR",
    "subscription_id": "another",
    "tenant_id": "another",
    "target_plan_id": "premium",
    "switch_on": "2026-06-24",
    "lines.0.amount": "1.00",
    "lines.1.kind": "tax",
    "lines.1.amount": "-1000.00",
    "total": "0.00",
    "credit_applied": "1.00",
    "account_credit": "5.00",
    "forfeited": "5.00",
    "credit_check.required": True,
    "credit_check.reasons": ["pays_by_invoice"],
    "sold_to.country": "DE",
    "billed_to.name": "Somebody else",
    "payment_method": "bank_transfer",
    "keep_disabled_services": True,
    "expires_at": "2027-01-01T00:00:00Z",
    "created_at": "2026-06-26T16:00:00Z",
    "inputs.old.unit_price": "60.00",
    "inputs.old.licenses": 1000,
    "inputs.old.cycle_anchor": "2026-06-25",
    "inputs.new.unit_price": "0.01",
    "inputs.new.plan_id": "premium",
    "inputs.tax": {"country": "US", "rate": "0"},
    "inputs.least_credit": "1000.00",
    "inputs.time_zone": "Asia/Taipei",
    "days.3.total": "0.00",
    "days.7.day": "2026-07-09",
}


@pytest.mark.parametrize("path", BY_CARD_CHANGES)
def test_whatever_is_changed_in_a_quote_nobody_orders_by_it(path: str) -> None:
    altered = changed(a_quote(), path, BY_CARD_CHANGES[path])
    given([]).when(place(quote=altered)).then_rejected(QuoteAltered, quote_id="q-1")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("inputs.least_credit", "599.00"),
        ("latest", None),
        ("latest.switch_on", "2026-07-20"),
        ("latest.total", "0.00"),
        ("credit_check.required", False),
        ("credit_check.reasons", ["threshold_reached"]),
        ("credit_check.deadline_if_ordered_now", "2026-07-29T16:00:00Z"),
        ("credit_check.deadline_if_ordered_now", None),
    ],
)
def test_nor_by_one_whose_guarantee_was_changed(path: str, value: Any) -> None:
    altered = changed(a_quote(BY_INVOICE), path, value)
    given([]).when(place(BY_INVOICE, altered)).then_rejected(QuoteAltered, quote_id="q-1")


@pytest.mark.parametrize(
    ("path", "value"), [("digest", "0" * 64), ("request.licenses", 99), ("request.sold_to", None)]
)
def test_another_digest_or_request_is_another_offer(path: str, value: Any) -> None:
    altered = changed(a_quote(sold_to=AT_CHECKOUT["sold_to"]), path, value)
    given([]).when(place(quote=altered)).then_rejected(QuoteStale, quote_id="q-1")


@pytest.mark.parametrize(
    ("path", "value"),
    [("lines.0.description", "Put better"), ("users_to_move", 79), ("notices", [])],
)
def test_words_and_users_bind_nobody(path: str, value: Any) -> None:
    informing = changed(a_quote(), path, value)
    given([]).when(place(quote=informing)).then_types(OrderPlaced, EligibilityConfirmed)


def test_a_quote_that_is_as_made_is_ordered_by_until_it_expires() -> None:
    last = NOW + timedelta(days=7, microseconds=-1)
    for of, follows in ((BY_CARD, EligibilityConfirmed), (BY_INVOICE, CreditCheckRequired)):
        given([]).when(place(of, a_quote(of), at=last)).then_types(OrderPlaced, follows)
