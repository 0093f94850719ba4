"""Payments of invoices by the command line (B65)."""

from pathlib import Path

from tests.api.cli_support import Cli


def test_an_invoice_is_paid_once_for_each_reference(cli: Cli) -> None:
    view = cli.order(cli.tenant())
    ended = cli.json("fast-forward", view["upgrade_id"], "32d")
    number = ended["invoice_number"]
    invoice = cli.json("invoice", view["upgrade_id"])
    assert (invoice["status"], invoice["open_amount"]) == ("open", invoice["amount_due"])
    pay = ("admin", "pay", "--invoice", view["upgrade_id"])
    done = cli.run(*pay, "--json")
    assert (done.code, done.error["field"]) == (2, "reference")
    first = cli.json(*pay, "20.00", "--reference", f"{number}-1")
    assert first["status"] == "partly_paid"
    assert cli.json(*pay, "20.00", "--reference", f"{number}-1") == first
    other = cli.run(*pay, "21.00", "--reference", f"{number}-1", "--json")
    assert (other.code, other.error["code"]) == (3, "payment_reference_reused")
    more = cli.run(*pay, "100000.00", "--reference", f"{number}-2", "--json")
    assert (more.code, more.error["code"]) == (3, "amount_above_open")
    told = cli.run(*pay, "--reference", f"{number}-2")
    assert told.code == 0
    assert f"({number}-2)" in told.stdout
    assert cli.json("invoice", view["upgrade_id"])["status"] == "paid"
    assert cli.json("statement", view["tenant_id"])["currencies"][0]["owed"] == "0.00"
    nothing = cli.run("admin", "pay-out", view["upgrade_id"], "--reference", "O-1", "--json")
    assert (nothing.code, nothing.error["code"]) == (4, "not_found")


def test_a_payment_names_a_subscription_or_an_invoice(cli: Cli) -> None:
    for words in ((), ("contoso-basic",), ("a", "1.00", "b")):
        done = cli.run("admin", "pay", *words, "--json")
        assert (done.code, done.error["field"]) == (2, "subscription")
    done = cli.run("admin", "pay", "--invoice", "INV-00000009", "--reference", "r", "--json")
    assert (done.code, done.error["code"]) == (4, "not_found")
    both = ("admin", "pay", "a", "1.00", "--invoice", "INV-00000009", "--reference", "r", "--json")
    assert cli.run(*both).error["field"] == "amount"


def test_an_invoice_is_void_by_one_command_and_the_credit_note_can_be_had(
    cli: Cli, tmp_path: Path
) -> None:
    view = cli.order(cli.tenant())
    cli.json("fast-forward", view["upgrade_id"], "32d")
    number = cli.json("invoice", view["upgrade_id"])["number"]
    none = cli.run("credit-note", view["upgrade_id"], "--json")
    assert (none.code, none.error["code"]) == (4, "not_found")
    without = cli.run("admin", "void", "--invoice", view["upgrade_id"], "--json")
    assert without.code == 2
    assert "--reason" in without.error["message"]
    void = ("admin", "void", "--invoice", view["upgrade_id"], "--reason")
    note = cli.json(*void, "ordered by mistake")
    assert (note["invoice"]["number"], note["reason"]) == (number, "ordered by mistake")
    assert note["no_longer_due"] == note["total"] == note["invoice"]["total"]
    assert cli.json(*void, "once more") == note
    assert cli.json("invoice", view["upgrade_id"])["status"] == "void"
    assert f"Void, by credit note {note['number']}" in cli.run("invoice", view["upgrade_id"]).stdout
    file = tmp_path / "note.pdf"
    told = cli.run("credit-note", view["upgrade_id"], "--pdf", str(file))
    assert told.code == 0
    assert f"Credit note {note['number']}" in told.stdout
    assert file.read_bytes().startswith(b"%PDF")
    said = cli.run("credit-note", view["upgrade_id"], "--lang", "zh-TW").stdout
    assert f"折讓單 {note['number']}" in said
    pay = cli.run("admin", "pay", "--invoice", view["upgrade_id"], "--reference", "V-1", "--json")
    assert (pay.code, pay.error["code"], pay.error["reason"]) == (3, "amount_above_open", "void")
    books = cli.json("statement", view["tenant_id"])["currencies"][0]
    assert (books["owed"], books["account_credit"]) == ("0.00", "0.00")
    assert {each["booking"] for each in books["entries"]} == {"switch", "void"}
    assert "credit note" in cli.run("statement", view["tenant_id"]).stdout
