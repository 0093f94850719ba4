"""Writes the tables and the example of `docs/webhooks.md` from what the code does:

    .venv/bin/python -m tests.webhooks_page

`tests/test_webhooks_page.py` says when it has to be written anew.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from standardwebhooks.webhooks import Webhook

from domain.integrations.webhooks import JITTER, RETRY_AFTER, cloud_event
from domain.text.texts import text
from domain.views.notices import notice_text
from domain.views.read_models import Notice

PAGE = Path(__file__).parents[1] / "docs" / "webhooks.md"
SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
AT = datetime(2026, 6, 25, 17, 3, 11, tzinfo=UTC)


def example() -> tuple[dict[str, str], str]:
    """Headers and body of one webhook."""
    notice = Notice(
        notice_id="up-0123456789abcdef0123-upgrade_complete",
        tenant_id="contoso",
        kind="upgrade_complete",
        upgrade_id="up-0123456789abcdef0123",
        created_at=AT,
        text=notice_text(
            "upgrade_complete",
            plan_name="Business Premium",
            users=text("count.users_moved", count=80),
            what_else=text("complete.old_canceled", old="contoso-basic"),
        ),
    )
    body = json.dumps(cloud_event(notice, 42), ensure_ascii=False, separators=(",", ":"))
    headers = {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "webhook-id": notice.notice_id,
        "webhook-timestamp": str(int(AT.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(notice.notice_id, AT, body),
    }
    return headers, body


def example_section() -> str:
    """The example as the page has it."""
    headers, body = example()
    lines = "\n".join(f"{name}: {value}" for name, value in headers.items())
    pretty = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    return f"```http\n{lines}\n```\n\n```json\n{pretty}\n```\n"


def schedule_section() -> str:
    """When a failed webhook comes again."""
    rows = [
        "| after failed attempt | the next one comes after | since the first, at least |",
        "|---|---|---|",
    ]
    since = timedelta()
    for failed, wait in enumerate(RETRY_AFTER, start=1):
        since += wait
        rows.append(f"| {failed} | {_words(wait)} | {_words(since)} |")
    rows.append(f"| {len(RETRY_AFTER) + 1} | never: it is a dead letter | |")
    return "\n".join(rows) + f"\n\nEach wait is made longer by up to {JITTER:.0%}, by chance.\n"


def _words(wait: timedelta) -> str:
    parts: list[str] = []
    seconds = int(wait.total_seconds())
    for size, name in ((3600, "h"), (60, "min"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts)


def page(before: str) -> str:
    """The page with its written sections made anew."""
    sections = {"example": example_section(), "schedule": schedule_section()}
    for name, section in sections.items():
        mark = rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)"
        before, count = re.subn(mark, lambda m: m[1] + section + m[2], before, flags=re.DOTALL)  # noqa: B023
        assert count == 1, f"the page has one section {name}"
    return before


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
