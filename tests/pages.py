"""Writes every page that is made from the code:

    .venv/bin/python -m tests.pages

Each has a module of its own, `*_page.py`, and a test that says if it is no longer true.
"""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def modules() -> list[str]:
    """The modules that each write a page."""
    paths = [*ROOT.glob("tests/**/*_page.py"), ROOT / "tests" / "mutations" / "page.py"]
    named = (path for path in paths if not path.name.startswith("test_"))
    return sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in named)


if __name__ == "__main__":
    for module in modules():
        runpy.run_module(module, run_name="__main__")
