"""Whatever is written wrong is told in one object, with the right exit code, and writes nothing."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local_stack import temporal_server
from deploy.local_stack.temporal_server import TemporalServer
from tests.api.cli_support import Cli, Done

UPGRADE = "up-aaaaaaaaaaaaaaaaaaaa"
LONG = "x" * 201


@dataclass(frozen=True)
class World:
    """Ids that exist, for wrong commands about them."""

    subscription: str
    quote: str
    waiting: str


@pytest.fixture(scope="module")
def world(cli: Cli) -> World:
    """A subscription with a quote, and an upgrade that waits for a credit decision."""
    subscription = cli.tenant()
    return World(
        subscription,
        cli.quote(subscription)["quote_id"],
        cli.waiting_for_credit()["upgrade_id"],
    )


def quote(**changes: str | None) -> list[str]:
    """A sound quote command with some of it changed; None leaves it out."""
    options = {"to": "premium", "licenses": "10", "billing": "monthly"} | changes
    told = [
        [f"--{name.replace('_', '-')}", text] for name, text in options.items() if text is not None
    ]
    return ["quote", "SUBSCRIPTION", *(word for pair in told for word in pair)]


def order(*more: str) -> list[str]:
    """A sound order with more to it."""
    return ["upgrade", "SUBSCRIPTION", "--quote", "QUOTE", *more]


WRONG: list[tuple[list[str], int, str]] = [
    # What the command line itself refuses.
    ([], 2, "bad_usage"),
    (["fly"], 2, "bad_usage"),
    (["options"], 2, "bad_usage"),
    (["options", "SUBSCRIPTION", "another"], 2, "bad_usage"),
    (["options", "SUBSCRIPTION", "--fast"], 2, "bad_usage"),
    (["load"], 2, "bad_usage"),
    (["status"], 2, "bad_usage"),
    (["decide", "WAITING", "maybe", "--reference", "R"], 2, "bad_usage"),
    (["decide", "WAITING", "approved"], 2, "bad_usage"),
    (["cancel", "WAITING"], 2, "bad_usage"),
    (["upgrade", "SUBSCRIPTION"], 2, "bad_usage"),
    (["users", "SUBSCRIPTION", "--limit", "0"], 2, "bad_input"),
    (["users", "SUBSCRIPTION", "--limit", "many"], 2, "bad_input"),
    (quote(to=None), 2, "bad_usage"),
    (quote(licenses=None), 2, "bad_usage"),
    (quote(billing=None), 2, "bad_usage"),
    (["fast-forward", "WAITING", "-2d"], 2, "bad_usage"),
    (quote(billing="weekly"), 2, "bad_usage"),
    (quote(payment_method="cash"), 2, "bad_usage"),
    # Values that are none.
    *[
        (quote(licenses=text), 2, "bad_input")
        for text in ("0", "-1", "1.5", "1e9", "1_0", "٣", "", "nan", "10000001", "9" * 30)
    ],
    *[
        (quote(switch_on=text), 2, "bad_input")
        for text in ("2026-02-30", "tomorrow", "20260618", "2026-6-1", "9999-12-31", "")
    ],
    *[
        (order("--accept-forfeiture", text), 2, "bad_input")
        for text in ("NaN", "Infinity", "-1.00", "1e3", "1.00001", "1,00", "", "9" * 16, "$5")
    ],
    # More digits than the currency has.
    *[(order("--accept-forfeiture", text), 2, "bad_input") for text in ("1.001", "0.0001")],
    *[
        (quote(**{party: text}), 2, "bad_input")
        for party in ("sold_to", "billed_to")
        for text in ("", "nowhere.json", "{", "{}", '{"name": "A", "country": "Germany"}')
    ],
    *[(order("--schedule", text), 2, "bad_input") for text in ("2026-02-30", "2020-01-01", "soon")],
    *[
        (order("--idempotency-key", text), 2, "bad_input")
        for text in ("", "  ", LONG, "a\x00b", "a\nb", "a\udcffb")
    ],
    *[
        (["options", text], 2, "bad_input")
        for text in ("", " ", "a b", "../x", "x" * 121, "a\x00", "\udcff", "合約", "%s", "';--")
    ],
    (["options", "SUBSCRIPTION", "--lang", "fr"], 2, "bad_input"),
    (["status", "a b"], 2, "bad_input"),
    (["events", "a b"], 2, "bad_input"),
    (["invoice", "a b"], 2, "bad_input"),
    (["notices", "a b"], 2, "bad_input"),
    (["users", "a b"], 2, "bad_input"),
    (["users", "SUBSCRIPTION", "--after", ""], 2, "bad_input"),
    (quote(to="no plan"), 2, "bad_input"),
    (["decide", "WAITING", "approved", "--reference", " "], 2, "bad_input"),
    (["decide", "WAITING", "approved", "--reference", "x" * 2001], 2, "bad_input"),
    (["decide", "WAITING", "approved", "--reference", "R", "--reason", "\x00"], 2, "bad_input"),
    (["cancel", "WAITING", "--reason", ""], 2, "bad_input"),
    *[
        (command, 2, "bad_input")
        for text in ("\x1b[31m", "a\nb", "\u202ea", "a\u2028b", "\ufeffa")
        for command in (
            ["decide", "WAITING", "approved", "--reference", text],
            ["decide", "WAITING", "approved", "--reference", "R", "--reason", text],
            ["cancel", "WAITING", "--reason", text],
            ["undo", "WAITING", "--reason", text],
            ["skip", "WAITING", "--reason", text],
            ["block-user", "SUBSCRIPTION", "u", "--code", "c", "--note", text],
            ["admin", "block", "SUBSCRIPTION", "--code", "c", "--note", text],
            ["admin", "incident", "open", "--service", "mail", "--reference", text],
            quote(sold_to=json.dumps({"name": text, "country": "DE"})),
        )
    ],
    (["undo", "WAITING", "--reason", ""], 2, "bad_input"),
    *[
        (["fast-forward", "WAITING", text], 2, "bad_input")
        for text in ("", "0s", "2", "1.5d", "1w", "1s2d", "3661d", "9" * 40 + "d", "d")
    ],
    (["replay", "nowhere.json"], 2, "bad_input"),
    (["replay", "run.json", "--query", "UpgradeStage = 'invoiced'"], 2, "bad_input"),
    (["replay", "--query", "Stage is good"], 2, "bad_input"),
    (["load", "nowhere.yaml"], 2, "world_faults"),
    (["load", "."], 2, "world_faults"),
    (["load", ""], 2, "world_faults"),
    (["load", "a\x00b"], 2, "world_faults"),
    # Admin verbs.
    (["admin"], 2, "bad_usage"),
    (["admin", "fly"], 2, "bad_usage"),
    (["admin", "assign", "SUBSCRIPTION"], 2, "bad_usage"),
    (["admin", "incident", "mend", "--service", "mail", "--reference", "R"], 2, "bad_usage"),
    (["admin", "incident", "open", "--service", "mail"], 2, "bad_usage"),
    (["admin", "block", "SUBSCRIPTION", "--note", "why"], 2, "bad_usage"),
    (["admin", "add-on", "swap", "SUBSCRIPTION", "visio"], 2, "bad_usage"),
    (["admin", "assign", "SUBSCRIPTION", "no user"], 2, "bad_input"),
    (["admin", "incident", "open", "--service", "mail", "--reference", ""], 2, "bad_input"),
    (["admin", "block", "SUBSCRIPTION", "--code", " "], 2, "bad_input"),
    (["admin", "block", "SUBSCRIPTION", "--code", "c", "--note", "\x00"], 2, "bad_input"),
    *[
        (["admin", "set-licenses", "SUBSCRIPTION", text], 2, "bad_input")
        for text in ("0", "1.5", "many", "10000001", "")
    ],
    *[
        (["admin", "pay", "SUBSCRIPTION", text], 2, "bad_input")
        for text in ("0", "0.00", "0.001", "1e3", "NaN", "1,00", "")
    ],
    (["admin", "pay", "SUBSCRIPTION", "1.00", "--reference", "a\nb"], 2, "bad_input"),
    (["admin", "pay", "SUBSCRIPTION", "1.00"], 3, "amount_above_balance"),
    (["admin", "set-licenses", "SUBSCRIPTION", "2"], 3, "insufficient_licenses"),
    (["admin", "set-licenses", "SUBSCRIPTION", "301"], 3, "too_many_licenses"),
    (["admin", "cancel", "SUBSCRIPTION"], 3, "users_still_assigned"),
    (["admin", "add-on", "add", "SUBSCRIPTION", "premium"], 3, "add_on_not_available"),
    (["admin", "add-on", "add", "SUBSCRIPTION", "nothing"], 3, "add_on_not_available"),
    (["admin", "add-on", "remove", "SUBSCRIPTION", "nothing"], 4, "not_found"),
    (["admin", "unassign", "SUBSCRIPTION", "nobody"], 4, "not_found"),
    (["admin", "incident", "open", "--service", "nothing", "--reference", "R"], 4, "not_found"),
    (["admin", "incident", "close", "--service", "mail", "--reference", "R"], 4, "not_found"),
    *[
        (["admin", *words], 4, "not_found")
        for words in (
            ["assign", "nobody", "u"],
            ["unassign", "nobody", "u"],
            ["set-licenses", "nobody", "5"],
            ["pay", "nobody", "5"],
            ["block", "nobody", "--code", "c"],
            ["unblock", "nobody"],
            ["activate", "nobody"],
            ["cancel", "nobody"],
            ["add-on", "add", "nobody", "visio"],
        )
    ],
    # Business rules.
    (quote(licenses="2"), 3, "insufficient_licenses"),
    (quote(to="standard", licenses="301"), 3, "too_many_licenses"),
    (quote(switch_on="2020-01-01"), 3, "switch_day_in_the_past"),
    (quote(to="basic"), 3, "target_not_supported"),
    (quote(to="mail-only"), 3, "target_not_supported"),
    (order("--accept-forfeiture", "1.00"), 3, "forfeiture_not_accepted"),
    # What is not there.
    (["options", "nobody"], 4, "not_found"),
    (["quote", "nobody", *quote()[2:]], 4, "not_found"),
    (["upgrade", "SUBSCRIPTION", "--quote", "q-none"], 4, "not_found"),
    (["upgrade", "nobody", "--quote", "QUOTE"], 4, "not_found"),
    (["status", UPGRADE], 4, "not_found"),
    (["status", UPGRADE, "--watch"], 4, "not_found"),
    (["events", UPGRADE], 4, "not_found"),
    (["invoice", UPGRADE], 4, "not_found"),
    (["invoice", "WAITING"], 4, "not_found"),
    (["notices", "nobody"], 4, "not_found"),
    (["users", "nobody"], 4, "not_found"),
    (["decide", UPGRADE, "approved", "--reference", "R"], 4, "not_found"),
    (["cancel", UPGRADE, "--reason", "R"], 4, "not_found"),
    (["retry", UPGRADE], 4, "not_found"),
    (["undo", UPGRADE, "--reason", "R"], 4, "not_found"),
    (["fast-forward", UPGRADE, "1d"], 4, "not_found"),
]


@pytest.mark.parametrize(("command", "code", "error"), WRONG, ids=lambda value: repr(value)[:60])
def test_what_is_wrong_is_told_and_writes_nothing(
    cli: Cli, world: World, command: list[str], code: int, error: str
) -> None:
    real = {"SUBSCRIPTION": world.subscription, "QUOTE": world.quote, "WAITING": world.waiting}
    words = [real.get(word, word) for word in command]
    before = cli.rows()
    done = cli.run(*words, "--json")
    assert (done.code, done.error["code"]) == (code, error), done
    assert done.error["message"].strip()
    assert done.stderr == ""
    if error == "bad_input":
        assert done.error["message"].startswith(f"{done.error['field']}: ")
    for_people = cli.run(*words)
    assert for_people.code == code
    assert len(for_people.stdout + for_people.stderr) > 10
    assert cli.rows() == before


def test_every_fault_of_a_world_file_is_told_with_its_place(cli: Cli) -> None:
    file = cli.world_file({"id": "x"}, incidents=[{"service": "none", "reference": "R"}])
    before = cli.rows()
    done = cli.run("load", str(file), "--json")
    assert done.code == 2
    assert done.error["code"] == "world_faults"
    faults = done.error["faults"]
    assert {"tenants[0].country", "incidents[0].service"} <= {fault["place"] for fault in faults}
    assert all(fault.keys() == {"place", "message"} for fault in faults)
    told = cli.run("load", str(file))
    assert "tenants[0].country: is missing" in told.stderr
    assert cli.rows() == before


# ---- dependencies out of reach ------------------------------------------------------------------


def out_of_reach(done: Done, dependency: str) -> None:
    assert (done.code, done.error["code"]) == (5, "dependency_unavailable"), done
    assert done.error["dependency"] == dependency


def test_without_a_database_every_verb_says_how_to_mend_it(cli: Cli) -> None:
    done = cli.run("options", "x", "--json", environment={"DATABASE_URL": ""})
    out_of_reach(done, "postgres")
    assert "./dev up" in done.error["message"]


@pytest.mark.parametrize(
    ("part", "other"),
    [
        (r"@.*", "@127.0.0.1:1/cli"),
        (r"@.*", "@no.such.host.invalid/cli"),
        (r":[^:]*@", ":wrong@"),
        (r"/cli$", "/none"),
        (r"/cli$", "/postgres"),
    ],
    ids=["port", "host", "password", "database", "no tables"],
)
def test_a_database_out_of_reach(cli: Cli, part: str, other: str) -> None:
    url = re.sub(part, other, cli.environment["DATABASE_URL"])
    done = cli.run("options", "x", "--json", environment={"DATABASE_URL": url})
    out_of_reach(done, "postgres")
    assert ":wrong@" not in done.stdout


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "postgresql://postgres@127.0.0.1:port/x"),
        ("DATABASE_POOL_MAX", "none"),
    ],
)
def test_wrong_settings_are_bad_input(cli: Cli, variable: str, value: str) -> None:
    done = cli.run("options", "x", "--json", environment={variable: value})
    assert (done.code, done.error["code"]) == (2, "bad_input")
    assert variable in done.error["message"]


NOWHERE = {"TEMPORAL_ADDRESS": "127.0.0.1:1"}


def test_without_temporal_one_can_ask_but_not_order(cli: Cli, world: World) -> None:
    before = cli.rows()
    assert cli.run("options", world.subscription, environment=NOWHERE).code == 0
    assert cli.run("status", world.waiting, environment=NOWHERE).code == 0
    assert cli.run("verify", "--no-temporal", "--json", environment=NOWHERE).code == 0
    for command in (
        order(),
        ["decide", "WAITING", "approved", "--reference", "R"],
        ["cancel", "WAITING", "--reason", "R"],
        ["fast-forward", "WAITING", "1d"],
        ["verify"],
    ):
        real = {"SUBSCRIPTION": world.subscription, "QUOTE": world.quote, "WAITING": world.waiting}
        words = [real.get(word, word) for word in command]
        out_of_reach(cli.run(*words, "--json", environment=NOWHERE), "temporal")
    assert cli.rows() == before


def test_a_server_that_cannot_skip_time_is_told_apart(
    cli: Cli, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = {
        name: value
        for name, value in temporal_server.DYNAMIC_CONFIG.items()
        if "TimeSkipping" not in name
    }
    monkeypatch.setattr(temporal_server, "DYNAMIC_CONFIG", usual)
    with TemporalServer() as other:
        done = cli.run(
            *("fast-forward", world.waiting, "1d", "--json"),
            environment={"TEMPORAL_ADDRESS": other.address},
        )
    assert (done.code, done.error["code"]) == (5, "cannot_skip_time")


# ---- checks that find something -----------------------------------------------------------------


def test_verify_tells_what_is_wrong(cli: Cli) -> None:
    view = cli.waiting_for_credit()
    cli.sql("update upgrades set stage = 'scheduled' where upgrade_id = $1", view["upgrade_id"])
    try:
        done = cli.run("verify", "--json")
        rebuilt = cli.run("rebuild", "--json")
        told = cli.run("rebuild")
    finally:
        cli.sql(
            "update upgrades set stage = 'awaiting_credit_check' where upgrade_id = $1",
            view["upgrade_id"],
        )
    assert done.code == 1
    assert done.document["ok"] is False
    found = {each["invariant"]: each["evidence"] for each in done.document["violations"]}
    agreement = found["runs_show_the_stage_of_the_database"]
    assert agreement["upgrade_id"] == view["upgrade_id"]
    assert (agreement["stage"], agreement["run_shows_stage"]) == (
        "scheduled",
        "awaiting_credit_check",
    )
    assert "read_models_equal_their_events" in found
    assert rebuilt.code == 1
    assert rebuilt.document["differences"][0]["table"] == "upgrades"
    assert told.code == 1
    assert view["upgrade_id"] in told.stdout


def test_a_history_of_something_else_is_bad_input(cli: Cli, tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '{"events": [{"eventId": true}]}', '{"events": 1}'):
        file = tmp_path / "run.json"
        file.write_text(text)
        done = cli.run("replay", str(file), "--json")
        assert (done.code, done.error["code"]) == (2, "bad_input"), text
        assert str(file) in done.error["message"]
