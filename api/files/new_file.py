"""Files that appear once they are whole, or not at all.

The folder may be one that others write to, such as /tmp. So what is not whole yet has a name that nobody
can guess, and is made by us or not at all; only its owner may read it; and a link leads somewhere else
only if it is our own.
"""

import os
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from api.errors import BadInput

_MOST_LINKS = 40
"""As the kernel follows at most."""


def file_to_write(field: str, file: str) -> Path:
    """Where `file` leads to. Raises `BadInput` for what is there and is no file, or no folder."""
    try:
        target = _led_to(field, file)
        if target.is_dir():
            raise BadInput(field, f"{file!r} is a folder: name a file in it")
        if target.exists() and not target.is_file():
            raise BadInput(field, f"{file!r} is a device or a pipe: name a file")
        if not target.parent.is_dir():
            raise BadInput(field, f"{file!r} cannot be written: there is no folder {target.parent}")
    except (OSError, ValueError) as error:
        raise _cannot_be_written(field, file, error) from None
    return target


def _led_to(field: str, file: str) -> Path:
    """`file`, or what our own links lead to: it is followed, not replaced."""
    target = Path(file)
    for _ in range(_MOST_LINKS):
        found = _found_at(target)
        if found is None or not stat.S_ISLNK(found.st_mode):
            return Path(os.path.realpath(target.parent), target.name)
        if found.st_uid != os.geteuid():
            raise BadInput(field, f"{file!r} is somebody else's link: name a file of your own")
        target = target.parent / target.readlink()
    raise BadInput(field, f"{file!r} is a link that leads nowhere: name a file")


@contextmanager
def new_file(field: str, file: str) -> Generator[BinaryIO]:
    """A file to write into, which takes the place of `file` when the block ends well.

    Raises `BadInput` where it cannot be written; then nothing has changed.
    """
    target = file_to_write(field, file)
    try:
        # O_EXCL and O_NOFOLLOW, and mode 0600.
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    except OSError as error:
        raise _cannot_be_written(field, file, error) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            if (mode := _mode_of_ours(target)) is not None:
                os.fchmod(stream.fileno(), mode)
        os.replace(part, target)
    except OSError as error:
        raise _cannot_be_written(field, file, error) from None
    finally:
        with suppress(OSError):
            os.unlink(part)


def _mode_of_ours(target: Path) -> int | None:
    """Who may read the file that is replaced: it stays so, if we said so."""
    found = _found_at(target)
    return None if found is None or found.st_uid != os.geteuid() else stat.S_IMODE(found.st_mode)


def _found_at(path: Path) -> os.stat_result | None:
    """What is there, a link as a link. Raises `OSError`, and `ValueError` for what is no path."""
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _cannot_be_written(field: str, file: str, error: Exception) -> BadInput:
    why = (isinstance(error, OSError) and error.strerror) or str(error)
    return BadInput(field, f"{file!r} cannot be written: {why}")
