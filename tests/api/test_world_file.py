"""World files on disk: what is read, and what is told of files that cannot be."""

import json
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import world_file, yaml_document
from api.world_file import read_world_file
from api.yaml_document import read_yaml
from domain.world import Fault, WorldFaults, parse_world

SAMPLE = Path(__file__).parents[2] / "deploy" / "sample-world.yaml"


def faults_of(path: Path | str) -> list[Fault]:
    with pytest.raises(WorldFaults) as caught:
        read_world_file(path)
    return list(caught.value.faults)


def a_file(folder: Path, content: str | bytes, name: str = "world.yaml") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_sample_world_is_read_and_parses() -> None:
    world = parse_world(read_world_file(SAMPLE), today=date(2026, 6, 30))
    assert {"contoso", "fabrikam", "globex", "tailspin"} <= {t.id for t in world.tenants}


def test_json_and_yaml_give_the_same_document(tmp_path: Path) -> None:
    document = read_world_file(SAMPLE)
    assert read_world_file(a_file(tmp_path, json.dumps(document), "w.json")) == document
    assert read_world_file(a_file(tmp_path, json.dumps(document), "w.yaml")) == document


def test_plain_scalars_are_read_as_yaml_does_but_days_and_keys_stay_texts() -> None:
    text = """
        number: 1_000
        price: 6.00
        quoted: "5"
        tagged: !!str 5
        day: 2026-02-30
        off: off
        nothing: ~
        hardly: 0x_
        NO: "0.25"
        12: twelve
    """
    assert read_yaml(text) == {
        "number": 1000,
        "price": 6.0,
        "quoted": "5",
        "tagged": "5",
        "day": "2026-02-30",
        "off": False,
        "nothing": None,
        "hardly": "0x_",
        "NO": "0.25",
        "12": "twelve",
    }


def test_aliases_and_merges_are_followed() -> None:
    text = """
        base: &base {country: US, city: Redmond}
        same: *base
        other: {<<: *base, city: Seattle}
        both: {<<: [{a: 1}, {a: 2, b: 2}]}
    """
    assert read_yaml(text) == {
        "base": {"country": "US", "city": "Redmond"},
        "same": {"country": "US", "city": "Redmond"},
        "other": {"country": "US", "city": "Seattle"},
        "both": {"a": 1, "b": 2},
    }


def test_a_byte_order_mark_is_no_part_of_the_document(tmp_path: Path) -> None:
    assert read_world_file(a_file(tmp_path, b"\xef\xbb\xbfplans: []")) == {"plans": []}
    assert read_world_file(a_file(tmp_path, b'\xef\xbb\xbf{"plans": []}', "w.json")) == {
        "plans": []
    }


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        ("plans: []\nplans: []\n", "line 2, column 1", '"plans" stands twice'),
        ("plans:\n  - {id: a, name: x, id: b}\n", "line 2, column 22", '"id" stands twice'),
        ("a: {<<: {b: 1}, <<: {b: 2}}", "line 1, column 17", '"<<" stands twice'),
        ("plans: [\n  {id: a}\n", "line 3, column 1", "not YAML"),
        ("plans: a: b\n", "line 1, column 9", "not YAML"),
        ("plans:\n\t- a\n", "line 2, column 1", "not YAML"),
        ("plans: []\nname: \x07\n", "line 2", "control character"),
        ("plans: []\n---\nplans: []\n", "line 2, column 1", "a second document"),
        ("a: *b\n", "line 1, column 4", 'nothing before has the anchor "b"'),
        ("a: &a [*a]\n", "line 1, column 8", "stands within itself"),
        ("a: !!python/object:os.system x\n", "line 1, column 4", "tag"),
        ("a: !mine {}\n", "line 1, column 4", "tag"),
        ("? [a]\n: b\n", "line 1, column 3", "a key must be a text"),
        ("a: &a {}\n*a : b\n", "line 2, column 1", "a key must be a text"),
        ("a: {<<: 1}\n", "line 1, column 9", "needs a mapping"),
        ("[" * 100_000, "line 1, column 65", "nested too deeply"),
        ("{a: " * 100_000, "line 1, column 257", "nested too deeply"),
        ("- " * 100_000, "line 1, column 129", "nested too deeply"),
    ],
)
def test_faults_of_yaml_are_told_with_their_line(
    tmp_path: Path, content: str, place: str, words: str
) -> None:
    (fault,) = faults_of(a_file(tmp_path, content))
    assert fault.place == place
    assert words in fault.message


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        ('{"plans": []', "line 1, column 13", "not JSON"),
        ('{\n"plans": oops}', "line 2, column 10", "not JSON"),
        ('{\n"plans": [],\n"plans": []}', "line 3, column 1", '"plans" stands twice'),
    ],
)
def test_faults_of_json_are_told_with_their_line(
    tmp_path: Path, content: str, place: str, words: str
) -> None:
    (fault,) = faults_of(a_file(tmp_path, content, "world.json"))
    assert fault.place == place
    assert words in fault.message


def test_all_repeated_keys_are_told_at_once(tmp_path: Path) -> None:
    faults = faults_of(a_file(tmp_path, "a: 1\na: 2\nb: {c: 1, c: 2}\n"))
    assert [fault.place for fault in faults] == ["line 2, column 1", "line 3, column 11"]


def test_json_nested_without_end_is_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(a_file(tmp_path, "[" * 200_000, "world.json"))
    assert "nested too deeply" in fault.message


def test_a_number_without_end_is_left_to_the_parser(tmp_path: Path) -> None:
    digits = "9" * 10_000
    for name in ("world.json", "world.yaml"):
        assert read_world_file(a_file(tmp_path, f'{{"a": {digits}}}', name)) == {"a": digits}


def test_a_billion_laughs_are_not_expanded(tmp_path: Path) -> None:
    lines = ["a: &a [lol]"]
    lines += [
        f"{new}: &{new} [{', '.join(9 * [f'*{old}'])}]"
        for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    ]
    (fault,) = faults_of(a_file(tmp_path, "\n".join(lines)))
    assert "10,000,000 values" in fault.message


def test_a_document_with_too_many_values_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_document, "MAX_VALUES", 3)
    assert "too large" in faults_of(a_file(tmp_path, "[1, 2, 3]"))[0].message


def test_files_that_are_no_world_files(tmp_path: Path) -> None:
    cases = [
        (tmp_path / "absent.yaml", "no such file"),
        (tmp_path, "is a folder"),
        (a_file(tmp_path, "", "empty.yaml"), "is empty"),
        (a_file(tmp_path, " \n", "blank.json"), "is empty"),
        (a_file(tmp_path, "# nothing yet\n", "comment.yaml"), "is empty"),
        (a_file(tmp_path, "plans: []\nname: M\u00fcnchen".encode("latin-1")), "not UTF-8 (line 2)"),
        (a_file(tmp_path, "plans: []".encode("utf-16"), "wide.yaml"), "not UTF-8"),
        (tmp_path / ("x" * 300), "cannot be read"),
        ("nul\0.yaml", "cannot be read"),
    ]
    for path, words in cases:
        (fault,) = faults_of(path)
        assert fault.place == str(path)
        assert words in fault.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = a_file(tmp_path, "plans: []")
    path.chmod(0)
    assert "may not be read" in faults_of(path)[0].message


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world_file, "MAX_BYTES", 8)
    assert "too large" in faults_of(a_file(tmp_path, "plans: []"))[0].message


@given(st.text(max_size=60) | st.text("{}[]&*!?:-,#|>'\"<%@ \n\tab1", max_size=60))
def test_any_text_is_a_document_or_has_faults(text: str) -> None:
    try:
        read_yaml(text)
    except WorldFaults as faults:
        told = faults.faults
    else:
        return
    assert told


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_every_json_document_is_read_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, document: object
) -> None:
    path = a_file(tmp_path_factory.getbasetemp(), json.dumps(document), "any.json")
    if document is None:
        return
    assert read_world_file(path) == document
