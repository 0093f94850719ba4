"""World files on disk: what is read, and what is told of files that cannot be."""

import json
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.files import world_file, yaml_document
from api.files.world_file import read_world_file
from api.files.yaml_document import read_yaml
from domain.text.faults import Fault, WorldFaults
from tests.world_parsing import parse_world

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
        ("a: {<<: {b: 1}, <<: {b: 2}}", "line 1, column 17", "stands twice"),
        ("plans: [\n  {id: a}\n", "line 3, column 1", "not YAML"),
        ("plans: a: b\n", "line 1, column 9", "not YAML"),
        ("plans:\n\t- a\n", "line 2, column 1", "not YAML"),
        ("plans: []\nname: \x07\n", "line 2", "control character"),
        ("plans: []\n---\nplans: []\n", "line 2, column 1", "a second document"),
        ("a: *b\n", "line 1, column 4", "an anchor that nothing before has"),
        ("a: &a [*a]\n", "line 1, column 8", "stands within what it names"),
        ("a: !!python/object:os.system x\n", "line 1, column 4", "tag"),
        ("a: !mine {}\n", "line 1, column 4", "tag"),
        ("? [a]\n: b\n", "line 1, column 3", "a key must be a text"),
        ("a: &a {}\n*a : b\n", "line 2, column 1", "a key must be a text"),
        ("a: {<<: 1}\n", "line 1, column 9", "needs a mapping"),
        ("a: &a {<<: {}}\nb: {<<: *a}\n", "line 2, column 9", "merges what itself has one"),
        ("a: {<<: [{}, {<<: {}}]}\n", "line 1, column 22", "merges what itself has one"),
        ("a: .inf\n", "line 1, column 4", "finite"),
        ("a: 1:30\n", "line 1, column 4", "base 60"),
        ("a: -190:20:30.15\n", "line 1, column 4", "base 60"),
        ("a: !!int '1:30'\n", "line 1, column 4", "base 60"),
        ("%TAG !a! x\n---\na: 1\n", "line 1", "no meaning here"),
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


def test_of_very_many_repeated_keys_the_first_are_told(tmp_path: Path) -> None:
    text = "{" + ", ".join(['"id": 1'] * 500) + "}"
    for name in ("w.json", "w.yaml"):
        faults = faults_of(a_file(tmp_path, text, name))
        assert (len(faults), faults[0].place) == (100, "line 1, column 11")
        assert faults[0].message == 'the key "id" stands twice in one mapping: keep one of them'


def test_json_is_read_as_json_whatever_it_is_called(tmp_path: Path) -> None:
    text = json.dumps({"plans": ["\N{GRINNING FACE}"]})
    assert "\\ud83d" in text
    for name in ("w.json", "w.yaml"):
        assert read_world_file(a_file(tmp_path, text, name)) == {"plans": ["\N{GRINNING FACE}"]}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_of_json_is_refused(tmp_path: Path, number: str) -> None:
    (fault,) = faults_of(a_file(tmp_path, f'{{"plans": [{number}]}}', "w.json"))
    assert f"{number} is no number" in fault.message


SECRET = "hunter2"


@pytest.mark.parametrize("name", ["world.yaml", "world.json"])
@pytest.mark.parametrize(
    "content",
    [
        f"root:{SECRET}:20228:0:99999:7:::\n",
        f"# users\n{SECRET}\n\t{SECRET}",
        f"password: {SECRET}\n{SECRET}: 1\n",
        f"{SECRET}: 1\n{SECRET}: 2\n",
        f"password: *{SECRET}\n",
        f"password: !{SECRET} x\n",
        f"- &{SECRET} [*{SECRET}]\n",
        f'password: "{SECRET}\\q"\n',
        f"password: '{SECRET}\n",
        f"password: @{SECRET}\n",
        f"password = {SECRET}: {SECRET}: x\n",
        f"%TAG !{SECRET}! {SECRET}\n---\na: 1\n",
        f'{{"{SECRET}": "{SECRET}"}}',
        f'["{SECRET}"]',
        f'{{"{SECRET}": 1, "{SECRET}": 2}}',
        f'{{"{SECRET}": "\\x{SECRET}"}}',
        f'{{"{SECRET}": {SECRET}}}',
    ],
)
def test_of_a_file_that_is_no_world_file_nothing_is_told(
    tmp_path: Path, content: str, name: str
) -> None:
    for fault in faults_of(a_file(tmp_path, content, name)):
        assert SECRET not in str(fault)


def test_json_nested_without_end_is_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(a_file(tmp_path, "[" * 200_000, "world.json"))
    assert "nested too deeply" in fault.message


def test_a_number_without_end_is_left_to_the_parser(tmp_path: Path) -> None:
    digits = "9" * 10_000
    for name in ("world.json", "world.yaml"):
        text = f'{{"plans": {digits}, "policy": 0.{digits}}}'
        assert read_world_file(a_file(tmp_path, text, name)) == {
            "plans": digits,
            "policy": f"0.{digits}",
        }


def test_a_billion_laughs_are_not_expanded(tmp_path: Path) -> None:
    lines = ["a: &a [lol]"]
    lines += [
        f"{new}: &{new} [{', '.join(9 * [f'*{old}'])}]"
        for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    ]
    (fault,) = faults_of(a_file(tmp_path, "\n".join(lines)))
    assert "more than 500,000 characters" in fault.message


@pytest.mark.parametrize("written_out", ["[*a, *a]", "{b: *a, c: *a}", "[{<<: *a}, {<<: *a}]"])
def test_what_aliases_write_out_is_counted(
    written_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"a: &a {{key: value}}\nb: {written_out}"
    each = 1 + len(" key") + len(" value")
    monkeypatch.setattr(yaml_document, "MAX_ALIASED", 2 * each)
    assert read_yaml(text)
    monkeypatch.setattr(yaml_document, "MAX_ALIASED", 2 * each - 1)
    with pytest.raises(WorldFaults, match="aliases write out more"):
        read_yaml(text)


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
        ("/dev/zero", "is a device or a pipe"),
        (a_file(tmp_path, "name: Contoso", "other.yaml"), "is not a world file"),
        (a_file(tmp_path, "[]", "list.json"), "is not a world file"),
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
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_every_json_document_is_read_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, document: object
) -> None:
    world = {"plans": document}
    path = a_file(tmp_path_factory.getbasetemp(), json.dumps(world), "any.json")
    assert read_world_file(path) == world
