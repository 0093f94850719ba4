"""Whatever a world file holds, it becomes a world or has faults; nothing else is ever raised."""

from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from domain.text.faults import Fault, WorldFaults
from domain.world.model import World
from tests.api.test_world_reader import (
    DOCUMENT,
    PLAN,
    SUBSCRIPTION,
    TENANT,
    TODAY,
    a_document,
    change,
)
from tests.examples import examples
from tests.world_parsing import parse_world

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.sampled_from(["USD", "US", "6.00", "basic", "exchange", "1e999999999", "2026-06-18"])
)
KEYS = st.sampled_from(
    sorted({*DOCUMENT, *PLAN, *TENANT, *SUBSCRIPTION, "monthly", "USD", "kind", "from"})
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=5)
        | st.dictionaries(st.integers(), inner, max_size=1)
    ),
    max_leaves=20,
)


def world_or_faults(document: object) -> None:
    faults: tuple[Fault, ...] | None = None
    try:
        assert isinstance(parse_world(document, today=TODAY), World)
    except WorldFaults as error:
        faults = error.faults
    if faults is not None:
        assert faults
        assert all(fault.message.isprintable() for fault in faults)


@given(DOCUMENTS)
def test_any_document_is_a_world_or_has_faults(document: object) -> None:
    world_or_faults(document)


def paths_of(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of everything within `value`."""
    here = [path] if path else []
    match value:
        case dict():
            keys: list[Any] = list(cast("dict[str, Any]", value))
        case list():
            keys = list(range(len(cast("list[Any]", value))))
        case _:
            return here
    return here + [found for key in keys for found in paths_of(value[key], (*path, str(key)))]


@examples(300)
@given(st.sampled_from(paths_of(DOCUMENT)), DOCUMENTS)
def test_a_sound_document_with_anything_anywhere_is_a_world_or_has_faults(
    path: tuple[str, ...], value: object
) -> None:
    document = a_document()
    change(document, list(path), value)
    world_or_faults(document)
