"""./dev in a folder of its own that is set up already: which environment a script gets."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.conftest import ROOT

SHOW = "import os, sys; print(os.environ.get('DATABASE_URL'), os.getcwd(), *sys.argv[1:])\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    house = tmp_path / "a house"
    (house / ".venv" / "bin").mkdir(parents=True)
    (house / ".local").mkdir()
    shutil.copy(ROOT / "dev", house)
    shutil.copytree(ROOT / "requirements", house / "requirements")
    (house / ".venv" / "bin" / "python").symlink_to(sys.executable)
    sums = subprocess.run(
        ["cksum", "requirements/dev.txt", "requirements/uv.txt"],
        cwd=house,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    (house / ".venv" / ".stamp-dev").write_text(f"{sums.stdout}{house}\n")
    (house / "show.py").write_text(SHOW)
    return house


def run(house: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(house / "dev"), "run", *arguments],
        cwd=house.parent,
        env={"PATH": os.environ["PATH"], "HOME": str(house.parent), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_script_is_told_how_it_was_called(house: Path) -> None:
    script = "import os; print(os.environ['DEV_CALLED_AS'], os.environ['DEV_RUNS'])"
    (house / "called.py").write_text(script)
    elsewhere = house / "else" / "where"
    elsewhere.mkdir(parents=True)
    for dev, file, cwd in (
        ("./dev", "called.py", house),
        ("../../dev", "called.py", elsewhere),
        (str(house / "dev"), "../../called.py", elsewhere),
    ):
        done = subprocess.run(
            [dev, "run", file],
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.stdout == f"{dev} {file}\n", done.stderr
    done = subprocess.run(
        ["sh", "dev", "run", "called.py"],
        cwd=house,
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert done.stdout == b"./dev called.py\n"


def test_without_a_stack_it_is_the_script_that_says_how_to_get_one(house: Path) -> None:
    done = run(house, "show.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("None ")


def test_the_stack_of_dev_up_is_used_from_any_folder(house: Path) -> None:
    (house / ".local" / "env").write_text(f"# pid {os.getpid()}\nDATABASE_URL=postgresql://a=b\n")
    done = run(house, "show.py", "load", "a world.yaml")
    assert done.stdout == f"postgresql://a=b {house.parent} load a world.yaml\n", done.stderr


def test_what_the_caller_has_set_wins(house: Path) -> None:
    (house / ".local" / "env").write_text(f"# pid {os.getpid()}\nDATABASE_URL=theirs\n")
    assert run(house, "show.py", DATABASE_URL="mine").stdout.startswith("mine ")


def test_lines_that_are_no_variables_are_not_run(house: Path) -> None:
    trap = house / "trap"
    lines = f"# pid {os.getpid()}\nA$(touch '{trap}')=1\nDATABASE_URL=$(touch '{trap}')\n"
    (house / ".local" / "env").write_text(lines)
    assert run(house, "show.py").stdout.startswith("$(touch ")
    assert not trap.exists()


def test_a_file_left_by_a_killed_stack_is_not_believed(house: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    (house / ".local" / "env").write_text(f"# pid {gone.pid}\nDATABASE_URL=dead\n")
    assert run(house, "show.py").stdout.startswith("None ")


def test_a_set_up_folder_is_not_set_up_again(house: Path) -> None:
    done = run(house, "show.py", DATABASE_URL="mine")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (house / ".tools").exists()


def test_changed_locks_are_noticed(house: Path) -> None:
    with (house / "requirements" / "dev.txt").open("a") as lock:
        lock.write("# changed\n")
    done = run(house, "show.py", DATABASE_URL="mine", DEV_PYTHON="/bin/false")
    assert done.returncode == 1
    assert done.stderr == "dev: DEV_PYTHON=/bin/false is not a Python 3.11-3.13 with pip\n"
