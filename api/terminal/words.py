"""The command line's own words in both languages, from `api/locale`; the domain has its own."""

from domain.text.texts import Catalogs, TextValue
from domain.values.base import Language

CATALOGS = Catalogs("api", ("terminal",))


def word(key: str, language: Language, **values: TextValue) -> str:
    """The words for `key`, with their placeholders filled in."""
    return CATALOGS.text(key, **values).in_language(language)


def colon(language: Language) -> str:
    """What stands before what is announced."""
    return ": " if language == "en" else "："


def comma(language: Language) -> str:
    """What stands between two things in one line."""
    return ", " if language == "en" else "，"
