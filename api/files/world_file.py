"""Reads a world file from disk: JSON or YAML.

What comes back is a plain document for `api.files.world_reader.parse_world`; what cannot be read is told as
`WorldFaults`, with line and column. A file may be hostile: its size, its depth and what its aliases
expand to are bounded, and no tag builds anything but plain values. It may also be no world file at
all: then nothing that it holds is told.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, cast

from api.files.given_file import CannotRead, GivenPath, read_given
from api.files.json_document import read_json
from api.files.world_reader import world_schema
from api.files.yaml_document import read_yaml
from domain.text.faults import Fault, WorldFaults, keys_of
from domain.world.model import World

MAX_BYTES = 64 * 1024 * 1024


def read_world_file(path: GivenPath) -> object:
    """The document in the file at `path`; raises `WorldFaults` where there is none to read."""
    try:
        text = read_given(path, most_bytes=MAX_BYTES)
    except CannotRead as error:
        _refuse(path, str(error))
    if not text.strip():
        _refuse(path, "is empty")
    try:
        document = _read(text, is_json=Path(path).suffix.lower() == ".json")
    except WorldFaults as error:
        raise WorldFaults(
            fault if fault.place else Fault(str(path), fault.message) for fault in error.faults
        ) from None
    if document is None:
        _refuse(path, "is empty")
    sections = keys_of(World)
    if document != {} and not (
        isinstance(document, dict) and any(map(document.__contains__, sections))
    ):
        _refuse(path, f"is not a world file: it has none of the keys {', '.join(sections)}")
    return cast("object", document)


def _read(text: str, *, is_json: bool) -> object:
    known_keys = _known_keys()
    # What begins as JSON is JSON whatever it is called: YAML knows no pairs of surrogates.
    if is_json or text.lstrip().startswith("{"):
        try:
            return read_json(text, known_keys)
        except WorldFaults:
            if is_json:
                raise
    return read_yaml(text, known_keys)


@cache
def _known_keys() -> frozenset[str]:
    """Every key that a world file knows, anywhere."""
    return frozenset(_keys_in(world_schema()))


def _keys_in(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for name, inner in cast("Mapping[str, Any]", schema).items():
            if name == "properties":
                yield from inner
            yield from _keys_in(inner)


def _refuse(path: GivenPath, message: str) -> NoReturn:
    raise WorldFaults([Fault(str(path), message)]) from None
