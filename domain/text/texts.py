"""Every sentence the service says to people, in English and Traditional Chinese (B4, B62).

Sentences stand in gettext catalogs, `<package>/locale/<language>/<topic>.po`, by key: a sentence
may be reworded in one language without touching another, or the code. They are templates with named
placeholders. `text` fills one in, strict in both directions, so that a sentence can neither lose a
number nor ignore one.

A sentence with plural forms is chosen by its placeholder `count`; other sentences take it in:

    text("remedy.temporarily_unavailable", minutes=text("count.minutes", count=1))

The catalogs are read once, when their module is imported: saying something reads no file, and can
be done anywhere.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from string import Formatter

from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from domain.text.formats import LOCALES, number
from domain.values.base import Language, Text

TextValue = str | int | Text
"""What fills a placeholder; a `Text` gives each language its own words, numbers are grouped."""

FOLDERS: Mapping[Language, str] = {"en": "en", "zh-TW": "zh_TW"}

Forms = tuple[str, ...]
"""A template; with plural forms the one for "one" first and the one for "other" last."""


class Catalogs:
    """The sentences of one package, in every language."""

    def __init__(self, package: str, topics: Iterable[str]) -> None:
        """Reads `<package>/locale/<language>/<topic>.po` for each topic."""
        self.topics = tuple(topics)
        self.texts: Mapping[Language, Mapping[str, Forms]] = {
            language: _read_texts(package, folder, self.topics)
            for language, folder in FOLDERS.items()
        }

    def text(self, key: str, **values: TextValue) -> Text:
        """The sentence `key` with its placeholders filled in.

        Raises `KeyError` for a key that no catalog has, and `ValueError` unless `values` are
        exactly the placeholders of the sentence.
        """
        wanted = self.placeholders(key)
        if wanted != values.keys():
            raise ValueError(
                f"text {key!r} takes {sorted(wanted)}, not {sorted(values)}: "
                "give each placeholder exactly one value"
            )
        return Text(en=self._say("en", key, values), zh_tw=self._say("zh-TW", key, values))

    def placeholders(self, key: str) -> frozenset[str]:
        """The names that the sentence `key` has to be given."""
        return placeholders_in(self.texts["en"][key][-1])

    def _say(self, language: Language, key: str, values: Mapping[str, TextValue]) -> str:
        forms = self.texts[language][key]
        one = len(forms) > 1 and _is_one(language, values["count"])
        template = forms[0 if one else -1]
        return template.format(**{name: _words(value, language) for name, value in values.items()})


@cache
def placeholders_in(template: str) -> frozenset[str]:
    """The names between the braces of one template."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def listed(items: Iterable[str | Text]) -> Text:
    """Names one after another, with each language's own comma."""
    names = list(items)
    return Text(
        en=", ".join(_words(name, "en") for name in names),
        zh_tw="、".join(_words(name, "zh-TW") for name in names),
    )


def joined(parts: Iterable[Text]) -> Text:
    """Phrases one after another, with each language's own semicolon."""
    said = list(parts)
    return Text(en="; ".join(one.en for one in said), zh_tw="；".join(one.zh_tw for one in said))


def sentences(parts: Iterable[Text]) -> Text:
    """Whole sentences one after another: Chinese has no space between them."""
    said = list(parts)
    return Text(en=" ".join(one.en for one in said), zh_tw="".join(one.zh_tw for one in said))


def _words(value: TextValue, language: Language) -> str:
    if isinstance(value, str):
        return value
    return (value if isinstance(value, Text) else number(value)).in_language(language)


_LOCALES = {language: Locale.parse(locale) for language, locale in LOCALES.items()}


def _is_one(language: Language, count: TextValue) -> bool:
    return isinstance(count, int) and _LOCALES[language].plural_form(count) == "one"


def _read_texts(package: str, folder: str, topics: tuple[str, ...]) -> dict[str, Forms]:
    found: dict[str, Forms] = {}
    for topic in topics:
        catalog = resources.files(package).joinpath("locale", folder, f"{topic}.po")
        with catalog.open("rb") as file:
            for message in read_po(file, locale=folder, abort_invalid=True):
                if message.id:  # the header has none
                    found[_key(message)] = _forms(message)
    return found


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> Forms:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


CATALOGS = Catalogs(
    "domain",
    (
        "counts",
        "documents",
        "explanations",
        "notices",
        "options",
        "quotes",
        "refusals",
        "rejections",
    ),
)
"""What the domain says."""

TEXTS = CATALOGS.texts
text = CATALOGS.text
placeholders = CATALOGS.placeholders
