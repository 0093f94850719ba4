"""Reads one YAML document into plain values, event by event, with lines for what is wrong.

PyYAML's own loader recurses as deep as the document, expands aliases without bound, and keeps the
last of two equal keys; this reader uses its parser and its rules for plain scalars, and bounds or
refuses the rest. Keys are texts: `NO: "0.25"` is a key of Norway, not of `false`. Days stay texts,
as in JSON. No message quotes the text, but for keys that the caller knows: it may come from any file.
"""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, cast

import yaml

from api.files.json_document import MOST_DIGITS, MOST_FAULTS, repeated_key
from domain.text.faults import Fault, WorldFaults, quoted

MAX_DEPTH = 64
MAX_ALIASED = 500_000
"""By how many characters a document may grow when its aliases are written out."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset(_TAG + kind for kind in ("bool", "float", "int", "null"))
_COLLECTION_TAGS = frozenset({None, "!", _TAG + "map", _TAG + "seq"})
_MERGE = "<<"
_NO_TAG = "a tag has no meaning here: leave it out"
_TAG_DIRECTIVE = re.compile(r"^%TAG\b", re.MULTILINE)
_SAID = {
    "mapping values are not allowed": "put a text with a colon in quotes, or indent what belongs below",
    "cannot start any token": "put a text that begins with this sign in quotes; indent with spaces",
    "did not find expected ','": "a comma or a closing bracket is missing",
    "unexpected end of stream": "a quote has no end",
    "escape": 'write a backslash as "\\\\", or the text in single quotes',
}


def read_yaml(text: str, known_keys: Collection[str] = ()) -> object:
    """The one document in `text`, or None where there is none.

    Raises `WorldFaults`: for repeated keys with the first hundred, for syntax with the first fault.
    """
    if directive := _TAG_DIRECTIVE.search(text):
        # Not only without use: libyaml compares each with all before it.
        line = text.count("\n", 0, directive.start()) + 1
        raise WorldFaults([Fault(f"line {line}", "tags have no meaning here: leave %TAG out")])
    reader = _Reader(text, known_keys)
    try:
        document = reader.read()
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        problem = str(error.problem)
        said = next((said for part, said in _SAID.items() if part in problem), "")
        _refuse(mark, f"this is not YAML: {said or 'check indentation, quotes and brackets'}")
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        message = "this is not YAML: a control character, which no text may hold"
        raise WorldFaults([Fault(f"line {line}", message)]) from None
    if reader.faults:
        raise WorldFaults(reader.faults)
    return document


class _WithMerge(dict[str, object]):
    """A mapping that others are merged into."""


@dataclass(slots=True)
class _Open:
    """A sequence or mapping that has begun and not yet ended."""

    container: list[object] | dict[str, object]
    anchor: str | None
    size_before: int
    key: str | None = None
    merged: tuple[Mapping[str, object], ...] = ()


class _Reader:
    """Builds the document from the parser's events, without recursion."""

    def __init__(self, text: str, known_keys: Collection[str]) -> None:
        self.faults: list[Fault] = []
        self._known_keys = known_keys
        self._loader = _LOADER(text)
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[object, int]] = {}
        """Values by their anchor, each with its size."""
        self._size = 0
        """In characters, of all that was read, with its aliases written out."""
        self._aliased = 0
        """How much of it is due to aliases."""
        self._document: object = None
        self._documents = 0

    def read(self) -> object:
        try:
            while self._loader.check_event():
                self._take(self._loader.get_event())
        finally:
            self._loader.dispose()
        return self._document

    def _take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self._take_scalar(event)
            case yaml.MappingStartEvent():
                self._begin({}, event)
            case yaml.SequenceStartEvent():
                self._begin([], event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end(event)
            case yaml.AliasEvent():
                self._take_alias(event)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    message = "a second document begins here: a world file is one document"
                    _refuse(event.start_mark, message)
            case _:
                pass

    def _take_scalar(self, event: Any) -> None:
        parent = self._open[-1] if self._open else None
        if parent is not None and parent.key is None and isinstance(parent.container, dict):
            self._take_key(event, parent)
            return
        size = 1 + len(event.value)
        self._size += size
        value = self._scalar(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, size)
        self._place(value, event)

    def _take_key(self, event: Any, parent: _Open) -> None:
        key: str = event.value
        self._size += 1 + len(key)
        if key in parent.container or (key == _MERGE and isinstance(parent.container, _WithMerge)):
            message = repeated_key(key, self._known_keys)
            self.faults.append(Fault(_place_of(event.start_mark), message))
            if len(self.faults) == MOST_FAULTS:
                raise WorldFaults(self.faults)
        parent.key = key

    def _begin(self, container: list[object] | dict[str, object], event: Any) -> None:
        if event.tag not in _COLLECTION_TAGS:
            _refuse(event.start_mark, _NO_TAG)
        if len(self._open) >= MAX_DEPTH:
            _refuse(event.start_mark, "is nested too deeply")
        self._refuse_as_key(event)
        self._open.append(_Open(container, event.anchor, self._size))
        self._size += 1

    def _end(self, event: Any) -> None:
        ended = self._open.pop()
        if isinstance(ended.container, dict):
            for mapping in ended.merged:
                for key, value in mapping.items():
                    ended.container.setdefault(key, value)
        if ended.anchor:
            self._anchors[ended.anchor] = (ended.container, self._size - ended.size_before)
        self._place(ended.container, event)

    def _take_alias(self, event: Any) -> None:
        self._refuse_as_key(event)
        if any(opened.anchor == event.anchor for opened in self._open):
            _refuse(event.start_mark, "this alias stands within what it names")
        if event.anchor not in self._anchors:
            _refuse(event.start_mark, "this alias names an anchor that nothing before has")
        value, size = self._anchors[event.anchor]
        self._size += size
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            message = f"aliases write out more than {MAX_ALIASED:,} characters: use fewer"
            _refuse(event.start_mark, message)
        self._place(value, event)

    def _place(self, value: object, event: Any) -> None:
        """Puts a complete value where it belongs."""
        if not self._open:
            self._document = value
            return
        parent = self._open[-1]
        if isinstance(parent.container, list):
            parent.container.append(value)
            return
        key = cast("str", parent.key)
        parent.key = None
        if key == _MERGE:
            parent.merged = _mappings_to_merge(value, event)
            parent.container = _WithMerge(parent.container)
        else:
            parent.container[key] = value

    def _refuse_as_key(self, event: Any) -> None:
        parent = self._open[-1] if self._open else None
        if parent is not None and parent.key is None and isinstance(parent.container, dict):
            _refuse(event.start_mark, "a key must be a text")

    def _scalar(self, event: Any) -> object:
        text: str = event.value
        tag: str | None = event.tag
        if tag is None or tag == "!":
            if not event.implicit[0] or len(text) > MOST_DIGITS:
                return text
            tag = cast("str", self._loader.resolve(yaml.ScalarNode, text, event.implicit))
        elif tag != _TAG + "str" and tag not in _SCALAR_TAGS:
            _refuse(event.start_mark, _NO_TAG)
        if tag not in _SCALAR_TAGS or len(text) > MOST_DIGITS:
            return text
        if ":" in text:
            _refuse(event.start_mark, "YAML reads this as a number of base 60: put it in quotes")
        try:
            value: object = self._loader.construct_object(yaml.ScalarNode(tag, text))
        except (ValueError, KeyError):
            return text  # `0x_` looks like a number and is none; what reads it will say so
        if isinstance(value, float) and not math.isfinite(value):
            _refuse(event.start_mark, "is no finite number")
        return value


def _mappings_to_merge(value: object, event: Any) -> tuple[Mapping[str, object], ...]:
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    if not all(isinstance(item, dict) for item in values):
        _refuse(event.start_mark, f"{quoted(_MERGE)} needs a mapping to merge")
    if any(isinstance(item, _WithMerge) for item in values):
        _refuse(
            event.start_mark, f"{quoted(_MERGE)} merges what itself has one: write its keys out"
        )
    return tuple(cast("list[Mapping[str, object]]", values))


def _place_of(mark: Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"


def _refuse(mark: Any, message: str) -> NoReturn:
    raise WorldFaults([Fault(_place_of(mark), message)]) from None
