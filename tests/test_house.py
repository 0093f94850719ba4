"""The house rules that no single room can check: imports, locks, what may be committed."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def git(*arguments: str) -> list[str]:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return done.stdout.splitlines()


def test_imports_run_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(program)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


def test_domain_imports_only_the_standard_library_and_pydantic() -> None:
    allowed = sys.stdlib_module_names | {"domain", "pydantic", "pydantic_core"}
    # How people read things is data too, and these two read it (docs/decisions/0007).
    of_languages = {"formats.py", "texts.py"}
    # How tax ids are built is data as well, and this one reads it (docs/decisions/0010).
    of_tax_ids = ROOT / "domain" / "catalog" / "taxes.py"
    for path in (ROOT / "domain").rglob("*.py"):
        also = {"babel"} if path.name in of_languages else set[str]()
        also |= {"stdnum"} if path == of_tax_ids else set[str]()
        for node in ast.walk(ast.parse(path.read_text())):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            foreign = [name for name in names if name.split(".")[0] not in allowed | also]
            assert not foreign, f"{path.relative_to(ROOT)} imports {foreign}"


def test_nothing_imports_the_composition_roots() -> None:
    for room in ("domain", "store", "activities", "workflows", "api", "deploy"):
        for path in (ROOT / room).rglob("*.py"):
            found = re.search(
                r"^\s*(?:from|import) (?:worker|starter)\b", path.read_text(), re.MULTILINE
            )
            assert not found, path


def test_no_committed_file_names_a_registry_or_a_home() -> None:
    # In pieces, or this file would name them.
    banned = [
        "pypi" + r"\.org",
        "pythonhosted" + r"\.org",
        "registry" + r"\.npmjs",
        "--(?:extra-)?" + "index-url",
        "/ho" + r"me/\w",
        "/ro" + r"ot/\w",
        "/Us" + r"ers/\w",
    ]
    pattern = re.compile("|".join(banned))
    faults: list[str] = []
    for name in git("ls-files"):
        path = ROOT / name
        if not path.is_file():
            continue  # deleted in the work tree
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if pattern.search(line) and "--no-emit-index-url" not in line:
                faults.append(f"{name}:{number}: {line.strip()[:80]}")
    assert not faults


def test_no_lock_with_addresses_is_tracked() -> None:
    assert not [name for name in git("ls-files") if name.endswith(("uv.lock", "poetry.lock"))]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_is_pinned_by_hash(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert entries
    for entry in entries:
        assert re.match(r"[\w.-]+==[\w.]+", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_locks_agree_with_each_other() -> None:
    pinned: dict[str, str] = {}
    for lock in LOCKS:
        for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text(), re.MULTILINE):
            assert pinned.setdefault(name, version) == version, f"{name} in {lock.name}"


def test_pyproject_says_what_runtime_in_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "requirements" / "runtime.in").read_text().splitlines()
    assert project["dependencies"] == [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("name", ["dev", ".ci/run"])
def test_scripts_can_be_run(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
    assert all(line.startswith("100755") for line in git("ls-files", "--stage", name))


def test_dev_help_lists_every_command() -> None:
    done = subprocess.run(
        [str(ROOT / "dev"), "help"],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
        timeout=120,
    )
    for name in ("demo", "test", "up", "check", "bench", "soak", "mutate", "run", "lock", "help"):
        assert re.search(rf"^  {name}\b.* \w+", done.stdout, re.MULTILINE), name


def test_an_unknown_dev_command_is_refused() -> None:
    done = subprocess.run(
        [str(ROOT / "dev"), "fly"], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 2
    assert "no command 'fly'" in done.stderr


def test_workflows_wait_the_same_way_on_every_python() -> None:
    """`asyncio.wait_for`, also inside `wait_condition(timeout=...)`, gives up its timer in another
    order on 3.11 than on 3.12: a run begun on the one could not go on on the other.
    """
    faults = [
        f"{path.name}:{node.lineno}"
        for path in sorted((ROOT / "workflows").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and (
            ast.unparse(node.func) in ("asyncio.wait_for", "asyncio.timeout", "asyncio.timeout_at")
            or (
                ast.unparse(node.func).endswith("wait_condition")
                and any(keyword.arg == "timeout" for keyword in node.keywords)
            )
        )
    ]
    assert not faults


CALENDAR = re.compile(
    r"(?:\w+\.)*(?:date|datetime)\.(?:today|now|utcnow)|time\.(?:time|time_ns|localtime|gmtime|ctime)"
)
"""What asks the machine for the date."""


def test_tests_ask_only_their_own_clock_for_the_date() -> None:
    """Or they would mean something else on another day: see docs/testing.md."""
    faults = [
        f"{path.relative_to(ROOT)}:{call.lineno}: {ast.unparse(call)[:60]}"
        for path, call in _calls_in_tests()
        if path != ROOT / "tests" / "clock.py"
        and (CALENDAR.fullmatch(ast.unparse(call.func)) or _has_no_clock(call))
    ]
    assert not faults, "take `now`, `today` or `in_days` of tests/clock.py"


def _has_no_clock(call: ast.Call) -> bool:
    """Whether it makes a service that would go by the machine's clock."""
    needed = {"UpgradeService": 4, "Administration": 2}.get(ast.unparse(call.func), 0)
    return len(call.args) + len(call.keywords) < needed


def test_tests_wait_for_no_process_without_end() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call in _calls_in_tests()
        if re.fullmatch(
            r"subprocess\.(?:run|check_\w+)|[a-z_]+\.communicate", ast.unparse(call.func)
        )
        and path.name != "million.py"  # a program, which waits by asyncio
        and "timeout" not in {keyword.arg for keyword in call.keywords}
    ]
    assert not faults, "give a timeout"


@cache
def _calls_in_tests() -> list[tuple[Path, ast.Call]]:
    """Calls of a name or of an attribute of one."""
    return [
        (path, node)
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    ]
