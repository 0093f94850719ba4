"""The tour of the README is what a reader will see."""

import subprocess
import sys
from pathlib import Path

from tests.readme_tour import masked

ROOT = Path(__file__).parent.parent


def test_the_tour_reads_as_in_the_readme() -> None:
    stack = [sys.executable, "-m", "deploy.local_stack.stack", "--fresh-temp", "run", "--"]
    done = subprocess.run(
        [*stack, sys.executable, "-m", "tests.readme_tour"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_masking_keeps_what_a_reader_reads() -> None:
    assert masked("Total   USD 750.00") == masked("Total USD 1,033.10")
    assert masked("Total USD 750.00") != masked("Total EUR 750.00")
    assert masked("refused") != masked("invoiced")
    assert masked("after Nov 25, 2026, 9:50 AM UTC") == masked("after Dec 1, 2026,\n 12:50 PM UTC")
    assert masked("請於 上午9:50 之後重試") == masked("請於 下午12:50 之\n後重試")
