"""Writes the example of `docs/credit-service.md` from what the code does:

    .venv/bin/python -m tests.credit_page

`tests/test_credit_page.py` says when it has to be written again.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from activities.credit_review import CreditQuestion
from activities.credit_service import HttpCreditService

PAGE = Path(__file__).parents[1] / "docs" / "credit-service.md"
KEY = "whsec_" + base64.b64encode(b"the key of the example, only").decode()
CALLBACK_KEY = b"another key, of the example.."
AT = datetime(2026, 11, 23, 17, 3, 11, tzinfo=UTC)

Message = tuple[Mapping[str, str], bytes]


def code_of_the_page() -> dict[str, Callable[..., Any]]:
    """The functions that the page shows."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page
    return names


def service(url: str = "https://credit.example/checks") -> HttpCreditService:
    """How a worker asks."""
    return HttpCreditService(
        url=url,
        key=base64.b64decode(KEY.removeprefix("whsec_")),
        callback_key=CALLBACK_KEY,
        callback_url="https://upgrades.example/credit-decisions",
    )


def question(deadline: datetime = AT + timedelta(days=2)) -> CreditQuestion:
    """What the example asks about."""
    return CreditQuestion(
        upgrade_id="up-pghxrpowh4pgvoophtjz",
        tenant_id="contoso",
        amount=Decimal("12345.00"),
        amount_at_most=Decimal("12500.00"),
        currency="USD",
        reasons=("threshold_reached",),
        deadline=deadline,
    )


def asked() -> Message:
    """The question of the example, as it is sent."""
    return service().message(question(), AT)


def answered() -> Message:
    """Its answer, as the page's code makes it."""
    decide, now = code_of_the_page()["decide"], AT.timestamp()
    return decide(KEY, *asked(), "approved", "CS-4711", now=now)


def example_section() -> str:
    """The example as the page has it."""
    said = f"With the key `{KEY}`, a worker asks:\n\n{_shown('POST /checks HTTP/1.1', asked())}\n"
    return (
        "Bodies are indented here; what is sent and signed has no line breaks.\n"
        + said
        + f"And this decides:\n\n{_shown('HTTP/1.1 200 OK', answered())}"
    )


def _shown(first: str, message: Message) -> str:
    headers, body = message
    lines = [f"{name}: {value}" for name, value in sorted(headers.items())]
    pretty = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    return "\n".join(["```http", first, *lines, "```", "", "```json", pretty, "```", ""])


def page(before: str) -> str:
    """The page with its example made again."""
    mark = r"(<!-- example -->\n).*?(<!-- end of example -->)"
    after, count = re.subn(mark, lambda m: m[1] + example_section() + m[2], before, flags=re.DOTALL)
    assert count == 1, "the page has one example"
    return after


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
