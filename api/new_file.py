"""Files that appear once they are whole, or not at all."""

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from api.errors import BadInput


def file_to_write(field: str, file: str) -> Path:
    """Where `file` leads to. Raises `BadInput` for what is there and is no file, or no folder."""
    try:
        target = Path(os.path.realpath(file))  # a link is followed, not replaced
        if target.is_dir():
            raise BadInput(field, f"{file!r} is a folder: name a file in it")
        if target.exists() and not target.is_file():
            raise BadInput(field, f"{file!r} is a device or a pipe: name a file")
        if not target.parent.is_dir():
            raise BadInput(field, f"{file!r} cannot be written: there is no folder {target.parent}")
    except (OSError, ValueError) as error:
        raise _cannot_be_written(field, file, error) from None
    return target


@contextmanager
def new_file(field: str, file: str) -> Generator[Path]:
    """A file to write into, which takes the place of `file` when the block ends well.

    Raises `BadInput` where it cannot be written; then nothing has changed.
    """
    target = file_to_write(field, file)
    part = target.with_name(f".{os.getpid()}-{field}.part")
    try:
        yield part
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))  # who may read it stays as it was
        part.replace(target)
    except OSError as error:
        raise _cannot_be_written(field, file, error) from None
    finally:
        with suppress(OSError):
            part.unlink()


def _cannot_be_written(field: str, file: str, error: Exception) -> BadInput:
    why = (isinstance(error, OSError) and error.strerror) or str(error)
    return BadInput(field, f"{file!r} cannot be written: {why}")
