"""`given([...events]).when(command).then([...events])`: how tests tell what the decider does."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.upgrade.commands import Command
from domain.upgrade.decider import decide
from domain.upgrade.events import UpgradeEvent
from domain.upgrade.evolve import fold
from domain.values.rejections import Rejection

History = Sequence[UpgradeEvent]


class Outcome:
    """What a command led to, or why it was rejected."""

    def __init__(self, history: History, command: Command) -> None:
        self._history = history
        self._events: list[UpgradeEvent] = []
        self._rejection: Rejection | None = None
        try:
            self._events = decide(command, fold(history))
        except Rejection as rejection:
            self._rejection = rejection

    def then(self, events: History) -> Any:
        """Exactly these events follow; returns the state they lead to."""
        assert self._rejection is None, f"rejected: {self._rejection!r}"
        assert self._events == list(events)
        return fold([*self._history, *events])

    @property
    def events(self) -> History:
        """What followed, for a test that looks at it in detail."""
        assert self._rejection is None, f"rejected: {self._rejection!r}"
        return self._events

    def then_nothing(self) -> None:
        """It was carried out before, or is of no use any more: no event follows."""
        self.then([])

    def then_types(self, *types: type[Any]) -> Any:
        """Events of these types follow, where their fields are told elsewhere."""
        assert self._rejection is None, f"rejected: {self._rejection!r}"
        assert [type(event) for event in self._events] == list(types)
        return fold([*self._history, *self._events])

    def then_rejected(self, kind: type[Rejection], **details: Any) -> Rejection:
        """It is rejected, for this reason and with at least these details."""
        assert self._rejection is not None, f"decided: {self._events}"
        assert type(self._rejection) is kind, repr(self._rejection)
        assert details.items() <= dict(self._rejection.details).items()
        return self._rejection


class Given:
    """A history in which something is about to be asked."""

    def __init__(self, history: History) -> None:
        self._history = history

    def when(self, command: Command) -> Outcome:
        """The one command that is asked."""
        return Outcome(self._history, command)


def given(history: History) -> Given:
    """What has happened so far."""
    return Given(history)


def lived(history: History, *commands: Command) -> list[UpgradeEvent]:
    """The history that `commands`, one after the other, make of `history`."""
    events = list(history)
    for command in commands:
        events += decide(command, fold(events))
    return events


def state_of(history: History) -> Any:
    """The state at the end, of whatever type the test expects."""
    state = fold(history)
    if state.stage is None:
        pytest.fail("nothing was ordered")
    return state
