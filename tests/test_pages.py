"""Whoever writes a page from the code is found by `python -m tests.pages`."""

from tests.pages import ROOT, modules


def test_every_module_that_writes_a_page_is_among_them() -> None:
    ends = "PAGE.write_text(" + "page"
    writers = {path for path in (ROOT / "tests").rglob("*.py") if ends in path.read_text()}
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in writers}
    assert len(named) > 6
    assert named <= set(modules())
