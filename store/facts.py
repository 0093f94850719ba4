"""Reading the facts that rules and quotes are computed from."""

from domain.catalog.facts import Facts
from store.database import Executor, query


async def read_facts(executor: Executor, subscription_id: str) -> Facts | None:
    """All facts about one subscription in one round trip, or None where it is unknown."""
    document = await executor.fetchval(query("subscriptions/facts"), subscription_id)
    return None if document is None else Facts.of_any_version(document)
