"""The invoice as a file, by the command line."""

import os
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.api.cli_support import Cli
from tests.api.test_cli_people import told


@pytest.fixture(scope="module")
def upgrade(cli: Cli) -> str:
    """An upgrade that has its invoice."""
    view = cli.order(cli.tenant())
    return str(cli.json("fast-forward", view["upgrade_id"], "32d")["upgrade_id"])


def test_the_document_is_written_beside_the_answer(cli: Cli, upgrade: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    plain = cli.json("invoice", upgrade)
    assert cli.json("invoice", upgrade, "--pdf", str(first)) == plain
    said = told(cli.run("invoice", upgrade, "--pdf", str(second)))
    assert f"written to {second}".replace(" ", "") in "".join(said.split()), "in however many lines"
    assert first.read_bytes().startswith(b"%PDF-1.7")
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.pdf", "second.pdf"]


def test_a_file_that_is_there_is_replaced_and_a_link_followed(
    cli: Cli, upgrade: str, tmp_path: Path
) -> None:
    file, link = tmp_path / "invoice.pdf", tmp_path / "link.pdf"
    file.write_text("older")
    file.chmod(0o600)
    link.symlink_to(file)
    cli.json("invoice", upgrade, "--pdf", str(link))
    assert link.is_symlink()
    assert file.read_bytes().startswith(b"%PDF")
    assert file.stat().st_mode & 0o777 == 0o600, "whoever could not read it still cannot"


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(
    cli: Cli, upgrade: str, tmp_path: Path
) -> None:
    pipe, kept = tmp_path / "pipe", tmp_path / "kept"
    os.mkfifo(pipe)
    kept.write_text("as it was")
    places = {
        "": "is a folder",
        ".": "is a folder",
        str(tmp_path): "is a folder",
        f"{tmp_path}/": "is a folder",
        str(tmp_path / "no" / "invoice.pdf"): "there is no folder",
        str(kept / "invoice.pdf"): "there is no folder",
        str(tmp_path / ("n" * 300)): "name too long",
        str(pipe): "is a device or a pipe",
        "/dev/null": "is a device or a pipe",
        "/proc/invoice.pdf": "cannot be written",
        "a\0b": "null byte",
    }
    for place, why in places.items():
        done = cli.run("invoice", upgrade, "--pdf", place, "--json")
        assert (done.code, done.error["code"], done.error["field"]) == (2, "bad_input", "pdf")
        assert why in done.error["message"].replace("embedded null character", "null byte").replace(
            "File name too long", "name too long"
        ), done
    assert kept.read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "pipe"]


def test_before_there_is_an_invoice_there_is_no_file(cli: Cli, tmp_path: Path) -> None:
    view = cli.order(cli.tenant())
    file = tmp_path / "invoice.pdf"
    for id in (str(view["upgrade_id"]), "up-0123456789abcdef0123"):
        done = cli.run("invoice", id, "--pdf", str(file), "--json")
        assert (done.code, done.error["code"]) == (4, "not_found")
    assert not list(tmp_path.iterdir())


def test_why_there_is_no_invoice_is_told_by_its_stage(cli: Cli) -> None:
    waiting = cli.waiting_for_credit()["upgrade_id"]
    said = {"awaiting_credit_check": "once it is complete"}
    assert_no_invoice(cli, waiting, said)
    cli.json("decide", waiting, "declined", "--reference", "R")
    assert_no_invoice(cli, waiting, {"declined": "only a completed upgrade is invoiced"})
    complete = cli.order(cli.tenant())
    due = f"{complete['deadline'][:10]} {complete['deadline'][11:16]} UTC"
    assert_no_invoice(cli, str(complete["upgrade_id"]), {"awaiting_invoice": due})


def assert_no_invoice(cli: Cli, upgrade_id: str, said: dict[str, str]) -> None:
    done = cli.run("invoice", upgrade_id, "--json")
    assert (done.code, done.error["code"]) == (4, "not_found")
    ((stage, words),) = said.items()
    assert done.error["stage"] == stage
    assert words in done.error["message"]


def test_the_e_invoice_is_written_beside_the_document(cli: Cli, tmp_path: Path) -> None:
    address = {"name": "Kontor", "city": "Berlin", "country": "DE"}
    view = cli.order(cli.tenant(sold_to=address))
    cli.json("fast-forward", view["upgrade_id"], "32d")
    pdf, xml = tmp_path / "invoice.pdf", tmp_path / "invoice.xml"
    cli.json("invoice", view["upgrade_id"], "--pdf", str(pdf), "--xml", str(xml))
    assert dict(PdfReader(pdf).attachments) == {"factur-x.xml": [xml.read_bytes()]}
    both = cli.run("invoice", view["upgrade_id"], "--pdf", str(pdf), "--xml", str(pdf), "--json")
    assert (both.code, both.error["field"]) == (2, "xml")
    bad = tmp_path / "no" / "invoice.xml"
    new = tmp_path / "new.pdf"
    done = cli.run("invoice", view["upgrade_id"], "--pdf", str(new), "--xml", str(bad), "--json")
    assert (done.code, done.error["field"]) == (2, "xml")
    assert not new.exists()


def test_outside_the_union_there_is_no_e_invoice_and_no_file(
    cli: Cli, upgrade: str, tmp_path: Path
) -> None:
    files = ("--pdf", str(tmp_path / "i.pdf"), "--xml", str(tmp_path / "i.xml"))
    done = cli.run("invoice", upgrade, *files, "--json")
    assert (done.code, done.error["code"]) == (3, "no_e_invoice")
    assert done.error["reason"] == "not_in_the_eu"
    assert "outside the European Union" in done.error["message"]
    assert not list(tmp_path.iterdir())
