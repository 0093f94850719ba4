"""Tables as CSV files: what spreadsheets make of them."""

import csv
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.files.csv_file import write_csv
from domain.text.free_text import fault_in
from domain.values.base import Value
from tests import nasty_texts


class Row(Value):
    user: str
    note: str
    services: tuple[str, ...] = ()
    count: int = 0
    nothing: None = None


async def pages(*rows: Row) -> AsyncIterator[list[Row]]:
    yield list(rows)


@pytest.mark.parametrize("text", nasty_texts.ALL.values(), ids=nasty_texts.ALL)
async def test_no_text_is_a_formula_or_another_row(tmp_path: Path, text: str) -> None:
    file = tmp_path / "table.csv"
    assert await write_csv(str(file), Row, pages(Row(user="u", note=text, services=(text,)))) == 1
    lines = file.read_bytes().decode().split("\r\n")
    assert len(lines) == 3
    assert not [line for line in lines if fault_in(line, required=False)]
    [row] = list(csv.DictReader(lines))
    for cell in row.values():
        assert not cell.startswith(tuple("=+-@\t＝＋－＠"))
    assert (row["user"], row["count"], row["nothing"]) == ("u", "0", "")
