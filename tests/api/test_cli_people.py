"""What people see: their language, 80 columns, no codes where there is no terminal."""

import re

import pytest
from rich.console import Group
from rich.table import Table
from rich.text import Text

from api.cli.app import VERBS
from api.terminal.text import SafeConsole, say
from api.terminal.upgrades import show_upgrade
from domain.text.free_text import fault_in
from domain.views.read_models import UpgradeView
from tests import nasty_texts
from tests.api.cli_support import Cli, Done

PLAIN = {"COLUMNS": "80"}


def told(done: Done) -> str:
    """What was told, which must fit and hold no code."""
    assert done.code == 0, done
    assert "\x1b" not in done.stdout
    # A command to copy is never broken.
    lines = [line for line in done.stdout.splitlines() if "starter.py" not in line]
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if line != line.rstrip()]
    return done.stdout


def test_options_speak_the_language_of_the_tenant(cli: Cli) -> None:
    chinese, english = cli.tenant(language="zh-TW"), cli.tenant()
    assert "可以升級" in told(cli.run("options", chinese))
    assert "can be upgraded" in told(cli.run("options", english))
    assert "可以升級" in told(cli.run("options", english, "--lang", "zh-TW"))
    assert "can be upgraded" in told(cli.run("options", chinese, "--lang", "en"))


def test_refused_options_tell_every_reason_with_its_way_out(cli: Cli) -> None:
    refused = cli.tenant(subscription={"balance_due": "5.00", "licenses": 1})
    text = " ".join(told(cli.run("options", refused)).split())
    assert "More licenses are assigned than you have purchased: 3 assigned, 1 purchased." in text
    assert "unpaid balance of $5.00" in text
    assert "Pay the balance now" in text
    assert "By hand instead 1. Buy the plan" in text
    every = " ".join(told(cli.run("options", refused, "--all")).split())
    assert "✗ standard: for the reasons above" in every
    assert "✗ mail-only: Mail-Only lacks services in which your users keep data: Sites." in every


def test_a_quote_is_a_bill_with_its_arithmetic(cli: Cli) -> None:
    subscription = cli.tenant(payment_method="invoice")
    wanted = ("--to", "premium", "--licenses", "10", "--billing", "monthly")
    text = told(cli.run("quote", subscription, *wanted))
    assert re.search(r"Licenses of Premium for one month: 10 +\$220\.00\n", text)
    assert "= licenses × unit_price\n  = 10 × 22.00\n" in text
    assert "Credit check       you pay by invoice; until" in text
    assert re.search(r"  starter\.py upgrade \S+ --quote q-\w+\n", text)


def test_a_way_is_told_in_the_language_of_the_tenant_or_the_one_asked_for(cli: Cli) -> None:
    subscription = cli.tenant(language="zh-TW")
    wanted = ("--to", "premium", "--licenses", "10", "--billing", "monthly")
    quoted = told(cli.run("quote", subscription, *wanted))
    assert "US$220.00\n" in quoted
    assert re.search(r"第一張發票 +\d+年\d+月\d+日 週.\n", quoted)
    assert re.search(r"Total +\$", told(cli.run("quote", subscription, *wanted, "--lang", "en")))
    id = cli.order(subscription)["upgrade_id"]
    waiting = told(cli.run("status", id))
    assert "◉ 完成" in waiting
    assert re.search(r"已移轉 3／3 位\n等候 +計費日：\d+年\d+月\d+日 .*\d:\d\d UTC\n", waiting)
    assert "◉ complete" in told(cli.run("status", id, "--lang", "en"))
    assert "完成，計費日：2" in told(cli.run("status", id, "--watch"))
    told(cli.run("fast-forward", id, "32d", "--lang", "en"))
    assert re.search(r"發票 INV-\d+ +開立日期：\d+年", told(cli.run("invoice", id)))
    english = told(cli.run("invoice", id, "--lang", "en"))
    assert re.search(r"Invoice INV-\d+  issued on \w{3}, \w{3} \d+, \d{4}\n", english)


def test_a_refusal_is_told_in_the_language_of_the_tenant_or_the_one_asked_for(cli: Cli) -> None:
    wanted = ("--to", "premium", "--licenses", "10", "--billing", "monthly")
    indebted = cli.tenant(language="zh-TW", subscription={"balance_due": "5.00"})
    refused = cli.run("quote", indebted, *wanted).stderr
    assert "無法進行：" in refused
    assert "有未付款的餘額 US$5.00。" in refused
    assert "改為手動變更" in refused
    assert "unpaid balance of $5.00" in cli.run("quote", indebted, *wanted, "--lang", "en").stderr
    wrong = cli.run("quote", indebted, *wanted, "--lang", "xx")
    assert (wrong.code, wrong.stderr.startswith("error: lang")) == (2, True)
    id = cli.order(cli.tenant(language="zh-TW"))["upgrade_id"]
    assert cli.run("cancel", id, "--reason", "again").stderr.startswith("錯誤：")


def test_everything_else_can_be_read_too(cli: Cli) -> None:
    subscription = cli.tenant()
    view = cli.order(subscription)
    id = view["upgrade_id"]
    assert "◉ complete" in told(cli.run("status", id))
    watched = told(cli.run("status", id, "--watch"))
    assert watched.startswith(f"{subscription}: complete, the billing day, ")
    assert "● complete" in told(cli.run("fast-forward", id, "32d"))
    assert "Invoice INV-" in told(cli.run("invoice", id))
    assert "BillingSwitched" in told(cli.run("events", id))
    assert "升級至 Premium" in told(cli.run("notices", view["tenant_id"], "--lang", "zh-TW"))
    assert "upgrade_complete" in told(cli.run("notices", view["tenant_id"]))
    assert "nobody" in told(cli.run("users", subscription))
    new = view["new_subscription_id"]
    for_more = re.search(
        rf"For more:\n  starter\.py (users {new} --limit 1 --after \S+)\n",
        told(cli.run("users", new, "--limit", "1")),
    )
    assert for_more is not None
    assert "@" in told(cli.run(*for_more[1].split()))
    assert "all of it holds" in told(cli.run("verify"))
    assert "all of it holds" in told(cli.run("rebuild"))
    assert "nothing to do" in told(cli.run("migrate"))
    assert "imported: 3 services" in told(cli.run("load", str(cli.world_file())))


def test_help_lists_every_verb_and_each_has_an_example(cli: Cli) -> None:
    listed = told(cli.run("--help"))
    for verb in (verb for verbs in VERBS.values() for verb in verbs):
        assert re.search(rf"^  {verb}  +\w", listed, re.MULTILINE), verb
        own = told(cli.run(verb, "--help"))
        assert re.search(r"^ *Examples?:", own, re.MULTILINE), verb
        assert "--json" in own or verb == "demo"


def test_what_others_wrote_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    show_upgrade(a_console(), canceled("[bold red]not markup[/] :smile:"), "en")
    assert "[bold red]not markup[/] :smile:" in capsys.readouterr().out


@pytest.mark.parametrize("text", nasty_texts.ALL.values(), ids=nasty_texts.ALL)
def test_what_others_wrote_cannot_steer_a_terminal(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    show_upgrade(a_console(), canceled("plain"), "en")
    expected = capsys.readouterr().out
    show_upgrade(a_console(), canceled(text), "en")
    shown = capsys.readouterr().out
    assert len(shown.splitlines()) == len(expected.splitlines())
    assert fault_in(shown.replace("\n", "")) is None


@pytest.mark.parametrize("text", nasty_texts.REFUSED.values(), ids=nasty_texts.REFUSED)
def test_not_even_a_text_that_nobody_has_cleaned_gets_through(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    table = Table(text)
    table.add_row(text)
    for raw in (text, Text(text), Group(Text(text)), table):
        say(a_console(), raw)
        a_console().print(raw)
    shown = capsys.readouterr().out
    assert fault_in(shown.replace("\n", ""), longest=len(shown)) is None


def a_console() -> SafeConsole:
    return SafeConsole(width=100, markup=False, emoji=False, highlight=False)


def canceled(reason: str) -> UpgradeView:
    return UpgradeView.model_validate(
        {
            "upgrade_id": "up-1",
            "version": 1,
            "workflow_id": "plan-upgrade-up-1",
            "tenant_id": "t",
            "subscription_id": "s",
            "new_subscription_id": None,
            "target_plan_id": "p",
            "stage": "canceled",
            "deadline": None,
            "quote_id": "q-1",
            "users": {"total": 0, "moved": 0, "remaining": 0},
            "placed_at": "2026-06-18T00:00:00Z",
            "timeline": [{"stage": "canceled", "at": "2026-06-18T00:00:00Z"}],
            "reason": reason,
        }
    )


def test_a_refused_quote_shows_every_reason_and_the_way_by_hand(cli: Cli) -> None:
    wanted = ("--to", "mail-only", "--licenses", "10", "--billing", "monthly")
    refused = cli.run("quote", cli.tenant(subscription={"balance_due": "5.00"}), *wanted)
    assert refused.code == 3
    told_so = " ".join(refused.stderr.split())
    assert "unpaid_balance" in told_so
    assert "lacks services in which your users keep data" in told_so
    assert "By hand instead 1. Buy the plan you want to change to (Mail-Only (without " in told_so
