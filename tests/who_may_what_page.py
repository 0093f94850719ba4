"""Writes the table of `docs/who-may-what.md` from what every method of the service says of itself:

    .venv/bin/python -m tests.who_may_what_page

`tests/test_who_may_what.py` says when it has to be written again, and that the service keeps to it.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from api.arguments import Permission, permission_of
from api.caller import ROLES
from api.service.administration import Administration
from api.service.bills import Bills
from api.service.lists import Lists
from api.service.operations import Operations
from api.service.orders import Orders
from api.service.payments import Payments
from api.service.quotes import Quotes
from api.service.reading import Reading
from api.service.repair import Repair
from api.service.webhooks import Webhooks

PAGE = Path(__file__).parents[1] / "docs" / "who-may-what.md"

GROUPS: dict[str, type] = {
    "quotes": Quotes,
    "orders": Orders,
    "reading": Reading,
    "bills": Bills,
    "payments": Payments,
    "lists": Lists,
    "administration": Administration,
    "webhooks": Webhooks,
    "repair": Repair,
    "operations": Operations,
}
"""The groups of `UpgradeService`, by their attributes."""


class Method(NamedTuple):
    """A method that callers can call."""

    group: str
    name: str
    function: Callable[..., Any]
    permission: Permission | None


def methods() -> Iterator[Method]:
    """Every public method of every group, as it stands in its class."""
    for group, owner in GROUPS.items():
        for name, function in vars(owner).items():
            if inspect.isfunction(function) and not name.startswith("_"):
                yield Method(group, name, function, permission_of(function))


def table() -> str:
    """Method by role."""
    rows = [f"| method | {' | '.join(ROLES)} | tenants |", "|---" * (len(ROLES) + 2) + "|"]
    for each in methods():
        assert each.permission is not None, f"{each.group}.{each.name} lets everybody in"
        may = " | ".join("yes" if role in each.permission.roles else "" for role in ROLES)
        tenants = "all of them" if each.permission.all_tenants else "the caller's"
        rows.append(f"| `{each.group}.{each.name}` | {may} | {tenants} |")
    return "\n".join(rows) + "\n"


def page(text: str) -> str:
    """The page with its table made again."""
    return re.sub(
        r"(?<=<!-- table -->\n).*?(?=<!-- end -->)", lambda _: table(), text, flags=re.DOTALL
    )


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
