"""B33: every booking has two sides, in minor units, and sums to zero."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.customer import Prepaid
from domain.ledger.bookings import LedgerEntry, entries_of_invoice, entries_of_switch
from domain.pricing.account_credit import CreditUse
from domain.pricing.price import NewTerm, OldTerm, Pricing, PricingInputs, Tax, price_upgrade
from domain.upgrade.events import BillingSwitched, InvoiceIssued
from domain.values.currencies import minor_digits
from domain.values.money import to_minor
from tests.domain.builders import NOW

ANCHOR = date(2026, 6, 18)


def priced(
    *,
    currency: str = "USD",
    old: str = "10.08",
    new: str = "20.00",
    licenses: int = 300,
    rate: str | None = None,
    prepaid: str | None = None,
    least: str | None = None,
    days: int = 7,
) -> Pricing:
    term = None
    if prepaid is not None:
        term = Prepaid.model_validate(
            {"kind": "upfront", "paid": prepaid, "from": ANCHOR, "until": "2027-06-17"}
        )
    inputs = PricingInputs(
        currency=currency,
        time_zone="UTC",
        old=OldTerm(
            subscription_id="contoso-basic",
            plan_name="Basic",
            licenses=300,
            unit_price=Decimal(old),
            billing="monthly",
            cycle_anchor=ANCHOR,
            prepaid=term,
        ),
        new=NewTerm(
            plan_id="standard",
            plan_name="Standard",
            licenses=licenses,
            unit_price=Decimal(new),
            billing="monthly",
        ),
        tax=None if rate is None else Tax(country="US", rate=Decimal(rate)),
        least_credit=None if least is None else Decimal(least),
    )
    return price_upgrade(inputs, ANCHOR + timedelta(days=days))


def switched(pricing: Pricing) -> BillingSwitched:
    """The switch that a pricing leads to."""
    return BillingSwitched(
        at=NOW,
        switched_on=pricing.switch_on,
        pricing=pricing,
        invoice_on=pricing.switch_on,
        invoice_due_at=NOW,
    )


def booked(pricing: Pricing, currency: str = "USD") -> Counter[str]:
    """Account to its total."""
    entries = entries_of_switch(
        switched(pricing), upgrade_id="up-1", tenant_id="contoso", currency=currency
    )
    assert [entry.entry for entry in entries] == list(range(1, len(entries) + 1))
    assert all(entry.amount_minor for entry in entries), "nothing is booked for nothing"
    totals: Counter[str] = Counter()
    for entry in entries:
        assert (entry.booked_at, entry.currency, entry.upgrade_id) == (NOW, currency, "up-1")
        assert entry.booking == "switch"
        assert entry.credit_of == ("up-1" if entry.account == "account_credit" else None)
        totals[entry.account] += entry.amount_minor
    return totals


def test_a_plain_switch() -> None:
    assert booked(priced()) == {
        "receivable": 368160,
        "revenue": -600000,
        "unused_service": 231840,
    }


def test_tax_is_booked_apart_from_revenue() -> None:
    totals = booked(priced(rate="0.20"))
    assert (totals["revenue"], totals["tax"], totals["receivable"]) == (-600000, -120000, 488160)


def test_credit_beyond_the_charge_is_owed_to_the_tenant() -> None:
    totals = booked(priced(licenses=10))
    assert (totals["receivable"], totals["account_credit"]) == (0, -211840)  # B31


def booked_by_invoice(*uses: tuple[str, str]) -> list[LedgerEntry]:
    """The entries of an invoice that used so much of these upgrades' credits."""
    event = InvoiceIssued(
        at=NOW + timedelta(days=20),
        number="INV-00000001",
        issued_on=date(2026, 7, 15),
        account_credit_uses=tuple(
            CreditUse(upgrade_id=upgrade_id, amount=Decimal(amount)) for upgrade_id, amount in uses
        ),
    )
    return entries_of_invoice(
        event,
        upgrade_id="up-3",
        tenant_id="contoso",
        currency="USD",
        switched=switched(priced()),
    )


def test_an_invoice_that_used_account_credit_is_booked_after_its_switch() -> None:
    entries = booked_by_invoice(("up-1", "500.00"), ("up-2", "0.01"))
    assert [(each.entry, each.account, each.amount_minor, each.credit_of) for each in entries] == [
        (5, "account_credit", 50_000, "up-1"),
        (6, "account_credit", 1, "up-2"),
        (7, "receivable", -50_001, None),
    ]
    assert {(each.booking, each.upgrade_id) for each in entries} == {("invoice", "up-3")}
    assert {each.booked_at for each in entries} == {NOW + timedelta(days=20)}


def test_an_invoice_that_used_none_books_nothing() -> None:
    assert booked_by_invoice() == []


def test_a_forfeited_value_is_booked_as_such() -> None:
    totals = booked(priced(licenses=10, prepaid="36500.00"))
    assert (totals["forfeited"], totals["receivable"]) == (-3560000, 0)  # B35
    assert totals["unused_service"] == 3580000  # 358 of 365 days


@given(
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
    old=st.integers(0, 100_000),
    new=st.integers(0, 100_000),
    licenses=st.integers(1, 400),
    rate=st.sampled_from([None, "0", "0.0825", "0.999"]),
    prepaid=st.none() | st.integers(0, 10_000_000),
    least=st.none() | st.integers(0, 10_000_000),
    days=st.integers(-3, 400),
)
def test_any_switch_balances(
    currency: str,
    old: int,
    new: int,
    licenses: int,
    rate: str | None,
    prepaid: int | None,
    least: int | None,
    days: int,
) -> None:
    def amount(minor: int | None) -> str | None:
        return None if minor is None else str(Decimal(minor).scaleb(-minor_digits(currency)))

    pricing = priced(
        currency=currency,
        old=amount(old) or "",
        new=amount(new) or "",
        licenses=licenses,
        rate=rate,
        prepaid=amount(prepaid),
        least=amount(least),
        days=days,
    )
    totals = booked(pricing, currency)
    assert totals.total() == 0
    assert totals["receivable"] == to_minor(pricing.total, currency) >= 0
    assert max(totals["revenue"], totals["tax"], totals["account_credit"]) <= 0


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_amounts_are_in_the_currency_s_own_minor_unit(currency: str) -> None:
    pricing = priced(currency=currency, old="7", new="11", licenses=1)
    assert booked(pricing, currency)["revenue"] == -11 * 10 ** minor_digits(currency)
