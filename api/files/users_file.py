"""A list of users as a CSV file, read line by line: no list is too long for memory.

The file has a header with a column `user_id`; other columns are left alone, so that what `moved --csv`
and a spreadsheet write can be used as it is. What cannot be read is told by its line, and never quoted:
it may come from any file.
"""

import csv
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from api import inputs
from api.errors import BadInput
from api.files.given_file import CannotRead, open_given

COLUMN = "user_id"
LONGEST_LINE = 10_000
"""Bytes. No list of users has longer ones; a file of another kind may be one endless line."""

MAX_BYTES = 2 * 1024**3
"""Ten million users, each on a line of its own."""

MOST_FAULTS = 100
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class UserLines(ABC):
    """Users, each with the line that names them; lines that cannot be read are kept as faults."""

    def __init__(self) -> None:
        """Nothing is read before it is asked for."""
        self.faulty = 0
        self.faults: list[dict[str, Any]] = []

    @abstractmethod
    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Line and id of each user whose line can be read. Raises `BadInput` for no list at all."""

    def fault(self, line: int, message: str) -> None:
        """Keep a line that cannot be read."""
        self.faulty += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(
                {
                    "place": f"line {line}",
                    "line": line,
                    "user_id": None,
                    "fault": "unreadable",
                    "message": message,
                }
            )

    def checked(self, users: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Those of `users` that are ids; others are faults."""
        for line, user in users:
            if inputs.is_id(user):
                yield line, user
            else:
                self.fault(line, f"is not an id: {inputs.ID_RULE}")


class NamedUsers(UserLines):
    """Users named one by one; their place in the command is their line."""

    def __init__(self, users: Sequence[str]) -> None:
        """`users` as they were typed."""
        super().__init__()
        self._users = users

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """See `UserLines`."""
        return self.checked(enumerate(self._users, 1))


class UsersFile(UserLines):
    """Users in a CSV file."""

    def __init__(self, file: str) -> None:
        """`file` is opened when it is read; it may be named as `@FILE` too, as addresses are."""
        super().__init__()
        self._file = file.removeprefix("@")

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """See `UserLines`."""
        return self.checked(self._rows())

    def _rows(self) -> Iterator[tuple[int, str]]:
        column: int | None = None
        for line, cells in self._lines():
            if column is None:
                column = self._column_of(cells)
            elif len(cells) <= column:
                self.fault(line, f"has {len(cells)} columns, and none for {COLUMN}")
            else:
                yield line, cells[column].strip()
        if column is None:
            raise BadInput("users", f"{self._file} is empty: begin it with the header {COLUMN}")

    def _column_of(self, header: list[str]) -> int:
        names = [name.strip() for name in header]
        if COLUMN in names:
            return names.index(COLUMN)
        raise BadInput(
            "users",
            f"{self._file} has no column {COLUMN} in its first line: name the column with the users' "
            f"ids {COLUMN}",
        )

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        """The cells of each line that is not empty."""
        for number, raw in self._raw_lines():
            try:
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                if number == 1:
                    raise self._not_utf_8() from None
                self.fault(number, f"byte {error.start + 1} is not UTF-8: save the file as UTF-8")
                continue
            try:
                cells = next(csv.reader([text.rstrip("\r\n")], strict=True), list[str]())
            except csv.Error:
                self.fault(number, "is not CSV: write one user a line, and close every quote")
                continue
            if any(cell.strip() for cell in cells):
                yield number, cells

    def _raw_lines(self) -> Iterator[tuple[int, bytes]]:
        try:
            with open_given(self._file, most_bytes=MAX_BYTES) as stream:
                number = 0
                while raw := stream.readline(LONGEST_LINE):
                    number += 1
                    if number == 1 and raw.startswith(_UTF_16):
                        raise self._not_utf_8()
                    if len(raw) == LONGEST_LINE:
                        raise BadInput(
                            "users",
                            f"line {number} of {self._file} is longer than {LONGEST_LINE} bytes: "
                            "write one user a line",
                        )
                    yield number, raw
        except CannotRead as error:
            raise BadInput("users", f"{self._file!r} {error}") from None

    def _not_utf_8(self) -> BadInput:
        return BadInput("users", f"{self._file} is not UTF-8 text: save it as CSV in UTF-8")
