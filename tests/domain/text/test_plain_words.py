"""Whatever is wrong with a file is told in words of ours, not in those of the library that reads it."""

from collections.abc import Iterator
from typing import Any, cast

from domain.text.faults import WorldFaults
from tests.api.test_world_reader import DOCUMENT, TODAY, a_document
from tests.world_parsing import parse_world

STRANGE: tuple[Any, ...] = (
    *(None, True, 1.5, -1, 10**30),
    *("", "x" * 10_000, "a\ufffdb", "2026-02-30"),
    *([], [[]], {}, {"a": 1}),
)
LIBRARY = ("input should", "valid ", "value error", "pydantic", "assertion")


def places_in(document: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every place of the document, as `a_document` names them."""
    steps: list[tuple[object, Any]] = []
    if isinstance(document, dict):
        steps = list(cast("dict[str, Any]", document).items())
    elif isinstance(document, list):
        steps = list(enumerate(cast("list[Any]", document)))
    for step, inner in steps:
        yield "__".join((*path, str(step)))
        yield from places_in(inner, (*path, str(step)))


def test_each_place_of_a_file_tells_what_is_wrong_in_words_of_ours() -> None:
    told = set[str]()
    for place in places_in(DOCUMENT):
        for value in STRANGE:
            try:
                parse_world(a_document(**{place: value}), today=TODAY)
            except WorldFaults as faults:
                told |= {fault.message for fault in faults.faults}
    assert len(told) > 150
    assert [each for each in told if any(word in each.lower() for word in LIBRARY)] == []
    assert [each for each in told if each.endswith("is not a value for this")] == []
