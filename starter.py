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
    version,
)

try:
    import gc
    import io
    import logging
    import os
    import shlex
    import shutil
    import sys
    from collections.abc import AsyncGenerator
    from contextlib import asynccontextmanager
    from pathlib import Path
    from typing import TYPE_CHECKING, Any

    import typer
    from typer.completion import get_completion_inspect_parameters

    from activities.name_lookup import resolve
    from api.caller import Caller
    from api.cli.app import all_verbs, build_app
    from api.cli.completion import COMPLETE_VARIABLE
    from api.cli.context import CallbackKeySet, Desk, Parts, tell_failure
    from api.cli.output import EXIT_CODES, ExitCode
    from api.cli.usage import usage_failure
    from api.errors import BadInput, Unavailable
    from api.failures import START_THE_STACK, Failure, failure_of
    from api.runs.port import SeenRun
    from api.service.upgrades import UpgradeService
    from api.terminal.ways_on import CalledAs, as_called, called_as
    from domain.integrations.webhooks import Reach
    from domain.quoting.orders import Order
    from domain.quoting.quote import Quote
    from domain.text.actor import Actor
    from domain.values.business_days import BusinessCalendar
    from domain.views.read_models import UpgradeView
    from store.clock import read_clock
    from store.database import Database
except (ImportError, SyntaxError) as error:
    stop_without_environment(error)

if TYPE_CHECKING:
    # At run time only where they are needed: most verbs ask the database alone.
    from temporalio.client import Client

    from api.runs.temporal import TemporalRuns
    from deploy.settings import Settings


def calendar_of(country: str, subdivision: str | None) -> BusinessCalendar:
    """The business days of a country; the library of all countries is read at the first use."""
    from activities.holiday_calendar import holiday_calendar  # noqa: PLC0415

    return holiday_calendar(country, subdivision)


ROOT = Path(__file__).resolve().parent


class EnvironmentWiring:
    """Settings and servers, as the environment names them."""

    @asynccontextmanager
    async def open(self, caller: Caller, *, stays: bool = False) -> AsyncGenerator[Parts]:
        """Connect to Postgres; to Temporal at its first use. Raises `Unavailable`, `BadInput`."""
        settings = _settings()
        database, runs = await _open_database(settings, stays=stays), _Runs()
        try:
            clock = await read_clock(database)
            service = UpgradeService(
                database,
                runs,
                calendar_of,
                clock,
                reach=Reach(*settings.webhook_reach),
                resolve=resolve,
            )
            yield Parts(service=service, caller=caller, temporal=runs.client)
        finally:
            runs.close()
            await database.close()

    def sample_world(self) -> Path:
        """The world file of the demo."""
        return ROOT / "deploy" / "sample-world.yaml"

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

    def http_hosts(self) -> list[str]:
        """See `api.cli.context.Wiring`."""
        return _settings().http_hosts

    def temporal_ui(self) -> str | None:
        """Address of Temporal's pages, as the local stack gives it."""
        return os.environ.get("TEMPORAL_UI_URL")

    def version(self) -> str:
        """The version of this code."""
        return version()

    def called_from_anywhere(self) -> list[str]:
        """The words that call this program from any folder."""
        if _called_by_dev():
            return [str(ROOT / "dev"), "run", "starter.py"]
        return [sys.executable, str(ROOT / "starter.py")]

    def stack_stays(self) -> bool:
        """Whether Postgres and Temporal are still there after this command."""
        return "STACK_ENDS" not in os.environ


class _Runs:
    """The runs of upgrades, connected at the first use."""

    def __init__(self) -> None:
        self._runs: TemporalRuns | None = None

    def close(self) -> None:
        """Let go of the connection."""
        self._runs = None

    def _connected(self) -> "TemporalRuns":
        from api.runs.temporal import TemporalRuns  # noqa: PLC0415

        self._runs = self._runs or TemporalRuns(_connect)
        return self._runs

    async def client(self) -> "Client":
        """The connection."""
        return await self._connected().client()

    async def last_run(self, upgrade_id: str) -> SeenRun | None:
        """See `api.runs.port.Runs`."""
        return await self._connected().last_run(upgrade_id)

    async def submit(
        self, order: Order, quote: Quote, by: Actor, *, anew: bool = False
    ) -> UpgradeView:
        """See `api.runs.port.Runs`."""
        return await self._connected().submit(order, quote, by, anew=anew)

    async def start_again(
        self, order: Order, quote: Quote, stage: str, by: Actor, *, after: SeenRun | None
    ) -> bool:
        """See `api.runs.port.Runs`."""
        return await self._connected().start_again(order, quote, stage, by, after=after)

    async def update(self, upgrade_id: str, name: str, message: Any, by: Actor) -> UpgradeView:
        """See `api.runs.port.Runs`."""
        return await self._connected().update(upgrade_id, name, message, by)


def _settings() -> "Settings":
    from deploy.settings import SettingsError, load_settings  # noqa: PLC0415

    if not os.environ.get("DATABASE_URL"):
        raise Unavailable("postgres", f"DATABASE_URL is not set: {START_THE_STACK}")
    try:
        return load_settings()
    except SettingsError as error:
        raise BadInput("settings", "; ".join(str(error).splitlines())) from None


async def _open_database(settings: "Settings", *, stays: bool) -> Database:
    try:
        if not stays:  # a command asks a few things, and some of them may take long
            return await Database.open(settings.database_url, max_connections=4)
        return await Database.open(
            settings.database_url,
            min_connections=settings.database_pool_min,
            max_connections=settings.database_pool_max,
            statement_seconds=settings.database_timeout_seconds,
        )
    except ValueError:  # its words repeat parts of the URL, which holds a password
        raise BadInput("DATABASE_URL", "cannot be read: check its parts") from None


async def _connect() -> "Client":
    from temporalio.contrib.pydantic import pydantic_data_converter  # noqa: PLC0415
    from temporalio.runtime import Runtime, TelemetryConfig  # noqa: PLC0415

    from deploy.settings import SettingsError  # noqa: PLC0415
    from deploy.temporal_client import CannotConnect, connect_temporal  # noqa: PLC0415

    try:
        return await connect_temporal(
            data_converter=pydantic_data_converter,
            # One of its own: the default one lives until the interpreter ends (see the end of this
            # file), and logs to stdout, where only the answer belongs.
            runtime=Runtime(telemetry=TelemetryConfig(logging=None)),
        )
    except SettingsError as error:
        raise BadInput("settings", "; ".join(str(error).splitlines())) from None
    except CannotConnect as error:
        raise Unavailable(
            "temporal", str(error), reason=error.reason, address=error.address
        ) from None


def entries() -> CalledAs:
    """How this process was called, for commands that are to be typed in the same folder."""
    temporal = _temporal()
    if _called_by_dev():
        dev = os.environ["DEV_CALLED_AS"]
        return CalledAs(
            shlex.join([dev, "run", os.environ["DEV_RUNS"]]), shlex.quote(dev), temporal
        )
    # The words before our own arguments: the interpreter with its options, and this file.
    called = sys.orig_argv[: len(sys.orig_argv) - len(sys.argv[1:])]
    dev = os.path.relpath(ROOT / "dev")
    return CalledAs(shlex.join(called), shlex.quote(dev if "/" in dev else f"./{dev}"), temporal)


def _temporal() -> str:
    """Temporal's command line: the one of the shell, or else the one beside this interpreter."""
    beside = Path(sys.executable).with_name("temporal")
    if shutil.which("temporal") or not beside.exists():
        return "temporal"
    return shlex.quote(os.path.relpath(beside))


def _called_by_dev() -> bool:
    """Whether `./dev run` runs this file, and not another one that has started it."""
    runs = Path(os.environ.get("DEV_RUNS", "")).name
    return "DEV_CALLED_AS" in os.environ and runs == Path(sys.argv[0]).name


def main(arguments: list[str], called: CalledAs | None = None) -> int:
    """Run one command; returns its exit code. Nothing that goes wrong leaves here as a traceback.

    `called` says how commands are shown to people; without it, as `starter.py VERB`.
    """
    _set_up_streams()
    with called_as(called or CalledAs()):
        return _answered(arguments)


def _answered(arguments: list[str]) -> int:
    if COMPLETE_VARIABLE in os.environ:
        return _complete()
    try:
        desk = Desk(EnvironmentWiring())
        failure = _run(arguments, desk)
        if isinstance(failure, int):
            return failure
        tell_failure(failure, as_json="--json" in arguments, language=desk.language)
        return EXIT_CODES[failure.kind]
    except (BrokenPipeError, SystemExit):
        # Nobody reads stdout any more (typer and rich say so by SystemExit): let nothing complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return ExitCode.BROKEN_PIPE


def _complete() -> int:
    """Tell a shell what may come next."""
    get_completion_inspect_parameters()  # as a side effect, typer gets to know the shells
    try:
        build_app()(args=[], prog_name="starter.py", complete_var=COMPLETE_VARIABLE)
    except SystemExit as done:
        return int(done.code or 0)
    return ExitCode.DONE


def _run(arguments: list[str], desk: Desk) -> int | Failure:
    try:
        code = build_app()(
            args=arguments,
            prog_name=as_called("starter.py -h")[:-3],
            standalone_mode=False,
            obj=desk,
        )
        return int(code or ExitCode.DONE)
    except typer.TyperException as error:
        return usage_failure(error, arguments, all_verbs())
    except ImportError as error:  # of a package that is imported only where it is needed
        problem = problem_with_environment(error)
        if problem is None:
            return failure_of(error)
        return Failure("bad_input", ENVIRONMENT_INCOMPLETE, problem)
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
