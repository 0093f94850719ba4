"""Writes the tables and examples of `docs/invoices.md` from what the code does:

    .venv/bin/python -m tests.api.invoices_page

`test_invoices_page.py` says when they have to be written anew.
"""

import io
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from api.documents.e_invoice import e_invoice
from api.terminal.bills import show_invoice
from domain.values.cycles import local_day
from domain.views.read_models import Invoice
from tests.domain.books import Books, Target
from tests.domain.builders import STANDARD, a_subscription, a_tenant, facts
from tests.domain.invoices import an_invoice

PAGE = Path(__file__).parents[2] / "docs" / "invoices.md"
LEFT_OUT = "..."
COMPLETED = (
    ("2026-06-26T09:00", "Europe/Berlin", 15),
    ("2026-07-15T09:00", "Europe/Berlin", 15),
    ("2026-07-16T09:00", "Europe/Berlin", 15),
    ("2026-03-01T09:00", "Europe/Berlin", 31),
    ("2027-02-10T09:00", "Europe/Berlin", 31),
    ("2028-02-10T09:00", "Europe/Berlin", 30),
    ("2026-03-27T09:00", "Europe/Berlin", 29),
    ("2026-06-15T09:59", "Pacific/Kiritimati", 15),
    ("2026-06-15T10:00", "Pacific/Kiritimati", 15),
    ("2026-06-16T11:59", "Etc/GMT+12", 15),
)
"""When billing has switched (UTC), in which time zone, and which day is the billing day."""


def sample() -> Invoice:
    """The invoice of the picture: 30 licenses become 100 of a better plan, on the ninth of 30 days."""
    return an_invoice(rate="0.19", old_licenses=30)


def billing_days() -> str:
    """Which day an invoice is issued on, for days that are not like others."""
    rows: list[list[str]] = []
    for said, zone, billing_day in COMPLETED:
        at = datetime.fromisoformat(said).replace(tzinfo=UTC)
        books = Books()
        books.upgrade(
            facts(
                tenant=a_tenant(time_zone=zone, billing_day=billing_day),
                subscription=a_subscription(cycle_anchor=at.date().replace(day=1)),
            ),
            Target(STANDARD, 100),
            at,
        )
        (state,) = books.due
        switch = state.switch
        day = local_day(switch.at, zone)
        wait = (switch.invoice_on - day).days
        rows.append(
            [
                f"{at:%Y-%m-%d %H:%M}",
                zone,
                str(day),
                str(billing_day),
                f"**{switch.invoice_on}**",
                f"{wait} days" if wait else "that very day",
                f"{switch.invoice_due_at:%Y-%m-%d %H:%M}",
            ]
        )
    head = ["completed (UTC)", "time zone", "day there", "billing day", "issued on", "wait"]
    return _table([*head, "issued at (UTC)"], rows)


def terminal() -> str:
    """What the command line tells a person."""
    invoice, out = sample(), io.StringIO()
    show_invoice(Console(file=out, width=88, markup=False, emoji=False), invoice, "en")
    told = "\n".join(line.rstrip() for line in out.getvalue().splitlines())
    return f"```console\n$ ./dev run starter.py invoice {invoice.upgrade_id}\n{told}\n```\n"


def data() -> str:
    """The invoice as `--json` gives it; of its lines one, of its parties the buyer."""
    body = sample().model_dump(mode="json")
    body["lines"] = [LEFT_OUT, body["lines"][-1]]
    body["seller"] = {"name": body["seller"]["name"], LEFT_OUT: LEFT_OUT}
    body["billed_to"] = LEFT_OUT
    text = json.dumps(body, indent=2, ensure_ascii=False)
    text = text.replace(f'"{LEFT_OUT}": "{LEFT_OUT}"', LEFT_OUT).replace(f'"{LEFT_OUT}"', LEFT_OUT)
    return f"```json\n{text}\n```\n"


def xml() -> str:
    """The totals of the e-invoice, as they stand in its XML."""
    found = re.search(
        rb"( *<ram:SpecifiedTradeSettlementHeaderMonetarySummation>.*"
        rb"</ram:SpecifiedTradeSettlementHeaderMonetarySummation>)",
        e_invoice(sample()),
        re.DOTALL,
    )
    assert found is not None
    lines = found[1].decode().splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "```xml\n" + "\n".join(line[indent:] for line in lines) + "\n```\n"


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def page(before: str) -> str:
    """The page with its tables and examples made anew."""
    for name, section in (
        ("billing days", billing_days()),
        ("terminal", terminal()),
        ("data", data()),
        ("xml", xml()),
    ):
        head, begin, rest = before.partition(f"<!-- {name} -->\n")
        _, end, tail = rest.partition(f"<!-- end of {name} -->")
        assert begin, f"the page has a section {name}"
        assert end, f"the section {name} ends"
        before = head + begin + section + end + tail
    return before


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
