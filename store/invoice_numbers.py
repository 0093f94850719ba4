"""Invoice numbers without gaps (B54)."""

from store.database import Executor

SELLER = "plan-upgrades"


async def take_invoice_number(transaction: Executor, seller: str = SELLER) -> str:
    """The seller's next number; it is free again if `transaction` fails."""
    number = await transaction.fetchval(
        "insert into invoice_numbers (seller, last) values ($1, 1)"
        " on conflict (seller) do update set last = invoice_numbers.last + 1"
        " returning last",
        seller,
    )
    return f"INV-{number:08d}"
