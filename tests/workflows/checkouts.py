"""Checkouts of other code than ours, for workers and commands of another version beside us."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def copy_code(checkout: Path) -> None:
    """Our code, to be changed there."""
    for name in ("activities", "api", "deploy", "domain", "store", "workflows"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "starter.py", "worker.py"):
        shutil.copy(ROOT / name, checkout)


def change(file: Path, old: str, new: str) -> None:
    """Change the one place where it says that."""
    code = file.read_text()
    assert code.count(old) == 1, f"{file} has {code.count(old)} of {old!r}"
    file.write_text(code.replace(old, new))


async def run_starter(
    checkout: Path, database_url: str, temporal_address: str, *words: str
) -> subprocess.CompletedProcess[str]:
    """A command of `starter.py` by the code in that checkout; it prints JSON."""
    settings = {"DATABASE_URL": database_url, "TEMPORAL_ADDRESS": temporal_address}
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "starter.py", *words, "--json"],
        cwd=checkout,
        env={**os.environ, **settings, "TEMPORAL_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
