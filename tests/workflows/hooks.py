"""Doing something around a step of the workers under test: failing, waiting, changing the world."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import pytest

from activities.steps import UpgradeSteps
from activities.upgrade_steps import PostgresUpgradeSteps
from activities.user_moves import UserMoves

Hook = Callable[[], Awaitable[None]]

STEPS = (
    "check_order",
    "start_scheduled",
    "ask_credit_service",
    "decide_credit_check",
    "expire_credit_check",
    "move_users",
    "undo_move",
    "switch_billing",
    "issue_invoice",
    "cancel",
    "begin_undo",
    "report_license_conflict",
    "raise_alert",
    "report_problem",
    "resolve_attention",
    "skip_users",
)
BATCHES = ("_move_one_batch", "_return_one_batch")
"""Parts of a step that a hook can stand around too."""


class Hooks:
    """What happens before and after each step, by its name; nothing, unless a test says so."""

    def __init__(self) -> None:
        self.before: dict[str, Hook] = {}
        self.after: dict[str, Hook] = {}
        self.begun: Counter[str] = Counter()
        """How often each step has begun, failed attempts included."""
        self.done: Counter[str] = Counter()

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand around every step of workers that are built from now on."""
        assert {name for name in vars(UpgradeSteps) if not name.startswith("_")} == set(STEPS)
        for kind, names in ((PostgresUpgradeSteps, STEPS), (UserMoves, BATCHES)):
            for name in names:
                monkeypatch.setattr(kind, name, self._around(kind, name))

    def fail(self, step: str, error: Exception | None = None) -> "Failing":
        """Let the step fail, until `mended` is called, before it has done anything."""
        failing = Failing(error or RuntimeError(f"{step} is broken for this test"))
        self.before[step] = failing
        return failing

    def hold(self, step: str, *, after: bool = False, nth: int = 1) -> "Held":
        """Hold the step's `nth` run from now on, before it begins or `after` it is done."""
        held = Held(step, nth)
        (self.after if after else self.before)[step] = held
        return held

    def _around(self, kind: type[Any], name: str) -> Callable[..., Awaitable[Any]]:
        original = getattr(kind, name)

        @wraps(original)
        async def step(steps: Any, *given: Any) -> Any:
            self.begun[name] += 1
            if hook := self.before.get(name):
                await hook()
            result = await original(steps, *given)
            self.done[name] += 1
            if hook := self.after.get(name):
                await hook()
            return result

        return step


class Failing:
    """A hook that fails until it is mended."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.times = 0
        """How often it did fail."""
        self._mended = False

    async def __call__(self) -> None:
        if not self._mended:
            self.times += 1
            raise self.error

    def mended(self) -> None:
        """Fail no more."""
        self._mended = True


class Held:
    """A hook that holds a step in its place until it is released."""

    def __init__(self, step: str, nth: int) -> None:
        self._step = step
        self._runs_left = nth
        self._reached = asyncio.Event()
        self._released = asyncio.Event()

    async def __call__(self) -> None:
        self._runs_left -= 1
        if self._runs_left == 0:
            self._reached.set()
            await self._released.wait()

    async def reached(self, seconds: float = 20) -> None:
        """Until the step is held."""
        try:
            await asyncio.wait_for(self._reached.wait(), seconds)
        except TimeoutError:
            pytest.fail(f"{self._step} was never reached: nothing is held")

    def release(self) -> None:
        """Let it go on."""
        self._released.set()
