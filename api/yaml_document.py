"""Reads one YAML document into plain values, event by event, with lines for what is wrong.

PyYAML's own loader recurses as deep as the document, expands aliases without bound, and keeps the
last of two equal keys; this reader uses its parser and its rules for plain scalars, and bounds or
refuses the rest. Keys are texts: `NO: "0.25"` is a key of Norway, not of `false`. Days stay texts,
as in JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, cast

import yaml

from domain.world_faults import Fault, WorldFaults, quoted

MAX_DEPTH = 64
MAX_VALUES = 10_000_000
"""How many values a document may hold once its aliases are written out."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset(_TAG + kind for kind in ("bool", "float", "int", "null"))
_COLLECTION_TAGS = frozenset({None, "!", _TAG + "map", _TAG + "seq"})
_MERGE = "<<"


def read_yaml(text: str) -> object:
    """The one document in `text`, or None where there is none.

    Raises `WorldFaults`: for a repeated key with all that there are, for syntax with the first.
    """
    reader = _Reader(text)
    try:
        document = reader.read()
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        words = " ".join(str(part) for part in (error.context, error.problem) if part)
        _refuse(mark, f"this is not YAML: {words}")
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        message = "this is not YAML: a control character, which no text may hold"
        raise WorldFaults([Fault(f"line {line}", message)]) from None
    if reader.faults:
        raise WorldFaults(reader.faults)
    return document


@dataclass(slots=True)
class _Open:
    """A sequence or mapping that has begun and not yet ended."""

    container: list[object] | dict[str, object]
    anchor: str | None
    values_before: int
    key: str | None = None
    merged: tuple[Mapping[str, object], ...] = ()


class _Reader:
    """Builds the document from the parser's events, without recursion."""

    def __init__(self, text: str) -> None:
        self.faults: list[Fault] = []
        self._loader = _LOADER(text)
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[object, int]] = {}
        self._values = 0
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
        self._count(1, event)
        value = self._scalar(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._place(value, event)

    def _take_key(self, event: Any, parent: _Open) -> None:
        key: str = event.value
        if key in parent.container or (key == _MERGE and parent.merged):
            message = f"the key {quoted(key)} stands twice in one mapping: keep one of them"
            self.faults.append(Fault(_place_of(event.start_mark), message))
        parent.key = key

    def _begin(self, container: list[object] | dict[str, object], event: Any) -> None:
        if event.tag not in _COLLECTION_TAGS:
            _refuse(event.start_mark, f"the tag {quoted(event.tag)} has no meaning here")
        if len(self._open) >= MAX_DEPTH:
            _refuse(event.start_mark, "is nested too deeply")
        self._refuse_as_key(event)
        opened = _Open(container, event.anchor, self._values)
        self._count(1, event)
        self._open.append(opened)

    def _end(self, event: Any) -> None:
        ended = self._open.pop()
        if isinstance(ended.container, dict):
            for mapping in ended.merged:
                for key, value in mapping.items():
                    ended.container.setdefault(key, value)
        if ended.anchor:
            self._anchors[ended.anchor] = (ended.container, self._values - ended.values_before)
        self._place(ended.container, event)

    def _take_alias(self, event: Any) -> None:
        self._refuse_as_key(event)
        if any(opened.anchor == event.anchor for opened in self._open):
            _refuse(event.start_mark, f"the alias {quoted(event.anchor)} stands within itself")
        if event.anchor not in self._anchors:
            _refuse(event.start_mark, f"nothing before has the anchor {quoted(event.anchor)}")
        value, values = self._anchors[event.anchor]
        self._count(values, event)
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
        else:
            parent.container[key] = value

    def _count(self, values: int, event: Any) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            message = f"the document is too large: more than {MAX_VALUES:,} values with its aliases"
            _refuse(event.start_mark, message)

    def _refuse_as_key(self, event: Any) -> None:
        parent = self._open[-1] if self._open else None
        if parent is not None and parent.key is None and isinstance(parent.container, dict):
            _refuse(event.start_mark, "a key must be a text")

    def _scalar(self, event: Any) -> object:
        text: str = event.value
        tag: str | None = event.tag
        if tag is None or tag == "!":
            if not event.implicit[0]:
                return text
            tag = cast("str", self._loader.resolve(yaml.ScalarNode, text, event.implicit))
        elif tag != _TAG + "str" and tag not in _SCALAR_TAGS:
            _refuse(event.start_mark, f"the tag {quoted(tag)} has no meaning here")
        if tag not in _SCALAR_TAGS:
            return text
        try:
            return self._loader.construct_object(yaml.ScalarNode(tag, text))
        except (ValueError, KeyError):
            return text  # `0x_` looks like a number and is none; what reads it will say so


def _mappings_to_merge(value: object, event: Any) -> tuple[Mapping[str, object], ...]:
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    if not all(isinstance(item, dict) for item in values):
        _refuse(event.start_mark, f"{quoted(_MERGE)} needs a mapping to merge")
    return tuple(cast("list[Mapping[str, object]]", values))


def _place_of(mark: Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"


def _refuse(mark: Any, message: str) -> NoReturn:
    raise WorldFaults([Fault(_place_of(mark), message)]) from None
