"""`resume` on the command line, and who names it: `watch`, `verify`, and whoever asks in vain."""

import time
from typing import Any

import pytest

from tests.api.cli_support import Cli


def terminated(cli: Cli) -> dict[str, Any]:
    """An upgrade whose run somebody has terminated."""
    waiting = cli.waiting_for_credit()
    cli.temporal("workflow", "terminate", "-w", waiting["workflow_id"], "--reason", "by mistake")
    return waiting


def finding_of(cli: Cli, upgrade: dict[str, Any]) -> dict[str, Any]:
    """What `watch` says of it, as soon as Temporal lists it."""
    end = time.monotonic() + 30
    while True:
        found = cli.run("watch", "--json").document["findings"]
        for each in found:
            if each.get("upgrade_id") == upgrade["upgrade_id"]:
                return each
        assert time.monotonic() < end, found


def test_a_run_that_is_gone_is_named_with_the_command_that_starts_it(cli: Cli) -> None:
    waiting = terminated(cli)
    id = waiting["upgrade_id"]
    found = finding_of(cli, waiting)
    assert (found["code"], found["severity"]) == ("run_missing", "critical")
    assert found["commands"] == [f"starter.py resume {id}"]
    assert found["tenant_id"] == waiting["tenant_id"]

    verified = cli.run("verify", "--json")
    assert verified.code == 1
    (violation,) = [
        each for each in verified.document["violations"] if each["evidence"].get("upgrade_id") == id
    ]
    assert violation["invariant"] == "upgrades_that_go_on_have_a_run"
    assert violation["evidence"]["commands"] == [f"starter.py resume {id}"]
    assert "starter.py resume" in violation["what_to_do"]

    asked = cli.run("cancel", id, "--reason", "no budget", "--json")
    assert asked.code == 5
    assert asked.error["commands"] == [f"starter.py resume {id}"]

    planned = cli.json("resume", id, "--dry-run")
    assert planned == {
        "resumed": [id], "looked": [], "running": 0, "failed": [], "dry_run": True,
    }  # fmt: skip
    assert (
        "1 to start, 0 running, 0 failed: this was a dry run"
        in cli.run("resume", id, "--dry-run").stdout
    )
    assert cli.json("resume", id)["resumed"] == [id]
    again = cli.json("resume", id)
    assert (again["resumed"], again["running"], again["failed"]) == ([], 1, [])
    assert cli.json("cancel", id, "--reason", "no budget")["stage"] == "canceled"


def test_all_that_have_no_run_are_resumed(cli: Cli) -> None:
    waiting = terminated(cli)
    id = waiting["upgrade_id"]
    finding_of(cli, waiting)
    assert id in cli.json("resume", "--all", "--dry-run")["resumed"]
    done = cli.run("resume", "--all")
    assert done.code == 0, done
    assert f"{id}: started" in done.stdout
    assert cli.json("cancel", id, "--reason", "no budget")["stage"] == "canceled"


def test_what_has_ended_has_nothing_to_resume(cli: Cli) -> None:
    ended = cli.json("cancel", cli.waiting_for_credit()["upgrade_id"], "--reason", "no budget")
    refused = cli.run("resume", ended["upgrade_id"], "--json")
    assert (refused.code, refused.error["code"]) == (3, "already_ended")
    assert refused.error["stage"] == "canceled"
    assert "ended as canceled" in refused.error["message"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "name one, or write --all"),
        (("up-0123456789abcdef0123", "--all"), 2, "not both"),
        (("up-0123456789abcdef0123",), 4, "there is no upgrade"),
        (("a\nb",), 2, "upgrade"),
    ],
)
def test_what_cannot_be_resumed(cli: Cli, arguments: tuple[str, ...], code: int, says: str) -> None:
    done = cli.run("resume", *arguments, "--json")
    assert done.code == code, done
    assert says in done.error["message"]


def test_all_that_are_parked_try_again(cli: Cli) -> None:
    answer = cli.json("retry", "--all", "--cause", "license_conflict")
    assert answer.keys() == {"resumed", "looked", "running", "failed", "dry_run"}
    assert (answer["resumed"], answer["failed"]) == ([], [])
    assert "0 to try again" in cli.run("retry", "--all", "--dry-run").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "name one, or write --all"),
        (("up-0123456789abcdef0123", "--all"), "not both"),
        (("up-0123456789abcdef0123", "--cause", "unexpected"), "cause: goes with --all"),
        (("up-0123456789abcdef0123", "--dry-run"), "dry_run: goes with --all"),
        (("--all", "--cause", "bad luck"), "there are store_unavailable, unexpected"),
    ],
)
def test_what_cannot_be_retried(cli: Cli, arguments: tuple[str, ...], says: str) -> None:
    done = cli.run("retry", *arguments, "--json")
    assert done.code == 2, done
    assert says in done.error["message"]


def test_a_run_that_is_paused_says_so_and_how_it_goes_on(cli: Cli) -> None:
    waiting = cli.waiting_for_credit()
    id = waiting["upgrade_id"]
    assert cli.json("status", id)["held_up"] == []
    cli.temporal("workflow", "pause", "-w", waiting["workflow_id"], "--reason", "ask legal")
    (paused,) = cli.json("status", id)["held_up"]
    assert paused["code"] == "run_paused"
    assert paused["message"].startswith("paused by ")
    shown = cli.run("status", id).stdout
    assert "paused by" in shown
    assert paused["commands"][0] in shown
    assert finding_of(cli, waiting)["code"] == "run_paused"
    assert cli.run("replay", "--query", f"WorkflowId = '{waiting['workflow_id']}'").code == 0
    program, *words = paused["commands"][0].split()
    assert program == "temporal"
    cli.temporal(*words)
    assert cli.json("cancel", id, "--reason", "no budget")["stage"] == "canceled"
    assert cli.json("status", id)["held_up"] == []


def test_invoices_that_the_database_knows_are_not_lost(cli: Cli) -> None:
    found = cli.json("lost-invoices")
    assert found["lost"] == []
    said = cli.run("lost-invoices", "--since", "2020-02-29")
    assert said.code == 0
    assert f"0 lost, of {found['checked']} that Temporal knows to be invoiced" in said.stdout
    refused = cli.run("lost-invoices", "--since", "yesterday", "--json")
    assert (refused.code, refused.error["field"]) == (2, "since")
