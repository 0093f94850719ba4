"""B68: which tax is charged, by the country sold to, the customer's tax id, and the seller's country."""

from decimal import Decimal
from typing import Any

import pytest

from domain.catalog.policy import Policy
from domain.catalog.seller import Seller
from domain.catalog.taxes import has_valid_vat_number, is_taken_for_a_consumer, table_rate
from domain.quoting.integrity import is_as_made
from domain.quoting.quote import Quote, digest_now, make_quote, requote
from domain.quoting.renewal import not_agreed_to
from domain.quoting.request import QuoteRequest
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
from tests.domain.invoices import BERLIN, EU_SELLER
from tests.domain.upgrades import Weekdays, an_order

IRISH = Seller(name="Plan Upgrades Ltd.", country="IE", tax_id="IE1234567T")
VALID, INVALID = "DE 123 456 788", "DE 123 456 789"
RATES = {"DE": "0.19", "FR": "0.20", "IE": "0.23", "GB": "0.20", "GR": "0.24"}


def policy(seller: Seller = IRISH) -> Policy:
    return Policy.model_validate({"tax": RATES, "seller": seller})


def customer(tax_id: str = VALID, country: str = "DE") -> Any:
    return BERLIN.model_copy(update={"tax_id": tax_id, "country": country})


@pytest.mark.parametrize(
    ("tax_id", "country", "seller", "rate"),
    [
        (VALID, "DE", IRISH, "0"),  # the case
        ("de123456788", "DE", IRISH, "0"),
        ("", "DE", IRISH, "0.19"),  # a consumer
        (INVALID, "DE", IRISH, "0.19"),  # a check digit is wrong
        ("123456788", "DE", IRISH, "0.19"),  # a number of another kind
        ("EL 123456783", "GR", IRISH, "0"),
        (VALID, "FR", IRISH, "0"),  # the number need not be of the country sold to
        ("IE1234567T", "DE", IRISH, "0.19"),  # but not of the seller's
        ("IE1234567T", "IE", IRISH, "0.23"),  # at home
        (VALID, "IE", IRISH, "0.23"),
        ("GB980780684", "GB", IRISH, "0.2"),  # outside the union the table counts
        (VALID, "DE", IRISH.model_copy(update={"country": "US"}), "0.19"),
        (VALID, "DE", IRISH.model_copy(update={"tax_id": ""}), "0.19"),
    ],
)
def test_the_rate_of_whoever_is_sold_to(
    tax_id: str, country: str, seller: Seller, rate: str
) -> None:
    assert str(table_rate(policy(seller), customer(tax_id, country))) == rate


@pytest.mark.parametrize("tax_id", ["ZZ123456788", "US123456788", "XI980780684", "DE", "DE12"])
def test_what_is_no_vat_number_of_the_union_is_not_valid(tax_id: str) -> None:
    assert not has_valid_vat_number(customer(tax_id))


def test_who_is_taken_for_a_consumer_has_a_tax_id_that_is_not_valid() -> None:
    assert is_taken_for_a_consumer(policy(), customer(INVALID))
    for other in (customer(VALID), customer(""), customer("", "IE"), customer("12-3", "US")):
        assert not is_taken_for_a_consumer(policy(), other)
    assert not is_taken_for_a_consumer(policy(EU_SELLER), customer(INVALID, "NL")), "at home"


def world(**subscription: Any) -> Any:
    known: dict[str, Any] = {"tax_rate": Decimal(0)}
    plans = (each.model_copy(update={"prices": EUROS[each.id]}) for each in (BASIC, STANDARD))
    return facts(
        tenant=a_tenant(
            country="DE", subdivision=None, currency="EUR", sold_to=customer(), billed_to=customer()
        ),
        subscription=a_subscription(**(known | subscription)),
        catalog=a_catalog(*plans),
        policy=policy(),
    )


EUROS = {
    "basic": (a_price(currency="EUR"),),
    "standard": (a_price("12.50", "150.00", currency="EUR"),),
}


def quoted(of: Any, **request: Any) -> Quote:
    asked = {"target_plan_id": "standard", "licenses": 100, "billing": "monthly"}
    return make_quote(
        of,
        QuoteRequest.model_validate(asked | request),
        quote_id="q-1",
        at=NOW,
        calendar=Weekdays(),
    )


def test_a_business_is_quoted_no_tax_and_told_why() -> None:
    quote = quoted(world())
    tax = quote.lines[1]
    assert (tax.kind, str(tax.amount), tax.is_reverse_charge) == ("tax", "0.00", True)
    assert tax.description == "Tax (Germany): reverse charge, you account for it"
    assert (tax.explanation["rate"], tax.explanation["country"]) == ("0", "DE")
    assert quote.total == Decimal("790.00")
    assert is_as_made(quote, world())


def test_a_consumer_pays_the_rate_at_checkout() -> None:
    quote = quoted(world(), sold_to=customer(""))
    # 100 × 12.50 = 1250.00, of that 19 % = 237.50; 23 of 30 days of 600.00, no tax was charged: 460.00
    assert [str(line.amount) for line in quote.lines] == ["1250.00", "237.50", "-460.00"]
    assert "tax_id_not_valid" not in {notice.code for notice in quote.notices}


def test_who_pays_tax_for_a_wrong_tax_id_is_told_before_ordering() -> None:
    quote = quoted(world(), sold_to=customer(INVALID))
    assert quote.lines[1].amount == Decimal("237.50")
    (told,) = (notice.text for notice in quote.notices if notice.code == "tax_id_not_valid")
    assert told.en.startswith("DE 123 456 789 is not a valid VAT number")
    into = quoted(world())
    assert "tax_id_not_valid" not in {notice.code for notice in into.notices}


def test_the_subscription_keeps_that_nothing_was_charged() -> None:
    """The next credit returns no tax, though the table has a rate: nobody has paid it."""
    quote = quoted(world())
    assert quote.inputs.tax is not None
    assert (quote.inputs.tax.rate, quote.inputs.tax.reverse_charge) == (Decimal(0), True)
    charged = quoted(world(tax_rate=Decimal("0.19")))
    assert [str(line.amount) for line in charged.lines] == ["1250.00", "0.00", "-460.00", "-87.40"]


def test_a_quote_of_older_code_with_the_rate_of_the_table_is_honored_as_made() -> None:
    of = world()
    quote = quoted(of)
    assert quote.inputs.tax is not None
    old = quote.inputs.old.model_copy(update={"tax_rate": None})
    tax = quote.inputs.tax.model_copy(update={"rate": Decimal("0.19"), "reverse_charge": None})
    older = quote.model_copy(
        update={"inputs": quote.inputs.model_copy(update={"old": old, "tax": tax})}
    )
    priced = older.price_at_switch(older.switch_on, older.switch_on)
    amounts = {name: getattr(priced, name) for name in type(priced).model_fields}
    digest = digest_now(of, older, at=NOW, calendar=Weekdays())
    older = older.model_copy(update=amounts | {"digest": digest, "days": ()})
    assert older.total == Decimal("1027.50")
    assert is_as_made(older, of)
    renewed = requote(of, older, at=NOW, calendar=Weekdays())
    assert renewed.total == Decimal("790.00")
    assert not_agreed_to(an_order(older), older, renewed) == ()
