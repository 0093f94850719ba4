"""Callbacks of the credit service, each id with the one body it came with."""

from store.database import Executor, query


async def note_callback(
    executor: Executor, callback_id: str, upgrade_id: str, body_hash: str
) -> bool:
    """Note a callback; False where its id has come with another body before. One round trip."""
    known = await executor.fetchval(
        query("upgrades/note_credit_callback"), callback_id, upgrade_id, body_hash
    )
    return known == body_hash
