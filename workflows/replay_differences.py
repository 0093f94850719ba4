"""Where a run would go on otherwise than recorded, though its history replays.

Replay compares commands by kind and id alone. Code that waits for another moment in a timer's place, or gives a
step to another task queue, replays, and then stalls. So each history is continued from every workflow task
in it: what today's code does there, with its values, is compared with what the history says came next.

What a *local* activity was given stands in no history. Texts that people read, such as summaries, do not count.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from google.protobuf.duration_pb2 import Duration
from temporalio.api.common.v1 import Payloads
from temporalio.api.history.v1 import (
    ActivityTaskScheduledEventAttributes,
    HistoryEvent,
    TimerStartedEventAttributes,
)
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

if TYPE_CHECKING:
    from temporalio.bridge.proto.workflow_activation import WorkflowActivation
    from temporalio.bridge.proto.workflow_commands import (
        ScheduleActivity,
        StartTimer,
        WorkflowCommand,
    )
    from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
    from temporalio.workflow import Info

SAME_MOMENT_NANOS = 1_000_000
"""Timers are reckoned in floating point, which may round otherwise on another machine."""

OWN_QUEUE = ""
"""That of the run itself, whatever it is called."""


class Listener(WorkflowRunner):
    """Runs workflows by another runner, and keeps the commands that they give."""

    def __init__(self, runner: WorkflowRunner) -> None:
        """Where they run in a sandbox, they still do."""
        self._runner = runner
        self.commands: list[WorkflowCommand] = []
        """Those of every run since somebody cleared them, in their order."""

    def prepare_workflow(self, defn: Any) -> None:
        """As the other runner does."""
        self._runner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(
        self, types: Sequence[type[BaseException]]
    ) -> None:
        """As the other runner does."""
        self._runner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """An instance of the other runner, listened to."""
        return _Listened(self._runner.create_instance(det), self.commands, det.info.task_queue)


class _Listened(WorkflowInstance):
    def __init__(
        self, instance: WorkflowInstance, commands: "list[WorkflowCommand]", own_queue: str
    ) -> None:
        self._instance = instance
        self._commands = commands
        self._own_queue = own_queue

    def activate(self, act: "WorkflowActivation") -> "WorkflowActivationCompletion":
        completion = self._instance.activate(act)
        for command in completion.successful.commands:
            kept = type(command)()  # the worker may encode payloads in the original
            kept.CopyFrom(command)
            # A replayer has another task queue of its own than the worker had.
            if kept.schedule_activity.task_queue == self._own_queue:
                kept.schedule_activity.task_queue = OWN_QUEUE
            self._commands.append(kept)
        return completion

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._instance.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._instance.get_external_store_context(command_info)

    def get_info(self) -> "Info":
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()


def differences(
    events: Sequence[HistoryEvent], commands: "Sequence[WorkflowCommand]"
) -> Iterator[str]:
    """What the code that gave these commands does otherwise than its history says; values are not told."""
    timers = {
        str(command.start_timer.seq): command.start_timer
        for command in commands
        if command.HasField("start_timer")
    }
    own_queue = events[0].workflow_execution_started_event_attributes.task_queue.name
    steps = _Steps(commands, own_queue)
    for event in events:
        if event.HasField("timer_started_event_attributes"):
            started = event.timer_started_event_attributes
            if started.timer_id in timers:
                yield from _said(event, _of_timer(started, timers[started.timer_id]))
        elif event.HasField("activity_task_scheduled_event_attributes"):
            yield from _said(event, steps.compare(event.activity_task_scheduled_event_attributes))


def _said(event: HistoryEvent, found: Iterable[str]) -> Iterator[str]:
    return (f"event {event.event_id}: {each}" for each in found)


def _of_timer(recorded: TimerStartedEventAttributes, now: "StartTimer") -> Iterator[str]:
    before, after = recorded.start_to_fire_timeout, now.start_to_fire_timeout
    if abs(before.ToNanoseconds() - after.ToNanoseconds()) > SAME_MOMENT_NANOS:
        yield (
            f"a timer of {before.ToTimedelta()} was begun, and this code begins one of"
            f" {after.ToTimedelta()}"
        )


class _Steps:
    """The activities that the code gives, by their ids; each answers for one event.

    One that is canceled before its workflow task is over leaves no event.
    """

    def __init__(self, commands: "Sequence[WorkflowCommand]", own_queue: str) -> None:
        self._own_queue = own_queue
        self._canceled = {
            command.request_cancel_activity.seq
            for command in commands
            if command.HasField("request_cancel_activity")
        }
        self._given: dict[str, list[ScheduleActivity]] = {}
        for command in commands:
            if command.HasField("schedule_activity"):
                step = command.schedule_activity
                self._given.setdefault(step.activity_id, []).append(step)

    def compare(self, recorded: ActivityTaskScheduledEventAttributes) -> list[str]:
        given = self._given.get(recorded.activity_id, [])
        while given:
            step = given.pop(0)
            found = list(_of_step(recorded, step, self._own_queue))
            if not found or step.seq not in self._canceled or not given:
                return found
        return []


def _of_step(
    recorded: ActivityTaskScheduledEventAttributes, now: "ScheduleActivity", own_queue: str
) -> Iterator[str]:
    step, queue = recorded.activity_type.name, now.task_queue or own_queue
    if queue != recorded.task_queue.name:
        yield (
            f"{step} was for the task queue {recorded.task_queue.name}, and by this code is for"
            f" {queue}"
        )
    if other := _other_fields(recorded.input, now.arguments):
        yield f"{step} is given another {', '.join(other)} by this code"
    for name in _lost_timeouts(recorded, now):
        yield f"{step} had a {name}, and by this code has none"


def _lost_timeouts(
    recorded: ActivityTaskScheduledEventAttributes, now: "ScheduleActivity"
) -> Iterator[str]:
    """The server sets what was not given to what the whole may take."""
    whole = recorded.schedule_to_close_timeout
    if _is_lost(recorded.heartbeat_timeout, now.heartbeat_timeout):
        yield "heartbeat time-out"
    if (
        _is_lost(recorded.start_to_close_timeout, now.start_to_close_timeout)
        and recorded.start_to_close_timeout != whole
    ):
        yield "time-out of an attempt"


def _is_lost(before: Duration, after: Duration) -> bool:
    return before.ToNanoseconds() > 0 and after.ToNanoseconds() == 0


def _other_fields(recorded: Payloads, now: Sequence[Any]) -> list[str]:
    """Fields that the argument had and still has, with another value; "argument" for anything else.

    Newer code may know fields that older does not; steps read what is not there as its default.
    """
    if len(recorded.payloads) != len(now):
        return ["number of arguments"]
    found: list[str] = []
    for before, after in zip(recorded.payloads, now, strict=True):
        if before.data == after.data:
            continue
        old, new = _read(before.data), _read(after.data)
        if isinstance(old, dict) and isinstance(new, dict):
            had, has = cast("dict[str, Any]", old), cast("dict[str, Any]", new)
            found += [name for name in had if name in has and had[name] != has[name]]
        elif old != new:
            found.append("argument")
    return found


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data
