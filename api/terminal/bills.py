"""Quotes and invoices as itemized bills, with the arithmetic under each line (B27)."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from api.terminal.commands import next_steps
from api.terminal.text import (
    bullet,
    clean,
    facts,
    indented,
    rule,
    say,
    title,
    words,
)
from api.terminal.ways_on import as_command
from api.terminal.words import colon, comma, word
from domain.catalog.customer import Address
from domain.pricing.account_credit import sum_of_settled
from domain.pricing.price import Line
from domain.quoting.orders import to_order
from domain.quoting.quote import Quote
from domain.quoting.request import ChangeByHand, CreditCheckReason
from domain.text.formats import money, short_day, short_moment
from domain.text.texts import joined, listed
from domain.upgrade.payments import InvoiceStatus
from domain.values.base import Language
from domain.values.base import Text as BothLanguages
from domain.views.credit_notes import CreditNote
from domain.views.read_models import Invoice


def show_quote(console: Console, quote: Quote, language: Language) -> None:
    """A bill, all there is to know before ordering, and how to order."""
    valid = f"{word('valid_until', language)} {_moment(quote.expires_at, language)}"
    say(console, title(f"{word('quote', language)} {quote.quote_id}", valid))
    say(console, words(comma(language).join(_terms(quote, language))), "")
    say(console, lines_of(quote.lines, quote.currency, language), rule())
    say(console, _total("total", quote.total, quote.currency, language))
    say(console, *_amounts(quote, language))
    if any(each.total != quote.total or each.forfeited for each in quote.days):
        say(console, "", words(word("later_days", language), "bold"))
        say(console, indented(facts(_later_days(quote, language))))
    say(console, "", facts(_facts(quote, language)))
    if quote.notices:
        say(console, "", words(word("to_know", language), "bold"))
        for notice in quote.notices:
            say(console, indented(bullet("!", words(notice.text.in_language(language)), "yellow")))
    next_steps(
        console,
        word("to_order", language) + colon(language).rstrip(),
        [as_command(to_order(quote))],
    )


def _terms(quote: Quote, language: Language) -> Iterable[str]:
    change = quote.request.change
    if change is not None and change.into is not None:
        yield f"{quote.subscription_id} → {change.into} ({quote.target_plan_id})"
    else:
        yield f"{quote.subscription_id} → {quote.target_plan_id}"
        yield word("licenses", language, count=quote.licenses)
        yield word(quote.billing, language)
    yield word("from_day", language, day=short_day(quote.switch_on))
    old = quote.subscription_id
    match change:
        case None:
            yield word("old_canceled", language, old=old)
        case ChangeByHand(licenses_kept=int() as kept):
            yield word("old_reduced", language, old=old, licenses=kept)
        case ChangeByHand(old="canceled"):
            yield word("old_canceled", language, old=old)
        case _:
            yield word("old_stays", language, old=old)


def show_invoice(
    console: Console, invoice: Invoice, language: Language, written: Iterable[str] = ()
) -> None:
    """The lines that billing switched by, under their number, and the files `written` of it."""
    issued = word("issued_on", language, day=short_day(invoice.issued_on))
    say(console, title(word("invoice_number", language, number=invoice.number), issued))
    say(console, words(f"{invoice.tenant_id}, {invoice.upgrade_id}", "dim"), "")
    say(console, lines_of(invoice.lines, invoice.currency, language), rule())
    amounts = [("total", invoice.total)]
    if invoice.settles:
        settled = sum_of_settled(invoice.settles, invoice.currency)
        amounts.append(("credit_settles", settled))
    if invoice.account_credit_left:
        amounts.append(("account_credit", invoice.account_credit_left))
    if invoice.account_credit_used:
        amounts.append(("account_credit_used", -invoice.account_credit_used))
        amounts.append(("amount_due", invoice.amount_due))
    for key, amount in amounts:
        say(console, _total(key, amount, invoice.currency, language))
    for each in invoice.payments:
        name = word("paid_on", language, day=short_day(each.paid_at.date()))
        by = each.reference or each.credit_of or ""
        say(console, total_of(f"{name} ({by})", -each.amount, invoice.currency, language))
    if invoice.status is not None and invoice.open_amount is not None:
        name = _status(invoice, language)
        say(console, total_of(name, invoice.open_amount, invoice.currency, language))
    for file in written:
        say(console, words(word("written_to", language, file=file), "dim"))


def show_credit_note(
    console: Console, note: CreditNote, language: Language, written: Iterable[str] = ()
) -> None:
    """What it takes back, and what becomes of that."""
    issued = word("issued_on", language, day=short_day(note.issued_on))
    say(console, title(word("credit_note_number", language, number=note.number), issued))
    of = word("invoice_number", language, number=note.invoice.number)
    say(console, words(f"{note.tenant_id}, {note.upgrade_id}, {of}", "dim"))
    say(console, words(note.reason), "")
    say(console, lines_of(note.invoice.lines, note.currency, language), rule())
    for key, amount in (
        ("credited", note.total),
        ("no_longer_due", note.no_longer_due),
        ("account_credit", note.account_credit),
    ):
        say(console, _total(key, amount, note.currency, language))
    for file in written:
        say(console, words(word("written_to", language, file=file), "dim"))


_UNPAID: Mapping[InvoiceStatus, str] = {
    "open": "status.open",
    "partly_paid": "status.partly_paid",
    "overdue": "status.overdue",
}


def _status(invoice: Invoice, language: Language) -> str:
    if invoice.status == "paid":
        return word("status.paid", language)
    if invoice.status == "void":
        return word("status.void", language, number=invoice.credit_note or "")
    assert invoice.status is not None, "asked of an invoice as it stands"
    return word(_UNPAID[invoice.status], language, day=short_day(invoice.due_on))


def lines_of(lines: Iterable[Line], currency: str, language: Language) -> Table:
    """The items, each with its formula and what went into it; none for a credit that pays nothing.

    What it leaves on the account has a line of its own below the total.
    """
    table = Table.grid(padding=(0, 0, 0, 2), expand=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    for line in lines:
        if line.kind == "credit" and not line.amount:
            continue
        table.add_row(words(line.description), money(line.amount, currency).in_language(language))
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


def _total(key: str, amount: Decimal, currency: str, language: Language) -> Table:
    return total_of(word(key, language), amount, currency, language)


def total_of(name: str, amount: Decimal, currency: str, language: Language) -> Table:
    """A name, and an amount at the right margin."""
    table = Table.grid(padding=(0, 0, 0, 2), expand=True)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    said = money(amount, currency).in_language(language)
    table.add_row(words(name, "bold"), words(said, "bold"))
    return table


def _amounts(quote: Quote, language: Language) -> list[RenderableType]:
    found = [
        (word("credit_settles", language), sum_of_settled(quote.settles, quote.currency)),
        (word("account_credit", language), quote.account_credit_left),
        (word("forfeited", language), quote.forfeited),
    ]
    parts: list[RenderableType] = [
        total_of(name, amount, quote.currency, language) for name, amount in found if amount
    ]
    if quote.latest is not None:
        name = word("if_latest", language, day=short_day(quote.latest.switch_on))
        parts.append(total_of(name, quote.latest.total, quote.currency, language))
    return parts


def _later_days(quote: Quote, language: Language) -> Iterable[tuple[str, str]]:
    """What each later day costs on which an order by this quote can begin (B67)."""
    for each in quote.days[1:]:
        cost = money(each.total, quote.currency).in_language(language)
        if each.forfeited:
            lost = money(each.forfeited, quote.currency).in_language(language)
            cost = f"{cost}{comma(language)}{word('forfeited', language)} {lost}"
        yield short_day(each.day).in_language(language), cost


def _facts(quote: Quote, language: Language) -> Iterable[tuple[str, str]]:
    yield word("sold_to", language), _address(quote.sold_to)
    yield word("billed_to", language), _address(quote.billed_to)
    yield word("paid_by", language), word(quote.payment_method, language)
    if quote.no_forfeiture_from is not None:
        yield (
            word("no_forfeiture_from", language),
            short_day(quote.no_forfeiture_from).in_language(language),
        )
    yield word("credit_check", language), _credit_check(quote, language)
    if quote.licenses:
        yield word("first_invoice", language), _between(*quote.invoice_between, language)
        if quote.credit_applied:
            arrives = short_day(quote.credit_reaches_account_by)
            yield word("credit_by", language), arrives.in_language(language)
    off = quote.users_with_disabled_services
    users = quote.users_to_move
    yield word("users", language), word("with_switches", language, users=users, off=off)


def _credit_check(quote: Quote, language: Language) -> str:
    check = quote.credit_check
    if not check.required or check.deadline_if_ordered_now is None:
        return word("not_needed", language)
    why = listed(_why_checked(reason, quote, language) for reason in check.reasons)
    until = word("check_until", language, at=short_moment(check.deadline_if_ordered_now, "UTC"))
    return joined([why, BothLanguages(en=until, zh_tw=until)]).in_language(language)


def _why_checked(reason: CreditCheckReason, quote: Quote, language: Language) -> str:
    threshold = None if quote.basis is None else quote.basis.credit_threshold
    if reason == "threshold_reached" and threshold is not None:
        return word("threshold_of_reached", language, threshold=money(threshold, quote.currency))
    return word(reason, language)


def _between(first: date, last: date, language: Language) -> str:
    if first == last:
        return short_day(first).in_language(language)
    return word("between", language, first=short_day(first), last=short_day(last))


def _moment(at: datetime, language: Language) -> str:
    return short_moment(at, "UTC").in_language(language)


def _address(address: Address) -> str:
    place = f"{address.postal_code} {address.city}"
    return ", ".join([address.name, *address.lines, place, address.country])
