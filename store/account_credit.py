"""The account credit that an invoice may use (B31)."""

from domain.pricing.account_credit import OpenCredit
from domain.upgrade.states import Switched, UpgradeState
from store.database import Executor, query


async def read_open_credits(executor: Executor, state: UpgradeState) -> tuple[OpenCredit, ...]:
    """What is left of the tenant's credits in the upgrade's currency, the oldest first.

    Nobody is asked for an invoice over nothing.
    """
    if not isinstance(state, Switched) or not state.switch.pricing.total:
        return ()
    rows = await executor.fetch(
        query("ledger/open_credits"),
        state.upgrade.order.tenant_id,
        state.upgrade.quote.currency,
    )
    return tuple(OpenCredit.model_validate(dict(row)) for row in rows)
