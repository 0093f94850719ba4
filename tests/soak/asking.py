"""How callers ask while everything around them breaks: again, until they are answered.

What the business rejects is an answer. What is out of reach is asked again. Anything else that
reaches a caller is a fault of the service, whatever was killed meanwhile.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from api.errors import ServiceError, Unavailable
from domain.values.rejections import Rejection
from store.errors import StoreUnavailable

T = TypeVar("T")

PATIENCE_SECONDS = 150.0
"""How long a caller goes on asking: longer than any fault and the recovery from it."""
PAUSE_SECONDS = 0.2


class Fault(Exception):
    """The service did what it must never do; the life that met it ends here."""


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What a caller was told."""

    code: str
    """`ok`, the code of a rejection, or `unanswered`."""
    value: T | None = None
    rejection: Rejection | ServiceError | None = None
    unanswered_before: int = 0
    """How many times it was asked without an answer: one of these may have been carried out."""

    @property
    def ok(self) -> T:
        """The value of an answer that was expected to be one. Raises `Fault`."""
        if self.value is None:
            raise Fault(f"expected an answer, was told {self.code}: {self.rejection}")
        return self.value


@dataclass
class Tally:
    """What happened, by kind, for the report; and all that went wrong."""

    counts: Counter[tuple[str, ...]] = field(default_factory=Counter[tuple[str, ...]])
    broken: list[str] = field(default_factory=list[str])

    def count(self, *what: str, by: int = 1) -> None:
        self.counts[what] += by

    def total(self, *what: str) -> int:
        """Of everything counted under these words."""
        return sum(n for name, n in self.counts.items() if name[: len(what)] == what)

    def fault(self, where: str, what: object) -> None:
        """Something is wrong for good."""
        self.broken.append(f"{where}: {what}")


@dataclass
class Caller:
    """Asks one thing after the other, on behalf of one tenant."""

    tally: Tally
    name: str

    async def ask(
        self, what: str, question: Callable[[], Awaitable[T]], *, tries: int | None = None
    ) -> Answer[T]:
        """Ask until there is an answer, or so many times; counts what it was.

        Raises `Fault` where nobody answers for minutes, or with what no caller should ever see.
        """
        end, unanswered = time.monotonic() + PATIENCE_SECONDS, 0
        while True:
            try:
                value = await question()
            except (Unavailable, StoreUnavailable) as error:
                self.tally.count("unanswered", what)
                unanswered += 1
                if unanswered == tries:
                    return Answer("unanswered", unanswered_before=unanswered)
                if time.monotonic() > end:
                    raise Fault(f"{what}: nobody answered: {error}") from error
                await asyncio.sleep(PAUSE_SECONDS)
            except (Rejection, ServiceError) as rejection:
                if rejection.code in _NEVER:
                    raise Fault(f"{what}: was told {rejection.code}: {rejection}") from rejection
                self.tally.count(what, rejection.code)
                return Answer(rejection.code, None, rejection, unanswered)
            except Fault:
                raise
            except Exception as error:
                raise Fault(f"{what}: a raw error reached its caller: {error!r}") from error
            else:
                self.tally.count(what, "ok")
                return Answer("ok", value, None, unanswered)

    async def told(self, what: str, question: Callable[[], Awaitable[T]]) -> T:
        """The answer to what cannot be rejected. Raises `Fault`."""
        return (await self.ask(what, question)).ok


_NEVER = ("unexpected", "error")
"""Codes for errors that no table knows."""
