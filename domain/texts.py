"""Every sentence the service says to people, in English and Traditional Chinese (B4, B62).

Sentences are templates with named placeholders, kept in tables by key; `text` fills one in. It is
strict in both directions, so that a sentence can neither lose a number nor ignore one.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from string import Formatter

from domain.texts_notices import NOTICE_TEXTS
from domain.texts_options import OPTIONS_TEXTS
from domain.texts_refusals import REFUSAL_TEXTS
from domain.values import Text

TextValue = str | int | Text
"""What fills a placeholder; a `Text` gives each language its own words."""

TEXTS: Mapping[str, tuple[str, str]] = {**REFUSAL_TEXTS, **OPTIONS_TEXTS, **NOTICE_TEXTS}
"""Key to the English and the Traditional Chinese template."""


def text(key: str, **values: TextValue) -> Text:
    """The sentence `key` with its placeholders filled in.

    Raises `KeyError` for a key that no table has, and `ValueError` unless `values` are exactly the
    placeholders of the sentence.
    """
    english, chinese = TEXTS[key]
    wanted = placeholders(key)
    if wanted != values.keys():
        raise ValueError(
            f"text {key!r} takes {sorted(wanted)}, not {sorted(values)}: "
            "give each placeholder exactly one value"
        )
    return bilingual(
        english.format(**{name: _english(value) for name, value in values.items()}),
        chinese.format(**{name: _chinese(value) for name, value in values.items()}),
    )


@cache
def placeholders(key: str) -> frozenset[str]:
    """The names that the sentence `key` has to be given."""
    english, _ = TEXTS[key]
    return placeholders_in(english)


def placeholders_in(template: str) -> frozenset[str]:
    """The names between the braces of one template."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def listed(items: Iterable[str]) -> Text:
    """Names one after another, with each language's own comma."""
    names = list(items)
    return bilingual(", ".join(names), "、".join(names))


def bilingual(english: str, chinese: str) -> Text:
    """A text of these two sentences."""
    # By alias: type checkers take the alias of a field for its only name.
    return Text(**{"en": english, "zh-TW": chinese})


def _english(value: TextValue) -> str | int:
    return value.en if isinstance(value, Text) else value


def _chinese(value: TextValue) -> str | int:
    return value.zh_tw if isinstance(value, Text) else value
