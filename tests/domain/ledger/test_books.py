"""B31, B33: the ledger balances and no credit falls below zero, whatever a tenant does.

Any sequence of upgrades on several subscriptions, completed or canceled or declined or taken back,
with the invoices that fall due between them.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, get_args

from hypothesis import event
from hypothesis import given as any_of
from hypothesis import strategies as st

from domain.catalog.customer import Prepaid
from domain.catalog.policy import Policy
from domain.values.base import Billing
from domain.values.money import from_minor, to_minor
from tests.domain.books import NEEDS_A_CREDIT_CHECK, Books, Ending, Target
from tests.domain.builders import BASIC, a_catalog, a_subscription, a_tenant, facts
from tests.domain.pricing.test_chains import BILLINGS, a_target

ANCHOR = datetime(2026, 6, 18, 12, tzinfo=UTC)
SUBSCRIPTIONS = 3


class Step(NamedTuple):
    """One order of a sequence."""

    subscription: int
    ending: Ending
    hours_later: int
    price_minor: int
    licenses: int
    billing: Billing


STEPS = st.builds(
    Step,
    st.integers(0, SUBSCRIPTIONS - 1),
    # Most are completed, for the others leave nothing behind.
    st.sampled_from([*get_args(Ending), "completed", "completed", "completed"]),
    st.integers(0, 20 * 24),
    st.integers(0, 3_000),
    st.integers(1, 120),
    BILLINGS,
)


def issue_until(books: Books, at: datetime) -> None:
    """Where something is left to pay, no credit is left that could have paid it."""
    before = len(books.invoices)
    books.issue_until(at)
    if any(invoice.amount_due for invoice in books.invoices[before:]):
        assert not any(credit.remaining_minor for credit in books.open_credits)


def books_hold(books: Books, currency: str) -> None:
    """What must be true after every step."""
    bookings: Counter[tuple[str, str]] = Counter()
    for entry in books.entries:
        assert entry.currency == currency
        bookings[entry.upgrade_id, entry.booking] += entry.amount_minor
    assert not any(bookings.values()), "every booking sums to zero"
    assert all(credit.remaining_minor >= 0 for credit in books.open_credits)
    switched = {state.upgrade.order.upgrade_id for state in books.due}
    invoiced = {invoice.upgrade_id for invoice in books.invoices}
    assert {entry.upgrade_id for entry in books.entries} <= switched | invoiced


@any_of(
    steps=st.lists(STEPS, min_size=1, max_size=8),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
    rate=st.sampled_from([None, "0.0825"]),
    prepaid=st.booleans(),
)
def test_the_ledger_balances_after_any_sequence(
    steps: list[Step], currency: str, rate: str | None, prepaid: bool
) -> None:
    books, at = Books(), ANCHOR
    policy = Policy(tax={} if rate is None else {"US": Decimal(rate)})
    # The first one may be prepaid; the second one is large, so that upgrades of it leave credit.
    year = {"kind": "upfront", "paid": 3_650, "from": "2026-06-18", "until": "2027-06-17"}
    held = [
        a_subscription(
            f"sub-{number}",
            licenses=1_000 if number == 1 else 120,
            assigned=1,
            price=from_minor(600, currency),
            prepaid=Prepaid.model_validate(year) if prepaid and number == 0 else None,
        )
        for number in range(SUBSCRIPTIONS)
    ]
    plans = [BASIC] * SUBSCRIPTIONS
    for number, step in enumerate(steps, start=1):
        at += timedelta(hours=step.hours_later)
        issue_until(books, at)
        method = "invoice" if step.ending in NEEDS_A_CREDIT_CHECK else "bank_transfer"
        price = from_minor(step.price_minor, currency)
        plan = a_target(number, price, step.billing, currency)
        world = facts(
            tenant=a_tenant(currency=currency, time_zone="UTC", payment_method=method),
            subscription=held[step.subscription],
            catalog=a_catalog(plans[step.subscription], plan),
            policy=policy,
        )
        before = held[step.subscription], list(books.entries)
        target = Target(plan, step.licenses, step.billing)
        after = books.upgrade(world, target, at, step.ending)
        if step.ending == "completed":
            held[step.subscription], plans[step.subscription] = after, plan
            # What is paid for now is what was bought, from this day on.
            assert (after.price, after.licenses) == (price, step.licenses)
            assert (after.cycle_anchor, after.prepaid) == (at.date(), None)
        else:
            assert (after, books.entries) == before, "nothing of the old plan has changed"
        books_hold(books, currency)
        event(step.ending)
    while books.due:
        issue_until(books, min(state.switch.invoice_due_at for state in books.due))
        books_hold(books, currency)
    all_is_accounted_for(books, currency)


def all_is_accounted_for(books: Books, currency: str) -> None:
    """Every account comes to what the invoices say, once all of them are issued."""
    totals: Counter[str] = Counter()
    for entry in books.entries:
        totals[entry.account] += entry.amount_minor
    said: Counter[str] = Counter()
    for invoice in books.invoices:
        for line in invoice.lines:
            said[line.kind] += to_minor(line.amount, currency)
        of = invoice.credit_tax
        assert of is not None
        for name in ("on_account", "forfeited"):
            said[f"tax {name}"] += to_minor(getattr(of, name), currency)
        for name in ("amount_due", "account_credit", "account_credit_used", "forfeited"):
            said[name] += to_minor(getattr(invoice, name), currency)
    left = sum(credit.remaining_minor for credit in books.open_credits)
    event(f"credit was used: {said['account_credit_used'] > 0}, is left: {left > 0}")
    assert totals["receivable"] == said["amount_due"] >= 0
    assert totals["account_credit"] == said["account_credit_used"] - said["account_credit"] == -left
    # Of an account credit all tax is returned at once; of what is forfeited none is (B63).
    on_account, lost = said["tax on_account"], said["tax forfeited"]
    assert totals["revenue"] == -said["charge"]
    assert totals["tax"] == -said["tax"] + on_account
    assert totals["forfeited"] == -(said["forfeited"] - lost)
    unused = said["account_credit"] - on_account + said["forfeited"] - lost - said["credit"]
    assert totals["unused_service"] == unused
    taxed: Counter[tuple[str, object]] = Counter()
    for entry in books.entries:
        if entry.tax_rate is not None:
            taxed["tax" if entry.account == "tax" else "base", entry.tax_rate] += entry.amount_minor
    for rate in {rate for _, rate in taxed}:
        assert isinstance(rate, Decimal)
        off = taxed["tax", rate] - taxed["base", rate] * rate
        assert abs(off) <= 2 * len(books.invoices), "the tax of each rate is the tax on its base"
