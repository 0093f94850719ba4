"""What the verbs of the command line share: their options, how they ask, how they tell."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar

import typer

from api.caller import Caller
from api.cli.calling import caller_of
from api.cli.language import language_of
from api.cli.output import ExitCode, write_json
from api.errors import NotFound
from api.failures import Failure
from api.service.upgrades import UpgradeService
from domain.values.base import Language
from domain.values.rejections import Rejection

if TYPE_CHECKING:
    # At run time only where they are used: a second each that most verbs need not pay.
    from rich.console import Console
    from temporalio.client import Client

Answered = TypeVar("Answered")

CallbackKeySet = tuple[bytes, bytes, tuple[bytes, ...], tuple[bytes, ...]]
"""As `api.http.credit_decisions.CallbackKeys` takes them."""


@dataclass(frozen=True)
class Parts:
    """What a verb works with, for as long as it runs."""

    service: UpgradeService
    caller: Caller
    """Who calls: the first argument of everything that the service is asked."""
    temporal: "Callable[[], Awaitable[Client]]"
    """Connects at the first call. Raises `Unavailable`."""


class Wiring(Protocol):
    """What the composition root gives: it alone knows settings, calendars and servers."""

    def open(self, caller: Caller, *, stays: bool = False) -> AbstractAsyncContextManager[Parts]:
        """Connect to Postgres, for a caller. Raises `Unavailable`, `BadInput`.

        A process that `stays` has the pool and the time limits of the settings.
        """
        ...

    def sample_world(self) -> Path:
        """The world file of the demo."""
        ...

    def callback_keys(self) -> CallbackKeySet | None:
        """What callbacks of the credit service are checked by; None without a service.

        Sets up the logs of a process that stays. Raises `BadInput`.
        """
        ...

    def http_hosts(self) -> list[str]:
        """The names that the HTTP API goes by; none if any will do. Raises `BadInput`."""
        ...

    def temporal_ui(self) -> str | None:
        """Address of Temporal's pages, where it is known."""
        ...

    def version(self) -> str:
        """The version of this code."""
        ...

    def called_from_anywhere(self) -> list[str]:
        """The words that call this program from any folder."""
        ...

    def stack_stays(self) -> bool:
        """Whether Postgres and Temporal are still there after this command."""
        ...


@dataclass
class Desk:
    """Where a verb asks the service, and tells what it answered, or why it could not."""

    wiring: Wiring
    language: Language = "en"
    """What is spoken here, also of failures, once a verb has asked for it by `speak`."""
    named: str | None = None
    """Who calls, as `--as` says."""

    async def speak(self, parts: Parts, asked: str | None, **whose: str) -> Language:
        """Speak the language that was asked for, else that of whom it is about.

        `whose` is one argument of `language_of`. Raises `BadInput`.
        """
        self.language = await language_of(parts, asked, **whose)
        return self.language

    def ask(
        self, question: Callable[[Parts], Awaitable[Answered]], *, stays: bool = False
    ) -> Answered:
        """Ask with everything open, and close it again; `stays` as for `Wiring.open`."""
        caller = caller_of(self.named)

        async def asked() -> Answered:
            async with self.wiring.open(caller, stays=stays) as parts:
                try:
                    return await question(parts)
                except (NotFound, Rejection) as error:
                    await parts.service.lists.add_near(parts.caller, error)
                    raise

        return asyncio.run(asked())

    def tell(
        self,
        document: Any,
        *,
        as_json: bool,
        show: "Callable[[Console], None]",
        exit_code: ExitCode = ExitCode.DONE,
    ) -> None:
        """Print the answer, as JSON or for people, and end with `exit_code`."""
        if as_json:
            write_json(document)
        else:
            from api.terminal.text import console  # noqa: PLC0415

            show(console())
        sys.stdout.flush()
        if exit_code:
            raise typer.Exit(exit_code)


def desk_of(context: typer.Context) -> Desk:
    """The desk that the composition root has set up."""
    desk = context.find_object(Desk)
    assert desk is not None, "the composition root gives one"
    return desk


def tell_failure(failure: Failure, *, as_json: bool, language: Language = "en") -> None:
    """Print why a command did not do what it was asked for."""
    if as_json:
        write_json(failure.document)
    else:
        from api.terminal.failures import show_failure  # noqa: PLC0415
        from api.terminal.text import console  # noqa: PLC0415

        show_failure(console(to_stderr=True), failure, language)
    sys.stdout.flush()


# ---- arguments and options of several verbs -----------------------------------------------------

SubscriptionId = Annotated[str, typer.Argument(metavar="SUBSCRIPTION", help="Its id.")]
UpgradeId = Annotated[str, typer.Argument(metavar="UPGRADE", help="Its id, as the order gave it.")]
TenantId = Annotated[str, typer.Argument(metavar="TENANT", help="Its id.")]
Limit = Annotated[str, typer.Option("--limit", metavar="N", help="How many at most.")]
AfterUser = Annotated[
    str | None, typer.Option("--after", metavar="USER", help="Go on after this one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
Lang = Annotated[
    str | None,
    typer.Option("--lang", metavar="en|zh-TW", help="Language of texts; else the tenant's own."),
]
