"""Changing plans by hand by the command line: lists of users, their faults, quotes and orders."""

import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.api.cli_support import ADDRESS, Cli
from tests.clock import quiet_billing_day


def people(name: str, *names: str) -> list[dict[str, Any]]:
    return [{"id": f"{each}@{name}.example", "disabled_services": []} for each in names]


@pytest.fixture
def ground(cli: Cli) -> tuple[Cli, str, str]:
    """The command line, a subscription with ada, bob and cy, and another one with dee."""
    subscription = cli.tenant()
    name = subscription.removesuffix("-basic")
    began = str(cli.sql("select cycle_anchor from subscriptions where tenant_id = $1", name)[0][0])
    both: list[dict[str, Any]] = [
        {"id": f"{name}-{plan}", "plan": plan, "licenses": 10, "status": "active",
         "billing": "monthly", "cycle_anchor": began, "users": people(name, *users)}
        for plan, users in (("basic", ("ada", "bob", "cy")), ("standard", ("dee",)))
    ]  # fmt: skip
    tenant = {
        "id": name, "name": name.title(), "country": "US", "time_zone": "UTC", "currency": "USD",
        "language": "en", "segment": "commercial", "payment_method": "card",
        "billing_day": quiet_billing_day(),
        "sold_to": ADDRESS, "billed_to": ADDRESS, "subscriptions": both,
    }  # fmt: skip
    cli.json("load", str(cli.world_file(tenant)))
    return cli, f"{name}-basic", f"{name}-standard"


def user(subscription: str, name: str) -> str:
    return f"{name}@{subscription.removesuffix('-basic')}.example"


def told(cli: Cli, *arguments: str) -> str:
    """What people read, however it is wrapped."""
    return " ".join(cli.run(*arguments).stdout.split())


def holders(cli: Cli, subscription: str) -> list[str]:
    return [each["user_id"].split("@")[0] for each in cli.json("users", subscription)]


def test_users_of_a_file_move_into_what_is_there(
    ground: tuple[Cli, str, str], tmp_path: Path
) -> None:
    cli, old, into = ground
    file = tmp_path / "users.csv"
    file.write_text(
        f'\ufeffname,user_id\r\nAda,{user(old, "ada")}\r\n\r\n"Bob, too",{user(old, "bob")}\r\n',
        encoding="utf-8",
    )
    asked = ("change", old, "--users", f"@{file}", "--into", into)
    quote = cli.json(*asked)
    assert (quote["total"], quote["lines"], quote["users_to_move"]) == ("0.00", [], 2)
    assert quote["request"]["change"] == {
        "into": into, "listed": True, "users": 2, "already_there": 0, "switched_off": 0,
        "old": "stays", "licenses_kept": None,
    }  # fmt: skip
    shown = told(cli, *asked)
    assert f"starter.py change {old} --quote q-" in shown
    assert f"{old} → {into} (standard)" in shown
    assert f"{old} stays as it is" in shown
    assert "invoice" not in shown

    view = cli.json("change", old, "--quote", quote["quote_id"], "--wait")
    id = view["upgrade_id"]
    assert (view["stage"], view["workflow_id"]) == ("completed", f"plan-change-{id}")
    assert (view["new_subscription_id"], view["invoice_number"]) == (into, None)
    assert (holders(cli, old), holders(cli, into)) == (["cy"], ["ada", "bob", "dee"])
    assert cli.json("change", old, "--quote", quote["quote_id"])["upgrade_id"] == id
    assert cli.json("status", id)["stage"] == "completed"
    assert "Change ch-" in cli.run("status", id).stdout
    assert [each["type"] for each in cli.json("events", id)][-1] == "BillingSwitched"
    assert len(cli.json("moved", id)) == 2
    assert cli.json("explain", id)["matches"] is True
    no_invoice = cli.run("invoice", id, "--json")
    assert (no_invoice.code, no_invoice.error["stage"]) == (4, "completed")
    assert "it bought nothing" in no_invoice.error["message"]
    assert cli.run("cancel", id, "--reason", "late", "--json").code == 3


def test_some_users_get_a_new_subscription_of_their_own(ground: tuple[Cli, str, str]) -> None:
    cli, old, _ = ground
    who = ("--user", user(old, "ada"), "--user", user(old, "cy"))
    buy = ("--to", "premium", "--licenses", "3", "--billing", "monthly", "--reduce-old")
    quote = cli.json("change", old, *who, *buy)
    assert [line["kind"] for line in quote["lines"]] == ["charge", "credit"]
    assert f"{old} keeps licenses: 8" in told(cli, "change", old, *who, *buy)
    view = cli.json("change", old, "--quote", quote["quote_id"], "--wait")
    assert view["stage"] == "awaiting_invoice"
    assert holders(cli, view["new_subscription_id"]) == ["ada", "cy"]
    assert cli.json("explain", view["upgrade_id"])["matches"] is True
    done = cli.json("fast-forward", view["upgrade_id"], "40d")
    assert done["stage"] == "invoiced"
    assert cli.json("invoice", view["upgrade_id"])["total"] == quote["total"]


def test_everybody_moves_and_the_old_one_is_canceled(ground: tuple[Cli, str, str]) -> None:
    cli, old, into = ground
    quote = cli.json("change", old, "--all", "--into", into, "--cancel-old")
    assert quote["account_credit"] > "0"
    shown = told(cli, "change", old, "--all", "--into", into, "--cancel-old")
    assert f"{old} is canceled at the end" in shown
    assert cli.json("change", old, "--quote", quote["quote_id"], "--wait")["stage"] == "completed"
    assert holders(cli, into) == ["ada", "bob", "cy", "dee"]
    refused = cli.run("change", old, "--all", "--into", into, "--json")
    assert (refused.code, refused.error["code"]) == (3, "subscription_not_active")


def test_every_wrong_line_is_named_and_nobody_is_moved(
    ground: tuple[Cli, str, str], tmp_path: Path
) -> None:
    cli, old, into = ground
    file = tmp_path / "users.csv"
    lines = [
        b"user_id", user(old, "ada").encode(), b"nobody", user(old, "dee").encode(),
        user(old, "ada").encode(), b"caf\xe9", b"no id!", b'"open',
    ]  # fmt: skip
    file.write_bytes(b"\n".join(lines) + b"\n")
    asked = ("change", old, "--users", str(file), "--into", into)
    before = cli.rows()
    wrong = cli.run(*asked, "--json")
    assert (wrong.code, wrong.error["code"]) == (2, "users_list_faulty")
    assert [(each["line"], each["fault"]) for each in wrong.error["faults"]] == [
        (3, "unknown_user"), (4, "no_license"), (5, "listed_twice"),
        (6, "unreadable"), (7, "unreadable"), (8, "unreadable"),
    ]  # fmt: skip
    assert wrong.error["faulty"] == 6
    read = cli.run(*asked)
    assert "line 3: nobody holds no license of this tenant" in " ".join(read.stderr.split())
    assert "Traceback" not in read.stderr
    assert cli.rows() == before
    assert cli.json(*asked, "--skip-faulty")["users_to_move"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"user_id\n", "no user is left"),
        (b"mail;name\nada;Ada\n", "no column user_id"),
        ("user_id\nada\n".encode("utf-16"), "is not UTF-8"),
        (b"caf\xe9\n", "is not UTF-8"),
        (b"user_id\n" + b"a" * 20_000, "longer than"),
    ],
)
def test_what_is_no_list_of_users_says_so(
    ground: tuple[Cli, str, str], tmp_path: Path, content: bytes, said: str
) -> None:
    cli, old, into = ground
    file = tmp_path / "users.csv"
    file.write_bytes(content)
    wrong = cli.run("change", old, "--users", str(file), "--into", into, "--json")
    assert (wrong.code, wrong.error["field"]) == (2, "users")
    assert said in wrong.error["message"]


WHO = ("--user", "ada@contoso.example")
BUY = ("--to", "standard", "--licenses", "3", "--billing", "monthly")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (BUY, "users"),
        ((*WHO, "--all", *BUY), "users"),
        ((*WHO,), "to"),
        ((*WHO, "--to", "standard", "--licenses", "3"), "billing"),
        ((*WHO, "--to", "standard", "--billing", "monthly"), "licenses"),
        ((*WHO, "--into", "there", *BUY), "to"),
        ((*WHO, "--into", "no id!"), "into"),
        ((*WHO, *BUY, "--cancel-old"), "cancel_old"),
        (("--all", *BUY, "--cancel-old", "--reduce-old"), "cancel_old"),
        ((*WHO, *BUY, "--reduce-old", "--reduce-old-to", "2"), "reduce_old_to"),
        ((*WHO, *BUY, "--reduce-old-to", "-1"), "reduce_old_to"),
        ((*WHO, *BUY, "--sold-to", "{}"), "sold_to.name"),
        ((*WHO, "--into", "there", "--billed-to", "{}"), "billed_to"),
        ((*WHO, "--into", ""), "into"),
        ((*WHO, *BUY, "--keep-add-ons"), "keep_add_ons"),
        ((*WHO, "--nobody", *BUY), "users"),
        (("--nobody", "--into", "there"), "into"),
        (("--nobody", *BUY, "--cancel-old"), "cancel_old"),
        (("--nobody", *BUY, "--reduce-old"), "reduce_old"),
        ((*WHO, *BUY, "--wait"), "wait"),
        (("--quote", "q-1", *WHO), "user"),
        (("--quote", "q-1", "--into", "there"), "into"),
        (("--users", "/nowhere/users.csv", *BUY), "users"),
    ],
)
def test_what_does_not_go_together_names_the_option(
    ground: tuple[Cli, str, str], arguments: tuple[str, ...], field: str
) -> None:
    cli, old, _ = ground
    wrong = cli.run("change", old, *arguments, "--json")
    assert (wrong.code, wrong.error.get("field")) == (2, field), wrong.error


def test_what_the_rules_refuse(ground: tuple[Cli, str, str]) -> None:
    cli, old, into = ground
    who = ("--user", user(old, "ada"))
    for arguments, code, error in (
        ((*who, "--into", "nobodys"), 4, "subscription_not_found"),
        ((*who, "--into", old), 4, "subscription_not_found"),
        (("--all", *BUY[:2], "--licenses", "2", *BUY[4:]), 3, "insufficient_licenses"),
        ((*who, "--to", "none", *BUY[2:]), 3, "target_not_supported"),
        (("--quote", "q-none"), 4, "not_found"),
        ((*who, *BUY, "--reduce-old-to", "1"), 3, "insufficient_licenses"),
        ((*who, *BUY, "--reduce-old-to", "0"), 3, "no_license_kept"),
        (("--all", *BUY, "--reduce-old"), 3, "no_license_kept"),
        (("--all", *BUY, "--reduce-old-to", "2"), 2, "bad_input"),
        ((*who, *BUY, "--reduce-old-to", "10"), 2, "bad_input"),
    ):
        done = cli.run("change", old, *arguments, "--json")
        assert (done.code, done.error["code"]) == (code, error), arguments
    assert cli.run("change", "nobodys", *who, "--into", into, "--json").code == 4
    cli.json("admin", "set-licenses", into, "1")
    done = cli.run("change", old, *who, "--into", into, "--json")
    assert done.error["code"] == "insufficient_licenses"
    assert (done.error["licenses"], done.error["assigned"]) == (1, 2)


def test_seats_that_nobody_holds_are_exchanged(cli: Cli) -> None:
    """Ten licenses, three users: two of the seven free seats become seats of another plan."""
    old = cli.tenant()
    seats = ("--to", "standard", "--licenses", "2", "--billing", "monthly")
    quote = cli.json("change", old, "--nobody", *seats, "--reduce-old-to", "8")
    assert (quote["users_to_move"], quote["request"]["change"]["users"]) == (0, 0)
    shown = cli.run("change", old, "--nobody", *seats, "--reduce-old-to", "8").stdout
    assert f"{old} keeps licenses: 8" in " ".join(shown.split())
    before = holders(cli, old)
    done = cli.json("change", old, "--quote", quote["quote_id"], "--wait")
    assert (done["stage"], done["users"]["total"]) == ("awaiting_invoice", 0)
    assert holders(cli, old) == before
    status = cli.run("status", done["upgrade_id"]).stdout
    assert "0 of 0" in " ".join(status.split())


def test_the_way_by_hand_of_who_may_not_upgrade_can_be_gone(cli: Cli) -> None:
    """What `options` tells of a refused subscription is a command that does all of it (B59)."""
    old = cli.tenant(subscription={"blocked": {"code": "not_eligible", "note": "by hand only"}})
    way = cli.json("options", old)["manual_change"]
    assert [step["action"] for step in way["steps"]] == [
        "buy_plan", "check_subscriptions", "move_users", "cancel_subscription",
    ]  # fmt: skip
    # A command to copy is never broken into lines.
    assert f"  {way['command']}\n" in cli.run("options", old).stdout
    starter, *asked = shlex.split(way["command"])
    assert starter == "starter.py"
    users = len(holders(cli, old))
    quote = cli.json(*asked)
    assert (quote["users_to_move"], quote["request"]["change"]["old"]) == (users, "canceled")
    view = cli.json("change", old, "--quote", quote["quote_id"], "--wait")
    assert (view["stage"], view["users"]["moved"]) == ("awaiting_invoice", users)
    left = cli.json("options", old)
    assert "subscription_not_active" in [refusal["code"] for refusal in left["refusals"]]
    assert left["manual_change"]["command"] is None
    assert cli.json("fast-forward", view["upgrade_id"], "40d")["stage"] == "invoiced"
    invoice = cli.json("invoice", view["upgrade_id"])
    assert (invoice["lines"], invoice["total"]) == (quote["lines"], quote["total"])
    assert cli.json("verify")["ok"] is True


def test_what_costs_nothing_shows_no_credit_line_and_says_where_users_go(
    ground: tuple[Cli, str, str],
) -> None:
    """What is given up is left on the account, and nothing is paid by it."""
    cli, old, into = ground
    asked = ("change", old, "--all", "--into", into, "--cancel-old")
    quote = cli.json(*asked)
    assert (quote["total"], [line["kind"] for line in quote["lines"]]) == ("0.00", ["credit"])
    shown = told(cli, *asked)
    assert "Credit for unused service" not in shown
    assert "Left as account credit" in shown
    done = told(cli, "change", old, "--quote", quote["quote_id"], "--wait")
    assert f"Moves into {into}" in done
    assert "New subscription" not in done
    assert "pgrade" not in done


def test_a_change_for_the_end_of_the_period_waits_for_it_and_can_be_canceled(
    ground: tuple[Cli, str, str],
) -> None:
    cli, old, into = ground
    who = ("--user", user(old, "ada"), "--into", into, "--reduce-old")
    quote = cli.json("change", old, *who, "--switch-on", "period-end")
    assert (quote["account_credit"], quote["request"]["switch_on"]) == ("0.00", quote["switch_on"])
    view = cli.json("change", old, "--quote", quote["quote_id"])
    assert view["stage"] == "scheduled"
    assert cli.json("cancel", view["upgrade_id"], "--reason", "not yet")["stage"] == "canceled"
    for day in ("2020-01-01", "soon"):
        wrong = cli.run("change", old, *who, "--switch-on", day, "--json")
        assert (wrong.code, wrong.error["field"]) == (2, "switch_on")


def test_of_very_many_wrong_lines_people_see_the_first(
    ground: tuple[Cli, str, str], tmp_path: Path
) -> None:
    cli, old, into = ground
    file = tmp_path / "users.csv"
    file.write_text("user_id\n" + "".join(f"nobody-{n}\n" for n in range(5_000)), encoding="utf-8")
    asked = ("change", old, "--users", str(file), "--into", into)
    read = cli.run(*asked)
    assert (read.code, read.stderr.count("line ")) == (2, 20)
    assert "... and 4,980 more" in read.stderr
    wrong = cli.run(*asked, "--json").error
    assert (wrong["faulty"], len(wrong["faults"])) == (5_000, 100)
