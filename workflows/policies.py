"""Every step's time-outs and retries, in one place, with the reason.

Two kinds of step. Somebody waits for the answer of a *quick* one (the order, a decision, a cancel):
it runs as a local activity, without a round trip through the server. A *long* one is worth seeing,
pausing and resetting by operators: it runs as an ordinary activity under an id they can type.

No step has a last attempt: the store may be out of reach for as long as it likes, and what is
truly hopeless is told by the step itself (`activities.failures`).
"""

from datetime import timedelta

from temporalio.common import RetryPolicy

BACKOFF = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(seconds=30),
)
"""Soon, because most faults pass at once; at most every 30 s, so that recovery is seen quickly."""

QUICK_TIMEOUT = timedelta(seconds=10)
"""Two or three round trips to Postgres; a local activity should end within the workflow task."""

SWITCH_TIMEOUT = timedelta(seconds=30)
"""One transaction; longer than any lock another transaction of ours holds."""

MOVE_TIMEOUT = timedelta(hours=24)
"""A bound for the hopeless only: heartbeats notice a dead worker long before."""

HEARTBEAT = timedelta(seconds=10)
"""A step beats four times as often, also while a statement runs; silence means a dead worker, and
another one goes on from what is committed."""
