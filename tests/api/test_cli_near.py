"""A mistyped id: what was probably meant is told, for people and for programs."""

import pytest

from tests.api.cli_support import Cli


@pytest.fixture(scope="module")
def subscription(cli: Cli) -> str:
    """One whose tenant has an id unlike those of others."""
    return cli.tenant(known_as="nearbrook")


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        (["options", "nearbrok-basic"], "nearbrook-basic"),
        (["options", "nearbrook"], "nearbrook-basic"),
        (["users", "NEARBROOK-BASIC"], "nearbrook-basic"),
        (["notices", "nearbrock"], "nearbrook"),
        (["statement", "earbrook"], "nearbrook"),
        (["admin", "activate", "nearbrook-bsaic"], "nearbrook-basic"),
        (["admin", "unassign", "nearbrook-basic", "ada@nearbrok.example"], "ada@nearbrook.example"),
        (["block-user", "nearbrook-basic", "adda@nearbrook.example", "--code", "c"],
         "ada@nearbrook.example"),
        (["admin", "incident", "open", "--service", "mial", "--reference", "R"], "mail"),
        (["change", "nearbrook-basic", "--all", "--into", "nearbrook-baisc"], "nearbrook-basic"),
    ],
)  # fmt: skip
def test_what_was_probably_meant_is_told(
    cli: Cli, subscription: str, command: list[str], meant: str
) -> None:
    done = cli.run(*command, "--json")
    assert (done.code, done.error["near"][:1]) == (4, [meant]), done
    assert done.error["message"].endswith("?")
    assert f": did you mean {meant}" in done.error["message"]
    told = " ".join(cli.run(*command).stderr.split())
    assert f"did you mean {meant}" in told


def test_ids_of_upgrades_and_quotes_too(cli: Cli, subscription: str) -> None:
    quote = cli.quote(subscription)["quote_id"]
    id = cli.order(cli.tenant())["upgrade_id"]
    for command, meant in (
        (["upgrade", subscription, "--quote", quote[:-1]], quote),
        (["status", id.replace("up-", "up_")], id),
        (["events", id[:12]], id),
        (["cancel", id[:-1], "--reason", "R"], id),
    ):
        done = cli.run(*command, "--json")
        assert (done.code, done.error["near"]) == (4, [meant]), done


def test_a_plan_that_is_not_there_names_the_one_that_is(cli: Cli, subscription: str) -> None:
    wanted = ("--to", "premuim", "--licenses", "10", "--billing", "monthly")
    done = cli.run("quote", subscription, *wanted, "--json")
    assert (done.code, done.error["code"], done.error["near"]) == (
        3, "target_not_supported", ["premium"],
    )  # fmt: skip
    assert "→ Did you mean premium?" in cli.run("quote", subscription, *wanted).stderr
    chinese = cli.run("quote", subscription, *wanted, "--lang", "zh-TW").stderr
    assert "→ 您是指 premium 嗎？" in chinese


def test_of_an_order_the_subscription_may_be_mistyped(cli: Cli, subscription: str) -> None:
    quote = cli.quote(subscription)["quote_id"]
    done = cli.run("upgrade", "nearbrook-basik", "--quote", quote, "--json")
    assert (done.code, done.error["kind"], done.error["near"]) == (
        4,
        "subscription",
        [subscription],
    )
    another = cli.tenant()
    done = cli.run("upgrade", another, "--quote", quote[:-1], "--json")
    assert (done.code, done.error["near"]) == (4, []), "it is a quote of another subscription"


def test_a_subscription_of_somebody_else_is_not_one_to_move_into(
    cli: Cli, subscription: str
) -> None:
    other = cli.tenant(known_as="mearbrook")
    done = cli.run("change", subscription, "--all", "--into", other.replace("b", "d"), "--json")
    assert (done.code, done.error["code"]) == (4, "subscription_not_found")
    assert other not in done.error["near"]


def test_nothing_is_guessed_that_is_not_near(cli: Cli, subscription: str) -> None:
    done = cli.run("options", "quite-different", "--json")
    assert (done.code, done.error["near"]) == (4, [])
    assert done.error["message"].endswith(": check the id")
