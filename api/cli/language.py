"""Which language a text is told in."""

from typing import Protocol, get_args

from api.caller import Caller
from api.errors import BadInput
from api.service.upgrades import UpgradeService
from domain.text.faults import quoted
from domain.values.base import Language


class Asking(Protocol):
    """Who asks whom."""

    @property
    def service(self) -> UpgradeService:
        """What knows the language of everybody."""
        ...

    @property
    def caller(self) -> Caller:
        """Who calls."""
        ...


async def language_of(asking: Asking, asked: str | None, **whose: str) -> Language:
    """The language that was asked for, else that of the tenant, else English.

    `whose` is one argument of `Reading.language`. Raises `BadInput`.
    """
    for language in get_args(Language):
        if asked == language:
            return language
    if asked is not None:
        raise BadInput("lang", f"{quoted(asked)} is no language here: write en or zh-TW")
    return await asking.service.reading.language(asking.caller, **whose) or "en"
