"""Which language a text is told in."""

from typing import get_args

from api.arguments import checked
from api.errors import BadInput
from domain.text.faults import quoted
from domain.values.base import Id, Language
from store.database import Executor
from store.views import read_language


@checked
async def language_of(
    executor: Executor,
    asked: str | None,
    *,
    subscription_id: Id | None = None,
    tenant_id: Id | None = None,
    upgrade_id: Id | None = None,
) -> Language:
    """The language that was asked for, else that of the tenant, else English."""
    for language in get_args(Language):
        if asked == language:
            return language
    if asked is not None:
        raise BadInput("lang", f"{quoted(asked)} is no language here: write en or zh-TW")
    known = await read_language(
        executor, subscription_id=subscription_id, tenant_id=tenant_id, upgrade_id=upgrade_id
    )
    return known or "en"
