"""The guided demo, as it is played: on an empty stack, and again on what the first one left behind."""

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
from typing import NamedTuple, cast
from unittest import mock

import pytest
from rich.console import Console

from api.cli.context import Parts
from api.cli.demo import _Demo
from api.files.world_file import read_world_file
from api.terminal.demo import Stage
from deploy.local_stack import temporal_server
from deploy.local_stack.temporal_server import TemporalServer
from domain.world.model import World
from store.database import Database
from store.world import import_world, not_in_world
from tests.api.cli_support import ROOT, Cli, Done
from tests.clock import in_days, now
from tests.world_parsing import parse_world


class Demo(NamedTuple):
    """What was printed by `demo` on a stack of its own, one after the other."""

    without_temporal: str
    first: str
    again: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """As `./dev demo` plays it; before that with Temporal out of reach, and then once more."""
    folder = tmp_path_factory.mktemp("demo")
    play = f"{shlex.quote(sys.executable)} starter.py demo"
    script = f"""
        TEMPORAL_ADDRESS=127.0.0.1:1 {play} --json > {folder}/without_temporal 2>&1
        [ $? = 5 ] && [ "$STACK_ENDS" = true ] || exit 1
        unset STACK_ENDS  # as where the stack stays: it does, for the next one
        {play} > {folder}/first 2>&1 && {play} --json > {folder}/again 2>&1
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "TEMPORAL_"))}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "deploy.local_stack.stack",
            "--fresh-temp",
            "run",
            "--",
            "sh",
            "-c",
            script,
        ],
        cwd=ROOT,
        env={
            **kept,
            "MOVE_BATCH_SIZE": "1000",
            "DEV_CALLED_AS": "./dev",
            "DEV_RUNS": "starter.py",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    printed = Demo(
        *((folder / name).read_text() if (folder / name).exists() else "" for name in Demo._fields)
    )
    assert done.returncode == 0, (done, printed)
    return printed


def test_the_demo_tells_every_upgrade_from_order_to_invoice(demo: Demo) -> None:
    told = " ".join(demo.first.split())
    assert "tailspin-e5 cannot be upgraded now" in told
    assert told.count("→ Resolve the license conflict") == 1
    assert "globex-e1: moving users, 0 of 20,000 moved" in told
    assert re.search(r"globex-e1: moving users, [1-9][\d,]+ of 20,000 moved", told)
    assert "✉ Your order to upgrade to Microsoft 365 Business Premium needs a credit check" in told
    assert "需要進行信用檢查，最遲於" in told
    assert re.search(
        r"Credit check you pay by invoice; until \w{3} \d+, \d{4}, (\d+:\d\d [AP]M|00:00) UTC",
        told,
    )
    assert re.search(r"Invoice INV-\d+ issued on", told)
    assert "= -min(45 × 11.70 ×" in told
    assert "adatum-standard lived on to" in told
    assert "credit check expired" in told
    assert told.count("issued on") == 4
    assert "all hold" in told
    assert re.search(r"http://127.0.0.1:\d+/namespaces/default/workflows", told)
    assert "./dev run starter.py status up-" in told


def test_a_demo_whose_stack_ends_names_nothing_that_is_gone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stage = Stage(Console(width=80))
    _Demo(cast(Parts, mock.Mock()), stage).say_how_to_keep_it()
    told = capsys.readouterr().out
    assert "The stack of this demo ends now, and its data with it." in told
    assert told.endswith("To play it on a stack that stays up:\n  ./dev demo --keep\n")
    assert "up-" not in told
    assert "http" not in told


def test_the_demo_goes_on_from_an_earlier_one(demo: Demo) -> None:
    again = json.loads(demo.again)
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
    assert {"tenant", "plan", "service", "policy", "subscription"} <= done.error["found"].keys()
    assert cli.rows() == rows


OWN = {
    "tenant acme": "insert into tenants values ('acme', '{}')",
    "plan own": "insert into plans values ('own', '{}')",
    "service own": "insert into services values ('own', '{}')",
    "policy policy": "insert into policy (body) values ('{}')",
    "incident OWN-1": "insert into services values ('own', '{}');"
    " insert into incidents values ('own', 'OWN-1', now())",
}


@pytest.mark.breaks_promises
@pytest.mark.parametrize("own", OWN)
async def test_the_demo_refuses_a_database_that_holds_anything_of_its_own(
    cli: Cli, database: Database, database_url: str, own: str
) -> None:
    await database.execute(OWN[own])
    before = await contents(database)
    done = await asyncio.to_thread(refused, cli, DATABASE_URL=database_url)
    kind, name = own.split()
    assert done.error["code"] == "not_a_demo_database"
    assert name in done.error["found"][kind]
    assert name in done.error["message"]
    assert await contents(database) == before


CHANGED = {
    "tenant contoso": "update tenants set body = body || '{\"name\": \"Ours\"}' where tenant_id = 'contoso'",
    "plan business-basic": "update plans set body = body || '{\"sold\": false}'"
    " where plan_id = 'business-basic'",
    "service teams": 'update services set body = body || \'{"name": "Ours"}\''
    " where service_id = 'teams'",
    "policy policy": "update policy set body = jsonb_set(body, '{quote,valid_days}', '9')",
    "incident T-1": "insert into incidents values ('teams', 'T-1', now())",
    "subscription our-own": "insert into subscriptions select (each).* from (select"
    ' jsonb_populate_record(s, \'{"subscription_id": "our-own", "assigned": 0,'
    ' "users_with_disabled_services": 0}\') as each'
    " from subscriptions s where subscription_id = 'contoso-basic') e",
}


@pytest.mark.breaks_promises
@pytest.mark.parametrize("changed", CHANGED)
async def test_the_demo_refuses_its_own_world_once_somebody_has_changed_it(
    cli: Cli, database: Database, database_url: str, changed: str
) -> None:
    await import_world(database, sample_world(), now())
    assert await not_in_world(database, sample_world()) == {}
    await database.execute(CHANGED[changed])
    before = await contents(database)
    done = await asyncio.to_thread(refused, cli, DATABASE_URL=database_url)
    kind, name = changed.split()
    assert (done.error["code"], done.error["found"]) == ("not_a_demo_database", {kind: [name]})
    assert await contents(database) == before


async def test_the_demo_refuses_a_server_that_does_not_skip_time(
    cli: Cli, database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = {
        name: value
        for name, value in temporal_server.DYNAMIC_CONFIG.items()
        if "TimeSkipping" not in name
    }
    monkeypatch.setattr(temporal_server, "DYNAMIC_CONFIG", usual)
    before = await contents(database)
    with TemporalServer() as other:
        done = await asyncio.to_thread(
            refused, cli, DATABASE_URL=database_url, TEMPORAL_ADDRESS=other.address
        )
    assert done.error["code"] == "not_a_demo_server"
    assert await contents(database) == before


def refused(cli: Cli, **environment: str) -> Done:
    done = cli.run("demo", "--json", environment=environment)
    assert done.code == 3, done
    return done


async def contents(database: Database) -> dict[str, str | None]:
    """Every table, with a digest of all it holds."""
    tables = await database.fetch(
        "select table_name from information_schema.tables where table_schema = 'public'"
    )
    return {
        row["table_name"]: await database.fetchval(
            f"select md5(string_agg(each::text, ' ' order by each::text)) from {row['table_name']} each"
        )
        for row in tables
    }


def sample_world() -> World:
    path = ROOT / "deploy" / "sample-world.yaml"
    return parse_world(read_world_file(path), today=in_days(1))


def test_the_demo_fails_when_something_goes_wrong(demo: Demo) -> None:
    assert json.loads(demo.without_temporal)["error"]["code"] == "dependency_unavailable"
    assert "an earlier demo was here" not in demo.first, "nothing was written without Temporal"
