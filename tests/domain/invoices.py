"""Invoices of every kind for tests of their documents, made as the service makes them: by the decider."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.catalog.customer import Address, Prepaid
from domain.catalog.policy import Policy
from domain.catalog.seller import Seller
from domain.quoting.request import References
from domain.values.money import from_minor, to_minor
from domain.views.credit_notes import CreditNote
from domain.views.read_models import Invoice
from tests.domain.books import Books, Target
from tests.domain.builders import a_catalog, a_plan, a_price, a_subscription, a_tenant, facts

FIRST_DAY = datetime(2026, 6, 26, 9, tzinfo=UTC)
BERLIN = Address(
    name="Kontor GmbH",
    lines=("Hafenstraße 1",),
    city="Berlin",
    postal_code="10115",
    country="DE",
    tax_id="DE 123 456 789",
)
BUSINESS = BERLIN.model_copy(update={"tax_id": "DE 123 456 788"})
"""The same with a VAT number whose check digit is right: it accounts for the tax itself (B68)."""
TAIPEI = Address(
    name="康托索股份有限公司",
    lines=("信義路五段7號",),
    city="台北市",
    postal_code="110",
    country="TW",
    tax_id="12345678",
)
US_SELLER = Seller(name="Plan Upgrades Inc.", country="US", tax_id="91-1234567")
EU_SELLER = Seller(
    name="Plan Upgrades B.V.",
    lines=("Kade 5",),
    city="Amsterdam",
    postal_code="1012 AB",
    country="NL",
    tax_id="NL123456789B01",
    registration="KvK 12345678",
    email="billing@plan-upgrades.example",
    phone="+31 20 123 4567",
    iban="NL91ABNA0417164300",
    bic="ABNANL2A",
)


def an_invoice(
    *,
    sold_to: Address = BERLIN,
    billed_to: Address | None = None,
    seller: Seller = EU_SELLER,
    rate: str | None = None,
    charged: str | None = None,
    currency: str = "EUR",
    old_price: str = "6.00",
    price: str = "12.50",
    old_licenses: int = 100,
    licenses: int = 100,
    day: datetime = FIRST_DAY,
    plan_name: str = "Plan standard",
    prepaid: Mapping[str, Any] | None = None,
    account_credit: bool = False,
    accounting: Mapping[str, Any] | None = None,
    references: References | None = None,
    **tenant: Any,
) -> Invoice:
    """An invoice of 10 licenses that become as many of a better plan on the ninth day of 30.

    `rate` is the tax configured for the country, `charged` the one that the old plan was charged with,
    the same unless it is given; with `account_credit` an earlier upgrade of the tenant has left some.
    """
    before = a_plan("basic", prices=(a_price(old_price, old_price, currency),))
    after = a_plan(
        "standard", before.services, name=plan_name, prices=(a_price(price, price, currency),)
    )
    of_tenant: dict[str, Any] = {
        "currency": currency,
        "time_zone": "UTC",
        "payment_method": "bank_transfer",
        "country": sold_to.country,
        "subdivision": None,
        "sold_to": sold_to,
        "billed_to": billed_to or sold_to,
    }
    tax = {} if rate is None else {sold_to.country: Decimal(rate)}
    policy = Policy.model_validate({"tax": tax, "seller": seller, "accounting": accounting})
    books = Books()
    for id, had, wanted in (("contoso-mail", 300, 10), ("contoso-basic", old_licenses, licenses)):
        if id == "contoso-mail" and not account_credit:
            continue
        fields: dict[str, Any] = {"licenses": had, "assigned": 10, "price": Decimal(old_price)}
        if charged is not None:
            fields["tax_rate"] = Decimal(charged)
        if prepaid is not None and id == "contoso-basic":
            fields["prepaid"] = Prepaid.model_validate(prepaid)
        world = facts(
            tenant=a_tenant(**(of_tenant | tenant)),
            subscription=a_subscription(id, cycle_anchor=date(2026, 6, 18), **fields),
            catalog=a_catalog(before, after),
            policy=policy,
        )
        books.upgrade(world, Target(after, wanted, references=references), day)
    books.issue_until()
    return books.invoices[-1]


def a_credit_note(paid: str = "0", **changes: Any) -> CreditNote:
    """One that takes back `an_invoice` of which so much was paid."""
    invoice = an_invoice(**changes)
    account_credit = from_minor(to_minor(Decimal(paid), invoice.currency), invoice.currency)
    return CreditNote(
        number="CN-00000003",
        upgrade_id=invoice.upgrade_id,
        tenant_id=invoice.tenant_id,
        issued_on=invoice.issued_on + timedelta(days=5),
        reason="ordered by mistake",
        currency=invoice.currency,
        total=invoice.total,
        no_longer_due=invoice.total - account_credit,
        account_credit=account_credit,
        invoice=invoice,
    )
