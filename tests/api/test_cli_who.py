"""Who did what, by the command line: named by `--as`, shown by `events` and `actions` (B71)."""

import json

import pytest

from tests.api.cli_support import Cli


@pytest.fixture(scope="module")
def upgrade_id(cli: Cli) -> str:
    """Ordered by kim, approved by rae, and canceled too late by lee."""
    quote = cli.quote(cli.tenant(), "--payment-method", "invoice")
    order = ("upgrade", quote["subscription_id"], "--quote", quote["quote_id"], "--wait")
    id = cli.json("--as", "kim", *order)["upgrade_id"]
    cli.json("--as", "rae", "decide", id, "approved", "--reference", "R-1")
    cli.json("status", id, "--watch")
    assert cli.run("--as", "lee", "cancel", id, "--reason", "late").code == 3
    return id


def test_each_event_names_whose_doing_it_is(cli: Cli, upgrade_id: str) -> None:
    events = {each["type"]: each["metadata"] for each in cli.json("events", upgrade_id)}
    for type, by in (("OrderPlaced", "kim"), ("CreditCheckApproved", "rae")):
        assert (events[type]["by"], events[type]["door"]) == (by, "command line")
    assert events["BillingSwitched"]["by"] == "the run itself"
    assert "door" not in events["BillingSwitched"]
    shown = " ".join(cli.run("events", upgrade_id).stdout.split())
    assert "by kim (command line)" in shown
    assert "by rae (command line)" in shown
    assert "the run itself" not in shown


def test_actions_tell_who_did_what(cli: Cli, upgrade_id: str) -> None:
    tenant = cli.json("status", upgrade_id)["tenant_id"]
    page = cli.json("actions", "--tenant", tenant)
    assert [(each["by"], each["events"][0]) for each in page["items"][:2]] == [
        ("rae", "CreditCheckApproved"),
        ("kim", "OrderPlaced"),
    ]
    assert page["next"] is None
    shown = cli.run("actions", "--tenant", tenant, "--limit", "1").stdout
    assert "rae (command line)" in shown
    assert "kim" not in shown
    assert f"actions --tenant {tenant} --limit 1 --after" in " ".join(shown.split())
    by_kim = cli.json("actions", "--tenant", tenant, "--by", "kim", "--limit", "1")
    assert [each["stream"] for each in by_kim["items"]] == [f"upgrade-{upgrade_id}"]
    assert by_kim["next"] is None
    assert cli.run("actions", "--by", "nobody at all").stdout.startswith("nobody did anything")


def test_the_environment_names_the_caller_too(cli: Cli) -> None:
    subscription = cli.tenant()
    named = {"PLAN_UPGRADE_AS": "Ada Lovelace"}
    done = cli.run("admin", "assign", subscription, "new@example", environment=named)
    assert done.code == 0, done
    (mine,) = cli.json("actions", "--by", "Ada Lovelace")["items"]
    assert (mine["stream"], mine["events"]) == (f"subscription-{subscription}", ["LicenseAssigned"])


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        (["actions", "--tenant", "a b"], 2, "tenant"),
        (["actions", "--tenant", "nobody"], 4, None),
        (["actions", "--by", "\x1b[31m"], 2, "by"),
        (["actions", "--after", "0"], 2, "after"),
        (["actions", "--limit", "1001"], 2, "limit"),
        (["--as", "", "actions"], 2, "as"),
        (["--as", "kim\n", "actions"], 2, "as"),
    ],
)
def test_what_is_wrong_is_named(
    cli: Cli, arguments: list[str], code: int, field: str | None
) -> None:
    done = cli.run(*arguments, "--json")
    assert done.code == code, done
    assert json.loads(done.stdout)["error"].get("field") == field
