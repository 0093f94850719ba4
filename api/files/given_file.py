"""Files that a caller names: only files are opened, and only so much of them is read.

A pipe may never begin and a device may never end, so neither is read at all. What is told of a file
that cannot be used says where the fault is and what to do, never what the file holds: whoever names a
file need not be who may read it.
"""

import os
import stat
from os import PathLike
from typing import BinaryIO, NoReturn

GivenPath = str | PathLike[str]


class CannotRead(Exception):
    """There is nothing to read; the message goes on a sentence that the file's name begins."""


def open_given(path: GivenPath, *, most_bytes: int) -> BinaryIO:
    """The file at `path`, open for reading. Raises `CannotRead`, also for one that is too large."""
    try:
        _require_file(os.stat(path), most_bytes)  # before it is opened: opening may do something
        # Nothing that has taken its place meanwhile, nor a file of the kernel's, makes us wait.
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            _require_file(os.fstat(file), most_bytes)
            return os.fdopen(file, "rb")
        except BaseException:
            os.close(file)
            raise
    except (OSError, ValueError) as error:
        _cannot(error)


def read_given(path: GivenPath, *, most_bytes: int) -> str:
    """The text of the file at `path`, which is UTF-8. Raises `CannotRead`."""
    with open_given(path, most_bytes=most_bytes) as file:
        try:
            content = file.read(most_bytes + 1) or b""  # None where it would have to wait
        except OSError as error:
            _cannot(error)
    if len(content) > most_bytes:
        raise CannotRead(_too_large(most_bytes))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CannotRead(f"is not UTF-8 (line {line}): save it in that encoding") from None


def _require_file(found: os.stat_result, most_bytes: int) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise CannotRead("is a folder, not a file")
    if not stat.S_ISREG(found.st_mode):
        raise CannotRead("is a device or a pipe, not a file: save what it gives in one")
    if found.st_size > most_bytes:
        raise CannotRead(_too_large(most_bytes))


def _too_large(most_bytes: int) -> str:
    mebi, kibi = most_bytes // 1024**2, most_bytes // 1024
    size = f"{mebi:,} MiB" if mebi else f"{kibi:,} KiB" if kibi else f"{most_bytes} bytes"
    return f"is too large: at most {size}"


def _cannot(error: OSError | ValueError) -> NoReturn:
    match error:
        case FileNotFoundError():
            message = "there is no such file"
        case PermissionError():
            message = "may not be read by this user: check the file's permissions"
        case OSError():
            message = f"cannot be read: {(error.strerror or 'it fails').lower()}"
        case _:
            message = "cannot be read: no file has such a name"
    raise CannotRead(message) from None
