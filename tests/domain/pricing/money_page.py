"""Writes the tables of `docs/money.md` from what the code does:

    .venv/bin/python -m tests.domain.pricing.money_page

`test_money_page.py` says when they have to be written anew, and reckons the sums in the text.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from domain.catalog.customer import Prepaid, Subscription
from domain.catalog.facts import Facts
from domain.ledger.bookings import Account
from domain.quoting.quote import Quote
from domain.values.money import from_minor
from tests.domain.books import Books, Target
from tests.domain.builders import PREMIUM, STANDARD, a_subscription, a_tenant, facts
from tests.domain.upgrades import a_quote

PAGE = Path(__file__).parents[3] / "docs" / "money.md"
TENANT = a_tenant(payment_method="bank_transfer", time_zone="UTC")
FIRST_DAY = datetime(2026, 6, 26, 9, tzinfo=UTC)
STEPS = (
    (300, Target(PREMIUM, 10), FIRST_DAY),
    (100, Target(STANDARD, 100), FIRST_DAY.replace(hour=10)),
    (50, Target(STANDARD, 55), FIRST_DAY.replace(month=7, day=10)),
)
"""Licenses of the old subscription, what they become, and when."""


def held(**changes: Any) -> Subscription:
    """What Contoso has, in the cycle from 18 June to 17 July."""
    fields: dict[str, Any] = {"assigned": 10, "price": "6.00"}
    return a_subscription(**(fields | changes))


def example() -> tuple[Facts, Books]:
    """The three upgrades of the page, with their invoices."""
    books = Books()
    world = facts(tenant=TENANT)
    for number, (licenses, target, at) in enumerate(STEPS, start=1):
        subscription = held(id=f"contoso-{number}", licenses=licenses)
        world = facts(tenant=TENANT, subscription=subscription)
        books.upgrade(world, target, at)
    books.issue_until()
    return world, books


def prepaid_example() -> Quote:
    """The prepaid year of the page."""
    year = {"kind": "upfront", "paid": "7300.00", "from": "2026-01-01", "until": "2026-12-31"}
    subscription = held(prepaid=Prepaid.model_validate(year))
    return a_quote(facts(tenant=TENANT, subscription=subscription), at=FIRST_DAY)


def invoices_section() -> str:
    """What the invoices say."""
    _, books = example()
    shown = ("credit_applied", "total", "account_credit", "account_credit_used", "amount_due")
    rows = [
        [
            str(number),
            f"{invoice.lines[0].amount:,}",
            *(f"{getattr(invoice, name):,}" for name in shown),
        ]
        for number, invoice in enumerate(books.invoices, start=1)
    ]
    names = ("charge", *(name.replace("_", " ") for name in shown))
    return _table(["upgrade", *names], rows)


def ledger_section() -> str:
    """Every entry in its column, and what each account comes to."""
    world, books = example()
    statement = books.statement(world)
    accounts = [each for each in get_args(Account) if any(e.account == each for e in books.entries)]
    ids = list(dict.fromkeys(entry.upgrade_id for entry in books.entries))
    rows: list[list[str]] = []
    for booking in ("switch", "invoice"):
        for number, upgrade_id in enumerate(ids, start=1):
            entries = [
                each
                for each in books.entries
                if (each.booking, each.upgrade_id) == (booking, upgrade_id)
            ]
            if entries:
                cells = [
                    ", ".join(
                        _signed(entry.amount_minor) for entry in entries if entry.account == account
                    )
                    for account in accounts
                ]
                rows.append([f"{booking} of {number}", *cells])
    sums = {each.account: each for each in statement.accounts}
    rows.append(["**balance**", *(f"{sums[account].balance:,}" for account in accounts)])
    table = _table(["booking", *(f"`{account}`" for account in accounts)], rows)
    return (
        f"{table}\nDebits {statement.debits:,} = credits {statement.credits:,}. Contoso owes"
        f" {statement.owed:,}; of its account credit {statement.account_credit:,} is left.\n"
    )


def _signed(minor: int) -> str:
    return f"{'+' if minor > 0 else '−'}{abs(from_minor(minor, 'USD')):,}"


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def page(before: str) -> str:
    """The page with its tables made anew."""
    for name, section in (("invoices", invoices_section()), ("ledger", ledger_section())):
        head, begin, rest = before.partition(f"<!-- {name} -->\n")
        _, end, tail = rest.partition(f"<!-- end of {name} -->")
        assert begin, f"the page has a section {name}"
        assert end, f"the section {name} ends"
        before = head + begin + section + end + tail
    return before


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
