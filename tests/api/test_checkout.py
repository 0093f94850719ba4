"""B24: an address as a caller writes it at checkout, and everything that can be wrong with it."""

import json
from pathlib import Path

import pytest

from api.checkout import address_of
from api.errors import BadInput

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


@pytest.mark.parametrize("name", ["address.json", "address.yaml", "{odd}.yaml"])
def test_an_address_is_a_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(json.dumps(BERLIN))
    assert address_of("billed_to", str(file)).city == "Berlin"


def test_an_address_may_be_in_any_script() -> None:
    assert address_of("sold_to", '{"name": "台積電", "country": "TW"}').name == "台積電"


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("", "sold_to", "is empty"),
        (" \n", "sold_to", "is empty"),
        ("nowhere.yaml", "sold_to", "no such file"),
        (".", "sold_to", "is a folder"),
        ("a\x00b", "sold_to", "cannot be read"),
        ("{", "sold_to", "not YAML"),
        ('{"name": "A", "name": "B", "country": "DE"}', "sold_to", "name"),
        ("{}", "sold_to.name", "is missing"),
        ('{"name": "", "country": "DE"}', "sold_to.name", "is empty"),
        ('{"name": "A"}', "sold_to.country", "is missing"),
        ('{"name": "A", "country": "Germany"}', "sold_to.country", "two capital letters"),
        ('{"name": "A", "country": "de"}', "sold_to.country", "two capital letters"),
        ('{"name": "A", "country": "ZZ"}', "sold_to.country", '"ZZ" is no country of ISO 3166'),
        ('{"name": "A", "country": NO}', "sold_to.country", "put it in quotes"),
        ('{"name": 7, "country": "DE"}', "sold_to.name", "put it in quotes"),
        ('{"name": "A", "country": "DE", "town": "B"}', "sold_to.town", "is not a key here"),
        ('{"name": "A", "country": "DE", "lines": "B"}', "sold_to.lines", "must be a list"),
        ('{"name": "A", "country": "DE", "lines": [1]}', "sold_to.lines[0]", "put it in quotes"),
        ('{"name": "A\\u0000", "country": "DE"}', "sold_to.name", "the character U+0000"),
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


def test_a_file_that_holds_no_mapping(tmp_path: Path) -> None:
    file = tmp_path / "address.yaml"
    file.write_text("- Berlin\n")
    with pytest.raises(BadInput, match="must be a mapping of name, lines, city"):
        address_of("sold_to", str(file))
