"""Anchors as a file: one JSON object a line, so that no store is too large for it.

    {"anchors": 1, "at": "2026-11-25T09:35:54Z"}                         the format, and when it was written
    {"stream": "subscription-contoso", "version": 3, "hash": "5f3a..."}  the last event of each stream
    {"streams": 1}                                                       how many there are: it is whole

It is worth something only where whoever can write to the database cannot write to it.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import Field, TypeAdapter, ValidationError

from api.errors import BadInput
from api.files.given_file import CannotRead, open_given
from api.files.new_file import new_file
from domain.values.base import Instant, Value
from store.anchors import Anchor

FORMAT = 1
MAX_BYTES = 16 * 1024**3
"""A hundred million streams."""

LONGEST_LINE = 1_000


class Exported(Value):
    """Anchors that were written to a file."""

    file: str
    streams: int
    sha256: str
    """Of the file: whoever notes it elsewhere can tell whether the file was changed."""


class _Head(Value):
    anchors: Literal[1]
    at: Instant


class _Foot(Value):
    streams: Annotated[int, Field(ge=0)]


_LINE: TypeAdapter[Anchor | _Foot | _Head] = TypeAdapter(Anchor | _Foot | _Head)


async def write_anchors(
    field: str, file: str, anchors: AsyncIterator[Anchor], *, at: datetime
) -> Exported:
    """Write them all. Raises `BadInput` where that is not possible; then nothing is written."""
    streams, digest = 0, hashlib.sha256()
    with new_file(field, file) as part:

        def write(line: Value) -> None:
            content = json.dumps(line.model_dump(mode="json")).encode() + b"\n"
            digest.update(content)
            part.write(content)

        write(_Head(anchors=FORMAT, at=at))
        async for anchor in anchors:
            write(anchor)
            streams += 1
        write(_Foot(streams=streams))
    return Exported(file=file, streams=streams, sha256=digest.hexdigest())


def read_anchors_file(field: str, file: str) -> Iterator[Anchor]:
    """Those that a file holds. Raises `BadInput` for one that is not whole, or holds something else."""
    try:
        with open_given(file, most_bytes=MAX_BYTES) as stream:
            yield from _read(field, file, stream)
    except CannotRead as error:
        raise BadInput(field, f"{file!r} {error}") from None


def _read(field: str, file: str, stream: BinaryIO) -> Iterator[Anchor]:
    def wrong(what: str) -> BadInput:
        return BadInput(
            field, f"{file!r} {what}: name a file that verify --export-anchors has written"
        )

    head, streams = False, 0
    for number, (line, following) in enumerate(pairwise(_lines(stream)), 1):
        found = _understood(line)
        match found:
            case _Head() if not head:
                head = True
            case Anchor() if head:
                streams += 1
                yield found
            case _Foot() if head and following is None:
                if found.streams != streams:
                    raise wrong(f"holds {streams} of its {found.streams} anchors")
                return
            case _:
                raise wrong(f"holds no anchor in line {number}")
    raise wrong("ends too early" if head else "is empty")


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Each line, and None after the last one."""
    while line := stream.readline(LONGEST_LINE):
        yield line
    yield None


def _understood(line: bytes | None) -> Any:
    try:
        return _LINE.validate_json(line or b"")
    except ValidationError:
        return None
