"""What time it is: the database's answer, the same for every caller, whatever its own clock says."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from store.database import Executor


async def read_clock(executor: Executor) -> Callable[[], datetime]:
    """A clock that was set by the database's, in UTC, and goes on by this machine's monotonic one.

    A caller whose own clock runs ahead would otherwise schedule an order that is meant for now, and
    one whose clock lags would be given quotes that have expired. Raises `StoreUnavailable`.
    """
    read: datetime = await executor.fetchval("select clock_timestamp()")
    answered = time.monotonic()
    return lambda: read + timedelta(seconds=time.monotonic() - answered)
