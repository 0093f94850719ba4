"""B63: the credit returns the tax that was charged with it; the issue's cases, through the decider."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.catalog.customer import Subscription
from domain.catalog.facts import Facts
from domain.catalog.policy import Policy
from domain.ledger.bookings import entries_of_switch
from domain.ledger.statement import TaxSum
from domain.quoting.integrity import is_as_made
from domain.quoting.quote import Quote, digest_now, make_quote, requote
from domain.quoting.renewal import not_agreed_to
from domain.quoting.request import QuoteRequest
from domain.upgrade.events import BillingSwitched
from domain.values.cycles import start_of_local_day
from tests.domain.books import Books, Target
from tests.domain.builders import a_catalog, a_plan, a_price, a_subscription, a_tenant, facts
from tests.domain.upgrades import Weekdays, an_order

BERLIN = {"name": "Kontor GmbH", "city": "Berlin", "country": "DE"}
GERMAN = a_tenant(
    country="DE",
    subdivision=None,
    currency="EUR",
    time_zone="Europe/Berlin",
    sold_to=BERLIN,
    billed_to=BERLIN,
)
E1, E3, E5 = (
    a_plan(f"e{level}", {"exchange": level}, prices=(a_price(f"{level}00.00", currency="EUR"),))
    for level in (2, 3, 4)
)
TODAY = date(2026, 6, 18)
MORNING = start_of_local_day(TODAY, "Europe/Berlin") + timedelta(hours=9)


def world(subscription: Subscription, rate: str | None = "0.19") -> Facts:
    return facts(
        tenant=GERMAN,
        subscription=subscription,
        catalog=a_catalog(E1, E3, E5),
        policy=Policy(tax={} if rate is None else {"DE": Decimal(rate)}),
    )


def one_license(**fields: Any) -> Subscription:
    known: dict[str, Any] = {"plan_id": "e2", "licenses": 1, "assigned": 1, "cycle_anchor": TODAY}
    return a_subscription(**(known | fields))


def quoted(of: Facts, to: str = "e3", at: datetime = MORNING) -> Quote:
    request = QuoteRequest(target_plan_id=to, licenses=1, billing="monthly")
    return make_quote(of, request, quote_id="q-1", at=at, calendar=Weekdays())


def by_older_code(quote: Quote, of: Facts) -> Quote:
    """The quote as code from before B63 has made and stored it."""
    old = quote.inputs.old.model_copy(update={"tax_rate": None})
    inputs = quote.inputs.model_copy(update={"old": old})
    unaware = quote.model_copy(update={"inputs": inputs})
    digest = digest_now(of, unaware, at=quote.created_at, calendar=Weekdays())
    priced = unaware.price_at_switch(quote.switch_on, quote.switch_on)
    amounts = {name: getattr(priced, name) for name in type(priced).model_fields}
    stored = unaware.model_copy(update=amounts | {"digest": digest, "days": ()})
    body = stored.model_dump(mode="json")
    del body["credit_tax"], body["inputs"]["old"]["tax_rate"]
    return Quote.model_validate(body)


def test_two_upgrades_of_one_day_cost_what_the_last_one_costs() -> None:
    """300 + 57 - 200 - 38 = 119.00, then 400 + 76 - 300 - 57 = 119.00: in all 238 + 2 × 119 = 476."""
    books = Books()
    opened = books.upgrade(world(one_license(tax_rate=Decimal("0.19"))), Target(E3, 1), MORNING)
    assert opened.tax_rate == Decimal("0.19")
    books.upgrade(world(opened), Target(E5, 1), MORNING + timedelta(hours=2))
    books.issue_until()
    assert [str(invoice.total) for invoice in books.invoices] == ["119.00", "119.00"]
    second = [(line.kind, str(line.amount)) for line in books.invoices[1].lines]
    assert second == [
        ("charge", "400.00"), ("tax", "76.00"), ("credit", "-300.00"), ("tax", "-57.00"),
    ]  # fmt: skip


def test_the_ledger_has_the_tax_of_each_rate() -> None:
    """Charged 300 at 19 %, credited 200 at 16 %: 57.00 of tax on 300.00, and -32.00 on -200.00."""
    books = Books()
    of = world(one_license(tax_rate=Decimal("0.16")))
    books.upgrade(of, Target(E3, 1), MORNING)
    assert [(e.account, e.amount_minor, str(e.tax_rate)) for e in books.entries] == [
        ("receivable", 35700, "None"),
        ("revenue", -30000, "0.19"),
        ("tax", -5700, "0.19"),
        ("unused_service", 20000, "0.16"),
        ("tax", 3200, "0.16"),
        ("receivable", -23200, "None"),
    ]
    assert books.statement(of).taxes == (
        TaxSum(rate=Decimal("0.16"), base=Decimal("-200.00"), tax=Decimal("-32.00")),
        TaxSum(rate=Decimal("0.19"), base=Decimal("300.00"), tax=Decimal("57.00")),
    )


def test_an_account_credit_holds_its_tax_and_what_is_forfeited_loses_it() -> None:
    """300 + 57 of credit against 200 + 38: 119.00 are left, 19.00 of it tax that is returned."""
    tall = one_license(plan_id="e2", price=Decimal("300.00"), tax_rate=Decimal("0.19"))
    cheap = E3.model_copy(update={"prices": (a_price("200.00", currency="EUR"),)})
    of = world(tall).model_copy(update={"catalog": a_catalog(E1, cheap)})
    pricing = quoted(of)
    assert (pricing.total, pricing.account_credit) == (Decimal("0.00"), Decimal("119.00"))
    assert pricing.credit_tax is not None
    assert str(pricing.credit_tax.on_account) == "19.00"
    year = {"kind": "upfront", "paid": "3650.00", "from": TODAY, "until": date(2027, 6, 17)}
    prepaid = world(one_license(prepaid=year, tax_rate=Decimal("0.19")))
    lost = quoted(prepaid)
    # 3,650.00 × 1.19 = 4,343.50 against 357.00; of the rest 636.50 is tax that stays where it is.
    assert (lost.total, lost.forfeited) == (Decimal("0.00"), Decimal("3986.50"))
    assert lost.credit_tax is not None
    assert str(lost.credit_tax.forfeited) == "636.50"
    books = Books()
    books.upgrade(prepaid, Target(E3, 1), MORNING)
    forfeited = next(entry for entry in books.entries if entry.account == "forfeited")
    assert (forfeited.amount_minor, forfeited.tax_rate) == (-335_000, Decimal("0.19"))


@pytest.mark.parametrize(
    ("charged", "table", "returned"),
    [
        ("0.16", "0.19", "-32.00"),  # the rate it was charged at, whatever the table says now
        ("0.16", None, "-32.00"),
        ("0", "0.19", None),
        (None, "0.19", "-38.00"),  # older code did not keep it: the table's rate
        (None, None, None),
    ],
)
def test_the_rate_is_the_one_it_was_charged_at(
    charged: str | None, table: str | None, returned: str | None
) -> None:
    of = world(one_license(tax_rate=None if charged is None else Decimal(charged)), table)
    lines = [line for line in quoted(of).lines if line.returns_tax]
    assert [str(line.amount) for line in lines] == ([] if returned is None else [returned])


def test_a_change_of_the_rate_makes_a_quote_stale_and_how_it_is_written_does_not() -> None:
    of = world(one_license(tax_rate=Decimal("0.19")))
    quote = quoted(of)
    for rate, same in (("0.190", True), ("0.16", False)):
        now = world(one_license(tax_rate=Decimal(rate)))
        assert (digest_now(now, quote, at=MORNING, calendar=Weekdays()) == quote.digest) is same


def test_a_quote_of_older_code_is_honored_as_made() -> None:
    """It returned no tax: 300 + 57 - 200 = 157.00, and that is what its order comes to."""
    of = world(one_license(tax_rate=Decimal("0.19")))
    quote = by_older_code(quoted(of), of)
    assert (quote.total, quote.taxed_by.returned) == (Decimal("157.00"), False)
    assert digest_now(of, quote, at=MORNING, calendar=Weekdays()) == quote.digest
    assert is_as_made(quote, of)
    assert str(quote.price_at_switch(TODAY, TODAY).total) == "157.00"
    renewed = requote(of, quote, at=MORNING, calendar=Weekdays())
    assert renewed.total == Decimal("119.00"), "on a later day it is quoted as of now"
    assert not_agreed_to(an_order(quote), quote, renewed) == ()


def test_what_older_code_has_switched_names_no_rate_in_the_ledger() -> None:
    of = world(one_license(tax_rate=Decimal("0.19")))
    pricing = by_older_code(quoted(of), of).price_at_switch(TODAY, TODAY)
    assert [(line.kind, str(line.amount)) for line in pricing.lines] == [
        ("charge", "300.00"), ("tax", "57.00"), ("credit", "-200.00"),
    ]  # fmt: skip
    switched = BillingSwitched(
        at=MORNING, switched_on=TODAY, pricing=pricing, invoice_on=TODAY, invoice_due_at=MORNING
    )
    entries = entries_of_switch(switched, upgrade_id="up-1", tenant_id="contoso", currency="EUR")
    assert [(each.account, each.amount_minor, each.tax_rate) for each in entries] == [
        ("receivable", 35700, None),
        ("revenue", -30000, None),
        ("tax", -5700, None),
        ("unused_service", 20000, None),
        ("receivable", -20000, None),
    ]
