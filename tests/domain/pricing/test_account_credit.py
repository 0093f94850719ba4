"""B31: what is left of a credit pays later invoices, the oldest credit first, and never twice."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.catalog.facts import Owed
from domain.pricing.account_credit import (
    CreditUse,
    OpenCredit,
    settle_in_order,
    sum_of_settled,
    sum_of_uses,
    use_oldest_first,
)
from domain.upgrade.events import InvoiceIssued
from domain.values.money import from_minor
from domain.views.read_models import invoice_of
from tests.domain.scenario import given
from tests.domain.upgrades import AWAITING_INVOICE, DAYS_LATER, INVOICE

DUE = Decimal("790.00")
"""The total of the invoice that `INVOICE` issues."""


def a_credit(upgrade_id: str, remaining_minor: int, days_old: int = 0) -> OpenCredit:
    """A credit that arose so many days before the invoice."""
    return OpenCredit(
        upgrade_id=upgrade_id,
        remaining_minor=remaining_minor,
        arisen_at=DAYS_LATER - timedelta(days=days_old),
    )


def used(*credits: OpenCredit, due: str = "790.00", currency: str = "USD") -> dict[str, str]:
    uses = use_oldest_first(credits, Decimal(due), currency, DAYS_LATER)
    return {use.upgrade_id: str(use.amount) for use in uses}


def settled(credit: str, *owed: tuple[str, int]) -> dict[str, str]:
    of = [Owed(upgrade_id=upgrade_id, open_minor=minor) for upgrade_id, minor in owed]
    return {
        each.upgrade_id: str(each.amount) for each in settle_in_order(of, Decimal(credit), "USD")
    }


def test_what_is_owed_for_its_own_subscription_is_paid_first() -> None:
    """B65: 1,185.00 of credit, 1,170.00 open: 15.00 are left for what comes after."""
    assert settled("1185.00", ("up-b", 117_000), ("up-a", 2_000)) == {
        "up-b": "1170.00",
        "up-a": "15.00",
    }
    assert settled("1185.00", ("up-b", 118_500), ("up-a", 1)) == {"up-b": "1185.00"}
    assert settled("0.00", ("up-b", 1)) == {}
    assert settled("1.00") == {}


@for_all(
    credit=st.integers(0, 10**9),
    owed=st.lists(st.integers(1, 10**9), max_size=5),
)
def test_no_credit_is_left_while_something_is_owed(credit: int, owed: list[int]) -> None:
    of = [Owed(upgrade_id=f"up-{n}", open_minor=minor) for n, minor in enumerate(owed)]
    settles = settle_in_order(of, from_minor(credit, "USD"), "USD")
    assert sum_of_settled(settles, "USD") == from_minor(min(credit, sum(owed)), "USD")
    assert [each.upgrade_id for each in settles] == [each.upgrade_id for each in of][: len(settles)]


def test_without_credit_nothing_is_used() -> None:
    assert used() == {}


def test_a_credit_that_is_enough_pays_all() -> None:
    assert used(a_credit("up-a", 79_001)) == {"up-a": "790.00"}


def test_a_small_credit_is_used_up() -> None:
    assert used(a_credit("up-a", 12_345)) == {"up-a": "123.45"}
    assert used(a_credit("up-a", 1)) == {"up-a": "0.01"}


def test_the_oldest_credit_is_used_first() -> None:
    credits = (a_credit("up-a", 50_000, days_old=1), a_credit("up-b", 50_000, days_old=2))
    assert used(*credits) == {"up-b": "500.00", "up-a": "290.00"}
    assert used(*reversed(credits)) == {"up-b": "500.00", "up-a": "290.00"}


def test_of_two_of_the_same_moment_the_order_is_always_the_same() -> None:
    credits = (a_credit("up-b", 50_000), a_credit("up-a", 50_000))
    assert used(*credits) == {"up-a": "500.00", "up-b": "290.00"}


def test_a_credit_that_is_yet_to_arise_is_left_alone() -> None:
    assert used(a_credit("up-a", 100, days_old=-1), a_credit("up-b", 100)) == {"up-b": "1.00"}


def test_an_invoice_over_nothing_uses_nothing() -> None:
    assert used(a_credit("up-a", 100), due="0.00") == {}


def test_amounts_have_their_currency_s_digits() -> None:
    assert used(a_credit("up-a", 100), due="500", currency="JPY") == {"up-a": "100"}
    assert used(a_credit("up-a", 100), due="500.000", currency="KWD") == {"up-a": "0.100"}


@for_all(
    remaining=st.lists(st.tuples(st.integers(1, 1_000), st.integers(-2, 5)), max_size=6),
    due=st.integers(0, 3_000),
)
def test_as_much_as_can_be_is_used_and_never_more(
    remaining: list[tuple[int, int]], due: int
) -> None:
    credits = [a_credit(f"up-{n}", *each) for n, each in enumerate(remaining)]
    uses = use_oldest_first(credits, from_minor(due, "USD"), "USD", DAYS_LATER)
    open_now = {each.upgrade_id: each for each in credits if each.arisen_at <= DAYS_LATER}
    available = sum(each.remaining_minor for each in open_now.values())
    assert sum_of_uses(uses, "USD") == from_minor(min(due, available), "USD")
    for use in uses:
        assert 0 < use.amount <= from_minor(open_now[use.upgrade_id].remaining_minor, "USD")
    # Of all but the last one used, nothing is left; and all that is older is among them.
    for use in uses[:-1]:
        assert use.amount == from_minor(open_now[use.upgrade_id].remaining_minor, "USD")
    oldest = sorted(open_now.values(), key=lambda each: (each.arisen_at, each.upgrade_id))
    assert [use.upgrade_id for use in uses] == [each.upgrade_id for each in oldest[: len(uses)]]


def test_an_invoice_says_what_it_used_and_what_is_left_to_pay() -> None:
    credits = (a_credit("up-a", 50_000, days_old=3), a_credit("up-b", 10_000, days_old=2))
    uses = (
        CreditUse(upgrade_id="up-a", amount=Decimal("500.00")),
        CreditUse(upgrade_id="up-b", amount=Decimal("100.00")),
    )
    command = INVOICE.model_copy(update={"open_credits": credits})
    (issued,) = given(AWAITING_INVOICE).when(command).events
    assert isinstance(issued, InvoiceIssued)
    assert issued.account_credit_uses == uses
    invoice = invoice_of(given(AWAITING_INVOICE).when(command).then([issued]))
    assert (invoice.total, invoice.account_credit_used) == (DUE, Decimal("600.00"))
    assert (invoice.amount_due, invoice.account_credit_uses) == (Decimal("190.00"), uses)
    assert sum(line.amount for line in invoice.lines) == invoice.total, "no line, no price changes"


def test_an_invoice_without_credit_is_due_in_full() -> None:
    invoice = invoice_of(given(AWAITING_INVOICE).when(INVOICE).then_types(InvoiceIssued))
    assert (invoice.account_credit_used, invoice.amount_due) == (Decimal("0.00"), DUE)
    assert str(invoice.account_credit_used) == "0.00"
