"""The command line as a process of its own: streams, signals, start-up."""

import json
import os
import pty
import signal
import subprocess
import sys
import time

import pytest

from tests.api.cli_support import ROOT, Cli


def test_stdout_is_one_document_and_stderr_is_silent(cli: Cli) -> None:
    view = cli.waiting_for_credit()
    done = cli.process(*("decide", view["upgrade_id"], "approved", "--reference", "R-1", "--json"))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["upgrade_id"] == view["upgrade_id"]


def test_exit_codes_leave_the_process(cli: Cli) -> None:
    assert cli.process("options", "nobody", "--json").returncode == 4
    assert cli.process("fly").returncode == 2
    assert cli.process("options", "x", environment={"DATABASE_URL": ""}).returncode == 5


def test_bytes_that_are_no_text_are_bad_input(cli: Cli) -> None:
    done = cli.process("options", b"\xff\xfe", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "bad_input"


def test_texts_are_utf_8_whatever_the_locale(cli: Cli) -> None:
    subscription = cli.tenant(language="zh-TW")
    locale = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = cli.process("options", subscription, environment={**locale, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert "可以升級" in done.stdout


def test_a_reader_who_leaves_hears_no_complaint(cli: Cli) -> None:
    cli.json("load", str(cli.world_file()))
    command = [sys.executable, str(ROOT / "starter.py"), "schema"]
    with subprocess.Popen(
        command, env={**os.environ, **cli.environment}, stdout=-1, stderr=-1
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode in (0, 141)


def test_ctrl_c_ends_quietly(cli: Cli) -> None:
    view = cli.waiting_for_credit()
    cli.sql("select 1")
    # Nothing rests while nobody checks: a stage that never comes to rest.
    cli.sql(
        "update upgrades set view = jsonb_set(view, '{stage}', '\"moving_users\"')"
        " where upgrade_id = $1",
        view["upgrade_id"],
    )
    try:
        with subprocess.Popen(
            [sys.executable, str(ROOT / "starter.py"), "status", view["upgrade_id"], "--watch"],
            env={**os.environ, **cli.environment, "PYTHONUNBUFFERED": "1"},
            stdout=-1,
            stderr=-1,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            try:
                assert b"moving users" in process.stdout.readline()
                process.send_signal(signal.SIGINT)
                assert process.wait(timeout=20) == 130
                assert process.stderr.read() == b""
            finally:
                process.kill()
    finally:
        cli.sql(
            "update upgrades set view = jsonb_set(view, '{stage}', '\"awaiting_credit_check\"')"
            " where upgrade_id = $1",
            view["upgrade_id"],
        )


@pytest.mark.parametrize(("variables", "colored"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_colors_unless_it_wants_none(
    cli: Cli, variables: dict[str, str], colored: bool
) -> None:
    subscription = cli.tenant(subscription={"balance_due": "5.00"})
    ours, theirs = pty.openpty()
    environment = {**os.environ, **cli.environment, "TERM": "xterm-256color", **variables}
    environment.pop("CI", None)
    subprocess.run(
        [sys.executable, str(ROOT / "starter.py"), "options", subscription],
        env=environment,
        stdout=theirs,
        check=True,
        timeout=60,
    )
    os.close(theirs)
    shown = os.read(ours, 100_000)
    os.close(ours)
    assert (b"\x1b[31m" in shown) == colored


def test_watching_is_redrawn_in_place_on_a_terminal(cli: Cli) -> None:
    view = cli.waiting_for_credit()
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, str(ROOT / "starter.py"), "status", view["upgrade_id"], "--watch"],
        env={**os.environ, **cli.environment, "TERM": "xterm-256color"},
        stdout=theirs,
        check=True,
        timeout=60,
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "\x1b[?25l" in shown  # the cursor hides while it is redrawn
    assert shown.count("credit check") == 1
    assert "a decision, by" in shown


def test_asking_the_database_does_not_wait_for_temporal_to_be_imported(cli: Cli) -> None:
    subscription = cli.tenant()
    code = (
        "import sys, starter\n"
        f"assert starter.main(['options', {subscription!r}]) == 0\n"
        "sys.exit('temporalio' in sys.modules or 'holidays' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **cli.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_an_unforeseen_error_is_one_line_unless_asked_for_more(cli: Cli) -> None:
    code = (
        "import sys, starter\n"
        "from api.service.quotes import Quotes\n"
        "async def broken(*_, **__): raise KeyError('surprise')\n"
        "Quotes.options = broken\n"
        "sys.exit(starter.main(sys.argv[1:]))"
    )
    environment = {**os.environ, **cli.environment}
    began = time.monotonic()
    for level, expected in (("INFO", False), ("DEBUG", True)):
        done = subprocess.run(
            [sys.executable, "-c", code, "options", "x", "--json"],
            cwd=ROOT,
            env={**environment, "LOG_LEVEL": level},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 1
        assert json.loads(done.stdout)["error"]["code"] == "unexpected"
        assert ("Traceback" in done.stderr) == expected
    assert time.monotonic() - began < 60
