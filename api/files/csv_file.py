"""Tables as CSV files, written as they are read: no table is too long for memory."""

import csv
import io
from collections.abc import AsyncIterator, Sequence

from pydantic_core import to_jsonable_python

from api.files.new_file import new_file
from domain.text.escaping import csv_cell
from domain.values.base import Value


def cell(value: object) -> str:
    """A value as the text of one cell, never a formula; lists are words with spaces between them."""
    plain = to_jsonable_python(value)
    match plain:
        case None:
            return ""
        case list():
            text = " ".join(str(each) for each in plain)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - any list
        case _:
            text = str(plain)
    return csv_cell(text)


async def write_csv(file: str, kind: type[Value], pages: AsyncIterator[Sequence[Value]]) -> int:
    """Write rows of one kind, with their fields as the header; how many.

    The file appears once it is whole. Raises `BadInput` where it cannot be written.
    """
    columns, rows = list(kind.model_fields), 0
    with new_file("csv", file) as part:
        stream = io.TextIOWrapper(part, encoding="utf-8", newline="", write_through=True)
        table = csv.writer(stream)
        table.writerow(columns)
        async for page in pages:
            table.writerows([cell(getattr(row, name)) for name in columns] for row in page)
            rows += len(page)
        stream.detach()  # or it would close the file, which is not ours
    return rows
