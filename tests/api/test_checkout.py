"""B24: an address as a caller writes it at checkout, and everything that can be wrong with it."""

import json
import os
from pathlib import Path

import pytest

from api.errors import BadInput
from api.service.checkout import address_of

BERLIN = {
    "name": "Contoso GmbH",
    "lines": ["Unter den Linden 1"],
    "city": "Berlin",
    "postal_code": "10117",
    "country": "DE",
    "tax_id": "DE123456789",
}


def test_an_address_is_json_in_place() -> None:
    address = address_of("sold_to", f"  {json.dumps(BERLIN)}")
    assert address.model_dump(mode="json", exclude_defaults=True) == BERLIN


@pytest.mark.parametrize("name", ["address.json", "address", "@{odd}.yaml"])
def test_an_address_is_a_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(json.dumps(BERLIN), encoding="utf-8-sig")
    assert address_of("billed_to", f"@{file}").city == "Berlin"


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("name", ["台積電", "Studio \N{GRINNING FACE}", "𠮷野家"])
def test_an_address_may_be_in_any_script(name: str, escaped: bool) -> None:
    text = json.dumps({"name": name, "country": "TW"}, ensure_ascii=escaped)
    assert address_of("sold_to", text).name == name


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("", "sold_to", "is empty"),
        (" \n", "sold_to", "is empty"),
        ("nowhere.json", "sold_to", "or @FILE for a file"),
        ("@", "sold_to", "names no file"),
        ("@nowhere.json", "sold_to", "no such file"),
        ("@.", "sold_to", "is a folder"),
        ("@a\x00b", "sold_to", "cannot be read"),
        ("@/dev/zero", "sold_to", "is a device or a pipe"),
        (f"@{__file__}", "sold_to", "not JSON"),
        ("{", "sold_to", "not JSON"),
        ('{"name": "A", "name": "B", "country": "DE"}', "sold_to", "name"),
        ("{}", "sold_to.name", "is missing"),
        ('{"name": "", "country": "DE"}', "sold_to.name", "is empty"),
        ('{"name": "A"}', "sold_to.country", "is missing"),
        ('{"name": "A", "country": "Germany"}', "sold_to.country", "two capital letters"),
        ('{"name": "A", "country": "de"}', "sold_to.country", "two capital letters"),
        ('{"name": "A", "country": "ZZ"}', "sold_to.country", "is no country of ISO 3166"),
        ('{"name": "A", "country": NO}', "sold_to", "line 1, column 26: this is not JSON"),
        ('{"name": NaN, "country": "DE"}', "sold_to", "NaN is no number"),
        ("{name: &a A, country: *a}", "sold_to", "not JSON"),
        ('{"name": "A", "country": "DE", "lines": ' + "[" * 9_000, "sold_to", "too deeply"),
        ('{"name": "A", "country": "DE", "lines": ' + "[" * 20_000, "sold_to", "16 KiB"),
        (f'{{"name": {"9" * 9_000}, "country": "DE"}}', "sold_to.name", "has 9000 characters"),
        ('{"name": 1e999, "country": "DE"}', "sold_to", "finite"),
        ('{"name": 7, "country": "DE"}', "sold_to.name", "put it in quotes"),
        ('{"name": "A", "country": "DE", "town": "B"}', "sold_to.town", "is not a key here"),
        ('{"name": "A", "country": "DE", "lines": "B"}', "sold_to.lines", "must be a list"),
        ('{"name": "A", "country": "DE", "lines": [1]}', "sold_to.lines[0]", "put it in quotes"),
        ('{"name": "A\\u0000", "country": "DE"}', "sold_to.name", "the character U+0000"),
        ('{"name": "A\\ud83d", "country": "DE"}', "sold_to.name", "U+D83D, half of a pair"),
        ('{"name": "A\udcff", "country": "DE"}', "sold_to.name", "U+DCFF, half of a pair"),
        (f'{{"name": "{"x" * 1001}", "country": "DE"}}', "sold_to.name", "has 1001 characters"),
    ],
)
def test_what_is_wrong_names_its_field(text: str, field: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        address_of("sold_to", text)
    assert refused.value.details["field"] == field
    assert said in refused.value.message


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        address_of("billed_to", '{"name": "", "country": "x", "zip": "1"}')
    for place in ("billed_to.name", "billed_to.country", "billed_to.zip"):
        assert place in refused.value.message


def test_of_very_many_faults_the_first_are_told() -> None:
    with pytest.raises(BadInput, match=r"lines\[8\].*; and 91 more$"):
        address_of("billed_to", '{"name": "A", "lines": [' + ", ".join(["1"] * 100) + "]}")


SECRET = "hunter2"


@pytest.mark.parametrize(
    "content",
    [
        f"root:{SECRET}:20228:0:99999:7:::\n",
        f"- {SECRET}\n",
        f'"{SECRET}"',
        f"{{{SECRET}: 1}}",
        f'{{"{SECRET}": 1}}',
        f'{{"name": "A", "country": "DE", "{SECRET}": ["\\u0000"]}}',
        f'{{"{SECRET}": 1, "{SECRET}": 2}}',
        f'{{"name": "{SECRET}\\ud800", "country": "{SECRET}", "lines": "{SECRET}"}}',
        f'{{"name": {{"{SECRET}": 1}}, "country": "DE", "lines": [["{SECRET}"]]}}',
        f'{{"name": "{SECRET * 200}", "country": "DE"}}',
        f'{{"name": "{SECRET}\\x"}}',
        f'{{"name": "{SECRET}" "city"}}',
        SECRET.encode("utf-16"),
        b"\xff" + SECRET.encode(),
        f"{SECRET}\n" * 9_000,
    ],
)
def test_what_is_wrong_with_a_file_says_nothing_of_what_it_holds(
    tmp_path: Path, content: str | bytes
) -> None:
    file = tmp_path / "any.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadInput) as refused:
        address_of("sold_to", f"@{file}")
    assert refused.value.details["field"].startswith("sold_to")
    assert SECRET not in f"{refused.value.message} {refused.value.details}"


def test_neither_a_pipe_nor_a_device_is_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for name in (pipe, "/dev/zero", "/dev/tty", "/dev/full"):
        with pytest.raises(BadInput, match=r"device or a pipe|no such file"):
            address_of("sold_to", f"@{name}")
