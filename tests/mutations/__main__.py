"""`./dev mutants [NAME ...]`: plants each fault in a copy of the project and runs the tests that must fail.

Before that they are run without any fault: a test that fails anyway notices nothing. Exit code 1 if a
fault is noticed by none of its tests, or by not all of them.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.mutations.planted import MUTANTS, ROOT, Mutant

SECONDS = 600
"""For all tests of one fault."""
COPIED = ("activities", "api", "deploy", "domain", "store", "tests", "workflows")
FILES = ("pyproject.toml", "worker.py", "starter.py", "dev", "requirements.txt")


def main() -> int:
    """Plant, run, and print the table."""
    parser = argparse.ArgumentParser(prog="./dev mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these; all without any")
    names: list[str] = parser.parse_args().names
    known = {mutant.name: mutant for mutant in MUTANTS}
    if unknown := sorted(set(names) - set(known)):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = [known[name] for name in names] if names else list(MUTANTS)

    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = copy_into(Path(folder) / "project")
        tests = dict.fromkeys(test for mutant in chosen for test in mutant.caught_by)
        if failed := failing(copy, tests):
            print("these fail without any fault:", *failed, sep="\n  ")
            return 1
        missed = 0
        for mutant in chosen:
            began = time.monotonic()
            slept = [test for test in mutant.caught_by if test not in noticed(copy, mutant)]
            missed += bool(slept)
            said = f"NOT NOTICED by {', '.join(slept)}" if slept else "noticed"
            print(f"{mutant.name:26} {said} ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} noticed")
    return 1 if missed else 0


def copy_into(folder: Path) -> Path:
    """What tests need of the project, without its environment."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, folder / name)
    (folder / "docs").symlink_to(ROOT / "docs")
    return folder


def noticed(copy: Path, mutant: Mutant) -> list[str]:
    """Those of its tests that fail with the fault in place."""
    file = copy / mutant.file
    whole = file.read_text()
    file.write_text(mutant.planted_in(whole))
    try:
        return failing(copy, mutant.caught_by)
    finally:
        file.write_text(whole)


def failing(copy: Path, tests: Iterable[str]) -> list[str]:
    """Which of these tests fail; one that cannot even be collected ends it."""
    wanted = list(tests)
    done = run(copy, wanted)
    if done.returncode not in (0, 1):
        raise SystemExit(f"pytest ended with {done.returncode}:\n{done.stdout[-4000:]}")
    lines = done.stdout.splitlines()
    bad = [line.split(" ", 1)[1] for line in lines if line.startswith(("FAILED ", "ERROR "))]
    return [test for test in wanted if any(line.startswith(test) for line in bad)]


def run(copy: Path, tests: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Pytest in the copy."""
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", *tests]
    return subprocess.run(
        command,
        cwd=copy,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


if __name__ == "__main__":
    sys.exit(main())
