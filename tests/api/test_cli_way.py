"""The way of an upgrade by the command line: every verb, and the shapes that callers rely on."""

import json
import re

from tests.api.cli_support import Cli
from tests.clock import in_days

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
AMOUNT = re.compile(r"-?\d+\.\d{2}")

QUOTE_FIELDS = {
    *("quote_id", "subscription_id", "target_plan_id", "licenses", "billing", "currency"),
    *("switch_on", "lines", "total", "credit_applied", "account_credit", "forfeited"),
    *("no_forfeiture_from", "latest", "credit_check", "invoice_between"),
    *("credit_reaches_account_by", "sold_to", "billed_to", "payment_method", "users_to_move"),
    *("users_with_disabled_services", "notices", "expires_at", "digest"),
}
UPGRADE_FIELDS = {
    *("upgrade_id", "workflow_id", "tenant_id", "subscription_id", "new_subscription_id"),
    *("target_plan_id", "stage", "deadline", "quote_id", "users", "refusals", "placed_at"),
    *("completed_at", "invoice_number", "timeline"),
}
INVOICE_FIELDS = {
    *("number", "upgrade_id", "tenant_id", "issued_on", "currency", "lines", "total"),
    "account_credit",
}


def test_load_answers_with_counts(cli: Cli) -> None:
    answer = cli.json("load", str(cli.world_file()))
    assert {k: answer[k] for k in ("services", "plans", "tenants", "subscriptions")} == {
        "services": 3,
        "plans": 4,
        "tenants": 0,
        "subscriptions": 0,
    }
    assert answer["assignments"] == 0


def test_schema_is_a_json_schema_with_and_without_json(cli: Cli) -> None:
    document = cli.json("schema")
    assert document["$schema"].startswith("https://json-schema.org/")
    assert {"services", "plans", "tenants", "incidents", "policy"} <= document["properties"].keys()
    plain = cli.run("schema")
    assert json.loads(plain.stdout) == document


def test_options_list_targets_and_every_other_plan(cli: Cli) -> None:
    answer = cli.json("options", cli.tenant())
    assert answer["upgradable"] is True
    assert answer["refusals"] == []
    assert answer["manual_change"] is None
    assert [target["plan_id"] for target in answer["targets"]] == ["standard", "premium"]
    target = answer["targets"][1]
    assert target["prices"] == {"monthly": "22.00", "annual": "264.00"}
    assert target["services_gained"] == ["apps", "mail", "sites"]
    assert target["services_lost"] == []
    assert {"name", "currency", "credit_check_required"} <= target.keys()
    unavailable = {plan["plan_id"]: plan["refusals"] for plan in answer["unavailable"]}
    assert unavailable.keys() == {"basic", "mail-only"}
    assert unavailable["mail-only"][0]["code"] == "target_not_supported"


def test_options_of_a_refused_subscription_are_a_good_answer(cli: Cli) -> None:
    answer = cli.json("options", cli.tenant(subscription={"balance_due": "5.00", "licenses": 1}))
    assert answer["upgradable"] is False
    assert answer["targets"] == []
    codes = {refusal["code"] for refusal in answer["refusals"]}
    assert codes == {"more_users_than_licenses", "unpaid_balance"}
    for refusal in answer["refusals"]:
        assert refusal.keys() == {"code", "temporary", "message", "evidence", "remedy"}
        assert refusal["message"].keys() == {"en", "zh-TW"}
        assert {"action", "text", "retry_after"} == refusal["remedy"].keys()
    steps = [step["action"] for step in answer["manual_change"]["steps"]]
    assert steps == ["buy_plan", "check_subscriptions", "move_users", "cancel_subscription"]


def test_a_quote_has_every_field_in_its_shape(cli: Cli) -> None:
    quote = cli.quote(cli.tenant(), "--payment-method", "invoice", "--keep-disabled-services")
    assert quote.keys() >= QUOTE_FIELDS
    assert quote["payment_method"] == "invoice"
    assert quote["keep_disabled_services"] is True
    assert quote["credit_check"]["required"] is True
    assert quote["credit_check"]["reasons"] == ["pays_by_invoice"]
    assert INSTANT.fullmatch(quote["credit_check"]["deadline_if_ordered_now"])
    assert INSTANT.fullmatch(quote["expires_at"])
    assert all(DAY.fullmatch(day) for day in (quote["switch_on"], *quote["invoice_between"]))
    assert all(AMOUNT.fullmatch(quote[name]) for name in ("total", "credit_applied", "forfeited"))
    assert quote["latest"]["total"]
    charge, credit = quote["lines"]
    assert (charge["kind"], charge["amount"]) == ("charge", "220.00")
    assert credit["kind"] == "credit"
    assert credit["amount"].startswith("-")
    assert {"formula", "unused_days", "cycle_days", "unit_price"} <= credit["explanation"].keys()


def test_an_upgrade_lives_from_order_to_invoice(cli: Cli) -> None:
    """B52."""
    subscription = cli.tenant()
    quote = cli.quote(subscription)
    view = cli.json("upgrade", subscription, "--quote", quote["quote_id"], "--wait")
    assert view.keys() >= UPGRADE_FIELDS
    assert view["stage"] == "awaiting_invoice"
    assert view["workflow_id"] == f"plan-upgrade-{view['upgrade_id']}"
    assert view["users"] == {
        "total": 3,
        "moved": 3,
        "failed": 0,
        "remaining": 0,
        "skipped": 0,
        "per_second": None,
        "estimated_end": None,
    }
    assert INSTANT.fullmatch(view["deadline"])
    assert [mark["stage"] for mark in view["timeline"]] == [
        "checking",
        "moving_users",
        "switching_billing",
        "awaiting_invoice",
    ]
    assert cli.json("status", view["upgrade_id"]) == {**view, "held_up": []}
    assert cli.json("status", view["upgrade_id"], "--watch") == {**view, "held_up": []}

    done = cli.json("fast-forward", view["upgrade_id"], "32d")
    assert done["stage"] == "invoiced"
    invoice = cli.json("invoice", view["upgrade_id"])
    assert invoice.keys() >= INVOICE_FIELDS
    assert invoice["number"] == done["invoice_number"]
    assert invoice["lines"] == quote["lines"]
    assert invoice["total"] == quote["total"]
    assert DAY.fullmatch(invoice["issued_on"])

    events = cli.json("events", view["upgrade_id"])
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["type"] == "OrderPlaced"
    assert events[-1]["type"] == "InvoiceIssued"
    assert events[0].keys() >= {"version", "type", "recorded_at", "data", "metadata"}

    notices = cli.json("notices", view["tenant_id"])
    kinds = {notice["kind"] for notice in notices}
    assert kinds == {"upgrade_complete", "switches_not_kept", "invoice_issued"}
    assert all(notice["text"].keys() == {"en", "zh-TW"} for notice in notices)
    assert all(
        notice.keys() >= {"notice_id", "kind", "upgrade_id", "created_at"} for notice in notices
    )

    assert cli.json("users", subscription) == []
    first = cli.json("users", view["new_subscription_id"], "--limit", "2")
    rest = cli.json(
        "users", view["new_subscription_id"], "--limit", "2", "--after", first[-1]["user_id"]
    )
    assert len(first) == 2
    assert len(rest) == 1
    assert first[0]["disabled_services"] == []


def test_switches_are_kept_where_the_order_asks_for_it(cli: Cli) -> None:
    subscription = cli.tenant()
    quote = cli.quote(subscription, "--keep-disabled-services")
    view = cli.json("upgrade", subscription, "--quote", quote["quote_id"], "--wait")
    users = cli.json("users", view["new_subscription_id"])
    assert users[0]["disabled_services"] == ["sites"]


def test_an_order_answers_at_once_and_can_be_repeated(cli: Cli) -> None:
    subscription = cli.tenant()
    quote = cli.quote(subscription)
    order = ("upgrade", subscription, "--quote", quote["quote_id"])
    first = cli.json(*order)
    again = cli.json(*order, "--wait")
    assert again["upgrade_id"] == first["upgrade_id"]
    assert cli.json(*order)["upgrade_id"] == first["upgrade_id"]


def test_one_key_is_one_order(cli: Cli) -> None:
    subscription = cli.tenant(payment_method="invoice")
    quote, other = cli.quote(subscription), cli.quote(subscription, to="standard")
    key = ("--idempotency-key", "order 17 of today")
    first = cli.json("upgrade", subscription, "--quote", quote["quote_id"], *key)
    again = cli.json("upgrade", subscription, "--quote", quote["quote_id"], *key)
    assert again == first
    rows = cli.rows()
    done = cli.run("upgrade", subscription, "--quote", other["quote_id"], *key, "--json")
    assert done.code == 3
    assert done.error["code"] == "idempotency_key_reused"
    assert done.error["upgrade_id"] == first["upgrade_id"]
    assert cli.rows() == rows


def test_a_refused_order_is_one_object_with_upgrade_and_error(cli: Cli) -> None:
    subscription = cli.tenant(payment_method="invoice")
    quote = cli.quote(subscription)
    cli.json("upgrade", subscription, "--quote", quote["quote_id"])
    second = ("upgrade", subscription, "--quote", quote["quote_id"], "--idempotency-key", "two")
    done = cli.run(*second, "--json")
    assert done.code == 3
    assert done.document.keys() >= UPGRADE_FIELDS | {"error"}
    assert done.document["stage"] == "refused"
    codes = [refusal["code"] for refusal in done.document["refusals"]]
    assert "credit_check_pending" in codes
    assert done.error["code"] == codes[0]
    assert [refusal["code"] for refusal in done.error["refusals"]] == codes
    assert done.error["message"]
    buy, *others = done.error["manual_change"]["steps"]
    assert (buy["action"], buy["plan_ids"]) == ("buy_plan", [quote["target_plan_id"]])
    assert [step["action"] for step in others][-1] == "cancel_subscription"


def test_who_buys_and_how_is_changed_at_checkout_and_stands_on_the_invoice(cli: Cli) -> None:
    # Characters that no font has together: a document comes of it all the same.
    name = "Studio 1\ufe0f\u20e3"
    sold_to = {"name": name, "lines": ["Weg 1"], "city": "Wien", "country": "AT"}
    billed_to = cli.folder / "billed-to.json"
    billed_to.write_text('{"name": "Buchhaltung", "city": "Graz", "country": "AT"}')
    subscription = cli.tenant()
    cli.json("load", str(cli.world_file(policy={"tax": {"AT": "0.20"}})))
    quote = cli.quote(
        subscription,
        *("--sold-to", json.dumps(sold_to), "--billed-to", f"@{billed_to}"),
        *("--payment-method", "bank_transfer"),
        *("--purchase-order", "PO 4711", "--buyer-reference", "KST 7"),
    )
    assert [(line["kind"], line["amount"]) for line in quote["lines"][:2]] == [
        ("charge", "220.00"),
        ("tax", "44.00"),
    ]
    assert (quote["sold_to"]["city"], quote["billed_to"]["city"]) == ("Wien", "Graz")
    view = cli.json("upgrade", subscription, "--quote", quote["quote_id"], "--wait")
    assert view["stage"] == "awaiting_invoice"
    assert cli.json("fast-forward", view["upgrade_id"], "31d")["stage"] == "invoiced"
    invoice = cli.json("invoice", view["upgrade_id"])
    assert (invoice["lines"], invoice["total"]) == (quote["lines"], quote["total"])
    assert (invoice["sold_to"], invoice["billed_to"]) == (quote["sold_to"], quote["billed_to"])
    assert invoice["payment_method"] == "bank_transfer"
    pdf, xml = cli.folder / "studio.pdf", cli.folder / "studio.xml"
    cli.json("invoice", view["upgrade_id"], "--pdf", str(pdf), "--xml", str(xml))
    assert pdf.read_bytes().startswith(b"%PDF")
    assert f"<ram:Name>{name}</ram:Name>" in xml.read_text("utf-8")
    references = {"purchase_order": "PO 4711", "buyer_reference": "KST 7"}
    assert invoice["references"] == references
    assert "<ram:BuyerReference>KST 7</ram:BuyerReference>" in xml.read_text("utf-8")


def test_a_quote_names_its_own_subscription(cli: Cli) -> None:
    quote, other = cli.quote(cli.tenant()), cli.tenant()
    for quote_id in (quote["quote_id"], quote["quote_id"][:-1], quote["digest"]):
        done = cli.run("upgrade", other, "--quote", quote_id, "--json")
        assert (done.code, done.error["code"]) == (4, "not_found")


def test_a_refused_quote_says_every_reason(cli: Cli) -> None:
    subscription = cli.tenant(subscription={"balance_due": "5.00"})
    wanted = ("--to", "mail-only", "--licenses", "10", "--billing", "monthly")
    done = cli.run("quote", subscription, *wanted, "--json")
    assert done.code == 3
    codes = [refusal["code"] for refusal in done.error["refusals"]]
    assert codes == ["unpaid_balance", "target_not_supported"]
    assert done.error["code"] == "unpaid_balance"
    assert done.error["manual_change"]["steps"][0]["plan_ids"] == ["mail-only"]


def test_too_few_licenses_are_told_with_both_numbers(cli: Cli) -> None:
    wanted = ("--to", "premium", "--licenses", "2", "--billing", "monthly")
    done = cli.run("quote", cli.tenant(), *wanted, "--json")
    assert done.code == 3
    assert done.error["code"] == "insufficient_licenses"
    assert (done.error["licenses"], done.error["assigned"]) == (2, 3)


def test_a_stale_quote_comes_with_a_fresh_one(cli: Cli) -> None:
    subscription = cli.tenant()
    quote = cli.quote(subscription)
    cli.sql(
        "update plans set body = jsonb_set(body, '{prices,0,monthly}', '\"23.00\"')"
        " where plan_id = 'premium'"
    )
    try:
        done = cli.run("upgrade", subscription, "--quote", quote["quote_id"], "--json")
    finally:
        cli.json("load", str(cli.world_file()))
    assert done.code == 3
    assert done.error["code"] == "quote_stale"
    (change,) = done.error["changed"]
    assert (change["what"], change["quoted"], change["now"]) == ("price", "22.00", "23.00")
    assert "per license of Premium changed from $22.00 to $23.00" in done.error["message"]
    assert change["text"]["zh-TW"] == "Premium 每個授權的價格由US$22.00改為US$23.00"
    fresh = done.error["quote"]
    assert fresh.keys() >= QUOTE_FIELDS
    assert fresh["quote_id"] != quote["quote_id"]
    assert fresh["lines"][0]["amount"] == "230.00"


def test_a_stale_quote_without_a_new_one_says_why(cli: Cli) -> None:
    subscription = cli.tenant()
    quote = cli.quote(subscription)
    cli.sql("update plans set body = body || '{\"max_licenses\": 9}' where plan_id = 'premium'")
    try:
        done = cli.run("upgrade", subscription, "--quote", quote["quote_id"], "--json")
    finally:
        cli.json("load", str(cli.world_file()))
    assert (done.code, done.error["code"]) == (3, "quote_stale")
    assert done.error["quote"] is None
    assert done.error["no_quote"]["code"] == "too_many_licenses"
    assert (done.error["no_quote"]["licenses"], done.error["no_quote"]["max_licenses"]) == (10, 9)


def test_forfeiture_must_be_accepted_to_the_cent(cli: Cli) -> None:
    prepaid = {
        "kind": "upfront",
        "paid": "4320.00",
        "from": in_days(-8).isoformat(),
        "until": in_days(1000).isoformat(),
    }
    subscription = cli.tenant(subscription={"prepaid": prepaid, "billing": "annual"})
    quote = cli.quote(subscription)
    assert float(quote["forfeited"]) > 0
    order = ("upgrade", subscription, "--quote", quote["quote_id"])
    for accepted in ((), ("--accept-forfeiture", "1.00")):
        done = cli.run(*order, *accepted, "--json")
        assert done.code == 3
        assert done.error["code"] == "forfeiture_not_accepted"
        assert done.error["forfeited"] == quote["forfeited"]
    view = cli.json(*order, "--accept-forfeiture", quote["forfeited"], "--wait")
    assert view["stage"] == "awaiting_invoice"


def test_a_scheduled_order_waits_and_starts_on_its_day(cli: Cli) -> None:
    subscription = cli.tenant()
    day = in_days(5).isoformat()
    quote = cli.quote(subscription)
    order = ("upgrade", subscription, "--quote", quote["quote_id"], "--schedule", day)
    view = cli.json(*order, "--wait")
    assert view["stage"] == "scheduled"
    assert view["deadline"] == f"{day}T00:00:00Z"
    assert cli.json("fast-forward", view["upgrade_id"], "6h")["stage"] == "scheduled"
    assert cli.json("fast-forward", view["upgrade_id"], "5d")["stage"] == "awaiting_invoice"


def test_a_day_that_the_quote_does_not_show_has_a_quote_of_its_own(cli: Cli) -> None:
    """B67."""
    subscription = cli.tenant()
    quote, day = cli.quote(subscription), in_days(14).isoformat()
    assert [each["day"] for each in quote["days"]][:2] == [
        each.isoformat() for each in (in_days(0), in_days(1))
    ]
    order = ("upgrade", subscription, "--quote", quote["quote_id"], "--schedule", day)
    done = cli.run(*order, "--json")
    assert (done.code, done.error["code"]) == (3, "quote_for_another_day")
    fresh = done.error["quote"]
    assert (fresh["switch_on"], fresh["days"][0]["total"]) == (day, fresh["total"])
    told = cli.run(*order)
    assert f"does not say what it costs on {day}" in " ".join((told.stdout + told.stderr).split())
    view = cli.json("upgrade", subscription, "--quote", fresh["quote_id"])
    assert (view["stage"], view["deadline"]) == ("scheduled", f"{day}T00:00:00Z")


def test_a_scheduled_order_can_be_canceled_and_ordered_anew_on_a_new_quote(cli: Cli) -> None:
    subscription = cli.tenant()
    day = in_days(5).isoformat()
    quote = cli.quote(subscription, "--switch-on", day)
    assert quote["switch_on"] == day
    order = ("upgrade", subscription, "--quote", quote["quote_id"])
    view = cli.json(*order)
    assert view["stage"] == "scheduled"
    canceled = cli.json("cancel", view["upgrade_id"], "--reason", "not yet 還沒")
    assert canceled["stage"] == "canceled"
    assert canceled["reason"] == "not yet 還沒"
    assert cli.json("cancel", view["upgrade_id"], "--reason", "again")["stage"] == "canceled"
    repeated = cli.run(*order)  # B66
    assert repeated.code == 0
    assert f"options {subscription}" in repeated.stdout
    assert view["upgrade_id"] in repeated.stdout
    anew = cli.quote(subscription, "--switch-on", day)
    again = cli.json("upgrade", subscription, "--quote", anew["quote_id"])
    assert (again["stage"], again["upgrade_id"] != view["upgrade_id"]) == ("scheduled", True)


def test_a_schedule_in_the_past_is_bad_input(cli: Cli) -> None:
    subscription = cli.tenant()
    quote = cli.quote(subscription)
    order = ("upgrade", subscription, "--quote", quote["quote_id"])
    done = cli.run(*order, "--schedule", "2020-01-01", "--json")
    assert done.code == 2
    assert done.error["field"] == "schedule"


def test_a_decision_can_be_repeated_but_not_contradicted(cli: Cli) -> None:
    view = cli.waiting_for_credit()
    assert view["stage"] == "awaiting_credit_check"
    decide = ("decide", view["upgrade_id"])
    approved = cli.json(*decide, "approved", "--reference", "R-1", "--reason", "known for years")
    assert approved["stage"] != "awaiting_credit_check"
    assert cli.json("status", view["upgrade_id"], "--watch")["stage"] == "awaiting_invoice"
    cli.json(*decide, "approved", "--reference", "R-1")
    for other in (("declined", "--reference", "R-1"), ("approved", "--reference", "R-2")):
        done = cli.run(*decide, *other, "--json")
        assert done.code == 3
        assert done.error["code"] == "decision_contradicts"


def test_a_late_decision_is_refused_and_recorded(cli: Cli) -> None:
    view = cli.waiting_for_credit()
    expired = cli.json("fast-forward", view["upgrade_id"], "7d")
    assert expired["stage"] == "expired"
    late = ("decide", view["upgrade_id"], "approved", "--reference", "R-9", "--json")
    done = cli.run(*late)
    assert done.code == 3
    assert done.error["code"] == "decision_too_late"
    assert cli.json("events", view["upgrade_id"])[-1]["type"] == "CreditDecisionRefused"


def test_a_declined_upgrade_ends_and_can_be_ordered_under_a_key_of_its_own(cli: Cli) -> None:
    view = cli.waiting_for_credit()
    declined = cli.json("decide", view["upgrade_id"], "declined", "--reference", "R-3")
    assert declined["stage"] == "declined"
    order = ("upgrade", view["subscription_id"], "--quote", view["quote_id"])
    repeated = cli.json(*order)  # B66
    assert (repeated["stage"], repeated["upgrade_id"]) == ("declined", view["upgrade_id"])
    again = cli.json(*order, "--idempotency-key", f"anew-{view['upgrade_id']}")
    assert again["stage"] == "awaiting_credit_check"
    assert again["upgrade_id"] != view["upgrade_id"]


def test_a_completed_upgrade_cannot_be_canceled(cli: Cli) -> None:
    view = cli.order(cli.tenant())
    done = cli.run("cancel", view["upgrade_id"], "--reason", "too late", "--json")
    assert done.code == 3
    assert done.error["code"] == "already_switched"
    ended = cli.json("fast-forward", view["upgrade_id"], "32d")
    done = cli.run("fast-forward", ended["upgrade_id"], "1s", "--json")
    assert done.code == 3
    assert done.error["code"] == "already_ended"
    done = cli.run("cancel", view["upgrade_id"], "--reason", "too late", "--json")
    assert done.error["code"] == "already_switched"


def test_undo_and_retry_of_an_operator(cli: Cli) -> None:
    view = cli.waiting_for_credit()
    undone = cli.json("undo", view["upgrade_id"], "--reason", "wrong price list")
    assert cli.json("status", undone["upgrade_id"], "--watch")["stage"] == "undone"
    done = cli.run("retry", view["upgrade_id"], "--json")
    assert done.code == 3
    assert done.error["code"] == "already_ended"
