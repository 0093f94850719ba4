"""Quotes of the tests: what is asked for, and of whom."""

from datetime import date, datetime
from typing import Any

from domain.catalog.customer import Address, Prepaid
from domain.catalog.facts import Facts
from domain.quoting.quote import (
    Quote,
    QuoteRequest,
    make_quote,
)
from tests.domain.builders import (
    NOW,
    a_subscription,
    facts,
)
from tests.domain.upgrades import Weekdays

TODAY = date(2026, 6, 25)
ELSEWHERE = Address(name="Contoso GmbH", city="Berlin", country="DE")


def asked(**changes: Any) -> QuoteRequest:
    fields: dict[str, Any] = {"target_plan_id": "standard", "licenses": 100, "billing": "monthly"}
    return QuoteRequest(**(fields | changes))


def quoted(at: datetime = NOW, of: Facts | None = None, **changes: Any) -> Quote:
    return make_quote(of or facts(), asked(**changes), quote_id="q-1", at=at, calendar=Weekdays())


def prepaid(paid: str = "7300.00", **changes: Any) -> Facts:
    term = Prepaid.model_validate(
        {"kind": "upfront", "paid": paid, "from": "2026-01-01", "until": "2026-12-31"}
    )
    return facts(subscription=a_subscription(prepaid=term), **changes)


def codes(quote: Quote) -> list[str]:
    return [notice.code for notice in quote.notices]
