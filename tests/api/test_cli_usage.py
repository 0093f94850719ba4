"""How the command line explains itself, and what it says of a line that it cannot read."""

import json
import os
import re
import shlex
import shutil
import subprocess
from functools import cache
from typing import Any
from unittest import mock

import pytest
import typer

import starter
import worker
from api.cli import app
from api.cli.app import GROUPS, VERBS, all_verbs
from api.cli.usage import help_and_examples
from api.terminal.ways_on import CalledAs
from deploy.environment import version
from tests.api.cli_support import ROOT
from tests.test_commands_in_docs import fault_of

CALLED = CalledAs("./dev run starter.py", "./dev")
DOCUMENTED = {
    **{name: verb for verbs in VERBS.values() for name, verb in verbs.items()},
    **{f"{group} {name}": verb for group, (_, verbs) in GROUPS.items() for name, verb in verbs.items()},
}  # fmt: skip


def run(
    capsys: pytest.CaptureFixture[str], *arguments: str, columns: int = 80
) -> tuple[int, str, str]:
    """Exit code, stdout and stderr; nothing that is asked here needs a stack."""
    with mock.patch.dict(os.environ, {"COLUMNS": str(columns), "DATABASE_URL": ""}):
        code = starter.main(list(arguments), CALLED)
    out, err = capsys.readouterr()
    return code, out, err


def as_one_line(text: str) -> str:
    return " ".join(text.split())


# ---- help ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_help_tells_all_of_every_verb_at_any_width(
    capsys: pytest.CaptureFixture[str], columns: int
) -> None:
    code, told, complaint = run(capsys, "-h", columns=columns)
    assert (code, complaint) == (0, "")
    assert all(len(line) <= max(columns, 50) for line in told.splitlines())
    for heading, verbs in VERBS.items():
        assert f"\n{heading}:\n" in told
        for name, verb in verbs.items():
            said = as_one_line(help_and_examples(verb)[0].split("\n\n")[0])
            assert f" {name} {said}" in as_one_line(told), name
    for group, (said, _) in GROUPS.items():
        assert f" {group} {said}" in as_one_line(told)


@pytest.mark.parametrize("verb", DOCUMENTED)
def test_a_verb_is_explained_with_an_example_that_works_when_pasted(
    capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    code, told, _ = run(capsys, *verb.split(), "-h")
    assert code == 0
    assert told.startswith(f"Usage: ./dev run starter.py {verb} ")
    assert as_one_line(help_and_examples(DOCUMENTED[verb])[0]) in as_one_line(told)
    assert not re.search(r"\w\.\.\.|…", told.replace("legal_hold, …", "")), "cut"
    assert run(capsys, *verb.split(), "--help")[1] == told
    examples = told.partition("\nExample")[2].partition("\n")[2].splitlines()
    assert examples
    for line in examples:
        example = line.strip()
        if example == "./dev demo":
            continue
        assert example.startswith(f"./dev run starter.py {verb}")
        arguments = example.removeprefix("./dev run starter.py ").partition(" > ")[0]
        assert fault_of(arguments) is None, example


def test_every_verb_is_listed_once() -> None:
    names = [name for verbs in VERBS.values() for name in verbs]
    assert len(set(names)) == len(names)
    assert set(all_verbs()) == {*DOCUMENTED, *GROUPS}


@pytest.mark.parametrize("group", [(), *((group,) for group in GROUPS)])
def test_without_a_verb_people_get_the_help(
    capsys: pytest.CaptureFixture[str], group: tuple[str, ...]
) -> None:
    code, told, help = run(capsys, *group)
    assert (code, told) == (2, "")
    assert help.startswith("Usage: ./dev run starter.py ")


def test_without_a_verb_programs_get_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    code, told, complaint = run(capsys, "--json")
    assert (code, complaint) == (2, "")
    error = json.loads(told)["error"]
    assert (error["code"], error["verbs"]) == (
        "bad_usage",
        [name for name in all_verbs() if " " not in name],
    )


def test_the_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"plan-upgrade {version()}\n", "")
    assert json.loads(run(capsys, "--version", "--json")[1]) == {"version": version()}
    for command in (["./dev"], ["./dev", "run", "worker.py"]):
        done = subprocess.run(
            [*command, "--version"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stdout == f"plan-upgrade {version()}\n", done.stderr


# ---- what cannot be read ------------------------------------------------------------------------

WRONG: list[tuple[str, str, dict[str, Any]]] = [
    ("fly", 'there is no verb "fly"', {"verb": "fly", "near": []}),
    ("optoins x", 'there is no verb "optoins": did you mean options?', {"near": ["options"]}),
    ("assign s u", 'there is no verb "assign": did you mean admin assign?', {}),
    ("cancle x", 'there is no verb "cancle": did you mean cancel or change?', {}),
    ("webhooks dead-leters", 'webhooks has no verb "dead-leters": did you mean dead-letters?', {}),
    ("admin fly", 'admin has no verb "fly"', {"verb": "fly"}),
    ("options", "SUBSCRIPTION is missing: its id", {"argument": "SUBSCRIPTION"}),
    ("admin set-licenses s", "N is missing: how many, all in all", {"argument": "N"}),
    ("load", "FILE is missing: YAML, or JSON as *.json", {"argument": "FILE"}),
    ("options x y", 'options takes no more words: leave out "y"', {}),
    ("options x --fast", 'options has no option "--fast"', {"option": "--fast", "near": []}),
    ("options x --josn", 'options has no option "--josn": did you mean --json?', {}),
    ("fast-forward u -2d", 'fast-forward has no option "-2": write -- before a value that', {}),
    ("status x --watch=1", "--watch takes no value", {"option": "--watch"}),
    (
        "decide x aproved --reference R",
        'DECISION cannot be "aproved": write approved or declined',
        {"argument": "DECISION", "choices": ["approved", "declined"], "near": ["approved"]},
    ),
    (
        "quote s --to p --licenses 1 --billing weekly",
        '--billing cannot be "weekly": write monthly or annual',
        {"option": "--billing", "choices": ["monthly", "annual"]},
    ),
    ("quote s --to p --licenses 1", "--billing is missing: write monthly or annual", {}),
    ("decide x approved", "--reference is missing: the reviewer's reference", {}),
    ("--fast", 'the command line itself has no option "--fast"', {}),
    ("--show-completion ksh", '--show-completion cannot be "ksh": write bash, zsh or fish', {}),
    ("decide x \x1b[31m --reference R", "DECISION cannot be ", {}),
]


@pytest.mark.parametrize(("line", "message", "details"), WRONG, ids=[line for line, *_ in WRONG])
def test_a_line_that_cannot_be_read_is_explained_in_our_own_words(
    capsys: pytest.CaptureFixture[str], line: str, message: str, details: dict[str, Any]
) -> None:
    code, told, complaint = run(capsys, *line.split(" "), "--json")
    error = json.loads(told)["error"]
    assert (code, complaint, error["code"]) == (2, "", "bad_usage")
    assert error["message"].startswith(message)
    assert error.items() >= details.items()
    code, told, complaint = run(capsys, *line.split(" "))
    assert (code, told) == (2, "")
    assert as_one_line(complaint).startswith(f"error: {message}")
    # The last line is a command to paste.
    help = complaint.splitlines()[-1].strip()
    assert help.startswith("./dev run starter.py ")
    assert run(capsys, *shlex.split(help)[3:])[0] == 0


def test_an_option_without_its_value_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    code, told, complaint = run(capsys, "upgrade", "x", "--quote")
    assert (code, told) == (2, "")
    assert complaint.startswith("error: --quote needs a value after it\n")
    assert complaint.endswith("./dev run starter.py upgrade --help\n")


def test_a_worker_explains_itself_and_takes_no_arguments(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert worker.answer_to([]) is None
    assert worker.answer_to(["-h"]) == 0
    assert (
        "DATABASE_POOL_MAX\n      a number of connections, 1 to 1000; 10 if not set"
        in capsys.readouterr().out
    )
    assert worker.answer_to(["--hlep"]) == 2
    assert "worker.py --help lists them" in capsys.readouterr().err


def test_json_is_asked_of_a_verb(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("--json", "options", "x"), ("admin", "--json")):
        code, told, _ = run(capsys, *words)
        assert code == 2
        assert "write --json after the verb" in json.loads(told)["error"]["message"]


LIBRARY = re.compile(
    r"input should be|value error|valid (int|string|bool)|no such (option|command)|invalid value"
    r"|missing (option|argument|parameter)|requires an argument|extra argument|pydantic|click|typer",
    re.IGNORECASE,
)


def test_no_wrong_line_speaks_as_a_library_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every option of every verb, with nothing, with too much, and with what it cannot be."""
    # Thousands of lines follow, and all are read by the same parser.
    monkeypatch.setattr(starter, "build_app", cache(app.build_app))
    monkeypatch.setattr(typer.main, "get_command", cache(typer.main.get_command))
    strange = ["", "\udcff"]
    for verb in DOCUMENTED:
        help = run(capsys, *verb.split(), "-h")[1]
        options = re.findall(r"^  (--[a-z-]+)", help, re.MULTILINE)
        lines = [[*verb.split(), *words] for words in ([], ["a"], ["a"] * 4)]
        lines += [[*verb.split(), "a", option] for option in options]
        lines += [[*verb.split(), "a", option, word] for option in options for word in strange]
        for line in lines:
            if verb in ("serve", "schema"):
                continue
            code, told, complaint = run(capsys, *line, "--json")
            assert code in (2, 5), line
            assert complaint == "", line
            error = json.loads(told)["error"]
            assert not LIBRARY.search(error["message"]), (line, error)


# ---- completion ---------------------------------------------------------------------------------


COMPLETED = {
    "./dev run starter.py opt": "options",
    "./dev run starter.py options --l": "--lang",
    "starter webhooks del": "deliveries",
    "starter quote x --billing m": "monthly",
}
"""Words, and the only one that a shell offers after them."""


def offers(shell: str, words: str) -> str:
    """A line for a shell that has loaded the completion: it prints what it offers after some words."""
    return {
        "bash": f"COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1));"
        ' _starter_complete; echo "${COMPREPLY[@]}"',
        "zsh": f"words=({words}); CURRENT=$#words; _starter_complete",
        "fish": f"echo (complete -C {shlex.quote(words)} | string replace -r '\\t.*' '')",
    }[shell]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_verbs_options_and_values(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    load = f"./dev run starter.py --show-completion {shell}"
    plain, loaded = {
        "bash": (["--norc"], f'eval "$({load})"'),
        "zsh": (
            ["-f"],
            f"autoload -Uz compinit; compinit -u -D; source <({load});"
            ' compadd() { echo "${(P@)@[-1]}" }; _files() { }',
        ),
        "fish": (["--no-config"], f"{load} | source"),
    }[shell]
    done = subprocess.run(
        [shell, *plain, "-c", "\n".join([loaded, *(offers(shell, each) for each in COMPLETED)])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert dict(zip(COMPLETED, done.stdout.splitlines(), strict=True)) == COMPLETED


def test_the_function_that_is_completed_calls_the_command_line() -> None:
    script = app.completion.script(
        app.completion.Shell.bash, [str(ROOT / "dev"), "run", "starter.py"]
    )
    done = subprocess.run(
        ["bash", "-c", f"{script}\nstarter --version"],
        cwd="/",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.decode() == f"plan-upgrade {version()}\n", done.stderr
