import unicodedata

import pytest

from domain.text.free_text import MAX_TEXT, fault_in
from tests import nasty_texts


@pytest.mark.parametrize("text", nasty_texts.CONTROLS.values(), ids=nasty_texts.CONTROLS)
def test_what_cannot_be_seen_is_refused_by_its_code(text: str) -> None:
    fault = fault_in(text)
    assert fault is not None
    assert fault.endswith(", which cannot be seen: leave it out")
    assert fault.isprintable()


@pytest.mark.parametrize("text", nasty_texts.LINE_BREAKS.values(), ids=nasty_texts.LINE_BREAKS)
def test_a_second_line_is_refused(text: str) -> None:
    fault = fault_in(text)
    assert fault is not None
    assert fault.startswith("has a line break (U+")
    assert fault.endswith("): write it on one line")


@pytest.mark.parametrize("text", nasty_texts.TAKEN.values(), ids=nasty_texts.TAKEN)
def test_everything_else_is_taken(text: str) -> None:
    assert fault_in(text) is None


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\u200d", " \u200c "])
def test_nothing_to_read_is_no_text(text: str) -> None:
    assert fault_in(text) == "is empty: say what it is"


def test_what_is_not_required_may_be_empty() -> None:
    assert fault_in("", required=False) is None
    assert fault_in("a\nb", required=False) is not None


def test_length_is_bounded_to_the_character() -> None:
    assert fault_in("發" * MAX_TEXT) is None
    assert fault_in("a" * (MAX_TEXT + 1)) == "has 2001 characters: write at most 2000"
    assert fault_in("aaaa", longest=3) == "has 4 characters: write at most 3"


def test_every_control_and_separator_of_unicode_is_refused() -> None:
    for point in range(0x110000):
        category = unicodedata.category(chr(point))
        if category in ("Cc", "Cs", "Zl", "Zp"):
            assert fault_in(f"a{chr(point)}b"), hex(point)


def test_whatever_changes_the_direction_of_text_is_refused() -> None:
    bidi = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    for point in range(0x110000):
        if unicodedata.bidirectional(chr(point)) in bidi:
            assert fault_in(f"a{chr(point)}b"), hex(point)
