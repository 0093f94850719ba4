"""What is quoted, where the money went, and why an amount is what it is, by the command line."""

import json
from datetime import datetime, timedelta
from decimal import Decimal

from tests.api.cli_support import Cli
from tests.api.test_cli_people import told
from tests.api.test_cli_way import AMOUNT, DAY, INSTANT


def with_credit(cli: Cli) -> dict[str, object]:
    """An upgrade from 300 licenses to ten, which leaves account credit."""
    return cli.order(cli.tenant(subscription={"licenses": 300}))


def test_a_statement_is_the_ledger_of_a_tenant(cli: Cli) -> None:
    view = with_credit(cli)
    tenant = str(view["tenant_id"])
    statement = cli.json("statement", tenant)
    assert (statement["tenant_id"], statement["until"]) == (tenant, None)
    (dollars,) = statement["currencies"]
    assert dollars["currency"] == "USD"
    assert dollars["debits"] == dollars["credits"]
    assert dollars["owed"] == "0.00"
    (credit,) = [each for each in dollars["accounts"] if each["account"] == "account_credit"]
    assert Decimal(dollars["account_credit"]) == -Decimal(credit["balance"]) > 0
    for entry in dollars["entries"]:
        assert INSTANT.fullmatch(entry["booked_at"])
        assert AMOUNT.fullmatch(entry["amount"])
        assert AMOUNT.fullmatch(entry["balance"])
        assert (entry["upgrade_id"], entry["booking"]) == (view["upgrade_id"], "switch")
    booked = {
        row["account"]: row["minor"]
        for row in cli.sql(
            "select account, sum(amount_minor)::bigint as minor from ledger_entries"
            " where tenant_id = $1 group by account",
            tenant,
        )
    }
    balances = {each["account"]: Decimal(each["balance"]) * 100 for each in dollars["accounts"]}
    assert balances == booked


def test_a_statement_ends_with_a_day(cli: Cli) -> None:
    view = with_credit(cli)
    day = str(view["completed_at"])[:10]
    assert DAY.fullmatch(day)
    tenant = str(view["tenant_id"])
    assert cli.json("statement", tenant, "--until", day)["currencies"]
    assert cli.json("statement", tenant, "--until", "2026-01-01") == {
        "tenant_id": tenant,
        "until": "2026-01-01",
        "currencies": [],
    }
    assert "nothing has been booked" in told(cli.run("statement", tenant, "--until", "2026-01-01"))
    done = cli.run("statement", tenant, "--until", "2026-02-30", "--json")
    assert (done.code, done.error["field"]) == (2, "until")


def test_a_statement_can_be_read_in_both_languages(cli: Cli) -> None:
    view = with_credit(cli)
    text = told(cli.run("statement", str(view["tenant_id"])))
    assert f"Statement of {view['tenant_id']}" in text
    assert str(view["upgrade_id"]) in text
    assert "Account credit left" in text
    assert "帳戶折抵餘額" in told(cli.run("statement", str(view["tenant_id"]), "--lang", "zh-TW"))


def test_a_statement_of_nobody_is_not_found(cli: Cli) -> None:
    done = cli.run("statement", "nobody", "--json")
    assert (done.code, done.error["code"]) == (4, "not_found")


def test_an_explanation_recomputes_every_amount_from_its_events(cli: Cli) -> None:
    view = cli.order(cli.tenant())
    found = cli.json("explain", view["upgrade_id"])
    assert (found["basis"], found["matches"], found["amount_due"]) == ("switch", True, None)
    charge, credit = found["lines"]
    for line in (charge, credit):
        assert line["matches"] is True
        assert line["computed"] == line["amount"]
        assert line["source"]["type"] == "BillingSwitched"
    licenses = next(each for each in credit["inputs"] if each["name"] == "licenses")
    assert [(each["type"], each["field"]) for each in licenses["sources"]] == [
        ("OrderPlaced", "quote.inputs.old.licenses"),
        ("SubscriptionImported", "subscription.licenses"),
    ]
    assert licenses["sources"][1]["stream"] == f"subscription-{view['subscription_id']}"
    text = told(cli.run("explain", view["upgrade_id"]))
    assert "= licenses × unit_price" in text
    assert "SubscriptionImported: subscription.licenses" in " ".join(text.split())
    assert "every amount is what was computed here" in text
    assert "所有金額皆與" in told(cli.run("explain", view["upgrade_id"], "--lang", "zh-TW"))

    done = cli.json("fast-forward", view["upgrade_id"], "32d")
    found = cli.json("explain", view["upgrade_id"])
    assert (found["basis"], found["invoice_number"]) == ("invoice", done["invoice_number"])
    assert found["amount_due"] == found["total"] == cli.json("invoice", view["upgrade_id"])["total"]


def test_a_refused_order_is_explained_by_its_quote(cli: Cli) -> None:
    first = cli.waiting_for_credit()
    key = ("--idempotency-key", "two")
    order = ("upgrade", first["subscription_id"], "--quote", first["quote_id"])
    refused = cli.run(*order, *key, "--json").document
    found = cli.json("explain", refused["upgrade_id"])
    assert (found["basis"], found["matches"]) == ("quote", True)
    assert "credit_check_pending" in [each["code"] for each in found["refusals"]]
    assert "as it was quoted" in told(cli.run("explain", refused["upgrade_id"]))


def test_an_unknown_upgrade_has_no_explanation(cli: Cli) -> None:
    done = cli.run("explain", "up-0123456789abcdef0123", "--json")
    assert (done.code, done.error["code"]) == (4, "not_found")


def test_a_forged_quote_is_rejected_with_a_sound_one_alongside(cli: Cli) -> None:
    subscription = cli.tenant()
    quote = cli.quote(subscription)
    for path, value in (("{inputs,new,unit_price}", '"0.01"'), ("{total}", '"0.00"')):
        forged = f"{quote['quote_id']}-{path.strip('{}').replace(',', '.')}"
        cli.sql(
            "insert into quotes (quote_id, subscription_id, body) select $1, subscription_id,"
            " jsonb_set(jsonb_set(body, $2::text[], $3::jsonb), '{quote_id}', to_jsonb($1::text))"
            " from quotes where quote_id = $4",
            *(forged, path.strip("{}").split(","), value, quote["quote_id"]),
        )
        before = cli.rows()
        done = cli.run("upgrade", subscription, "--quote", forged, "--json")
        assert (done.code, done.error["code"]) == (3, "quote_altered")
        assert done.error["quote"]["lines"] == quote["lines"]
        assert cli.rows() == {**before, "quotes": before["quotes"] + 1}


def test_an_expired_quote_comes_with_a_fresh_one(cli: Cli) -> None:
    subscription = cli.tenant()
    quote = cli.quote(subscription)
    expired = f"{quote['quote_id']}-expired"
    week_ago = {
        name: f"{datetime.fromisoformat(quote[name]) - timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}"
        for name in ("created_at", "expires_at")
    }
    cli.sql(
        "insert into quotes (quote_id, subscription_id, body) select $1, subscription_id,"
        " body || $2::jsonb from quotes where quote_id = $3",
        *(expired, json.dumps({"quote_id": expired, **week_ago}), quote["quote_id"]),
    )
    done = cli.run("upgrade", subscription, "--quote", expired, "--json")
    assert (done.code, done.error["code"]) == (3, "quote_expired")
    assert done.error["expired_at"] == week_ago["expires_at"]
    fresh = done.error["quote"]
    assert (fresh["lines"], fresh["digest"]) == (quote["lines"], quote["digest"])
    told = cli.run("upgrade", subscription, "--quote", expired)
    assert "order with the new one" in " ".join(told.stderr.split())
    order = ("upgrade", subscription, "--quote", fresh["quote_id"], "--wait")
    assert cli.json(*order)["stage"] == "awaiting_invoice"


def test_what_no_ledger_can_hold_is_not_quoted(cli: Cli) -> None:
    subscription = cli.tenant()
    cli.sql(
        "update plans set body = jsonb_set(body, '{prices,0,annual}', '\"999999999999.99\"')"
        " where plan_id = 'premium'"
    )
    wanted = ("--to", "premium", "--licenses", "10000000", "--billing", "annual")
    before = cli.rows()
    try:
        done = cli.run("quote", subscription, *wanted, "--json")
    finally:
        cli.json("load", str(cli.world_file()))
    assert (done.code, done.error["code"]) == (3, "amount_too_large")
    assert done.error["largest"] == "9999999999999999.99"
    assert cli.rows() == before
