"""How a command ends: with one JSON document on stdout, and an exit code."""

import sys
from collections.abc import Mapping
from enum import IntEnum

from pydantic_core import to_jsonable_python

from api.failures import Kind
from api.terminal.ways_on import with_commands
from domain.text.escaping import json_text


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    VIOLATED = 1
    """A check found something wrong."""
    UNEXPECTED = 1
    BAD_INPUT = 2
    REFUSED = 3
    NOT_FOUND = 4
    UNAVAILABLE = 5
    INTERRUPTED = 130
    BROKEN_PIPE = 141


EXIT_CODES: Mapping[Kind, ExitCode] = {
    "bad_input": ExitCode.BAD_INPUT,
    "forbidden": ExitCode.REFUSED,
    "refused": ExitCode.REFUSED,
    "not_found": ExitCode.NOT_FOUND,
    "unavailable": ExitCode.UNAVAILABLE,
    "unexpected": ExitCode.UNEXPECTED,
}


def write_json(document: object) -> None:
    """The one JSON document of a command, on stdout; actions in it are written as commands."""
    plain = with_commands(to_jsonable_python(document, by_alias=True, fallback=str))
    sys.stdout.write(json_text(plain, indent=2) + "\n")
