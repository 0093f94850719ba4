"""`list`: finding what a customer talks about, for people and for programs."""

import re
from typing import Any

import pytest

from tests.api.cli_support import Cli, Done

NOUNS = ("tenants", "subscriptions", "upgrades", "quotes", "invoices")


@pytest.fixture(scope="module")
def upgrade(cli: Cli) -> dict[str, Any]:
    """One that waits for a credit decision, of a tenant with an id unlike those of others."""
    return cli.order(cli.tenant(known_as="listbrook", payment_method="invoice"))


def items(cli: Cli, *arguments: str) -> list[dict[str, Any]]:
    page = cli.json("list", *arguments)
    assert set(page) == {"items", "next"}
    return page["items"]


def test_what_a_customer_talks_about_is_found(cli: Cli, upgrade: dict[str, Any]) -> None:
    ours = ("--tenant", "listbrook")
    assert items(cli, "tenants", *ours) == [
        {"tenant_id": "listbrook", "name": "Listbrook", "country": "US", "currency": "USD",
         "subscriptions": 1, "open_upgrades": 1},
    ]  # fmt: skip
    assert items(cli, "subscriptions", "--user", "ada@listbrook.example") == [
        {"subscription_id": "listbrook-basic", "tenant_id": "listbrook", "plan_id": "basic",
         "status": "active", "licenses": 10, "assigned": 3,
         "open_upgrade_id": upgrade["upgrade_id"]},
    ]  # fmt: skip
    (found,) = items(cli, "upgrades", *ours, "--stage", "awaiting_credit_check")
    assert found == {name: upgrade[name] for name in found}
    (found,) = items(cli, "quotes", "--quote", upgrade["quote_id"])
    assert (found["ordered_as"], found["total"]) == (upgrade["upgrade_id"], found["total"])
    assert re.fullmatch(r"\d+\.\d\d", found["total"])
    assert items(cli, "invoices", *ours) == []


def test_an_invoice_leads_back_to_its_customer(cli: Cli) -> None:
    upgrade = cli.order(cli.tenant())
    cli.json("fast-forward", upgrade["upgrade_id"], "40d")
    invoice = cli.json("invoice", upgrade["upgrade_id"])
    number = invoice["number"]
    assert items(cli, "tenants", "--invoice", number)[0]["tenant_id"] == upgrade["tenant_id"]
    (found,) = items(cli, "invoices", "--user", f"ada@{upgrade['tenant_id']}.example")
    assert found == {name: invoice[name] for name in found}
    old_and_new = {upgrade["subscription_id"], found["new_subscription_id"]}
    listed = items(cli, "subscriptions", "--invoice", number)
    assert {each["subscription_id"] for each in listed} == old_and_new
    told = cli.run("list", "invoices", "--tenant", upgrade["tenant_id"]).stdout
    assert f"{number}" in told
    assert upgrade["upgrade_id"] in told


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("columns", ["80", "100"])
def test_people_get_a_table_that_fits(
    cli: Cli, upgrade: dict[str, Any], noun: str, columns: str
) -> None:
    done = cli.run("list", noun, environment={"COLUMNS": columns})
    assert (done.code, done.stderr) == (0, "")
    table = done.stdout.partition("For more:")[0].splitlines()
    assert len(table) > 1 or noun == "invoices"
    assert all(len(line) <= int(columns) for line in table)
    if noun in ("upgrades", "quotes"):
        assert any(line.startswith(upgrade[f"{noun[:-1]}_id"]) for line in table)


def test_the_next_page_is_a_command_to_copy(cli: Cli) -> None:
    subscription = cli.tenant()
    tenant = subscription.removesuffix("-basic")
    made = [cli.quote(subscription)["quote_id"] for _ in range(3)]
    ours = ("list", "quotes", "--tenant", tenant, "--limit", "2")
    page = cli.json(*ours)
    assert [each["quote_id"] for each in page["items"]] == made[:0:-1]
    assert page["next"] == made[1]
    more = f"starter.py list quotes --tenant {tenant} --limit 2 --after {made[1]}"
    assert cli.run(*ours).stdout.endswith(f"For more:\n  {more}\n")
    rest = cli.json(*more.split()[1:])
    assert ([each["quote_id"] for each in rest["items"]], rest["next"]) == (made[:1], None)
    told = cli.run("list", "quotes", "--tenant", tenant, "--after", made[0]).stdout
    assert told == "no quotes (more)\n"


def fault(done: Done, code: int) -> dict[str, Any]:
    assert done.code == code, done
    return done.error


@pytest.mark.parametrize("noun", NOUNS)
def test_who_or_what_is_not_there_is_said(cli: Cli, upgrade: dict[str, Any], noun: str) -> None:
    for option, wrong, near in (
        ("--tenant", "listbroko", "listbrook"),
        ("--user", "adda@listbrook.example", "ada@listbrook.example"),
        ("--quote", upgrade["quote_id"][:-1], upgrade["quote_id"]),
    ):
        error = fault(cli.run("list", noun, option, wrong, "--json"), 4)
        assert (error["code"], error["near"][:1]) == ("not_found", [near])
        assert f"did you mean {near}" in error["message"]
    error = fault(cli.run("list", noun, "--invoice", "INV-99999999", "--json"), 4)
    assert (error["kind"], error["id"]) == ("invoice", "INV-99999999")


def test_a_stage_that_is_none_is_told_those_there_are(cli: Cli) -> None:
    error = fault(cli.run("list", "upgrades", "--stage", "Awaiting-Invoices", "--json"), 2)
    assert error["near"][0] == "awaiting_invoice"
    assert "needs_attention" in error["stages"]
    assert "did you mean awaiting_invoice? those are checking, scheduled" in error["message"]


@pytest.mark.parametrize("noun", ["quotes", "invoices"])
def test_a_filter_that_makes_no_sense_is_told_those_that_do(cli: Cli, noun: str) -> None:
    error = fault(cli.run("list", noun, "--stage", "invoiced", "--json"), 2)
    assert (error["field"], error["filters"]) == ("stage", ["tenant", "user", "quote", "invoice"])
    assert error["message"].endswith("they take tenant, user, quote, invoice")


def test_what_to_list_is_one_of_five(cli: Cli) -> None:
    error = fault(cli.run("list", "upgrade", "--json"), 2)
    assert (error["choices"], error["near"][0]) == (list(NOUNS), "upgrades")
    error = fault(cli.run("list", "--json"), 2)
    assert error["message"].startswith("WHAT is missing: write tenants, subscriptions")


HOSTILE = ("", " ", "\x1b[2J", "a\x00b", "a\nb", "\u202egnp", "'; drop table tenants; --", "x" * 100_000,
           "-1", "%", "../../etc/passwd", "{0}", "$1", "\ud800")  # fmt: skip


@pytest.mark.parametrize("option", ["--tenant", "--user", "--quote", "--invoice", "--after"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_id_is_refused(cli: Cli, option: str, text: str) -> None:
    before = cli.rows()
    for noun in NOUNS:
        done = cli.run("list", noun, f"{option}={text}", "--json")
        error = fault(done, 2)
        assert (error["code"], error["field"]) == ("bad_input", option[2:])
        assert len(done.stdout) < 1_000
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", done.stdout)
    assert cli.rows() == before


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_stage_is_refused(cli: Cli, text: str) -> None:
    error = fault(cli.run("list", "upgrades", f"--stage={text}", "--json"), 2)
    assert error["field"] == "stage"
    assert len(error["message"]) < 500


@pytest.mark.parametrize(
    "limit", ["0", "-1", "1001", "99999999999999999999999", "1e3", "1.5", "", "ten", "\u0661"]
)
def test_a_page_has_one_to_a_thousand_items(cli: Cli, limit: str) -> None:
    error = fault(cli.run("list", "quotes", f"--limit={limit}", "--json"), 2)
    assert error["field"] == "limit"
    assert error["message"].endswith("write a whole number from 1 to 1000")


@pytest.mark.parametrize("noun", ["upgrades", "quotes", "invoices"])
def test_there_is_nothing_after_what_is_not_there(cli: Cli, noun: str) -> None:
    error = fault(cli.run("list", noun, "--after", "no-such-one", "--json"), 4)
    assert (error["code"], error["id"]) == ("not_found", "no-such-one")
