"""The guided demo, as it is played: on an empty stack, and again on what the first one left behind."""

import os
import re
import subprocess
import sys
from collections.abc import Generator

import pytest

from deploy.postgres import PostgresServer
from tests.api.cli_support import ROOT, Cli, running_stack


@pytest.fixture(scope="module")
def empty(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Cli]:
    """A stack with nothing in it."""
    with running_stack(
        postgres_server,
        tmp_path_factory.mktemp("demo"),
        "demo",
        TEMPORAL_UI_URL="http://127.0.0.1:8233",
        MOVE_BATCH_SIZE="100",
    ) as empty:
        yield empty


def test_the_demo_tells_every_upgrade_from_order_to_invoice(empty: Cli) -> None:
    done = empty.run("demo")
    assert done.code == 0, done
    assert done.stderr == ""
    told = " ".join(done.stdout.split())
    assert "tailspin-e5 cannot be upgraded now" in told
    assert told.count("→ Resolve the license conflict") == 1
    assert "globex-e1: users move, 0 of 20,000 moved" in told
    assert re.search(r"globex-e1: users move, [1-9][\d,]+ of 20,000 moved", told)
    assert "✉ Your upgrade to Microsoft 365 Business Premium needs a credit check" in told
    assert "需要進行信用檢查，最遲於" in told
    assert re.search(
        r"Credit check you pay by invoice; until \w{3} \d+, \d{4}, \d+:\d\d [AP]M UTC", told
    )
    assert re.search(r"Invoice INV-\d+ issued on", told)
    assert "= -min(45 × 11.70 ×" in told
    assert "adatum-standard lived on to" in told
    assert "credit check expired" in told
    assert told.count("issued on") == 4
    assert "all hold" in told
    assert "http://127.0.0.1:8233/namespaces/default/workflows" in told
    assert "./dev run starter.py status up-" in told


def test_the_demo_goes_on_from_an_earlier_one(empty: Cli) -> None:
    again = empty.json("demo")
    assert again["verified"]["ok"] is True
    stages = {view["tenant_id"]: view["stage"] for view in again["upgrades"]}
    assert stages["globex"] == "invoiced"
    assert stages["adatum"] == "expired"
    assert len(again["invoices"]) == list(stages.values()).count("invoiced")


def test_the_demo_leaves_the_databases_of_others_alone(cli: Cli) -> None:
    cli.tenant()
    rows = cli.rows()
    done = cli.run("demo", "--json")
    assert (done.code, done.error["code"]) == (3, "not_a_demo_database")
    assert cli.rows() == rows


def test_the_demo_fails_when_something_goes_wrong(empty: Cli) -> None:
    done = empty.run("demo", "--json", environment={"TEMPORAL_ADDRESS": "127.0.0.1:1"})
    assert (done.code, done.error["code"]) == (5, "dependency_unavailable")
    assert done.stderr == ""


def test_the_whole_demo_as_one_command() -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "TEMPORAL_"))}
    stack = [sys.executable, "-m", "deploy.stack", "--fresh-temp", "run", "--"]
    done = subprocess.run(
        [*stack, sys.executable, "starter.py", "demo"],
        cwd=ROOT,
        env={**kept, "MOVE_BATCH_SIZE": "100"},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "all hold" in done.stdout
    assert "/namespaces/default/workflows" in done.stdout
