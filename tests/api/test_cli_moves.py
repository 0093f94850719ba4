"""Who was moved, who cannot be, and what an operator does then, by the command line."""

import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.files.csv_file import write_csv
from store.moved import FailedUser
from tests.api.cli_support import Cli

MOVED_FIELDS = {
    *("user_id", "batch", "moved_at", "old_subscription_id", "new_subscription_id"),
    *("disabled_before", "disabled_now", "lost_switches", "returned_at", "left_at"),
}


def table(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def blocked_and_ordered(cli: Cli) -> tuple[str, str, dict[str, Any]]:
    """A subscription, the user of it who is blocked, and the upgrade that waits for an operator."""
    subscription = cli.tenant()
    user = f"bob@{subscription.removesuffix('-basic')}.example"
    wanted = ("--code", "legal_hold", "--note", "=HYPERLINK(1)")
    assert cli.json("block-user", subscription, user, *wanted)["blocked"] is True
    return subscription, user, cli.order(subscription)


def test_the_ledger_says_what_everybody_had_and_has(cli: Cli, tmp_path: Path) -> None:
    subscription = cli.tenant()
    view = cli.order(subscription)
    id = view["upgrade_id"]
    users = cli.json("moved", id)
    assert [user["user_id"].split("@")[0] for user in users] == ["ada", "bob", "cy"]
    assert all(user.keys() == MOVED_FIELDS for user in users)
    assert users[0]["old_subscription_id"] == subscription
    assert users[0]["new_subscription_id"] == view["new_subscription_id"]
    lost = cli.json("moved", id, "--lost-switches")
    assert [(user["disabled_before"], user["disabled_now"]) for user in lost] == [(["sites"], [])]
    rest = cli.json("moved", id, "--after", users[0]["user_id"], "--limit", "1")
    assert rest == users[1:2]

    file = tmp_path / "lost.csv"
    assert cli.json("moved", id, "--lost-switches", "--csv", str(file))["rows"] == 1
    assert [row["lost_switches"] for row in table(file)] == ["sites"]
    assert list(tmp_path.iterdir()) == [file]
    assert "3 rows written" in cli.run("moved", id, "--csv", str(file)).stdout
    assert "ada@" in cli.run("moved", id).stdout


def test_switches_that_are_kept_are_not_lost(cli: Cli) -> None:
    subscription = cli.tenant()
    quote = cli.quote(subscription, "--keep-disabled-services")
    view = cli.json("upgrade", subscription, "--quote", quote["quote_id"], "--wait")
    assert cli.json("moved", view["upgrade_id"], "--lost-switches") == []
    assert cli.json("moved", view["upgrade_id"])[0]["disabled_now"] == ["sites"]


def test_an_upgrade_waits_for_an_operator_where_a_user_cannot_be_moved(
    cli: Cli, tmp_path: Path
) -> None:
    subscription, user, view = blocked_and_ordered(cli)
    id = view["upgrade_id"]
    assert (view["stage"], view["users"]["moved"]) == ("needs_attention", 2)
    assert (view["users"]["failed"], view["users"]["remaining"]) == (1, 0)
    assert view["attention"]["step"] == "move-users"
    assert "1 users cannot be moved: 1 legal_hold" in view["attention"]["cause"]
    (failed,) = cli.json("moved", id, "--failed")
    assert (failed["user_id"], failed["code"], failed["skipped_at"]) == (user, "legal_hold", None)
    assert failed["attempts"] > 1
    file = tmp_path / "failed.csv"
    cli.json("moved", id, "--failed", "--csv", str(file))
    assert table(file)[0]["note"] == "'=HYPERLINK(1)"
    told = cli.run("status", id).stdout
    assert "1 failed" in told
    assert f"starter.py skip {id} --all-failed" in told
    assert "legal_hold" in cli.run("moved", id, "--failed").stdout

    assert cli.json("unblock-user", subscription, user)["blocked"] is False
    cli.json("retry", id)
    done = cli.json("status", id, "--watch")
    assert (done["stage"], done["users"]["moved"]) == ("awaiting_invoice", 3)
    assert cli.json("moved", id, "--failed") == []


def test_an_operator_goes_on_without_a_user(cli: Cli) -> None:
    subscription, user, view = blocked_and_ordered(cli)
    id = view["upgrade_id"]
    wrong = cli.run("skip", id, f"ada@{user.split('@')[1]}", "--reason", "R", "--json")
    assert (wrong.code, wrong.error["code"]) == (3, "users_do_not_fail")
    assert len(cli.json("users", subscription)) == 1
    cli.json("skip", id, user, "--reason", "on leave")
    done = cli.json("status", id, "--watch")
    assert (done["stage"], done["users"]["skipped"]) == ("awaiting_invoice", 1)
    assert cli.json("users", subscription) == []
    (skipped,) = cli.json("moved", id, "--failed")
    assert skipped["skipped_why"] == "on leave"
    assert "UsersSkipped" in {event["type"] for event in cli.json("events", id)}
    late = cli.run("skip", id, user, "--reason", "again", "--json")
    assert late.code in (0, 3), late


def test_an_operator_takes_all_back(cli: Cli) -> None:
    subscription, _, view = blocked_and_ordered(cli)
    cli.json("undo", view["upgrade_id"], "--reason", "first the dispute")
    assert cli.json("status", view["upgrade_id"], "--watch")["stage"] == "undone"
    assert len(cli.json("users", subscription)) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["moved", "up-nobody"], 4, "not_found"),
        (["moved", "up-nobody", "--failed"], 4, "not_found"),
        (["moved", "up-nobody", "--csv", "never.csv"], 4, "not_found"),
        (["moved", "no id"], 2, "bad_input"),
        (["moved", "up-1", "--failed", "--lost-switches"], 2, "bad_input"),
        (["moved", "up-1", "--limit", "0"], 2, "bad_input"),
        (["moved", "up-1", "--after", ""], 2, "bad_input"),
        (["skip", "up-nobody", "ada", "--reason", "R"], 4, "not_found"),
        (["skip", "up-1", "--reason", "R"], 2, "bad_input"),
        (["skip", "up-1", "ada", "--all-failed", "--reason", "R"], 2, "bad_input"),
        (["skip", "up-1", "ada", "--reason", " "], 2, "bad_input"),
        (["skip", "up-1", *["ada"] * 1001, "--reason", "R"], 2, "bad_input"),
        (["block-user", "no-such", "ada", "--code", "c"], 4, "not_found"),
        (["block-user", "no-such", "ada", "--code", ""], 2, "bad_input"),
        (["unblock-user", "no-such", "ada"], 4, "not_found"),
    ],
)
def test_what_is_wrong_is_said(cli: Cli, arguments: list[str], code: int, error: str) -> None:
    done = cli.run(*arguments, "--json")
    assert (done.code, done.error["code"]) == (code, error), done


def test_a_file_that_cannot_be_written_is_named(cli: Cli, tmp_path: Path) -> None:
    view = cli.order(cli.tenant())
    done = cli.run("moved", view["upgrade_id"], "--csv", str(tmp_path / "no" / "f.csv"), "--json")
    assert (done.code, done.error["field"]) == (2, "csv")


async def test_a_file_says_any_id_as_it_is(tmp_path: Path) -> None:
    ids = ["a,b", 'say "hi"', "日本", " ", "semi;colon"]

    async def rows() -> AsyncIterator[list[FailedUser]]:
        for id in ids:
            yield [
                FailedUser(
                    user_id=id,
                    code="upstream",
                    note="",
                    attempts=1,
                    failed_at=datetime(2026, 6, 1, tzinfo=UTC),
                    skipped_at=None,
                    skipped_why=None,
                )
            ]

    file = tmp_path / "odd.csv"
    assert await write_csv(str(file), FailedUser, rows()) == len(ids)
    assert [row["user_id"] for row in table(file)] == ids
