"""A secret that a caller gives to a command: from a file, or on stdin, never as an argument.

Arguments are seen by everybody on the machine, and stay in the history of a shell.
"""

import getpass
import sys

from api.errors import BadInput
from api.files.given_file import CannotRead, read_given

MOST_BYTES = 1024


def secret_from(field: str, source: str) -> str:
    """The secret that `source` names: `@FILE`, or `-` for stdin, where a person is asked for it.

    Raises `BadInput`, which repeats neither the secret nor what is not one.
    """
    if source == "-":
        return _from_stdin(field).strip()
    if not source.startswith("@"):
        raise BadInput(
            field,
            "is never written as an argument, where everybody on this machine can read it: write"
            " @FILE, or - to give it on stdin",
        )
    try:
        return read_given(source[1:], most_bytes=MOST_BYTES).strip()
    except CannotRead as error:
        raise BadInput(field, f"the file {error}") from None


def _from_stdin(field: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass("secret: ", stream=sys.stderr)
    try:
        text = sys.stdin.read(MOST_BYTES + 1)
    except UnicodeDecodeError:
        raise BadInput(field, "what comes on stdin is not UTF-8 text") from None
    if len(text) > MOST_BYTES:
        raise BadInput(field, f"what comes on stdin is too large: at most {MOST_BYTES} characters")
    return text
