"""Doing something around a step of the workers under test: failing, waiting, changing the world."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import pytest

from activities.steps import STEP_NAMES
from activities.upgrade_steps import PostgresUpgradeSteps
from activities.user_moves import UserMoves

Hook = Callable[[], Awaitable[None]]

BATCHES = ("_move_one_batch", "_return_one_batch")
"""Parts of a step that a hook can stand around too."""


class Hooks:
    """What happens before and after each step, by its name; nothing, unless a test says so.

    Where several upgrades live at once, `of` says in which of them.
    """

    def __init__(self) -> None:
        self.before: dict[str, Hook] = {}
        """By the step's name, or `name_of` a step of one upgrade."""
        self.after: dict[str, Hook] = {}
        self.begun: Counter[str] = Counter()
        """How often each step has begun, failed attempts included."""
        self.done: Counter[str] = Counter()

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand around every step of workers that are built from now on."""
        for kind, names in ((PostgresUpgradeSteps, STEP_NAMES), (UserMoves, BATCHES)):
            for name in names:
                monkeypatch.setattr(kind, name, self._around(kind, name))

    def fail(
        self,
        step: str,
        error: Exception | None = None,
        *,
        of: str = "",
        after: bool = False,
        times: int | None = None,
    ) -> "Failing":
        """Let the step fail, until `mended` is called or it has failed so often.

        Before it has done anything, or `after` it has committed.
        """
        failing = Failing(error or RuntimeError(f"{step} is broken for this test"), times)
        self._stand(failing, step, of, after=after)
        return failing

    def hold(self, step: str, *, of: str = "", after: bool = False, nth: int = 1) -> "Held":
        """Hold the step's `nth` run from now on, before it begins or `after` it is done."""
        held = Held(step, nth)
        self._stand(held, step, of, after=after)
        return held

    def _stand(self, hook: Hook, step: str, of: str, *, after: bool) -> None:
        hooks, name = self.after if after else self.before, name_of(step, of)
        first = hooks.get(name) if of else None

        async def both() -> None:
            if first is not None:
                await first()
            await hook()

        hooks[name] = both

    def _around(self, kind: type[Any], name: str) -> Callable[..., Awaitable[Any]]:
        original = getattr(kind, name)

        @wraps(original)
        async def step(steps: Any, *given: Any) -> Any:
            here = name_of(name, given[0].upgrade_id)
            self.begun[name] += 1
            if hook := self.before.get(here) or self.before.get(name):
                await hook()
            result = await original(steps, *given)
            self.done[name] += 1
            if hook := self.after.get(here) or self.after.get(name):
                await hook()
            return result

        return step


def name_of(step: str, upgrade_id: str) -> str:
    """A step of one upgrade; of all, where no upgrade is named."""
    return f"{step} of {upgrade_id}" if upgrade_id else step


class Failing:
    """A hook that fails until it is mended."""

    def __init__(self, error: Exception, at_most: int | None = None) -> None:
        self.error = error
        self._at_most = at_most
        self.times = 0
        """How often it did fail."""
        self._mended = False

    async def __call__(self) -> None:
        if not self._mended and self.times != self._at_most:
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
