"""Named queries: each name that the store asks for is a file, and each file is asked for."""

import re
from pathlib import Path

from store.database import QUERIES, query

STORE = Path(__file__).parents[2] / "store"
BY_FOLDER = {"verify", "list"}
"""Folders whose files are asked for by the name of a promise or of a list."""


def test_every_query_is_asked_for_by_its_name() -> None:
    code = "".join(path.read_text() for path in STORE.glob("*.py"))
    asked = set(re.findall(r'\bquery\("([\w/]+)"\)', code))
    there = {
        path.relative_to(QUERIES).with_suffix("").as_posix() for path in QUERIES.rglob("*.sql")
    }
    assert len(asked) > 60
    assert asked == {name for name in there if name.split("/")[0] not in BY_FOLDER}
    assert set(re.findall(r'\bquery\(f"(\w+)/', code)) == BY_FOLDER


def test_a_query_is_its_text() -> None:
    assert query("events/lock_streams").startswith("-- Nobody else appends to these streams")
