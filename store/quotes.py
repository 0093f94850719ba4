"""Quotes: written once, never changed."""

from domain.quoting.quote import Quote
from store.database import Executor


async def save_quote(executor: Executor, quote: Quote) -> None:
    """Keep a quote, so that an order can name it."""
    await executor.execute(
        "insert into quotes (quote_id, subscription_id, body) values ($1, $2, $3::jsonb)",
        quote.quote_id,
        quote.subscription_id,
        quote.model_dump(mode="json"),
    )


async def read_quote(executor: Executor, quote_id: str) -> Quote | None:
    """The quote, or None where there is none."""
    body = await executor.fetchval("select body from quotes where quote_id = $1", quote_id)
    return None if body is None else Quote.of_any_version(body)
