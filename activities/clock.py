"""What time it is inside an activity, in the time of its workflow."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import activity


def workflow_clock(scheduled_at: datetime) -> Callable[[], datetime]:
    """A clock that read `scheduled_at` when the workflow asked for this activity.

    It counts retries and waiting in, so that a switch that succeeds after a day of outage happens
    on that day. It does not ask this machine's clock, because a workflow whose time was skipped
    lives later than the machine.
    """
    info = activity.info()
    started = time.monotonic()
    waited = max(timedelta(0), info.current_attempt_scheduled_time - info.scheduled_time)
    return lambda: scheduled_at + waited + timedelta(seconds=time.monotonic() - started)
