"""Why an amount is what it is, as a walk from the line to the events (B27)."""

from collections.abc import Iterator
from decimal import Decimal

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from api.terminal.bills import total_of
from api.terminal.text import bullet, clean, indented, rule, say, title, words
from api.terminal.words import word
from domain.documents.explanation import Explanation, LineExplanation
from domain.documents.formula_inputs import Input
from domain.documents.value_origins import Source
from domain.pricing.account_credit import sum_of_settled
from domain.values.base import Language


def show_explanation(console: Console, found: Explanation, language: Language) -> None:
    """Each line with its formula, its inputs, and where each of them comes from."""
    number = found.invoice_number
    what = (
        word("explain.invoice", language, number=number)
        if number is not None
        else word(f"explain.{found.basis}", language)
    )
    say(console, title(word("explain", language, upgrade=found.upgrade_id), what))
    for refusal in found.refusals:
        say(console, bullet("✗", words(refusal.message.in_language(language)), "red"))
    for line in found.lines:
        say(console, "", *_line(line, found.currency, language))
    say(console, rule(), total_of(word("total", language), found.total, found.currency, language))
    for each in found.settled_by:
        used = word("account_credit_used", language)
        say(console, total_of(used, -each.amount, found.currency, language))
        for source in (each.source, *([each.arose] if each.arose else [])):
            say(console, indented(words(f"← {_source(source)}", "dim")))
    if found.settled_by and found.amount_due is not None:
        due = word("amount_due", language)
        say(console, total_of(due, found.amount_due, found.currency, language))
    settled = sum_of_settled(found.settles, found.currency)
    for name, amount in (
        ("credit_settles", settled),
        ("account_credit", found.account_credit - settled),
        ("forfeited", found.forfeited),
    ):
        if amount:
            say(console, total_of(word(name, language), amount, found.currency, language))
    verdict = "explain.matches" if found.matches else "explain.differs"
    style = "bold green" if found.matches else "bold red"
    say(console, "", words(word(verdict, language), style))


def _line(line: LineExplanation, currency: str, language: Language) -> Iterator[RenderableType]:
    mark = "✓" if line.matches else "✗"
    yield total_of(f"{mark} {line.description}", line.amount, currency, language)
    computed = "?" if line.computed is None else _amount(line.computed)
    for told in (line.formula, line.arithmetic, f"{computed}  ({line.rounding})"):
        yield indented(words(f"= {told}", "cyan"))
    yield indented(words(f"← {_source(line.source)}", "dim"))
    for each in line.inputs:
        yield indented(_input(each, language))


def _input(found: Input, language: Language) -> RenderableType:
    grid = Table.grid()
    grid.add_column(overflow="fold")
    name = Text(f"{found.name} = {clean(found.value)}")
    name.append(f"  {found.meaning.in_language(language)}", style="dim")
    grid.add_row(name)
    if found.rule is not None:
        grid.add_row(indented(words(found.rule.in_language(language), "italic")))
    for source in found.sources:
        grid.add_row(indented(words(f"← {_source(source)}", "dim")))
    for each in found.inputs:
        grid.add_row(indented(_input(each, language)))
    return grid


def _source(source: Source) -> str:
    return f"{source.stream} #{source.version} {source.type}: {source.field}"


def _amount(amount: Decimal) -> str:
    return f"{amount:,f}"
