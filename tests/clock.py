"""What time it is for the tests: the only place of theirs that looks at the machine's calendar.

Worlds for real runs are built around this moment, so that a test means the same on every day. To see
it, let the tests live at another moment: all of them by `TEST_NOW=2028-02-29T23:59-08:00 ./dev test`,
or one of them inside `living_at`.

What moves is the time that runs, services and commands go by. The clocks of Temporal and Postgres stay,
and so does what libraries sign and time out by: none of that decides about days.
"""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from google.protobuf.timestamp_pb2 import Timestamp
    from temporalio.client import WorkflowHandle

TEST_NOW = "TEST_NOW"
"""The moment at which the tests begin, in ISO 8601; the machine's where it is not set."""
SECONDS_AHEAD = "TEST_SECONDS_AHEAD"
"""How far that is from the machine's clock; for the processes that tests start."""


@dataclass
class _Here:
    """How this process goes by the tests' time."""

    ahead: timedelta = timedelta(seconds=float(os.environ.get(SECONDS_AHEAD, "0")))
    followed: bool = False
    read_clock: Callable[..., Any] | None = None


_here = _Here()


def now() -> datetime:
    """The moment, in UTC."""
    return machine_now() + _here.ahead


def machine_now() -> datetime:
    """The machine's own time, for what libraries compare with it, such as the age of a signature."""
    return datetime.now(UTC)


def today(time_zone: str = "UTC") -> date:
    """The day it is in a time zone."""
    return now().astimezone(ZoneInfo(time_zone)).date()


def in_days(days: int, time_zone: str = "UTC") -> date:
    """The day that many days from today; before it where `days` is negative."""
    return today(time_zone) + timedelta(days=days)


def quiet_billing_day() -> int:
    """A billing day on which no story acts, so that every invoice waits for it.

    Stories order today, and schedule for five or twenty days from now.
    """
    return in_days(13).day


def time_of_run(told: "Timestamp") -> datetime:
    """What Temporal tells of a run's time, as the run reads it."""
    return told.ToDatetime(UTC) + _here.ahead


# ---- living at another moment -------------------------------------------------------------------


@contextmanager
def living_at(moment: datetime) -> Generator[None]:
    """Let what runs in this process live from `moment` on; workers have to be started inside."""
    before, _here.ahead = _here.ahead, moment - machine_now()
    follow_in_this_process()
    try:
        yield
    finally:
        _here.ahead = before


def begin(moment: str) -> None:
    """Let this process and all that it starts live from `moment` on."""
    _here.ahead = datetime.fromisoformat(moment).astimezone(UTC) - machine_now()
    os.environ[SECONDS_AHEAD] = str(_here.ahead.total_seconds())
    root = Path(__file__).parents[1]
    path = (str(root / "tests" / "other_moment"), str(root), os.environ.get("PYTHONPATH", ""))
    os.environ["PYTHONPATH"] = os.pathsep.join(each for each in path if each)
    follow_in_this_process()


def follow_in_this_process() -> None:
    """Let runs, skipped time and commands go by `now` here. Repeating it changes nothing."""
    from temporalio import workflow  # a second, in processes that need none of it
    from temporalio.testing import TimeSkipper

    from api.runs import halts
    from store import clock

    if _here.followed:
        return
    _here.followed = True
    _here.read_clock, queue_halt = clock.read_clock, halts._queue_halt
    run_now, skipped_now = workflow.now, TimeSkipper.get_current_time

    async def moved_skipped_now(self: TimeSkipper, handle: "WorkflowHandle[Any, Any]") -> datetime:
        return await skipped_now(self, handle) + _here.ahead

    async def moved_clock(_executor: object) -> Callable[[], datetime]:
        return now

    async def halt_by_servers_time(
        client: Any, queue: str, kind: Any, what: str, at: datetime
    ) -> Any:
        return await queue_halt(client, queue, kind, what, at - _here.ahead)

    workflow.now = lambda: run_now() + _here.ahead
    TimeSkipper.get_current_time = moved_skipped_now
    clock.read_clock = moved_clock
    halts._queue_halt = halt_by_servers_time


def clock_of_database() -> Callable[..., Any]:
    """`store.clock.read_clock` itself, wherever these tests live."""
    from store import clock

    return _here.read_clock or clock.read_clock
