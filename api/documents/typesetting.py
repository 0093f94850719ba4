"""Typst, as all documents are set with it: PDF/A-3b, with no font, clock or locale of the machine."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import cast

import typst

STANDARD = "a-3b"
FONT_PACKAGES = (
    "fontpkg_source_sans_3",
    *(f"pylopdf_fonts_{each}" for each in ("ar", "he", "hi", "jp", "ko", "th", "zh_tw")),
)


_NAMED = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")


class CannotBeSet(Exception):
    """An archive's PDF may hold no character that no font has, and this one would."""

    def __init__(self, said: str) -> None:
        """`said` is all that typst says of it."""
        super().__init__(said)
        self.without_glyph = frozenset(
            sign for text in _NAMED.findall(said) for sign in _ESCAPE.sub(_unescaped, text)
        )
        """The characters that it names; none where it has not come that far."""


def set_pdf(source: bytes, inputs: Mapping[str, str], at: datetime) -> bytes:
    """The PDF that `source` makes of its `inputs`, dated `at`. Raises `CannotBeSet`."""
    try:
        pdf = typst.compile(
            source,
            format="pdf",
            font_paths=_fonts(),
            sys_inputs=dict(inputs),
            pdf_standards=STANDARD,
            timestamp=at,
        )
    except typst.TypstError as error:
        raise CannotBeSet(error.diagnostic) from error
    except BaseException as error:
        # Typst panics at some texts, such as joiners after a sign that no font has.
        if type(error).__name__ == "PanicException":
            raise CannotBeSet(str(error)) from error
        raise
    assert isinstance(pdf, bytes), "one document"
    return pdf


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]


def clusters_of(texts: Sequence[str]) -> list[list[str]]:
    """Each text in pieces that are set as one: a letter with its marks, an emoji with its parts."""
    found = typst.query(
        b"#metadata(json(bytes(sys.inputs.texts)).map(each => each.clusters())) <clusters>",
        "<clusters>",
        field="value",
        one=True,
        font_paths=_fonts(),
        sys_inputs={"texts": json.dumps(texts)},
    )
    return cast("list[list[str]]", json.loads(found))


@cache
def _fonts() -> typst.Fonts:
    folders = [str(resources.files(package)) for package in FONT_PACKAGES]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)
