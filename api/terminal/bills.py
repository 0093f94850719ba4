"""Quotes and invoices as itemized bills, with the arithmetic under each line (B27)."""

import re
from collections.abc import Iterable
from decimal import Decimal

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from api.terminal.text import (
    bullet,
    clean,
    command,
    day,
    facts,
    indented,
    moment,
    rule,
    say,
    title,
    words,
)
from api.terminal.words import word
from domain.customer import Address
from domain.pricing import Line
from domain.quote import Quote
from domain.read_models import Invoice
from domain.values import Language


def show_quote(console: Console, quote: Quote, language: Language) -> None:
    """A bill, all there is to know before ordering, and how to order."""
    valid = f"{word('valid_until', language)} {moment(quote.expires_at)}"
    say(console, title(f"{word('quote', language)} {quote.quote_id}", valid))
    terms = (
        f"{quote.subscription_id} → {quote.target_plan_id}",
        word("licenses", language, count=quote.licenses),
        word(quote.billing, language),
        word("from_day", language, day=day(quote.switch_on)),
    )
    say(console, words(", ".join(terms)), "")
    say(console, lines_of(quote.lines, quote.currency), rule())
    say(console, total_of(word("total", language), quote.total, quote.currency))
    say(console, *_amounts(quote, language))
    say(console, "", facts(_facts(quote, language)))
    if quote.notices:
        say(console, "", words(word("to_know", language), "bold"))
        for notice in quote.notices:
            say(console, indented(bullet("!", words(notice.text.in_language(language)), "yellow")))
    order = f"starter.py upgrade {quote.subscription_id} --quote {quote.quote_id}"
    if quote.forfeited:
        order += f" --accept-forfeiture {quote.forfeited}"
    say(console, "", words(f"{word('to_order', language)}:", "bold"))
    command(console, order)


def show_invoice(console: Console, invoice: Invoice, written: Iterable[str] = ()) -> None:
    """The lines that billing switched by, under their number, and the files `written` of it."""
    say(console, title(f"Invoice {invoice.number}", f"issued on {day(invoice.issued_on)}"))
    say(console, words(f"{invoice.tenant_id}, upgrade {invoice.upgrade_id}", "dim"), "")
    say(console, lines_of(invoice.lines, invoice.currency), rule())
    say(console, total_of("Total", invoice.total, invoice.currency))
    if invoice.account_credit:
        say(console, total_of("Left as account credit", invoice.account_credit, invoice.currency))
    if invoice.account_credit_used:
        say(
            console,
            total_of("Paid by account credit", -invoice.account_credit_used, invoice.currency),
        )
        say(console, total_of("To pay", invoice.amount_due, invoice.currency))
    for file in written:
        say(console, words(f"written to {file}", "dim"))


def lines_of(lines: Iterable[Line], currency: str) -> Table:
    """The items, each with its formula and what went into it."""
    table = Table.grid(padding=(0, 0, 0, 2), expand=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    for line in lines:
        table.add_row(words(line.description), f"{currency} {line.amount:,f}")
        table.add_row(indented(_arithmetic(line)), "")
    return table


def _arithmetic(line: Line) -> RenderableType:
    """The formula, the same with its numbers, and what else there is to know."""
    inputs = {name: clean(value) for name, value in sorted(line.explanation.items())}
    formula = inputs.pop("formula", "")
    told = Text(f"= {formula}\n= {_with_numbers(formula, inputs)}", style="cyan")
    rest = (f"{name} {value}" for name, value in inputs.items() if name not in formula)
    told.append("\n" + ", ".join(rest), style="dim")
    return told


def _with_numbers(formula: str, inputs: dict[str, str]) -> str:
    return re.sub(r"[a-z_]+", lambda name: inputs.get(name[0], name[0]), formula)


def total_of(name: str, amount: Decimal, currency: str) -> Table:
    """A name, and an amount at the right margin."""
    table = Table.grid(padding=(0, 0, 0, 2), expand=True)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    table.add_row(words(name, "bold"), words(f"{currency} {amount:,f}", "bold"))
    return table


def _amounts(quote: Quote, language: Language) -> list[RenderableType]:
    found = [
        (word("account_credit", language), quote.account_credit),
        (word("forfeited", language), quote.forfeited),
    ]
    parts: list[RenderableType] = [
        total_of(name, amount, quote.currency) for name, amount in found if amount
    ]
    if quote.latest is not None:
        name = word("if_latest", language, day=day(quote.latest.switch_on))
        parts.append(total_of(name, quote.latest.total, quote.currency))
    return parts


def _facts(quote: Quote, language: Language) -> Iterable[tuple[str, str]]:
    yield word("sold_to", language), _address(quote.sold_to)
    yield word("billed_to", language), _address(quote.billed_to)
    yield word("paid_by", language), word(quote.payment_method, language)
    if quote.no_forfeiture_from is not None:
        yield word("no_forfeiture_from", language), day(quote.no_forfeiture_from)
    yield word("credit_check", language), _credit_check(quote, language)
    first, last = map(day, quote.invoice_between)
    yield word("first_invoice", language), word("between", language, first=first, last=last)
    yield word("credit_by", language), day(quote.credit_reaches_account_by)
    off = quote.users_with_disabled_services
    users = quote.users_to_move
    yield word("users", language), word("with_switches", language, users=users, off=off)


def _credit_check(quote: Quote, language: Language) -> str:
    check = quote.credit_check
    if not check.required or check.deadline_if_ordered_now is None:
        return word("not_needed", language)
    why = ", ".join(word(reason, language) for reason in check.reasons)
    until = word("check_until", language, at=moment(check.deadline_if_ordered_now))
    return f"{why}; {until}"


def _address(address: Address) -> str:
    place = f"{address.postal_code} {address.city}"
    return ", ".join([address.name, *address.lines, place, address.country])
