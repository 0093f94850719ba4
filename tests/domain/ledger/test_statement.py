"""B33: a tenant's statement says what the ledger says, and nothing else."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.bookings import Account, Booking, LedgerEntry
from domain.ledger.statement import Statement, statement_of
from tests.domain.builders import NOW


def an_entry(
    account: Account,
    minor: int,
    *,
    upgrade: str = "up-1",
    entry: int = 1,
    hours: int = 0,
    currency: str = "USD",
    booking: Booking = "switch",
) -> LedgerEntry:
    """One side, booked so many hours after 09:00 on 25 June in Los Angeles."""
    return LedgerEntry(
        upgrade_id=upgrade,
        entry=entry,
        tenant_id="contoso",
        account=account,
        currency=currency,
        amount_minor=minor,
        booked_at=NOW + timedelta(hours=hours),
        booking=booking,
        credit_of="up-1" if account == "account_credit" else None,
    )


SWITCH = [
    an_entry("receivable", 12_500, entry=1),
    an_entry("revenue", -12_500, entry=2),
    an_entry("unused_service", 60_000, entry=3),
    an_entry("receivable", -12_500, entry=4),
    an_entry("account_credit", -47_500, entry=5),
]
LATER = [
    an_entry("receivable", 10_000, upgrade="up-2", hours=24),
    an_entry("revenue", -10_000, upgrade="up-2", entry=2, hours=24),
    an_entry("account_credit", 10_000, upgrade="up-2", entry=3, hours=30, booking="invoice"),
    an_entry("receivable", -10_000, upgrade="up-2", entry=4, hours=30, booking="invoice"),
]


def stated(*entries: LedgerEntry, until: date | None = None) -> Statement:
    return statement_of(entries, tenant_id="contoso", time_zone="America/Los_Angeles", until=until)


def test_a_ledger_without_entries_is_an_empty_statement() -> None:
    assert stated() == Statement(tenant_id="contoso", until=None, currencies=())


def test_accounts_run_and_are_summed_up() -> None:
    (dollars,) = stated(*reversed([*SWITCH, *LATER])).currencies
    assert [(each.account, str(each.amount), str(each.balance)) for each in dollars.entries] == [
        ("receivable", "125.00", "125.00"),
        ("revenue", "-125.00", "-125.00"),
        ("unused_service", "600.00", "600.00"),
        ("receivable", "-125.00", "0.00"),
        ("account_credit", "-475.00", "-475.00"),
        ("receivable", "100.00", "100.00"),
        ("revenue", "-100.00", "-225.00"),
        ("account_credit", "100.00", "-375.00"),
        ("receivable", "-100.00", "0.00"),
    ]
    accounts = {each.account: each for each in dollars.accounts}
    assert accounts.keys() == {"receivable", "revenue", "unused_service", "account_credit"}
    credit = accounts["account_credit"]
    assert (credit.debits, credit.credits, credit.balance) == (100, 475, -375)
    assert dollars.debits == dollars.credits == Decimal("925.00")
    assert (dollars.owed, dollars.account_credit) == (0, 375)


def test_a_day_ends_where_the_tenant_is() -> None:
    on_the_day = stated(*SWITCH, *LATER, until=date(2026, 6, 25)).currencies[0]
    assert len(on_the_day.entries) == len(SWITCH)
    assert on_the_day.account_credit == Decimal("475.00")
    # 25 June 23:00 in Los Angeles is the 26th in UTC.
    late = an_entry("receivable", 1, hours=14)
    assert late.booked_at.date() == date(2026, 6, 26)
    assert len(stated(late, until=date(2026, 6, 25)).currencies) == 1
    assert stated(late, until=date(2026, 6, 24)).currencies == ()


def test_currencies_stand_apart() -> None:
    yen = an_entry("receivable", 500, currency="JPY")
    told = stated(*SWITCH, yen).currencies
    assert [(each.currency, str(each.owed)) for each in told] == [("JPY", "500"), ("USD", "0.00")]


def test_of_one_moment_a_credit_arises_before_it_is_used() -> None:
    use = an_entry("account_credit", 100, upgrade="up-0", booking="invoice")
    (dollars,) = stated(use, *SWITCH).currencies
    assert all(each.balance <= 0 for each in dollars.entries if each.account == "account_credit")


@given(amounts=st.lists(st.integers(-(10**9), 10**9).filter(bool), min_size=1, max_size=12))
def test_balances_are_the_sums_of_what_was_booked(amounts: list[int]) -> None:
    entries = [
        an_entry("receivable", minor, entry=n, hours=n) for n, minor in enumerate(amounts, 1)
    ]
    (dollars,) = stated(*entries).currencies
    (receivable,) = dollars.accounts
    assert dollars.entries[-1].balance == dollars.owed == receivable.balance
    assert dollars.owed == Decimal(sum(amounts)) / 100
    assert dollars.debits - dollars.credits == dollars.owed
