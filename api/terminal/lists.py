"""Pages of lists, a line for each item; --json tells all of it."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from api.service.lists import Actions, Page
from api.terminal.records import show_more, table_of
from api.terminal.text import clean, say, words
from domain.text.formats import money
from store.lists import (
    Filter,
    InvoiceItem,
    Item,
    Noun,
    QuoteItem,
    SubscriptionItem,
    TenantItem,
    UpgradeItem,
)

_HEADS: Mapping[Noun, Sequence[str]] = {
    "tenants": ("tenant", "country", "currency", "subscriptions", "open upgrades", "name"),
    "subscriptions": ("subscription", "status", "assigned", "what it is"),
    "upgrades": ("upgrade", "stage", "ordered", "what it is"),
    "quotes": ("quote", "made", "total", "what it is"),
    "invoices": ("invoice", "issued", "total", "status", "open", "what it is"),
}
_COUNTS = frozenset({"subscriptions", "open upgrades", "assigned", "total", "open"})
_SHORT = frozenset(
    {"upgrade", "stage", "ordered", "quote", "made", "total", "invoice", "issued", "status"}
)
"""Columns that are never broken, so that ids can be copied."""
_LEAST_OF_SUBSCRIPTION = 24
"""Columns: customers choose ids as long as they like, ours have that many."""


def show_page(
    console: Console, noun: Noun, filters: Mapping[Filter, str], page: Page, limit: int
) -> None:
    """A line for each item, and how to see the next ones."""
    if not page.items:
        say(console, words(f"no {noun} (more)", "dim"))
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for head in _HEADS[noun]:
        table.add_column(
            head,
            overflow="fold",
            no_wrap=head in _SHORT,
            min_width=_LEAST_OF_SUBSCRIPTION if head == "subscription" else None,
            justify="right" if head in _COUNTS else "left",
        )
    for item in page.items:
        table.add_row(*(clean(cell) for cell in _cells(item)))
    say(console, table)
    if page.next is not None:
        asked = [word for name, value in filters.items() for word in (f"--{name}", value)]
        show_more(console, "list", noun, *asked, limit=limit, after=page.next)


def show_actions(console: Console, filters: Mapping[str, str], page: Actions, limit: int) -> None:
    """A line for each thing that was done, and how to see the next ones."""
    if not page.items:
        say(console, words("nobody did anything (more)", "dim"))
        return
    table = table_of("done (UTC)", "by", "what", "to")
    for each in page.items:
        table.add_row(
            f"{each.recorded_at:%m-%d %H:%M:%S}",
            clean(each.by if each.door is None else f"{each.by} ({each.door})"),
            clean(", ".join(each.events)),
            clean(each.stream.partition("-")[2]),
        )
    say(console, table)
    if page.next is not None:
        asked = [word for name, value in filters.items() for word in (f"--{name}", value)]
        show_more(console, "actions", *asked, limit=limit, after=str(page.next))


def _cells(item: Item) -> Sequence[str]:
    match item:
        case TenantItem():
            counts = (f"{item.subscriptions:,}", f"{item.open_upgrades:,}")
            return (item.tenant_id, item.country, item.currency, *counts, item.name)
        case SubscriptionItem():
            assigned = f"{item.assigned:,} of {item.licenses:,}"
            what = f"{item.plan_id}, of {item.tenant_id}"
            if item.open_upgrade_id is not None:
                what += f", upgraded by {item.open_upgrade_id}"
            return (item.subscription_id, item.status, assigned, what)
        case UpgradeItem():
            into = item.new_subscription_id or item.target_plan_id
            what = f"{item.subscription_id} → {into}, of {item.tenant_id}"
            return (item.upgrade_id, item.stage, f"{item.placed_at:%Y-%m-%d}", what)
        case QuoteItem():
            what = f"{item.subscription_id} → {item.target_plan_id}, of {item.tenant_id}"
            if item.ordered_as is not None:
                what += f", ordered as {item.ordered_as}"
            total = money(item.total, item.currency).en
            return (item.quote_id, f"{item.created_at:%Y-%m-%d}", total, what)
        case InvoiceItem():
            what = f"{item.subscription_id}, of {item.tenant_id}, {item.upgrade_id}"
            total = money(item.total, item.currency).en
            left = "" if item.open_amount is None else money(item.open_amount, item.currency).en
            status = (item.status or "").replace("_", " ")
            return (item.number, item.issued_on.isoformat(), total, status, left, what)
