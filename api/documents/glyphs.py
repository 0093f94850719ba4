"""What stands on a page in place of what no font has: an archive's PDF may hold no other text.

The ways to replace it, in the order in which they are tried; each takes what the one before has left:

    by signs      □ for each character that no font has
    by clusters   for what is set as one, such as a letter with its marks, and no font has as a whole:
                  the same in a plainer form, else its first character with a □
    by texts      the latter for all such clusters of a text that still cannot be set: in which font
                  typst looks for a cluster depends on what is before it. Else □ for all but ASCII
    by ASCII      the same everywhere: every font has ASCII

Each takes and gives the data of a document as JSON. What can be set stays as it is, and what is set does
not depend on what was set before: the same data is always the same document.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from api.documents.typesetting import CannotBeSet, clusters_of, set_pdf
from domain.text.escaping import NO_GLYPH

MOST_TRIES = 2_000
"""Of looking for what no font has; what is not known by then is taken for it. A few seconds."""

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""They choose among forms of the character before them, which can do without."""
_EACH = b"""
#set text(font: json(bytes(sys.inputs.fonts)))
#for each in json(bytes(sys.inputs.texts)) {
  [#each]
  parbreak()
  text(weight: "semibold", each)
  parbreak()
}
"""


def set_whatever(source: bytes, inputs: Mapping[str, str], name: str, at: datetime) -> bytes:
    """The PDF of a document whose data is the input `name`, and whose `fonts` are another.

    It is always set, whatever the data says; what cannot be shown is replaced.
    """
    words, fonts = inputs[name], json.loads(inputs["fonts"])
    for stand_in in (by_signs, by_clusters, by_texts, by_ascii):
        try:
            return set_pdf(source, {**inputs, name: words}, at)
        except CannotBeSet:
            words = stand_in(words, fonts)
    return set_pdf(source, {**inputs, name: words}, at)


def by_signs(document: str, fonts: Sequence[str]) -> str:
    """`document` with □ for each character that no font has."""
    signs = sorted(set(_NOT_ASCII.findall(document)))
    try:
        _set_each(signs, fonts)
        missing: Collection[str] = ()
    except CannotBeSet as error:
        missing = error.without_glyph or _missing(signs, fonts)
    return "".join(NO_GLYPH if sign in missing else sign for sign in document)


def by_clusters(document: str, fonts: Sequence[str]) -> str:
    """`document` with something that can be set for each cluster that cannot."""
    texts = _texts_beyond_ascii(json.loads(document))
    clusters = dict(zip(texts, clusters_of(texts), strict=True))
    distinct = sorted({each for split in clusters.values() for each in split if not each.isascii()})
    stands_in = _in_place_of(_missing(distinct, fonts), fonts)

    def replaced(text: str) -> str:
        return "".join(stands_in.get(each, each) for each in clusters.get(text, [text]))

    return json.dumps(_with_texts(json.loads(document), replaced), ensure_ascii=False)


def by_texts(document: str, fonts: Sequence[str]) -> str:
    """`document` with a plainer text for each that cannot be set as a whole."""
    value = json.loads(document)
    missing = sorted(_missing(_texts_beyond_ascii(value), fonts))
    plainer = {
        text: "".join(map(_beginning, clusters))
        for text, clusters in zip(missing, clusters_of(missing), strict=True)
    }
    cannot = _missing(sorted(set(plainer.values())), fonts)
    plainer |= {text: _in_ascii(text) for text, plain in plainer.items() if plain in cannot}
    replaced = _with_texts(value, lambda text: plainer.get(text, text))
    return json.dumps(replaced, ensure_ascii=False)


def by_ascii(document: str, _: Sequence[str]) -> str:
    """`document` with □ for whatever is not ASCII."""
    return _in_ascii(document)


def _beginning(cluster: str) -> str:
    return cluster if len(cluster) == 1 else cluster[0] + NO_GLYPH


def _in_ascii(text: str) -> str:
    return _NOT_ASCII.sub(NO_GLYPH, text)


def _in_place_of(missing: Collection[str], fonts: Sequence[str]) -> dict[str, str]:
    """For each of these clusters the best that can be set: plainer forms, else what it begins with."""
    choices = {each: _plainer_forms(each) for each in missing}
    every = {form for forms in choices.values() for form in forms}
    cannot = _missing(sorted(every), fonts)
    found: dict[str, str] = {}
    for cluster, (*whole, first) in choices.items():
        form = next((form for form in whole if form not in cannot), None)
        if form is None:
            form = NO_GLYPH if first in cannot else first + NO_GLYPH
        found[cluster] = form
    return found


def _plainer_forms(cluster: str) -> tuple[str, ...]:
    """The same without selectors, the same composed, and its first character alone."""
    plain = _SELECTORS.sub("", cluster) or cluster
    composed = unicodedata.normalize("NFC", plain)
    return (plain, composed, composed[0])


def _missing(texts: Sequence[str], fonts: Sequence[str]) -> set[str]:
    """Those of `texts` that cannot be set, each for itself."""
    missing: set[str] = set()
    left, tries = [texts], 0
    while left:
        some = left.pop()
        tries += 1
        if tries > MOST_TRIES:
            missing.update(some)
            continue
        try:
            _set_each(some, fonts)
        except CannotBeSet as error:
            named = error.without_glyph
            # Those with nothing of what was named are well; which of the others are not, is left open.
            suspects = [each for each in some if not named or not named.isdisjoint(each)]
            if len(suspects) < 2:
                missing.update(suspects)
            else:
                half = len(suspects) // 2
                left += [suspects[:half], suspects[half:]]
    return missing


def _set_each(texts: Sequence[str], fonts: Sequence[str]) -> None:
    """Raises `CannotBeSet` where one of `texts` cannot, by itself."""
    inputs = {"texts": json.dumps(texts), "fonts": json.dumps(fonts)}
    set_pdf(_EACH, inputs, datetime(2000, 1, 1, tzinfo=UTC))


def _texts_beyond_ascii(document: object) -> list[str]:
    return sorted({text for text in _texts_of(document) if not text.isascii()})


def _texts_of(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [text for each in cast("list[object]", value) for text in _texts_of(each)]
        case dict():
            return _texts_of(list(cast("dict[str, object]", value).values()))
        case _:
            return []


def _with_texts(value: object, replaced: Callable[[str], str]) -> object:
    match value:
        case str():
            return replaced(value)
        case list():
            return [_with_texts(each, replaced) for each in cast("list[object]", value)]
        case dict():
            items = cast("dict[str, object]", value).items()
            return {key: _with_texts(each, replaced) for key, each in items}
        case _:
            return value
