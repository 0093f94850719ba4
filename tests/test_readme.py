"""The tour of the README is what a reader will see."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.readme_tour import masked

ROOT = Path(__file__).parent.parent
CONTOSO = ZoneInfo("America/Los_Angeles")
BILLING_DAY = 15


@pytest.mark.skipif(
    datetime.now(CONTOSO).day == BILLING_DAY,
    reason="on its billing day Contoso is invoiced at once, and the tour has nothing to wait for",
)
def test_the_tour_reads_as_in_the_readme() -> None:
    stack = [sys.executable, "-m", "deploy.stack", "--fresh-temp", "run", "--"]
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
