"""Composition root of the client side: the command line of backend services and operators.

    ./dev run starter.py VERB ...        against the stack of ./dev up
    python starter.py VERB ...           with DATABASE_URL and TEMPORAL_ADDRESS set

Every verb takes --json: one JSON document on stdout, and nothing else there. Exit codes: 0 done,
1 a check found something wrong, 2 bad usage or bad input, 3 refused by a business rule, 4 not found,
5 Postgres or Temporal out of reach.
"""

from deploy.environment import (
    ENVIRONMENT_INCOMPLETE,
    problem_with_environment,
    stop_without_environment,
)

try:
    import gc
    import io
    import logging
    import os
    import shlex
    import sys
    from collections.abc import AsyncGenerator, Callable
    from contextlib import asynccontextmanager
    from pathlib import Path
    from typing import TYPE_CHECKING, Any

    import typer

    from activities.name_lookup import resolve
    from api.cli import (
        administration,
        changes,
        moves,
        operations,
        orders,
        reading,
        serving,
        watch,
        webhooks,
    )
    from api.cli.answers import START_THE_STACK, ExitCode, Failure, failure_of
    from api.cli.desk import CallbackKeySet, Desk, Parts, tell_failure
    from api.errors import BadInput, Unavailable
    from api.service import UpgradeService
    from api.ways_on import CalledAs, called_as
    from domain.business_days import BusinessCalendar
    from domain.orders import Order
    from domain.quote import Quote
    from domain.read_models import UpgradeView
    from domain.webhooks import Reach
    from store.clock import read_clock
    from store.database import Database
except (ImportError, SyntaxError) as error:
    stop_without_environment(error)

if TYPE_CHECKING:
    # At run time only where they are needed: most verbs ask the database alone.
    from temporalio.client import Client

    from api.temporal import Runs
    from deploy.settings import Settings

VERBS: dict[str, Callable[..., None]] = {
    "load": operations.load,
    "schema": operations.schema,
    "options": orders.options,
    "quote": orders.quote,
    "upgrade": orders.upgrade,
    "change": changes.change,
    "status": orders.status,
    "decide": orders.decide,
    "cancel": orders.cancel,
    "events": reading.events,
    "invoice": reading.invoice,
    "explain": reading.explain,
    "statement": reading.statement,
    "notices": reading.notices,
    "users": reading.users,
    "fast-forward": operations.fast_forward,
    "verify": operations.verify,
    "rebuild": operations.rebuild,
    "replay": operations.replay,
    "demo": operations.demo,
    "moved": moves.moved,
    "retry": orders.retry,
    "skip": moves.skip,
    "undo": orders.undo,
    "block-user": moves.block_user,
    "unblock-user": moves.unblock_user,
    "watch": watch.watch,
    "migrate": operations.migrate,
    "serve": serving.serve,
}
ADMIN_VERBS: dict[str, Callable[..., None]] = {
    "assign": administration.assign,
    "unassign": administration.unassign,
    "set-licenses": administration.set_licenses,
    "pay": administration.pay,
    "incident": administration.incident,
    "block": administration.block,
    "unblock": administration.unblock,
    "activate": administration.activate,
    "add-on": administration.add_on,
    "cancel": administration.cancel,
}
WEBHOOK_VERBS: dict[str, Callable[..., None]] = {
    "set": webhooks.set_endpoint,
    "list": webhooks.list_endpoints,
    "remove": webhooks.remove,
    "deliveries": webhooks.deliveries,
    "dead-letters": webhooks.dead_letters,
    "resend": webhooks.resend,
}
GROUPS: dict[str, tuple[str, dict[str, Callable[..., None]]]] = {
    "admin": ("Change a subscription or a service by hand, as a remedy asks for.", ADMIN_VERBS),
    "webhooks": ("Where tenants are told, and what could not be delivered.", WEBHOOK_VERBS),
}
"""Verbs with verbs of their own."""


def calendar_of(country: str, subdivision: str | None) -> BusinessCalendar:
    """The business days of a country; the library of all countries is read at the first use."""
    from activities.holiday_calendar import holiday_calendar  # noqa: PLC0415

    return holiday_calendar(country, subdivision)


class Wiring:
    """Settings and servers, as the environment names them."""

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[Parts]:
        """Connect to Postgres; to Temporal at its first use. Raises `Unavailable`, `BadInput`."""
        settings = _settings()
        database, runs = await _open_database(settings), _Runs()
        try:
            clock = await read_clock(database)
            yield Parts(
                database=database,
                service=UpgradeService(database, runs, calendar_of, clock),
                calendar_of=calendar_of,
                temporal=runs.client,
                clock=clock,
                webhook_reach=Reach(*settings.webhook_reach),
                resolve=resolve,
            )
        finally:
            runs.close()
            await database.close()

    def sample_world(self) -> Path:
        """The world file of the demo."""
        return Path(__file__).parent / "deploy" / "sample-world.yaml"

    def callback_keys(self) -> CallbackKeySet | None:
        """The keys of the credit service's callbacks; logs go to stderr from here on."""
        from deploy.logs import configure_logs  # noqa: PLC0415

        settings = _settings()
        configure_logs(settings.log_format, settings.log_level)
        service = settings.credit_service()
        if service is None:
            return None
        retired = (service.retired_keys, service.retired_callback_keys)
        return (service.key, service.callback_key, *retired)

    def temporal_ui(self) -> str | None:
        """Address of Temporal's pages, as the local stack gives it."""
        return os.environ.get("TEMPORAL_UI_URL")

    def stack_stays(self) -> bool:
        """Whether Postgres and Temporal are still there after this command."""
        return "STACK_ENDS" not in os.environ


class _Runs:
    """The runs of upgrades, connected at the first use."""

    def __init__(self) -> None:
        self._runs: Runs | None = None

    def close(self) -> None:
        """Let go of the connection."""
        self._runs = None

    def _connected(self) -> "Runs":
        from api.temporal import Runs  # noqa: PLC0415

        self._runs = self._runs or Runs(_connect)
        return self._runs

    async def client(self) -> "Client":
        """The connection."""
        return await self._connected().client()

    async def ended_run(self, upgrade_id: str) -> str | None:
        """See `api.service.Runs`."""
        return await self._connected().ended_run(upgrade_id)

    async def submit(
        self, order: Order, quote: Quote, *, after_run: str | None = None
    ) -> UpgradeView:
        """See `api.service.Runs`."""
        return await self._connected().submit(order, quote, after_run=after_run)

    async def update(self, upgrade_id: str, name: str, message: Any) -> UpgradeView:
        """See `api.service.Runs`."""
        return await self._connected().update(upgrade_id, name, message)


def _settings() -> "Settings":
    from deploy.settings import SettingsError, load_settings  # noqa: PLC0415

    if not os.environ.get("DATABASE_URL"):
        raise Unavailable("postgres", f"DATABASE_URL is not set: {START_THE_STACK}")
    try:
        return load_settings()
    except SettingsError as error:
        raise BadInput("settings", "; ".join(str(error).splitlines())) from None


async def _open_database(settings: "Settings") -> Database:
    try:
        return await Database.open(settings.database_url, max_connections=4)
    except ValueError as error:
        raise BadInput("DATABASE_URL", f"cannot be read ({error}): check it") from None


async def _connect() -> "Client":
    from temporalio.client import Client  # noqa: PLC0415
    from temporalio.contrib.pydantic import pydantic_data_converter  # noqa: PLC0415
    from temporalio.runtime import Runtime, TelemetryConfig  # noqa: PLC0415

    from deploy.settings import SettingsError, temporal_connection  # noqa: PLC0415

    try:
        connection = temporal_connection()
    except SettingsError as error:
        raise BadInput("settings", "; ".join(str(error).splitlines())) from None
    return await Client.connect(
        **connection,
        data_converter=pydantic_data_converter,
        # One of its own: the default one lives until the interpreter ends (see the end of this
        # file), and logs to stdout, where only the answer belongs.
        runtime=Runtime(telemetry=TelemetryConfig(logging=None)),
    )


def build_app() -> typer.Typer:
    """The command line: every verb under its name."""
    app = typer.Typer(
        name="starter.py",
        help="Upgrade subscriptions to another plan, and see where every upgrade is.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for name, verb in VERBS.items():
        app.command(name)(verb)
    for group_name, (says, verbs) in GROUPS.items():
        group = typer.Typer(help=says, no_args_is_help=True, rich_markup_mode=None)
        for name, verb in verbs.items():
            group.command(name)(verb)
        app.add_typer(group, name=group_name)
    return app


def entries() -> CalledAs:
    """How this process was called, for commands that are to be typed in the same folder."""
    folder = Path(__file__).resolve().parent
    dev = os.environ.get("DEV_CALLED_AS", "")
    if dev and Path(os.environ.get("DEV_RUNS", "")).name == Path(sys.argv[0]).name:
        return CalledAs(shlex.join([dev, "run", os.environ["DEV_RUNS"]]), shlex.quote(dev))
    # The words before our own arguments: the interpreter with its options, and this file.
    called = sys.orig_argv[: len(sys.orig_argv) - len(sys.argv[1:])]
    dev = os.path.relpath(folder / "dev")
    return CalledAs(shlex.join(called), shlex.quote(dev if "/" in dev else f"./{dev}"))


def main(arguments: list[str], called: CalledAs | None = None) -> int:
    """Run one command; returns its exit code. Nothing that goes wrong leaves here as a traceback.

    `called` says how commands are shown to people; without it, as `starter.py VERB`.
    """
    _set_up_streams()
    with called_as(called or CalledAs()):
        return _answered(arguments)


def _answered(arguments: list[str]) -> int:
    try:
        desk = Desk(Wiring())
        failure = _run(arguments, desk)
        if isinstance(failure, int):
            return failure
        tell_failure(failure, as_json="--json" in arguments, language=desk.language)
        return failure.exit_code
    except (BrokenPipeError, SystemExit):
        # Nobody reads stdout any more (typer and rich say so by SystemExit): let nothing complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return ExitCode.BROKEN_PIPE


def _run(arguments: list[str], desk: Desk) -> int | Failure:
    try:
        code = build_app()(args=arguments, prog_name="starter.py", standalone_mode=False, obj=desk)
        return int(code or ExitCode.DONE)
    except typer.TyperException as error:
        return Failure(ExitCode.BAD_INPUT, "bad_usage", error.format_message())
    except ImportError as error:  # of a package that is imported only where it is needed
        problem = problem_with_environment(error)
        if problem is None:
            return failure_of(error)
        return Failure(ExitCode.BAD_INPUT, ENVIRONMENT_INCOMPLETE, problem)
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.INTERRUPTED
    except Exception as error:
        failure = failure_of(error)
        if failure.code == "unexpected":
            logging.getLogger(__name__).debug("unexpected error", exc_info=True)
        return failure


def _set_up_streams() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a test may have put another one there
            stream.reconfigure(encoding="utf-8", errors="replace")
    if os.environ.get("LOG_LEVEL", "").upper() == "DEBUG":
        from deploy.logs import configure_logs  # noqa: PLC0415

        configure_logs("console", "DEBUG")
        return
    # What went wrong is in the answer; a library's traceback beside it would only alarm.
    logging.basicConfig(level=logging.CRITICAL, force=True)


if __name__ == "__main__":
    exit_code = main(sys.argv[1:], entries())
    # A runtime of Temporal that is still alive when the interpreter ends crashes it now and then
    # (half of the time on 3.11.7 and 3.13.0), after all is done, with a wrong exit code.
    gc.collect()
    sys.exit(exit_code)
