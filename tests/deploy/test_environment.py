"""The entries in an environment that is not the project's: one line says what to do."""

import ast
import json
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from deploy import environment
from deploy.environment import problem_with_environment
from tests.deploy.conftest import ROOT

ENTRIES = ("starter.py", "worker.py")
WITHOUT_PACKAGES = [sys.executable, "-S"]


def run(*command: str, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("entry", ENTRIES)
def test_without_packages_an_entry_says_in_one_line_what_to_run_instead(
    entry: str, tmp_path: Path
) -> None:
    for cwd, dev in ((ROOT, "./dev"), (ROOT / "docs", "../dev")):
        done = run(*WITHOUT_PACKAGES, str(ROOT / entry), "status", "an upgrade", cwd=cwd)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("error: this Python lacks the package ")
        assert done.stderr.endswith(f": {dev} run {entry} status 'an upgrade'\n")
        assert done.stderr.count("\n") == 1
    as_json = run(*WITHOUT_PACKAGES, str(ROOT / entry), "--json", cwd=tmp_path)
    assert (as_json.returncode, as_json.stderr) == (2, "")
    error = json.loads(as_json.stdout)["error"]
    assert error["code"] == "environment_incomplete"
    assert Path(shlex.split(error["message"])[-4]).name == "dev"


def test_a_package_that_is_missed_later_is_told_the_same_way() -> None:
    code = (
        "import sys, starter\n"
        "sys.modules['babel'] = sys.modules['holidays'] = None\n"
        "sys.modules['temporalio'] = sys.modules['temporalio.client'] = None\n"
        "sys.argv = ['starter.py', 'replay', 'run.json', '--json']\n"
        "sys.exit(starter.main(sys.argv[1:]))"
    )
    done = run(sys.executable, "-c", code)
    assert (done.returncode, done.stderr) == (2, "")
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "environment_incomplete"
    assert "lacks the package temporalio" in error["message"]


@pytest.mark.parametrize("file", [*ENTRIES, "deploy/__init__.py", "deploy/environment.py"])
def test_an_old_python_can_read_what_tells_it_that_it_is_too_old(file: str) -> None:
    ast.parse((ROOT / file).read_text(), feature_version=(3, 7))


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_imports_nothing_unguarded(entry: str) -> None:
    first, *others = (
        node
        for node in ast.parse((ROOT / entry).read_text()).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    assert isinstance(first, ast.ImportFrom)
    assert first.module == "deploy.environment"
    assert others == []


@pytest.mark.parametrize(
    ("version", "told"),
    [((3, 10, 13), "this is Python 3.10"), ((3, 14, 0), "this is Python 3.14"), ((3, 13, 0), None)],
)
def test_another_python_is_named(
    version: tuple[int, int, int], told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment.sys, "version_info", version)
    problem = problem_with_environment(SyntaxError("match"))
    assert problem is None if told is None else (problem or "").startswith(told)


def test_an_import_error_of_our_own_is_a_bug() -> None:
    assert problem_with_environment(ImportError("cannot import name", name="api.cli")) is None
    assert problem_with_environment(ImportError("cannot import name", name="worker")) is None
    assert "cannot load the package asyncpg" in (
        problem_with_environment(ImportError("wrong ELF class", name="asyncpg.protocol")) or ""
    )


def test_the_versions_are_those_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    oldest, too_new = (
        ".".join(map(str, version)) for version in (environment.OLDEST, environment.FIRST_TOO_NEW)
    )
    assert project["requires-python"] == f">={oldest},<{too_new}"
