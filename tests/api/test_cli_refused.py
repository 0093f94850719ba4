"""What nobody can order says so clearly, wherever one asks (B1-B20), and changes nothing."""

from typing import Any

import pytest

from tests.api.cli_support import PLANS, Cli

GOLD: dict[str, Any] = {
    **PLANS[2],
    "id": "gold",
    "product": "gold",
    "name": "Gold",
    "sold": True,  # said, so that it is on sale again after a test that has withdrawn it
}


def codes(refusals: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(each["code"], each["evidence"].get("reason")) for each in refusals]


def ordered(cli: Cli, subscription: str, quote: dict[str, Any]) -> Any:
    return cli.run("upgrade", subscription, "--quote", quote["quote_id"], "--json")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sold": False}, "not_sold"),
        ({"prices": [{"currency": "EUR", "monthly": "1.00", "annual": "9.00"}]}, None),
        ({"services": {"mail": 1}}, "lacks_data_services"),
    ],
    ids=["withdrawn", "no price any more", "a service less"],
)
def test_a_plan_that_changes_while_a_quote_on_it_is_open(
    own_cli: Cli, change: dict[str, Any], reason: str | None
) -> None:
    own_cli.json("load", str(own_cli.world_file(plans=[*PLANS, GOLD])))
    subscription = own_cli.tenant()
    quote = own_cli.quote(subscription, to="gold")
    own_cli.json("load", str(own_cli.world_file(plans=[*PLANS, {**GOLD, **change}])))
    before = own_cli.json("users", subscription)

    done = ordered(own_cli, subscription, quote)
    assert done.code == 3
    document = done.document
    refusals = document.get("refusals") or document["error"].get("refusals", [])
    assert ("target_not_supported", reason or "no_price_in_currency") in codes(refusals)
    assert not [each for each in refusals if each["code"] != "target_not_supported"]
    assert own_cli.json("users", subscription) == before
    # The tenant holds no place: another plan can be ordered at once.
    assert own_cli.order(subscription)["stage"] == "awaiting_invoice"


def test_a_tenant_in_whose_currency_nothing_is_sold(cli: Cli) -> None:
    subscription = cli.tenant(currency="CHF", subscription={"price": "6.00"})
    options = cli.json("options", subscription)
    assert (options["upgradable"], options["targets"]) == (False, [])
    assert codes(options["refusals"]) == [("target_not_supported", "nothing_to_buy")]
    assert options["refusals"][0]["remedy"]["action"] == "contact_support"
    reasons = {plan["plan_id"]: codes(plan["refusals"]) for plan in options["unavailable"]}
    assert ("target_not_supported", "no_price_in_currency") in reasons["premium"]

    wanted = ("--to", "premium", "--licenses", "10", "--billing", "monthly", "--json")
    done = cli.run("quote", subscription, *wanted)
    assert (done.code, done.error["code"]) == (3, "target_not_supported")
    assert ("target_not_supported", "no_price_in_currency") in codes(done.error["refusals"])


@pytest.mark.parametrize("status", ["canceled", "expired", "suspended"])
def test_options_of_a_subscription_that_is_not_active(cli: Cli, status: str) -> None:
    subscription = cli.tenant(subscription={"status": status, "users": []})
    options = cli.json("options", subscription)
    assert options["upgradable"] is False
    assert ("subscription_not_active", None) in codes(options["refusals"])
    assert options["refusals"][0]["evidence"]["status"] == status


def test_options_of_an_unknown_subscription(cli: Cli) -> None:
    done = cli.run("options", "nobody-has-it", "--json")
    assert (done.code, done.error["code"]) == (4, "not_found")
    assert "nobody-has-it" in done.error["message"]
