import csv
import io
import json
import re
from collections.abc import Callable

import pytest

from domain.text import escaping
from domain.text.free_text import fault_in
from tests import nasty_texts

Escape = Callable[[str], str]

READERS: dict[str, Escape] = {
    "one line": escaping.one_line,
    "Markdown": escaping.markdown,
    "CSV": escaping.csv_cell,
    "documents": escaping.printable,
}


@pytest.mark.parametrize("text", nasty_texts.ALL.values(), ids=nasty_texts.ALL)
@pytest.mark.parametrize("escape", READERS.values(), ids=READERS)
def test_no_reader_is_given_what_cannot_be_seen(escape: Escape, text: str) -> None:
    shown = escape(text)
    assert fault_in(shown) is None
    assert len(shown.splitlines()) == 1


@pytest.mark.parametrize("text", nasty_texts.HONEST.values(), ids=nasty_texts.HONEST)
def test_what_is_honest_is_shown_as_it_is(text: str) -> None:
    assert escaping.one_line(text) == escaping.csv_cell(text) == escaping.printable(text) == text
    assert escaping.markdown(text) == f"`{text}`"


def test_a_line_break_is_one_space_and_what_cannot_be_seen_leaves_a_mark() -> None:
    assert escaping.one_line("a\r\n\tb\u2028c\x1b[2J\u202e") == "a b c\ufffd[2J\ufffd"
    assert escaping.lines("a\nb\r\x1b") == "a\nb\ufffd\ufffd"


@pytest.mark.parametrize("text", nasty_texts.ALL.values(), ids=nasty_texts.ALL)
def test_json_is_safe_to_look_at_and_says_the_same(text: str) -> None:
    document = {text.replace("\ud83d", "").replace("\udc00", ""): [text, {"a": text}]}
    for options in ({}, {"indent": 2}):
        written = escaping.json_text(document, **options)
        assert fault_in(written.replace("\n", ""), longest=len(written)) is None
        assert json.loads(written) == document


def test_json_stays_readable() -> None:
    assert escaping.json_text({"name": "發票 👍"}) == '{"name": "發票 👍"}'
    assert escaping.json_text("\u202e\U000e0041") == '"\\u202e\\udb40\\udc41"'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("why not", "`why not`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("a``", "``` a`` ```"),
        (" ", "`   `"),
        ("", "`   `"),
        ("a\n\n# b", "`a # b`"),
    ],
)
def test_markdown_is_a_code_span(text: str, shown: str) -> None:
    assert escaping.markdown(text) == shown


@pytest.mark.parametrize("text", nasty_texts.ALL.values(), ids=nasty_texts.ALL)
def test_the_code_span_ends_where_the_text_does(text: str) -> None:
    shown = escaping.markdown(text)
    [fence] = re.findall(r"\A`+", shown)
    assert shown.endswith(fence)
    inside = shown[len(fence) : -len(fence)]
    assert not re.search(rf"(?<!`){fence}(?!`)", inside)
    assert inside.strip(" ") == escaping.one_line(text).strip()


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", "'=1"),
        ("\t=1", "' =1"),
        ("   @SUM(1)", "'   @SUM(1)"),
        ("\r-1", "' -1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠a", "'＠a"),
        ("fine;=1; -2", "fine;'=1;' -2"),
        ("a=1, b-2 c@d", "a=1, b-2 c@d"),
        ("\x1b=1", "\ufffd=1"),
    ],
)
def test_a_cell_is_no_formula(text: str, cell: str) -> None:
    assert escaping.csv_cell(text) == cell


@pytest.mark.parametrize("text", nasty_texts.ALL.values(), ids=nasty_texts.ALL)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_no_cell_of_a_table_begins_a_formula_wherever_it_is_opened(
    text: str, delimiter: str
) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow([escaping.csv_cell(each) for each in ("user", text, "end")])
    rows = list(csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=delimiter))
    assert len(rows) == 1
    for cell in rows[0]:
        assert not cell.strip().startswith(tuple("=+-@＝＋－＠")), cell
