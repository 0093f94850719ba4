"""Makes a dump: `python -m tests.dumps CHECKOUT NAME` writes `tests/dumps/NAME.sql`.

CHECKOUT is a checkout of the code whose database is to be kept. Its own `./dev up` serves, and its
own commands place orders, so that every row is as that code writes it.
"""

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from deploy.local_stack.postgres import postgres_program
from tests.clock import in_days

HERE = Path(__file__).parent
PATIENCE_SECONDS = 300


def world(
    billing_day: int, anchor: str, names: list[str], unpaid: str | None = None
) -> dict[str, Any]:
    """A world with a tenant of each name, all alike; `unpaid` owes something."""
    address = {"name": "Somebody", "lines": ["1 Way"], "city": "Redmond", "country": "US"}
    levels = {"basic": "6.00", "standard": "12.50", "premium": "22.00"}
    return {
        "services": [
            {"id": "mail", "name": "Mail", "data_related": True},
            {"id": "apps", "name": "Office apps"},
        ],
        "plans": [
            {
                "id": plan,
                "product": plan,
                "name": plan.capitalize(),
                "services": {"mail": level, **({"apps": 1} if level > 1 else {})},
                "prices": [
                    {"currency": "USD", "monthly": price, "annual": f"{float(price) * 12:.2f}"}
                ],
            }
            for level, (plan, price) in enumerate(levels.items(), start=1)
        ],
        "tenants": [
            {
                "id": name,
                "name": name.capitalize(),
                "country": "US",
                "time_zone": "America/Los_Angeles",
                "currency": "USD",
                "language": "en",
                "segment": "commercial",
                "payment_method": "card",
                "billing_day": billing_day,
                "sold_to": address,
                "billed_to": address,
                "subscriptions": [
                    {
                        "id": f"{name}-basic",
                        "plan": "basic",
                        "licenses": 5,
                        "status": "active",
                        "billing": "monthly",
                        "cycle_anchor": anchor,
                        "users": [
                            {"id": f"ada@{name}.example", "disabled_services": ["mail"]},
                            {"id": f"bob@{name}.example"},
                        ],
                        **({"balance_due": "5.00"} if name == unpaid else {}),
                    }
                ],
            }
            for name in names
        ],
        "policy": {"credit_check": {"thresholds": {"USD": "1000.00"}}},
    }


class Checkout:
    """The commands of one checkout, against its own stack."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.verbs = self._text("./dev", "run", "starter.py", "--help")

    def _text(self, *words: str) -> str:
        return subprocess.run(
            words,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        ).stdout

    def run(self, *words: str) -> Any:
        """What a command answers with `--json`."""
        said = self._text("./dev", "run", "starter.py", *words, "--json")
        answer = json.loads(said)
        print(" ".join(words), "->", answer.get("stage") or answer.get("error") or "done")
        return answer

    def has(self, verb: str) -> bool:
        return re.search(rf"\b{verb}\b", self.verbs) is not None

    def load(self, document: dict[str, Any]) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(document, file)
            file.flush()
            self.run("load", file.name)

    def quote(self, name: str, licenses: int = 5) -> str:
        words = ("--to", "premium", "--licenses", str(licenses), "--billing", "monthly")
        return self.run("quote", f"{name}-basic", *words)["quote_id"]

    def order(self, name: str, licenses: int = 5, *more: str) -> str:
        quote = self.quote(name, licenses)
        return self.run("upgrade", f"{name}-basic", "--quote", quote, *more).get("upgrade_id", "")


def live(checkout: Checkout) -> None:
    """Bring an upgrade into each stage that this code knows."""
    billing_day = in_days(12).day % 28 + 1
    anchor = str(in_days(-10))
    names = ["scheduled", "waiting", "declined", "canceled", "refused", "complete", "invoiced"]
    names += ["quoted", *(("parked", "undone", "byhand") if checkout.has("block-user") else ())]
    checkout.load(world(billing_day, anchor, names))

    checkout.order("scheduled", 5, "--schedule", str(in_days(20)))
    checkout.order("waiting", 200)
    checkout.run("decide", checkout.order("declined", 200), "declined", "--reference", "CR-1")
    checkout.run("cancel", checkout.order("canceled", 200), "--reason", "another plan")
    quote = checkout.quote("refused")
    checkout.load(world(billing_day, anchor, names, unpaid="refused"))
    checkout.run("upgrade", "refused-basic", "--quote", quote)
    checkout.order("complete")
    checkout.run("fast-forward", checkout.order("invoiced"), "45d")
    checkout.quote("quoted")
    if checkout.has("block-user"):
        for name in ("parked", "undone"):
            checkout.run(
                "block-user", f"{name}-basic", f"bob@{name}.example", "--code", "legal_hold"
            )
        checkout.order("parked")
        until(checkout, upgrade := checkout.order("undone"), "needs_attention")
        checkout.run("undo", upgrade, "--reason", "not now")
        checkout.run("change", "byhand-basic", "--all", "--to", "premium", "--licenses", "5", "--billing", "monthly")  # fmt: skip


def until(checkout: Checkout, upgrade: str, stage: str) -> None:
    """Wait until an upgrade is in a stage."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while checkout.run("status", upgrade)["stage"] != stage:
        assert time.monotonic() < ends, f"{upgrade} never was {stage}"
        time.sleep(1)


def dump(url: str) -> str:
    """All of a database as plain SQL, without what belongs to one server."""
    words = ("--inserts", "--no-owner", "--no-privileges", "--dbname", url)
    said = subprocess.run(
        [postgres_program("pg_dump"), *words],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    ).stdout
    lines = [line for line in said.splitlines() if not line.startswith(("--", "\\", "SET "))]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def main(folder: Path, name: str) -> None:
    stack = subprocess.Popen(
        ["./dev", "up", "--fresh"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        assert stack.stdout is not None
        for line in stack.stdout:
            if "Ctrl-C" in line:
                break
        live(Checkout(folder))
        settings = (folder / ".local" / "env").read_text(encoding="utf-8")
        found = re.search(r"^DATABASE_URL=(.*)$", settings, re.MULTILINE)
        assert found is not None
        (HERE / f"{name}.sql").write_text(dump(found[1]), encoding="utf-8")
    finally:
        stack.send_signal(signal.SIGINT)
        stack.wait(PATIENCE_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2])
