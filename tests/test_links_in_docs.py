"""Every link between pages leads to a page and a heading that exist; so does what a run's details name."""

import re
from pathlib import Path
from typing import get_args

import pytest

from domain.upgrade.states import Stage

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors_of(page: Path) -> set[str]:
    """What can be linked to: headings as a forge makes anchors of them, and those by hand."""
    text = FENCED.sub("", page.read_text())
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)"></a>', text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    lost: list[str] = []
    for file, anchor in LINK.findall(FENCED.sub("", page.read_text())):
        to = (page.parent / file).resolve() if file else page
        if not to.exists() or (anchor and to.suffix == ".md" and anchor not in anchors_of(to)):
            lost.append(f"{file}#{anchor}")
    assert not lost


def test_the_runbook_has_an_anchor_for_every_stage_as_a_runs_details_name_it() -> None:
    anchors = anchors_of(ROOT / "docs" / "runbook.md")
    assert {stage.replace("_", "-") for stage in get_args(Stage)} <= anchors
