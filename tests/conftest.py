"""What every test may ask for: a real Postgres, and a fresh, migrated database on it.

A test that used `database` ends with all promises of the database checked. One that breaks them on
purpose says so: `@pytest.mark.breaks_promises`.

All tests together are shared out among processes, file by file, each process with servers of its own.
"""

import asyncio
import functools
import inspect
import io
import os
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

import pytest
import structlog
from hypothesis import settings

from deploy.local_stack import child
from deploy.local_stack.postgres import PostgresServer
from store.database import Database
from store.migrate import migrate
from tests import clock, examples
from tests.homes import Home, Homes

# Before anybody takes a clock from where it is: conftests of the rooms are imported after this one.
if moment := os.environ.get(clock.TEST_NOW):
    clock.begin(moment)

# The usual one of structlog shows sources and variables: half the time of a test whose steps fail.
structlog.configure(
    [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.StackInfoRenderer(),
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

# No example is timed: this machine may be busy.
settings.register_profile("untimed", deadline=None, max_examples=examples.times(examples.USUAL))
settings.load_profile("untimed")
# For `./dev mutate`: the same examples for every mutant, and few of them.
settings.register_profile("mutate", deadline=None, derandomize=True, database=None, max_examples=25)

TEST_SECONDS = 300.0
"""How long any one test may take; far more than one needs, also where the machine is busy."""
MOST_PROCESSES = 4
"""Each has a Postgres and some Temporals of its own."""
LONG_FIRST = (
    "test_readme.py",
    "test_bench.py",
    "soak",
    "workflows",
    "faults",
    "sequences",
    "deploy",
    "fuzz",
    "api",
)
"""The rooms and files that may take a minute. Short ones at the end let all processes end together."""
FAULTS = ("faults", "soak")
"""Rooms in which servers and workers are killed and cut off."""
STARTS_SERVERS = ("deploy", "fuzz", "test_bench.py", "test_readme.py")
"""Rooms and files that start servers by themselves."""
SERVERS = {"postgres_server", "temporal_server", "demo"}
"""What a test asks for, by its fixtures, that needs a server."""
HEAVY = (
    "test_cli_usage.py",
    "test_e_invoice.py",
    "test_invoice_glyphs.py",
    "test_invoice_pdf.py",
    "test_what_inputs_cost.py",
)
"""Files that need no server, but ten seconds and more."""
TABLE = "table: "
"""A property of a test with this name in front is printed at the end, as it was last."""
_TESTS = Path(__file__).parent
_TEMPLATE = "migrated"


def pytest_configure(config: pytest.Config) -> None:
    # Whoever runs the tests in the background may ignore Ctrl-C, and what is ignored is inherited.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "may_take(seconds): has more time than other tests")
    config.addinivalue_line("markers", "fast: needs no server, and all of them about a minute")
    config.addinivalue_line("markers", "server: needs a Postgres, a Temporal or a stack")
    config.addinivalue_line("markers", "fault: kills servers and workers, or cuts them off")
    config.addinivalue_line(
        "markers", "breaks_promises: leaves the database in a state that `verify` must not like"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Some processes for all tests; this one for those that were named."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return 0
    # Also where there is one core: a third of the time is waiting.
    return min(max(2, os.cpu_count() or 1), MOST_PROCESSES)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests need a server, and put the files that take long first."""
    for item in items:
        room = _room_of(item)
        if room in FAULTS:
            item.add_marker("fault")
        if room in (*FAULTS, *STARTS_SERVERS) or SERVERS & {*getattr(item, "fixturenames", ())}:
            item.add_marker("server")
        elif item.path.name not in HEAVY:
            item.add_marker("fast")
    items.sort(
        key=lambda item: [*LONG_FIRST, _room_of(item)].index(_room_of(item)),
    )


def _room_of(item: pytest.Item) -> str:
    """The folder in `tests`, or the file."""
    return item.path.relative_to(_TESTS).parts[0]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables that tests have filled, in whichever process they ran."""
    tables: dict[str, str] = {
        name.removeprefix(TABLE): str(text)
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "teardown"
        for name, text in report.user_properties
        if name.startswith(TABLE)
    }
    for title, text in tables.items():
        terminalreporter.section(title)
        terminalreporter.write_line(text)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """A test that waits in vain fails and says where, instead of holding up all the others."""
    if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
        longer = item.get_closest_marker("may_take")
        item.obj = _bounded(item.obj, longer.kwargs["seconds"] if longer else TEST_SECONDS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test that is marked as fast starts no server, whatever it asks for."""
    fast = item.get_closest_marker("fast") is not None
    with patch.object(child, "spawn", _refused) if fast else nullcontext():
        return (yield)


def _refused(argv: Sequence[str], **_: object) -> NoReturn:
    raise AssertionError(f"this test is marked as fast, and starts {argv[0]}")


def _bounded(
    test: Callable[..., Awaitable[None]], seconds: float
) -> Callable[..., Awaitable[None]]:
    @functools.wraps(test)
    async def within(*args: Any, **kwargs: Any) -> None:
        bound = asyncio.timeout(seconds)
        waiting = io.StringIO()
        look = asyncio.get_running_loop().call_later(seconds - 1, _note_tasks, waiting)
        try:
            async with bound:
                await test(*args, **kwargs)
        except TimeoutError as error:
            if not bound.expired():
                raise
            said = f"not over within {seconds:g} s; what waited:\n{waiting.getvalue()}"
            raise AssertionError(said) from error
        finally:
            look.cancel()

    return within


def _note_tasks(into: io.StringIO) -> None:
    """Write where every task of this loop stands."""
    for task in asyncio.all_tasks():
        task.print_stack(limit=4, file=into)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Generator[PostgresServer]:
    """One server for all tests; it keeps nothing safe from a power cut."""
    with PostgresServer(tmp_path_factory.mktemp("postgres"), durable=False) as server:
        yield server


@pytest.fixture(scope="session")
async def migrated_template(postgres_server: PostgresServer) -> str:
    """The name of a database with all migrations, to copy from."""
    postgres_server.create_database(_TEMPLATE)
    database = await Database.open(postgres_server.url(_TEMPLATE))
    await migrate(database)
    await database.close()
    return _TEMPLATE


@pytest.fixture(scope="session")
async def homes(postgres_server: PostgresServer, migrated_template: str) -> AsyncGenerator[Homes]:
    """The databases of this process's tests."""
    homes = Homes(postgres_server, migrated_template)
    yield homes
    await homes.end()


@pytest.fixture
async def home(homes: Homes, request: pytest.FixtureRequest) -> AsyncGenerator[Home]:
    """This test's database: all migrations and no rows.

    A new one for tests that give its address to others, or leave in it what must not be.
    """
    breaks = request.node.get_closest_marker("breaks_promises") is not None
    async with homes.lent(new=breaks or "database_url" in request.fixturenames) as home:
        yield home


@pytest.fixture
def database_url(home: Home) -> str:
    """The connection string of a fresh database with all migrations and no rows."""
    return home.url


@pytest.fixture
async def database(home: Home, request: pytest.FixtureRequest) -> AsyncGenerator[Database]:
    """That database, opened; when the test is over, every promise must still hold."""
    from store.verify import verify

    yield home.database
    if request.node.get_closest_marker("breaks_promises") is None:
        verified = await verify(home.database)
        assert verified.ok, verified.violations
