"""A tenant's statement: every booking, and what each account comes to (B33)."""

from decimal import Decimal
from itertools import groupby

from rich.console import Console
from rich.table import Table

from api.terminal.text import clean, facts, say, title, words
from api.terminal.words import word
from domain.ledger.statement import CurrencyStatement, Statement, StatementEntry
from domain.text.formats import short_day
from domain.values.base import Language


def show_statement(console: Console, statement: Statement, language: Language) -> None:
    """The bookings in their order, then the sums of the accounts."""
    until = (
        word("all_bookings", language)
        if statement.until is None
        else word("until_day", language, day=short_day(statement.until))
    )
    say(console, title(word("statement", language, tenant=statement.tenant_id), until))
    if not statement.currencies:
        say(console, words(word("nothing_booked", language), "dim"))
    for each in statement.currencies:
        say(console, "", words(each.currency, "bold"), _bookings(each, language))
        say(console, "", _accounts(each, language))
        owed = (word("owed", language), _amount(each.owed))
        left = (word("credit_left", language), _amount(each.account_credit))
        say(console, "", facts([owed, left]))


def _bookings(statement: CurrencyStatement, language: Language) -> Table:
    table = _table(language, word("booked_on", language))
    for (upgrade_id, booking), entries in groupby(
        statement.entries, key=lambda entry: (entry.upgrade_id, entry.booking)
    ):
        sides = list(entries)
        at = f"{sides[0].booked_at:%Y-%m-%d %H:%M}"
        table.add_row(words(f"{at} {word(f'booking.{booking}', language)}"))
        table.add_row(words(upgrade_id))
        for entry in sides:
            table.add_row(
                f"  {_account(entry, language)}",
                *_sides(max(entry.amount, Decimal(0)), max(-entry.amount, Decimal(0))),
                _amount(entry.balance),
            )
    return table


def _account(entry: StatementEntry, language: Language) -> str:
    account = word(f"account.{entry.account}", language)
    if entry.credit_of in (None, entry.upgrade_id):
        return account
    return f"{account}\n    {clean(entry.credit_of)}"


def _accounts(statement: CurrencyStatement, language: Language) -> Table:
    table = _table(language, word("account", language))
    for each in statement.accounts:
        table.add_row(
            f"  {word(f'account.{each.account}', language)}",
            *_sides(each.debits, each.credits),
            _amount(each.balance),
        )
    table.add_row(word("sum", language), *_sides(statement.debits, statement.credits))
    return table


def _table(language: Language, first: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(first, overflow="fold", min_width=30)
    for name in ("debit", "credit", "balance"):
        table.add_column(word(name, language), justify="right", no_wrap=True, min_width=12)
    return table


def _sides(debit: Decimal, credit: Decimal) -> list[str]:
    return [_amount(side) if side else "" for side in (debit, credit)]


def _amount(amount: Decimal) -> str:
    return f"{amount:,f}"
