"""References of callbacks: ours, for one upgrade, for a time."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.integrations.callback_reference import (
    ReferenceRefused,
    callback_reference,
    upgrade_of_reference,
)
from tests.domain.builders import NOW

KEY = b"a key of twenty-four bytes, or more"
REFERENCE = callback_reference(KEY, "up-1", NOW)


def test_it_holds_until_its_second_is_over() -> None:
    assert upgrade_of_reference(KEY, REFERENCE, NOW) == "up-1"
    with pytest.raises(ReferenceRefused) as refused:
        upgrade_of_reference(KEY, REFERENCE, NOW + timedelta(seconds=1))
    assert refused.value.expired


def test_ids_with_points_are_read_back() -> None:
    reference = callback_reference(KEY, "up-1.2.3", NOW)
    assert upgrade_of_reference(KEY, reference, NOW) == "up-1.2.3"


@given(st.integers(0, len(REFERENCE) - 1), st.characters(codec="utf-8"))
def test_no_character_can_be_changed(place: int, character: str) -> None:
    changed = REFERENCE[:place] + character + REFERENCE[place + 1 :]
    if changed != REFERENCE:
        with pytest.raises(ReferenceRefused) as refused:
            upgrade_of_reference(KEY, changed, NOW)
        assert not refused.value.expired


@given(st.text())
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ReferenceRefused):
        upgrade_of_reference(KEY, text, NOW)


def test_another_key_signs_another_reference() -> None:
    with pytest.raises(ReferenceRefused):
        upgrade_of_reference(b"another key, as long as the first", REFERENCE, NOW)
