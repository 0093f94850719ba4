"""Printed next steps: each works when pasted, in the folder and by the words of who called."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from api.terminal.ways_on import CalledAs, as_called, called_as
from tests.api.cli_support import ROOT, Cli

COMMAND = re.compile(r"^  (.*\bstarter\.py .*)$", re.MULTILINE)


def pasted(
    cli: Cli, line: str, folder: Path, variables: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Run a line as a shell would that somebody has pasted it into."""
    return subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env={**os.environ, **cli.environment, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("way", ["from the root", "from elsewhere", "by ./dev run"])
def test_a_way_is_gone_by_pasting_what_is_printed(cli: Cli, tmp_path: Path, way: str) -> None:
    folder = ROOT if way != "from elsewhere" else tmp_path
    python = shlex.quote(sys.executable)
    relative = os.path.relpath(ROOT / "starter.py", folder)
    calls = {
        "from the root": f"{python} starter.py",
        "from elsewhere": f"{python} -X utf8 {relative}",
        "by ./dev run": "./dev run starter.py",
    }
    call = calls[way]
    variables: dict[str, str] = {}
    if way == "by ./dev run":
        # As dev runs it, in the environment of these tests.
        variables = {"DEV_CALLED_AS": "./dev", "DEV_RUNS": "starter.py"}

    def paste(line: str) -> str:
        assert line.startswith(f"{call} "), line
        typed = line.replace("./dev run", python) if variables else line
        done = pasted(cli, typed, folder, variables)
        assert done.returncode == 0, (line, done)
        return done.stdout

    def printed(text: str, verb: str) -> str:
        (line,) = (line for line in COMMAND.findall(text) if f"starter.py {verb}" in line)
        return line

    options = paste(f"{call} options {cli.tenant(payment_method='invoice')}")
    assert "mail-only: " in paste(
        next(line for line in COMMAND.findall(options) if "--all" in line)
    )
    quoted = paste(printed(options, "quote"))
    ordered = paste(printed(quoted, "upgrade") + " --wait")
    decided = paste(next(line for line in COMMAND.findall(ordered) if " approved " in line))
    upgrade = re.search(r"\bup-[a-z2-7]{20}\b", decided)
    assert upgrade is not None
    invoiced = paste(f"{call} fast-forward {upgrade[0]} 40d")
    assert "Invoice INV-" in paste(printed(invoiced, "invoice"))


def test_a_failure_tells_the_command_that_is_right(cli: Cli, tmp_path: Path) -> None:
    subscription = cli.tenant()
    quote = cli.quote(subscription)
    other = cli.process("change", subscription, "--quote", quote["quote_id"])
    assert other.returncode == 2
    call = shlex.join([sys.executable, str(ROOT / "starter.py")])
    right = f"{call} upgrade {subscription} --quote {quote['quote_id']}"
    assert f"\n  {right}\n" in other.stderr
    as_json = cli.run("change", subscription, "--quote", quote["quote_id"], "--json").error
    assert as_json["commands"] == [f"starter.py {right.removeprefix(call).strip()}"]
    assert pasted(cli, right, tmp_path, {}).returncode == 0


def test_without_a_stack_the_way_to_one_is_from_the_folder_one_is_in(cli: Cli) -> None:
    done = cli.process("options", "x", environment={"DATABASE_URL": ""})
    assert f"start the stack with {os.path.relpath(ROOT / 'dev', cli.folder)} up" in " ".join(
        done.stderr.split()
    )


def test_what_another_script_runs_is_not_called_as_that_script(cli: Cli) -> None:
    environment = {"DEV_CALLED_AS": "./dev", "DEV_RUNS": "examples/client.py"}
    done = cli.process("options", cli.tenant(), environment=environment)
    assert "dev run" not in done.stdout
    assert f"  {sys.executable} " in done.stdout


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("starter.py retry up-1", "./a/dev run starter.py retry up-1"),
        ("run `starter.py migrate`, or ./dev up", "run `./a/dev run starter.py migrate`, or ./a/dev up"),
        ("starter.py --help", "./a/dev run starter.py --help"),
        ("/x/starter.py is a file, my-starter.py too", None),
        ("starter.py", None),
        ("./develop it", None),
        ("temporal workflow unpause -w w", "bin/temporal workflow unpause -w w"),
        ("go on: `temporal activity unpause -a a`", "go on: `bin/temporal activity unpause -a a`"),
        ("the temporal workflow of an order", None),
        ("temporal: no answer", None),
    ],
)  # fmt: skip
def test_commands_in_a_text_are_shown_as_called(text: str, shown: str | None) -> None:
    with called_as(CalledAs("./a/dev run starter.py", "./a/dev", "bin/temporal")):
        assert as_called(text) == (shown or text)
    assert as_called(text) == text
