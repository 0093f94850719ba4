"""Reads a world file from disk: YAML, or JSON where the name ends in `.json`.

What comes back is a plain document for `domain.world.parse_world`; what cannot be read is told as
`WorldFaults`, with line and column. A file may be hostile: its size, its depth and what its aliases
expand to are bounded, and no tag builds anything but plain values.
"""

import json
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn, cast

from api.yaml_document import read_yaml
from domain.world_faults import Fault, WorldFaults, quoted

MAX_BYTES = 256 * 1024 * 1024
_MAX_DIGITS = 100


def read_world_file(path: str | PathLike[str]) -> object:
    """The document in the file at `path`; raises `WorldFaults` where there is none to read."""
    text = _text_of(path)
    if not text.strip():
        _refuse(path, "is empty")
    if Path(path).suffix.lower() == ".json":
        return _read_json(text, path)
    document = read_yaml(text)
    if document is None:
        _refuse(path, "is empty")
    return document


def _text_of(path: str | PathLike[str]) -> str:
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        _refuse(path, "there is no such file")
    except IsADirectoryError:
        _refuse(path, "is a folder, not a file")
    except PermissionError:
        _refuse(path, "may not be read by this user: check the file's permissions")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        _refuse(path, f"cannot be read: {(reason or str(error)).lower()}")
    if len(content) > MAX_BYTES:
        _refuse(path, f"is too large: at most {MAX_BYTES // 1024**2} MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        _refuse(path, f"is not UTF-8 (line {line}): save it in that encoding")


def _read_json(text: str, path: str | PathLike[str]) -> object:
    repeated: list[str] = []

    def mapping_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs)
        if len(mapping) != len(pairs):
            keys = [key for key, _ in pairs]
            repeated.extend(key for key in mapping if keys.count(key) > 1)
        return mapping

    try:
        document = cast(
            "object", json.loads(text, object_pairs_hook=mapping_of, parse_int=_int_or_text)
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise WorldFaults([Fault(place, f"this is not JSON: {error.msg.lower()}")]) from None
    except RecursionError:
        _refuse(path, "is nested too deeply")
    if repeated:
        # JSON is YAML too, and only the reader of YAML knows lines.
        read_yaml(text)
        _refuse(path, f"has a mapping in which the key {quoted(repeated[0])} stands twice")
    return document


def _int_or_text(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


def _refuse(path: str | PathLike[str], message: str) -> NoReturn:
    raise WorldFaults([Fault(str(path), message)])
